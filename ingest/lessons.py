"""Knows the ten sections of a lesson, and reads its misconceptions and self-checks."""

import re

from ingest.documents import Document, LessonMeta, Prerequisite, Resource
from ingest.values import Language, Value

_ROLES: dict[str, str] = {
    "一句话": "definition",
    "解决什么问题": "problem",
    "怎样工作": "mechanism",
    "例子": "example",
    "何时用，何时不用": "use",
    "常见误解": "misconceptions",
    "接下来": "onward",
    "自测": "check",
    "练习": "exercise",
    "参考": "references",
    "In one sentence": "definition",
    "The problem it solves": "problem",
    "How it works": "mechanism",
    "Example": "example",
    "When to use it": "use",
    "Common misconceptions": "misconceptions",
    "What it opens up": "onward",
    "Self-check": "check",
    "Exercise": "exercise",
    "References": "references",
}
ROLES = tuple(dict.fromkeys(_ROLES.values()))
NOT_FOR_ANSWERS = ("check", "exercise", "references")
_PART = re.compile(r"^\s*(?:-\s+)?\*\*(.+?)[：:]\*\*\s*(.+?)\s*$")
_LABELS = {
    "误解": "belief",
    "更正": "correction",
    "原因": "why",
    "问": "question",
    "答": "answer",
    "错": "wrong",
    "Misconception": "belief",
    "Correction": "correction",
    "Why": "why",
    "Q": "question",
    "A": "answer",
    "Wrong": "wrong",
}


class Misconception(Value):
    """A wrong belief, its correction, why people fall for it, and the line of the correction in the file."""

    belief: str
    correction: str
    why: str
    line: int


class SelfCheck(Value):
    """A single-choice question of a lesson with its right and wrong answers, and its line in the file."""

    question: str
    answer: str
    wrong: tuple[str, ...]
    line: int


class Lesson(Value):
    """What code needs of a lesson beside its text."""

    document: str
    topic: str
    language: Language
    level: int
    minutes: int
    prerequisites: tuple[Prerequisite, ...]
    resources: tuple[Resource, ...]
    misconceptions: tuple[Misconception, ...]
    checks: tuple[SelfCheck, ...]


def role_of(heading: tuple[str, ...]) -> str:
    """The role of the section that a heading path stands in, or "" outside the known sections."""
    return next((_ROLES[part] for part in heading if part in _ROLES), "")


def read_lesson(document: Document) -> Lesson | None:
    """The lesson that a document holds, or None when it is no lesson."""
    if not isinstance(document.meta, LessonMeta):
        return None
    misconceptions: list[Misconception] = []
    checks: list[SelfCheck] = []
    for line, parts in _labelled_items(document):
        match parts:
            case {"belief": belief, "correction": correction, "why": why}:
                misconceptions.append(Misconception(belief=belief, correction=correction, why=why, line=line))
            case {"question": question, "answer": answer, "wrong": wrong}:
                options = tuple(option.strip() for option in re.split(r"\s*[｜|]\s*", wrong) if option.strip())
                checks.append(SelfCheck(question=question, answer=answer, wrong=options, line=line))
    return Lesson(
        document=document.id,
        topic=document.meta.topic,
        language=document.language,
        level=document.meta.level,
        minutes=document.meta.minutes,
        prerequisites=document.meta.prerequisites,
        resources=document.meta.resources,
        misconceptions=tuple(misconceptions),
        checks=tuple(checks),
    )


def _labelled_items(document: Document) -> list[tuple[int, dict[str, str]]]:
    """Each list item written as `- **问：** …` with labelled lines below it, and the line of its second part."""
    items: list[tuple[int, dict[str, str]]] = []
    for number, line in enumerate(document.lines, start=1):
        part = _PART.match(line)
        label = _LABELS.get(part.group(1).strip()) if part else None
        if part is None or label is None:
            continue
        if line.lstrip().startswith("-"):
            items.append((number + 1, {}))
        if items:
            items[-1][1][label] = part.group(2)
    return items
