"""The way to a topic, readiness, two topics compared, and the stage reached: each with the lines that say so."""

import re
import statistics
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.comparison import compare
from app.orders import orders_of
from app.paths import find_path, readiness
from app.standing import project_for, standings
from app.tutor import Tutor
from app.values import Answer
from ingest.library import Library
from ingest.settings import PROJECT
from ingest.values import Evidence, Language

LANGUAGES: tuple[Language, ...] = ("zh", "en")
FAST = 0.05  # seconds


def _stands(place: Evidence) -> bool:
    line = (PROJECT / "corpus" / f"{place.document}.md").read_text("utf-8").split("\n")[place.line - 1]
    return place.quote in line


def _cited_lines_stand(answer: Answer) -> bool:
    numbers = {int(n) for n in re.findall(r"(?<=[”】\w）)]) \[(\d+)\]", answer.answer)}
    assert numbers <= {citation.n for citation in answer.citations}
    return all(
        citation.quote
        in (PROJECT / "corpus" / f"{citation.document}.md").read_text("utf-8").split("\n")[citation.lines[0] - 1]
        for citation in answer.citations
    )


def test_the_way_from_rnn_to_lora(corpus_library: Library) -> None:
    path = find_path(corpus_library, ["rnn"], "lora", "zh")
    way = [need.topic.id for need in path.missing]
    assert way[-3:] == ["transformer", "pretraining", "fine-tuning"]
    assert way.index("lstm") < way.index("seq2seq") < way.index("attention") < way.index("self-attention")
    assert not {"rnn", "word-embedding", "backpropagation", "lora"} & set(way)
    assert path.minutes == sum(need.minutes for need in path.missing) + path.goal_minutes
    [transformer] = [need for need in path.missing if need.topic.id == "transformer"]
    assert transformer.needed_for.id == "lora"
    assert transformer.reason.quote.startswith("LoRA 通常加在 Transformer 的线性层上")


def test_a_goal_that_is_implied_by_what_is_known_has_no_way(corpus_library: Library) -> None:
    path = find_path(corpus_library, ["transformer"], "attention", "en")
    assert (path.implied, path.missing, path.minutes) == (True, (), 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_nothing_every_way_is_sound(corpus_library: Library, language: Language) -> None:
    orders = orders_of(corpus_library)
    for goal in sorted({topic for topic, _ in corpus_library.lessons}):
        path = find_path(corpus_library, [], goal, language)
        way = [*(need.topic.id for need in path.missing), goal]
        place = {topic: n for n, topic in enumerate(way)}
        assert len(place) == len(way), goal
        assert all(place[edge.before] < place[edge.after] for edge in orders.plan(way).edges), goal
        assert all(set(orders.requires(topic)) <= place.keys() for topic in way), goal
        late = [topic for topic in way for before in orders.requires(topic) if place[before] > place[topic]]
        assert bool(late) == bool(path.late), goal
        assert all(_stands(need.reason) for need in path.missing), goal


def test_the_way_is_the_same_for_readers_of_both_languages(corpus_library: Library) -> None:
    for goal in sorted({topic for topic, _ in corpus_library.lessons}):
        zh, en = (find_path(corpus_library, ["python"], goal, language) for language in LANGUAGES)
        assert [need.topic.id for need in zh.missing] == [need.topic.id for need in en.missing], goal


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_known_never_stands_on_a_way(corpus_library: Library, data: st.DataObject) -> None:
    taught = sorted({topic for topic, _ in corpus_library.lessons})
    known = data.draw(st.lists(st.sampled_from(taught), max_size=5, unique=True))
    goal = data.draw(st.sampled_from(taught))
    path = find_path(corpus_library, known, goal, "en")
    familiar = orders_of(corpus_library).familiar(known)
    assert not familiar & {need.topic.id for need in path.missing}
    assert path.implied == (goal in familiar)


def test_ready_or_what_is_missing_with_the_reason(corpus_library: Library) -> None:
    found = readiness(corpus_library, ["python", "linear-algebra"], "rag", "en")
    assert [need.topic.id for need in found.missing] == ["embedding-model", "vector-database", "prompt-engineering"]
    assert all(need.reason.document == "lessons/rag/en" and _stands(need.reason) for need in found.missing)
    assert not found.ready
    ready = readiness(corpus_library, ["rnn", "lstm"], "gru", "zh")
    assert ready.ready
    assert {need.topic.id for need in ready.met} == {"rnn", "lstm"}


@pytest.mark.parametrize(
    ("first", "second", "verdict", "ground"),
    [
        ("lstm", "gru", "lstm", "stated"),
        ("gru", "lstm", "lstm", "stated"),
        ("attention", "transformer", "disputed", "stated"),
        ("cnn", "rnn", "none", "none"),
        ("cnn", "transformer", "cnn", "stages"),
        ("self-attention", "dpo", "self-attention", "chain"),
    ],
)
def test_which_comes_first(corpus_library: Library, first: str, second: str, verdict: str, ground: str) -> None:
    for language in LANGUAGES:
        found = compare(corpus_library, first, second, language)
        assert (found.verdict, found.ground) == (verdict, ground)
        assert all(map(_stands, (*found.for_first, *found.for_second)))
        turned = compare(corpus_library, second, first, language)
        assert (turned.verdict, turned.for_first) == (found.verdict, found.for_second)


def test_the_stage_of_each_roadmap_by_what_is_known(corpus_library: Library) -> None:
    nothing = standings(corpus_library, [])
    assert [standing.document for standing in nothing] == [
        f"roadmaps/{name}"
        for name in ("four-stages", "llm-guide", "llm101", "six-stages", "systematic-plan", "zero-to-hero")
    ]
    assert all(standing.current == 0 and _stands(standing.stages[0].place) for standing in nothing)
    [guide] = [s for s in standings(corpus_library, ["python", "numpy", "rnn"]) if s.document == "roadmaps/llm-guide"]
    assert guide.current == 1
    assert guide.stages[1].place.quote == "## 阶段 2：神经网络基础"
    everything = standings(corpus_library, sorted(corpus_library.glossary.entries))
    assert all(standing.current == len(standing.stages) for standing in everything)


def test_a_roadmap_s_project_is_found_by_its_topic(corpus_library: Library) -> None:
    project = project_for(corpus_library, "cnn")
    assert project is not None
    assert "用 CNN 给图像分类" in project.place.quote
    assert _stands(project.place)
    assert project_for(corpus_library, "eigendecomposition") is None


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("我会RNN，怎样学到LoRA？", "仅为估计"),
        ("I know RNN. How do I get to LoRA?", "an estimate"),
        ("我会Python和线性代数，可以学RAG了吗？", "还不行"),
        ("RNN和LSTM都学过了，可以学GRU吗？", "可以"),
        ("BERT 和 GPT 先看哪个？", "先学**BERT**，再学**GPT**"),
        ("Attention or the Transformer, which one first?", "The documents disagree"),
        ("Should I learn CNN before the Transformer?", "only by the order of stages"),
        ("我会Python、NumPy和RNN，我在哪个阶段", "阶段 2：神经网络基础"),
        ("给我一个8周学到RAG的计划，每周6小时", "8 周放不下"),
        ("make me a plan to learn RAG in 20 weeks, 6 hours a week", "an estimate"),
        ("I know SFT and RLHF. How do I get to DPO?", "you have everything"),
    ],
)
def test_an_answer_about_order_cites_lines_that_stand(tutor: Tutor, question: str, words: str) -> None:
    answer = tutor.answer(question)
    assert answer.outcome == "answered"
    assert words in answer.answer
    assert answer.citations
    assert _cited_lines_stand(answer)
    assert {n for claim in answer.claims for n in claim.citations} == {citation.n for citation in answer.citations}


@pytest.mark.parametrize("question", ["CNN和RNN先学哪个？", "Should I learn CNN or RNN first?"])
def test_no_order_is_made_up(tutor: Tutor, question: str) -> None:
    answer = tutor.answer(question)
    assert (answer.outcome, answer.citations) == ("not_found", ())
    assert "不编造" in answer.answer or "won't make up" in answer.answer


@pytest.mark.parametrize(
    "question", ["学完RNN学什么", "学Transformer之前要先学什么", "我会RNN，怎样学到LoRA？", "CNN和Transformer先学哪个"]
)
def test_every_follow_up_of_an_answer_can_be_answered(tutor: Tutor, question: str) -> None:
    followups = tutor.answer(question).followups
    assert followups
    for followup in followups:
        assert tutor.answer(followup).outcome == "answered", followup


def test_an_answer_takes_no_time(tutor: Tutor) -> None:
    taught = sorted({topic for topic, _ in tutor.library.lessons})[:50]
    taken = []
    for topic in taught:
        started = time.perf_counter()
        tutor.answer(f"What should I learn after {tutor.library.glossary.topic(topic).en}?")
        taken.append(time.perf_counter() - started)
    assert statistics.median(taken) < FAST
