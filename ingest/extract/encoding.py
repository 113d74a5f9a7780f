"""Turns bytes into text whatever their label says, and refuses what would come out garbled."""

import codecs
import re

from charset_normalizer import from_bytes

from ingest.extract.values import NotReadable

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What browsers take these labels for: the superset that pages really use.
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
}
_TRIED = ("gb18030", "big5hkscs", "cp1252")
_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE)
_HEAD = 4096
_SAMPLE = 200_000
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_OUTSIDE_ASCII = re.compile(r"[^\x00-\x7f]")
# UTF-8 read as Latin-1 or Windows-1252 shows as an accented capital with one or two signs behind it: "æ¢¯åº¦", "Ã©".
_GARBLED = re.compile(
    r"[\u00c2-\u00ef][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122\u20ac]{1,2}"
)
_MOST_FAULTS = 0.01


def decode(body: bytes, charset: str = "") -> str:
    """The text of `body`, with line ends as "\\n" and without byte order mark; `charset` is the label that was sent.

    A byte order mark wins, then UTF-8 where the bytes are UTF-8, then the labels (sent, in a meta tag) and the usual
    encodings, whichever reads most like text.
    Raises NotReadable when more than one character in a hundred is a control or a replacement character or garbled.
    """
    text = _decoded(body, charset).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    _refuse_garbled(text)
    return _CONTROL.sub("", text)


def _decoded(body: bytes, charset: str) -> str:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    wide = _wide(body)
    if wide:
        return body.decode(wide, "replace")
    text = body.decode("utf-8", "replace")
    faults = text.count("\ufffd")
    if not faults or len(_OUTSIDE_ASCII.findall(text)) > 10 * faults:
        return text
    return _best(body, [charset, *_labels(body)]) or text


def _wide(body: bytes) -> str:
    """UTF-16 without a mark: every second byte of Latin text is zero."""
    head = body[:_HEAD]
    if len(head) < 8:
        return ""
    even, odd = head[::2].count(0) / len(head[::2]), head[1::2].count(0) / len(head[1::2])
    if odd > 0.3 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.3 and odd < 0.05 else ""


def _labels(body: bytes) -> list[str]:
    head = body[:_HEAD]
    return [match.group(1).decode("ascii", "replace") for match in (_XML.search(head), _META.search(head)) if match]


def _best(body: bytes, labels: list[str]) -> str:
    """The reading that looks most like text, a label's before a guess; "" when none does."""
    best, best_score = "", 0.6
    for encoding in dict.fromkeys([*filter(None, map(_known, labels)), *_TRIED]):
        text = _read(body, encoding)
        score = _plausible(text)
        if score > best_score + 0.05:
            best, best_score = text, score
    if best:
        return best
    match = from_bytes(body[:_SAMPLE]).best()
    return _read(body, match.encoding) if match else ""


def _known(label: str) -> str:
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return ""
    return _SUPERSETS.get(name, name)


def _read(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding, "replace")
    except (LookupError, UnicodeError):
        # codecs of Python that turn bytes into bytes ("hex", "rot13") are no encodings of a page
        return ""


def _plausible(text: str) -> float:
    """The share of characters outside ASCII that stand where they would in real text."""
    others = list(_OUTSIDE_ASCII.finditer(text, 0, _SAMPLE))
    if not others:
        return 0.0
    return sum(_fits(text, match.start()) for match in others) / len(others)


def _fits(text: str, at: int) -> bool:
    """Common Han characters and full-width marks fit anywhere; a Latin letter with an accent only beside a plain one."""
    character = text[at]
    if "\u3000" <= character <= "\u30ff" or "\uff00" <= character <= "\uffef" or "\u2010" <= character <= "\u2030":
        return True
    if "\u4e00" <= character <= "\u9fff":
        return _is_common(character)
    if "\u00c0" <= character <= "\u017f":
        beside = text[max(at - 1, 0) : at] + text[at + 1 : at + 2]
        return any(one.isascii() and one.isalpha() for one in beside)
    return character in "\u00a0\u00a9\u00ae\u00b0\u00b1\u00b2\u00b7\u00d7"


def _is_common(character: str) -> bool:
    """Whether it is of the first, frequent level of GB 2312 (simplified) or Big5 (traditional)."""
    simplified = character.encode("gb2312", "ignore")
    traditional = character.encode("big5", "ignore")
    return b"\xb0" <= simplified[:1] <= b"\xd7" or b"\xa4" <= traditional[:1] <= b"\xc6"


def _refuse_garbled(text: str) -> None:
    size = max(len(text), 1)
    if len(_CONTROL.findall(text)) > _MOST_FAULTS * size:
        raise NotReadable("unreadable", "the bytes are no text; they look like a binary file")
    if text.count("\ufffd") > _MOST_FAULTS * size:
        raise NotReadable("unreadable", "the text is in no encoding that could be told; its label is wrong")
    if len(_GARBLED.findall(text)) > _MOST_FAULTS * size:
        raise NotReadable("unreadable", "the text was garbled before it was sent: UTF-8 read as another encoding")
