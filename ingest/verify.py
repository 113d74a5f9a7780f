"""Checks that an index is whole and finds what it holds: before it serves, and whenever somebody asks."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import ceil
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from ingest.errors import IndexDamaged
from ingest.generations import Manifest
from ingest.index import Index
from ingest.lessons import NOT_FOR_ANSWERS
from ingest.library import Library
from ingest.sentences import sentences
from ingest.settings import PROJECT
from ingest.values import Chunk, Language, Value, Where
from ingest.yaml_text import parse_yaml

GOLDEN = PROJECT / "corpus" / "golden.yaml"
ENOUGH = 0.9
SAMPLE = 40
_GOLDEN_HITS, _SAMPLE_HITS = 5, 10
_LONGEST_QUESTION = 200  # characters of a first sentence that never ends
_Item = TypeVar("_Item")


class Golden(Value):
    """A question with the topic whose lesson must be found for it."""

    topic: str
    language: Language
    question: str


class Verdict(Value):
    """What a check of an index found.

    `counted` chunks are in the index, `expected` were put there. `golden` questions were asked whose lesson is known,
    and `sampled` passages were asked for by their own words; `missed` are the questions of either kind that did not
    find what they must. A problem is one sentence.
    """

    counted: int
    expected: int
    golden: int = 0
    golden_found: int = 0
    sampled: int = 0
    sampled_found: int = 0
    missed: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """No problem, and nine questions of ten of either kind found what they must."""
        golden, sampled = self.golden_found >= ENOUGH * self.golden, self.sampled_found >= ENOUGH * self.sampled
        return not self.problems and golden and sampled


def verify_index(folder: Path, manifest: Manifest, index: Index) -> Verdict:
    """Check an index that is built but does not serve yet, with the files beside it, and close it.

    Raises IndexDamaged when it is not sound; what served before still serves.
    """
    library = Library(folder, manifest, index)
    try:
        verdict = verify(library)
    finally:
        library.close()
    if not verdict.sound:
        raise IndexDamaged(f"the new index failed its check ({_reason(verdict)}); the index before it still serves")
    return verdict


def _reason(verdict: Verdict) -> str:
    if verdict.problems:
        return verdict.problems[0]
    asked, found = verdict.golden + verdict.sampled, verdict.golden_found + verdict.sampled_found
    return f"{asked - found} of {asked} questions did not find their passage, the first is {verdict.missed[0]!r}"


def verify(library: Library) -> Verdict:
    """Check an opened index: its count, the files beside it, and whether questions find what they must.

    The questions are the golden ones whose topic the index teaches, and at most SAMPLE passages of the index itself,
    each asked for by its heading and first sentence. Every passage is read once.
    """
    counted, expected = library.index.count(), library.manifest.chunks
    chunks = library.index.chunks(Where())
    problems = (*_count_problems(counted, expected, len(chunks)), *_file_problems(library, chunks))
    if problems:
        return Verdict(counted=counted, expected=expected, problems=problems)
    golden = [ask for ask in read_golden() if (ask.topic, ask.language) in _taught(chunks)]
    sample = [(chunk, question) for chunk in spread_sample(chunks) if (question := _askable(library, chunk))]
    golden_missed = [ask.question for ask in golden if not _finds_lesson(library, ask)]
    sample_missed = [question for chunk, question in sample if not _finds_chunk(library, question, chunk)]
    return Verdict(
        counted=counted,
        expected=expected,
        golden=len(golden),
        golden_found=len(golden) - len(golden_missed),
        sampled=len(sample),
        sampled_found=len(sample) - len(sample_missed),
        missed=(*golden_missed, *sample_missed),
    )


def _count_problems(counted: int, expected: int, read: int) -> Iterator[str]:
    if not counted:
        yield "the index holds no passage"
    if counted != expected:
        yield f"the index holds {counted} of its {expected} passages"
    if read != counted:
        yield f"{read} of {counted} passages can be read"


def _file_problems(library: Library, chunks: Sequence[Chunk]) -> Iterator[str]:
    """What cannot be read beside the index, or does not fit what is in it."""
    reads: tuple[Callable[[], object], ...] = (
        lambda: library.glossary,
        lambda: library.graph,
        lambda: library.uses(""),
        lambda: _unlisted(library, chunks),
        lambda: _untaught(library, chunks),
    )
    for read in reads:
        try:
            found = read()
        except IndexDamaged as error:
            yield str(error)
        else:
            if isinstance(found, str) and found:
                yield found


def _unlisted(library: Library, chunks: Iterable[Chunk]) -> str:
    missing = ({chunk.document for chunk in chunks} | library.manifest.documents.keys()) - library.abouts.keys()
    return f"documents.json lacks {len(missing)} documents, among them {min(missing)!r}" if missing else ""


def _untaught(library: Library, chunks: Iterable[Chunk]) -> str:
    missing = _taught(chunks) - library.lessons.keys()
    return f"lessons.json lacks {len(missing)} lessons, among them {' '.join(min(missing))!r}" if missing else ""


def _taught(chunks: Iterable[Chunk]) -> set[tuple[str, Language]]:
    return {(chunk.topic, chunk.language) for chunk in chunks if chunk.topic}


def read_golden() -> tuple[Golden, ...]:
    """The golden questions that come with the project."""
    return TypeAdapter(tuple[Golden, ...]).validate_python(parse_yaml(GOLDEN.read_text("utf-8")))


def _finds_lesson(library: Library, golden: Golden) -> bool:
    # Among lessons alone: a user's thousand pages about a topic are no fault of the index.
    where = Where(language=golden.language, kind="lesson", without_roles=NOT_FOR_ANSWERS)
    hits = library.search(golden.question, limit=_GOLDEN_HITS, where=where)
    return any(hit.chunk.topic == golden.topic for hit in hits)


def spread_sample(chunks: Iterable[Chunk], size: int = SAMPLE) -> list[Chunk]:
    """At most `size` passages: as many of each language, evenly spread over documents, then over each document."""
    documents: dict[Language, dict[str, list[Chunk]]] = {}
    for chunk in sorted(chunks, key=lambda chunk: (chunk.document, chunk.position)):
        documents.setdefault(chunk.language, {}).setdefault(chunk.document, []).append(chunk)
    chosen: list[Chunk] = []
    for by_document in documents.values():
        share = size // len(documents)
        per_document = ceil(share / len(by_document))
        some = [chunk for found in _evenly([*by_document.values()], share) for chunk in _evenly(found, per_document)]
        chosen.extend(_evenly(some, share))
    return chosen


def _evenly(items: Sequence[_Item], number: int) -> Sequence[_Item]:
    """This many of the items, evenly spaced; all when there are fewer."""
    if len(items) <= number:
        return items
    return [items[(2 * place + 1) * len(items) // (2 * number)] for place in range(number)]


def _askable(library: Library, chunk: Chunk) -> str:
    """The question for a passage, or "" when it has no word that a search could look for."""
    question = asked_by(chunk)
    return question if library.encoder.encode_question(question).indices else ""


def asked_by(chunk: Chunk) -> str:
    """A passage's headings and first sentence, or longest line where it has no sentence (a table, code)."""
    found = sentences(chunk.text)
    first = found[0].text if found else max(chunk.text.splitlines(), key=len, default="")
    return f"{' '.join(chunk.heading)} {first[:_LONGEST_QUESTION]}"


def _finds_chunk(library: Library, question: str, chunk: Chunk) -> bool:
    """Whether the passage comes back, or one that the question cannot tell from it."""
    hits = library.search(question, limit=_SAMPLE_HITS, where=Where(language=chunk.language))
    return any(hit.chunk.id == chunk.id or asked_by(hit.chunk) == question for hit in hits)
