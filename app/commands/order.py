"""What order to learn in: the way to a topic, readiness, two topics compared, the stage reached, a plan by weeks."""

import argparse
import sys
from datetime import UTC, datetime

from app import terminal
from app.asking import Asked
from app.commands.output import ANSWERED, NOTHING, Object, opened_tutor, print_object, show
from app.comparison import compare
from app.paths import Need, find_path, readiness
from app.plan_files import as_log, as_markdown, next_monday
from app.plans import HOURS_A_WEEK, StudyPlan, Week, make_plan, path_weeks
from app.standing import Reached, standings
from app.tutor import Tutor
from app.values import Answer
from ingest.languages import reply_language
from ingest.values import Evidence, Language, Topic


def path(arguments: argparse.Namespace) -> int:
    """`tutor path`."""
    with opened_tutor() as tutor:
        language = _language(arguments, arguments.to)
        goal, known = tutor.find_topic(arguments.to), _known(tutor, arguments.known)
        found = find_path(tutor.library, known, goal, language)
        weeks = path_weeks(found, arguments.hours) if arguments.hours else ()
        made = {
            "topic": _topic_object(found.goal),
            "known": [_topic_object(topic) for topic in found.known],
            "missing": [_need_object(need) for need in found.missing],
            "minutes": found.minutes,
            "weeks": [_week_object(week) for week in weeks],
        }
        asked = Asked(kind="path", about=(goal,), known=known, hours=arguments.hours)
        return _show(arguments, tutor.guide(asked, language), made)


def ready(arguments: argparse.Namespace) -> int:
    """`tutor ready`."""
    with opened_tutor() as tutor:
        language = _language(arguments, arguments.topic)
        topic, known = tutor.find_topic(arguments.topic), _known(tutor, arguments.known)
        found = readiness(tutor.library, known, topic, language)
        made = {
            "topic": _topic_object(found.topic),
            "known": [_topic_object(topic) for topic in found.known],
            "ready": found.ready,
            "missing": [_need_object(need) for need in found.missing],
            "met": [_need_object(need) for need in found.met],
        }
        return _show(arguments, tutor.guide(Asked(kind="ready", about=(topic,), known=known), language), made)


def compare_two(arguments: argparse.Namespace) -> int:
    """`tutor compare`."""
    with opened_tutor() as tutor:
        language = _language(arguments, arguments.first + arguments.second)
        topics = (tutor.find_topic(arguments.first), tutor.find_topic(arguments.second))
        found = compare(tutor.library, *topics, language)
        made = {
            "first": _topic_object(found.first),
            "second": _topic_object(found.second),
            "for_first": [place.model_dump(mode="json") for place in found.for_first],
            "for_second": [place.model_dump(mode="json") for place in found.for_second],
            "verdict": found.verdict,
            "ground": found.ground,
        }
        return _show(arguments, tutor.guide(Asked(kind="compare", about=topics), language), made)


def where(arguments: argparse.Namespace) -> int:
    """`tutor where`."""
    with opened_tutor() as tutor:
        language = _language(arguments, arguments.known)
        known = _known(tutor, arguments.known)
        made = {
            "known": [_topic_object(tutor.library.glossary.topic(topic)) for topic in known],
            "roadmaps": [
                {
                    "document": standing.document,
                    "stage": min(standing.current, len(standing.stages) - 1) + 1,
                    "stages": [_reached_object(stage) for stage in standing.stages],
                }
                for standing in standings(tutor.library, known)
            ],
        }
        return _show(arguments, tutor.guide(Asked(kind="where", about=known, known=known), language), made)


def plan(arguments: argparse.Namespace) -> int:
    """`tutor plan`."""
    with opened_tutor() as tutor:
        language = _language(arguments, arguments.to)
        goal, known = tutor.find_topic(arguments.to), _known(tutor, arguments.known)
        found = find_path(tutor.library, known, goal, language)
        hours = arguments.hours or HOURS_A_WEEK
        made = make_plan(tutor.library, found, language, weeks=arguments.weeks, hours=hours)
        if arguments.json:
            print_object(_plan_object(made))
        elif arguments.format:
            sys.stdout.write(_plan_file(made, language, arguments))
        else:
            asked = Asked(kind="plan", about=(goal,), known=known, weeks=arguments.weeks, hours=hours)
            terminal.show_answer(tutor.guide(asked, language))
        return ANSWERED


def _plan_file(made: StudyPlan, language: Language, arguments: argparse.Namespace) -> str:
    start = arguments.start or next_monday(datetime.now(UTC).astimezone().date())
    match arguments.format:
        case "log":
            return as_log(made, language, start)
        case "ics":
            from app.plan_calendar import as_calendar

            return as_calendar(made, language, start)
        case _:
            return as_markdown(made, language)


def _show(arguments: argparse.Namespace, answer: Answer, made: Object) -> int:
    show(arguments, made, lambda: terminal.show_answer(answer))
    return ANSWERED if answer.outcome == "answered" else NOTHING


def _language(arguments: argparse.Namespace, name: str) -> Language:
    chosen: Language | None = arguments.language
    return chosen or reply_language(name)


def _known(tutor: Tutor, listed: str) -> tuple[str, ...]:
    """The topics of a list; raises UsageError for a name that is none."""
    parts = listed.replace("，", ",").replace("、", ",").split(",")
    return tuple(dict.fromkeys(tutor.find_topic(name.strip()) for name in parts if name.strip()))


def _topic_object(topic: Topic) -> Object:
    return topic.model_dump(include={"id", "zh", "en"})


def _evidence_object(place: Evidence) -> Object:
    return place.model_dump(mode="json", include={"document", "title", "line", "quote"})


def _need_object(need: Need) -> Object:
    return {"topic": _topic_object(need.topic), "minutes": need.minutes, "reason": _evidence_object(need.reason)}


def _week_object(week: Week) -> Object:
    topics = [{**_topic_object(station.topic), "minutes": station.minutes} for station in week.topics]
    return {"week": week.week, "topics": topics, "minutes": week.minutes}


def _reached_object(stage: Reached) -> Object:
    return {**_evidence_object(stage.place), "known": stage.known, "of": stage.of}


def _plan_object(made: StudyPlan) -> Object:
    return {
        "topic": _topic_object(made.path.goal),
        "known": [_topic_object(topic) for topic in made.path.known],
        "weeks": [_week_object(week) for week in made.weeks],
        "minutes": made.minutes,
        "hours": made.hours,
        "fits": made.fits,
    }
