"""The map's pages: what they show, for whom, and that nothing of a corpus or an address gets into them unescaped."""

import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.map.values import Order, Said, View
from app.settings import AppSettings
from app.store import Store, Turn, open_store, utc_now
from app.values import Answer
from app.web.edge import LEARNER_COOKIE, Edge
from app.web.map import add_map_routes
from app.web.render.map import Asked, Card, panel
from app.web.serving import Serving
from ingest.documents import Resource
from ingest.lessons import Lesson
from ingest.values import Topic
from tests.corpora import build, settings, write_corpus

LLM101 = "roadmaps/llm101"
EVIL = """'"><img src=x onerror=alert(1)><script>alert(2)</script>"""


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

    def faults(self) -> list[str]:
        """Whatever may run or lead elsewhere."""
        found = [
            tag for tag, _ in self.elements if tag in {"script", "img", "iframe", "object", "base", "foreignobject"}
        ]
        for tag, has in self.elements:
            found += [f"{tag} {name}" for name in has if name.startswith("on") or name == "style"]
            address = has.get("href") or has.get("action") or ""
            found += [address] if urlsplit(address).scheme not in {"", "https", "http"} else []
        return found


def client_of(serving: Serving, store: Store) -> TestClient:
    """A client of the map behind the edge."""
    app = FastAPI()
    add_map_routes(app, serving, store, lambda language: "")
    return TestClient(Edge(app, head=str), base_url="http://localhost:7860")


@pytest.fixture(scope="module")
def serving(corpus_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """What serves the project's corpus."""
    data = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(corpus_data, data)
    lending = Serving(AppSettings(), settings(data))
    yield lending
    lending.close()


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    """Nobody's records yet."""
    opened = open_store("", data)
    yield opened
    opened.close()


@pytest.fixture
def client(serving: Serving, store: Store) -> TestClient:
    """A learner of whom nothing is known."""
    return client_of(serving, store)


def test_the_page_has_every_topic_as_a_link_in_the_picture_and_in_the_list(client: TestClient) -> None:
    reply = client.get("/zh/map")
    page = Read(reply.text)
    links = [link for link in page.all("a") if "data-id" in link]
    picture = [link["data-id"] for link in links if link["class"].startswith("topic")]
    listed = [link["data-id"] for link in links if link["class"] == "entry"]
    assert reply.status_code == 200
    assert len(picture) == len(set(picture)) > 150
    assert sorted(picture) == sorted(listed)
    assert {link["href"] for link in links if link["data-id"] == "lora"} == {"/zh/map?colour=field&topic=lora#panel"}
    assert "script-src 'self'" in reply.headers["content-security-policy"]
    assert page.faults() == []


def test_the_panel_says_what_a_topic_is_and_who_puts_it_where(client: TestClient) -> None:
    reply = client.get("/zh/map?topic=lora")
    page = Read(reply.text)
    assert reply.status_code == 200
    assert "低秩适配（LoRA）" in page.text
    assert "low-rank adaptation (LoRA)" in page.text
    assert "冻结原有权重，只训练两个小矩阵的乘积作为权重的增量。" in page.text
    assert "“LoRA 把权重增量写成两个小矩阵的乘积，要先理解矩阵乘法和秩。”——低秩适配（LoRA），第 13 行" in page.text
    assert page.all("a", href="https://arxiv.org/abs/2106.09685")
    asked = [
        parse_qs(urlsplit(link["href"]).query)["ask"] for link in page.all("a") if link["href"].startswith("/zh/?")
    ]
    assert asked == [["什么是低秩适配（LoRA）？"], ["考考我低秩适配（LoRA）"]]
    assert page.faults() == []


def test_the_panel_alone_is_the_panel_of_the_page(client: TestClient) -> None:
    query = f"?roadmap={LLM101}&known=python&topic=rnn"
    alone, whole = client.get(f"/en/map/panel{query}"), client.get(f"/en/map{query}")
    assert alone.status_code == 200
    assert alone.text.startswith('<aside id="panel"')
    assert alone.text in whole.text


def test_the_filters_show_what_is_chosen_and_what_is_known_by_any_name(client: TestClient) -> None:
    page = Read(client.get(f"/en/map?roadmap={LLM101}&field=neural-networks&known=Python、循环神经网络,lstm").text)
    chosen = [has["value"] for has in page.all("option") if "selected" in has]
    assert chosen == [LLM101, "neural-networks", "state"]
    names = "Python, recurrent neural network (RNN), long short-term memory (LSTM)"
    assert page.all("input", name="known")[0]["value"] == names
    kinds = {link["data-id"]: link["class"] for link in page.all("a") if link.get("class", "").startswith("topic")}
    assert "known" in kinds["rnn"].split()
    assert all("guest" in kind for kind in (kinds["calculus"], kinds["word-embedding"]))
    other = page.all("a", id="language")[0]["href"]
    assert urlsplit(other).path == "/zh/map"
    assert parse_qs(urlsplit(other).query)["known"] == ["python,rnn,lstm"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("roadmap=no/such", "The map has no such roadmap or field"),
        ("field=cooking", "The map has no such roadmap or field"),
        ("topic=no-such", "The map has no such topic."),
    ],
)
def test_what_the_map_does_not_have_is_said_and_the_whole_map_shown(client: TestClient, query: str, said: str) -> None:
    reply = client.get(f"/en/map?{query}")
    assert reply.status_code == 404
    assert said in reply.text
    assert 'data-id="lora"' in reply.text


def test_a_known_name_that_the_map_does_not_have_is_said(client: TestClient) -> None:
    reply = client.get("/en/map", params={"known": f"python,{EVIL}"})
    page = Read(reply.text)
    assert reply.status_code == 200
    assert f"The map does not have these: {EVIL}" in page.text
    assert page.faults() == []


@pytest.mark.parametrize("name", ["roadmap", "field", "colour", "known", "topic"])
def test_nothing_of_an_address_gets_into_the_page_unescaped(client: TestClient, name: str) -> None:
    for path in ("/en/map", "/zh/map/panel"):
        assert Read(client.get(path, params={name: EVIL}).text).faults() == []


def test_the_files_have_the_filters_of_the_page(client: TestClient) -> None:
    query = f"?roadmap={LLM101}&known=python"
    svg, mmd = client.get(f"/zh/map.svg{query}"), client.get(f"/zh/map.mmd{query}")
    assert svg.headers["content-type"].startswith("image/svg+xml")
    assert svg.text.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert "阶段 1：基础技能" in svg.text
    assert re.search(r'<g class="topic f\d known" data-id="python"', svg.text)
    assert mmd.headers["content-type"] == "text/plain; charset=utf-8"
    assert mmd.text.startswith("flowchart LR\n  subgraph g0[")
    assert client.get("/zh/map.svg?roadmap=no").status_code == 404


def test_a_quiz_with_a_mistake_puts_its_topic_in_review_and_one_without_makes_it_known(
    serving: Serving, store: Store
) -> None:
    ann = "a" * 43
    for topic, is_right in (("rnn", False), ("python", True)):
        with serving.tutor() as tutor:
            items = tutor.quiz(topic, language="en", count=3, seed=1)
        conversation = store.start_conversation(ann, now=utc_now())
        store.add_turn(ann, conversation, Turn(question=topic, answer=ANSWER), now=utc_now())
        quiz = store.start_quiz(ann, topic, "en", items, now=utc_now())
        for item in items:
            chosen = item.key if is_right else next(one.id for one in item.options if one.id != item.key)
            store.add_attempt(quiz, item.id, chosen, correct=is_right, now=utc_now())
        store.show_quiz(ann, conversation, quiz)
    client = client_of(serving, store)
    theirs = Read(client.get("/en/map", headers={"cookie": f"{LEARNER_COOKIE}={ann}"}).text)
    kinds = {
        link["data-id"]: link["class"].split() for link in theirs.all("a") if link.get("class", "").startswith("topic")
    }
    assert "review" in kinds["rnn"]
    assert "known" in kinds["python"]
    others = client.get("/en/map", headers={"cookie": f"{LEARNER_COOKIE}={'b' * 43}"})
    assert not re.search(r'class="topic f\d (?:known|review)', others.text)


ANSWER = Answer(question="q", answer="a", language="en", mode="extractive", outcome="answered")


def test_a_corpus_without_a_lesson_has_an_empty_map(data: Path, tmp_path: Path, store: Store) -> None:
    corpus = write_corpus(tmp_path / "corpus", {"notes.md": "# Notes\n\nAn RNN reads in order.\n"})
    build(data, corpus)
    lending = Serving(AppSettings(), settings(data, corpus))
    try:
        client = client_of(lending, store)
        assert "The corpus has no lessons yet" in client.get("/en/map").text
        assert client.get("/en/map.svg").status_code == client.get("/en/map.mmd").status_code == 200
    finally:
        lending.close()


def test_names_of_a_users_own_corpus_stay_names(data: Path, tmp_path: Path, store: Store) -> None:
    corpus = write_corpus(
        tmp_path / "corpus",
        {f"lessons/{topic}/en.md": _lesson(topic, needs) for topic, needs in (("one", "[]"), ("two", _NEEDS_ONE))},
    )
    build(data, corpus)
    lending = Serving(AppSettings(), settings(data, corpus))
    try:
        client = client_of(lending, store)
        for path in ("/en/map", "/en/map?topic=two", "/en/map?topic=one&known=two", "/en/map.svg"):
            page = Read(client.get(path).text)
            assert page.faults() == []
            assert "onerror=alert(1)" in page.text
    finally:
        lending.close()


_NEEDS_ONE = f"\n  - topic: one\n    reason: {EVIL!r}"


def _lesson(topic: str, prerequisites: str) -> str:
    quoted = "'" + EVIL.replace("'", "''") + "'"
    return (
        f"---\ntopic: {topic}\nname: {quoted}\nfield: {quoted}\nlevel: 1\nminutes: 5\n"
        f"prerequisites: {prerequisites.replace(repr(EVIL), quoted)}\nresources:\n  - title: {quoted}\n"
        f"    url: https://x.test/\n    read: {quoted}\nreviewed: 2026-01-01\n---\n\n"
        f"# {EVIL}\n\n## In one sentence\n\n{EVIL} is a thing.\n"
    )


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_no_text_breaks_out_of_the_panel(name: str, quote: str, field: str) -> None:
    topic = Topic(id="one", zh=name, en=name, short=quote, field=field)
    order = Order(
        before="one",
        after="one",
        said=(Said(document=name, title=quote, line=1, quote=quote, kind="prerequisite"),),
    )
    resource = Resource(title=name, url="https://x.test/", read=quote)
    lesson = Lesson(
        document="d",
        topic="one",
        language="en",
        level=1,
        minutes=1,
        prerequisites=(),
        resources=(resource,),
        misconceptions=(),
        checks=(),
    )
    card = Card(topic, lesson, "next", None, quote, [order], [order], {"one": topic})
    read = Read(panel(Asked(view=View(language="en"), known=("one",), topic=name), card, "map_panel_hint"))
    assert read.faults() == []
    assert {tag for tag, _ in read.elements} <= {
        "aside",
        "div",
        "h2",
        "h3",
        "a",
        "p",
        "span",
        "ul",
        "li",
        "form",
        "button",
    }
