"""What the page shows is safe HTML, and links only where its sources do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.citations import markers_before_stops
from app.store import Turn
from app.values import Answer, Citation, Claim
from app.web.parts import latest_sources
from app.web.render.answer import answer
from app.web.render.markdown import MARK, UNMARK, plain_html, to_html
from app.web.render.sources import panel
from ingest.values import About, Recommendation

PASSAGE = "推荐资源：\n- [MIT 线性代数课程](https://ocw.mit.edu/)\n- LSTM 有三个门。"


def citation(quote: str) -> Citation:
    return Citation(
        n=1,
        document="roadmaps/llm101",
        title="LLM101",
        heading=("LLM101", "1.1 数学基础"),
        lines=(40, 42),
        url="",
        quote=quote,
        passage=PASSAGE,
        language="zh",
    )


def answered(text: str, *, verdict: str = "supported") -> str:
    made = Answer.model_validate(
        {
            "question": "?",
            "answer": text,
            "language": "zh",
            "mode": "llm",
            "outcome": "answered",
            "claims": [Claim.model_validate({"text": "LSTM 有四个门。", "citations": (1,), "verdict": verdict})],
            "citations": [citation("LSTM 有三个门。")],
        }
    )
    return answer(Turn(question="?", answer=made), 1, "zh")


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("![x](https://evil.test/a.png)", "<p>x</p>"),
        ("[x](https://evil.test)", "<p><span>x</span></p>"),
        ("**b** and `c`", "<p><strong>b</strong> and <code>c</code></p>"),
        ("costs $5 and $10", "<p>costs &#36;5 and &#36;10</p>"),
        ("so $x_1$ is", '<p>so <span class="math">\\(x_1\\)</span> is</p>'),
        (f"a {MARK}b{UNMARK} c", "<p>a <mark>b</mark> c</p>"),
    ],
)
def test_markdown_becomes_safe_html(source: str, html: str) -> None:
    assert to_html(source) == html


@given(st.text())
def test_no_text_makes_a_tag_that_loads_or_runs_anything(source: str) -> None:
    html = to_html(f"{source}<img src=x onerror=y><script>z</script>")
    assert "<img" not in html
    assert "<script" not in html


@given(st.text())
def test_a_learners_text_makes_no_tag_but_line_breaks(source: str) -> None:
    assert "<" not in plain_html(source).replace("<br>", "")


def test_an_answer_links_to_addresses_of_its_passages_and_to_no_others() -> None:
    html = answered("[课程](https://ocw.mit.edu/) 和 [别处](https://evil.test/) [1]。")
    assert '<a href="https://ocw.mit.edu/" rel="noopener noreferrer">' in html
    assert "evil.test" not in html


@pytest.mark.parametrize(("verdict", "said"), [("supported", False), ("unsupported", True)])
def test_a_sentence_that_its_source_does_not_say_is_marked(verdict: str, said: bool) -> None:
    assert ("出处里没有找到这一点" in answered("LSTM 有四个门[1]。", verdict=verdict)) is said


def test_the_open_source_shows_its_passage_with_the_quote_marked() -> None:
    html = panel([citation("LSTM 有三个门。")], "cite-1", 1, "zh")
    assert "<mark>LSTM 有三个门。</mark>" in html
    assert "第 40–42 行" in html


def test_the_open_source_says_who_recommends_it_and_under_which_licence() -> None:
    place = Recommendation(document="roadmaps/a", title="路线<A>", heading=("路线", "阶段 3", "3.1 RNN"), line=7)
    about = About(titles={"zh": "t", "en": "t"}, fetched="2026-11-22", licence="CC BY 4.0", recommended=(place,))
    html = panel([citation("LSTM 有三个门。")], "cite-1", 1, "zh", {citation("x").document: about})
    assert "推荐于：路线&lt;A&gt; › 阶段 3 › 3.1 RNN" in html
    assert "许可：CC BY 4.0" in html
    assert "2026-11-22 抓取" in html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("门[1]。", '<p>门<span class="together"><i>1</i>。</span></p>'),
        ("门[1][2]，", '<p>门<span class="together"><i>1</i><i>2</i>，</span></p>'),
        ("门[1] 和[2]", "<p>门<i>1</i> 和<i>2</i></p>"),
        ("$x$。", '<p><span class="math">\\(x\\)</span>。</p>'),
    ],
)
def test_a_full_stop_stays_with_the_citation_before_it(source: str, html: str) -> None:
    assert to_html(source, marker=lambda n: f"<i>{n}</i>") == html


def test_beside_an_answer_without_sources_no_others_are_shown() -> None:
    made = Answer(question="?", answer="a", language="zh", mode="extractive", outcome="answered")
    cited = Turn(question="?", answer=made.model_copy(update={"citations": (citation("LSTM 有三个门。"),)}))
    assert "#cite-1-1" in latest_sources([cited], "zh")
    assert latest_sources([cited, Turn(question="?", answer=made)], "zh") == panel((), "", 0, "zh")


def test_markers_behind_a_full_stop_belong_to_the_sentence_before() -> None:
    assert markers_before_stops("LSTM 有三个门。[1] GRU 有两个。[2]") == "LSTM 有三个门[1]。 GRU 有两个[2]。"
