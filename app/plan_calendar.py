"""A plan as an iCalendar file. The only module that knows icalendar."""

import uuid
from datetime import UTC, date, datetime, time

from icalendar import Calendar, Event

from app.advice import duration
from app.plan_files import WEEK, first_day, title, topics
from app.plans import StudyPlan, Week
from app.texts import text
from ingest.values import Language


def as_calendar(plan: StudyPlan, language: Language, start: date) -> str:
    """One event over seven whole days for each week; a changed plan to the same goal replaces the events of its weeks."""
    calendar = Calendar()
    calendar.add("prodid", "-//roadmap-tutor//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", title(plan, language))
    for week in plan.weeks:
        calendar.add_component(_event(plan, week, language, start))
    written: bytes = calendar.to_ical()
    return written.decode()


def _event(plan: StudyPlan, week: Week, language: Language, start: date) -> Event:
    first = first_day(week, start)
    name = f"roadmap-tutor:{plan.path.goal.id}:{first.isoformat()}"
    event = Event()
    event.add("uid", str(uuid.uuid5(uuid.NAMESPACE_URL, name)))
    event.add("dtstamp", datetime.combine(start, time(), UTC))
    event.add("dtstart", first)
    event.add("dtend", first + WEEK)
    event.add("summary", text("plan_event", language, week=week.week, topics=topics(week, language)))
    event.add("description", "\n".join(_described(week, language)))
    event.add("transp", "TRANSPARENT")
    return event


def _described(week: Week, language: Language) -> list[str]:
    lines = []
    for station in week.topics:
        lines.append(f"{station.topic.name(language)}: {duration(station.minutes, language)}")
        lines += [f"- {resource.title} {resource.url}" for resource in station.resources]
    return lines
