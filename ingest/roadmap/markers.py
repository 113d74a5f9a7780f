"""Reads how a stage is numbered and how long it takes: `第一阶段：基础（2–3 个月）`, `Week 3–4: Transformers`."""

import re

from ingest.roadmap.plain import plain, without_stars
from ingest.values import Value

_DIGITS = r"\d{1,3}(?:\.\d)?"
_HAN_NUMBER = "[零〇一二三四五六七八九十]{1,3}"
_ROMAN = r"(?:X{0,2}(?:IX|IV|V?I{1,3}|V)|X{1,2})"
_WORD = r"(?:one|two|three|four|five|six|seven|eight|nine|ten)"
_TO = r"\s*(?:[-–—~～至到]|to)\s*"
_NUMBER = rf"(?:{_DIGITS}|{_HAN_NUMBER}|{_ROMAN}(?![A-Za-z])|{_WORD}(?![A-Za-z]))"
_RANGE = rf"(?P<number>{_NUMBER})(?P<to>{_TO}第?\s*{_NUMBER})?"
_EN = "stage|phase|week|month|day|step|part|level|chapter|module|unit|quarter|semester|year|section|milestone|sprint|lesson|lecture"
_ZH = "阶段|部分|周|星期|章|天|日|步|个月|月|课|期|级|关|季度|站|层|模块|单元|节|篇|讲"
_GAP = r"\s*(?:[:：.、·|—–）)-]\s*)*"
_FORMS = (
    re.compile(rf"^第\s*{_RANGE}\s*(?P<family>{_ZH})(?:\s*[（(](?=第?[\d一二三四五六七八九十]))?(?!程)"),
    re.compile(rf"^(?P<family>阶段|步骤|模块|单元|部分|级别|等级)\s*{_RANGE}(?!\s*(?:个|种|天|周))"),
    re.compile(rf"^(?P<family>{_EN})s?\s*[#.]?\s*{_RANGE}(?![\w.]\w|%)", re.IGNORECASE),
    re.compile(rf"^{_RANGE}\s*(?P<family>周|天|个月|月)(?=\s*[:：])"),
    re.compile(r"^(?P<number>\d{1,2})(?P<to>)(?P<family>)(?:\s*[.、)）．](?!\d)|\s+[-–—|·]\s|(?<=0\d)\s)"),
    re.compile(rf"^[（(]?(?P<number>{_HAN_NUMBER})(?P<to>)(?P<family>)(?:[、.．)）]|[:：])"),
    re.compile(rf"^(?P<number>{_ROMAN})(?P<to>)(?P<family>)[.、)]\s"),
)
# The forms that a stage of a roadmap is told by without knowing the rest of the document.
STAGE = re.compile(
    rf"^(?:第\s*(?:{_HAN_NUMBER}|\d+)\s*(?:阶段|部分)|阶段\s*(?:{_HAN_NUMBER}|\d+)|(?:stage|phase)\s*\d+)",
    re.IGNORECASE,
)
# Words that articles are divided by, too.
WEAK = {"chapter", "section", "lesson", "lecture", "part", "step", "章", "节", "课", "讲", "篇", "部分", "步", "步骤"}
TIMES = {"week", "day", "month", "周", "星期", "天", "日", "个月", "月"}
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ROMANS = {"I": 1, "V": 5, "X": 10}

_COUNT = r"(?:(?<![\d.])\d{1,3}(?:\.\d)?|[一二两三四五六七八九十半几数]{1,3})"
_UNIT = (
    r"(?:个?(?:半)?(?:小时|星期|月|周|天|日(?!常)|年|季度|学期|课时|分钟)"
    r"|(?:hours?|hrs?|days?|weeks?|wks?|months?|mos?|years?|minutes?|mins?)(?![A-Za-z]))"
)
_SPAN = rf"(?:(?:约|大约|预计|about|approx\.?|around|~|≈)\s*)?{_COUNT}\s*\+?(?:{_TO}{_COUNT})?\s*\+?\s*-?{_UNIT}(?:以上|左右)?"
_WHEN = (
    rf"(?:第\s*{_NUMBER}(?:{_TO}第?\s*{_NUMBER})?\s*(?:个)?(?:周|天|月|日)"
    rf"|(?:weeks?|days?|months?|hours?)\s*\d{{1,3}}(?:{_TO}\d{{1,3}})?)"
)
_OPEN = "持续进行|持续学习|持续|长期|终身|按需|ongoing|continuous|lifelong"
_TIME = re.compile(rf"{_WHEN}|{_SPAN}", re.IGNORECASE)
_BRACKET = re.compile(r"\s*[（(\[【](?P<inside>[^（()）\[\]【】]*)[）)\]】]")
_INSIDE = re.compile(
    rf"^\s*(?:[^，,、\d（(]{{1,8}}[，,、/]\s*)?(?:(?:共|时间|用时|duration|time)[:：]?\s*)?(?P<time>{_WHEN}|{_SPAN}|(?:{_OPEN}))",
    re.IGNORECASE,
)
_AT_END = re.compile(rf"\s*[-–—|·,，:：⏱⏰🕐]\s*(?P<time>{_WHEN}|{_SPAN})\s*$", re.IGNORECASE)
_LABELLED = re.compile(
    r"^(?:预计|建议|学习|大约|总)?(?:时间|时长|周期|用时|耗时|duration|time(?: needed| required| estimate)?|estimated (?:time|duration)|timeline|timeframe|length|est\.)"
    r"(?:安排|投入|周期)?\s*[:：]\s*(?P<rest>\S.*)$",
    re.IGNORECASE,
)
_LONGEST_LABELLED = 40


class Marker(Value):
    """How a stage is numbered: the word it is counted by ("" for a bare number), its number, and what it is called.

    `position` orders half stages ("Week 3.5"); `weak` marks words that articles are divided by, too.
    """

    family: str
    position: float
    title: str
    duration: str
    weak: bool

    @property
    def number(self) -> int:
        """The number as it is shown."""
        return int(self.position)


def read_marker(text: str) -> Marker | None:
    """The marker that a heading or an item begins with; None when it is not numbered."""
    words = plain(text)
    for form in _FORMS:
        match = form.match(words)
        if match:
            return _marker(words, match)
    return None


def _marker(words: str, match: re.Match[str]) -> Marker:
    family = match["family"].lower()
    position = _value(match["number"])
    duration, rest = read_duration(words[match.end() :])
    if not duration and match["to"] and family in TIMES:
        duration = match.group().strip(" （(:：")
    title = without_stars(re.sub(rf"^{_GAP}", "", rest)) or match.group().strip(" .、:：)）")
    title = title.rstrip(" ：:")
    return Marker(family=family, position=position, title=title, duration=duration, weak=not family or family in WEAK)


def _value(number: str) -> float:
    if number[0].isdigit():
        return float(number)
    if number.lower() in _WORDS:
        return float(_WORDS.index(number.lower()) + 1)
    if number[0] in _ROMANS:
        values = [_ROMANS[letter] for letter in number.upper()]
        return float(sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True)))
    tens, ten, ones = number.rpartition("十")
    digits = "零一二三四五六七八九"
    value = max(digits.find(ones), 0) if ones else 0
    return float(value + (10 * (digits.find(tens) if tens else 1) if ten else 0))


def read_duration(title: str) -> tuple[str, str]:
    """The duration that a title names in brackets or at its end, "" for none, and the title without it."""
    for bracket in _BRACKET.finditer(title):
        match = _INSIDE.match(bracket["inside"])
        if match:
            return match["time"].strip(), title[: bracket.start()] + title[bracket.end() :]
    match = _AT_END.search(title)
    return (match["time"].strip(), title[: match.start()]) if match else ("", title)


def labelled_duration(line: str) -> str:
    """The duration that a line below a heading gives (`时间：2 周`, `Duration: 2 weeks`, `*2–3 weeks*`), else ""."""
    words = re.sub(r"^\s*(?:[-*+>]\s+)+", "", line)
    words = plain(words).strip("（）() ")
    label = _LABELLED.match(words)
    if label:
        time = _TIME.search(label["rest"])
        return time.group().strip() if time else label["rest"].strip()[:_LONGEST_LABELLED]
    whole = _TIME.fullmatch(words)
    return whole.group().strip() if whole else ""
