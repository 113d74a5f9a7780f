"""What the checks read in a lesson: its sections, prose, code, formulas and numbers."""

import re
from decimal import Decimal

from ingest.documents import Document
from ingest.markdown import HEADING, fences
from ingest.values import Language, Value

_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$]+?)\$", re.DOTALL)
_WORDS: dict[Language, re.Pattern[str]] = {"zh": re.compile(r"[\u4e00-\u9fff]"), "en": re.compile(r"[A-Za-z][\w'’-]*")}
_SCALES = {
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "万": 10**4,
    "千": 10**3,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "千亿": 10**11,
    "万亿": 10**12,
}
_ENGLISH = {"one": 1, "a": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "ten": 10}
_CHINESE = dict(zip("一二两三四五六七八十", (1, 2, 2, 3, 4, 5, 6, 7, 8, 10), strict=True))
_NUMBER = re.compile(
    r"(?<![\w.])(?P<digits>\d[\d,]*(?:\.\d+)?)(?:[ -]?(?P<english>thousand|million|billion|trillion)\b"
    r"|\s?(?P<chinese>万亿|千亿|百万|千万|千|亿|万))?"
    r"|\b(?P<word>one|a|two|three|four|five|six|seven|eight|ten) (?P<scale>thousand|million|billion|trillion)\b"
    r"|(?<![几数])(?P<han>[一二两三四五六七八十])(?P<hanscale>万亿|千亿|百万|千万|千|亿|万)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://\S+|arXiv[:：\s]\s*\S+", re.IGNORECASE)
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s")
_LARGEST_COUNTING_WORD = 12


class Section(Value):
    """A `##` section: its title, the line of its heading, and its lines with and without code blocks."""

    title: str
    line: int
    body: tuple[str, ...]
    prose: tuple[str, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """How many list items and how many other lines of prose it has."""
        filled = [line for line in self.prose if line.strip()]
        items = sum(bool(_LIST_ITEM.match(line)) for line in filled)
        return items, len(filled) - items


def sections(document: Document) -> list[Section]:
    """The `##` sections of a document's body, in order."""
    lines = document.body.split("\n")
    code = {number for block in fences(lines) for number in block}
    heads = [n for n, line in enumerate(lines) if n not in code and line.startswith("## ")]
    found = []
    for start, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        heading = HEADING.match(lines[start])
        found.append(
            Section(
                title=heading.group(2) if heading else lines[start][3:],
                line=document.body_line + start,
                body=tuple(lines[start + 1 : end]),
                prose=tuple(lines[n] for n in range(start + 1, end) if n not in code),
            )
        )
    return found


def python_blocks(document: Document) -> list[tuple[str, int]]:
    """The code of each Python block, and the line on which it begins."""
    lines = document.body.split("\n")
    blocks = [block for block in fences(lines) if lines[block.start].strip() == "```python"]
    return [
        ("\n".join(lines[block.start + 1 : block.stop - 1]), document.body_line + block.start + 1) for block in blocks
    ]


def without_comments(code: str) -> str:
    """Code as both languages must share it: comments may differ."""
    kept = [line.split("#")[0].rstrip() for line in code.split("\n") if not line.strip().startswith("#")]
    return "\n".join(kept)


def words(line: str, language: Language) -> int:
    """How many Chinese characters, or English words, a line has outside formulas."""
    return len(_WORDS[language].findall(_FORMULA.sub(" ", line)))


def formulas(document: Document) -> list[str]:
    """The display formulas, in order, without spacing and without words set as text."""
    return [
        re.sub(r"\s|\\[,;]", "", re.sub(r"\\(?:text|mathrm|operatorname)\{[^}]*\}", "T", found.group(1)))
        for found in _FORMULA.finditer("\n".join(_prose(document)))
        if found.group(1)
    ]


def numbers(document: Document) -> set[Decimal]:
    """The numbers of the prose as values (`1750 亿` and `175 billion` are one).

    Whole numbers up to twelve are left out, because either language may write them as words; so are addresses.
    """
    text = _FORMULA.sub(" ", _ADDRESS.sub(" ", "\n".join(_prose(document))))
    found: set[Decimal] = set()
    for match in _NUMBER.finditer(text):
        value = _value(match)
        if value > _LARGEST_COUNTING_WORD or value != int(value):
            found.add(value.normalize())
    return found


def _value(match: re.Match[str]) -> Decimal:
    scale = next((match[name] for name in ("english", "chinese", "scale", "hanscale") if match[name]), "")
    if match["word"]:
        number = Decimal(_ENGLISH[match["word"].lower()])
    elif match["han"]:
        number = Decimal(_CHINESE[match["han"]])
    else:
        number = Decimal(match["digits"].replace(",", ""))
    return number * _SCALES.get(scale.lower(), 1)


def _prose(document: Document) -> list[str]:
    return [line for section in sections(document) for line in section.prose]
