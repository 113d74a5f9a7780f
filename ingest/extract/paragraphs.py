"""Small rules of running text: lines joined to one paragraph, and characters that nobody sees."""

import re
from collections.abc import Iterable

_EAST_ASIAN = r"\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\u2018-\u201d\u2026\u2014"
_NO_SPACE = re.compile(
    rf"(?<=[{_EAST_ASIAN}])\n(?=[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef])|(?<=[\u2e80-\u9fff\uff00-\uffef])\n(?=[\u2018-\u201d])"
)
_SPACES = re.compile(r"[ \t\f\v\u00a0\u2000-\u200a\u202f]+")
ZERO_WIDTH = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]+"
)
_TAGS = re.compile("[\U000e0020-\U000e007e]{4,}")


def joined(lines: Iterable[str]) -> str:
    """One line of the lines of a paragraph: with spaces between words, without between Chinese characters."""
    text = "\n".join(line.strip() for line in lines if line.strip())
    return spaced(_NO_SPACE.sub("", text).replace("\n", " "))


def spaced(text: str) -> str:
    """The text with every run of blanks as one space, none at the ends."""
    return _SPACES.sub(" ", text).strip()


def visible(text: str) -> tuple[str, list[str]]:
    """The text without zero-width characters, and the passages that were spelled in invisible tag characters."""
    if not ZERO_WIDTH.search(text):
        return text, []
    spelled = ["".join(chr(ord(tag) - 0xE0000) for tag in run) for run in _TAGS.findall(text)]
    return ZERO_WIDTH.sub("", text), spelled
