"""Reads sentences that state an order: `先学 A，再学 B`, "Learn A before B", "B builds on A"; not those that deny one."""

import re
from collections.abc import Iterator
from itertools import pairwise

from ingest.glossary import Glossary
from ingest.languages import HAN
from ingest.roadmap.names import Names
from ingest.roadmap.plain import plain, singular
from ingest.sentences import sentences

_LONGEST = 300
_VERB = (
    r"(?:learn|study|understand|master|cover|tackle|explore|read|know|take|finish|complete|grasp|do|start|begin|move on to"
    r"|go (?:on|through|for)|dive into|dig into|jump (?:in)?to|get (?:familiar|comfortable) with|focus on|continue (?:to|with)"
    r"|proceed to|progress to|turn to|attempt|try|approach|touch)"
)
_ING = (
    r"(?:learning|studying|understanding|mastering|covering|tackling|exploring|reading|knowing|finishing|completing|grasping"
    r"|starting|beginning|moving (?:on )?to|diving into|digging into|jumping (?:in)?to|attempting|approaching|touching|getting (?:in)?to)"
)
_EN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_VERB}(?:\s+about)?\s+(?P<before>[^.;:]+?),?\s+before\s+(?:you\s+)?(?:(?:{_ING}|{_VERB})\s+)?(?P<after>[^.;:,]+)",
        rf"\b{_VERB}(?:\s+about)?\s+(?P<after>[^.;:,]+?),?\s+(?:only\s+)?after\s+(?:you(?:'ve| have)?\s+)?(?:(?:{_ING}|{_VERB}|learned|learnt|studied|mastered|finished)\s+)?(?P<before>[^.;:,]+)",
        rf"\bbefore\s+(?!we\b|I\b|they\b|it\b)(?:you\s+)?(?:(?:{_ING}|{_VERB})\s+)?(?P<after>[^,.;:]+?),\s*(?=[^.]*\b(?:{_VERB}|need|should|must|important)\b)(?P<before>[^.;]+)",
        rf"\b(?:after|once you(?:'ve| have)?|when you|having)\s+(?:(?:{_ING}|{_VERB}|learned|learnt|studied|understood|mastered|finished|completed|covered)\s+)?(?P<before>[^,.;:]+?),\s*"
        rf"(?:then\s+)?(?:you(?:'re| are)? (?:can|should|may|could|will|ready to)\s+)?{_VERB}\s+(?P<after>[^.;]+)",
        r"\b(?:once you(?:'ve| have)?|when you)\s+(?:know|understand|understood|learned|learnt|mastered|grasp|grasped)\s+(?P<before>[^,.;:]+?),\s*(?P<after>[^.;]+)",
        rf"\bfirst,?\s+{_VERB}\s+(?:about\s+)?(?P<before>[^.;:]+?)[,;]?\s+(?:and\s+)?then\s+(?:{_VERB}\s+)?(?P<after>[^.;:]+)",
        rf"\b{_VERB}\s+(?P<before>[^.;:]+?)\s+first\b[,;]?\s+(?:and\s+)?then\s+(?:{_VERB}\s+)?(?P<after>[^.;:]+)",
        rf"\b(?:start|begin)(?:ing)?\s+(?:with|from)\s+(?P<before>[^.;:]+?)[,;.]?\s+(?:and\s+)?(?:then|next|before|followed by)\s+(?:(?:{_VERB}|{_ING})\s+)?(?P<after>[^.;:]+)",
        r"(?P<before>[^.;:]+?)\s+(?:is|are)\s+(?:an?\s+|the\s+)?(?:[a-z]+\s+)?(?:prerequisites?|foundations?|basis|pre-requisites?)\s+(?:for|of|to)\s+(?P<after>[^.;:]+)",
        r"(?P<after>[^.;:,]+?)\s+(?:requires?|assumes?|presupposes?|needs?)\s+(?:(?:a|some|basic|prior|good|solid|working)\s+)*(?:knowledge|understanding|familiarity|grasp|command)\s+(?:of|with)\s+(?P<before>[^.;:]+)",
    )
)
# A bare verb says too little by itself: both sides must be names and nothing else.
_BARE = re.compile(
    r"^(?P<after>[^.;:]+?)\s+(?:requires?|assumes?|presupposes?|builds? (?:up)?on(?: top of)?|depends? on|relies on)\s+(?P<before>[^.;:]+?)\.?$",
    re.IGNORECASE,
)
_NOT_EN = re.compile(
    r"\b(?:don[’']t|do not|doesn[’']t|does not|needn[’']t|need not|no need|no particular order|never|isn[’']t|is not"
    r"|aren[’']t|are not|instead of|rather than|not (?:necessar|required|need)|without|nobody|no one|skip)",
    re.IGNORECASE,
)
_STEP = r"(?:学习?|看|掌握|深入|进入|转向|转入|了解|研究|理解|攻克|接触|进阶)"
_NOT_ZH = re.compile(
    r"(?:不(?:必|用|要|需要?|应该?|一定要?|一定非?要?|是)?|无需|没有|没必要|别|并非|未必)\s*(?:先|在|等|非要|一定要|等到)*\s*$"
)
_ZH = (
    re.compile(r"先(?![进前验])(?P<before>.+?)[，,；]?\s*(?:再|然后|之后|接着)(?P<after>.+)"),
    re.compile(
        r"(?:学完|学会|学好|掌握|看完|读完|完成|吃透|搞懂|弄懂)了?(?P<before>[^，,；]+?)(?:之后|以后|后)?[，,]?\s*(?:再|才|就|接着|可以|便可|即可|开始)(?P<after>.+)"
    ),
    re.compile(r"(?P<before>.+?)(?:之后|以后)[，,]?\s*(?:再|才|就|接着|转入|进入|学习?|是)(?P<after>.+)"),
    re.compile(
        r"(?P<before>.+?)[，,]?(?:是|作为)(?:理解|学习|掌握|通往|进入)?(?P<after>[^，,。]+?)的(?:必要|重要|核心|数学|主要)?(?:铺垫|前提|基础|准备|基石|前身|垫脚石|先修|前置)"
    ),
    re.compile(
        r"(?P<before>.+?)[，,]?为(?:理解|学习|掌握)?(?P<after>[^，,。]+?)(?:打好?基础|打下基础|做铺垫|铺路|做准备)"
    ),
    re.compile(
        rf"在?(?:开始)?{_STEP}(?P<after>[^，,；]+?)之?前[，,]?\s*(?:你|请|最好|务必|建议|应该?|需要?|必须|要|得|一定)*先?(?:{_STEP}|学会|具备|补|打好|熟悉|学完)(?P<before>.+)"
    ),
    re.compile(r"(?P<after>[^，,；]+?)(?:是)?建立在(?P<before>[^，,；]+?)(?:的?基础)?之?上"),
    re.compile(
        rf"(?:从|学|掌握|了解)(?P<before>[^；]+?)[，,；]\s*(?:接着|然后|随后|接下来|之后|最后)(?:再|就|便|可以|去)*{_STEP}(?P<after>.+)"
    ),
)
_IN_TURN = re.compile(
    r"(?:依次|按照?(?:以下|下列|如下|这个)?顺序|按序)(?:地|来)?(?:学习?|掌握|了解|看|攻克|阅读|理解)[：:]?(?P<list>.+)"
    r"|(?:学习|阅读)?顺序(?:是|为|如下)?[：:](?P<after>.+)"
)
# Outside roadmaps a sentence orders what is learned only when it speaks of learning.
_SPEAKS = re.compile(
    r"学(?!率)|掌握|理解|了解|熟悉|基础|前提|\b(?:learn|stud(?:y|ied)|master|understand|familiar|prerequisite|knowledge|builds? (?:up)?on|assumes?)",
    re.IGNORECASE,
)
_REQUIRED = re.compile(
    r"^(?:前置(?:知识|要求|条件|课程|技能)?|先修(?:知识|课程|要求|内容)?|预备知识|先决条件|prerequisites?|pre-requisites?|assumed knowledge|you should (?:already )?know)"
    r"\s*[:：]\s*(?P<asked>\S.*)$",
    re.IGNORECASE,
)
_IN_TURN_EN = re.compile(
    rf"\b(?:in (?:this|the following) order|in order|in sequence)\s*:\s*(?P<list>.+)|\b{_VERB}\s+(?P<named>[^.;:]+?)\s*,?\s+in (?:this|that) order\b",
    re.IGNORECASE,
)

Order = tuple[list[str], list[str], str]


def required_of(text: str) -> str:
    """What a line asks to know beforehand, after its label; "" for a line without such a label."""
    match = _REQUIRED.match(plain(re.sub(r"^\s*(?:[-*+>]\s+)+", "", text)))
    return match["asked"] if match and not _NOT_EN.search(match["asked"]) else ""


def statements_of(text: str, glossary: Glossary, learning: bool) -> Iterator[Order]:
    """The topics before, the topics after, and the sentence that says so, for each sentence of a line.

    `learning` says whether the document is about an order to learn in; elsewhere a sentence must speak of learning.
    """
    for sentence in sentences(text):
        asks = sentence.text.endswith(("？", "?"))
        if len(sentence.text) <= _LONGEST and not asks and (learning or _SPEAKS.search(sentence.text)):
            found = _orders(singular(sentence.text), glossary)
            yield from ((before, after, sentence.text) for before, after in found)


def _orders(sentence: str, glossary: Glossary) -> list[tuple[list[str], list[str]]]:
    if HAN.search(sentence):
        return _chinese(sentence, glossary)
    if _NOT_EN.search(sentence):
        return []
    listed = _IN_TURN_EN.search(sentence)
    if listed:
        return _one_by_one(listed["list"] or listed["named"], glossary)
    for pattern in _EN:
        match = pattern.search(sentence)
        if match:
            return _topics(match, glossary)
    bare = _BARE.match(sentence)
    names = Names(glossary)
    sides = [names.station(bare[side]) for side in ("before", "after")] if bare else []
    return [(sides[0], sides[1])] if sides and all(sides) and not names.unknown else []


def _chinese(sentence: str, glossary: Glossary) -> list[tuple[list[str], list[str]]]:
    listed = _IN_TURN.search(sentence)
    if listed and not _NOT_ZH.search(sentence[: listed.start()]):
        return _one_by_one(listed["list"] or listed["after"], glossary)
    for pattern in _ZH:
        match = pattern.search(sentence)
        if match and _denied(match):
            return []
        if match and (found := _topics(match, glossary)):
            return found
    return []


def _topics(match: re.Match[str], glossary: Glossary) -> list[tuple[list[str], list[str]]]:
    before, after = glossary.topics(match["before"]), glossary.topics(match["after"])
    return [(before, after)] if before and after else []


def _one_by_one(listed: str, glossary: Glossary) -> list[tuple[list[str], list[str]]]:
    return [([a], [b]) for a, b in pairwise(glossary.topics(listed))]


def _denied(match: re.Match[str]) -> bool:
    """Whether an order is named only to say that there is none: `不必先学 RNN 再学 LSTM`, `RNN 不是 LSTM 的前提`."""
    return bool(_NOT_ZH.search(match.string[: match.start()]) or _NOT_ZH.search(match["before"]))
