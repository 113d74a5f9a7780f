"""Answers made of quotes."""

import re
from collections.abc import Iterator

import pytest

from app.kinds import question_kind
from app.tutor import Tutor
from app.values import Answer, Citation
from ingest.library import Library
from ingest.settings import PROJECT
from ingest.values import Language, Where

FORMS: dict[Language, tuple[str, ...]] = {
    "zh": ("什么是{}？", "为什么需要{}？", "{}怎么工作？", "什么时候用{}？", "{}"),
    "en": ("What is {}?", "Why do we need {}?", "How does {} work?", "When should I use {}?", "{}"),
}
QUESTIONS = (
    "什么是LSTM？",
    "LSTM和GRU有什么区别",
    "遗忘门有什么作用",
    "怎么计算注意力分数",
    "學習率太大會發生什麼",
    "LLM101路线图的阶段3要学多久",
    "有什么推荐的线性代数课程",
    "什么时候应该用RAG？",
    "What is an RNN?",
    "What is the difference between an RNN and a Transformer?",
    "How is softmax used in attention?",
    "What is the cell state?",
    "Why do transformers need positional encoding?",
    "How does byte pair encoding build its vocabulary?",
)
_ITEM = re.compile(r"\s*(?:[-*+]|\d+\.)\s")


@pytest.fixture(scope="module")
def answers(tutor: Tutor) -> list[Answer]:
    """Two questions about every lesson, the second of another form from lesson to lesson, then the questions above."""
    about = [
        tutor.answer(form.format(_name(tutor, topic, language)), language=language)
        for number, (topic, language) in enumerate(sorted(tutor.library.lessons))
        for form in (FORMS[language][0], FORMS[language][1 + number // 2 % 4])
    ]
    return about + [tutor.answer(question) for question in QUESTIONS]


def _name(tutor: Tutor, topic: str, language: Language) -> str:
    return tutor.library.glossary.topic(topic).name(language)


def _cited(answers: list[Answer]) -> Iterator[tuple[str, Citation]]:
    for answer in answers:
        for citation in answer.citations:
            yield answer.question, citation


def test_every_question_about_a_lesson_is_answered(answers: list[Answer]) -> None:
    assert [answer.question for answer in answers if answer.outcome != "answered" or not answer.claims] == []


def test_every_quote_stands_verbatim_at_its_lines(answers: list[Answer]) -> None:
    strayed = []
    for question, citation in _cited(answers):
        first, last = citation.lines
        lines = (PROJECT / "corpus" / f"{citation.document}.md").read_text("utf-8").split("\n")[first - 1 : last]
        if citation.quote not in "\n".join(lines):
            strayed.append((question, citation.document, citation.lines))
    assert strayed == []


def test_every_claim_is_a_sentence_of_the_quote_it_cites(answers: list[Answer]) -> None:
    strayed = []
    for answer in answers:
        quotes = {citation.n: citation.quote for citation in answer.citations}
        strayed += [
            (answer.question, claim.text)
            for claim in answer.claims
            if not claim.citations or any(claim.text not in quotes[n] for n in claim.citations)
        ]
    assert strayed == []


def test_every_claim_stands_in_the_answer_with_its_number(answers: list[Answer]) -> None:
    strayed = []
    for answer in answers:
        plain = re.sub(r"\s*\[\d+\]", "", answer.answer)
        numbers = {int(number) for number in re.findall(r"\[(\d+)\]", answer.answer)}
        if numbers != {citation.n for citation in answer.citations}:
            strayed.append((answer.question, "numbers"))
        strayed += [(answer.question, claim.text) for claim in answer.claims if claim.text not in plain]
    assert strayed == []


def test_no_sentence_is_said_twice(answers: list[Answer]) -> None:
    for answer in answers:
        told = [claim.text for claim in answer.claims if not claim.text.endswith(("：", ":"))]
        assert len(set(told)) == len(told), answer.question


def test_answers_about_lessons_quote_the_language_of_the_question(answers: list[Answer]) -> None:
    about = answers[: -len(QUESTIONS)]
    assert [q for answer in about for q, c in _cited([answer]) if c.language != answer.language] == []


def test_no_misconception_is_quoted_as_a_fact(answers: list[Answer], corpus_library: Library) -> None:
    beliefs = [wrong.belief for lesson in corpus_library.lessons.values() for wrong in lesson.misconceptions]
    quotes = "\n".join(citation.quote for _, citation in _cited(answers))
    assert len(beliefs) > 100
    assert [belief for belief in beliefs if belief in quotes] == []


def test_a_list_that_an_answer_introduces_is_whole(answers: list[Answer]) -> None:
    cut = []
    for question, citation in _cited(answers):
        lines = [line for line in citation.quote.split("\n") if line.strip()]
        rest = citation.passage.partition(citation.quote)[2].lstrip("\n")
        before_the_list = [line for line in lines if not _ITEM.match(line)][-1:]
        if before_the_list and before_the_list[0].endswith((":", "：")) and _ITEM.match(rest):
            cut.append((question, lines[-1]))
    assert cut == []


def test_what_is_begins_with_the_definition(tutor: Tutor, answers: list[Answer]) -> None:
    found = {answer.question: answer.claims[0].text for answer in answers}
    astray = []
    for topic, language in sorted(tutor.library.lessons):
        chunks = tutor.library.index.chunks(Where(topic=topic, language=language))
        [definition] = [chunk for chunk in chunks if chunk.role == "definition"]
        question = FORMS[language][0].format(_name(tutor, topic, language))
        if found[question] not in definition.text:
            astray.append((question, found[question]))
    assert astray == []


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("什么是LSTM？", "长短期记忆网络（Long Short-Term Memory，LSTM）是一种"),
        ("What is an LSTM?", "Long short-term memory (LSTM) is a recurrent neural network"),
        ("LSTM和GRU有什么区别", "GRU 用一个更新门"),
        ("What is the difference between GRU and LSTM?", "LSTM"),
        ("为什么RNN记不住很久以前的内容？", "远处输入的影响又会衰减"),
        ("为什么需要位置编码", "先后"),
        ("Why do transformers need positional encoding?", "order"),
        ("How are attention weights computed?", "Softmax normalises the attention scores"),
        ("什么时候用GRU", "适合 GRU 的场景"),
        ("What is the cell state?", "internal memory of an LSTM"),
        ("遗忘门有什么作用", "决定旧细胞状态的每个分量保留多大比例"),
        ("LLM101路线图的阶段3要学多久", "1–2 个月"),
        ("有什么推荐的线性代数课程", "3Blue1Brown"),
    ],
)
def test_an_answer_says_what_was_asked(tutor: Tutor, question: str, words: str) -> None:
    assert words in re.sub(r"\s*\[\d+\]", "", tutor.answer(question).answer)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("什么是LSTM", "what"),
        ("what is an LSTM?", "what"),
        ("为什么需要位置编码", "why"),
        ("Why do we need attention?", "why"),
        ("LSTM和GRU有什么不同", "compare"),
        ("RNN vs Transformer", "compare"),
        ("怎么训练RNN", "how"),
        ("How does attention work?", "how"),
        ("什么时候用RAG", "use"),
        ("When should I use RAG?", "use"),
        ("阶段3要学多久", "roadmap"),
        ("Which courses are recommended?", "roadmap"),
        ("LSTM", "open"),
    ],
)
def test_the_kind_of_a_question_is_told_from_its_words(question: str, kind: str) -> None:
    assert question_kind(question) == kind


def test_an_answer_is_the_same_every_time(tutor: Tutor) -> None:
    assert tutor.answer("什么是LSTM？") == tutor.answer("什么是LSTM？")
