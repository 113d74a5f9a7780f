"""Judges one lesson by itself: its sections, its length, its items and its addresses."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from ingest.checks.parts import python_blocks, sections, words
from ingest.documents import Document, LessonMeta, Problem
from ingest.languages import fold
from ingest.lessons import ROLES, Lesson, read_lesson, role_of
from ingest.markdown import fences
from ingest.values import Language

LENGTHS: dict[Language, tuple[int, int]] = {"zh": (500, 1200), "en": (300, 700)}
LONGEST_SNIPPET = 20
_EXPLAINING = ("definition", "problem", "mechanism", "example", "use", "onward")
_UNITS: dict[Language, str] = {"zh": "Chinese characters", "en": "words"}
_PROSE = re.compile(r"[^\s#|>*\-\d$`]")


def check_lesson(document: Document) -> Iterator[Problem]:
    """What is wrong with a lesson; nothing for a document that is no lesson."""
    lesson, meta = read_lesson(document), document.meta
    if lesson is None or not isinstance(meta, LessonMeta):
        return
    if document.id != f"lessons/{meta.topic}/{document.language}":
        yield _problem(document, 1, f"expected at lessons/{meta.topic}/{document.language}.md; move it or mend 'topic'")
    yield from _sections(document)
    yield from _empty_sections(document)
    yield from _length(document)
    yield from _items(document, meta, lesson)
    yield from _addresses(document, meta)
    yield from _lines(document)


def _problem(document: Document, line: int, message: str) -> Problem:
    return Problem(path=document.path, line=line, message=message)


def _sections(document: Document) -> Iterator[Problem]:
    found = [(role_of((section.title,)), section.line) for section in sections(document)]
    roles = [role for role, _ in found if role]
    for role in ROLES:
        if role not in roles:
            yield _problem(document, 0, f"has no section for its {role}; corpus/README.md lists the ten sections")
    for role, line in found:
        if not role:
            yield _problem(document, line, "this section is none of the ten; corpus/README.md lists them")
        elif roles.count(role) > 1:
            yield _problem(document, line, f"the section for the {role} stands here more than once; join them")
    if sorted(roles) == sorted(ROLES) and roles != list(ROLES):
        wrong = next(line for (role, line), expected in zip(found, ROLES, strict=False) if role != expected)
        yield _problem(document, wrong, "the ten sections are out of order from here; corpus/README.md has the order")


def _empty_sections(document: Document) -> Iterator[Problem]:
    for section in sections(document):
        if not any(line.strip() for line in section.body):
            yield _problem(document, section.line, f"the section {section.title!r} is empty; fill it in")


def _length(document: Document) -> Iterator[Problem]:
    """The explaining sections are counted, without code and formulas; items, exercise and references are not."""
    explained = [section for section in sections(document) if role_of((section.title,)) in _EXPLAINING]
    length = sum(words(line, document.language) for section in explained for line in section.prose)
    shortest, longest = LENGTHS[document.language]
    if not shortest <= length <= longest:
        fault = "thin" if length < shortest else "long"
        yield _problem(
            document,
            0,
            f"too {fault}: {length} {_UNITS[document.language]} explain the topic, {shortest} to {longest} are expected",
        )


def _items(document: Document, meta: LessonMeta, lesson: Lesson) -> Iterator[Problem]:
    if not len(lesson.misconceptions) == len(meta.misconceptions) == len(set(meta.misconceptions)) == 3:
        yield _problem(
            document,
            0,
            f"has {len(lesson.misconceptions)} misconceptions and {len(set(meta.misconceptions))} ids for them; "
            "write three of each",
        )
    if len(lesson.checks) != 3:
        yield _problem(document, 0, f"has {len(lesson.checks)} self-checks; write three")
    for check in lesson.checks:
        if len({fold(option) for option in (check.answer, *check.wrong)}) != 4:
            yield _problem(document, check.line, "a self-check needs one answer and three others, all different")
    for code, line in python_blocks(document):
        if code.count("\n") + 1 > LONGEST_SNIPPET:
            yield _problem(document, line, f"a snippet has more than {LONGEST_SNIPPET} lines; shorten it")


def _addresses(document: Document, meta: LessonMeta) -> Iterator[Problem]:
    if not 2 <= len(meta.resources) <= 4:
        yield _problem(document, 0, f"has {len(meta.resources)} resources; name two to four")
    for resource in meta.resources:
        line = next((n for n, text in enumerate(document.lines, start=1) if resource.url in text), 1)
        host = urlsplit(resource.url).hostname or ""
        if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host):
            yield _problem(document, line, f"the resource {resource.title!r} has no address on the web")
        if not resource.read or resource.minutes < 1:
            yield _problem(document, line, f"the resource {resource.title!r} does not say what to read and how long")


def _lines(document: Document) -> Iterator[Problem]:
    """A quote is a line: prose that continues on the next line would be cut in two."""
    body = document.body.split("\n")
    code = {number for block in fences(body) for number in block}
    prose = {number for number, line in enumerate(body) if number not in code and _PROSE.match(line)}
    for number in sorted(prose):
        if number + 1 in prose:
            yield _problem(document, document.body_line + number, "a paragraph goes on below; write it on one line")
