"""Answers a question about order: each kind from the graph by its own rule, put into words with its sources."""

from app.advice import Advice, advise
from app.asking import Asked
from app.comparison import compare
from app.orders import orders_of
from app.paths import find_path, readiness
from app.plans import HOURS_A_WEEK, make_plan
from app.replies import compare_reply, path_reply, plan_reply, ready_reply, where_reply
from app.standing import standings
from app.steps import onward, steps
from app.values import Steps
from ingest.library import Library
from ingest.values import Language, Topic


def guide(library: Library, asked: Asked, language: Language) -> Advice:
    """The answer to a question about order that names at least one topic, for `compare` two."""
    first = asked.about[0]
    match asked.kind:
        case "after":
            found = _after(library, asked, language)
            return advise(library, found, language, forward=True, known=_topics(library, asked.known))
        case "before":
            found = steps(library, first, language, asked.profile)
            return advise(library, found, language, forward=False, known=_topics(library, asked.known))
        case "path":
            return _way(library, asked, language)
        case "ready":
            return ready_reply(library, readiness(library, asked.known, first, language), language)
        case "compare":
            return compare_reply(library, compare(library, asked.about[0], asked.about[1], language), language)
        case "where":
            found_stages = standings(library, asked.known)
            return where_reply(library, _topics(library, asked.known), found_stages, language)
        case "plan":
            path = find_path(library, asked.known, first, language)
            plan = make_plan(library, path, language, weeks=asked.weeks, hours=asked.hours or HOURS_A_WEEK)
            return plan_reply(library, plan, language)


def _after(library: Library, asked: Asked, language: Language) -> Steps:
    after = onward(library, asked.about, language, asked.profile)
    return Steps(topic=orders_of(library).topics[asked.about[0]], after=after, before=())


def _way(library: Library, asked: Asked, language: Language) -> Advice:
    """The way to the goal; where nothing is missing on it, what the goal asks for and is there."""
    path = find_path(library, asked.known, asked.about[0], language)
    if path.missing or path.implied:
        return path_reply(library, path, language, asked.hours)
    return ready_reply(library, readiness(library, asked.known, asked.about[0], language), language)


def _topics(library: Library, topics: tuple[str, ...]) -> tuple[Topic, ...]:
    return tuple(orders_of(library).topics[topic] for topic in topics)
