"""The map shows every taught topic in its place, loses no order, and survives whatever names a corpus has."""

import re
import subprocess
import sys
from itertools import combinations, pairwise
from xml.etree import ElementTree

import networkx as nx  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from app.map.atlas import Atlas
from app.map.export import export, roadmap_id
from app.map.mermaid import mermaid
from app.map.palette import for_file, for_page
from app.map.place import place
from app.map.states import states
from app.map.svg import Look, draw
from app.map.values import Chart, Order, Picture, Said, Spot, View
from app.map.wrap import readable, wrapped
from ingest.errors import UsageError
from ingest.library import Library
from ingest.settings import PROJECT
from ingest.values import Language, Topic
from tests.corpora import process_environment

LLM101 = "roadmaps/llm101"
VIEWS = [
    View(language=language, roadmap=roadmap, field=field)
    for language in ("zh", "en")
    for roadmap, field in (("", ""), (LLM101, ""), ("roadmaps/llm-guide", ""), ("", "adaptation"), (LLM101, "nlp"))
]
SVG = "{http://www.w3.org/2000/svg}"
TAGS = {
    SVG + tag
    for tag in ("svg", "style", "defs", "marker", "path", "g", "a", "title", "rect", "circle", "text", "tspan")
}


@pytest.fixture(scope="module")
def atlas(corpus_library: Library) -> Atlas:
    """The maps of the project's corpus."""
    return Atlas(corpus_library)


def _said(quote: str = "A reason.", title: str = "Lesson") -> Said:
    return Said(document="doc", title=title, line=3, quote=quote, kind="prerequisite")


def _order(before: str, after: str, *said: Said) -> Order:
    return Order(before=before, after=after, said=said or (_said(),))


def _chart(names: list[str], orders: list[Order], title: str = "Level 1", language: Language = "en") -> Chart:
    spots = tuple(
        Spot(
            topic=Topic(id=f"topic-{number}", zh=name, en=name, field=name),
            level=1,
            minutes=10,
            column=number,
            group=0,
            is_guest=False,
        )
        for number, name in enumerate(names)
    )
    return Chart(language=language, spots=spots, groups=(title,), orders=tuple(orders), drawn=tuple(orders))


def _look(**others: object) -> Look:
    given = {
        "style": for_file(),
        "fields": [],
        "states": {},
        "by_state": False,
        "address": lambda topic: f"?topic={topic}",
    }
    return Look(**{**given, **others})  # type: ignore[arg-type]


def test_the_whole_map_has_every_lesson_once_and_its_columns_follow_the_levels(
    atlas: Atlas, corpus_library: Library
) -> None:
    chart = atlas.chart(View(language="zh"))
    assert sorted(spot.topic.id for spot in chart.spots) == sorted({topic for topic, _ in corpus_library.lessons})
    assert [spot.level for spot in chart.spots] == sorted(spot.level for spot in chart.spots)
    assert chart.groups == ("第 1 级", "第 2 级", "第 3 级", "第 4 级", "第 5 级")
    assert not any(order.is_by_stages for order in chart.orders)


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_what_is_not_drawn_follows_from_what_is(atlas: Atlas, view: View) -> None:
    chart = atlas.chart(view)
    drawn = nx.DiGraph([(order.before, order.after) for order in chart.drawn])
    assert nx.is_directed_acyclic_graph(drawn)
    assert [order for order in chart.orders if not nx.has_path(drawn, order.before, order.after)] == []
    assert set(chart.drawn) <= set(chart.orders)


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_no_two_boxes_overlap_and_every_name_fits_its_box(atlas: Atlas, view: View) -> None:
    picture = atlas.picture(view)
    for one, other in combinations(picture.boxes, 2):
        apart_in_x = one.x + one.width <= other.x or other.x + other.width <= one.x
        apart_in_y = one.y + one.height <= other.y or other.y + other.height <= one.y
        assert apart_in_x or apart_in_y, (one.spot.topic.id, other.spot.topic.id)
    for box in picture.boxes:
        assert all(cell_len(line) <= 19 for line in box.lines)
        assert 0 <= box.x <= box.x + box.width <= picture.width
        assert 0 <= box.y <= box.y + box.height <= picture.height


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_a_line_runs_from_the_earlier_topic_to_the_later(atlas: Atlas, view: View) -> None:
    picture = atlas.picture(view)
    boxes = {box.spot.topic.id: box for box in picture.boxes}
    for curve in picture.curves:
        before, after = boxes[curve.order.before], boxes[curve.order.after]
        start, end = curve.points[0], curve.points[-1]
        assert start == pytest.approx((before.x + before.width, before.y + before.height / 2), abs=2)
        assert end == pytest.approx((after.x, after.y + after.height / 2), abs=2)


def test_the_columns_of_a_roadmap_are_its_stages_in_order(atlas: Atlas) -> None:
    chart = atlas.chart(View(language="zh", roadmap=LLM101))
    stages = [title for title in chart.groups if title.startswith("阶段")]
    assert [re.findall(r"\d", title)[0] for title in stages] == list("123456")
    assert any(order.is_by_stages for order in chart.drawn)


def test_a_field_is_shown_with_what_it_needs_from_others(atlas: Atlas) -> None:
    chart = atlas.chart(View(language="en", field="adaptation"))
    own = {spot.topic.id for spot in chart.spots if not spot.is_guest}
    guests = {spot.topic.id for spot in chart.spots if spot.is_guest}
    assert {"lora", "sft", "fine-tuning"} <= own
    assert "transformer" in guests
    assert guests <= {order.before for order in chart.drawn if order.after in own}


def test_every_order_quotes_a_line_of_its_document(atlas: Atlas) -> None:
    for view in (View(language="zh"), View(language="en", roadmap=LLM101)):
        for said in {said for order in atlas.chart(view).orders for said in order.said}:
            lines = (PROJECT / "corpus" / f"{said.document}.md").read_text("utf-8").splitlines()
            assert said.quote in lines[said.line - 1]


def test_a_reader_gets_the_reasons_in_the_language_of_the_page(atlas: Atlas) -> None:
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        lora = [order for order in atlas.chart(View(language=language)).orders if order.after == "lora"]
        assert {said.document for order in lora for said in order.said} == {f"lessons/lora/{language}"}


@pytest.mark.parametrize("view", [View(language="zh", roadmap="no/such"), View(language="zh", field="cooking")])
def test_what_the_map_does_not_have_is_said(atlas: Atlas, view: View) -> None:
    with pytest.raises(UsageError, match="the map has no"):
        atlas.chart(view)


def test_a_roadmap_is_named_by_its_last_part(corpus_library: Library) -> None:
    assert roadmap_id(corpus_library, "llm101") == roadmap_id(corpus_library, LLM101) == LLM101
    assert roadmap_id(corpus_library, "") == ""
    with pytest.raises(UsageError, match="no roadmap 'llm102'"):
        roadmap_id(corpus_library, "llm102")


def test_the_same_chart_gives_the_same_picture_in_every_process(atlas: Atlas) -> None:
    chart = atlas.chart(View(language="en", roadmap=LLM101))
    here = place(chart).model_dump_json()
    code = (
        "import sys; from app.map.place import place; from app.map.values import Chart; "
        "sys.stdout.write(place(Chart.model_validate_json(sys.stdin.read())).model_dump_json())"
    )
    there = subprocess.run(
        [sys.executable, "-c", code],
        input=chart.model_dump_json(),
        env=process_environment(PYTHONHASHSEED="7"),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert there.stdout == here


def test_a_map_of_many_topics_is_drawn_too() -> None:
    names = [f"topic number {number}" for number in range(600)]
    orders = [
        _order(f"topic-{one}", f"topic-{other}") for one in range(600) for other in (one + 40, one + 90) if other < 600
    ]
    chart = _chart(names, orders)
    spots = tuple(spot.model_copy(update={"column": number // 20}) for number, spot in enumerate(chart.spots))
    picture = place(chart.model_copy(update={"spots": spots}))
    assert len({(box.x, box.y) for box in picture.boxes}) == 600


def test_the_state_of_a_topic_follows_from_what_is_known() -> None:
    orders = [_order("a", "b"), _order("b", "c"), _order("x", "c"), _order("c", "d"), _order("a", "e")]
    levels = dict.fromkeys("abcdex", 1)
    assert states(levels, orders, ["b"]) == {
        "a": "known",
        "b": "known",
        "c": "locked",
        "d": "locked",
        "e": "next",
        "x": "next",
    }
    assert states(levels, orders, [], ["b"])["b"] == "review"
    assert states(levels, orders, ["no-such"]) == states(levels, orders, [])


def test_three_topics_at_most_are_next_and_most_others_need_them() -> None:
    orders = [_order("a", "z"), _order("b", "z"), _order("c", "z")]
    levels = {"a": 2, "b": 1, "c": 1, "d": 1, "e": 1, "z": 3}
    assert states(levels, orders, []) == {
        "a": "next",
        "b": "next",
        "c": "next",
        "d": "ready",
        "e": "ready",
        "z": "locked",
    }


def test_known_topics_do_not_wait_for_others(atlas: Atlas) -> None:
    charts = atlas.charts["zh"]
    levels = {topic: charts.lesson(topic).level for topic in charts.topics}
    made = states(levels, charts.orders, ["rnn"])
    before: dict[str, list[str]] = {}
    for order in charts.orders:
        before.setdefault(order.after, []).append(order.before)
    for topic, state in made.items():
        is_open = all(made[other] in {"known", "review"} for other in before.get(topic, []))
        assert is_open or state == "locked", topic
        assert state != "locked" or not is_open, topic
    assert list(made.values()).count("next") == 3


@given(st.text(max_size=80), st.integers(2, 30), st.integers(1, 4))
def test_a_name_is_broken_into_lines_that_fit(name: str, cells: int, lines: int) -> None:
    made = wrapped(name, cells=cells, lines=lines)
    assert 1 <= len(made) <= lines
    assert all(cell_len(line) <= cells for line in made)
    if not made[-1].endswith("…"):
        assert "".join("".join(made).split()) == "".join(readable(name).split())


NAMES = st.lists(
    st.text(max_size=60) | st.sampled_from(['"]}; click x', "<script>alert(1)</script>", "%%{init}%%"]),
    min_size=1,
    max_size=5,
)


@given(NAMES, st.text(max_size=60))
def test_no_name_of_a_corpus_breaks_out_of_the_svg(names: list[str], quote: str) -> None:
    orders = [
        _order(f"topic-{one}", f"topic-{other}", _said(quote, quote)) for one, other in pairwise(range(len(names)))
    ]
    drawn = draw(place(_chart(names, orders, title=quote)), _look(fields=names, states={"topic-0": "next"}))
    root = ElementTree.fromstring(drawn)  # noqa: S314  # ours
    elements = list(root.iter())
    assert {element.tag for element in elements} <= TAGS
    assert [name for element in elements for name in element.attrib if name.startswith("on")] == []
    assert {element.attrib["href"] for element in root.iter(SVG + "a")} == {
        f"?topic=topic-{n}" for n in range(len(names))
    }
    styles = [element.text for element in root.iter(SVG + "style")]
    assert styles == [for_file()]


@given(NAMES)
def test_no_name_of_a_corpus_breaks_out_of_the_mermaid_text(names: list[str]) -> None:
    orders = [_order(f"topic-{one}", f"topic-{other}") for one, other in pairwise(range(len(names)))]
    head, *rows = mermaid(_chart(names, orders, title=names[0])).splitlines()
    label = r'\["(?:[^"\\<>`{}\[\]%#;_]|#\d+;)+"\]'
    assert head == "flowchart LR"
    assert len(rows) == 2 + len(names) + len(orders)
    assert [row for row in rows if not re.fullmatch(rf" +(?:(?:subgraph g|t)\d+{label}|end|t\d+ -->? t\d+)", row)] == []


def test_a_map_without_a_topic_is_an_empty_picture() -> None:
    nothing = Chart(language="zh", spots=(), groups=(), orders=(), drawn=())
    assert place(nothing) == Picture(language="zh", width=0, height=0, boxes=(), curves=(), bands=())
    ElementTree.fromstring(draw(place(nothing), _look()))  # noqa: S314  # ours
    assert mermaid(nothing) == "flowchart LR\n"


def test_the_map_is_written_as_svg_and_as_mermaid(corpus_library: Library) -> None:
    view = View(language="en", roadmap=LLM101)
    drawn = export(corpus_library, view, "svg")
    root = ElementTree.fromstring(drawn)  # noqa: S314  # ours
    assert not list(root.iter(SVG + "a"))
    assert "low-rank adaptation" not in drawn
    assert "Transformer" in drawn
    written = export(corpus_library, view, "mermaid")
    assert written.startswith("flowchart LR\n  subgraph g0[")
    assert written.count("subgraph") == written.count("\n  end\n")
    assert "-.->" in written


def test_the_styles_have_colours_for_both_themes_and_nothing_from_elsewhere() -> None:
    assert ":root[data-theme=dark]" in for_page()
    assert "prefers-color-scheme: dark" in for_file()
    for style in (for_page(), for_file()):
        assert not re.search(r"url\(|@import|[<&]", style)
        selectors = re.findall(r"^(.+?) \{ .+\}$", style, re.MULTILINE)
        assert [
            one for one in selectors if not re.match(r"(?::root\[data-theme=dark\] )?\.map\b[^,]*$|svg$", one)
        ] == []
