"""Asks our index, bm25s and numpy the same questions in turn. A process of its own."""

import sys
import time
from collections.abc import Callable
from importlib.util import find_spec

from evals.bench.measure import percentile
from evals.bench.questions import questions
from evals.bench.rivals import Bm25s, Postings, Rival
from ingest.index.edge import EdgeIndex
from ingest.library import Library, open_library
from ingest.settings import ingest_settings
from ingest.values import SparseVector, Value, Where

_QUESTIONS = 200
_LIMIT = 10


class Latency(Value):
    """Milliseconds a search, with the encoding of its question."""

    p50: float
    p95: float


class Compared(Value):
    """Our index beside others; `bm25s` is None where it is not installed."""

    ours: Latency
    numpy: Latency
    bm25s: Latency | None


def main() -> Compared:
    """Open the index of the settings, give its vectors to the others, and time all of them question by question."""
    library = open_library(ingest_settings())
    others: dict[str, Rival] = {}
    vectors = _vectors(library)
    others["numpy"] = Postings(vectors)
    if find_spec("bm25s"):
        others["bm25s"] = Bm25s(vectors)
    del vectors
    asked = questions(_QUESTIONS)
    ways: dict[str, Callable[[str], object]] = {
        "ours": lambda question: library.search(question, limit=_LIMIT, where=Where()),
        **{name: _with_encoding(library, other) for name, other in others.items()},
    }
    for search in ways.values():
        search(asked[0])
    times: dict[str, list[float]] = {name: [] for name in ways}
    for question in asked:
        for name, search in ways.items():
            started = time.perf_counter()
            search(question)
            times[name].append(1000 * (time.perf_counter() - started))
    library.close()
    latencies = {name: Latency(p50=percentile(each, 0.5), p95=percentile(each, 0.95)) for name, each in times.items()}
    return Compared(ours=latencies["ours"], numpy=latencies["numpy"], bm25s=latencies.get("bm25s"))


def _with_encoding(library: Library, other: Rival) -> Callable[[str], object]:
    return lambda question: other.search(library.encoder.encode_question(question), _LIMIT)


def _vectors(library: Library) -> list[SparseVector]:
    if not isinstance(library.index, EdgeIndex):
        raise TypeError(f"the benchmark reads an embedded index, not {type(library.index).__name__}")
    return [item.sparse for item in library.index.encoded()]


if __name__ == "__main__":
    sys.stdout.write(main().model_dump_json())
