"""What comes before and after a topic, and the advice that quotes the lines which say so."""

import re

import pytest

from app.advice import advise
from app.asking import read_order
from app.guidance import guide
from app.steps import onward, steps
from app.tutor import Tutor
from app.values import Step, Steps
from ingest.library import Library
from ingest.settings import PROJECT
from ingest.values import Language

LANGUAGES: tuple[Language, ...] = ("zh", "en")


def _line(document: str, number: int) -> str:
    return (PROJECT / "corpus" / f"{document}.md").read_text("utf-8").split("\n")[number - 1]


def _all_steps(library: Library) -> list[Steps]:
    return [steps(library, topic, language) for topic in sorted(library.glossary.entries) for language in LANGUAGES]


def _names(found: tuple[Step, ...]) -> list[str]:
    return [step.topic.id for step in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_transformer_lstm_and_gru_come_after_rnn(corpus_library: Library, language: Language) -> None:
    after = _names(steps(corpus_library, "rnn", language).after)
    assert after[0] == "transformer"
    assert {"lstm", "gru"} <= set(after)


@pytest.mark.parametrize(
    ("topic", "document", "line", "quote"),
    [
        ("transformer", "roadmaps/llm-guide", 19, "进阶路径（有基础）：RNN → Transformer → 注意力机制"),
        (
            "transformer",
            "roadmaps/four-stages",
            55,
            "循环神经网络（RNN）及其变体 LSTM、GRU 是理解 Transformer 的铺垫。",
        ),
        ("lstm", "roadmaps/llm-guide", 33, "学习路线：前馈神经网络 → RNN → LSTM/GRU → Transformer"),
        ("gru", "roadmaps/llm-guide", 33, "学习路线：前馈神经网络 → RNN → LSTM/GRU → Transformer"),
    ],
)
def test_the_roadmaps_that_say_what_follows_rnn_are_quoted(
    corpus_library: Library, topic: str, document: str, line: int, quote: str
) -> None:
    [step] = [step for step in steps(corpus_library, "rnn", "zh").after if step.topic.id == topic]
    assert [e for e in step.evidence if (e.document, e.line) == (document, line) and quote in e.quote]


def test_every_step_has_evidence_that_stands_in_its_line(corpus_library: Library) -> None:
    checked = 0
    for found in _all_steps(corpus_library):
        for step in (*found.after, *found.before):
            assert step.evidence, (found.topic.id, step.topic.id)
            for evidence in step.evidence:
                assert evidence.quote in _line(evidence.document, evidence.line), evidence
                checked += 1
    assert checked > 500


def test_steps_are_ordered_by_how_many_roadmaps_say_so(corpus_library: Library) -> None:
    for found in _all_steps(corpus_library):
        for side in (found.after, found.before):
            supports = [step.support for step in side]
            assert supports == sorted(supports, reverse=True), found.topic.id


def test_support_counts_the_roadmaps_that_are_quoted(corpus_library: Library) -> None:
    for found in _all_steps(corpus_library):
        for step in (*found.after, *found.before):
            roadmaps = {e.document for e in step.evidence if e.document.startswith("roadmaps/")}
            assert step.support == len(roadmaps), (found.topic.id, step.topic.id)


def test_after_and_before_mirror_each_other_where_an_order_is_stated_outright(corpus_library: Library) -> None:
    assert "rnn" in _names(steps(corpus_library, "lstm", "zh").before)
    assert "lstm" in _names(steps(corpus_library, "rnn", "zh").after)


def test_a_topic_is_never_its_own_step(corpus_library: Library) -> None:
    assert [s.topic.id for s in _all_steps(corpus_library) if s.topic.id in _names(s.after) + _names(s.before)] == []


def test_a_reason_of_a_lesson_is_quoted_in_the_language_of_the_reader(corpus_library: Library) -> None:
    for language in LANGUAGES:
        [step] = [step for step in steps(corpus_library, "lstm", language).before if step.topic.id == "rnn"]
        lessons = {e.document for e in step.evidence if e.document.startswith("lessons/")}
        assert lessons == {f"lessons/lstm/{language}"}


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("学完RNN学什么", "What should I learn after RNN?"),
        ("學完循環神經網絡學什麼", "what comes after recurrent neural networks"),
        ("学Transformer之前要学什么", "What are the prerequisites of transformers?"),
        ("学LSTM前需要先学什么？", "What do I need to know before long short-term memory?"),
    ],
)
def test_both_languages_get_the_same_topics_in_the_same_order(tutor: Tutor, chinese: str, english: str) -> None:
    zh, en = tutor.answer(chinese), tutor.answer(english)
    topics = [
        [name for claim in answer.claims if (name := re.findall(r"\*\*(.+?)\*\*", claim.text)[-1])]
        for answer in (zh, en)
    ]
    found = [[tutor.library.glossary.topics(name)[0] for name in names] for names in topics]
    assert found[0] == found[1] != []
    assert (zh.language, en.language) == ("zh", "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("forward", [True, False])
def test_advice_quotes_lines_that_stand_in_the_documents(
    corpus_library: Library, language: Language, forward: bool
) -> None:
    for topic in sorted(corpus_library.glossary.entries):
        advice = advise(corpus_library, steps(corpus_library, topic, language), language, forward=forward)
        assert {n for claim in advice.claims for n in claim.citations} == {c.n for c in advice.citations}
        for citation in advice.citations:
            assert citation.quote in _line(citation.document, citation.lines[0])
            assert citation.quote in citation.passage


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("学完主成分分析学什么", "没有文档说明学完主成分分析（PCA）之后该学什么，所以我不编造顺序。"),
        ("What should I learn after PCA?", "I won't make up an order."),
        ("学线性代数之前要先学什么", "没有文档说明学线性代数之前要先学什么。"),
    ],
)
def test_an_order_that_no_document_states_is_not_made_up(tutor: Tutor, question: str, words: str) -> None:
    answer = tutor.answer(question)
    assert answer.outcome == "not_found"
    assert words in answer.answer
    assert answer.citations == ()


def test_an_unknown_topic_is_a_key_error(corpus_library: Library) -> None:
    with pytest.raises(KeyError, match="no-such-topic"):
        steps(corpus_library, "no-such-topic", "zh")


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("学完{}学什么", "What should I learn after {}?"),
        ("学{}之前要先学什么？", "What should I learn before {}?"),
    ],
)
def test_every_taught_topic_gets_the_same_steps_in_both_languages(
    corpus_library: Library, chinese: str, english: str
) -> None:
    glossary = corpus_library.glossary
    for topic in sorted({topic for topic, _ in corpus_library.lessons}):
        names = glossary.topic(topic)
        zh = read_order(glossary, chinese.format(names.zh))
        en = read_order(glossary, english.format(names.en))
        assert zh == en, topic
        assert zh is not None
        assert zh.about == (topic,)
        assert guide(corpus_library, zh, "zh").topics == guide(corpus_library, zh, "en").topics, topic


def test_the_path_for_the_learner_s_kind_comes_first(corpus_library: Library) -> None:
    plain = steps(corpus_library, "llm", "zh").after
    engineer = steps(corpus_library, "llm", "zh", "engineer").after
    assert engineer[0].topic.id == "fine-tuning"
    assert engineer[0].evidence[0].quote.startswith("实战路径（工程导向）")
    assert sorted(step.topic.id for step in plain) == sorted(step.topic.id for step in engineer)


def test_who_knows_several_topics_is_sent_on_to_none_of_them_nor_to_what_they_imply(corpus_library: Library) -> None:
    known = ["python", "numpy", "rnn"]
    onto = {step.topic.id for step in onward(corpus_library, known, "en")}
    assert {"transformer", "lstm", "pandas"} <= onto
    assert not onto & {*known, "machine-learning", "backpropagation", "word-embedding"}


def test_a_step_says_what_is_missing_how_long_it_takes_what_to_read_and_what_to_make(tutor: Tutor) -> None:
    answer = tutor.answer("学完RNN学什么").answer
    assert "在这之前还缺：多头注意力（MHA）" in answer
    assert "时间：约 20 分钟（课文标注的时间，仅为估计）" in answer
    assert answer.count("课文推荐：") == 2
    assert "练手（大模型入门六阶段路线）：“小规模 Transformer" in answer


def test_what_comes_before_starts_with_the_shortest_list_and_ends_with_what_it_needs(tutor: Tutor) -> None:
    answer = tutor.answer("What should I learn before the Transformer?").answer
    shortest = answer.split("The shortest list: ")[1].split(".")[0]
    assert "multi-head attention" in shortest
    assert "LSTM" not in shortest
    assert "These in turn need" in answer
