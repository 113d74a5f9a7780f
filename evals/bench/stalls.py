"""Benchmark: how long a serving process stands still while its index is rebuilt beside it."""

import statistics
from collections.abc import Iterator
from pathlib import Path

from evals.bench.material import write_documents
from evals.bench.measure import run
from evals.bench.serving import Stalls
from evals.bench.table import Row

_CHUNKS = 20_000
_RUNS = 3


def stall_rows(work: Path, chunks: int = _CHUNKS) -> Iterator[Row]:
    """The lines of this benchmark; `work` is an empty folder."""
    corpus, data = work / "corpus", work / "data"
    write_documents(corpus, chunks)
    run("app.cli", "ingest", data=data, corpus=corpus)
    runs = [
        Stalls.model_validate_json(run("evals.bench.serving", data=data, corpus=corpus).output) for _ in range(_RUNS)
    ]
    alone = statistics.median(each.alone for each in runs)
    what = f"{chunks:,} chunks: longest gap of a 5 ms ticker"
    beside = f"{alone:.0f} ms without a build"
    for name, gaps in (
        ("while the index is rebuilt", [each.beside for each in runs]),
        ("while the new one is opened", [each.switch for each in runs]),
    ):
        median = statistics.median(gaps)
        every = ", ".join(f"{gap:.0f}" for gap in gaps)
        yield Row(
            what=f"{what} {name}",
            ours=f"{median:.0f} ms (of {every})",
            beside=beside,
            ratio=f"{median / alone:.1f}×",
            target="≤ 50 ms",
        )
    searches, build = statistics.median(each.searches for each in runs), statistics.median(each.build for each in runs)
    yield Row(
        what=f"{chunks:,} chunks: searches beside a rebuild",
        ours=f"{searches:,.0f} in {build:.0f} s, p95 {statistics.median(each.p95 for each in runs):.1f} ms",
    )
