"""The lines of a document by what they are: headings, bold leads, list items, table rows, plain text, diagrams."""

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from ingest.documents import Document
from ingest.lines import lines_of
from ingest.markdown import HEADING, fences
from ingest.roadmap.plain import BOLD, ITEM, plain
from ingest.values import Evidence, Value

Form = Literal["heading", "bold", "item", "table", "text"]
_CELLS = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$|^\s*\|(?:\s*:?-+:?\s*\|)+\s*$")
_DRAWN = re.compile(r"^[\s│┃├└┌─━|+`-]*")
# Languages of fenced blocks that may hold a drawing.
PROSE = ("", "text", "txt", "plain", "plaintext", "ascii", "diagram", "markdown", "md", "none", "roadmap")
_QUOTED = re.compile(r"^\s*(?:>\s?)+")


class Row(Value):
    """A line and what it is.

    `depth` is a heading's level or an item's indent in characters; `order` is an item's number in its list; `content`
    is what stands behind the marker; `cells` are a table row's, and `columns` the cells of its table's head.
    """

    number: int
    text: str
    heading: tuple[str, ...]
    form: Form
    depth: int = 0
    order: int | None = None
    content: str = ""
    cells: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What introduces the lines below: a line or an item that ends in a colon, or its bold lead; else ""."""
        words = plain(self.content)
        return words.rstrip("：: ") if words.endswith(("：", ":")) else ""


class Diagram(Value):
    """A fenced block: its language, its lines with their numbers, and the headings above it."""

    info: str
    heading: tuple[str, ...]
    lines: tuple[tuple[int, str], ...]


def rows_of(document: Document) -> list[Row]:
    """The lines outside code that are not empty, each with its form."""
    rows: list[Row] = []
    columns: tuple[str, ...] = ()
    lines = list(lines_of(document))
    for position, line in enumerate(lines):
        if line.is_heading:
            row = _heading(line.text, line.number, line.heading)
        elif _is_table(line.text):
            follows = position + 1 < len(lines) and lines[position + 1].number == line.number + 1
            if follows and _RULE.match(lines[position + 1].text):
                columns = _cells(line.text)
            row = Row(
                number=line.number,
                text=line.text,
                heading=line.heading,
                form="table",
                cells=() if _RULE.match(line.text) or _cells(line.text) == columns else _cells(line.text),
                columns=columns,
            )
        else:
            row = _body(line.text, line.number, line.heading)
        columns = columns if row.form == "table" else ()
        rows.append(row)
    return rows


def _is_table(text: str) -> bool:
    return text.lstrip().startswith("|") or bool(_RULE.match(text) and "|" in text)


def _cells(text: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in _CELLS.split(text.strip().removeprefix("|").removesuffix("|")))


def _heading(text: str, number: int, heading: tuple[str, ...]) -> Row:
    match = HEADING.match(text)
    level, words = (len(match.group(1)), match.group(2)) if match else (1, text)
    return Row(number=number, text=text, heading=heading, form="heading", depth=level, content=words)


def _body(text: str, number: int, heading: tuple[str, ...]) -> Row:
    quote = _QUOTED.match(text)
    inner = text[quote.end() :] if quote else text
    item = ITEM.match(inner)
    if item:
        return Row(
            number=number,
            text=text,
            heading=heading,
            form="item",
            depth=len(item["indent"].expandtabs(4)),
            order=int(item["order"]) if item["order"] else None,
            content=item["content"],
        )
    bold = BOLD.match(inner)
    return Row(number=number, text=text, heading=heading, form="bold" if bold else "text", content=inner.strip())


def diagrams_of(document: Document, rows: list[Row]) -> Iterator[Diagram]:
    """The fenced blocks of a document."""
    lines = document.body.split("\n")
    for block in fences(lines):
        first = document.body_line + block.start
        above = [row for row in rows if row.number < first]
        inside = [
            (document.body_line + n, lines[n]) for n in block[1:] if not lines[n].lstrip().startswith(("```", "~~~"))
        ]
        info = re.sub(r"^\s*[`~]+\s*", "", lines[block.start]).strip().lower()
        yield Diagram(info=info, heading=above[-1].heading if above else (), lines=tuple(inside))


def drawn_rows(diagrams: Iterable[Diagram]) -> list[Row]:
    """The lines of diagrams as items: a plan drawn as `Week 1-2: Python` or `├─ Week 3: RNN`."""
    rows: list[Row] = []
    for diagram in diagrams:
        for number, text in diagram.lines if diagram.info in PROSE else ():
            words = _DRAWN.sub("", text)
            if words.strip():
                depth = len(text) - len(words)
                rows.append(
                    Row(
                        number=number,
                        text=text,
                        heading=diagram.heading,
                        form="item",
                        depth=depth,
                        content=words.strip(),
                    )
                )
    return rows


def quote_of(row: Row) -> str:
    """The row as it is quoted: its line without the indent."""
    return row.text.strip()


def evidence(document: Document, number: int, heading: tuple[str, ...], quote: str) -> Evidence:
    """Where an order stands; `quote` must stand verbatim in line `number`."""
    return Evidence(document=document.id, title=document.title, heading=heading, line=number, quote=quote)
