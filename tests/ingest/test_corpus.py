"""The project's own corpus keeps the promises of its README."""

import re
from urllib.parse import urlsplit

import pytest

from ingest.build import glossary_file
from ingest.chunk import chunk_documents
from ingest.documents import Corpus, Document, LessonMeta
from ingest.glossary import Glossary, build_glossary
from ingest.lessons import Lesson, read_lesson
from ingest.settings import PROJECT
from ingest.values import Language

LANGUAGES: tuple[Language, ...] = ("zh", "en")
Lessons = dict[tuple[str, Language], tuple[Document, LessonMeta, Lesson]]


@pytest.fixture(scope="module")
def lessons(corpus: Corpus) -> Lessons:
    found: Lessons = {}
    for document in corpus.documents:
        lesson = read_lesson(document)
        if lesson and isinstance(document.meta, LessonMeta):
            found[lesson.topic, lesson.language] = (document, document.meta, lesson)
    return found


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return build_glossary(glossary_file(PROJECT / "corpus"), [])


def test_every_file_can_be_read(corpus: Corpus) -> None:
    assert corpus.problems == ()
    assert {document.kind for document in corpus.documents} == {"lesson", "roadmap"}


def test_a_lessons_line_numbers_point_at_its_parts(lessons: Lessons) -> None:
    for document, _, lesson in lessons.values():
        assert all(document.lines[item.line - 1].endswith(item.correction) for item in lesson.misconceptions)
        assert all(document.lines[item.line - 1].endswith(item.answer) for item in lesson.checks)


def test_a_lessons_topic_and_names_are_known(lessons: Lessons, glossary: Glossary, corpus: Corpus) -> None:
    joined = build_glossary(glossary_file(PROJECT / "corpus"), corpus.documents)
    for (topic, _), (document, meta, _) in lessons.items():
        assert topic in glossary.entries, document.id
        for name in (meta.name, *meta.aliases):
            assert joined.topics(name) == [topic], (document.id, name)


def test_every_address_is_an_address(corpus: Corpus) -> None:
    found = re.findall(r"https?://[^\s)>\"'，。；）]+", "\n".join(document.text for document in corpus.documents))
    assert len(found) > 50
    for address in found:
        parts = urlsplit(address)
        assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", parts.netloc), address
        assert "//" not in parts.path, address
        assert not address.endswith((".", ",")), address


def test_every_citation_names_lines_that_hold_its_text(corpus: Corpus) -> None:
    for document in corpus.documents:
        on_disk = (PROJECT / "corpus" / document.path).read_text("utf-8").split("\n")
        for chunk in chunk_documents((document,)):
            first, last = chunk.lines
            assert chunk.text in "\n".join(on_disk[first - 1 : last])
            assert chunk.heading
