"""The lines of a document's body, each with the headings above it."""

from collections.abc import Iterator

from ingest.documents import Document
from ingest.markdown import HEADING, fences
from ingest.values import Value


class Line(Value):
    """A line outside code: its number in the file, counted from 1, its text and the path of headings down to it."""

    number: int
    text: str
    heading: tuple[str, ...]
    is_heading: bool


def lines_of(document: Document) -> Iterator[Line]:
    """The lines of the body that are neither empty nor code."""
    path: list[tuple[int, str]] = []
    lines = document.body.split("\n")
    code = {number for block in fences(lines) for number in block}
    for number, text in enumerate(lines):
        if number not in code and text.strip():
            match = HEADING.match(text)
            if match:
                path = [entry for entry in path if entry[0] < len(match.group(1))]
                path.append((len(match.group(1)), match.group(2)))
            heading = tuple(title for _, title in path)
            yield Line(number=document.body_line + number, text=text, heading=heading, is_heading=bool(match))
