"""A plan as a file: Markdown to tick off, or a learning log after the template of the LLM101 roadmap."""

from datetime import date, timedelta

from app.advice import duration, names
from app.plans import Station, StudyPlan, Week
from app.replies import plan_summary, week_title
from app.texts import text
from ingest.values import Language

WEEK = timedelta(days=7)


def as_markdown(plan: StudyPlan, language: Language) -> str:
    """Every week with a checkbox for each topic and each resource, and the line that makes the topic necessary."""
    lines = [f"# {title(plan, language)}", "", *plan_summary(plan, language)]
    for week in plan.weeks:
        lines += ["", f"## {week_title(week.week, week.minutes, language).replace('**', '')}", ""]
        lines += [line for station in week.topics for line in _ticked(plan, station, language)]
        if not week.topics:
            lines.append(f"- {text('plan_goes_on', language)}")
    return "\n".join(lines) + "\n"


def as_log(plan: StudyPlan, language: Language, start: date) -> str:
    """One entry a week, headed by its first day, with LLM101's five columns; what only the learner knows stays empty."""
    lines = [f"# {title(plan, language)}", "", *plan_summary(plan, language)]
    for week, following in zip(plan.weeks, [*plan.weeks[1:], None], strict=True):
        tasks = [f"- [ ] {line}" for station in week.topics for line in _tasks(station, language)]
        planned = text("plan_log_planned", language, time=duration(week.minutes, language))
        lines += ["", f"## {first_day(week, start).isoformat()}"]
        for key, content in (
            ("plan_log_learned", [f"- {topics(week, language)}"]),
            ("plan_log_done", tasks),
            ("plan_log_trouble", []),
            ("plan_log_next", [f"- {topics(following, language)}"] if following else []),
            ("plan_log_time", [planned]),
        ):
            lines += ["", f"### {text(key, language)}", "", *content]
    return "\n".join(lines) + "\n"


def title(plan: StudyPlan, language: Language) -> str:
    """What the plan leads to."""
    return text("plan_title", language, goal=plan.path.goal.name(language))


def topics(week: Week, language: Language) -> str:
    """The names of a week's topics; of a week that only goes on, that it does."""
    if not week.topics:
        return text("plan_goes_on", language)
    return names([station.topic for station in week.topics], language)


def first_day(week: Week, start: date) -> date:
    """The day that a week begins on, when the first one begins on `start`."""
    return start + (week.week - 1) * WEEK


def next_monday(today: date) -> date:
    """The first Monday after today."""
    return today + timedelta(days=7 - today.weekday())


def _ticked(plan: StudyPlan, station: Station, language: Language) -> list[str]:
    time = duration(station.minutes, language)
    lines = [f"- [ ] {text('plan_topic', language, topic=station.topic.name(language), time=time)}"]
    for need in plan.path.missing:
        if need.topic == station.topic:
            reason = need.reason
            why = text("plan_why", language, quote=reason.quote, title=reason.title, line=reason.line)
            lines.append(f"  - {why}")
    return [*lines, *(f"  - [ ] {line}" for line in _tasks(station, language)[1:])]


def _tasks(station: Station, language: Language) -> list[str]:
    read = [
        text("plan_read", language, title=resource.title, url=resource.url, read=resource.read).strip()
        for resource in station.resources
    ]
    return [station.topic.name(language), *read]
