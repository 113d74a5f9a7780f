"""Which orders between taught topics stand on the map, each with the lines that state it."""

from collections.abc import Iterable, Iterator

from app.map.values import Order, Said
from ingest.library import Library
from ingest.roadmap import Graph, planning_order
from ingest.values import Edge, EdgeKind, Language

_FIRST: tuple[EdgeKind, ...] = ("prerequisite", "path", "statement", "listing", "stage")


def taught(library: Library) -> frozenset[str]:
    """The topics that have a lesson."""
    return frozenset(topic for topic, _ in library.lessons)


def stated_orders(library: Library, language: Language) -> tuple[Order, ...]:
    """The orders that documents state outright, without a cycle; the order of stages is not among them."""
    plan = planning_order(library.graph, taught(library))
    return _orders(library, (edge for edge in plan.edges if edge.kind != "stage"), language)


def orders_of(library: Library, roadmap: str, language: Language) -> tuple[Order, ...]:
    """What one roadmap says about order, by its stages too, with the lessons' prerequisites between its topics."""
    topics = topics_of(library, roadmap)
    edges = tuple(edge for edge in library.graph.edges if edge.source == roadmap or edge.kind == "prerequisite")
    plan = planning_order(Graph(topics=library.graph.topics, edges=edges), topics)
    return _orders(library, plan.edges, language)


def topics_of(library: Library, roadmap: str) -> frozenset[str]:
    """The taught topics that a roadmap puts into an order."""
    edges = [edge for edge in library.graph.edges if edge.source == roadmap]
    return taught(library) & {topic for edge in edges for topic in (edge.before, edge.after)}


def stages_of(library: Library, roadmap: str) -> dict[str, tuple[int, str]]:
    """The stage of each topic of a roadmap: the line that places it there first, and the stage's heading."""
    found: dict[str, tuple[bool, int, str]] = {}
    for edge in library.graph.edges:
        if edge.source != roadmap:
            continue
        for topic, place in ((edge.before, edge.evidence[0]), (edge.after, edge.evidence[-1])):
            heading = place.heading[1] if len(place.heading) > 1 else place.title
            entry = (edge.kind != "stage", place.line, heading)
            found[topic] = min(found.get(topic, entry), entry)
    return {topic: (line, heading) for topic, (_, line, heading) in found.items()}


def roadmaps(library: Library) -> list[str]:
    """The documents that put at least two taught topics into an order, by id; lessons are not among them."""
    known = taught(library)
    return sorted(
        {
            edge.source
            for edge in library.graph.edges
            if edge.kind != "prerequisite" and edge.before in known and edge.after in known
        }
    )


def _orders(library: Library, edges: Iterable[Edge], language: Language) -> tuple[Order, ...]:
    pairs: dict[tuple[str, str], list[Edge]] = {}
    for edge in edges:
        if _is_readable(library, edge, language):
            pairs.setdefault((edge.before, edge.after), []).append(edge)
    return tuple(
        Order(before=before, after=after, said=tuple(_said(library, stated, language)))
        for (before, after), stated in sorted(pairs.items())
    )


def _said(library: Library, edges: Iterable[Edge], language: Language) -> Iterator[Said]:
    """The strongest statement of each document; of two lines that place two topics, the later one."""
    seen: set[str] = set()
    for edge in sorted(edges, key=lambda edge: (_FIRST.index(edge.kind), edge.source, edge.evidence[-1].line)):
        if edge.source in seen:
            continue
        seen.add(edge.source)
        place = edge.evidence[-1]
        title = library.title(edge.source, language)
        yield Said(document=edge.source, title=title, line=place.line, quote=place.quote, kind=edge.kind)


def _is_readable(library: Library, edge: Edge, language: Language) -> bool:
    """A lesson that stands in both languages gives its reasons twice: they are read in the reader's."""
    own = library.lessons.get((edge.after, language))
    return edge.kind != "prerequisite" or own is None or own.document == edge.source
