"""A plan by weeks, and the files that it can be taken away as."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from app.cli import main
from app.paths import find_path
from app.plan_calendar import as_calendar
from app.plan_files import as_log, as_markdown, next_monday
from app.plans import Station, StudyPlan, lay_out, make_plan, path_weeks
from ingest.library import Library
from ingest.settings import PROJECT
from ingest.values import Language, Topic

MONDAY = date(2026, 11, 30)
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def _plan(library: Library, goal: str = "agent", language: Language = "en", **wanted: float) -> StudyPlan:
    path = find_path(library, ["transformer"], goal, language)
    weeks = wanted.get("weeks")
    return make_plan(library, path, language, weeks=int(weeks) if weeks else None, hours=wanted.get("hours", 6))


@given(minutes=st.lists(st.integers(0, 2000), max_size=20), hours=st.floats(0.5, 40))
def test_any_topics_are_laid_out_once_in_order_and_no_week_is_too_full(minutes: list[int], hours: float) -> None:
    stations = [Station(topic=Topic(id=f"t{n}", zh="", en=""), minutes=time) for n, time in enumerate(minutes)]
    weeks = lay_out(stations, hours)
    assert [station for week in weeks for station in week.topics] == stations
    assert sum(week.minutes for week in weeks) == sum(minutes)
    assert all(week.minutes <= hours * 60 for week in weeks)
    assert [week.week for week in weeks] == list(range(1, len(weeks) + 1))


def test_a_topic_that_no_longer_fits_waits_and_one_longer_than_a_week_goes_on() -> None:
    stations = [
        Station(topic=Topic(id=name, zh="", en=""), minutes=m) for name, m in (("a", 40), ("b", 30), ("c", 130))
    ]
    laid = [([station.topic.id for station in week.topics], week.minutes) for week in lay_out(stations, 1)]
    assert laid == [(["a"], 40), (["b"], 30), (["c"], 60), ([], 60), ([], 10)]


def test_a_plan_counts_the_lesson_and_its_first_two_resources(corpus_library: Library) -> None:
    plan = _plan(corpus_library, "lora")
    [last] = [station for week in plan.weeks for station in week.topics if station.topic.id == "lora"]
    assert last.minutes == 15 + 45 + 30
    assert [resource.minutes for resource in last.resources] == [45, 30]
    assert plan.minutes == sum(week.minutes for week in plan.weeks)


def test_a_plan_that_does_not_fit_says_how_many_hours_would(corpus_library: Library) -> None:
    plan = _plan(corpus_library, hours=2, weeks=2)
    assert (len(plan.weeks), plan.fits, plan.enough) == (4, False, 4)
    assert _plan(corpus_library, hours=plan.enough, weeks=2).fits
    assert not _plan(corpus_library, hours=plan.enough - 1, weeks=2).fits
    assert _plan(corpus_library, hours=2).fits


@pytest.mark.parametrize("goal", ["rag", "lora", "dpo", "stable-diffusion"])
def test_a_plan_has_each_missing_topic_once_and_the_goal_last(corpus_library: Library, goal: str) -> None:
    path = find_path(corpus_library, ["python"], goal, "zh")
    plan = make_plan(corpus_library, path, "zh", weeks=None, hours=6)
    planned = [station.topic.id for week in plan.weeks for station in week.topics]
    assert planned == [*(need.topic.id for need in path.missing), goal]
    assert sum(week.minutes for week in path_weeks(path, 3)) == path.minutes


@pytest.mark.parametrize("language", LANGUAGES)
def test_markdown_has_a_box_for_each_topic_and_resource(corpus_library: Library, language: Language) -> None:
    plan = _plan(corpus_library, language=language)
    made = as_markdown(plan, language)
    stations = [station for week in plan.weeks for station in week.topics]
    assert made.count("- [ ] ") == len(stations) + sum(len(station.resources) for station in stations)
    assert all(need.reason.quote in made for need in plan.path.missing)
    assert made.count("\n## ") == len(plan.weeks)


def test_the_log_has_the_columns_of_the_roadmap_that_proposes_it(corpus_library: Library) -> None:
    made = as_log(_plan(corpus_library, language="zh", hours=3), "zh", MONDAY)
    columns = [line.removeprefix("### ") for line in made.splitlines() if line.startswith("### ")][:5]
    roadmap = (PROJECT / "corpus" / "roadmaps" / "llm101.md").read_text("utf-8")
    assert "".join(f"- {column}\n" for column in columns) in roadmap
    days = [line.removeprefix("## ") for line in made.splitlines() if line.startswith("## ")]
    assert days == ["2026-11-30", "2026-12-07", "2026-12-14"]


def test_the_calendar_has_a_week_each_and_is_the_same_every_time(corpus_library: Library) -> None:
    plan = _plan(corpus_library, hours=3)
    made = as_calendar(plan, "en", MONDAY)
    assert made == as_calendar(plan, "en", MONDAY)
    events = Calendar.from_ical(made).walk("VEVENT")
    assert [event.decoded("dtstart") for event in events] == [MONDAY, date(2026, 12, 7), date(2026, 12, 14)]
    assert len({str(event["uid"]) for event in events}) == 3
    assert str(events[1]["summary"]) == "Week 2: prompt engineering, function calling"
    later = as_calendar(plan, "en", date(2026, 12, 7))
    assert str(Calendar.from_ical(later).walk("VEVENT")[0]["uid"]) != str(events[0]["uid"])


@pytest.mark.parametrize(
    ("today", "monday"),
    [
        (date(2026, 11, 22), date(2026, 11, 23)),
        (date(2026, 11, 23), date(2026, 11, 30)),
        (date(2026, 12, 31), date(2027, 1, 4)),
    ],
)
def test_a_plan_starts_on_the_next_monday(today: date, monday: date) -> None:
    assert next_monday(today) == monday


@pytest.fixture
def in_process(corpus_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands run in this process and read the index of the project's corpus."""
    monkeypatch.setenv("TUTOR_DATA", str(corpus_data))


@pytest.mark.parametrize(
    ("arguments", "code", "keys"),
    [
        ("path --known python,rnn --to lora --hours 2", 0, {"topic", "known", "missing", "minutes", "weeks"}),
        ("compare lstm gru", 0, {"first", "second", "for_first", "for_second", "verdict", "ground"}),
        ("compare cnn rnn", 3, {"first", "second", "for_first", "for_second", "verdict", "ground"}),
        ("ready gru --known rnn,lstm", 0, {"topic", "known", "ready", "missing", "met"}),
        ("where --known python,numpy", 0, {"known", "roadmaps"}),
        ("plan --to rag --weeks 8 --hours 6", 0, {"topic", "known", "weeks", "minutes", "hours", "fits"}),
    ],
)
def test_a_command_prints_one_object(
    in_process: None, capsys: pytest.CaptureFixture[str], arguments: str, code: int, keys: set[str]
) -> None:
    assert main([*arguments.split(), "--json"]) == code
    assert json.loads(capsys.readouterr().out).keys() == keys


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("path --known rnn --to LoRA --language zh", "已会：循环神经网络（RNN）"),
        ("plan --known transformer --to agent --format markdown", "- [ ] **prompt engineering**"),
        ("plan --known transformer --to agent --format log --start 2026-11-30", "## 2026-11-30"),
        ("plan --known transformer --to agent --format ics --start 2026-11-30", "DTSTART;VALUE=DATE:20261130"),
    ],
)
def test_a_command_prints_text(
    in_process: None, capsys: pytest.CaptureFixture[str], arguments: str, words: str
) -> None:
    assert main(arguments.split()) == 0
    assert words in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ("path --to nothing-of-the-kind", "no topic is called 'nothing-of-the-kind'"),
        ("path --to lora --known rnnn,xyzzy", "no topic is called 'rnnn'"),
        ("plan --to lora --hours 0", "'0' is no number of hours between 0.5 and 168"),
        ("plan --to lora --start 30.11.2026", "'30.11.2026' is no day as YYYY-MM-DD"),
    ],
)
def test_wrong_usage_is_one_sentence(
    in_process: None, capsys: pytest.CaptureFixture[str], arguments: str, complaint: str
) -> None:
    assert main(arguments.split()) == 2
    assert complaint in capsys.readouterr().err
