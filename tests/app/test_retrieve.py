"""Which passages are found, and whether they can answer."""

import pytest

from app.retrieve import retrieve, search, without_topics
from ingest.lessons import NOT_FOR_ANSWERS
from ingest.library import Library
from ingest.values import Language


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("什么是LSTM？", "lessons/lstm/zh"),
        ("What is an LSTM?", "lessons/lstm/en"),
        ("什麼是注意力機制", "lessons/attention/zh"),
        ("Why do transformers need positional encoding?", "lessons/positional-encoding/en"),
        ("为什么需要位置编码", "lessons/positional-encoding/zh"),
        ("How does byte pair encoding build its vocabulary?", "lessons/tokenization/en"),
        ("反向传播怎样计算梯度", "lessons/backpropagation/zh"),
        ("When should I use retrieval-augmented generation?", "lessons/rag/en"),
    ],
)
def test_the_first_passage_is_of_the_own_lesson_in_the_own_language(
    corpus_library: Library, question: str, document: str
) -> None:
    found = retrieve(corpus_library, question, limit=8)
    assert found.answerable
    assert found.hits[0].chunk.document == document


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_reply_in_another_language_is_made_from_passages_of_that_language(
    corpus_library: Library, language: Language
) -> None:
    found = retrieve(corpus_library, "RNN", limit=8, language=language)
    assert found.hits[0].chunk.document == f"lessons/rnn/{language}"


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of France?",
        "今天天气怎么样",
        "怎么做红烧肉",
        "Who won the world cup in 2018?",
        "How do I train for a marathon?",
        "iPhone的电池怎么更换",
        "What is the best restaurant in Rome?",
        "asdfghjkl",
        "？？？",
    ],
)
def test_a_question_off_the_subject_cannot_be_answered(corpus_library: Library, question: str) -> None:
    assert not retrieve(corpus_library, question, limit=8).answerable


@pytest.mark.parametrize("question", ["什么是LSTM？", "What is attention?", "学习率太大会发生什么"])
def test_a_passage_is_found_once_and_not_from_quizzes(corpus_library: Library, question: str) -> None:
    hits = search(corpus_library, question, limit=20)
    texts = [hit.chunk.text for hit in hits]
    assert len(set(texts)) == len(texts) > 1
    assert not {hit.chunk.role for hit in hits} & set(NOT_FOR_ANSWERS)


@pytest.mark.parametrize("limit", [1, 3, 10])
def test_no_more_passages_than_asked_for_best_first(corpus_library: Library, limit: int) -> None:
    scores = [hit.score for hit in search(corpus_library, "attention", limit=limit)]
    assert len(scores) == limit
    assert scores == sorted(scores, reverse=True)


def test_the_topics_of_a_question_are_blanked_out_in_place(corpus_library: Library) -> None:
    assert without_topics(corpus_library, "什么是LSTM的作用") == "什么是    的作用"


def test_one_question_finds_the_same_passages_every_time(corpus_library: Library) -> None:
    first, second = (search(corpus_library, "什么是注意力", limit=10) for _ in range(2))
    assert first == second
