"""Judges the topics of a corpus together: prerequisites, names, and what roadmaps name without a lesson."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from ingest.checks.twins import Lessons
from ingest.documents import Document, LessonMeta, Problem
from ingest.glossary import Glossary
from ingest.languages import fold
from ingest.values import Value

_NAMED_WITH_ENGLISH = re.compile(r"\*\*([^*（]{2,20}?)(?:\*\*)?（([A-Za-z][A-Za-z .'’-]{2,40})[，）]")


class Chain(Value):
    """What the prerequisites make of the topics: the roots need nothing, the longest chain shows the way up."""

    roots: int
    longest: tuple[str, ...]


def check_prerequisites(lessons: Lessons) -> Iterator[Problem]:
    """Prerequisites that no lesson teaches, that stand on a higher level, or that lead in a circle."""
    for document, meta in _metas(lessons):
        for need in meta.prerequisites:
            line = next(
                (n for n, text in enumerate(document.lines, start=1) if text.strip() == f"- topic: {need.topic}"), 1
            )
            taught = next(iter(lessons.get(need.topic, {}).values()), None)
            if taught is None:
                yield _problem(
                    document, line, f"the prerequisite {need.topic!r} has no lesson; write one or name another"
                )
            elif isinstance(taught.meta, LessonMeta) and taught.meta.level > meta.level:
                yield _problem(
                    document,
                    line,
                    f"the prerequisite {need.topic!r} is of level {taught.meta.level}, this lesson of level {meta.level}",
                )
    try:
        TopologicalSorter(_needs(lessons)).prepare()
    except CycleError as error:
        circle = list(reversed(error.args[1]))
        document = next(iter(lessons[circle[0]].values()))
        yield _problem(document, 0, f"its prerequisites lead in a circle: {' → '.join(circle)}")


def prerequisite_chain(lessons: Lessons) -> Chain:
    """The number of roots and the longest chain; only for prerequisites without a circle."""
    needs = _needs(lessons)
    longest: dict[str, tuple[str, ...]] = {}
    for topic in TopologicalSorter(needs).static_order():
        below = max((longest[need] for need in sorted(needs.get(topic, ()))), key=len, default=())
        longest[topic] = (*below, topic)
    return Chain(roots=sum(not needed for needed in needs.values()), longest=max(longest.values(), key=len, default=()))


def check_names(lessons: Lessons, glossary: Glossary) -> Iterator[Problem]:
    """Names that two topics claim, in the lessons or in the glossary; a lesson may take the name of a part of its topic."""
    claims: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for entry in glossary.entries.values():
        for name in glossary.names(entry.id):
            claims[fold(name)].setdefault(entry.id, "glossary.yaml")
    for document, meta in _metas(lessons):
        for name in filter(None, (meta.name, meta.short, *meta.aliases)):
            claims[fold(name)][meta.topic] = document.path
    wholes = {entry.id: entry.part_of for entry in glossary.entries.values()}
    for name, topics in claims.items():
        apart = sorted(topic for topic in topics if wholes.get(topic) not in topics)
        if len(apart) > 1:
            path = next((path for path in topics.values() if path != "glossary.yaml"), "glossary.yaml")
            yield Problem(path=path, line=0, message=f"the name {name!r} stands for {' and '.join(apart)}")


def check_entries(lessons: Lessons, glossary: Glossary) -> Iterator[Problem]:
    """Lessons that the glossary does not know, and parts of unknown wholes."""
    for document, meta in _metas(lessons):
        if meta.topic not in glossary.entries:
            yield _problem(document, 1, f"the topic {meta.topic!r} is not in glossary.yaml; add an entry for it")
    for entry in glossary.entries.values():
        if entry.part_of and entry.part_of not in glossary.entries:
            message = f"{entry.id} is part of {entry.part_of!r}, which is no entry"
            yield Problem(path="glossary.yaml", line=0, message=message)


def check_taught(roadmaps: Iterable[Document], lessons: Lessons, glossary: Glossary) -> Iterator[Problem]:
    """What a roadmap names to learn although neither it nor what it is part of has a lesson."""
    for document in roadmaps:
        told: set[str] = set()
        for line, text in enumerate(document.lines, start=1):
            for topic in glossary.topics(text) if line >= document.body_line else ():
                if topic not in told and glossary.entries[topic].taught and not _lesson_for(topic, lessons, glossary):
                    told.add(topic)
                    name = glossary.topic(topic).zh
                    yield _problem(document, line, f"names {name} ({topic}), which has no lesson")


def _lesson_for(topic: str, lessons: Lessons, glossary: Glossary) -> bool:
    seen: set[str] = set()
    while topic in glossary.entries and topic not in seen:
        if topic in lessons:
            return True
        seen.add(topic)
        topic = glossary.entries[topic].part_of
    return False


def unknown_terms(lessons: Lessons, glossary: Glossary) -> dict[str, str]:
    """The key terms of Chinese lessons, `**遗忘门**（forget gate）`, of which the glossary has neither name."""
    found: dict[str, str] = {}
    for both in lessons.values():
        if "zh" in both:
            for chinese, english in _NAMED_WITH_ENGLISH.findall(both["zh"].body):
                if not glossary.topics(chinese) and not glossary.topics(english):
                    found[chinese.strip()] = english.strip()
    return found


def _needs(lessons: Lessons) -> Mapping[str, set[str]]:
    needs: dict[str, set[str]] = {topic: set() for topic in lessons}
    for _, meta in _metas(lessons):
        needs[meta.topic] |= {need.topic for need in meta.prerequisites if need.topic in lessons}
    return needs


def _metas(lessons: Lessons) -> Iterator[tuple[Document, LessonMeta]]:
    for both in lessons.values():
        for document in both.values():
            if isinstance(document.meta, LessonMeta):
                yield document, document.meta


def _problem(document: Document, line: int, message: str) -> Problem:
    return Problem(path=document.path, line=line, message=message)
