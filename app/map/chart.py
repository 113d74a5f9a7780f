"""Chooses what a map shows: its topics, the columns they stand in, and the orders that follow from no others."""

from collections.abc import Iterable, Mapping
from functools import cached_property

import networkx as nx  # type: ignore[import-untyped]

from app.map.orders import orders_of, roadmaps, stages_of, stated_orders, taught, topics_of
from app.map.values import Chart, Order, Spot, View
from app.texts import text
from ingest.errors import UsageError
from ingest.lessons import Lesson
from ingest.library import Library
from ingest.values import Language

_Group = tuple[int, str]


class Charts:
    """The charts of one index in one language; what all of them need is read once."""

    def __init__(self, library: Library, language: Language) -> None:
        self._library = library
        self._language = language

    @cached_property
    def orders(self) -> tuple[Order, ...]:
        """Every order that is stated outright between two taught topics."""
        return stated_orders(self._library, self._language)

    @cached_property
    def topics(self) -> frozenset[str]:
        """The topics that have a lesson."""
        return taught(self._library)

    @cached_property
    def roadmaps(self) -> list[str]:
        """The roadmaps that a map can be narrowed to."""
        return roadmaps(self._library)

    @cached_property
    def fields(self) -> list[str]:
        """The fields of taught topics, in the order in which they are met: by level first, then by name."""
        levels: dict[str, list[int]] = {}
        for topic in self.topics:
            if self._field(topic):
                levels.setdefault(self._field(topic), []).append(self.lesson(topic).level)
        return sorted(levels, key=lambda field: (sum(levels[field]) / len(levels[field]), field))

    def lesson(self, topic: str) -> Lesson:
        """The lesson of a topic in this language, or in the other where it has no such one."""
        lessons = self._library.lessons
        other: Language = "en" if self._language == "zh" else "zh"
        return lessons.get((topic, self._language)) or lessons[topic, other]

    def chart(self, view: View) -> Chart:
        """What a view shows. Raises UsageError for a roadmap or a field that the map does not have."""
        if view.roadmap and view.roadmap not in self.roadmaps:
            raise UsageError(_unknown("roadmap", view.roadmap, self.roadmaps))
        if view.field and view.field not in self.fields:
            raise UsageError(_unknown("field", view.field, self.fields))
        every = orders_of(self._library, view.roadmap, self._language) if view.roadmap else self.orders
        topics = topics_of(self._library, view.roadmap) if view.roadmap else self.topics
        own = frozenset(topic for topic in topics if view.field in {"", self._field(topic)})
        shown = own | {order.before for order in every if order.after in own and order.before in topics}
        orders = tuple(
            order
            for order in every
            if {order.before, order.after} <= shown and not (order.before not in own and order.after not in own)
        )
        drawn = _reduced(orders)
        if view.field:  # of what other fields give, only what is drawn
            shown = own | {order.before for order in drawn}
        return self._arranged(shown, own, orders, drawn, self._groups(shown, view.roadmap))

    def _arranged(
        self,
        shown: frozenset[str],
        own: frozenset[str],
        orders: tuple[Order, ...],
        drawn: tuple[Order, ...],
        groups: Mapping[str, _Group],
    ) -> Chart:
        titles = sorted(set(groups.values()))
        numbers = {group: number for number, group in enumerate(titles)}
        depths = _depths(shown, drawn, groups)
        columns = sorted({(numbers[groups[topic]], depths[topic]) for topic in shown})
        spots = tuple(
            Spot(
                topic=self._library.glossary.topic(topic),
                level=self.lesson(topic).level,
                minutes=self.lesson(topic).minutes,
                column=columns.index((numbers[groups[topic]], depths[topic])),
                group=numbers[groups[topic]],
                is_guest=topic not in own,
            )
            for topic in sorted(shown)
        )
        return Chart(
            language=self._language,
            spots=tuple(sorted(spots, key=lambda spot: (spot.column, spot.topic.id))),
            groups=tuple(title for _, title in titles),
            orders=tuple(order for order in orders if {order.before, order.after} <= shown),
            drawn=drawn,
        )

    def _groups(self, shown: Iterable[str], roadmap: str) -> dict[str, _Group]:
        """The stage of each topic in a roadmap's own view, by its first line; elsewhere its level."""
        if not roadmap:
            levels = {topic: self.lesson(topic).level for topic in shown}
            return {topic: (level, text("map_level", self._language, level=level)) for topic, level in levels.items()}
        stages = stages_of(self._library, roadmap)
        first: dict[str, int] = {}
        for line, heading in stages.values():
            first[heading] = min(first.get(heading, line), line)
        return {topic: (first[stages[topic][1]], stages[topic][1]) for topic in shown}

    def _field(self, topic: str) -> str:
        return self._library.glossary.topic(topic).field


def _depths(shown: Iterable[str], drawn: Iterable[Order], groups: Mapping[str, _Group]) -> dict[str, int]:
    """How many topics of its own group lead to each topic, one after another."""
    inside = nx.DiGraph()
    inside.add_nodes_from(sorted(shown))
    inside.add_edges_from((order.before, order.after) for order in drawn if groups[order.before] == groups[order.after])
    return {topic: depth for depth, generation in enumerate(nx.topological_generations(inside)) for topic in generation}


def _reduced(orders: tuple[Order, ...]) -> tuple[Order, ...]:
    """The orders that do not follow from others; what is said outright does not follow from the order of stages."""
    said = [order for order in orders if not order.is_by_stages]
    outright, every = _reduction(said), _reduction(orders)
    kept = {(order.before, order.after) for order in said} & outright
    kept |= {(order.before, order.after) for order in orders if order.is_by_stages} & every
    return tuple(order for order in orders if (order.before, order.after) in kept)


def _reduction(orders: Iterable[Order]) -> set[tuple[str, str]]:
    whole = nx.DiGraph()
    whole.add_edges_from((order.before, order.after) for order in orders)
    return set(nx.transitive_reduction(whole).edges)


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    return f"the map has no {what} {name!r}; it has {', '.join(known)}"
