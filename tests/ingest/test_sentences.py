"""Sentences of either language stand where they say they stand, and code, formulas and tables are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sentences import sentences

PIECES = st.sampled_from(
    [
        "RNN reads. ",
        "它很慢。",
        "e.g. ",
        "3.14 ",
        "`a. b` ",
        "$x. y$ ",
        "[t. u](v. w) ",
        "- ",
        "> ",
        "1. ",
        "\n",
        "```\n",
    ]
)


def texts(source: str) -> list[str]:
    return [sentence.text for sentence in sentences(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(
            "循环网络按顺序读。它很慢！为什么？", ["循环网络按顺序读。", "它很慢！", "为什么？"], id="Chinese"
        ),
        pytest.param("It reads. It is slow! Why?", ["It reads.", "It is slow!", "Why?"], id="English"),
        pytest.param("RNN 很慢。It is slow. 真的。", ["RNN 很慢。", "It is slow.", "真的。"], id="mixed"),
        pytest.param("他说“慢。”然后走了。", ["他说“慢。”", "然后走了。"], id="quotation mark behind the stop"),
        pytest.param("See Fig. 3, e.g. RNNs vs. CNNs.", ["See Fig. 3, e.g. RNNs vs. CNNs."], id="abbreviations"),
        pytest.param("Vaswani et al. 2017 wrote it. Yes.", ["Vaswani et al. 2017 wrote it.", "Yes."], id="et al."),
        pytest.param(
            "The rate is 0.001. Version 3.11 runs.", ["The rate is 0.001.", "Version 3.11 runs."], id="decimals"
        ),
        pytest.param("Use `a. B` here. Done.", ["Use `a. B` here.", "Done."], id="code"),
        pytest.param("Here $x. Y = 1$ holds. Done.", ["Here $x. Y = 1$ holds.", "Done."], id="formula"),
        pytest.param(
            "Read [Mr. X. Why](https://a.b/c). Done.", ["Read [Mr. X. Why](https://a.b/c).", "Done."], id="link"
        ),
        pytest.param("- **门** 决定。\n- One. Two.", ["**门** 决定。", "One.", "Two."], id="list"),
        pytest.param("1. First\n2. Second", ["First", "Second"], id="numbered list"),
        pytest.param("- [x] Done it", ["Done it"], id="task list"),
        pytest.param("> Quoted text.", ["Quoted text."], id="quotation"),
        pytest.param("no full stop", ["no full stop"], id="no full stop"),
        pytest.param("# A heading.\n\nText.", ["Text."], id="heading"),
        pytest.param("| a. | b. |\n|---|---|\n\nText.", ["Text."], id="table"),
        pytest.param("```\nx = 1.\n```\nText.", ["Text."], id="code block"),
        pytest.param("~~~\nx.\n```\ny.\n~~~\nText.", ["Text."], id="code block of tildes"),
        pytest.param("$$ a. B $$\n\nText.", ["Text."], id="formula line"),
        pytest.param("$$\na. B\n$$\n\nText.", ["Text."], id="formula block"),
        pytest.param("---\n\nText.", ["Text."], id="rule"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_a_text_is_split_where_a_reader_would(source: str, expected: list[str]) -> None:
    assert texts(source) == expected


def test_a_sentence_knows_its_line_and_whether_it_is_an_item() -> None:
    found = sentences("# T\n\nOne. Two.\n- Three.")
    assert [(s.text, s.line, s.item) for s in found] == [("One.", 2, False), ("Two.", 2, False), ("Three.", 3, True)]


@given(source=st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=20).map("".join)))
def test_a_sentence_stands_verbatim_at_its_place(source: str) -> None:
    end = 0
    for sentence in sentences(source):
        assert source[sentence.start : sentence.end] == sentence.text
        assert source.count("\n", 0, sentence.start) == sentence.line
        assert sentence.text.strip() == sentence.text != ""
        assert sentence.start >= end
        end = sentence.end


@pytest.mark.parametrize(
    "line",
    ["It reads. " * 20_000, "它很慢。" * 40_000, "[" * 50_000, "](" * 50_000, "$`" * 50_000],
    ids=["English", "Chinese", "brackets", "links", "marks"],
)
def test_a_line_of_any_length_is_split_in_seconds(line: str) -> None:
    sentences(line)
