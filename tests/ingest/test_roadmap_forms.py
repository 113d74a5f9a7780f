"""A roadmap is understood by its form, whatever that is: every form in a small document of its own, then whole ones."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.documents import Document, read_corpus
from ingest.glossary import Entry, Glossary, build_glossary, make_glossary
from ingest.roadmap import Graph, Understood, disagreements, planning_order, read_graph, understand
from ingest.settings import PROJECT
from ingest.values import Edge, EdgeKind, Evidence
from tests.corpora import write_corpus

OTHERS = PROJECT.parent / "shared" / "other-roadmaps"
NAMES = {
    "maths": ("数学", "maths"),
    "linear-algebra": ("线性代数", "linear algebra"),
    "python": ("Python", "Python"),
    "numpy": ("NumPy", "NumPy"),
    "pytorch": ("PyTorch", "PyTorch"),
    "machine-learning": ("机器学习", "machine learning"),
    "deep-learning": ("深度学习", "deep learning"),
    "cnn": ("卷积神经网络", "CNN"),
    "rnn": ("循环神经网络", "RNN"),
    "lstm": ("长短期记忆网络", "LSTM"),
    "gru": ("门控循环单元", "GRU"),
    "attention": ("注意力机制", "attention"),
    "transformer": ("变换器", "Transformer"),
    "bert": ("双向编码器", "BERT"),
    "llm": ("大模型", "LLM"),
    "lora": ("低秩适配", "LoRA"),
    "rag": ("检索增强生成", "RAG"),
    "agent": ("智能体", "agent"),
}
GLOSSARY = make_glossary([Entry(id=name, zh=(zh,), en=(en,)) for name, (zh, en) in NAMES.items()])


def document(folder: Path, text: str, name: str = "roadmap.md") -> Document:
    write_corpus(folder, {name: text})
    [found] = read_corpus(folder).documents
    return found


def read(folder: Path, text: str) -> Understood:
    return understand(document(folder, text), GLOSSARY)


def orders(found: Understood, kind: str = "") -> list[str]:
    return [f"{edge.before} < {edge.after}" for edge in found.edges if kind in {"", edge.kind}]


def stages(found: Understood) -> list[tuple[int | None, str, str]]:
    return [(stage.number, stage.title, stage.duration) for stage in found.stages]


# Paths


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("RNN ➜ LSTM ⟶ GRU", ["RNN", "LSTM", "GRU"], id="arrows of all kinds"),
        pytest.param("Python --> NumPy ==> PyTorch", ["Python", "NumPy", "PyTorch"], id="long arrows"),
        pytest.param("Python ➔ NumPy ▶ PyTorch", ["Python", "NumPy", "PyTorch"], id="heads of arrows"),
        pytest.param("Beginner path: Python -> RNN -> LSTM", ["Python", "RNN", "LSTM"], id="an English label"),
        pytest.param("**入门**：**Python** → `NumPy` → *RNN*", ["Python", "NumPy", "RNN"], id="bold parts"),
        pytest.param("1. Python → 2. NumPy → 3. RNN", ["Python", "NumPy", "RNN"], id="numbered parts"),
        pytest.param("Python > NumPy > PyTorch > RNN", ["Python", "NumPy", "PyTorch", "RNN"], id="greater than"),
        pytest.param("Python →\nNumPy →\nRNN", ["Python", "NumPy", "RNN"], id="over lines"),
        pytest.param("Python\n↓\nNumPy\n⬇️\nRNN", ["Python", "NumPy", "RNN"], id="downwards"),
        pytest.param("```\n  Python\n    |\n    ↓\n  NumPy\n```", ["Python", "NumPy"], id="downwards in a diagram"),
        pytest.param("```text\n[Python] --> [NumPy] ──► [RNN]\n```", ["Python", "NumPy", "RNN"], id="boxes"),
        pytest.param("`Python → NumPy → RNN`", ["Python", "NumPy", "RNN"], id="all in code"),
        pytest.param("建议的顺序是，Python → NumPy，然后休息。", ["Python", "NumPy"], id="in a sentence"),
    ],
)
def test_an_arrow_path_in_any_writing(tmp_path: Path, text: str, expected: list[str]) -> None:
    found = read(tmp_path, text)
    assert found.paths == (tuple(expected),)
    assert orders(found) == [f"{a.lower()} < {b.lower()}" for a, b in zip(expected, expected[1:], strict=False)]


@pytest.mark.parametrize(
    "text",
    [
        "Home > Docs",
        "> Python\n> NumPy",
        "`zero_grad → forward` is what you call, then RNN",
        "从“RNN → LSTM”的说法",
        "Python <-> NumPy",
        "LSTM ← RNN",
        "```\nImage -> CNN -> RNN -> answer\n```",
        "<!-- RNN --> LSTM",
        "```python\nRNN -> LSTM\n```",
        "```mermaid\nsequenceDiagram\n  RNN->>LSTM: hello\n```",
        "用 LoRA 微调一个模型 → 再用 RAG 做检索",
    ],
)
def test_what_is_no_path_orders_nothing(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, text)
    assert (found.paths, found.edges) == ((), ())


def test_a_station_is_a_known_topic_only_when_its_name_covers_it(tmp_path: Path) -> None:
    found = read(tmp_path, "RAG basics (2 weeks) → Advanced RAG evaluation tooling → Introduction to LoRA → 智能体进阶")
    assert orders(found) == [
        "rag < Advanced RAG evaluation tooling",
        "Advanced RAG evaluation tooling < lora",
        "lora < agent",
        "rag < lora",
    ]
    assert found.unknown == ("Advanced RAG evaluation tooling",)


@pytest.mark.parametrize(
    ("station", "expected"),
    [
        ("RNN、LSTM、GRU", ["rnn", "lstm", "gru"]),
        ("LSTM/GRU", ["lstm", "gru"]),
        ("LSTM and GRU", ["lstm", "gru"]),
        ("RNN 与 LSTM", ["rnn", "lstm"]),
        ("循环神经网络（RNN）", ["rnn"]),
        ("深入 Transformer 架构", ["transformer"]),
        ("the basics of deep learning", ["deep-learning"]),
        ("[Python](https://python.org) 入门 ⭐", ["python"]),
    ],
)
def test_a_station_may_name_several_topics(tmp_path: Path, station: str, expected: list[str]) -> None:
    assert orders(read(tmp_path, f"{station} → BERT"), "path") == [f"{name} < bert" for name in expected]


def test_an_unknown_station_becomes_a_topic_of_its_own(tmp_path: Path) -> None:
    graph = read_graph([document(tmp_path, "# Roadmap\n\nPython → Docker Compose → 云原生\n")], GLOSSARY)
    assert [(edge.before, edge.after) for edge in graph.edges] == [
        ("python", "docker-compose"),
        ("docker-compose", "云原生"),
    ]
    assert [(topic.id, topic.zh) for topic in graph.topics[-2:]] == [
        ("docker-compose", "Docker Compose"),
        ("云原生", "云原生"),
    ]


def test_an_edge_over_two_lines_quotes_both(tmp_path: Path) -> None:
    [edge] = read_graph([document(tmp_path, "# 路线\n\n- RNN\n\n↓\n\n- LSTM\n")], GLOSSARY).edges
    assert [(place.line, place.quote) for place in edge.evidence] == [(3, "RNN"), (7, "LSTM")]


# Charts


CHART = """# Roadmap

```mermaid
graph TD
    A[Python basics] --> B(NumPy)
    %% A --> Z
    B -->|then| C{"Deep learning (DL)"}
    C -- after that --> D[CNN] & E[RNN]
    E -.-> F([LSTM])
    F --- G[GRU]
    subgraph apps [LLM]
      H[RAG] ==> I[Agent]
    end
    style A fill:#f9f
```
"""


def test_a_flowchart_orders_its_nodes(tmp_path: Path) -> None:
    found = read(tmp_path, CHART)
    assert orders(found, "path") == [
        "python < numpy",
        "numpy < deep-learning",
        "deep-learning < cnn",
        "deep-learning < rnn",
        "rnn < lstm",
        "rag < agent",
    ]
    assert orders(found, "part_of") == ["rag < llm", "agent < llm"]
    assert found.paths[0] == ("Python basics", "NumPy", "Deep learning (DL)")
    assert {edge.quote for edge in found.edges if edge.before == "deep-learning"} == {
        "C -- after that --> D[CNN] & E[RNN]"
    }


def test_a_chain_of_a_flowchart_on_one_line(tmp_path: Path) -> None:
    found = read(tmp_path, "```mermaid\nflowchart LR\nPython --> NumPy --> RNN; RNN --> LSTM\n```")
    assert orders(found) == ["python < numpy", "numpy < rnn", "rnn < lstm"]
    assert found.paths == (("Python", "NumPy", "RNN", "LSTM"),)


def test_a_chart_that_only_branches_and_a_mindmap_are_hierarchies(tmp_path: Path) -> None:
    tree = "```mermaid\ngraph TD\nA[深度学习] --> B[RNN]\nA --> C[CNN]\nB --> D[LSTM]\nB --> E[GRU]\n```\n"
    mind = "```mermaid\nmindmap\n  root((LLM))\n    RAG\n    LoRA\n      ::icon(fa fa-book)\n```\n"
    found = read(tmp_path, tree + mind)
    assert orders(found) == [
        "rnn < deep-learning",
        "cnn < deep-learning",
        "lstm < rnn",
        "gru < rnn",
        "rag < llm",
        "lora < llm",
    ]
    assert {edge.kind for edge in found.edges} == {"part_of"}


# Sentences


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Learn Python before machine learning.", ["python < machine-learning"]),
        ("Before Transformers, learn attention.", ["attention < transformer"]),
        ("Before diving into RAG, make sure you understand LLMs.", ["llm < rag"]),
        ("After RNNs, move on to LSTM.", ["rnn < lstm"]),
        ("Study LSTM after RNN.", ["rnn < lstm"]),
        ("First learn maths, then study deep learning.", ["maths < deep-learning"]),
        ("Once you know Python, PyTorch is easy.", ["python < pytorch"]),
        ("Attention is a prerequisite for Transformers.", ["attention < transformer"]),
        ("BERT builds on Transformer.", ["transformer < bert"]),
        ("Deep learning requires Python and maths.", ["python < deep-learning", "maths < deep-learning"]),
        ("RAG assumes knowledge of LLMs.", ["llm < rag"]),
        ("Start with Python, then learn NumPy.", ["python < numpy"]),
        ("Study RNN, LSTM and GRU in this order.", ["rnn < lstm", "lstm < gru"]),
        ("学完RNN再学LSTM。", ["rnn < lstm"]),
        ("学习Transformer之前，先掌握注意力机制。", ["attention < transformer"]),
        ("依次学习 RNN、LSTM、GRU。", ["rnn < lstm", "lstm < gru"]),
        ("掌握 Python 后，即可开始学习 PyTorch。", ["python < pytorch"]),
        ("BERT 建立在 Transformer 的基础之上。", ["transformer < bert"]),
        ("先了解注意力机制，接着学习变换器。", ["attention < transformer"]),
        ("学习顺序：Python、NumPy、RNN", ["python < numpy", "numpy < rnn"]),
    ],
)
def test_a_sentence_states_an_order(tmp_path: Path, sentence: str, expected: list[str]) -> None:
    found = read(tmp_path, f"Words before. {sentence}\n")
    assert orders(found, "statement") == expected
    assert {edge.quote for edge in found.edges} == {sentence}


@pytest.mark.parametrize(
    "sentence",
    [
        "You don't need Python before RNN.",
        "Do not learn RNN before LSTM.",
        "RNN is not a prerequisite for LSTM.",
        "LSTM does not require RNN.",
        "Should you learn RNN before LSTM?",
        "RNN and LSTM both appeared before attention.",
        "Training RNNs requires a lot of memory for LSTM cells.",
        "学习 RAG 之前不需要学 RNN。",
        "不用学完 RNN 再学 LSTM。",
        "无需先学 RNN 再学 LSTM。",
    ],
)
def test_a_denial_a_question_and_a_remark_state_no_order(tmp_path: Path, sentence: str) -> None:
    assert read(tmp_path, sentence).edges == ()


def test_outside_roadmaps_a_sentence_has_to_speak_of_learning(tmp_path: Path) -> None:
    page = document(tmp_path, "# Translation\n\n先用 RNN 编码，再用 LSTM 解码。先学 RNN，再学 GRU。\n")
    assert [(edge.before, edge.after) for edge in read_graph([page], GLOSSARY).edges] == [("rnn", "gru")]


# Stages


@pytest.mark.parametrize(
    ("heads", "expected"),
    [
        (["阶段 1：数学（2–3 个月）", "阶段 2：RNN（约 2–4 周）"], [(1, "数学", "2–3 个月"), (2, "RNN", "约 2–4 周")]),
        (["第一阶段 数学", "第二阶段 RNN（持续学习）"], [(1, "数学", ""), (2, "RNN", "持续学习")]),
        (["第1周：数学", "第2-3周：RNN"], [(1, "数学", ""), (2, "RNN", "第2-3周")]),
        (["Week 1: Maths", "Week 3–4: RNN"], [(1, "Maths", ""), (3, "RNN", "Week 3–4")]),
        (["Month 1 - Maths", "Month 2 - RNN"], [(1, "Maths", ""), (2, "RNN", "")]),
        (["Phase I: Maths", "Phase II: RNN (40 hours)"], [(1, "Maths", ""), (2, "RNN", "40 hours")]),
        (["Step 1. Maths", "Step 2. RNN"], [(1, "Maths", ""), (2, "RNN", "")]),
        (["Part One: Maths", "Part Two: RNN"], [(1, "Maths", ""), (2, "RNN", "")]),
        (["Level 1 – Maths", "Level 2 – RNN"], [(1, "Maths", ""), (2, "RNN", "")]),
        (["Day 1-7：数学", "Day 8-14：RNN"], [(1, "数学", "Day 1-7"), (8, "RNN", "Day 8-14")]),
        (["1. Maths (2 weeks)", "2. RNN - 1 month"], [(1, "Maths", "2 weeks"), (2, "RNN", "1 month")]),
        (["Stage 1: Maths (optional, 2 weeks)", "Stage 2: RNN"], [(1, "Maths", "2 weeks"), (2, "RNN", "")]),
        (["一、数学", "二、RNN"], [(1, "数学", ""), (2, "RNN", "")]),
        (["1️⃣ 数学", "2️⃣ RNN ⭐⭐ 重点"], [(1, "数学", ""), (2, "RNN", "")]),
        (["🚀 **Stage 1: Maths** (Weeks 1-4)", "🔥 **Stage 2: RNN**"], [(1, "Maths", "Weeks 1-4"), (2, "RNN", "")]),
        (["Chapter 1: Maths", "Chapter 2: RNN"], [(1, "Maths", ""), (2, "RNN", "")]),
    ],
)
def test_stages_are_told_by_numbered_headings(
    tmp_path: Path, heads: list[str], expected: list[tuple[int | None, str, str]]
) -> None:
    found = read(tmp_path, "# Roadmap\n\n" + "".join(f"## {head}\n\n- LSTM\n\n" for head in heads))
    assert stages(found) == expected
    assert [stage.line for stage in found.stages] == [3, 7]
    assert orders(found, "stage")[0] == "maths < rnn"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("时间：2 周", "2 周"),
        ("**Duration**: 2-3 weeks", "2-3 weeks"),
        ("- 预计时长：约 40 小时", "约 40 小时"),
        ("> ⏱ 2–3 个月", "2–3 个月"),
        ("*6 weeks*", "6 weeks"),
        ("这门课 2 周就够了。", ""),
    ],
)
def test_a_duration_may_stand_below_the_heading(tmp_path: Path, line: str, expected: str) -> None:
    found = read(tmp_path, f"## 阶段 1：RNN\n\n{line}\n\n- LSTM\n\n## 阶段 2：BERT\n")
    assert [stage.duration for stage in found.stages] == [expected, ""]
    assert found.stages[0].topics == ("LSTM",)


def test_a_numbered_list_with_durations_is_stages(tmp_path: Path) -> None:
    text = "# Plan\n\n1. Learn Python (2 weeks)\n   - NumPy\n2. Deep learning (1 month)\n   - CNN\n   - RNN\n3. LLMs - 4 weeks\n"
    found = read(tmp_path, text)
    assert stages(found) == [(1, "Learn Python", "2 weeks"), (2, "Deep learning", "1 month"), (3, "LLMs", "4 weeks")]
    assert [stage.topics for stage in found.stages] == [("NumPy",), ("CNN", "RNN"), ("LLMs",)]
    assert orders(found, "listing") == ["python < deep-learning", "deep-learning < llm"]
    assert "numpy < deep-learning" in orders(found, "stage")


def test_a_table_of_weeks_is_stages(tmp_path: Path) -> None:
    text = (
        "# 计划\n\n| 周次 | 主题 | 内容 | 时长 | 资源 |\n|---|---|---|---|---|\n"
        "| 第1-2周 | 数学 | 线性代数、Python | 20 小时 | [书](https://mml-book.github.io/) |\n"
        "| 第3周 | 深度学习 | CNN<br>RNN | | |\n"
    )
    found = read(tmp_path, text)
    assert stages(found) == [(1, "数学", "20 小时"), (3, "深度学习", "")]
    assert [stage.topics for stage in found.stages] == [("线性代数", "Python"), ("CNN", "RNN")]
    assert [(link.title, link.url, link.line) for link in found.stages[0].resources] == [
        ("书", "https://mml-book.github.io/", 5)
    ]
    assert "linear-algebra < cnn" in orders(found, "stage")


def test_a_table_of_unnumbered_stages(tmp_path: Path) -> None:
    text = "# 路线\n\n| 阶段 | 内容 | 时间 |\n|:--|---|---|\n| 基础 | Python | 2个月 |\n| 进阶 | RNN、LSTM | 1个月 |\n"
    found = read(tmp_path, text)
    assert stages(found) == [(None, "基础", "2个月"), (None, "进阶", "1个月")]
    assert orders(found, "stage") == ["python < rnn", "python < lstm"]


def test_bold_lines_and_bullets_may_be_stages(tmp_path: Path) -> None:
    found = read(tmp_path, "**Week 1: Python**\n- NumPy\n\n**Week 2-3: RNN (5 hours)**\n- LSTM\n")
    assert stages(found) == [(1, "Python", ""), (2, "RNN", "5 hours")]
    found = read(tmp_path, "- **Week 1**: Python, NumPy\n- **Week 2**: RNN\n")
    assert stages(found) == [(1, "Python, NumPy", ""), (2, "RNN", "")]
    assert orders(found) == ["python < rnn", "numpy < rnn"]


def test_plain_sections_below_a_roadmap_heading_are_stages_in_order(tmp_path: Path) -> None:
    text = "# Notes\n\n## Intro\n- hi\n\n## Learning roadmap\n\n### Maths\n- linear algebra\n\n### RNNs\n- LSTM\n\n### Resources\n- [x](https://x.org)\n"
    found = read(tmp_path, text)
    assert stages(found) == [(None, "Maths", ""), (None, "RNNs", "")]
    assert orders(found, "stage") == ["maths < rnn", "linear-algebra < rnn"]


def test_weeks_inside_phases_are_in_order_too(tmp_path: Path) -> None:
    text = "## Phase 1: Maths\n### Week 1\n- Python\n### Week 2\n- NumPy\n## Phase 2: RNN\n### Week 3\n- LSTM\n"
    found = read(tmp_path, text)
    assert [stage.title for stage in found.stages] == ["Maths", "RNN"]
    assert "python < numpy" in orders(found, "stage")


def test_a_numbering_that_starts_anew_is_another_path(tmp_path: Path) -> None:
    text = "## 初级\n### 阶段 1：Python\n### 阶段 2：RNN\n## 高级\n### 阶段 1：LoRA\n### 阶段 2：RAG\n"
    found = read(tmp_path, text)
    assert [stage.number for stage in found.stages] == [1, 2, 1, 2]
    assert orders(found) == ["python < rnn", "lora < rag"]


def test_stages_that_the_glossary_does_not_know_are_in_order_by_title(tmp_path: Path) -> None:
    found = read(tmp_path, "# DevOps\n\n## Week 1: Linux\n- Bash\n\n## Week 2: Kubernetes\n- Pods\n")
    assert [(edge.before, edge.after, edge.line) for edge in found.edges] == [("Linux", "Kubernetes", 6)]
    assert found.unknown == ("Bash", "Pods")


def test_the_topics_of_a_stage_are_names_only(tmp_path: Path) -> None:
    text = """## 阶段 1：神经网络（2 周）
目标：弄懂神经网络。
- [ ] **RNN**：处理序列的网络，从左到右读
  - [x] LSTM – gated
- 学习 [注意力机制](https://example.org/attention)
- CNN、GRU
- 要点：BERT、LoRA
- 完成一个小项目
- 这是一句很长的话，它讲的是学习的方法，而不是一个主题。

推荐资源：
- [教程](https://example.org/course)
### 实践项目
- 聊天机器人
## 阶段 2：RAG
"""
    [first, second] = read(tmp_path, text).stages
    assert first.topics == ("RNN", "LSTM", "注意力机制", "CNN", "GRU", "BERT", "LoRA")
    assert [(link.title, link.line) for link in first.resources] == [("注意力机制", 5), ("教程", 12)]
    assert second.topics == ("RAG",)


def test_nested_bullets_are_parts_of_their_parent(tmp_path: Path) -> None:
    found = read(tmp_path, "## 阶段 1\n- 深度学习\n  - RNN\n    - LSTM\n  - CNN\n- [ ] RAG\n")
    assert orders(found) == ["rnn < deep-learning", "lstm < rnn", "cnn < deep-learning"]
    graph = read_graph(
        [document(tmp_path, "# 路线\n\n## 阶段 1\n- 深度学习\n  - RNN\n  - Keras\n\n## 阶段 2\n")], GLOSSARY
    )
    assert graph.edges == ()
    [part] = graph.parts
    assert (part.before, part.after, part.kind) == ("rnn", "deep-learning", "part_of")
    assert [(place.line, place.quote) for place in part.evidence] == [(4, "- 深度学习"), (5, "- RNN")]


def test_the_order_inside_a_stage_is_told_by_numbers_only(tmp_path: Path) -> None:
    found = read(tmp_path, "## 阶段 1：数学\n- RNN\n- LSTM\n\n1. CNN\n2. GRU\n\n## 阶段 2：RAG\n")
    assert orders(found, "listing") == ["cnn < gru"]


def test_a_list_that_is_said_to_be_in_order_is(tmp_path: Path) -> None:
    found = read(tmp_path, "# 笔记\n\n请按以下顺序学习：\n\n- RNN\n- LSTM\n- BERT\n\n其他：\n\n- CNN\n- RAG\n")
    assert orders(found) == ["rnn < lstm", "lstm < bert"]


def test_what_a_stage_asks_for_comes_before_it(tmp_path: Path) -> None:
    found = read(
        tmp_path, "## Deep learning\n\n**Prerequisites**: Python, linear algebra\n\n## RAG\n\n- 前置知识：LLM、数学\n"
    )
    assert orders(found, "statement") == [
        "python < deep-learning",
        "linear-algebra < deep-learning",
        "llm < rag",
        "maths < rag",
    ]
    assert found.edges[0].quote == "**Prerequisites**: Python, linear algebra"


def test_stages_may_be_drawn(tmp_path: Path) -> None:
    found = read(tmp_path, "# Plan\n\n```\nWeek 1-2: Python\n  ├─ NumPy\nWeek 3:   RNN\n  └─ LSTM\n```\n")
    assert stages(found) == [(1, "Python", "Week 1-2"), (3, "RNN", "")]
    assert [stage.topics for stage in found.stages] == [("Python", "NumPy"), ("RNN", "LSTM")]
    assert "python < rnn" in orders(found, "stage")


def test_an_article_with_numbered_sections_is_no_roadmap(tmp_path: Path) -> None:
    page = document(tmp_path, "# How attention works\n\n## 1. RNN\n- LSTM\n\n## 2. BERT\n\n1. CNN\n2. GRU\n")
    assert read_graph([page], GLOSSARY).edges == ()


def test_what_is_understood_prints_as_the_promised_json(tmp_path: Path) -> None:
    found = read(
        tmp_path, "# 路线\n\n## 阶段 1：Python（2 周）\n- [NumPy](https://numpy.org)\n\n## 阶段 2：RNN\n\nRNN → Helm\n"
    )
    assert found.model_dump(mode="json") == {
        "title": "路线",
        "stages": [
            {
                "title": "Python",
                "number": 1,
                "duration": "2 周",
                "line": 3,
                "topics": ["NumPy"],
                "resources": [{"title": "NumPy", "url": "https://numpy.org", "line": 4}],
            },
            {"title": "RNN", "number": 2, "duration": "", "line": 6, "topics": ["RNN"], "resources": []},
        ],
        "edges": [
            {"before": "rnn", "after": "Helm", "kind": "path", "line": 8, "quote": "RNN → Helm"},
            {"before": "python", "after": "rnn", "kind": "stage", "line": 6, "quote": "## 阶段 2：RNN"},
            {"before": "numpy", "after": "rnn", "kind": "stage", "line": 6, "quote": "## 阶段 2：RNN"},
        ],
        "paths": [["RNN", "Helm"]],
        "unknown": ["Helm"],
    }


_PIECES = st.sampled_from(
    ["# 路线", "## 阶段 1：RNN（2 周）", "## Week 3.5", "1. LSTM", "  - GRU", "RNN → LSTM", "|周|主题|", "|---|---|", "|1|RNN|"]
    + ["```mermaid", "graph TD", "A[RNN] --> B(LSTM", "mindmap", "```", "↓", "**Week 1**: a", "先学 RNN 再学 LSTM。", "→", ">", "", "- [ ]"]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(_PIECES, st.text(max_size=30)), max_size=14))
def test_any_text_is_understood_and_every_quote_stands_in_its_line(tmp_path: Path, lines: list[str]) -> None:
    text = "x\n" + "\n".join(lines)
    if read_corpus(write_corpus(tmp_path, {"a.md": text.encode("utf-8", "replace")})).problems:
        return
    page = document(tmp_path, text.encode("utf-8", "replace").decode(), "a.md")
    for edge in understand(page, GLOSSARY).edges:
        assert edge.quote in page.lines[edge.line - 1]


@pytest.mark.parametrize(
    "line",
    [
        "RNN → " * 5_000,
        "[" * 20_000,
        "A[RNN] --> " * 3_000,
        "**" * 20_000,
        "| " * 20_000,
        "（2 周" * 5_000,
        "1. " * 10_000,
    ],
    ids=["arrows", "brackets", "chart", "bold", "cells", "durations", "numbers"],
)
def test_a_line_of_any_length_is_read_in_seconds(tmp_path: Path, line: str) -> None:
    read_graph([document(tmp_path, f"# 路线\n\n{line}\n\n```mermaid\ngraph TD\n{line}\n```\n")], GLOSSARY)


# Planning


def edge(before: str, after: str, kind: EdgeKind = "path", source: str = "a") -> Edge:
    place = Evidence(document=source, title=source, heading=(), line=1, quote="x")
    return Edge(before=before, after=after, kind=kind, source=source, evidence=(place,))


def test_two_topics_stated_in_both_orders_are_a_disagreement() -> None:
    there, back = edge("rnn", "cnn"), edge("cnn", "rnn", "stage", "b")
    [found] = disagreements(Graph(topics=(), edges=(there, back, edge("rnn", "bert"))))
    assert (found.first, found.second) == ("cnn", "rnn")
    assert (found.for_first, found.for_second) == ((back,), (there,))


def test_the_weaker_side_of_a_cycle_is_left_out() -> None:
    kept = [edge("a", "b", "stage", source) for source in ("x", "y", "z", "v")]
    weak = edge("b", "a", "path", "w")
    plan = planning_order(Graph(topics=(), edges=(weak, *kept)))
    assert (plan.edges, plan.dropped) == (tuple(kept), (weak,))


def test_a_document_counts_once() -> None:
    often = [edge("b", "a", "stage"), edge("b", "a", "listing"), edge("b", "a", "statement")]
    plan = planning_order(Graph(topics=(), edges=(*often, edge("a", "b", "path", "z"))))
    assert plan.dropped == tuple(often)


def test_a_plan_is_made_of_the_wanted_topics() -> None:
    graph = Graph(topics=(), edges=(edge("a", "b"), edge("b", "c")))
    assert planning_order(graph, ["a", "b"]).edges == (edge("a", "b"),)


_KINDS: list[EdgeKind] = ["path", "statement", "prerequisite", "stage", "listing", "part_of"]
_EDGES = st.builds(
    edge, st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.sampled_from(_KINDS), st.sampled_from("xyz")
)


@given(st.lists(_EDGES, max_size=40))
def test_a_plan_never_has_a_cycle(edges: list[Edge]) -> None:
    plan = planning_order(Graph(topics=(), edges=tuple(edges)))
    left = {(one.before, one.after) for one in plan.edges}
    while left:
        free = {topic for pair in left for topic in pair} - {after for _, after in left}
        assert free
        left = {pair for pair in left if pair[0] not in free}
    orders_only = [one for one in edges if one.kind != "part_of"]
    assert sorted(map(str, (*plan.edges, *plan.dropped))) == sorted(map(str, orders_only))
    again = planning_order(Graph(topics=(), edges=tuple(reversed(edges))))
    assert {(one.before, one.after) for one in again.edges} == {(one.before, one.after) for one in plan.edges}


# Whole roadmaps, each looked at by eye


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return build_glossary(PROJECT / "corpus" / "glossary.yaml", read_corpus(PROJECT / "corpus").documents)


@pytest.mark.parametrize(
    ("name", "count", "first", "last"),
    [
        ("four-stages", 4, (1, "打下坚实的基础", ""), (4, "动手实践与持续学习", "")),
        ("llm-guide", 3, (1, "数学基础", ""), (3, "LLM 学习", "")),
        ("llm101", 6, (1, "基础技能", "2–3 个月"), (6, "前沿研究", "持续学习")),
        ("six-stages", 6, (1, "基础准备", "1–2 个月"), (6, "前沿技术", "3–4 个月")),
        ("systematic-plan", 5, (1, "基础铺垫", "1–2 个月"), (5, "前沿拓展与领域专精", "长期")),
        ("zero-to-hero", 8, (1, "基础知识准备", ""), (8, "未来进阶", "")),
    ],
)
def test_the_stages_of_the_corpus(
    glossary: Glossary, name: str, count: int, first: tuple[int, str, str], last: tuple[int, str, str]
) -> None:
    [found] = [one for one in read_corpus(PROJECT / "corpus" / "roadmaps").documents if one.id == name]
    shown = stages(understand(found, glossary))
    assert (len(shown), shown[0], shown[-1]) == (count, first, last)


OTHER = {
    "01": (7, (0, "补齐数学与直觉", "1–2 周"), (6, "RAG 与 Agent", "1–2 周"), {"矩阵乘法", "KL 散度", "KV Cache", "位置编码"}),
    "06": (3, (1, "基础阶段", "1-2个月"), (3, "实践阶段", "持续"), {"提示工程技术"}),
    "13": (10, (1, "基础了解", "第1周"), (3, "创新应用", ""), {"提示词结构", "LangChain", "少样本学习", "单元测试"}),
    "20": (5, (None, "Coding", ""), (None, "LLM", ""), {"NumPy", "SVM", "LSTM", "T5", "RAG"}),
    "25": (5, (1, "对于初学者", ""), (5, "用LLM完成某个特定任务", ""), {"主函数", "基本数据结构"}),
    "27": (10, (1, "环境与工程习惯搭建", "第1-7天"), (10, "作品集与求职对齐", "第96-100天"), {"LoRA", "RAG", "Python"}),
    "39": (20, (1, "Mathematics for Machine Learning", ""), (8, "Securing LLMs", ""), {"Linear Algebra", "Calculus", "Tokenization"}),
    "47": (3, (1, "Foundations", "Weeks 1-4"), (3, "System Design & Productization", "Weeks 9-12"), {"RoPE", "Chunking", "ReAct"}),
    "52": (9, (0, "Prerequisites: Transformers, CLIP, ViT, LLM training", ""), (8, "Multimodal agents and final project", ""), {"CLIP"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def others() -> dict[str, Document]:
    if not OTHERS.is_dir():
        pytest.skip("not run: no folder of other roadmaps beside the project")
    return {found.id[:2]: found for found in read_corpus(OTHERS).documents}


@pytest.mark.parametrize("name", OTHER)
def test_the_stages_of_roadmaps_by_others(others: dict[str, Document], glossary: Glossary, name: str) -> None:
    count, first, last, topics = OTHER[name]
    found = understand(others[name], glossary)
    shown = stages(found)
    assert (len(shown), shown[0], shown[-1]) == (count, first, last)
    assert topics <= {topic for stage in found.stages for topic in stage.topics}


@pytest.mark.parametrize("name", ["35", "44"])
def test_a_catalogue_and_a_page_of_pictures_have_no_stages(
    others: dict[str, Document], glossary: Glossary, name: str
) -> None:
    found = understand(others[name], glossary)
    assert (found.stages, found.paths) == ((), ())


def test_the_paths_of_roadmaps_by_others(others: dict[str, Document], glossary: Glossary) -> None:
    paths = {name: understand(found, glossary).paths for name, found in others.items()}
    assert paths["47"] == (
        ("Transformer", "RAG bridge"),
        ("Transformer", "LoRA bridge"),
        ("Transformer", "vLLM bridge"),
        ("Transformer", "Agent / SGLang bridge"),
    )
    assert {name for name, found in paths.items() if found} == {"47"}


def test_every_quote_of_roadmaps_by_others_stands_in_its_line(others: dict[str, Document], glossary: Glossary) -> None:
    for found in others.values():
        for shown in understand(found, glossary).edges:
            assert shown.quote in found.lines[shown.line - 1]
    graph = read_graph(others.values(), glossary)
    lines = {found.id: found.lines for found in others.values()}
    places = [place for edge in (*graph.edges, *graph.parts) for place in edge.evidence]
    assert len(places) > 500
    assert [place for place in places if place.quote not in lines[place.document][place.line - 1]] == []
