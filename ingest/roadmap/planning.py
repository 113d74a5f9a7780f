"""Where documents disagree about an order, and an order to plan by that has no cycle."""

from collections import defaultdict
from collections.abc import Iterable

from ingest.roadmap.values import Disagreement, Graph, Plan
from ingest.values import Edge, EdgeKind

_WEIGHTS: dict[EdgeKind, int] = {"path": 3, "prerequisite": 3, "statement": 2, "stage": 1, "listing": 1, "part_of": 0}
_Pair = tuple[str, str]


def disagreements(graph: Graph) -> tuple[Disagreement, ...]:
    """Every two topics that are stated in both orders, by id."""
    stated = _stated(graph.edges)
    return tuple(
        Disagreement(
            first=first, second=second, for_first=tuple(stated[first, second]), for_second=tuple(stated[second, first])
        )
        for first, second in sorted(stated)
        if first < second and (second, first) in stated
    )


def planning_order(graph: Graph, topics: Iterable[str] | None = None) -> Plan:
    """The orders between these topics (None: all of them) without a cycle, and those left out for it.

    Of each cycle the weakest pair of topics is left out: a path or a prerequisite weighs 3, a statement 2, the order
    of stages or of a list 1, and each document counts once with its strongest. Ties go by id, so the same graph gives
    the same plan.
    """
    wanted = None if topics is None else frozenset(topics)
    stated = _stated(edge for edge in graph.edges if wanted is None or (edge.before in wanted and edge.after in wanted))
    strongest_first = sorted(stated, key=lambda pair: (-_weight(stated[pair]), pair))
    after: dict[str, set[str]] = defaultdict(set)
    kept: set[_Pair] = set()
    for before, later in strongest_first:
        if before != later and not _leads(after, later, before):
            after[before].add(later)
            kept.add((before, later))
    return Plan(
        edges=tuple(edge for pair in stated for edge in stated[pair] if pair in kept),
        dropped=tuple(edge for pair in stated for edge in stated[pair] if pair not in kept),
    )


def _stated(edges: Iterable[Edge]) -> dict[_Pair, list[Edge]]:
    pairs: dict[_Pair, list[Edge]] = {}
    for edge in edges:
        if edge.kind != "part_of":
            pairs.setdefault((edge.before, edge.after), []).append(edge)
    return pairs


def _weight(edges: Iterable[Edge]) -> int:
    strongest: dict[str, int] = {}
    for edge in edges:
        strongest[edge.source] = max(strongest.get(edge.source, 0), _WEIGHTS[edge.kind])
    return sum(strongest.values())


def _leads(after: dict[str, set[str]], start: str, goal: str) -> bool:
    """Whether a way leads from one topic to another."""
    seen, waiting = {start}, [start]
    while waiting:
        topic = waiting.pop()
        if topic == goal:
            return True
        new = after.get(topic, set()) - seen
        seen |= new
        waiting.extend(new)
    return False
