"""Which topic comes before which: only where a line says so, and with that line as evidence."""

from pathlib import Path

import pytest

from ingest.documents import Corpus, read_corpus
from ingest.glossary import Entry, build_glossary, make_glossary
from ingest.roadmap import Graph, read_graph
from ingest.settings import PROJECT
from ingest.values import Edge
from tests.corpora import write_corpus

NAMES = {
    "maths": ("数学基础", "maths"),
    "python": ("Python 编程", "Python"),
    "rnn": ("循环神经网络", "RNN"),
    "lstm": ("长短期记忆网络", "LSTM"),
    "gru": ("门控循环单元", "GRU"),
    "attention": ("注意力机制", "attention"),
    "transformer": ("变换器", "Transformer"),
    "bert": ("双向编码器", "BERT"),
    "vanishing": ("梯度消失", "vanishing gradient"),
}
GLOSSARY = make_glossary([Entry(id=name, zh=(zh,), en=(en,)) for name, (zh, en) in NAMES.items()])
FRONT = "---\nid: map\nkind: roadmap\ntitle: {zh: 路线, en: Map}\nsource: us\nlevel: any\n---\n"


def edges(folder: Path, body: str) -> tuple[Edge, ...]:
    write_corpus(folder, {"map.md": FRONT + body})
    return read_graph(read_corpus(folder).documents, GLOSSARY).edges


def pairs(found: tuple[Edge, ...], kind: str = "") -> list[str]:
    return [f"{edge.before} < {edge.after}" for edge in found if kind in {"", edge.kind}]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("RNN → LSTM → Transformer", ["rnn < lstm", "lstm < transformer"], id="arrows"),
        pytest.param("RNN -> LSTM => GRU", ["rnn < lstm", "lstm < gru"], id="arrows of two characters"),
        pytest.param("- RNN → LSTM/GRU", ["rnn < lstm", "rnn < gru"], id="two topics in a station"),
        pytest.param("RNN → 练习 → LSTM", ["rnn < lstm"], id="a station without a topic"),
        pytest.param("进阶路径：RNN → LSTM", ["rnn < lstm"], id="label"),
        pytest.param("Transformer 路径（有基础）：RNN → LSTM", ["rnn < lstm"], id="a label that names a topic"),
        pytest.param(
            "数学基础（约 2–4 周） → Python（1 周） → RNN（共 3 周）",
            ["maths < python", "python < rnn"],
            id="durations",
        ),
        pytest.param("RNN（重点：梯度消失） → LSTM", ["rnn < lstm", "vanishing < lstm"], id="a colon inside brackets"),
        pytest.param("RNN → RNN", [], id="a topic after itself"),
        pytest.param("```\nRNN → LSTM\n```", ["rnn < lstm"], id="in a fence"),
        pytest.param("注意力机制原理与应用 → Transformer 入门", ["attention < transformer"], id="generic words"),
    ],
)
def test_a_path_orders_its_stations(tmp_path: Path, line: str, expected: list[str]) -> None:
    found = edges(tmp_path, line)
    assert pairs(found, "path") == expected
    assert pairs(found) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("先学 RNN，再学 LSTM。", ["rnn < lstm"]),
        ("首先掌握 RNN，然后学习 LSTM。", ["rnn < lstm"]),
        ("先学 RNN 和 GRU，再学 Transformer。", ["rnn < transformer", "gru < transformer"]),
        ("学完 RNN 之后再学 LSTM。", ["rnn < lstm"]),
        ("RNN 是理解 LSTM 的铺垫。", ["rnn < lstm"]),
        ("数学基础是学习循环神经网络的前提。", ["maths < rnn"]),
        ("注意力机制为理解 Transformer 打下基础。", ["attention < transformer"]),
        ("没有基础的人先学 Python 编程，再学 RNN。", ["python < rnn"]),
    ],
)
def test_a_sentence_that_states_an_order_is_one(tmp_path: Path, line: str, expected: list[str]) -> None:
    found = edges(tmp_path, f"# 路线\n\n前言。{line}\n")
    assert pairs(found, "statement") == expected
    assert {evidence.quote for edge in found for evidence in edge.evidence} == {line}


@pytest.mark.parametrize(
    "text",
    [
        "RNN、LSTM、GRU",
        "- RNN\n- LSTM\n- GRU",
        "# 路线\n\n## 资源\n\n1. RNN\n2. LSTM",
        "学习 RNN 和 LSTM。",
        "| RNN | LSTM |",
        "不必先学 RNN 再学 LSTM。",
        "不需要先学 RNN 再学 LSTM。",
        "RNN 不是学习 LSTM 的前提。",
        "是先学 RNN 再学 LSTM 吗？",
        "最先进的 Transformer 再加上 BERT。",
        "先学 RNN。LSTM 再说。",
        "```python\nRNN → LSTM\n```",
        "```\n输入 → RNN → LSTM → 输出\n```",
        "~~~\n先学 RNN 再学 LSTM。\n~~~",
        "# RNN\n\n## LSTM\n\n## GRU",
        "先学 RNN" + "、练习" * 200 + "，再学 LSTM。",
    ],
)
def test_no_order_is_invented(tmp_path: Path, text: str) -> None:
    assert edges(tmp_path, text) == ()


@pytest.mark.parametrize(
    "line",
    ["先学 RNN 再学 LSTM。" * 5_000, "循环神经网络是一种" * 5_000, "[" * 50_000],
    ids=["statements", "no end", "brackets"],
)
def test_a_line_of_any_length_is_read_in_seconds(tmp_path: Path, line: str) -> None:
    assert set(pairs(edges(tmp_path, line))) <= {"rnn < lstm"}


STAGES = """# 路线

## 阶段 1：数学基础（2 个月）
- Python

## 阶段 2：循环神经网络
- LSTM

### 2.1 注意力机制
- BERT

## 建议
- Transformer
"""


def test_stages_come_in_their_order(tmp_path: Path) -> None:
    assert pairs(edges(tmp_path, STAGES)) == [
        "maths < rnn",
        "python < rnn",
        "maths < attention",
        "python < attention",
    ]


def test_the_order_of_stages_quotes_the_line_of_each_topic(tmp_path: Path) -> None:
    [edge] = [edge for edge in edges(tmp_path, STAGES) if (edge.before, edge.after) == ("python", "attention")]
    assert [(place.line, place.quote, place.heading) for place in edge.evidence] == [
        (11, "- Python", ("路线", "阶段 1：数学基础（2 个月）")),
        (16, "### 2.1 注意力机制", ("路线", "阶段 2：循环神经网络", "2.1 注意力机制")),
    ]


@pytest.mark.parametrize("head", ["第一阶段：{}", "第 1 部分 {}", "阶段一：{}", "Stage 1: {}", "PHASE 1 {}"])
def test_a_stage_is_known_by_its_heading(tmp_path: Path, head: str) -> None:
    text = f"## {head.format('RNN')}\n\n## {head.replace('1', '2').replace('一', '二').format('LSTM')}\n"
    assert pairs(edges(tmp_path, text), "stage") == ["rnn < lstm"]


def test_a_topic_of_the_stage_before_is_not_new_in_the_next(tmp_path: Path) -> None:
    assert edges(tmp_path, "## 阶段 1：RNN\n- LSTM\n\n## 阶段 2：LSTM\n") == ()


def test_a_prerequisite_quotes_its_reason_in_the_front_matter(tmp_path: Path) -> None:
    front = "topic: lstm\nname: LSTM\nfield: nlp\nlevel: 1\nminutes: 1\nreviewed: x\n"
    needs = "prerequisites:\n  - topic: rnn\n    reason: An LSTM is an RNN with gates.\n  - {topic: nowhere, reason: None.}\n"
    write_corpus(tmp_path, {"lessons/lstm/en.md": f"---\n{front}{needs}---\nText."})
    [edge] = read_graph(read_corpus(tmp_path).documents, GLOSSARY).edges
    assert (edge.before, edge.after, edge.kind) == ("rnn", "lstm", "prerequisite")
    assert [(place.line, place.quote) for place in edge.evidence] == [(10, "An LSTM is an RNN with gates.")]


@pytest.mark.parametrize(
    ("reason", "line", "quote"),
    [
        pytest.param(">\n      An LSTM is\n      an RNN.", 11, "An LSTM is", id="folded"),
        pytest.param("|-\n\n      An LSTM is\n      an RNN.", 12, "An LSTM is", id="literal"),
        pytest.param("An LSTM is\n      an RNN.", 10, "An LSTM is", id="plain"),
        pytest.param('"An LSTM is\n      an RNN."', 10, "An LSTM is", id="quoted"),
        pytest.param("'It''s an RNN.'", 10, "It''s an RNN.", id="escaped"),
        pytest.param("LSTM", 10, "LSTM", id="words of another line"),
    ],
)
def test_a_reason_is_quoted_from_the_line_where_it_begins(tmp_path: Path, reason: str, line: int, quote: str) -> None:
    front = "topic: lstm\nname: LSTM\nfield: nlp\nlevel: 1\nminutes: 1\nreviewed: x\n"
    needs = f"prerequisites:\n  - topic: rnn\n    reason: {reason}\n"
    write_corpus(tmp_path, {"lessons/lstm/en.md": f"---\n{front}{needs}---\nText."})
    [document] = read_corpus(tmp_path).documents
    [edge] = read_graph([document], GLOSSARY).edges
    assert [(place.line, place.quote) for place in edge.evidence] == [(line, quote)]
    assert quote in document.lines[line - 1]


def test_a_reason_by_a_merge_key_is_quoted_from_a_line_that_is_there(tmp_path: Path) -> None:
    front = "topic: lstm\nname: LSTM\nfield: nlp\nlevel: 1\nminutes: 1\nreviewed: x\nbase: &b {reason: An RNN.}\n"
    needs = "prerequisites:\n  - topic: rnn\n    <<: *b\n"
    write_corpus(tmp_path, {"lessons/lstm/en.md": f"---\n{front}{needs}---\nText."})
    [document] = read_corpus(tmp_path).documents
    [edge] = read_graph([document], GLOSSARY).edges
    assert [(place.line, place.quote) for place in edge.evidence] == [(10, "- topic: rnn")]


def test_a_page_with_stages_is_a_roadmap_too(tmp_path: Path) -> None:
    write_corpus(tmp_path, {"notes.md": f"RNN → Transformer\n\n先学 RNN，再学 LSTM。\n\n{STAGES}"})
    found = read_graph(read_corpus(tmp_path).documents, GLOSSARY).edges
    assert [(edge.before, edge.after, edge.kind) for edge in found] == [
        ("rnn", "transformer", "path"),
        ("rnn", "lstm", "statement"),
        ("maths", "rnn", "stage"),
        ("python", "rnn", "stage"),
        ("maths", "attention", "stage"),
        ("python", "attention", "stage"),
    ]
    assert [(place.line, place.quote) for place in found[0].evidence] == [(1, "RNN → Transformer")]


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return read_corpus(PROJECT / "corpus")


@pytest.fixture(scope="module")
def corpus_graph(corpus: Corpus) -> Graph:
    return read_graph(corpus.documents, build_glossary(PROJECT / "corpus" / "glossary.yaml", corpus.documents))


def test_the_same_corpus_gives_the_same_graph(corpus: Corpus, corpus_graph: Graph) -> None:
    glossary = build_glossary(PROJECT / "corpus" / "glossary.yaml", corpus.documents)
    assert read_graph(reversed(corpus.documents), glossary).topics == corpus_graph.topics
    assert read_graph(corpus.documents, glossary) == corpus_graph


def test_every_quote_of_the_corpus_stands_in_its_line(corpus: Corpus, corpus_graph: Graph) -> None:
    lines = {document.id: document.lines for document in corpus.documents}
    quotes = [place for edge in (*corpus_graph.edges, *corpus_graph.parts) for place in edge.evidence]
    assert len(quotes) > 100
    assert [place for place in quotes if place.quote not in lines[place.document][place.line - 1]] == []


def test_every_order_of_the_corpus_is_between_two_known_topics(corpus_graph: Graph) -> None:
    known = {topic.id for topic in corpus_graph.topics}
    for edge in corpus_graph.edges:
        assert {edge.before, edge.after} <= known
        assert edge.before != edge.after
        assert len(edge.evidence) == (2 if edge.kind == "stage" else 1)
