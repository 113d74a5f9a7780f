"""Checks a whole corpus and counts what it holds."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from ingest.build import glossary_file
from ingest.checks.copies import SharedRun, check_copies, longest_runs
from ingest.checks.lessons import check_lesson
from ingest.checks.parts import python_blocks
from ingest.checks.roadmaps import check_table, distinct_addresses
from ingest.checks.snippets import check_snippets
from ingest.checks.topics import (
    Chain,
    check_entries,
    check_names,
    check_prerequisites,
    check_taught,
    prerequisite_chain,
    unknown_terms,
)
from ingest.checks.twins import Lessons, check_twins
from ingest.documents import Corpus, Document, LessonMeta, Problem, read_corpus
from ingest.errors import CorpusError
from ingest.glossary import Glossary, build_glossary
from ingest.values import Language, Value


class CorpusReport(Value):
    """What a corpus holds and what is wrong with it; `copied` and `chain` are None where they were not measured."""

    topics: int
    lessons: int
    glossary_entries: int
    roadmaps: int
    addresses: int
    snippets: int
    chain: Chain | None
    copied: tuple[SharedRun, SharedRun] | None
    unknown_terms: dict[str, str]
    problems: tuple[Problem, ...]


def check_corpus(folder: Path, sources: Path | None = None) -> CorpusReport:
    """Everything the corpus's README promises, checked; the Python code of the lessons is run.

    `sources` is a folder with the roadmaps as their authors wrote them, which the corpus must not copy.
    Raises CorpusError when either folder or the glossary cannot be read.
    """
    if sources and not sources.is_dir():
        raise CorpusError(f"no folder of sources at {str(sources)!r}; name the one with the roadmaps' originals")
    corpus = read_corpus(folder)
    originals = sorted(sources.glob("*.md")) if sources else []
    lessons = _lessons(corpus)
    roadmaps = [document for document in corpus.documents if document.kind == "roadmap"]
    glossary = build_glossary(glossary_file(folder), [])
    problems = [*corpus.problems, *_problems(corpus, lessons, glossary), *check_copies(corpus.documents, originals)]
    if (readme := folder / "README.md").is_file() and roadmaps:
        problems.extend(check_table(readme.read_text("utf-8"), roadmaps))
    circular = any("circle" in problem.message for problem in problems)
    return CorpusReport(
        topics=len(lessons),
        lessons=sum(map(len, lessons.values())),
        glossary_entries=len(glossary.entries),
        roadmaps=len(roadmaps),
        addresses=distinct_addresses(roadmaps),
        snippets=sum(len(python_blocks(document)) for document in corpus.documents if document.kind == "lesson"),
        chain=None if circular else prerequisite_chain(lessons),
        copied=longest_runs(corpus.documents, originals) if originals else None,
        unknown_terms=unknown_terms(lessons, build_glossary(glossary_file(folder), corpus.documents)),
        problems=tuple(sorted(problems, key=lambda problem: (problem.path, problem.line))),
    )


def _problems(corpus: Corpus, lessons: Lessons, glossary: Glossary) -> Iterator[Problem]:
    for document in corpus.documents:
        yield from check_lesson(document)
    yield from check_twins(lessons)
    yield from check_prerequisites(lessons)
    yield from check_names(lessons, glossary)
    yield from check_entries(lessons, glossary)
    yield from check_taught((d for d in corpus.documents if d.kind == "roadmap"), lessons, glossary)
    yield from check_snippets(d for d in corpus.documents if d.kind == "lesson")


def _lessons(corpus: Corpus) -> Lessons:
    found: defaultdict[str, dict[Language, Document]] = defaultdict(dict)
    for document in corpus.documents:
        if isinstance(document.meta, LessonMeta):
            found[document.meta.topic][document.language] = document
    return found
