"""Files become documents, and a file with a fault is named with its line and harms no other."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.documents import Corpus, Document, LessonMeta, RoadmapMeta, read_corpus
from ingest.errors import CorpusError
from tests.corpora import write_corpus

GOOD = "# Good\n\nAn RNN reads in order.\n"
LESSON = "---\ntopic: rnn\nname: RNN\nfield: nlp\nlevel: 3\nminutes: 10\nreviewed: 2026-11-22\n---\n\n# RNN\n\nText.\n"
ROADMAP = "---\nid: map\nkind: roadmap\ntitle:\n  zh: 路线\n  en: Map\nsource: us\nlevel: any\n---\n# 路线\n\n先学。\n"


def read(folder: Path, files: dict[str, str | bytes]) -> Corpus:
    return read_corpus(write_corpus(folder, files))


def only(corpus: Corpus) -> Document:
    assert corpus.problems == ()
    [document] = corpus.documents
    return document


def test_a_lesson_is_recognised_by_its_folder_and_topic(tmp_path: Path) -> None:
    document = only(read(tmp_path, {"lessons/rnn/en.md": LESSON}))
    assert (document.id, document.kind, document.title, document.language) == ("lessons/rnn/en", "lesson", "RNN", "en")
    assert isinstance(document.meta, LessonMeta)
    assert (document.meta.topic, document.meta.reviewed) == ("rnn", "2026-11-22")


def test_a_roadmap_has_a_title_for_readers_of_either_language(tmp_path: Path) -> None:
    document = only(read(tmp_path, {"map.md": ROADMAP}))
    assert isinstance(document.meta, RoadmapMeta)
    assert document.titles == {"zh": "路线", "en": "Map"}


def test_a_file_without_front_matter_is_a_page_titled_by_its_heading(tmp_path: Path) -> None:
    document = only(read(tmp_path, {"notes/a.md": "Before.\n\n# The title ##\n\nText."}))
    assert (document.id, document.kind, document.title, document.body_line) == ("notes/a", "page", "The title", 1)


def test_a_comment_in_a_code_block_is_no_title(tmp_path: Path) -> None:
    assert only(read(tmp_path, {"a.md": "```sh\n# install\n```\n\n## Part\n\n# The title\n"})).title == "The title"


def test_a_page_without_a_heading_is_titled_by_its_file_name(tmp_path: Path) -> None:
    assert only(read(tmp_path, {"my notes.txt": "An RNN reads in order."})).title == "my notes"


def test_the_title_in_front_matter_comes_before_the_heading(tmp_path: Path) -> None:
    assert only(read(tmp_path, {"a.md": "---\ntitle: Front\n---\n# Heading\n\nText."})).title == "Front"


def test_a_cited_line_is_the_line_of_the_file(tmp_path: Path) -> None:
    document = only(read(tmp_path, {"lessons/rnn/en.md": LESSON}))
    assert document.body_line == 9
    assert document.lines[10 - 1] == "# RNN"
    assert document.body.split("\n")[1] == "# RNN"


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(LESSON.replace("\n", "\r\n").encode(), id="windows line ends"),
        pytest.param(LESSON.replace("\n", "\r").encode(), id="old Macintosh line ends"),
        pytest.param(b"\xef\xbb\xbf" + LESSON.encode(), id="byte order mark"),
    ],
)
def test_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path, written: bytes) -> None:
    assert only(read(tmp_path, {"lessons/rnn/en.md": written})).text == LESSON


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        pytest.param("---\ntitle: a\nbad: [1\n---\nText.", 4, "not YAML", id="unclosed bracket"),
        pytest.param("---\ntitle: a: b\n---\nText.", 2, "not YAML", id="two colons"),
        pytest.param("---\n\tx: 1\n---\nText.", 2, "not YAML", id="tab"),
        pytest.param("---\ndate: 2024-13-45\n---\nText.", 1, "month must be in 1..12", id="no such month"),
        pytest.param("---\nx: !!python/name:os.system\n---\nText.", 2, "not YAML", id="code"),
        pytest.param("---\na: " + "[" * 40_000 + "\n---\nText.", 1, "more than 20,000", id="40,000 brackets"),
        pytest.param("---\n- a\n---\nText.", 2, "'name: value'", id="a list"),
        pytest.param("---\ntitle: a\nText.", 1, "never closes", id="never closed"),
        pytest.param("---\ndate: x\ntitle: [1]\n---\nText.", 3, "title", id="title is a list"),
        pytest.param("---\nkind: song\n---\nText.", 2, "'lesson', 'roadmap', 'page'", id="unknown kind"),
        pytest.param(LESSON.replace("level: 3", "level: 9"), 5, "level", id="level out of range"),
        pytest.param(LESSON.replace("minutes: 10\n", ""), 1, "minutes: Field required", id="field missing"),
        pytest.param("", 0, "no text", id="empty"),
        pytest.param("---\ntitle: a\n---\n \n", 0, "no text", id="only front matter"),
        pytest.param(b"One.\nTwo \xff.\n", 2, "byte 0xff", id="not UTF-8"),
        pytest.param(b"\xef\xbb\xbfOne.\nTwo.\n\xff", 3, "byte 0xff", id="not UTF-8 behind a byte order mark"),
        pytest.param("循环神经网络".encode("gbk"), 1, "not UTF-8", id="GBK"),
    ],
)
def test_a_fault_is_named_with_its_line_and_the_other_files_are_read(
    tmp_path: Path, content: str | bytes, line: int, says: str
) -> None:
    corpus = read(tmp_path, {"lessons/bad.md": content, "good.md": GOOD})
    assert [document.id for document in corpus.documents] == ["good"]
    [problem] = corpus.problems
    assert (problem.path, problem.line) == ("lessons/bad.md", line)
    assert says in problem.message


def test_a_problem_reads_like_a_compilers_message(tmp_path: Path) -> None:
    [problem] = read(tmp_path, {"a b.md": b"\xff", "good.md": GOOD}).problems
    assert str(problem) == "a b.md:1: not UTF-8 (byte 0xff); save the file as UTF-8"


@pytest.mark.parametrize("beside", ["lessons/rnn/en.md", "roadmaps/map.md"])
def test_a_readme_beside_lessons_or_roadmaps_is_not_taught(tmp_path: Path, beside: str) -> None:
    corpus = read(tmp_path, {"README.md": GOOD, beside: LESSON if "lessons" in beside else ROADMAP})
    assert [document.path for document in corpus.documents] == [beside]


def test_a_readme_in_a_folder_of_notes_is_a_document(tmp_path: Path) -> None:
    assert only(read(tmp_path, {"README.md": GOOD})).id == "README"


def test_hidden_files_and_other_suffixes_are_left_alone(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {".git/a.md": GOOD, ".b.md": GOOD, "c.py": GOOD, "glossary.yaml": "[]"}
    assert only(read(tmp_path, {**files, "good.md": GOOD})).id == "good"


def test_files_that_differ_in_their_suffix_are_different_documents(tmp_path: Path) -> None:
    corpus = read(tmp_path, {"a.md": GOOD, "a.txt": GOOD, "a.markdown": GOOD})
    assert [document.id for document in corpus.documents] == ["a", "a.markdown", "a.txt"]


def test_names_with_spaces_and_han_characters_stay_as_they_are(tmp_path: Path) -> None:
    assert only(read(tmp_path, {"读 书/循环 网络 #1.md": GOOD})).id == "读 书/循环 网络 #1"


def test_links_that_lead_in_a_circle_are_not_followed(tmp_path: Path) -> None:
    write_corpus(tmp_path, {"a/good.md": GOOD})
    (tmp_path / "a/around").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a/self.md").symlink_to(tmp_path / "a/self.md")
    assert only(read_corpus(tmp_path)).id == "a/good"


def test_a_missing_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"no corpus folder at '.*nowhere'; name one with --corpus"):
        read_corpus(tmp_path / "nowhere")


def test_a_folder_without_a_document_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no Markdown or text file"):
        read(tmp_path, {"a.py": GOOD})


def test_the_hash_of_a_corpus_changes_with_a_word_and_with_a_name(tmp_path: Path) -> None:
    same = [read(tmp_path / name, {"good.md": GOOD}).sha256 for name in ("a", "b")]
    word = read(tmp_path / "c", {"good.md": GOOD + "More."}).sha256
    name = read(tmp_path / "d", {"better.md": GOOD}).sha256
    assert len({*same, word, name}) == 3


BYTES = st.binary(max_size=200)
FRONT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200).map(lambda text: f"---\n{text}\n---\nx")


@given(content=st.one_of(BYTES, FRONT))
def test_no_content_stops_the_other_files(tmp_path_factory: pytest.TempPathFactory, content: str | bytes) -> None:
    corpus = read(tmp_path_factory.mktemp("any"), {"any.md": content, "good.md": GOOD})
    assert "good" in [document.id for document in corpus.documents]
    assert len(corpus.documents) + len(corpus.problems) == 2
