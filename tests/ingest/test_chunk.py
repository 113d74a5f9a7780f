"""Passages: verbatim, in order, whole, and nothing lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.chunk import LIMIT, chunk_documents
from ingest.documents import Corpus, Document, PageMeta
from ingest.markdown import HEADING, fences
from ingest.settings import PROJECT
from ingest.values import Chunk

LINES = st.sampled_from(
    [
        "",
        "   ",
        "# Head",
        "# Head ##",
        "## C#",
        "#\tTab",
        "#\u3000全角",
        "#",
        "# ",
        "#hashtag",
        "####### seven",
        "  # indented",
        "```",
        "```python",
        "````",
        "~~~",
        "   ```",
        "```inline``` code",
        "---",
        "| a | b |",
        "- item",
        "> quote",
        "循环神经网络按顺序读。它很慢！",
        "One. Two? " * 20,
        "长" * (LIMIT + 10),
        "word " * (LIMIT // 4),
        "x\u2028y\x0bz\x1f",
        "\x00",
    ]
)
MARKDOWN = st.lists(
    st.one_of(LINES, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), max_size=30)),
    max_size=25,
)


def page(body: str, *, front: str = "") -> Document:
    return Document(
        id="page",
        path="page.md",
        kind="page",
        title="Page",
        language="en",
        text=front + body,
        body_line=front.count("\n") + 1,
        meta=PageMeta(),
        sha256="",
    )


def chunks(body: str) -> list[Chunk]:
    return chunk_documents((page(body),))


def places(body: str) -> list[tuple[tuple[str, ...], tuple[int, int], str]]:
    return [(chunk.heading, chunk.lines, chunk.text) for chunk in chunks(body)]


def test_a_passage_knows_its_heading_path_and_lines() -> None:
    assert places("# A\n\nOne.\n\n## B\n\nTwo.\n\n# C\nThree.") == [
        (("A",), (1, 3), "# A\n\nOne."),
        (("A", "B"), (5, 7), "## B\n\nTwo."),
        (("C",), (9, 10), "# C\nThree."),
    ]


def test_lines_count_the_front_matter() -> None:
    [chunk] = chunk_documents((page("# A\n\nOne.", front="---\ntitle: x\n---\n"),))
    assert chunk.lines == (4, 6)


def test_text_before_the_first_heading_stands_under_the_title() -> None:
    assert places("Before.\n\n# A\n\nOne.")[0] == (("Page",), (1, 1), "Before.")


def test_a_heading_without_text_is_no_passage_of_its_own() -> None:
    assert places("# A\n\n## B\n\nTwo.") == [(("A", "B"), (3, 5), "## B\n\nTwo.")]


def test_sections_with_the_same_words_keep_their_own_lines() -> None:
    assert [lines for _, lines, _ in places("# A\n\nSame.\n\n# A\n\nSame.")] == [(1, 3), (5, 7)]


@pytest.mark.parametrize(
    ("heading", "name"),
    [("# A", "A"), ("#\tA", "A"), ("#\u3000标题", "标题"), ("#  A  ", "A"), ("# A ##", "A"), ("# C#", "C#")],
)
def test_a_heading_is_read_however_it_is_spaced(heading: str, name: str) -> None:
    below = places(f"{heading}\n\nOne.\n\n## Below\n\nTwo.")
    assert [path for path, _, _ in below] == [(name,), (name, "Below")]


@pytest.mark.parametrize("line", ["#hashtag", "####### seven marks", "    # indented", "#"])
def test_what_only_looks_like_a_heading_starts_no_section(line: str) -> None:
    assert [path for path, _, _ in places(f"# A\n\n{line}\n\nText.")] == [("A",)]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("```python\n# no heading\n```", id="backticks"),
        pytest.param("~~~\n# no heading\n~~~", id="tildes"),
        pytest.param("~~~\n# no heading\n```\n# none\n~~~", id="backticks inside tildes"),
        pytest.param("````\n```\n# no heading\n```\n# none\n````", id="a fence inside a longer one"),
        pytest.param("- item\n\n  ```\n  # no heading\n  ```", id="in a list"),
        pytest.param("```\n" + "x = 1\n" * LIMIT + "```", id="longer than a passage"),
    ],
)
def test_a_code_block_stays_whole_and_holds_no_heading(code: str) -> None:
    found = places(f"# A\n\n{code}\n\n# B\n\nText.")
    assert {path for path, _, _ in found} == {("A",), ("B",)}
    assert any(code in text for _, _, text in found)


def test_a_fence_that_never_closes_runs_to_the_end() -> None:
    assert places("# A\n\n```\n# code")[0] == (("A",), (1, 4), "# A\n\n```\n# code")


def test_an_indented_mark_at_the_start_is_text() -> None:
    assert places("  # indented") == [(("Page",), (1, 1), "# indented")]


def test_code_marks_within_a_line_open_no_block() -> None:
    assert [path for path, _, _ in places("# A\n\n```x``` is code.\n\n# B\n\nText.")] == [("A",), ("B",)]


def test_a_long_section_is_cut_between_its_lines() -> None:
    lines = [f"- item {number} " + "x" * 90 for number in range(60)]
    found = chunks("# A\n\n" + "\n".join(lines))
    assert len(found) > 1
    assert max(len(chunk.text) for chunk in found) <= LIMIT
    assert [line for chunk in found for line in chunk.text.split("\n") if line.startswith("-")] == lines


def test_a_line_without_end_is_cut_at_its_sentences() -> None:
    found = chunks("An RNN reads in order. " * 500)
    assert all(len(chunk.text) <= LIMIT and chunk.text.strip().endswith(".") for chunk in found)


def test_the_same_text_gets_the_same_ids_and_a_changed_one_others() -> None:
    body = "# A\n\nOne.\n\n# B\n\nTwo."
    before = [chunk.id for chunk in chunks(body)]
    assert [chunk.id for chunk in chunks(body)] == before
    after = [chunk.id for chunk in chunks(body.replace("One", "Three"))]
    assert (after[0] != before[0], after[1] == before[1]) == (True, True)


def _assert_sound(document: Document, found: list[Chunk]) -> None:
    lines = document.lines
    assert [chunk.position for chunk in found] == list(range(len(found)))
    assert len({chunk.id for chunk in found}) == len(found)
    place = -1
    for chunk in found:
        first, last = chunk.lines
        assert chunk.text in "\n".join(lines[first - 1 : last])
        assert first <= last <= len(lines)
        assert first >= place
        place = last


@given(lines=MARKDOWN)
def test_any_text_is_cut_into_verbatim_passages_in_order(lines: list[str]) -> None:
    document = page("\n".join(lines), front="---\n---\n")
    _assert_sound(document, chunk_documents((document,)))


@given(lines=MARKDOWN)
def test_no_text_is_lost_but_headings_that_stand_alone(lines: list[str]) -> None:
    found = chunks("\n".join(lines))
    kept = "".join("".join(chunk.text.split()) for chunk in found)
    code = {number for block in fences(lines) for number in block}
    for number, line in enumerate(lines):
        if number in code or not HEADING.match(line):
            assert "".join(line.split()) in kept


@given(lines=MARKDOWN)
def test_no_passage_cuts_a_code_block(lines: list[str]) -> None:
    texts = [chunk.text for chunk in chunks("\n".join(lines))]
    for block in fences(lines):
        code = "\n".join(lines[block.start : block.stop]).strip()
        assert any(code in text for text in texts)


def test_the_corpus_is_cut_into_verbatim_passages(corpus: Corpus) -> None:
    for document in corpus.documents:
        _assert_sound(document, chunk_documents((document,)))


def test_a_lessons_passage_knows_its_role(corpus: Corpus) -> None:
    [document] = [document for document in corpus.documents if document.id == "lessons/lstm/en"]
    first = chunk_documents((document,))[0]
    assert (first.topic, first.role, first.language) == ("lstm", "definition", "en")


def test_the_file_on_disk_has_the_cited_lines(corpus: Corpus) -> None:
    document = next(document for document in corpus.documents if document.kind == "roadmap")
    on_disk = (PROJECT / "corpus" / document.path).read_text("utf-8").split("\n")
    for chunk in chunk_documents((document,)):
        first, last = chunk.lines
        assert "\n".join(on_disk[first - 1 : last]) == chunk.text
