"""Benchmark: building, opening and searching indexes of three sizes, beside bm25s and numpy in memory."""

import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

from evals.bench.material import write_documents
from evals.bench.measure import run, size_of
from evals.bench.opening import Opened
from evals.bench.searching import Compared, Latency
from evals.bench.table import Row

_SIZES = (2_000, 20_000, 100_000)
_RUNS = 3


def search_rows(work: Path, sizes: Sequence[int] = _SIZES) -> Iterator[Row]:
    """The lines of this benchmark; `work` is an empty folder."""
    for size in sizes:
        yield from _of_size(work / str(size), size)


def _of_size(work: Path, size: int) -> Iterator[Row]:
    corpus, data = work / "corpus", work / "data"
    write_documents(corpus, size)
    built = run("app.cli", "ingest", data=data, corpus=corpus)
    folder = data / "index"
    yield Row(what=f"{size:,} chunks: build", ours=f"{built.seconds:.1f} s, {size / built.seconds:,.0f} chunks/s")
    yield Row(what=f"{size:,} chunks: on disk", ours=f"{size_of(folder):.0f} MiB")
    opened = [_opened(data, corpus) for _ in range(_RUNS)]
    yield Row(
        what=f"{size:,} chunks: open, first answer",
        ours=f"{_median([o.opened for o in opened]):.2f} s, {_median([o.first for o in opened]):.2f} s",
        target="< 1 s",
    )
    yield Row(
        what=f"{size:,} chunks: memory of a process that searches",
        ours=f"{_median([o.memory for o in opened]):.0f} MiB",
        target="< 1,024 MiB",
    )
    yield _searches(size, [_compared(data, corpus) for _ in range(_RUNS)])


def _opened(data: Path, corpus: Path) -> Opened:
    return Opened.model_validate_json(run("evals.bench.opening", data=data, corpus=corpus).output)


def _compared(data: Path, corpus: Path) -> Compared:
    return Compared.model_validate_json(run("evals.bench.searching", data=data, corpus=corpus).output)


def _searches(size: int, runs: Sequence[Compared]) -> Row:
    ours = [each.ours for each in runs]
    bm25s = [each.bm25s for each in runs if each.bm25s]
    others = {"numpy": [each.numpy for each in runs], **({"bm25s": bm25s} if bm25s else {})}
    ratios = (f"{_median([a.p50 / b.p50 for a, b in zip(ours, o, strict=True)]):.1f}× {n}" for n, o in others.items())
    return Row(
        what=f"{size:,} chunks: search, p50 / p95",
        ours=_latency(ours),
        beside=", ".join(f"{name} {_latency(other)}" for name, other in others.items())
        + ("" if bm25s else ", bm25s not run: not installed"),
        ratio=", ".join(ratios),
        target="≤ 3×",
    )


def _latency(runs: Sequence[Latency]) -> str:
    return f"{_median([each.p50 for each in runs]):.1f} / {_median([each.p95 for each in runs]):.1f} ms"


def _median(values: Sequence[float]) -> float:
    return statistics.median(values)
