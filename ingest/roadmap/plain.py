"""Strips Markdown, pictures and signs from a name, and tells how a list item or heading begins."""

import re

_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\([^()]*(?:\([^()]*\)[^()]*)*\)")
_TAG = re.compile(r"<br\s*/?>|</?[A-Za-z][^<>]{0,500}>|:[a-z]+(?:_[a-z]+)*:(?=\s|$)")
_MARKS = re.compile(r"\*\*|__|~~|`|(?<![A-Za-z0-9])[*_](?=\S)|(?<=\S)[*_](?![A-Za-z0-9_])")
_KEYCAP = re.compile(r"(\d)\ufe0f?\u20e3\s*")
_SIGNS = (
    "\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2b00-\u2bff\ufe0f\u200d\u20e3"
    "\U0001f000-\U0001faff\U000e0020-\U000e007f"
)
_ENDS = re.compile(rf"^[\s{_SIGNS}]+|[\s{_SIGNS}]+$")
_PLURAL = re.compile(r"(?<=[A-Z]{2})s(?![A-Za-z])")
_STARRED = re.compile(r"\s*[★☆⭐].*$")
ITEM = re.compile(
    r"^(?P<indent>\s*)(?:[-*+•]\s+|(?P<order>\d{1,3})(?:[.)、．]\s*(?=\D)|-(?=[A-Z][a-z]+\s)))(?P<box>\[[ xX]\]\s+)?(?P<content>\S.*)$"
)
BOLD = re.compile(r"^\s*(?:[^\w\s*]{1,3}\s*)?(?:\*\*|__)(?P<text>.+?)(?:\*\*|__)(?P<rest>.*)$")


def plain(text: str) -> str:
    """The words of a heading, an item or a cell: links keep their text, pictures, tags and signs at the ends go.

    >>> plain("1️⃣ **[Linear algebra](https://x.org)** ✅")
    '1. Linear algebra'
    """
    text = _KEYCAP.sub(r"\1. ", text)
    text = _LINK.sub(lambda found: found["text"], _IMAGE.sub(" ", text))
    text = _MARKS.sub("", _TAG.sub(" ", text))
    return _ENDS.sub("", re.sub(r"^[?\ufffd]+\s|\s+", " ", text))


def singular(text: str) -> str:
    """The text with abbreviations in the singular and every position kept: `RNNs and LLMs` is `RNN  and LLM `."""
    return _PLURAL.sub(" ", text)


def without_stars(text: str) -> str:
    """A title without the stars at its end and what they remark."""
    return _ENDS.sub("", _STARRED.sub("", text)) if text[:1] not in "★☆⭐" else text
