"""Which of two topics documents put first, with every document on either side."""

from collections.abc import Sequence
from typing import Literal

from app.orders import Orders, orders_of
from app.steps import evidence_of, is_weak
from ingest.library import Library
from ingest.values import Edge, Evidence, Language, Topic, Value

# `stages`: only the order of stages or of a list says so; `chain`: lessons' prerequisites lead from one to the other.
Ground = Literal["stated", "chain", "stages", "none"]


class Comparison(Value):
    """Two topics and who puts which first. `verdict` is a topic's id, "disputed" or "none": no document orders them.

    `ground` is the strongest kind of what is said for the verdict. The order of stages decides nothing where
    something stronger is said; it is then listed with the side that it speaks for.
    """

    first: Topic
    second: Topic
    for_first: tuple[Evidence, ...]
    for_second: tuple[Evidence, ...]
    documents_first: int
    documents_second: int
    verdict: str
    ground: Ground


def compare(library: Library, first: str, second: str, language: Language) -> Comparison:
    """Which of two topics comes first. Raises KeyError for an unknown topic."""
    orders = orders_of(library)
    edges = (orders.between(first, second, language), orders.between(second, first, language))
    strong = [[edge for edge in side if not is_weak(edge)] for side in edges]
    chains = [_chain(orders, first, second, language), _chain(orders, second, first, language)]
    ground = _ground(strong, chains, edges)
    chosen = [[*side] if side or ground == "stages" else [*chain] for side, chain in zip(strong, chains, strict=True)]
    deciding = edges if ground == "stages" else chosen
    shown = [evidence_of([*decided, *side]) for decided, side in zip(deciding, edges, strict=True)]
    return Comparison(
        first=orders.topics[first],
        second=orders.topics[second],
        for_first=shown[0],
        for_second=shown[1],
        documents_first=_documents(shown[0]),
        documents_second=_documents(shown[1]),
        verdict=_verdict(first, second, deciding),
        ground=ground,
    )


def _ground(
    strong: Sequence[Sequence[Edge]], chains: Sequence[Sequence[Edge]], edges: Sequence[Sequence[Edge]]
) -> Ground:
    if any(strong):
        return "stated"
    if any(chains):
        return "chain"
    return "stages" if any(edges) else "none"


def _verdict(first: str, second: str, sides: Sequence[Sequence[Edge]]) -> str:
    match bool(sides[0]), bool(sides[1]):
        case True, True:
            return "disputed"
        case True, False:
            return first
        case False, True:
            return second
        case _:
            return "none"


def _chain(orders: Orders, first: str, second: str, language: Language) -> tuple[Edge, ...]:
    """The shortest chain of lessons' prerequisites from one topic to the other."""
    ways: dict[str, tuple[str, ...]] = {second: (second,)}
    waiting = [second]
    for topic in waiting:
        for before in orders.requires(topic):
            if before not in ways:
                ways[before] = (before, *ways[topic])
                waiting.append(before)
    way = ways.get(first, ())
    edges = [_link(orders, before, after, language) for before, after in zip(way, way[1:], strict=False)]
    return tuple(edges) if all(edge.kind == "prerequisite" for edge in edges) else ()


def _link(orders: Orders, before: str, after: str, language: Language) -> Edge:
    edges = orders.between(before, after, language) or [edge for edge in orders.after(before) if edge.after == after]
    return min(edges, key=lambda edge: (edge.kind != "prerequisite", edge.source))


def _documents(evidence: Sequence[Evidence]) -> int:
    return len({place.document for place in evidence})
