"""Citation markers as models write them, and the part of a stream that may be shown."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.citations import clean_markers, markers_before_stops, settled, split_markers

KNOWN = range(1, 13)
PIECES = ("A", "门", " ", "\n", ".", "。", "^", "(", ")", ",")
MARKERS = ("[1]", "[2, 3]", "[1-3]", "【４】", "[^5]", "[99]", "[1][7]", "[1、2]", "[ 12 ]", "0", "1", "2", "-")
UNFINISHED = ("$", "$$", "`", "```", "[", "]", "【", "】", "［", "］", "[12")
plain_texts = st.lists(st.sampled_from(PIECES + MARKERS), max_size=24).map("".join)
texts = st.lists(st.sampled_from(PIECES + MARKERS + UNFINISHED), max_size=24).map("".join)


@pytest.mark.parametrize(
    ("written", "shown", "passages"),
    [
        ("门[1]。", "门[1]。", (1,)),
        ("门【3】。输入【1】。", "门[1]。输入[2]。", (3, 1)),
        ("A ［２］.", "A [1].", (2,)),
        ("A [１２].", "A [1].", (12,)),
        ("A [12].", "A [1].", (12,)),
        ("A [^4].", "A [1].", (4,)),
        ("A [1-3].", "A [1][2][3].", (1, 2, 3)),
        ("A [2–4].", "A [1][2][3].", (2, 3, 4)),
        ("A [2, 5; 2].", "A [1][2].", (2, 5)),
        ("A [2、5，1].", "A [1][2][3].", (2, 5, 1)),
        ("A [ 2 ].", "A [1].", (2,)),
        ("A [3]. B [1]. C [3].", "A [1]. B [2]. C [1].", (3, 1)),
    ],
)
def test_every_form_of_marker_becomes_a_number_in_order_of_first_use(
    written: str, shown: str, passages: tuple[int, ...]
) -> None:
    cleaned = clean_markers(written, KNOWN)
    assert (cleaned.text, cleaned.passages) == (shown, passages)


@pytest.mark.parametrize(
    ("written", "shown"),
    [("A [1][99].", "A [1]."), ("A [13].", "A."), ("A [0].", "A."), ("A [11-14].", "A [1][2].")],
)
def test_a_number_that_no_passage_has_is_dropped(written: str, shown: str) -> None:
    assert clean_markers(written, KNOWN).text == shown


@pytest.mark.parametrize(
    "text",
    [
        "`weights[1]`",
        "```python\nx[1] = y[2]\n```",
        "```python\nx[1] = y[2]",
        "$$ h[1] + W[2] $$",
        "$$ h[1] + W[2]",
        "$[0, 1]$",
        "$h[1]$",
        "[1](https://example.org)",
        "[see below]",
        "[]",
        "a[i]",
    ],
)
def test_code_formulas_and_links_stay_as_they_are(text: str) -> None:
    cleaned = clean_markers(text, KNOWN)
    assert (cleaned.text, cleaned.passages) == (text, ())


def test_two_prices_around_a_marker_are_no_formula() -> None:
    assert clean_markers("It costs $5 [2] or $6 [3].", KNOWN).text == "It costs $5 [1] or $6 [2]."


@settings(max_examples=500)
@given(plain_texts)
def test_numbers_run_from_one_to_the_count_of_passages(text: str) -> None:
    cleaned = clean_markers(text, KNOWN)
    numbers = {int(number) for number in re.findall(r"\[(\d+)\](?!\()", cleaned.text)}
    assert numbers <= set(range(1, len(cleaned.passages) + 1))
    assert set(cleaned.passages) <= set(KNOWN)


@settings(max_examples=500)
@given(texts)
def test_what_a_stream_has_shown_is_never_taken_back(text: str) -> None:
    whole = clean_markers(text, KNOWN).text
    shown = [clean_markers(settled(text[:end]), KNOWN).text for end in range(len(text) + 1)]
    assert [prefix for prefix in shown if not whole.startswith(prefix)] == []


@pytest.mark.parametrize(
    ("streamed", "shown"),
    [
        ("An LSTM has gates [", "An LSTM has gates"),
        ("An LSTM has gates [1", "An LSTM has gates"),
        ("It is [1]", "It is"),
        ("门【1", "门"),
        ("门[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11", "门"),
        ("see `x[1", "see"),
        ("see $h[1", "see"),
        ("see `x", "see `x"),
        ("see\n```python\nx[1", "see\n```python\nx[1"),
        ("An LSTM has gates [1].", "An LSTM has gates [1]."),
    ],
)
def test_a_marker_or_code_just_begun_waits_for_its_end(streamed: str, shown: str) -> None:
    assert settled(streamed) == shown


def test_a_marker_after_the_stop_belongs_to_the_sentence_before_it() -> None:
    assert markers_before_stops("门有三个。[1][2] 然后。") == "门有三个[1][2]。 然后。"


@pytest.mark.parametrize(
    ("sentence", "plain", "numbers"),
    [
        ("An LSTM has gates [1] [2].", "An LSTM has gates.", (1, 2)),
        ("门[2]有三个[1]。", "门有三个。", (2, 1)),
        ("No source.", "No source.", ()),
        ("Take `x[3]` and $h[4]$ [1].", "Take `x[3]` and $h[4]$.", (1,)),
        ("See [5](https://example.org) [1].", "See [5](https://example.org).", (1,)),
    ],
)
def test_a_sentence_is_told_apart_from_its_markers(sentence: str, plain: str, numbers: tuple[int, ...]) -> None:
    assert split_markers(sentence) == (plain, numbers)
