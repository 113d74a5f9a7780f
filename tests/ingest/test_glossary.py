"""Terms are found as a reader would find them: longest first, whole words, any spelling, at their place."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.documents import read_corpus
from ingest.errors import CorpusError
from ingest.glossary import Entry, Glossary, build_glossary, make_glossary
from tests.corpora import write_corpus

ENTRIES = [
    Entry(id="attention", zh=("注意力机制", "注意力"), en=("attention mechanism", "attention")),
    Entry(id="self-attention", zh=("自注意力",), en=("self-attention",)),
    Entry(id="lstm", zh=("长短期记忆网络",), en=("long short-term memory",), short="LSTM"),
    Entry(id="rag", zh=("检索增强生成",), en=("retrieval-augmented generation",), short="RAG"),
    Entry(id="embedding", zh=("词嵌入",), en=("word embedding", "embedding")),
    Entry(id="bayes", zh=("贝叶斯定理",), en=("Bayes' theorem",)),
    Entry(id="explainability", zh=("可解释性",), en=("explainability",)),
]
GLOSSARY = make_glossary(ENTRIES)


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        pytest.param("自注意力和注意力", ["self-attention", "attention"], id="the longest name wins"),
        pytest.param("the attention mechanism", ["attention"], id="the longest name wins in English"),
        pytest.param("Word embeddings differ", ["embedding"], id="plural"),
        pytest.param("LSTMs and an LSTM", ["lstm"], id="plural of an abbreviation"),
        pytest.param("long short term memory", ["lstm"], id="no hyphen"),
        pytest.param("Self Attention", ["self-attention"], id="a space for a hyphen"),
        pytest.param("RETRIEVAL-AUGMENTED GENERATION", ["rag"], id="capitals"),
        pytest.param("ＬＳＴＭ", ["lstm"], id="full width"),
        pytest.param("長短期記憶網路與長短期記憶網絡", ["lstm"], id="traditional characters"),
        pytest.param("the theorem of Bayes; Bayes’ theorem", ["bayes"], id="apostrophe"),
        pytest.param("storage and a fragment", [], id="inside a word"),
        pytest.param("LSTM2 xLSTM", [], id="joined with other letters"),
        pytest.param("please explain it", [], id="a function word with the stem of a term"),
        pytest.param("LSTM先于RAG", ["lstm", "rag"], id="between Han characters"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_a_term_is_found_in_any_spelling_and_never_inside_a_word(text: str, topics: list[str]) -> None:
    assert GLOSSARY.topics(text) == topics


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("用ＬＳＴＭ和自注意力。", [("lstm", "ＬＳＴＭ"), ("self-attention", "自注意力")]),
        ("Word embeddings, then RAG.", [("embedding", "Word embeddings"), ("rag", "RAG")]),
    ],
)
def test_a_mention_stands_where_it_says(text: str, places: list[tuple[str, str]]) -> None:
    assert [(found.topic, text[found.start : found.end]) for found in GLOSSARY.find(text)] == places


WORDS = st.lists(st.sampled_from(["LSTM", "自", "注意力", "机制", "word", "embeddings", "-", " ", "\n", "。", "é"]))


@given(text=st.one_of(WORDS.map("".join), st.text(max_size=100)))
def test_mentions_are_in_order_and_never_overlap(text: str) -> None:
    end = 0
    for found in GLOSSARY.find(text):
        assert end <= found.start < found.end <= len(text)
        end = found.end


def test_a_text_of_any_length_is_read() -> None:
    assert len(GLOSSARY.find("词嵌入、" * 50_000)) == 50_000


def test_a_name_that_two_entries_claim_means_the_earlier_one() -> None:
    both = make_glossary([Entry(id=name, zh=(name,), en=("the same name",)) for name in ("first", "second")])
    assert both.topics("the same name") == ["first"]


def test_a_glossary_read_back_finds_the_same() -> None:
    text = "长短期记忆网络 uses word embeddings"
    assert Glossary(GLOSSARY.terms.model_validate_json(GLOSSARY.terms.model_dump_json())).find(text) == GLOSSARY.find(
        text
    )


def test_a_lessons_names_come_before_the_glossarys(tmp_path: Path) -> None:
    front = "topic: rnn\nfield: nlp\nlevel: 1\nminutes: 1\nreviewed: x\nshort: RNN\n"
    files: dict[str, str | bytes] = {
        "lessons/rnn/en.md": f"---\n{front}name: Recurrent network\naliases: [recurrent net]\n---\nText.",
        "lessons/rnn/zh.md": f"---\n{front}name: 循环网络\n---\n正文。",
        "glossary.yaml": "- {id: rnn, zh: [循环神经网络], en: [recurrent neural network], part_of: nlp}",
    }
    folder = write_corpus(tmp_path, files)
    glossary = build_glossary(folder / "glossary.yaml", read_corpus(folder).documents)
    assert glossary.entries["rnn"] == Entry(
        id="rnn",
        zh=("循环网络", "循环神经网络"),
        en=("Recurrent network", "recurrent net", "recurrent neural network"),
        short="RNN",
        field="nlp",
        part_of="nlp",
    )


def test_no_glossary_file_is_an_empty_glossary(tmp_path: Path) -> None:
    assert build_glossary(tmp_path / "glossary.yaml", []).entries == {}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("- {id: a, zh: [甲], en: [a]}\n- {id: b, en: [b]}", "glossary.yaml: entry 1.zh: Field required"),
        ("- {id: a, zh: [], en: [a]}", "glossary.yaml: entry 0.zh"),
        ("- {id: a, zh: [甲", "glossary.yaml is not YAML"),
        ("- {id: 2024-13-45}", "glossary.yaml is not YAML"),
        (b"- {id: \xff}", "glossary.yaml is not YAML"),
    ],
)
def test_a_faulty_glossary_is_an_error_that_names_the_entry(tmp_path: Path, content: str | bytes, says: str) -> None:
    folder = write_corpus(tmp_path, {"glossary.yaml": content})
    with pytest.raises(CorpusError) as raised:
        build_glossary(folder / "glossary.yaml", [])
    assert says in str(raised.value)
