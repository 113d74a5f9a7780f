"""Splits Markdown into sentences of either language, each with its place, leaving out code, formulas and tables."""

import re
from collections.abc import Iterator

from ingest.markdown import fences
from ingest.values import Value

_SKIP = re.compile(r"^\s*(#{1,6}\s|\||\$\$|<|---+\s*$|={3,}\s*$)")
_MARKER = re.compile(r"^\s*(?:>\s*)*(?:[-*+]\s+(?:\[[ xX]\]\s+)?|\d{1,3}[.)、]\s+)?")
_END_ZH = re.compile(r"[。！？](?:[”’」』）)\]*]*)")
_END_EN = re.compile(r"[.!?](?:[\"')\]*]*)(?=\s+[\"'(\[*`$A-Z0-9\u4e00-\u9fff]|\s*$)")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|vs|cf|al|Fig|Eq|No|Dr|Mr|Ms|St|approx|ca|pp?|Sec|Ch)\.$")
_CODE_SPAN = re.compile(r"`[^`]*`|\$[^$]+\$|\[[^\]]{0,300}\]\([^)]{0,1000}\)")
_LONGEST_ABBREVIATION = 20


class Sentence(Value):
    """One sentence as it stands: `text == source[start:end]`; `line` counts from 0 in the source."""

    text: str
    start: int
    end: int
    line: int
    item: bool


def sentences(source: str) -> list[Sentence]:
    """Every sentence of a Markdown text, in order; a list item or paragraph line without a full stop is one.

    >>> [s.text for s in sentences("RNN reads in order. It is slow, e.g. on text.")]
    ['RNN reads in order.', 'It is slow, e.g. on text.']
    """
    return [sentence for row in _prose_lines(source) for sentence in _split_line(*row)]


def _prose_lines(source: str) -> Iterator[tuple[str, int, int]]:
    lines = source.split("\n")
    code = {number for block in fences(lines) for number in block}
    formula = False
    offset = 0
    for number, line in enumerate(lines):
        if number not in code and line.count("$$") == 1:
            formula = not formula
        elif number not in code and not formula and line.strip() and not _SKIP.match(line):
            yield line, offset, number
        offset += len(line) + 1


def _split_line(line: str, offset: int, number: int) -> Iterator[Sentence]:
    marker = _MARKER.match(line)
    begin = marker.end() if marker else 0
    item = bool(marker and marker.group().strip())
    for end in (*_ends(line), len(line)):
        text = line[begin:end].strip()
        if text:
            start = offset + line.index(text, begin)
            yield Sentence(text=text, start=start, end=start + len(text), line=number, item=item)
            begin = end


def _ends(line: str) -> list[int]:
    """Where sentences end; a full stop inside code, a formula, a link or an abbreviation is none."""
    shielded = [match.span() for match in _CODE_SPAN.finditer(line)]
    found = sorted({match.end() for pattern in (_END_ZH, _END_EN) for match in pattern.finditer(line)})
    return [
        end
        for end in found
        if not any(a < end - 1 < b - 1 for a, b in shielded)
        and not _ABBREVIATION.search(line[max(0, end - _LONGEST_ABBREVIATION) : end].rstrip("\"')]*"))
    ]
