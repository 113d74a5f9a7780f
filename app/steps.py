"""What comes before and after a topic, from stated orders only, with the lines that state them."""

from collections.abc import Iterable

from app.values import Step, Steps
from ingest.library import Library
from ingest.values import Edge, Evidence, Language, Topic

_STRENGTH = {"path": 3, "statement": 3, "prerequisite": 2, "stage": 1}


def steps(library: Library, topic: str, language: Language) -> Steps:
    """Topics after and before `topic`, the ones that most roadmaps name first. Raises KeyError for an unknown topic."""
    names = {known.id: known for known in library.graph.topics}
    depths = _depths(library)
    after: dict[str, list[Edge]] = {}
    before: dict[str, list[Edge]] = {}
    for edge in library.graph.edges:
        if edge.before == topic and _readable(library, edge, language):
            after.setdefault(edge.after, []).append(edge)
        elif edge.after == topic and _readable(library, edge, language):
            before.setdefault(edge.before, []).append(edge)

    def ranked(stated: dict[str, list[Edge]], reverse: dict[str, list[Edge]]) -> tuple[Step, ...]:
        """Most roadmaps first, then the strongest kind of statement, then topics with a lesson, those that need least first.

        The order of stages is the weakest statement: it adds to what is stated outright, and stands alone only where
        nothing is.
        """
        explicit = {other: edges for other, edges in stated.items() if any(edge.kind != "stage" for edge in edges)}
        stated = explicit or stated
        made = {other: _step(names[other], edges, reverse.get(other, [])) for other, edges in stated.items()}
        strength = {other: max(_STRENGTH[edge.kind] for edge in edges) for other, edges in stated.items()}
        order = sorted(
            made,
            key=lambda other: (
                -made[other].support,
                -strength[other],
                depths.get(other, len(depths)),
                other,
            ),
        )
        return tuple(made[other] for other in order)

    return Steps(topic=names[topic], after=ranked(after, before), before=ranked(before, after))


def _step(topic: Topic, stated: list[Edge], reverse: list[Edge]) -> Step:
    return Step(topic=topic, support=_roadmaps(stated), against=_roadmaps(reverse), evidence=_evidence(stated))


def _readable(library: Library, edge: Edge, language: Language) -> bool:
    """A lesson that stands in both languages gives its reasons twice: they are quoted in the reader's."""
    own = library.lessons.get((edge.after, language))
    return edge.kind != "prerequisite" or own is None or own.document == edge.source


def _depths(library: Library) -> dict[str, int]:
    """How long the longest chain of prerequisites before each lesson is."""
    requires = {lesson.topic: [before.topic for before in lesson.prerequisites] for lesson in library.lessons.values()}
    depths: dict[str, int] = {}

    def depth(topic: str, above: frozenset[str]) -> int:
        if topic not in depths and topic not in above:
            before = [depth(other, above | {topic}) for other in requires.get(topic, [])]
            depths[topic] = 1 + max(before, default=-1)
        return depths.get(topic, 0)

    for topic in requires:
        depth(topic, frozenset())
    return {topic: depths[topic] for topic in requires}


def _roadmaps(edges: Iterable[Edge]) -> int:
    return len({edge.source for edge in edges if edge.kind != "prerequisite"})


def _evidence(edges: list[Edge]) -> tuple[Evidence, ...]:
    """The strongest statement of each document, the roadmaps' first."""
    best: dict[str, Edge] = {}
    for edge in sorted(
        edges, key=lambda edge: (edge.kind == "prerequisite", -_STRENGTH[edge.kind], edge.source, edge.evidence[0].line)
    ):
        best.setdefault(edge.source, edge)
    return tuple(evidence for edge in best.values() for evidence in edge.evidence)
