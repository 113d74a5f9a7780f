"""What comes before and after a topic, from stated orders only, with the lines that state them."""

import re
from collections.abc import Iterable, Sequence

from app.intent import Profile
from app.orders import Orders, orders_of
from app.values import Step, Steps
from ingest.library import Library
from ingest.values import Edge, EdgeKind, Evidence, Language

_STRENGTH: dict[EdgeKind, int] = {
    "path": 3,
    "statement": 3,
    "prerequisite": 2,
    "listing": 1,
    "stage": 1,
    "part_of": 0,
}
_WEAK = {"stage", "listing"}
# The label in front of a roadmap's own path says for whom it is: `进阶路径（有基础）：RNN → Transformer`.
_LABELS: dict[Profile, re.Pattern[str]] = {
    "beginner": re.compile(r"入门|初学|0\s*基础|零基础|beginner|newcomer|scratch", re.IGNORECASE),
    "researcher": re.compile(r"进阶|有基础|有经验|研究|advanced|experienced|research", re.IGNORECASE),
    "engineer": re.compile(r"实战|工程|应用|engineer|practical|hands-on", re.IGNORECASE),
}
_LABEL = re.compile(r"^[^：:→>]{1,40}[：:]")


def steps(library: Library, topic: str, language: Language, profile: Profile = "") -> Steps:
    """Topics after and before `topic`, the ones that most roadmaps name first. Raises KeyError for an unknown topic.

    With a profile, what the roadmaps' own path for such learners says comes first.
    """
    orders = orders_of(library)
    after = _by(orders.after(topic), orders, language, forward=True)
    before = _by(orders.before(topic), orders, language, forward=False)
    return Steps(
        topic=orders.topics[topic],
        after=_ranked(orders, after, before, profile),
        before=_ranked(orders, before, after, profile),
    )


def onward(library: Library, known: Sequence[str], language: Language, profile: Profile = "") -> tuple[Step, ...]:
    """Topics after any of the known ones, without those that the learner knows or that another known topic implies."""
    if len(known) == 1:
        return steps(library, known[0], language, profile).after
    orders = orders_of(library)
    after: dict[str, list[Edge]] = {}
    before: dict[str, list[Edge]] = {}
    for topic in known:
        others = orders.familiar(other for other in known if other != topic)
        for found, forward in ((after, True), (before, False)):
            edges = orders.after(topic) if forward else orders.before(topic)
            for other, stated in _by(edges, orders, language, forward=forward).items():
                if other not in others and other not in known:
                    found.setdefault(other, []).extend(stated)
    return _ranked(orders, after, before, profile)


def is_weak(edge: Edge) -> bool:
    """Whether an edge only says in which stage or list each topic stands."""
    return edge.kind in _WEAK


def evidence_of(edges: Iterable[Edge], profile: Profile = "") -> tuple[Evidence, ...]:
    """The strongest statement of each document, the roadmaps' first, those for this profile before them."""
    best: dict[str, Edge] = {}
    for edge in sorted(edges, key=lambda edge: _place(edge, profile)):
        best.setdefault(edge.source, edge)
    return tuple(evidence for edge in best.values() for evidence in edge.evidence)


def _place(edge: Edge, profile: Profile) -> tuple[bool, bool, int, str, int]:
    at = (edge.source, edge.evidence[0].line)
    return (not _is_for(edge, profile), edge.kind == "prerequisite", -_STRENGTH[edge.kind], *at)


def _is_for(edge: Edge, profile: Profile) -> bool:
    label = _LABEL.match(edge.evidence[0].quote) if profile and edge.kind == "path" else None
    return bool(label and _LABELS[profile].search(label.group()))


def _by(edges: Iterable[Edge], orders: Orders, language: Language, *, forward: bool) -> dict[str, list[Edge]]:
    """The edges by the topic at their other end."""
    found: dict[str, list[Edge]] = {}
    for edge in edges:
        if orders.readable(edge, language):
            found.setdefault(edge.after if forward else edge.before, []).append(edge)
    return found


def _ranked(
    orders: Orders, stated: dict[str, list[Edge]], reverse: dict[str, list[Edge]], profile: Profile
) -> tuple[Step, ...]:
    """Those for this profile, then most roadmaps first, then the strongest kind, then those that need least.

    The order of stages is the weakest statement: it adds to what is stated outright, and stands alone only where
    nothing is.
    """
    explicit = {other: edges for other, edges in stated.items() if not all(map(is_weak, edges))}
    stated = explicit or stated
    made = {
        other: Step(
            topic=orders.topics[other],
            support=_roadmaps(edges),
            against=_roadmaps(reverse.get(other, [])),
            evidence=evidence_of(edges, profile),
        )
        for other, edges in stated.items()
    }
    order = sorted(
        made,
        key=lambda other: (
            not any(_is_for(edge, profile) for edge in stated[other]),
            -made[other].support,
            -max(_STRENGTH[edge.kind] for edge in stated[other]),
            orders.lesson(other, "zh") is None,
            orders.depth(other),
            other,
        ),
    )
    return tuple(made[other] for other in order)


def _roadmaps(edges: Iterable[Edge]) -> int:
    return len({edge.source for edge in edges if edge.kind != "prerequisite"})
