"""Where a learner stands: what is known, what can be learnt now, and what comes first of it."""

from collections.abc import Iterable, Mapping

import networkx as nx  # type: ignore[import-untyped]

from app.map.values import Order, State

_NEXT = 3


def states(
    levels: Mapping[str, int], orders: Iterable[Order], known: Iterable[str], review: Iterable[str] = ()
) -> dict[str, State]:
    """The state of each topic of `levels`, which gives their levels; `orders` have no cycle.

    What a known topic needs is known, too. `review` are topics to be looked at again; they count as known for what
    comes after them. Of the topics that are ready, at most three are next: those that most topics not yet known need,
    the lower level first.
    """
    before = nx.DiGraph()
    before.add_nodes_from(levels)
    before.add_edges_from((order.before, order.after) for order in orders if not order.is_by_stages)
    repeated = {topic for topic in review if topic in levels}
    named = {topic for topic in known if topic in levels} | repeated
    has = named.union(*(nx.ancestors(before, topic) for topic in named))
    ready = [topic for topic in levels if topic not in has and has.issuperset(before.predecessors(topic))]
    wanted = sorted(ready, key=lambda topic: (-len(nx.descendants(before, topic) - has), levels[topic], topic))
    made: dict[str, State] = dict.fromkeys(levels, "locked")
    made.update(dict.fromkeys(has, "known"))
    made.update(dict.fromkeys(ready, "ready"))
    made.update(dict.fromkeys(wanted[:_NEXT], "next"))
    made.update(dict.fromkeys(repeated, "review"))
    return made
