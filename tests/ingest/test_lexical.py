"""The encoder: scores are BM25, spelling does not matter, and the glossary bridges the languages."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.glossary import Entry, make_glossary
from ingest.index import Encoded
from ingest.index.edge import EdgeIndex, build_edge
from ingest.lexical import BIGRAM_WEIGHT, Encoder, words
from ingest.values import Where
from tests.corpora import passage

PLAIN = Encoder(make_glossary([]))
TERMS = Encoder(
    make_glossary(
        [
            Entry(id="rnn", zh=("循环神经网络",), en=("recurrent neural network",), short="RNN"),
            Entry(id="attention", zh=("注意力机制", "注意力"), en=("attention mechanism", "attention")),
        ]
    )
)
TEXTS = [
    "cats chase mice",
    "cats chase cats and dogs chase cats",
    "mice eat cheese, cheese and more cheese in kitchens",
    "dogs sleep",
]


def build(folder: Path, texts: list[str], encoder: Encoder) -> EdgeIndex:
    chunks = [passage(text, position=number) for number, text in enumerate(texts)]
    average = sum(len(list(words(text))) for text in texts) / len(texts)
    encoded = [Encoded(chunk, encoder.count(chunk.text).weigh(average)) for chunk in chunks]
    build_edge(folder / "shard", encoded, lambda done: None)
    return EdgeIndex(folder / "shard")


def found(index: EdgeIndex, encoder: Encoder, question: str) -> list[tuple[str, float]]:
    hits = index.search(encoder.encode_question(question), limit=10, where=Where())
    index.close()
    return [(hit.chunk.text, hit.score) for hit in hits]


def bm25(question: list[str], text: list[str], texts: list[list[str]]) -> float:
    """Robertson and Zaragoza (2009), k1 = 1.2, b = 0.75."""
    average = sum(map(len, texts)) / len(texts)
    score = 0.0
    for term in question:
        holding = sum(term in other for other in texts)
        rarity = math.log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
        count = text.count(term)
        score += rarity * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * len(text) / average))
    return score


# The content words of TEXTS, stemmed by hand.
STEMMED = [
    ["cat", "chase", "mice"],
    ["cat", "chase", "cat", "dog", "chase", "cat"],
    ["mice", "eat", "chees", "chees", "chees", "kitchen"],
    ["dog", "sleep"],
]


@pytest.mark.parametrize(
    ("question", "terms"),
    [("cats", ["cat"]), ("chasing cats", ["chase", "cat"]), ("cheese mice", ["chees", "mice"]), ("sleep", ["sleep"])],
)
def test_a_score_is_bm25(tmp_path: Path, question: str, terms: list[str]) -> None:
    scores = dict(found(build(tmp_path, TEXTS, PLAIN), PLAIN, question))
    expected = {text: bm25(terms, row, STEMMED) for text, row in zip(TEXTS, STEMMED, strict=True)}
    assert scores == pytest.approx({text: score for text, score in expected.items() if score}, abs=1e-4)


def test_the_words_of_the_texts_are_those_written_by_hand() -> None:
    reading = [[word for word in words(text) if word != "more"] for text in TEXTS]
    assert reading == STEMMED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Networks are gated", ["network", "gate"]),
        ("循环神经网络", ["循环", "神经网络"]),
        ("第二阶段", ["阶段", "2"]),
        ("第２阶段", ["阶段", "2"]),
        ("第 3 周", ["周", "3"]),
        ("GPT-2 的 BPE", ["gpt", "2", "bpe"]),
        ("What is the of", []),
        ("什么是", []),
        ("？！…", []),
    ],
)
def test_words_are_segmented_stemmed_and_without_function_words(text: str, expected: list[str]) -> None:
    assert list(words(text)) == expected


@pytest.mark.parametrize(
    ("question", "same"),
    [
        ("ＲＮＮ　和注意力", "RNN 和注意力"),
        ("循環神經網絡與注意力機制", "循环神经网络与注意力机制"),
        ("RECURRENT Neural networks", "recurrent neural network"),
    ],
)
def test_spelling_does_not_change_a_question(question: str, same: str) -> None:
    assert TERMS.encode_question(question) == TERMS.encode_question(same)


def test_han_characters_also_count_in_pairs_at_half_weight() -> None:
    vector = PLAIN.count("词嵌").weigh(1.0)
    pair = 2.2 / (1 + 1.2 * (0.25 + 0.75 * len(list(words("词嵌")))))
    assert BIGRAM_WEIGHT * pair == pytest.approx(min(vector.values))


def test_an_english_question_finds_a_chinese_passage_through_the_glossary(tmp_path: Path) -> None:
    texts = ["循环神经网络按顺序读。", "注意力看全部的词。", "cheese and kitchens"]
    [(first, _)] = found(build(tmp_path, texts, TERMS), TERMS, "How do recurrent neural networks read?")
    assert first == "循环神经网络按顺序读。"


def test_without_the_glossary_it_does_not(tmp_path: Path) -> None:
    texts = ["循环神经网络按顺序读。", "cheese and kitchens"]
    assert found(build(tmp_path, texts, PLAIN), PLAIN, "How do recurrent neural networks read?") == []


def test_only_an_english_question_carries_the_names_in_the_other_language() -> None:
    across, plain = TERMS.encode_across("attention mechanism"), TERMS.encode_question("attention mechanism")
    assert set(plain.indices) < set(across.indices)
    assert TERMS.encode_across("注意力机制") == TERMS.encode_question("注意力机制")


def test_carrying_them_leaves_the_whole_weight_as_it_was() -> None:
    across, plain = TERMS.encode_across("attention mechanism"), TERMS.encode_question("attention mechanism")
    assert sum(across.values) == pytest.approx(sum(plain.values))


@given(text=st.text(max_size=200))
def test_any_text_has_a_vector_with_ascending_ids_and_positive_weights(text: str) -> None:
    for vector in (TERMS.count(text).weigh(10.0), TERMS.encode_question(text), TERMS.encode_across(text)):
        assert list(vector.indices) == sorted(set(vector.indices))
        assert len(vector.indices) == len(vector.values)
        assert all(weight > 0 for weight in vector.values)


@given(text=st.text(max_size=100))
def test_a_text_shares_every_term_with_itself(text: str) -> None:
    assert set(TERMS.encode_question(text).indices) == set(TERMS.count(text).weigh(10.0).indices)
