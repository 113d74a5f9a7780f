"""A way to a goal laid out over weeks."""

import math
from collections.abc import Sequence

from app.orders import orders_of
from app.paths import Path
from ingest.documents import Resource
from ingest.library import Library
from ingest.values import Language, Topic, Value

HOURS_A_WEEK = 6.0
RESOURCES = 2
_HOUR = 60


class Station(Value):
    """One topic of a plan with the resources to read; `minutes` are the lesson's and, in a plan, theirs."""

    topic: Topic
    minutes: int
    resources: tuple[Resource, ...] = ()


class Week(Value):
    """The topics that begin in a week, counted from 1, and the minutes spent in it: a long topic goes on into the next."""

    week: int
    topics: tuple[Station, ...]
    minutes: int


class StudyPlan(Value):
    """A path over weeks of `hours` each. `wanted` is None when any number of weeks will do.

    `enough` are the hours a week, rounded up, that make it fit into the weeks wanted.
    """

    path: Path
    weeks: tuple[Week, ...]
    hours: float
    wanted: int | None
    minutes: int
    enough: int

    @property
    def fits(self) -> bool:
        """Whether it takes no more weeks than wanted."""
        return self.wanted is None or len(self.weeks) <= self.wanted


def make_plan(library: Library, path: Path, language: Language, *, weeks: int | None, hours: float) -> StudyPlan:
    """The path week by week, each topic with the time of its lesson and of its first two resources."""
    stations = _stations(library, path, language)
    laid = lay_out(stations, hours)
    enough = math.ceil(hours)
    while weeks and len(lay_out(stations, enough)) > weeks:
        enough += 1
    return StudyPlan(
        path=path,
        weeks=laid,
        hours=hours,
        wanted=weeks,
        minutes=sum(station.minutes for station in stations),
        enough=enough,
    )


def path_weeks(path: Path, hours: float) -> tuple[Week, ...]:
    """The lessons of a path over weeks of so many hours."""
    lessons = [Station(topic=need.topic, minutes=need.minutes) for need in path.missing]
    goal = Station(topic=path.goal, minutes=path.goal_minutes)
    return () if path.implied else lay_out([*lessons, goal], hours)


def lay_out(stations: Sequence[Station], hours: float) -> tuple[Week, ...]:
    """The stations in order over weeks of so many hours (more than 0).

    A topic that no longer fits into a week waits for the next one; a topic longer than a week begins in a fresh one
    and goes on.
    """
    budget = max(1, math.floor(hours * _HOUR))
    topics: list[list[Station]] = []
    spent: list[int] = []
    for station in stations:
        if not spent or spent[-1] + station.minutes > budget:
            topics.append([])
            spent.append(0)
        topics[-1].append(station)
        spent[-1] += station.minutes
        while spent[-1] > budget:
            topics.append([])
            spent.append(spent[-1] - budget)
            spent[-2] = budget
    return tuple(
        Week(week=n, topics=tuple(begun), minutes=minutes)
        for n, (begun, minutes) in enumerate(zip(topics, spent, strict=True), start=1)
    )


def best_resources(library: Library, topic: str, language: Language) -> tuple[Resource, ...]:
    """The first two resources that the topic's lesson names."""
    lesson = orders_of(library).lesson(topic, language)
    return lesson.resources[:RESOURCES] if lesson else ()


def _stations(library: Library, path: Path, language: Language) -> list[Station]:
    lessons = [(need.topic, need.minutes) for need in path.missing]
    stations: list[Station] = []
    for topic, minutes in [] if path.implied else [*lessons, (path.goal, path.goal_minutes)]:
        resources = best_resources(library, topic.id, language)
        time = minutes + sum(resource.minutes for resource in resources)
        stations.append(Station(topic=topic, minutes=time, resources=resources))
    return stations
