"""The way from what a learner knows to a goal: what is missing, in a sound order, and who says that it is needed."""

from collections.abc import Iterable, Sequence

from app.orders import Orders, orders_of
from app.steps import evidence_of
from ingest.library import Library
from ingest.values import Edge, Evidence, Language, Topic, Value


class Need(Value):
    """A topic that is missing, the topic that it is needed for, the line that says so, and the lesson's minutes."""

    topic: Topic
    needed_for: Topic
    reason: Evidence
    minutes: int


class Path(Value):
    """What is missing before a goal, in order. `minutes` is the sum of the lessons, the goal's own among them.

    `known` are the topics that the learner named; `implied` says that they include the goal. `late` are requirements
    that stronger statements put the other way round, so that the order does not keep to them.
    """

    goal: Topic
    goal_minutes: int
    known: tuple[Topic, ...]
    implied: bool
    missing: tuple[Need, ...]
    minutes: int
    late: tuple[Evidence, ...] = ()


class Readiness(Value):
    """Whether a learner may begin a topic: its own requirements that are missing, and those that are met.

    Both are empty where no document says what the topic needs.
    """

    topic: Topic
    known: tuple[Topic, ...]
    missing: tuple[Need, ...]
    met: tuple[Need, ...]

    @property
    def ready(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


def find_path(library: Library, known: Sequence[str], goal: str, language: Language) -> Path:
    """What is missing on the way to `goal`. Raises KeyError for an unknown topic."""
    orders = orders_of(library)
    familiar = orders.familiar(known)
    missing = frozenset() if goal in familiar else orders.needed([goal]) - familiar - {goal}
    order = orders.sequence(missing | {goal})
    way = [topic for topic in order if topic != goal]
    needs = tuple(_need(orders, topic, _needed_for(orders, topic, order, goal), language) for topic in way)
    goal_minutes = orders.minutes(goal, language)
    return Path(
        goal=orders.topics[goal],
        goal_minutes=goal_minutes,
        known=_topics(orders, known),
        implied=goal in familiar,
        missing=needs,
        minutes=0 if goal in familiar else goal_minutes + sum(need.minutes for need in needs),
        late=_late(orders, order, language),
    )


def readiness(library: Library, known: Sequence[str], topic: str, language: Language) -> Readiness:
    """Whether everything that a topic itself needs is known or implied. Raises KeyError for an unknown topic."""
    orders = orders_of(library)
    familiar = orders.familiar(known)
    needs = [_need(orders, before, topic, language) for before in orders.requires(topic) if before in orders.topics]
    return Readiness(
        topic=orders.topics[topic],
        known=_topics(orders, known),
        missing=tuple(need for need in needs if need.topic.id not in familiar),
        met=tuple(need for need in needs if need.topic.id in familiar),
    )


def missing_before(library: Library, known: Iterable[str], topic: str, language: Language) -> tuple[Need, ...]:
    """What a topic itself needs and neither is known nor follows from what is."""
    return readiness(library, tuple(known), topic, language).missing


def _needed_for(orders: Orders, topic: str, order: Sequence[str], goal: str) -> str:
    """The goal where it asks for the topic itself, else the first on the way that does."""
    asking = [other for other in (goal, *order) if topic in orders.requires(other)]
    return asking[0]


def _need(orders: Orders, topic: str, needed_for: str, language: Language) -> Need:
    return Need(
        topic=orders.topics[topic],
        needed_for=orders.topics[needed_for],
        reason=reason(orders, topic, needed_for, language),
        minutes=orders.minutes(topic, language),
    )


def reason(orders: Orders, before: str, after: str, language: Language) -> Evidence:
    """The line that makes one topic necessary for another: the lesson's own reason where it has one."""
    edges = orders.between(before, after, language) or [edge for edge in orders.after(before) if edge.after == after]
    own = [edge for edge in edges if edge.kind == "prerequisite"]
    return evidence_of(own or edges)[0]


def _late(orders: Orders, order: Sequence[str], language: Language) -> tuple[Evidence, ...]:
    place = {topic: n for n, topic in enumerate(order)}

    def breaks(edge: Edge) -> bool:
        demands = edge.before in orders.requires(edge.after) and orders.readable(edge, language)
        return edge.kind == "prerequisite" and demands and place[edge.before] > place[edge.after]

    return evidence_of(edge for edge in orders.plan(order).dropped if breaks(edge))


def _topics(orders: Orders, topics: Iterable[str]) -> tuple[Topic, ...]:
    return tuple(orders.topics[topic] for topic in topics)
