"""Which language a text is in, and folding that keeps every position."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.languages import fold, language_of, reply_language


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("LSTM", "lstm"),
        ("ＬＳＴＭ　１０％", "lstm 10%"),
        ("與注意力機制", "与注意力机制"),
        ("Transformer（變換器）", "transformer(变换器)"),
        ("\u00bd \ufb01", "\u00bd \ufb01"),
        ("", ""),
    ],
)
def test_width_case_and_traditional_characters_are_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(text=st.text())
def test_folding_moves_no_character(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(text=st.text(), at=st.integers(min_value=0, max_value=50))
def test_a_part_folds_as_it_does_within_the_whole(text: str, at: int) -> None:
    assert fold(text[:at]) + fold(text[at:]) == fold(text)


@given(text=st.text())
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("An RNN reads in order.", "en"),
        ("循环神经网络按顺序读。", "zh"),
        ("用 PyTorch 训练 Transformer 和 LSTM", "zh"),
        ("The Chinese name is 循环神经网络, which few English readers of this long sentence know.", "en"),
        ("12345", "en"),
        ("", "en"),
    ],
)
def test_a_text_is_in_the_language_that_outweighs(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(("question", "language"), [("what is 注意力?", "zh"), ("What is LSTM?", "en"), ("？", "en")])
def test_a_question_with_a_han_character_is_answered_in_chinese(question: str, language: str) -> None:
    assert reply_language(question) == language
