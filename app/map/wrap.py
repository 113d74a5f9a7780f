"""Breaks a topic's name into the lines of its box, by the width that each sign takes."""

import re
from collections.abc import Iterator

from rich.cells import cell_len, chop_cells

_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
# A sign of Chinese stands alone, but keeps what may not begin a line; anything else goes on to the next space or hyphen.
_PIECE = re.compile(
    rf"[（「『《][^）」』》\s]*[）」』》]?|[{_WIDE}][）」』》，。、：；！？]*|[^\s{_WIDE}]+?(?:-|(?=[\s{_WIDE}]|$))\s*|\s+"
)


def readable(text: str) -> str:
    """The text without what cannot be shown, such as control characters, which would also break an XML document.

    >>> readable("a\\x00b\\u202e")
    'a b'
    """
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def wrapped(text: str, *, cells: int, lines: int) -> tuple[str, ...]:
    """At most so many lines of at most so many cells, two for a Chinese sign and one for a Latin letter.

    What does not fit is left out, and three dots say so.

    >>> wrapped("low-rank adaptation (LoRA)", cells=20, lines=2)
    ('low-rank adaptation', '(LoRA)')
    """
    made = list(_lines(readable(text), cells)) or [""]
    if len(made) <= lines:
        return tuple(made)
    last = next(iter(chop_cells(made[lines - 1], cells - 1)), "")
    return (*made[: lines - 1], f"{last}…")


def _lines(text: str, cells: int) -> Iterator[str]:
    line = ""
    for piece in _pieces(text, cells):
        if line and cell_len(line) + cell_len(piece.rstrip()) > cells:
            yield line.rstrip()
            line = ""
        line += piece if line else piece.lstrip()
    if line.strip():
        yield line.rstrip()


def _pieces(text: str, cells: int) -> Iterator[str]:
    for piece in _PIECE.findall(text):
        yield from [piece] if cell_len(piece) <= cells else chop_cells(piece, cells)
