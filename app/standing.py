"""Which stage of each roadmap a learner has reached, told from the topics that each stage names; and its projects."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from app.orders import orders_of
from ingest.library import Library
from ingest.roadmap import STAGE
from ingest.values import Chunk, Evidence, Value, Where

# From this share of its topics on, a stage counts as done.
DONE = 0.5
_FEWEST = 2
_PROJECTS = re.compile(r"^\s*(?:实践项目|项目实践|项目|projects?)[：:]?\s*$", re.IGNORECASE)
_PROJECT_HEADING = re.compile(r"项目|projects?\b", re.IGNORECASE)
_PROJECT = re.compile(r"^\s*[-*+] \*\*.+\*\*")
_ITEM = re.compile(r"^\s*[-*+] ")


class StageTopics(Value):
    """A stage of a document: the line that opens it, and every topic that it names."""

    place: Evidence
    topics: tuple[str, ...]


class Reached(Value):
    """How many of a stage's topics are known, of how many."""

    place: Evidence
    known: int
    of: int

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.known / self.of


class Standing(Value):
    """A learner on one roadmap: every stage with its share, and the number of the current one, counted from 0.

    The current stage is the first of whose topics less than half are known; behind the last one, all are done.
    """

    document: str
    stages: tuple[Reached, ...]
    current: int


class Project(Value):
    """A project that a roadmap proposes, with its line and the topics that it names."""

    place: Evidence
    topics: tuple[str, ...]


def standings(library: Library, known: Sequence[str]) -> tuple[Standing, ...]:
    """Where a learner with this knowledge, and what it implies, stands on each roadmap with numbered stages."""
    familiar = orders_of(library).familiar(known)
    found: list[Standing] = []
    for document, stages in groupby(_stages(library), key=lambda stage: stage.place.document):
        reached = [
            Reached(place=stage.place, known=len(familiar & set(stage.topics)), of=len(stage.topics))
            for stage in stages
        ]
        current = next((n for n, stage in enumerate(reached) if stage.share < DONE), len(reached))
        found.append(Standing(document=document, stages=tuple(reached), current=current))
    return tuple(found)


def project_for(library: Library, topic: str) -> Project | None:
    """The first project of a roadmap that names the topic; None when there is none."""
    return next((project for project in _projects(library) if topic in project.topics), None)


@lru_cache(maxsize=1)
def _stages(library: Library) -> tuple[StageTopics, ...]:
    return tuple(stage for document in _documents(library) for stage in _stages_of(library, document))


@lru_cache(maxsize=1)
def _projects(library: Library) -> tuple[Project, ...]:
    return tuple(project for document in _documents(library) for project in _projects_of(library, document))


def _documents(library: Library) -> Iterator[list[Chunk]]:
    """The passages of each roadmap, in the order of the file; a page with stages is one, too."""
    chunks = [*library.index.chunks(Where(kind="roadmap")), *library.index.chunks(Where(kind="page"))]
    ordered = sorted(chunks, key=lambda chunk: (chunk.kind != "roadmap", chunk.document, chunk.position))
    for _, group in groupby(ordered, key=lambda chunk: chunk.document):
        yield list(group)


def _stages_of(library: Library, chunks: Sequence[Chunk]) -> Iterator[StageTopics]:
    for title, group in groupby(chunks, key=_stage_title):
        inside = list(group)
        place = _heading(inside[0], title)
        text = "\n".join(chunk.text for chunk in inside)
        taught = library.glossary.entries
        topics = tuple(topic for topic in library.glossary.topics(text) if taught[topic].taught)
        if title and place and len(topics) >= _FEWEST:
            yield StageTopics(place=place, topics=topics)


def _stage_title(chunk: Chunk) -> str:
    return next((part for part in chunk.heading if STAGE.match(part)), "")


def _heading(chunk: Chunk, title: str) -> Evidence | None:
    """The line that a stage begins with; None where the passage does not hold it."""
    for number, line in enumerate(chunk.text.split("\n"), start=chunk.lines[0]):
        if title and title in line:
            return _evidence(chunk, number, line.strip())
    return None


def _projects_of(library: Library, chunks: Sequence[Chunk]) -> Iterator[Project]:
    for chunk in chunks:
        listed = any(_PROJECT_HEADING.search(part) for part in chunk.heading[1:])
        for number, line in enumerate(chunk.text.split("\n"), start=chunk.lines[0]):
            if _PROJECTS.match(line):
                listed = True
            elif line.strip() and not _ITEM.match(line) and not line.startswith("#"):
                listed = False
            elif listed and _PROJECT.match(line):
                yield Project(place=_evidence(chunk, number, line.strip()), topics=tuple(library.glossary.topics(line)))


def _evidence(chunk: Chunk, line: int, quote: str) -> Evidence:
    return Evidence(document=chunk.document, title=chunk.title, heading=chunk.heading, line=line, quote=quote)
