"""Orders looked up by topic, and what a question about order says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.asking import Asked, read_order
from app.orders import Orders, orders_of
from ingest.documents import Prerequisite
from ingest.lessons import Lesson
from ingest.library import Library
from ingest.roadmap import Graph
from ingest.values import Edge, EdgeKind, Evidence, Language, Topic

IDS = "abcdefgh"
KINDS: tuple[EdgeKind, ...] = ("path", "statement", "prerequisite", "stage", "listing")
Pairs = list[tuple[str, str, EdgeKind]]


def _graph(pairs: Pairs) -> Graph:
    def edge(number: int, before: str, after: str, kind: EdgeKind) -> Edge:
        source = f"doc{number % 3}"
        place = Evidence(document=source, title="Title", heading=(), line=number + 1, quote=f"{before} → {after}")
        return Edge(before=before, after=after, kind=kind, source=source, evidence=(place,))

    topics = tuple(Topic(id=name, zh=name, en=name) for name in IDS)
    return Graph(topics=topics, edges=tuple(edge(n, *pair) for n, pair in enumerate(pairs)))


def _lesson(topic: str, requires: tuple[str, ...], level: int) -> Lesson:
    return Lesson(
        document=f"lessons/{topic}/zh",
        topic=topic,
        language="zh",
        level=level,
        minutes=10,
        prerequisites=tuple(Prerequisite(topic=other, reason="why") for other in requires),
        resources=(),
        misconceptions=(),
        checks=(),
    )


_letters = st.sampled_from(IDS)
_pairs = st.lists(st.tuples(_letters, _letters, st.sampled_from(KINDS)), max_size=30)
_lessons = st.dictionaries(_letters, st.tuples(st.lists(_letters, max_size=3, unique=True), st.integers(1, 5)))


@given(pairs=_pairs, taught=_lessons, chosen=st.sets(_letters))
def test_any_topics_stand_once_and_never_before_one_that_they_follow(
    pairs: Pairs, taught: dict[str, tuple[list[str], int]], chosen: set[str]
) -> None:
    lessons: dict[tuple[str, Language], Lesson] = {
        (topic, "zh"): _lesson(topic, tuple(requires), level) for topic, (requires, level) in taught.items()
    }
    orders = Orders(_graph(pairs), lessons)
    order = orders.sequence(chosen)
    assert sorted(order) == sorted(chosen)
    place = {topic: n for n, topic in enumerate(order)}
    assert all(place[edge.before] < place[edge.after] for edge in orders.plan(chosen).edges)


@given(pairs=_pairs, taught=_lessons, topic=_letters)
def test_what_is_needed_is_found_whatever_goes_round_in_circles(
    pairs: Pairs, taught: dict[str, tuple[list[str], int]], topic: str
) -> None:
    lessons: dict[tuple[str, Language], Lesson] = {
        (name, "zh"): _lesson(name, tuple(requires), level) for name, (requires, level) in taught.items()
    }
    orders = Orders(_graph(pairs), lessons)
    needed = orders.needed([topic])
    assert set(orders.requires(topic)) <= needed
    assert all(set(orders.requires(other)) <= needed for other in needed)
    assert orders.depth(topic) >= 0


def test_without_an_order_the_level_decides_and_then_the_id() -> None:
    lessons: dict[tuple[str, Language], Lesson] = {
        (topic, "zh"): _lesson(topic, (), level) for topic, level in (("a", 3), ("b", 1), ("c", 1))
    }
    assert Orders(_graph([]), lessons).sequence("dabc") == ("b", "c", "a", "d")


def test_a_topic_without_a_lesson_needs_what_a_path_puts_before_it_but_not_what_a_stage_does() -> None:
    orders = Orders(_graph([("a", "b", "path"), ("b", "c", "path"), ("d", "c", "stage")]), {})
    assert orders.requires("c") == ("b",)
    assert orders.needed(["c"]) == {"a", "b"}


def test_what_is_known_implies_what_it_needs(corpus_library: Library) -> None:
    familiar = orders_of(corpus_library).familiar(["transformer"])
    assert {"transformer", "attention", "lstm", "linear-algebra"} <= familiar
    assert "fine-tuning" not in familiar


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("我会RNN，怎样学到LoRA？", Asked(kind="path", about=("lora",), known=("rnn",))),
        ("how do I get from Python to RAG", Asked(kind="path", about=("rag",), known=("python",))),
        ("How do I get to RAG from Python?", Asked(kind="path", about=("rag",), known=("python",))),
        (
            "想学RAG，我已经会提示工程，中间还差什么？",
            Asked(kind="path", about=("rag",), known=("prompt-engineering",)),
        ),
        ("零基础怎么学到注意力机制", Asked(kind="path", about=("attention",), profile="beginner")),
        (
            "我会Python和线性代数，可以学RAG了吗？",
            Asked(kind="ready", about=("rag",), known=("python", "linear-algebra")),
        ),
        ("am I ready for LoRA if I know Transformers", Asked(kind="ready", about=("lora",), known=("transformer",))),
        ("LSTM 和 GRU 先学哪个？", Asked(kind="compare", about=("lstm", "gru"))),
        ("預訓練和微調先學哪個？", Asked(kind="compare", about=("pretraining", "fine-tuning"))),
        ("should I learn BERT before GPT?", Asked(kind="compare", about=("bert", "gpt"))),
        ("Do I learn word or sentence embeddings first?", None),
        ("Does everyone agree that RNN comes before Transformer?", Asked(kind="compare", about=("rnn", "transformer"))),
        ("学LSTM之前要不要先学RNN？", Asked(kind="compare", about=("lstm", "rnn"))),
        (
            "我会Python、NumPy和RNN，我在哪个阶段",
            Asked(kind="where", about=("python", "numpy", "rnn"), known=("python", "numpy", "rnn")),
        ),
        ("给我一个8周学到RAG的计划，每周6小时", Asked(kind="plan", about=("rag",), weeks=8, hours=6)),
        (
            "I know Python; make me a two-month plan to learn LoRA, an hour a day",
            Asked(kind="plan", about=("lora",), known=("python",), weeks=8, hours=7),
        ),
        (
            "what do I need before RAG if I already know Python?",
            Asked(kind="before", about=("rag",), known=("python",)),
        ),
        ("学完微积分学什么", Asked(kind="after", about=("calculus",), known=("calculus",))),
        ("下一步学什么", Asked(kind="after", about=())),
    ],
)
def test_a_question_about_order_is_taken_apart(corpus_library: Library, question: str, asked: Asked | None) -> None:
    found = read_order(corpus_library.glossary, question)
    if asked is not None:
        assert found == asked


@pytest.mark.parametrize(
    "question",
    [
        "什么是LSTM？",
        "LSTM 能学到长期依赖吗？",
        "怎么学习Transformer",
        "BERT和GPT哪个好？",
        "How does information get from the encoder to the decoder?",
        "Is attention computed before softmax?",
        "can I use LoRA with quantization?",
        "梯度下降怎么走到最小值",
        "给我一个学习计划",
        "RAG 在哪个阶段学？",
        "考考我LSTM",
        "你好",
    ],
)
def test_other_questions_ask_for_no_order(corpus_library: Library, question: str) -> None:
    assert read_order(corpus_library.glossary, question) is None


@given(
    question=st.text(alphabet="RNN LSTM学会先到从可以吗plan to before or first know ready◆，。?？ 8周h", max_size=60)
)
def test_any_text_can_be_read(corpus_library: Library, question: str) -> None:
    asked = read_order(corpus_library.glossary, question)
    if asked is not None:
        assert not set(asked.about) & set(asked.known) or asked.kind in {"after", "where"}
