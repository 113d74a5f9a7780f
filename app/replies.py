"""Puts a way, a readiness, a comparison, a standing or a plan into words, every claim with the line that says so."""

from collections.abc import Sequence

from app.advice import Advice, colon, duration, names, short_name
from app.comparison import Comparison
from app.paths import Need, Path, Readiness
from app.plans import StudyPlan, path_weeks
from app.sources import Sources
from app.standing import Standing
from app.texts import text
from app.values import Claim
from ingest.library import Library
from ingest.values import Evidence, Language, Topic

_WEEKS, _HOURS = 8, 6


def path_reply(library: Library, path: Path, language: Language, hours: float | None = None) -> Advice:
    """The topics that are missing in order, each with its reason, and the time that they take.

    `hours` a week lay them out over weeks; None does not. Where nothing is missing, `ready_reply` says more.
    """
    goal = path.goal.name(language)
    if path.implied:
        return Advice(text=text("order_goal_known", language, goal=goal))
    sources, claims = Sources(library, language), []
    known = names(path.known, language) if path.known else text("order_nothing", language)
    total = duration(path.minutes, language)
    intro = text("order_path", language, known=known, goal=goal, count=len(path.missing), time=total)
    lines = [intro, ""]
    for n, need in enumerate(path.missing, start=1):
        said = _need_line(need, language)
        lines.append(f"{n}. {said}{colon(language)}{sources.quoted([need.reason])}")
        claims.append(_claim(said, sources.numbers([need.reason])))
    last = text("order_goal_line", language, goal=goal, time=duration(path.goal_minutes, language))
    lines.append(f"{len(path.missing) + 1}. {last}")
    for week in path_weeks(path, hours) if hours else ():
        topics = names([station.topic for station in week.topics], language) or text("plan_goes_on", language)
        lines += ["", f"{week_title(week.week, week.minutes, language)}{colon(language)}{topics}"]
    lines += _late_lines(path, sources, language)
    plan = text("follow_plan", language, goal=short_name(path.goal, language), weeks=_WEEKS, hours=_HOURS)
    return Advice(
        text="\n".join(lines),
        claims=tuple(claims),
        citations=tuple(sources.citations),
        topics=tuple(need.topic.id for need in path.missing),
        followups=(*_quiz(library, path.known[:1], language), plan),
    )


def ready_reply(library: Library, found: Readiness, language: Language) -> Advice:
    """Yes, or what is missing, with the reasons of the lesson."""
    topic = found.topic.name(language)
    if not found.missing and not found.met:
        return Advice(text=text("order_no_requirements", language, topic=topic), answered=False)
    sources, claims = Sources(library, language), []
    key = "order_ready" if found.ready else "order_not_ready"
    lines = [text(key, language, topic=topic, count=len(found.missing))]
    for head, needs in (("order_lacking", found.missing), ("order_met", found.met)):
        if needs:
            lines += ["", text(head, language), ""]
        for need in needs:
            said = text("order_needs", language, topic=topic, need=need.topic.name(language))
            lines.append(f"- {said}{colon(language)}{sources.quoted([need.reason])}")
            claims.append(_claim(said, sources.numbers([need.reason])))
    goal = short_name(found.topic, language)
    known = ("、" if language == "zh" else " and ").join(short_name(known, language) for known in found.known)
    more = () if found.ready or not known else (text("follow_path", language, known=known, goal=goal),)
    return Advice(
        text="\n".join(lines),
        claims=tuple(claims),
        citations=tuple(sources.citations),
        topics=tuple(need.topic.id for need in found.missing),
        followups=(*_quiz(library, found.known[:1], language), *more),
    )


def compare_reply(library: Library, found: Comparison, language: Language) -> Advice:
    """Both orders with who says so; where no document orders the two, it says that."""
    first, second = found.first.name(language), found.second.name(language)
    if found.verdict == "none":
        return Advice(text=text("order_none", language, first=first, second=second), answered=False)
    sources, claims = Sources(library, language), []
    lines = [_verdict_line(found, language)]
    sides = ((found.first, found.second, found.for_first), (found.second, found.first, found.for_second))
    for before, after, places in sides:
        if not places:
            continue
        weak = text("order_by_stages", language) if found.verdict == after.id else ""
        head = text("order_side", language, first=before.name(language), second=after.name(language), weak=weak)
        lines += ["", head, ""]
        lines += [f"- {_said(sources, group, language)}" for group in _grouped(places)]
        claims.append(_claim(head, sources.numbers(places)))
    return Advice(
        text="\n".join(lines),
        claims=tuple(claims),
        citations=tuple(sources.citations),
        topics=() if found.verdict == "disputed" else (found.verdict,),
        followups=(
            *_quiz(library, (found.first if found.verdict != found.second.id else found.second,), language),
            text("follow_next", language, topic=short_name(found.first, language)),
        ),
    )


def where_reply(library: Library, known: Sequence[Topic], found: Sequence[Standing], language: Language) -> Advice:
    """For each roadmap the stage reached and how much of each stage is known."""
    if not found:
        return Advice(text=text("order_no_stages", language), answered=False)
    sources, claims = Sources(library, language), []
    lines = [text("order_where", language, known=names(known, language)), ""]
    for standing in found:
        shares = ("、" if language == "zh" else ", ").join(f"{stage.known}/{stage.of}" for stage in standing.stages)
        at = min(standing.current, len(standing.stages) - 1)
        place = standing.stages[at].place
        key = "order_stage" if standing.current == at else "order_stage_past"
        said = text(key, language, title=sources.title(place), n=at + 1, of=len(standing.stages), shares=shares)
        lines.append(f"- {said}{colon(language)}{sources.quoted([place])}")
        claims.append(_claim(said, sources.numbers([place])))
    return Advice(
        text="\n".join(lines),
        claims=tuple(claims),
        citations=tuple(sources.citations),
        followups=_quiz(library, known[-1:], language),
    )


def plan_reply(library: Library, plan: StudyPlan, language: Language) -> Advice:
    """The weeks with their topics, the time as an estimate, and whether it fits."""
    goal = plan.path.goal.name(language)
    if plan.path.implied:
        return Advice(text=text("order_goal_known", language, goal=goal))
    sources, claims = Sources(library, language), []
    reasons = {need.topic.id: need for need in plan.path.missing}
    lines = [*plan_summary(plan, language)]
    for week in plan.weeks:
        lines += ["", week_title(week.week, week.minutes, language), ""]
        if not week.topics:
            lines.append(f"- {text('plan_goes_on', language)}")
        for station in week.topics:
            time = duration(station.minutes, language)
            said = text("plan_topic", language, topic=station.topic.name(language), time=time)
            need = reasons.get(station.topic.id)
            lines.append(f"- {said}{f' [{sources.number(need.reason)}]' if need else ''}")
            if need:
                claims.append(_claim(_need_line(need, language), sources.numbers([need.reason])))
    lines += _late_lines(plan.path, sources, language)
    return Advice(
        text="\n".join(lines),
        claims=tuple(claims),
        citations=tuple(sources.citations),
        topics=tuple(station.topic.id for week in plan.weeks for station in week.topics),
        followups=_quiz(library, [station.topic for station in plan.weeks[0].topics[:1]], language),
    )


def plan_summary(plan: StudyPlan, language: Language) -> tuple[str, ...]:
    """What the plan is, that its times are estimates, and a warning when it does not fit."""
    said = text(
        "plan_intro",
        language,
        goal=plan.path.goal.name(language),
        known=names(plan.path.known, language) if plan.path.known else text("order_nothing", language),
        weeks=len(plan.weeks),
        hours=f"{plan.hours:g}",
        time=duration(plan.minutes, language),
    )
    if plan.fits:
        return (said,)
    return (said, "", text("plan_no_fit", language, wanted=plan.wanted, weeks=len(plan.weeks), enough=plan.enough))


def week_title(week: int, minutes: int, language: Language) -> str:
    """The title of a week with its time."""
    return text("plan_week", language, week=week, time=duration(minutes, language))


def _need_line(need: Need, language: Language) -> str:
    return text(
        "order_need_line",
        language,
        topic=need.topic.name(language),
        time=duration(need.minutes, language),
        needed_for=need.needed_for.name(language),
    )


def _late_lines(path: Path, sources: Sources, language: Language) -> list[str]:
    if not path.late:
        return []
    return ["", text("order_late", language, quotes=sources.quoted(path.late))]


def _verdict_line(found: Comparison, language: Language) -> str:
    if found.verdict == "disputed":
        values = {"first": found.first, "second": found.second}
        named = {key: topic.name(language) for key, topic in values.items()}
        key = "order_disputed_stages" if found.ground == "stages" else "order_disputed"
        return text(key, language, **named, n=found.documents_first, m=found.documents_second)
    won = found.verdict == found.first.id
    before, after = (found.first, found.second) if won else (found.second, found.first)
    count = found.documents_first if won else found.documents_second
    keys = {"stated": "order_stated", "chain": "order_chain", "stages": "order_stages_only"}
    return text(keys[found.ground], language, first=before.name(language), second=after.name(language), count=count)


def _grouped(places: Sequence[Evidence]) -> list[list[Evidence]]:
    by_document: dict[str, list[Evidence]] = {}
    for place in places:
        by_document.setdefault(place.document, []).append(place)
    return list(by_document.values())


def _said(sources: Sources, places: Sequence[Evidence], language: Language) -> str:
    return text("says", language, title=sources.title(places[0]), quotes=sources.quoted(places))


def _quiz(library: Library, topics: Sequence[Topic], language: Language) -> tuple[str, ...]:
    return tuple(
        text("follow_quiz", language, topic=short_name(topic, language))
        for topic in topics
        if (topic.id, language) in library.lessons
    )


def _claim(said: str, numbers: tuple[int, ...]) -> Claim:
    return Claim(text=said, citations=numbers, verdict="supported")
