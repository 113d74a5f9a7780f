"""Citation markers in a model's text: read in every form models write them, renumbered, unknown ones dropped."""

import re
from collections.abc import Collection

from ingest.values import Value

_MARKER = re.compile(
    r"[\[【［]\s*\^?((?:\d{1,3}|[０-９]{1,3})(?:\s*[-–~,，、;；]\s*(?:\d{1,3}|[０-９]{1,3}))*)\s*[\]】］](?!\()"
)
_CODE = re.compile(r"(```.*?(?:```|$)|`[^`\n]*`|\$\$.*?(?:\$\$|$))", re.DOTALL)
_RANGE = re.compile(r"(\d+)\s*[-–~]\s*(\d+)")
_PLAIN = re.compile(r"\[(\d+)\]")
_AFTER_STOP = re.compile(r"([。！？.!?])(\s?)((?:\[\d+\])+)")
_OPEN = re.compile(r"[\[【［][^\]】］\n]{0,24}$|`[^`\n]*$|[ \t]+$|\$\$?[^$\n]{0,2}$")


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
        numbers = [number for number in _numbers(match.group(1)) if number in known]
        for number in numbers:
            if number not in order:
                order.append(number)
        return "".join(f"[{order.index(number) + 1}]" for number in dict.fromkeys(numbers))

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
    """The part of a streamed text that what comes next cannot change: without a marker or code span just begun."""
    if text.count("```") % 2:
        return text[: text.rindex("```")]
    match = _OPEN.search(text)
    return text[: match.start()] if match else text


def split_markers(sentence: str) -> tuple[str, tuple[int, ...]]:
    """A sentence without its `[n]` markers, and their numbers."""
    numbers = tuple(dict.fromkeys(int(number) for number in _PLAIN.findall(sentence)))
    return re.sub(r"\s+([。，；：！？.,;:!?])", r"\1", _PLAIN.sub("", sentence)).strip(), numbers


def markers_before_stops(text: str) -> str:
    """Markers that follow a full stop moved in front of it, so that they belong to their sentence."""
    return _AFTER_STOP.sub(r"\3\1\2", text)
