"""Every stated order of a library, looked up by topic, and what a topic needs before it."""

from collections.abc import Iterable
from functools import lru_cache
from heapq import heapify, heappop, heappush

from ingest.lessons import Lesson
from ingest.library import Library
from ingest.roadmap import Graph, Plan, planning_order
from ingest.values import Edge, Language, Topic

_NO_LEVEL = 9
# The order of stages places topics side by side with many others: it makes none of them necessary.
_DEMANDING = {"path", "statement", "listing"}
_OTHER: dict[Language, Language] = {"zh": "en", "en": "zh"}


class Orders:
    """The edges of a graph by the topic that they leave and the one that they reach. It does not change."""

    def __init__(self, graph: Graph, lessons: dict[tuple[str, Language], Lesson]) -> None:
        self.topics: dict[str, Topic] = {topic.id: topic for topic in graph.topics}
        self._lessons = lessons
        self._from: dict[str, list[Edge]] = {}
        self._to: dict[str, list[Edge]] = {}
        for edge in graph.edges:
            self._from.setdefault(edge.before, []).append(edge)
            self._to.setdefault(edge.after, []).append(edge)
        self._depths: dict[str, int] = {}

    def after(self, topic: str) -> list[Edge]:
        """The edges that put something after a topic."""
        return self._from.get(topic, [])

    def before(self, topic: str) -> list[Edge]:
        """The edges that put something before a topic."""
        return self._to.get(topic, [])

    def between(self, first: str, second: str, language: Language) -> tuple[Edge, ...]:
        """The edges that put `first` before `second`, a lesson's reason in the reader's language."""
        return tuple(edge for edge in self.after(first) if edge.after == second and self.readable(edge, language))

    def readable(self, edge: Edge, language: Language) -> bool:
        """A lesson that stands in both languages gives its reasons twice: they are quoted in the reader's."""
        own = self._lessons.get((edge.after, language))
        return edge.kind != "prerequisite" or own is None or own.document == edge.source

    def lesson(self, topic: str, language: Language) -> Lesson | None:
        """The lesson in this language, or else in the other; None where nothing teaches the topic."""
        return self._lessons.get((topic, language)) or self._lessons.get((topic, _OTHER[language]))

    def minutes(self, topic: str, language: Language) -> int:
        """How long the lesson says that it takes; 0 for a topic without one."""
        lesson = self.lesson(topic, language)
        return lesson.minutes if lesson else 0

    def level(self, topic: str) -> int:
        """The lesson's level, 1 to 5, the same for readers of either language; 9 without a lesson."""
        lesson = self.lesson(topic, "zh")
        return lesson.level if lesson else _NO_LEVEL

    def requires(self, topic: str) -> tuple[str, ...]:
        """What a topic needs: its lesson's prerequisites; without a lesson, what paths and sentences put before it."""
        lesson = self.lesson(topic, "zh")
        if lesson is not None:
            return tuple(prerequisite.topic for prerequisite in lesson.prerequisites)
        return tuple(dict.fromkeys(edge.before for edge in self.before(topic) if edge.kind in _DEMANDING))

    def needed(self, topics: Iterable[str]) -> frozenset[str]:
        """What these topics need, and what that needs in turn; a topic is among them only where another needs it."""
        found: set[str] = set()
        waiting = [before for topic in topics for before in self.requires(topic)]
        while waiting:
            topic = waiting.pop()
            if topic not in found and topic in self.topics:
                found.add(topic)
                waiting.extend(self.requires(topic))
        return frozenset(found)

    def familiar(self, known: Iterable[str]) -> frozenset[str]:
        """The known topics and everything that they imply."""
        known = frozenset(known)
        return known | self.needed(known)

    def plan(self, topics: Iterable[str]) -> Plan:
        """The orders stated between these topics without a cycle, and those left out for it."""
        chosen = frozenset(topics)
        edges = tuple(edge for topic in sorted(chosen) for edge in self.after(topic) if edge.after in chosen)
        return planning_order(Graph(topics=(), edges=edges), chosen)

    def sequence(self, topics: Iterable[str]) -> tuple[str, ...]:
        """These topics so that none comes before one that it follows; where nothing decides, by level, then by id."""
        waits: dict[str, set[str]] = {topic: set() for topic in topics}
        for edge in self.plan(waits).edges:
            waits[edge.after].add(edge.before)
        followers: dict[str, list[str]] = {}
        for topic, before in waits.items():
            for other in before:
                followers.setdefault(other, []).append(topic)
        free = [(self.level(topic), topic) for topic, before in waits.items() if not before]
        heapify(free)
        made: list[str] = []
        while free:
            _, topic = heappop(free)
            made.append(topic)
            for other in followers.get(topic, []):
                waits[other].discard(topic)
                if not waits[other]:
                    heappush(free, (self.level(other), other))
        return tuple(made)

    def depth(self, topic: str) -> int:
        """How long the longest chain of requirements before a topic is."""
        return self._depth(topic, frozenset())

    def _depth(self, topic: str, above: frozenset[str]) -> int:
        if topic not in self._depths and topic not in above:
            before = [self._depth(other, above | {topic}) for other in self.requires(topic)]
            self._depths[topic] = 1 + max(before, default=-1)
        return self._depths.get(topic, 0)


@lru_cache(maxsize=1)
def orders_of(library: Library) -> Orders:
    """The orders of a library; those of the last one asked for are kept."""
    return Orders(library.graph, library.lessons)
