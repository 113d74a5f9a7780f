"""What a question about order says: the topics it is about, what its writer knows, how much time there is."""

import math
import re
from collections.abc import Sequence

from app.intent import TOPIC, OrderKind, Profile, knows, order_kind, profile_of
from app.roadmaps import WHOLE
from ingest.glossary import Glossary, Mention
from ingest.languages import fold
from ingest.values import Value

_GOAL = (
    r"学到|走到|到达|达到|通往|(?<![遇得感看听想提])到|(?:可以|能|想|要|该|开始|直接|怎么|怎样|如何|才能|去)[^，。；？?]{0,4}?(?:学习?|学会|了解|掌握|上手|看|读|进入|开始)"
    r"|->|→|=>|\bready for\b|\b(?:learn|study|start|begin|reach|tackle|take on|try|jump into|dive into|enough for|to|towards?|into|about)\b"
)
_KNOWN = (
    r"(?<![学机])会|懂|学过|学完|学了|学好|掌握了|了解|熟悉|看完|从|有"
    r"|\b(?:know|knew|understand|understood|learned|learnt|studied|covered|finished|completed|familiar with|done|have|had|from|with|after)\b"
)
_MARK = re.compile(rf"(?P<goal>{_GOAL})|(?P<known>{_KNOWN})|(?P<stop>[。；;.!！?？])|(?P<topic>{TOPIC})")
_NUMBERS = {word: n for n, word in enumerate("一二三四五六七八九十", start=1)} | {"两": 2, "半": 0.5}
_NUMBERS |= {
    word: n
    for n, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], start=1)
}
_NUMBERS |= {"十二": 12, "twelve": 12, "a": 1, "an": 1}
_NUMBER = rf"(?P<number>\d+(?:\.\d+)?|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_WEEKS = re.compile(rf"{_NUMBER}[\s-]*个?(?P<unit>周|星期|礼拜|月|年|天|weeks?\b|months?\b|years?\b|days?\b)")
_HOURS = re.compile(rf"{_NUMBER}[\s-]*个?(?P<unit>小时|钟头|hours?\b|hrs?\b|h\b)")
_A_WEEK = re.compile(rf"an? (?:week|month)|一个?(?:周|星期|礼拜|月)\s*{_NUMBER}\s*个?小时")
_A_DAY = re.compile(r"每天|一天|每日|a day|per day|daily|every day|each day")
_DAYS_IN_A_WEEK = 7
_WEEKS_IN: dict[str, float] = {"月": 4, "m": 4, "年": 52, "y": 52, "天": 1 / _DAYS_IN_A_WEEK, "d": 1 / _DAYS_IN_A_WEEK}
_JOINED = re.compile(r"[和与跟]|还是|\band\b|\bor\b")
_ASKED_BEHIND = re.compile(r"学(?:什么|啥|哪|谁)")
# A question that names something, only nothing to learn: "which planet comes after Mars?"
_UNKNOWN = re.compile(r"\b(?:after|before) (?!th[aei]|it\b|all\b|what|which)\w+|\b(?:after|before) the \w+")
_ELLIPSIS = re.compile(r"([\w-]+)\s+(?:or|and|vs\.?|versus)\s+$")
_BEFORE = re.compile(rf"\b(?:before|(?:prereq\w*|background)\b.*?\b(?:of|for|to)|first for)\b[^{TOPIC}]*")


class Asked(Value):
    """A question about order. `about` are its topics, for `path`, `ready` and `plan` the goal; `hours` are per week.

    None of weeks or hours: the question does not say.
    """

    kind: OrderKind
    about: tuple[str, ...]
    known: tuple[str, ...] = ()
    weeks: int | None = None
    hours: float | None = None
    profile: Profile = ""


def read_order(glossary: Glossary, question: str) -> Asked | None:
    """What a question about order asks, or None when it asks none."""
    mentions = _subjects(glossary, question)
    masked = _masked(question, mentions)
    kind = order_kind(masked)
    apart = [part for mention in mentions for part in _parts(glossary, question, mention)]
    if kind is None and order_kind(_masked(question, apart)) == "compare":
        mentions, masked, kind = apart, _masked(question, apart), "compare"
    if kind is None or (not mentions and _UNKNOWN.search(masked)):
        return None
    topics = [mention.topic for mention in mentions]
    goals, known = _goals_and_known(masked, topics)
    match kind:
        case "path" | "ready" | "plan":
            about = goals[:1]
            known = [topic for topic in known if topic not in goals]
        case "compare":
            about = list(dict.fromkeys(goals if len(set(goals)) > 1 else topics))[-2:]
            if len(about) == 1:
                return None
            known = [topic for topic in known if topic not in about]
        case "before":
            about = [_asked_before(masked, topics)] if topics else []
            known = [topic for topic in topics if topic not in about] if knows(masked) else []
        case "after" | "where":
            about = known = topics
    return Asked(
        kind=kind,
        about=tuple(dict.fromkeys(about)),
        known=tuple(dict.fromkeys(known)),
        weeks=_weeks(masked),
        hours=_hours(masked),
        profile=profile_of(masked),
    )


def _subjects(glossary: Glossary, question: str) -> list[Mention]:
    """The topics named; beside another ("LLM agents", "微调大模型") the field as a whole only says where one stands."""
    named = [_without_verb(glossary, question, mention) for mention in glossary.find(question)]
    found = [mention for mention in named if glossary.entries[mention.topic].taught] or named
    return [
        mention
        for n, mention in enumerate(found)
        if mention.topic not in WHOLE
        or not any(_touch(question, mention, other) for other in found[max(0, n - 1) : n + 2])
    ]


def _without_verb(glossary: Glossary, question: str, mention: Mention) -> Mention:
    """A name that ends in 学 ("微积分学") leaves that character to a question after it: "学完微积分学什么"."""
    shorter = question[mention.start : mention.end - 1]
    if _ASKED_BEHIND.match(fold(question), mention.end - 1) and glossary.topics(shorter) == [mention.topic]:
        return Mention(topic=mention.topic, start=mention.start, end=mention.end - 1)
    return mention


def _parts(glossary: Glossary, question: str, mention: Mention) -> list[Mention]:
    """The topics that a name joins ("预训练和微调"), and what stands short before one ("masked or causal language models")."""
    name = question[mention.start : mention.end]
    joint = _JOINED.search(fold(name))
    if joint:
        first, second = glossary.find(name[: joint.start()])[-1:], glossary.find(name[joint.end() :])[:1]
        if first and second:
            return [_moved(first[0], mention.start), _moved(second[0], mention.start + joint.end())]
    short = _ELLIPSIS.search(fold(question[: mention.start]))
    words = name.split()
    for shared in range(1, len(words)) if short else ():
        whole = f"{short[1]} {' '.join(words[shared:])}" if short else ""
        found = glossary.find(whole)
        if short and len(found) == 1 and found[0].start == 0 and found[0].end == len(whole):
            return [Mention(topic=found[0].topic, start=short.start(1), end=short.end(1)), mention]
    return [mention]


def _moved(mention: Mention, by: int) -> Mention:
    return Mention(topic=mention.topic, start=mention.start + by, end=mention.end + by)


def _touch(question: str, one: Mention, other: Mention) -> bool:
    first, second = sorted((one, other), key=lambda mention: mention.start)
    return first.start != second.start and not question[first.end : second.start].strip()


def _masked(question: str, mentions: Sequence[Mention]) -> str:
    text, end = "", 0
    folded = fold(question)
    for mention in mentions:
        text += folded[end : mention.start] + TOPIC
        end = mention.end
    return text + folded[end:]


def _goals_and_known(masked: str, topics: Sequence[str]) -> tuple[list[str], list[str]]:
    """The goal is what the last word of aiming leads to, without one the topic named last; the others are known."""
    groups: list[list[int]] = []
    aiming = False
    place = 0
    for mark in _MARK.finditer(masked):
        match mark.lastgroup:
            case "topic":
                if aiming:
                    groups[-1].append(place)
                place += 1
            case "goal":
                aiming = True
                groups.append([])
            case _:
                aiming = False
    aims = [group for group in groups if group]
    chosen = aims[-1] if aims else [len(topics) - 1] if topics else []
    known = [topic for n, topic in enumerate(topics) if n not in chosen]
    return [topics[n] for n in chosen], known


def _asked_before(masked: str, topics: Sequence[str]) -> str:
    """English names the topic behind the word `before`, Chinese in front of `之前`: there it is the last one named."""
    found = _BEFORE.search(masked)
    behind = masked[: found.end()].count(TOPIC) if found else len(topics)
    return topics[behind] if behind < len(topics) else topics[-1]


def _weeks(text: str) -> int | None:
    """The first stretch of a week or more; "an hour a day" names a day and is none."""
    for found in _WEEKS.finditer(text):
        weeks = _number(found["number"]) * _WEEKS_IN.get(found["unit"][0], 1)
        if weeks >= 1 and not _A_WEEK.match(text, found.start()):
            return math.ceil(weeks)
    return None


def _hours(text: str) -> float | None:
    found = _HOURS.search(text)
    if found is None:
        return None
    return _number(found["number"]) * (_DAYS_IN_A_WEEK if _A_DAY.search(text) else 1)


def _number(word: str) -> float:
    return float(_NUMBERS.get(word) or word)
