"""What the lines of a Markdown text are: headings, and blocks of fenced code."""

import re
from collections.abc import Iterator, Sequence

HEADING = re.compile(r"^(#{1,6})\s+(.+?)(?:\s+#+)?\s*$")
_FENCE = re.compile(r"^\s*(?P<marks>`{3,}|~{3,})(?P<info>.*)$")


def fences(lines: Sequence[str]) -> Iterator[range]:
    """The line numbers, from 0, of each fenced block with its marks; one that never closes runs to the end.

    A block closes with at least as many of the marks that opened it, and nothing after them.
    """
    start, marks = -1, ""
    for number, line in enumerate(lines):
        match = _FENCE.match(line)
        if match is None:
            continue
        if start < 0 and not (match["marks"][0] == "`" and "`" in match["info"]):
            start, marks = number, match["marks"]
        elif start >= 0 and match["marks"].startswith(marks) and not match["info"].strip():
            yield range(start, number + 1)
            start = -1
    if start >= 0:
        yield range(start, len(lines))
