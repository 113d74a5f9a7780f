"""Citation markers in a model's text: read in every form models write them, renumbered, unknown ones dropped."""

import re
from collections.abc import Collection

from ingest.values import Value

_MARKER = re.compile(
    r"([ \t]*)[\[【［]\s*\^?((?:\d{1,3}|[０-９]{1,3})(?:\s*[-–~,，、;；]\s*(?:\d{1,3}|[０-９]{1,3}))*)\s*[\]】］](?!\()"
)
_CODE = re.compile(r"(```.*?(?:```|$)|`[^`\n]+`|\$\$.*?(?:\$\$|$)|\$(?=[^\s$])[^$\n]*(?<=\S)\$)", re.DOTALL)
_RANGE = re.compile(r"(\d+)\s*[-–~]\s*(\d+)")
_PLAIN = re.compile(r"\[(\d+)\](?!\()")
_AFTER_STOP = re.compile(r"([。！？.!?])(\s?)((?:\[\d+\])+)")
_BRACKET = re.compile(r"[\[【［]")
_BEGUN = re.compile(r"[ \t]*[\[【［][\s^\d\-–~,，、;；]*[\]】］]?$|[ \t]+$")


class Cited(Value):
    """Text whose markers are all `[n]`, and the passage number that each n stands for, in order of first use."""

    text: str
    passages: tuple[int, ...]


def clean_markers(text: str, known: Collection[int]) -> Cited:
    """Renumber the markers by first use and drop those whose number is not known; code and formulas stay as they are.

    >>> clean_markers("A【3】. B [1, 3][99].", {1, 2, 3})
    Cited(text='A[1]. B [2][1].', passages=(3, 1))
    """
    order: list[int] = []

    def renumber(match: re.Match[str]) -> str:
        space, inside = match.groups()
        numbers = [number for number in _numbers(inside) if number in known]
        for number in numbers:
            if number not in order:
                order.append(number)
        markers = "".join(f"[{order.index(number) + 1}]" for number in dict.fromkeys(numbers))
        return f"{space}{markers}" if markers else ""

    parts = [part if _CODE.fullmatch(part) else _MARKER.sub(renumber, part) for part in _CODE.split(text)]
    return Cited(text="".join(parts), passages=tuple(order))


def _numbers(inside: str) -> list[int]:
    """The numbers of a marker's inside: `1-3` is 1, 2, 3 (a range of at most twenty)."""
    inside = inside.translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    numbers: list[int] = []
    for part in re.split(r"\s*[,，、;；]\s*", inside):
        span = _RANGE.fullmatch(part)
        if span and 0 <= int(span[2]) - int(span[1]) <= 20:
            numbers.extend(range(int(span[1]), int(span[2]) + 1))
        else:
            numbers.extend(map(int, re.findall(r"\d+", part)))
    return numbers


def settled(text: str) -> str:
    """The part of a streamed text that what comes next cannot change.

    Left out is a marker just begun, and what may yet turn out to be code or a formula with brackets in it.
    """
    end = len(text)
    for closing in ("`", "x$"):
        for span in _CODE.finditer(text + closing):
            if span.end() > len(text) and _BRACKET.search(span.group()) and not span.group().startswith(("```", "$$")):
                end = min(end, span.start())
    tail = _CODE.split(text[:end])[-1]
    begun = _BEGUN.search(tail)
    return text[: end - len(tail) + begun.start()] if begun else text[:end]


def split_markers(sentence: str) -> tuple[str, tuple[int, ...]]:
    """A sentence without its `[n]` markers, and their numbers."""
    parts = _CODE.split(sentence)
    numbers = tuple(dict.fromkeys(int(number) for part in parts[::2] for number in _PLAIN.findall(part)))
    plain = "".join(part if place % 2 else _PLAIN.sub("", part) for place, part in enumerate(parts))
    return re.sub(r"\s+([。，；：！？.,;:!?])", r"\1", plain).strip(), numbers


def markers_before_stops(text: str) -> str:
    """Markers that follow a full stop moved in front of it, so that they belong to their sentence."""
    return _AFTER_STOP.sub(r"\3\1\2", text)
