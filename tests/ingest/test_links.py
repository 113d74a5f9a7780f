"""Every address that a document recommends is found, with its title and place, and nothing glued to it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.documents import Document, read_corpus
from ingest.links import find_links
from ingest.settings import PROJECT
from tests.corpora import write_corpus


def document(folder: Path, body: str) -> Document:
    [only] = read_corpus(write_corpus(folder, {"notes.md": body})).documents
    return only


@pytest.mark.parametrize(
    ("line", "url", "title"),
    [
        ("- [LoRA](https://arxiv.org/abs/2106.09685)：论文", "https://arxiv.org/abs/2106.09685", "LoRA"),
        ('See [**the** `docs`](<https://a.org/x> "Title").', "https://a.org/x", "the docs"),
        ("[Python](https://en.org/wiki/Python_(language))", "https://en.org/wiki/Python_(language)", "Python"),
        ("[[1] Paper](https://a.org/1)", "https://a.org/1", "1 Paper"),
        ("教程：https://a.org/教程，很好", "https://a.org/教程", "教程"),
        ("（见https://a.org/b）", "https://a.org/b", ""),
        ("看 https://a.org/b。", "https://a.org/b", "看"),
        ("<https://a.org/auto>", "https://a.org/auto", ""),
        ("It is at https://a.org/end.", "https://a.org/end", "at"),
        ("**https://a.org/bold**", "https://a.org/bold", ""),
        ('<a class="x" href="https://a.org/h">The <b>page</b></a>', "https://a.org/h", "The page"),
        ("[text][ref]\n\n[ref]: https://a.org/ref 'Ref'", "https://a.org/ref", "text"),
        ("[ref]\n\n[ref]: <https://a.org/ref>", "https://a.org/ref", "ref"),
        ("words\n\n[never]: https://a.org/unused", "https://a.org/unused", "never"),
        ("| a | [cell](https://a.org/cell) |", "https://a.org/cell", "cell"),
    ],
)
def test_one_address_is_found_with_its_title(tmp_path: Path, line: str, url: str, title: str) -> None:
    [link] = find_links(document(tmp_path, f"# Map\n\n## Stage 1\n\n{line}\n"))
    assert (link.url, link.heading, link.line) == (url, ("Map", "Stage 1"), 5 if "unused" not in url else 7)
    assert link.title in {title, ""}
    if "[" in line or "<a" in line:
        assert link.title == title


@pytest.mark.parametrize("line", ["```\nhttps://a.org/code\n```", "mail@a.org", "[x](../notes.md)", "ftp://a.org/x"])
def test_what_is_no_web_address_outside_code_is_not_found(tmp_path: Path, line: str) -> None:
    assert find_links(document(tmp_path, f"# Map\n\n{line}\n")) == []


def test_the_resources_of_a_lesson_are_links(corpus_lesson: Document) -> None:
    found = {link.url: link for link in find_links(corpus_lesson)}
    assert "https://arxiv.org/abs/2106.09685" in found
    for link in found.values():
        assert link.url in corpus_lesson.lines[link.line - 1]


@pytest.fixture
def corpus_lesson() -> Document:
    documents = read_corpus(PROJECT / "corpus").documents
    return next(document for document in documents if document.id == "lessons/lora/zh")


@given(st.text(alphabet="[]()<>ahtps:/.!`*_ 中，。\n#|\\", max_size=80))
def test_any_text_gives_addresses_that_stand_in_it(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    found = document(folder, f"# T\n\nx {text}")
    for link in find_links(found):
        assert link.url in found.text
        assert link.url.lower().startswith(("http://", "https://"))


@pytest.mark.parametrize("piece", ["*", "[x", "a：", "<a ", "<a href=", "](", "[["])
def test_a_line_of_one_piece_repeated_has_no_link(tmp_path: Path, piece: str) -> None:
    assert find_links(document(tmp_path, f"# T\n\n{piece * 20_000}")) == []
