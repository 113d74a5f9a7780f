"""One line of a benchmark's table, and the table."""

from collections.abc import Iterable

from ingest.values import Value

_TITLES = ("what", "ours", "beside", "ratio", "target")


class Row(Value):
    """What was measured, beside what, and what it should be; "" where there is nothing to say."""

    what: str
    ours: str
    beside: str = ""
    ratio: str = ""
    target: str = ""


def not_run(what: str, why: str) -> Row:
    """The line of a measurement that could not be made."""
    return Row(what=what, ours=f"not run: {why}")


def table(rows: Iterable[Row]) -> str:
    """The rows below their titles, columns aligned."""
    cells = [_TITLES, *((row.what, row.ours, row.beside, row.ratio, row.target) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_TITLES))]
    return "".join("  ".join(map(str.ljust, line, widths)).rstrip() + "\n" for line in cells)
