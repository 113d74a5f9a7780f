"""`python -m evals.bench [ingest|search|serve]`: runs the benchmarks and prints a table; all of them without a name."""

import argparse
import sys
import tempfile
from pathlib import Path

from evals.bench.ingesting import ingest_rows
from evals.bench.measure import machine
from evals.bench.sizes import search_rows
from evals.bench.stalls import stall_rows
from evals.bench.table import Row, table

_BENCHMARKS = {"ingest": ingest_rows, "search": search_rows, "serve": stall_rows}


def main() -> None:
    """Run what was asked for in a temporary folder."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description="Measure ingest, search and serving.")
    parser.add_argument("benchmark", nargs="?", choices=_BENCHMARKS, help="which one (default all)")
    chosen = parser.parse_args().benchmark
    for name in [chosen] if chosen else _BENCHMARKS:
        before = machine()
        with tempfile.TemporaryDirectory(prefix="tutor-bench-") as work:
            rows = [_said(row) for row in _BENCHMARKS[name](Path(work) / name)]
        sys.stdout.write(f"\n{name} ({before}; after it, {machine()})\n\n{table(rows)}")
        sys.stdout.flush()


def _said(row: Row) -> Row:
    """Tell at once what the table will tell at the end; a benchmark takes minutes."""
    sys.stderr.write(f"{row.what}: {', '.join(filter(None, (row.ours, row.beside, row.ratio)))}\n")
    return row


if __name__ == "__main__":
    main()
