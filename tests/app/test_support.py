"""Whether a passage says what a claim says."""

import pytest

from app.support import support
from app.values import Verdict

ENGLISH = (
    "LSTM was proposed by Hochreiter and Schmidhuber in a 1997 paper. An LSTM has three gates. "
    "Self-attention does not depend on the order of its inputs."
)
CHINESE = "LSTM 由 Hochreiter 和 Schmidhuber 在 1997 年的论文中提出。LSTM 有三个门。自注意力不依赖输入的顺序。"


def _equal(word: str) -> float:
    return 1.0


@pytest.mark.parametrize(
    ("claim", "passage", "verdict"),
    [
        ("An LSTM has three gates.", ENGLISH, "supported"),
        ("LSTM 有三个门。", CHINESE, "supported"),
        ("Hochreiter and Schmidhuber proposed LSTM in a 1997 paper.", ENGLISH, "supported"),
        ("1997 年的论文中，Hochreiter 和 Schmidhuber 提出了 LSTM。", CHINESE, "supported"),
        ("Tokenization splits text into subword units.", ENGLISH, "unsupported"),
        ("分词把文本切成子词。", CHINESE, "unsupported"),
    ],
)
def test_a_claim_is_supported_when_the_passage_says_it(claim: str, passage: str, verdict: Verdict) -> None:
    assert support(claim, passage, _equal).verdict == verdict


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("LSTM was proposed by Hochreiter and Schmidhuber in a 1995 paper.", ENGLISH),
        ("LSTM 由 Hochreiter 和 Schmidhuber 在 1995 年的论文中提出。", CHINESE),
        ("Self-attention depends on the order of its inputs.", ENGLISH),
        ("自注意力依赖输入的顺序。", CHINESE),
        ("An LSTM has no three gates.", ENGLISH),
        ("LSTM 没有三个门。", CHINESE),
        ("An LSTM has four gates.", ENGLISH),
        ("LSTM 有四个门。", CHINESE),
    ],
)
def test_a_changed_number_or_a_turned_negation_is_not_supported(claim: str, passage: str) -> None:
    assert support(claim, passage, _equal).verdict != "supported"


def test_the_quote_is_the_sentence_that_carries_the_claim() -> None:
    assert support("The gates of an LSTM are three.", ENGLISH, _equal).quote == "An LSTM has three gates."


def test_bold_marks_do_not_count_as_a_difference() -> None:
    found = support("The forget gate keeps a fraction.", "- The **forget gate** keeps a fraction.", _equal)
    assert (found.verdict, found.share) == ("supported", 1.0)


def test_a_claim_without_content_words_is_unclear() -> None:
    assert support("It is so.", ENGLISH, _equal).verdict == "unclear"


def test_rare_words_weigh_more_than_common_ones() -> None:
    rarity = {"gru": 10.0}
    claim, passage = "GRU has three gates", "An LSTM has three gates."
    assert support(claim, passage, _equal).share > 0.5 > support(claim, passage, lambda w: rarity.get(w, 1.0)).share


@pytest.mark.parametrize("claim", ["**The forget gate** keeps a fraction.", "the *forget gate*", "LSTM has gates"])
@pytest.mark.parametrize(
    "passage", ["The forget gate **keeps** a fraction.", "A list:\n\n- the forget gate\n- LSTM has gates"]
)
def test_a_quote_always_stands_in_the_passage(claim: str, passage: str) -> None:
    assert support(claim, passage, _equal).quote in passage
