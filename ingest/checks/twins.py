"""Holds the Chinese and the English lesson of a topic against each other: both must say the same."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from ingest.checks.parts import formulas, numbers, python_blocks, sections, without_comments
from ingest.documents import Document, LessonMeta, Problem
from ingest.lessons import role_of
from ingest.values import Language

_SAME = ("field", "level", "minutes", "misconceptions", "reviewed")
_IDENTIFIER = re.compile(r"\d{4}\.\d{4,5}|https?://[^\s)）>，。；：、]*[\w/]")
Lessons = Mapping[str, Mapping[Language, Document]]


def check_twins(lessons: Lessons) -> Iterator[Problem]:
    """A lesson without its twin, and every difference between two that should say the same."""
    for topic, both in lessons.items():
        match both:
            case {"zh": zh, "en": en}:
                yield from _differences(zh, en)
            case {"zh": alone} | {"en": alone}:
                missing = "en" if alone.language == "zh" else "zh"
                yield _problem(alone, 0, f"has no twin lessons/{topic}/{missing}.md; write it")


def _differences(zh: Document, en: Document) -> Iterator[Problem]:
    yield from _front_matter(zh, en)
    yield from _structure(zh, en)
    codes = [[without_comments(code) for code, _ in python_blocks(twin)] for twin in (zh, en)]
    if codes[0] != codes[1]:
        yield _problem(en, 0, "its Python code differs from that of zh.md; make both the same but for comments")
    if formulas(zh) != formulas(en):
        odd = _odd(formulas(zh), formulas(en))
        yield _problem(en, 0, f"its display formulas differ from those of zh.md: {odd}")
    if numbers(zh) != numbers(en):
        odd = _odd([_shown(n) for n in sorted(numbers(zh))], [_shown(n) for n in sorted(numbers(en))])
        yield _problem(en, 0, f"its numbers differ from those of zh.md: {odd}")
    if _references(zh) != _references(en):
        odd = _odd(sorted(_references(zh)), sorted(_references(en)))
        yield _problem(en, 0, f"its references differ from those of zh.md: {odd}")


def _front_matter(zh: Document, en: Document) -> Iterator[Problem]:
    if not (isinstance(zh.meta, LessonMeta) and isinstance(en.meta, LessonMeta)):
        return
    different = [name for name in _SAME if getattr(zh.meta, name) != getattr(en.meta, name)]
    if [need.topic for need in zh.meta.prerequisites] != [need.topic for need in en.meta.prerequisites]:
        different.append("prerequisites")
    if [resource.url for resource in zh.meta.resources] != [resource.url for resource in en.meta.resources]:
        different.append("resources")
    for name in different:
        line = next((n for n, text in enumerate(en.lines, start=1) if text.startswith(f"{name}:")), 1)
        yield _problem(en, line, f"'{name}' differs from that of zh.md; make both the same")


def _structure(zh: Document, en: Document) -> Iterator[Problem]:
    shapes = {role_of((section.title,)): section.shape for section in sections(zh)}
    for section in sections(en):
        expected = shapes.get(role_of((section.title,)))
        if expected and section.shape != expected:
            yield _problem(
                en,
                section.line,
                f"the section has {_shape(section.shape)}, its twin in zh.md {_shape(expected)}; make both alike",
            )


def _shape(shape: tuple[int, int]) -> str:
    return f"{shape[0]} list items and {shape[1]} other lines"


def _references(document: Document) -> set[str]:
    """The arXiv numbers and addresses of the section for references."""
    listed = [section for section in sections(document) if role_of((section.title,)) == "references"]
    return set(_IDENTIFIER.findall("\n".join(line for section in listed for line in section.body)))


def _odd(zh: list[str], en: list[str]) -> str:
    only_zh, only_en = [item for item in zh if item not in en], [item for item in en if item not in zh]
    sides = [f"only in {name} {', '.join(items[:4])}" for name, items in (("zh", only_zh), ("en", only_en)) if items]
    return "; ".join(sides) or "their order"


def _shown(number: Decimal) -> str:
    return f"{number:f}"


def _problem(document: Document, line: int, message: str) -> Problem:
    return Problem(path=document.path, line=line, message=message)
