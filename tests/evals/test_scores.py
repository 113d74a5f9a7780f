"""The scorers give the figures that a person would."""

import pytest

from app.values import Answer, Citation, Claim
from evals.dataset import Sample, samples
from evals.scores import claims_supported, is_found, quotes_stand, says_the_fact, share
from ingest.values import Chunk, Hit

LINES = ["# LSTM", "", "An LSTM has three gates. It was proposed in 1997."]


def citation(quote: str) -> Citation:
    return Citation(
        n=1,
        document="lessons/lstm/en",
        title="LSTM",
        heading=("LSTM",),
        lines=(3, 3),
        url="",
        quote=quote,
        passage=LINES[2],
        language="en",
    )


def answer(text: str, *, cites: tuple[int, ...], quote: str) -> Answer:
    return Answer(
        question="What is an LSTM?",
        answer=text,
        language="en",
        mode="extractive",
        outcome="answered",
        claims=(Claim(text=text, citations=cites, verdict="supported"),),
        citations=(citation(quote),),
    )


def hit(topic: str, document: str) -> Hit:
    chunk = Chunk(
        id="0",
        document=document,
        title="",
        kind="lesson",
        language="en",
        topic=topic,
        heading=("",),
        lines=(1, 1),
        text="",
        position=0,
    )
    return Hit(chunk=chunk, score=1.0)


def test_nothing_to_score_is_neither_zero_nor_one() -> None:
    assert share([]).value is None
    assert str(share([])).startswith("not scored")


def test_a_share_counts_the_true_outcomes() -> None:
    assert share([True, False, True, True]).value == 0.75


@pytest.mark.parametrize(("k", "found"), [(1, False), (2, True)])
def test_a_gold_topic_counts_only_among_the_first_k(k: int, found: bool) -> None:
    sample = Sample(question="?", language="en", gold=("lstm",))
    assert is_found(sample, [hit("rnn", "a"), hit("lstm", "b")], k) is found


def test_a_claim_is_held_against_the_quote_it_cites() -> None:
    quote = "An LSTM has three gates."
    assert claims_supported(answer(quote, cites=(1,), quote=quote), lambda word: 1.0) == [True]
    assert claims_supported(answer("A GRU was used by sailors.", cites=(1,), quote=quote), lambda word: 1.0) == [False]


def test_a_claim_without_a_citation_is_not_supported() -> None:
    quote = "An LSTM has three gates."
    assert claims_supported(answer(quote, cites=(), quote=quote), lambda word: 1.0) == [False]


@pytest.mark.parametrize(("quote", "stands"), [("It was proposed in 1997.", True), ("It was proposed in 1998.", False)])
def test_a_quote_stands_only_verbatim_in_its_lines(quote: str, stands: bool) -> None:
    assert quotes_stand(answer("x", cites=(1,), quote=quote), lambda document: LINES) == [stands]


def test_a_fact_is_found_whatever_its_case() -> None:
    sample = Sample(question="?", language="en", gold=("lstm",), says=("Three Gates",))
    assert says_the_fact(sample, answer("It has three gates.", cites=(1,), quote="x"))


def test_the_set_holds_thirty_answerable_questions_in_both_languages_and_no_question_twice() -> None:
    asked = samples()
    answerable = [sample for sample in asked if sample.answerable]
    assert len(answerable) >= 30
    assert {sample.language for sample in answerable} == {"zh", "en"}
    assert all(sample.says for sample in answerable)
    assert len({sample.question for sample in asked}) == len(asked)
