"""Writes single blocks of Markdown: a fenced block, a list item, a quotation, a table, a paragraph's line."""

import re
from collections.abc import Sequence

_PLAIN = ("```", "|", "#", "$$")
_LEADING = re.compile(r"^(?=#{1,6}\s|>|`{3}|~{3}|[-=_*]{3,}\s*$)")


def fenced(code: str, language: str = "") -> str:
    """A fenced block whose fence is longer than any in the code."""
    marks = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`{3,}", code)), default=2))
    return f"{marks}{language}\n{code}\n{marks}"


def quoted(block: str) -> str:
    """A quoted block; code and tables stand unquoted, so that what reads line by line still sees them."""
    return block if block.startswith(_PLAIN) else "\n".join(f"> {line}" for line in block.split("\n"))


def items(entries: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """The blocks of a list from (marker, blocks of the item): one string, or several where an item begins with code."""
    runs: list[list[str]] = [[]]
    for marker, blocks in entries:
        if blocks and blocks[0].startswith((*_PLAIN, "- ")):
            runs.extend([block] for block in blocks)
            runs.append([])
        elif blocks:
            runs[-1].append(_item(marker, blocks))
    return ["\n".join(run) for run in runs if run]


def _item(marker: str, blocks: Sequence[str]) -> str:
    """An item on one line, with what stands below it indented."""
    margin = " " * len(marker)
    rest = []
    for block in blocks[1:]:
        gap = "" if re.match(r"- |\d+\. ", block) else "\n"
        rest.append(gap + "\n".join(f"{margin}{line}" if line else "" for line in block.split("\n")))
    return "\n".join([f"{marker}{blocks[0]}", *rest])


def piped(rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table with a rule below its first row; [] when no cell has text."""
    width = max((len(row) for row in rows), default=0)
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows if any(row)]
    return [lines[0], f"|{' --- |' * width}", *lines[1:]] if lines else []


def plain_line(text: str) -> str:
    """A paragraph's line that no reader of Markdown takes for a heading, a rule or a fence."""
    return _LEADING.sub(r"\\", text)
