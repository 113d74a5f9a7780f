"""The plan's pages and the marks of the map: what they keep, for whom, and that nothing gets into them unescaped."""

import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from icalendar import Calendar
from starlette.testclient import TestClient

from app.plan_files import next_monday
from app.settings import AppSettings
from app.store import Store, Wish, open_store, utc_now
from app.web.edge import LEARNER_COOKIE, Edge
from app.web.map import add_map_routes
from app.web.plan import add_plan_routes, goals, make_course, read_wish
from app.web.render.plan import Fields
from app.web.serving import Serving
from ingest.library import Library
from tests.corpora import build, settings, write_corpus

ANN, BOB = "a" * 43, "b" * 43
HOST = "http://localhost:7860"
EVIL = """'"><img src=x onerror=alert(1)><script>alert(2)</script>"""
MONDAY = date(2026, 11, 23)
WISH = {"goal": "LoRA", "weeks": "8", "hours": "6", "start": MONDAY.isoformat()}


class Read(HTMLParser):
    """A page's elements with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        """The attributes of every element of this tag with these."""
        return [has for name, has in self.elements if name == tag and wanted.items() <= has.items()]

    def ticks(self) -> dict[str, bool]:
        """The checkboxes by topic: whether each is ticked."""
        topics = [has["value"] for has in self.all("input", name="topic")]
        boxes = [has["aria-checked"] == "true" for has in self.all("button", role="checkbox")]
        return dict(zip(topics, boxes, strict=True))

    def faults(self) -> list[str]:
        """Whatever may run or lead elsewhere."""
        found = [tag for tag, _ in self.elements if tag in {"script", "img", "iframe", "object", "base"}]
        for tag, has in self.elements:
            found += [f"{tag} {name}" for name in has if name.startswith("on") or name == "style"]
            address = has.get("href") or has.get("action") or ""
            found += [address] if urlsplit(address).scheme not in {"", "https", "http"} else []
        return found


def client_of(serving: Serving, store: Store, learner: str = ANN) -> TestClient:
    """A learner's client of the map and the plan behind the edge; it follows redirects."""
    app = FastAPI()
    add_map_routes(app, serving, store, lambda language: "")
    add_plan_routes(app, serving, store, lambda language: "")
    return TestClient(Edge(app, head=str), base_url=HOST, cookies={LEARNER_COOKIE: learner})


@pytest.fixture(scope="module")
def serving(corpus_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """What serves the project's corpus."""
    data = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(corpus_data, data)
    lending = Serving(AppSettings(), settings(data))
    yield lending
    lending.close()


@pytest.fixture(scope="module")
def library(serving: Serving) -> Iterator[Library]:
    """The index that it serves."""
    with serving.tutor() as tutor:
        yield tutor.library


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    """An empty store."""
    opened = open_store("", data)
    yield opened
    opened.close()


@pytest.fixture
def client(serving: Serving, store: Store) -> TestClient:
    """Ann's client."""
    return client_of(serving, store)


def read(client: TestClient, path: str = "/en/plan") -> Read:
    """A page that is there."""
    reply = client.get(path)
    assert reply.status_code == 200
    return Read(reply.text)


def mark(client: TestClient, topic: str, known: str = "yes") -> Read:
    """The plan after a tick or its undoing."""
    reply = client.post("/en/plan/mark", data={"topic": topic, "known": known})
    assert reply.status_code == 200
    return Read(reply.text)


def test_without_a_plan_the_page_says_how_to_begin(client: TestClient) -> None:
    page = read(client)
    assert "There is no plan yet." in page.text
    assert page.all("input", name="hours")[0]["value"] == "6"
    assert page.all("input", name="start")[0]["value"] == next_monday(utc_now().date()).isoformat()
    assert {"value": "low-rank adaptation (LoRA)"} in page.all("option")
    assert not page.all("a", download="")
    assert client.get("/en/plan.md").status_code == 404


def test_a_goal_is_planned_week_by_week_with_who_says_so(client: TestClient) -> None:
    reply = client.post("/zh/plan", data=WISH, follow_redirects=False)
    assert reply.status_code == 303
    assert reply.headers["location"] == "/zh/plan#course"
    page = read(client, "/zh/plan")
    assert "还要学的：到低秩适配（LoRA）" in page.text
    assert "“LoRA 把权重增量写成两个小矩阵的乘积，要先理解矩阵乘法和秩。”——低秩适配（LoRA），第 13 行" in page.text
    assert "第 1 周2026-11-23 至 2026-11-29" in page.text
    assert page.all("a", href="/zh/map?topic=linear-algebra#panel")
    assert not any(page.ticks().values())
    assert page.all("input", name="goal")[0]["value"] == "低秩适配（LoRA）"
    assert page.faults() == []


def test_ticks_outlive_a_new_pace_and_a_new_goal_and_are_taken_back(client: TestClient) -> None:
    client.post("/en/plan", data=WISH)
    assert read(client).ticks()["python"] is False
    assert mark(client, "python").ticks()["python"] is True
    page = Read(client.post("/en/plan", data=WISH | {"hours": "3", "weeks": ""}).text)
    assert page.ticks()["python"] is True
    assert page.all("input", name="hours")[0]["value"] == "3"
    assert page.all("input", name="weeks")[0]["value"] == ""
    page = Read(client.post("/en/plan", data=WISH | {"goal": "RNN"}).text)
    assert page.ticks()["python"] is True
    assert "Done (1)" in page.text
    page = mark(client, "python", "no")
    assert page.ticks()["python"] is False
    assert "Done" not in page.text


def test_what_a_tick_implies_is_left_out_and_said(client: TestClient) -> None:
    client.post("/en/plan", data=WISH)
    before = read(client).ticks()
    assert "python" in before
    page = mark(client, "numpy")
    assert "python" not in page.ticks()
    assert re.search(r"What follows from these: [^.]*Python", page.text)
    progress = page.all("progress")[0]
    assert int(progress["value"]) >= 2
    assert int(progress["max"]) == len(before)


def test_the_goal_itself_ends_the_plan_and_the_files(client: TestClient) -> None:
    client.post("/en/plan", data=WISH)
    page = mark(client, "lora")
    assert "nothing is left to learn" in page.text
    assert page.ticks() == {"lora": True}
    assert client.get("/en/plan.ics").status_code == 404


def test_a_plan_that_does_not_fit_says_what_would(client: TestClient) -> None:
    page = Read(client.post("/en/plan", data=WISH | {"weeks": "1", "hours": "1"}).text)
    assert re.search(
        r"It does not fit into 1 weeks: at this pace it takes \d+; to fit, plan about \d+ hours", page.text
    )


def test_the_rest_begins_in_the_current_week(library: Library) -> None:
    wish = Wish(goal="lora", weeks=8, hours=6.0, start=MONDAY)
    first = make_course(library, wish, [], "en", today=MONDAY)
    third = make_course(library, wish, ["python"], "en", today=MONDAY + timedelta(days=20))
    assert (first.week, first.plan.weeks[0].week, first.plan.wanted) == (1, 1, 8)
    assert (third.week, third.plan.weeks[0].week, third.plan.wanted) == (3, 3, 6)
    assert [week.topics for week in third.plan.weeks]
    assert not third.is_over
    late = make_course(library, wish, [], "en", today=MONDAY + timedelta(weeks=8))
    assert (late.week, late.is_over) == (9, True)
    early = make_course(library, wish, [], "en", today=MONDAY - timedelta(days=30))
    assert (early.week, early.is_begun) == (1, False)


def test_a_plan_whose_weeks_are_over_says_so(client: TestClient) -> None:
    start = utc_now().date() - timedelta(weeks=10)
    page = Read(client.post("/en/plan", data=WISH | {"start": start.isoformat()}).text)
    assert "The 8 weeks of the plan are over" in page.text
    assert "Week 11 this week" in page.text
    assert "Week 10" not in page.text


def test_the_files_are_of_the_same_plan(client: TestClient) -> None:
    client.post("/zh/plan", data=WISH | {"weeks": ""})
    mark(client, "python")
    markdown, log, calendar = (client.get(f"/zh/plan.{ending}") for ending in ("md", "log.md", "ics"))
    assert markdown.headers["content-type"] == log.headers["content-type"] == "text/markdown; charset=utf-8"
    assert calendar.headers["content-type"] == "text/calendar; charset=utf-8"
    names = [reply.headers["content-disposition"] for reply in (markdown, log, calendar)]
    endings = ("md", "log.md", "ics")
    assert names == [f"attachment; filename=\"plan.{end}\"; filename*=UTF-8''plan-lora.{end}" for end in endings]
    assert markdown.text.startswith("# 学到低秩适配（LoRA）")
    assert "- [ ] **Python" not in markdown.text
    assert "## 2026-" in log.text or "## 2027-" in log.text
    events = Calendar.from_ical(calendar.text).walk("VEVENT")
    weeks = read(client, "/zh/plan").text.count("周20")
    assert len(events) == weeks > 1


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("goal", "Transfomer", "No lesson is about “Transfomer”. The nearest topics are: Transformer"),
        ("goal", "qzxvw", "No lesson is about “qzxvw”."),
        ("goal", " ", "Name a topic to learn."),
        ("weeks", "0", "The weeks are a whole number from 1 to 104"),
        ("weeks", "1.5", "The weeks are a whole number"),
        ("hours", "nan", "The hours a week are from 0.5 to 80"),
        ("hours", "", "The hours a week are from"),
        ("hours", "1e9", "The hours a week are from"),
        ("start", "tomorrow", "Write the first day like 2026-09-01"),
        ("start", "9999-12-31", "Write the first day like"),
    ],
)
def test_what_is_wrong_is_said_and_the_old_plan_stays(
    client: TestClient, store: Store, field: str, typed: str, said: str
) -> None:
    client.post("/en/plan", data=WISH)
    kept = store.plan(ANN)
    reply = client.post("/en/plan", data=WISH | {field: typed})
    page = Read(reply.text)
    assert reply.status_code == 422
    assert said in page.text
    assert page.all("input", name=field)[0]["value"] == typed
    assert store.plan(ANN) == kept
    assert "Still to learn" in page.text


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(goal=st.text(max_size=30), weeks=st.text(max_size=8), hours=st.text(max_size=8), start=st.text(max_size=12))
def test_any_form_is_read(library: Library, goal: str, weeks: str, hours: str, start: str) -> None:
    wish = read_wish(library, Fields(goal=goal, weeks=weeks, hours=hours, start=start), "en")
    assert wish
    alone = read_wish(library, Fields(goal=goal, weeks="2", hours="6", start="2026-09-01"), "zh")
    assert isinstance(alone, Wish) or len(alone) == 1


def test_every_goal_that_is_offered_can_be_planned_by_its_name(library: Library) -> None:
    for topic in sorted(goals(library)):
        for language, name in (("zh", library.glossary.topic(topic).zh), ("en", topic)):
            fields = Fields(goal=name, weeks="4", hours="6", start="2026-09-01")
            wish = read_wish(library, fields, "zh" if language == "zh" else "en")
            assert isinstance(wish, Wish), name
            assert wish.goal == topic


def test_two_learners_have_their_own(serving: Serving, store: Store) -> None:
    ann, bob = client_of(serving, store, ANN), client_of(serving, store, BOB)
    ann.post("/en/plan", data=WISH)
    mark(ann, "python")
    assert "There is no plan yet." in read(bob).text
    bob.post("/en/plan", data=WISH)
    assert read(bob).ticks()["python"] is False
    mark(bob, "python", "no")
    assert read(ann).ticks()["python"] is True


def test_another_sites_form_changes_nothing(client: TestClient, store: Store) -> None:
    for path, data in (
        ("/en/plan", WISH),
        ("/en/plan/mark", {"topic": "python", "known": "yes"}),
        ("/en/map/mark?topic=python", {"known": "yes"}),
    ):
        for origin in ("https://other.example", "null"):
            assert client.post(path, data=data, headers={"origin": origin}).status_code == 403
        assert client.post(path, data=data, headers={"origin": HOST}, follow_redirects=False).status_code == 303
    assert store.known(ANN) == ("python",)


def test_a_topic_that_is_not_there_is_not_marked(client: TestClient, store: Store) -> None:
    for path in ("/en/plan/mark", "/en/map/mark?topic=no-such"):
        assert client.post(path, data={"topic": EVIL, "known": "yes"}).status_code == 404
    assert store.known(ANN) == ()


def test_the_map_marks_and_takes_back_and_stays_where_it_was(client: TestClient, store: Store) -> None:
    def form(address: str) -> tuple[str, dict[str, str]]:
        page = read(client, address)
        button = page.all("button", name="known")[0]
        return page.all("form", method="post")[0]["action"], {"known": button["value"]}

    action, data = form("/en/map?topic=rnn&field=neural-networks&known=python")
    reply = client.post(action, data=data, follow_redirects=False)
    assert reply.status_code == 303
    there = urlsplit(reply.headers["location"])
    assert (there.path, there.fragment) == ("/en/map", "panel")
    wanted = {"field": ["neural-networks"], "colour": ["state"], "known": ["python"], "topic": ["rnn"]}
    assert parse_qs(there.query) == wanted
    assert store.known(ANN) == ("rnn",)
    assert re.search(r'class="topic f\d known[^"]*" data-id="rnn"', client.get("/zh/map").text)
    action, data = form("/en/map?topic=rnn")
    assert data == {"known": "no"}
    client.post(action, data=data)
    assert store.known(ANN) == ()


def test_what_the_address_says_is_known_is_not_kept(client: TestClient, store: Store) -> None:
    page = read(client, "/en/map?topic=rnn&known=python,rnn")
    assert page.all("button", name="known")[0]["value"] == "no"
    assert store.known(ANN) == ()
    address = page.all("form", method="post")[0]["action"]
    reply = client.post(address, data={"known": "no"}, follow_redirects=False)
    assert parse_qs(urlsplit(reply.headers["location"]).query)["known"] == ["python"]


def test_the_map_leads_to_the_plan_with_its_topic_in_the_form(client: TestClient, store: Store) -> None:
    assert read(client, "/en/map?topic=lora").all("a", href="/en/plan?goal=lora")
    assert read(client, "/en/plan?goal=lora").all("input", name="goal")[0]["value"] == "low-rank adaptation (LoRA)"
    assert store.plan(ANN) is None


def test_nothing_of_a_request_gets_into_the_page_unescaped(client: TestClient) -> None:
    assert Read(client.get("/en/plan", params={"goal": EVIL}).text).faults() == []
    assert Read(client.post("/en/plan", data=dict.fromkeys(WISH, EVIL)).text).faults() == []


def test_names_of_a_users_own_corpus_stay_names_and_a_goal_may_go(
    data: Path, tmp_path: Path, store: Store, client: TestClient
) -> None:
    quoted = "'" + EVIL.replace("'", "''") + "'"
    lessons = {"one": "[]", "two": f"\n  - topic: one\n    reason: {quoted}"}
    files: dict[str, str | bytes] = {
        f"lessons/{topic}/en.md": f"---\ntopic: {topic}\nname: {quoted}\nfield: {quoted}\nlevel: 1\nminutes: 5\n"
        f"prerequisites: {needs}\nresources:\n  - title: {quoted}\n    url: https://x.test/\n    read: {quoted}\n"
        f"reviewed: 2026-01-01\n---\n\n# {EVIL}\n\n## In one sentence\n\n{EVIL} is a thing.\n"
        for topic, needs in lessons.items()
    }
    client.post("/en/plan", data=WISH)
    corpus = write_corpus(tmp_path / "corpus", files)
    build(data, corpus)
    lending = Serving(AppSettings(), settings(data, corpus))
    try:
        own = client_of(lending, store)
        assert "No lesson is about your goal “lora” any more" in read(own).text
        own.post("/en/plan", data=WISH | {"goal": "two"})
        page = mark(own, "one")
        assert page.ticks() == {"two": False, "one": True}
        assert page.faults() == mark(own, "one", "no").faults() == []
        assert own.get("/en/plan.md").status_code == own.get("/en/plan.ics").status_code == 200
    finally:
        lending.close()
