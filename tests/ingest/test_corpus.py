"""The project's own corpus keeps the promises of its README."""

import re
import subprocess
import sys
from collections import Counter
from graphlib import TopologicalSorter
from urllib.parse import urlsplit

import pytest

from ingest.build import glossary_file
from ingest.chunk import chunk_documents
from ingest.documents import Corpus, Document, LessonMeta
from ingest.glossary import Glossary, build_glossary
from ingest.languages import fold
from ingest.lessons import ROLES, Lesson, read_lesson
from ingest.markdown import fences
from ingest.settings import PROJECT
from ingest.values import Language
from tests.corpora import process_environment

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


def test_every_topic_has_a_lesson_in_both_languages_in_its_folder(corpus: Corpus, lessons: Lessons) -> None:
    for (topic, language), (document, _, _) in lessons.items():
        assert document.id == f"lessons/{topic}/{language}"
        assert {(topic, other) for other in LANGUAGES} <= lessons.keys()
    assert len(lessons) == sum(document.kind == "lesson" for document in corpus.documents)
    assert len(lessons) >= 2 * 15


def test_a_lesson_has_all_ten_sections_in_order(lessons: Lessons) -> None:
    for document, _, _ in lessons.values():
        roles = [chunk.role for chunk in chunk_documents((document,))]
        assert tuple(dict.fromkeys(roles)) == ROLES, document.id


def test_a_lesson_has_three_misconceptions_and_three_checks_with_three_wrong_options(lessons: Lessons) -> None:
    for document, meta, lesson in lessons.values():
        assert (len(lesson.misconceptions), len(lesson.checks)) == (3, 3), document.id
        assert len(meta.misconceptions) == 3, document.id
        for check in lesson.checks:
            assert len({fold(option) for option in (check.answer, *check.wrong)}) == 4, (document.id, check.line)


def test_a_lessons_line_numbers_point_at_its_parts(lessons: Lessons) -> None:
    for document, _, lesson in lessons.values():
        assert all(document.lines[item.line - 1].endswith(item.correction) for item in lesson.misconceptions)
        assert all(document.lines[item.line - 1].endswith(item.answer) for item in lesson.checks)


def test_the_two_languages_of_a_lesson_say_the_same(lessons: Lessons) -> None:
    for topic in {topic for topic, _ in lessons}:
        (zh, zh_meta, _), (en, en_meta, _) = lessons[topic, "zh"], lessons[topic, "en"]
        for same in ("topic", "field", "level", "minutes", "misconceptions"):
            assert getattr(zh_meta, same) == getattr(en_meta, same), (topic, same)
        assert [need.topic for need in zh_meta.prerequisites] == [need.topic for need in en_meta.prerequisites], topic
        assert [link.url for link in zh_meta.resources] == [link.url for link in en_meta.resources], topic
        assert list(map(_without_comments, _python(zh))) == list(map(_without_comments, _python(en))), topic


def test_prerequisites_are_terms_and_never_stand_on_a_higher_level(lessons: Lessons, glossary: Glossary) -> None:
    for document, meta, _ in lessons.values():
        for need in meta.prerequisites:
            assert need.topic in glossary.entries, (document.id, need.topic)
            taught = lessons.get((need.topic, document.language))
            assert taught is None or taught[1].level <= meta.level, (document.id, need.topic)


def test_prerequisites_lead_in_no_circle(lessons: Lessons) -> None:
    needs = {topic: {need.topic for need in meta.prerequisites} for (topic, _), (_, meta, _) in lessons.items()}
    assert set(TopologicalSorter(needs).static_order()) >= needs.keys()


def test_a_lessons_topic_and_names_are_known(lessons: Lessons, glossary: Glossary, corpus: Corpus) -> None:
    joined = build_glossary(glossary_file(PROJECT / "corpus"), corpus.documents)
    for (topic, _), (document, meta, _) in lessons.items():
        assert topic in glossary.entries, document.id
        for name in (meta.name, *meta.aliases):
            assert joined.topics(name) == [topic], (document.id, name)


def test_no_name_of_the_glossary_stands_under_two_ids(glossary: Glossary) -> None:
    names = {topic: {fold(name) for name in glossary.names(topic)} for topic in glossary.entries}
    counted = Counter(name for claimed in names.values() for name in claimed)
    assert [name for name, count in counted.items() if count > 1] == []


def test_a_part_belongs_to_a_known_topic(glossary: Glossary) -> None:
    for entry in glossary.entries.values():
        assert entry.part_of in {"", *glossary.entries}, entry.id
        assert entry.part_of != entry.id


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


def test_every_paragraph_stands_on_one_line(lessons: Lessons) -> None:
    """A quote is a line: prose that continues on the next line would be cut in two."""
    for document, _, _ in lessons.values():
        body = document.body.split("\n")
        code = {number for block in fences(body) for number in block}
        prose = [n for n, line in enumerate(body) if n not in code and re.match(r"[^\s#|>*\-\d$`]", line)]
        assert [n for n in prose if n + 1 in prose] == [], document.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_python_block_runs(lessons: Lessons, language: Language) -> None:
    blocks = [
        f"def block_{number}():\n    exec({code!r}, {{}})\nblock_{number}()\n"
        for number, code in enumerate(
            code
            for (_, spoken), (document, _, _) in lessons.items()
            if spoken == language
            for code in _python(document)
        )
    ]
    assert len(blocks) >= 10
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", "".join(blocks)],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        env=process_environment(),
        check=False,
    )
    assert ran.returncode == 0, ran.stderr


def _python(document: Document) -> list[str]:
    lines = document.body.split("\n")
    blocks = [lines[block.start : block.stop] for block in fences(lines)]
    return ["\n".join(block[1:-1]) for block in blocks if block[0].strip() == "```python"]


def _without_comments(code: str) -> list[str]:
    return [line.split("#")[0].rstrip() for line in code.split("\n") if not line.strip().startswith("#")]
