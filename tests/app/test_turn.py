"""One turn without a model: a message in, events out."""

import pytest

from app.tutor import Tutor
from app.values import Answer, Delta, Done, Event, Found, Quizzed, Understood
from ingest.errors import UsageError


def _events(tutor: Tutor, message: str, *history: Answer) -> list[Event]:
    return list(tutor.turn(message, history=history))


def _last(events: list[Event]) -> Answer:
    assert isinstance(events[-1], Done)
    return events[-1].answer


def _understood(events: list[Event]) -> Understood:
    assert isinstance(events[0], Understood)
    return events[0]


@pytest.mark.parametrize(
    "message",
    [
        "什么是LSTM？",
        "What is an LSTM?",
        "学完RNN学什么",
        "考考我Transformer",
        "你好",
        "What is the capital of France?",
    ],
)
def test_the_answer_is_the_fold_of_the_events(tutor: Tutor, message: str) -> None:
    events = _events(tutor, message)
    said = "".join(event.text for event in events if isinstance(event, Delta))
    assert said == _last(events).answer
    assert _last(events) == tutor.answer(message)
    assert [type(event) for event in events].count(Done) == 1


def test_passages_are_found_before_anything_is_said(tutor: Tutor) -> None:
    kinds = [event.event for event in _events(tutor, "什么是LSTM？")]
    assert kinds == ["understood", "found", "delta", "done"]


def test_found_passages_are_numbered_from_one(tutor: Tutor) -> None:
    [found] = [event for event in _events(tutor, "什么是LSTM？") if isinstance(event, Found)]
    assert [citation.n for citation in found.citations] == list(range(1, len(found.citations) + 1))


@pytest.mark.parametrize(
    ("first", "message", "language", "topic"),
    [
        ("什么是LSTM？", "为什么？", "zh", "lstm"),
        ("什么是LSTM？", "为什么需要它", "zh", "lstm"),
        ("什么是注意力机制", "怎么训练", "zh", "attention"),
        ("What is an LSTM?", "give me an example", "en", "lstm"),
        ("What is an LSTM?", "Why?", "en", "lstm"),
        ("What is attention?", "How does it work?", "en", "attention"),
        ("什么是RNN", "学完它学什么", "zh", "rnn"),
        ("What is an RNN?", "what's next?", "en", "rnn"),
        ("什么是GRU", "考考我", "zh", "gru"),
    ],
)
def test_a_follow_up_is_about_the_topic_of_the_conversation(
    tutor: Tutor, first: str, message: str, language: str, topic: str
) -> None:
    answer = _last(_events(tutor, message, tutor.answer(first)))
    assert (answer.outcome, answer.language, answer.topics[0].id) == ("answered", language, topic)
    assert answer.question == message


@pytest.mark.parametrize(
    "message", ["今天天气怎么样", "红烧肉怎么做", "What is the capital of France?", "Who is the president?"]
)
def test_a_change_of_subject_is_no_follow_up(tutor: Tutor, message: str) -> None:
    events = _events(tutor, message, tutor.answer("什么是LSTM？"), tutor.answer("What is an LSTM?"))
    assert _understood(events).topics == ()
    assert _last(events).outcome == "not_found"


def test_a_topic_that_is_named_counts_and_not_the_one_before(tutor: Tutor) -> None:
    answer = _last(_events(tutor, "什么是GRU", tutor.answer("什么是LSTM？")))
    assert [topic.id for topic in answer.topics] == ["gru"]


@pytest.mark.parametrize(
    ("message", "language", "words"),
    [
        ("What is the capital of France?", "en", "The corpus does not cover this"),
        ("今天天气怎么样", "zh", "语料库没有讲到这个问题"),
    ],
)
def test_what_the_corpus_does_not_cover_is_said_so_with_the_nearest_topics(
    tutor: Tutor, message: str, language: str, words: str
) -> None:
    answer = tutor.answer(message)
    assert (answer.outcome, answer.language) == ("not_found", language)
    assert answer.answer.startswith(words)
    assert (answer.claims, answer.citations) == ((), ())
    assert len(answer.topics) > 1
    assert all(topic.zh in answer.answer or topic.en in answer.answer for topic in answer.topics)


@pytest.mark.parametrize("message", ["你好", "hello", "谢谢"])
def test_a_greeting_is_answered_without_citations(tutor: Tutor, message: str) -> None:
    answer = tutor.answer(message)
    assert (answer.outcome, answer.citations) == ("answered", ())


@pytest.mark.parametrize(
    ("message", "topic"), [("考考我Transformer", "transformer"), ("Quiz me on LSTM", "lstm"), ("出几道RNN的题", "rnn")]
)
def test_a_wish_for_a_quiz_names_its_topic(tutor: Tutor, message: str, topic: str) -> None:
    assert [event.topic for event in _events(tutor, message) if isinstance(event, Quizzed)] == [topic]


@pytest.mark.parametrize("message", ["考考我", "quiz me", "下一步学什么", "what should I learn next?"])
def test_a_wish_without_a_topic_is_asked_back(tutor: Tutor, message: str) -> None:
    events = _events(tutor, message)
    assert not [event for event in events if isinstance(event, Quizzed)]
    assert _last(events).answer.startswith(("你想问的是哪个主题", "Which topic do you mean"))


def test_suggestions_are_questions_that_get_an_answer(tutor: Tutor) -> None:
    for message in (
        "什么是LSTM？",
        "What is an LSTM?",
        "学完RNN学什么",
        "Why do transformers need positional encoding?",
    ):
        answer = tutor.answer(message)
        assert 1 <= len(answer.followups) <= 3
        for followup in answer.followups:
            assert tutor.answer(followup).outcome == "answered", followup
            assert followup != message


@pytest.mark.parametrize("message", ["", "   ", "\n\t", "\x00", "　"])
def test_an_empty_question_is_refused(tutor: Tutor, message: str) -> None:
    with pytest.raises(UsageError, match="the question is empty; ask something"):
        tutor.answer(message)


def test_a_question_of_50000_characters_is_refused(tutor: Tutor) -> None:
    with pytest.raises(UsageError, match="the question has 50,000 characters, more than 4,000; shorten it"):
        tutor.answer("长" * 50_000)


@pytest.mark.parametrize(
    "message", ["长" * 4000, "a " * 2000, "[1] $x$ `y` <b>z</b> 什么是LSTM", "\ud800什么是LSTM", "😀" * 50]
)
def test_an_odd_question_is_answered_or_not_found(tutor: Tutor, message: str) -> None:
    assert tutor.answer(message).outcome in {"answered", "not_found"}


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("RNN", "rnn"),
        ("循环神经网络", "rnn"),
        ("循環神經網絡", "rnn"),
        ("Transformers", "transformer"),
        ("lstm", "lstm"),
    ],
)
def test_a_topic_is_found_by_any_of_its_names(tutor: Tutor, name: str, topic: str) -> None:
    assert tutor.find_topic(name) == topic


@pytest.mark.parametrize(
    ("name", "near"), [("transfromer", "Transformer"), ("贝叶思定理", "贝叶斯定理"), ("LTSM", "LSTM")]
)
def test_an_unknown_topic_is_refused_with_the_nearest_names(tutor: Tutor, name: str, near: str) -> None:
    with pytest.raises(UsageError, match=f"no topic is called '{name}': did you mean .*'{near}'"):
        tutor.find_topic(name)


def test_a_topic_like_no_other_is_refused_with_where_to_look(tutor: Tutor) -> None:
    with pytest.raises(UsageError, match="no topic is called 'zzzzqqqq': 'tutor topics' lists them all"):
        tutor.find_topic("zzzzqqqq")


@pytest.mark.parametrize(
    ("message", "meant"),
    [
        ("什么是transfomer", "你是想问Transformer吗？"),
        ("What is atention?", "Did you mean attention?"),
        ("what should I learn after attension", "Did you mean attention?"),
    ],
)
def test_a_misspelt_topic_is_asked_back(tutor: Tutor, message: str, meant: str) -> None:
    answer = tutor.answer(message)
    assert meant in answer.answer
    assert answer.followups
    assert not answer.citations
