"""Writes an HTML table as a table of pipes."""

from collections.abc import Callable

from lxml.html import HtmlElement

from ingest.extract.blocks import piped
from ingest.extract.paragraphs import spaced

_MOST_COLUMNS = 60
_LONGEST_REPEATED = 200


def table_lines(table: HtmlElement, text_of: Callable[[HtmlElement], str]) -> list[str]:
    """A line for each row and the rule below the first; [] when no cell has text. A short cell that spans is repeated."""
    return piped(_rows(table, text_of))


def _rows(table: HtmlElement, text_of: Callable[[HtmlElement], str]) -> list[list[str]]:
    rows: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}
    for row in table.iter("tr"):
        cells: list[str] = []
        for cell in row.iterchildren("td", "th"):
            _fill(cells, below)
            text = spaced(text_of(cell).replace("\n", " ")).replace("|", "\\|")
            again = text if len(text) <= _LONGEST_REPEATED else ""
            for number in range(_span(cell, "colspan")):
                if len(cells) < _MOST_COLUMNS:
                    below[len(cells)] = (_span(cell, "rowspan") - 1, again)
                    cells.append(again if number else text)
        _fill(cells, below)
        rows.append(cells)
    return rows


def _fill(cells: list[str], below: dict[int, tuple[int, str]]) -> None:
    """Put in the cells of rows above that reach down to here."""
    while below.get(len(cells), (0, ""))[0] > 0:
        left, text = below[len(cells)]
        below[len(cells)] = (left - 1, text)
        cells.append(text)


def _span(cell: HtmlElement, name: str) -> int:
    value = cell.get(name) or ""
    return min(max(int(value), 1), _MOST_COLUMNS) if value.isascii() and value.isdigit() and len(value) < 6 else 1
