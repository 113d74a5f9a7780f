"""An opened index with everything that was built beside it: the graph, the glossary, the lessons, word counts."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import TypeAdapter, ValidationError

from ingest.chunk import CHUNKER_VERSION
from ingest.errors import IndexDamaged, IndexLocked, IndexStale
from ingest.generations import SHARD, Generations, Manifest
from ingest.glossary import Glossary, Terms
from ingest.index import Index
from ingest.lessons import Lesson
from ingest.lexical import ENCODER_VERSION, Encoder
from ingest.meaning import DenseQuery, Meaning
from ingest.roadmap import Graph
from ingest.settings import IngestSettings
from ingest.values import About, Hit, Language, Where

if TYPE_CHECKING:
    from ingest.questions import Questions

LESSONS: TypeAdapter[list[Lesson]] = TypeAdapter(list[Lesson])
WORDS: TypeAdapter[dict[str, int]] = TypeAdapter(dict[str, int])
ABOUTS: TypeAdapter[dict[str, About]] = TypeAdapter(dict[str, About])
_Part = TypeVar("_Part")
_PATIENCE = 3.0  # seconds; another command holds the index no longer than that


class Library:
    """What the tutor reads from. Close it when done: an embedded index is locked while it is open.

    Without `settings`, or where they name no embedding model, questions find passages by words alone.
    """

    def __init__(self, folder: Path, manifest: Manifest, index: Index, settings: IngestSettings | None = None) -> None:
        self.manifest = manifest
        self.index: Index = index
        self._folder = folder
        self._settings = settings

    @cached_property
    def glossary(self) -> Glossary:
        """The terms of the corpus."""
        return Glossary(self._read("glossary.json", Terms.model_validate_json))

    @cached_property
    def graph(self) -> Graph:
        """Which topic comes before which."""
        return self._read("graph.json", Graph.model_validate_json)

    @cached_property
    def lessons(self) -> dict[tuple[str, Language], Lesson]:
        """Lessons by topic and language."""
        return {(lesson.topic, lesson.language): lesson for lesson in self._read("lessons.json", LESSONS.validate_json)}

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder that the passages were encoded with."""
        return Encoder(self.glossary)

    def title(self, document: str, language: Language) -> str:
        """The title of a document for a reader of this language; the document's own where it has no other."""
        return self.abouts[document].titles[language]

    @cached_property
    def abouts(self) -> dict[str, About]:
        """What a reader may ask of each document, by id: titles, address, licence, day of the fetch, who recommends it."""
        return self._read("documents.json", ABOUTS.validate_json)

    def search(self, question: str, *, limit: int, where: Where, dense: DenseQuery | None = None) -> list[Hit]:
        """The best passages for a question, best first; none when they share no term with it.

        With the question's meaning (`dense`), passages by words and by meaning, scored by their places in both lists.
        """
        return self.index.search(self.encoder.encode_question(question), limit=limit, where=where, dense=dense)

    def search_across(self, question: str, *, limit: int, where: Where, dense: DenseQuery | None = None) -> list[Hit]:
        """The same over both languages, with the terms of an English question in Chinese too."""
        return self.index.search(self.encoder.encode_across(question), limit=limit, where=where, dense=dense)

    def meaning(self, question: str) -> Meaning:
        """What a question means, for a search; without a query where words alone are to do, and why if that is a fault.

        An embedding model is asked once for each question. Raises IndexStale when its vectors are no longer those that
        the index was built with.
        """
        if self._questions:
            return self._questions.meaning(question)
        wanted = self._settings and self._settings.embedding_model
        return Meaning(problem="not_built" if wanted else "")

    @cached_property
    def _questions(self) -> Questions | None:
        """What asks the embedding model; the openai package is imported only where one is configured."""
        if not self._settings or not self._settings.embedding_model or not self.manifest.embedding:
            return None
        from ingest.questions import Questions

        return Questions(self._settings, self.manifest.embedding)

    def rarity(self, word: str) -> float:
        """The inverse document frequency of a content word (BM25's, never negative)."""
        seen = self._word_counts.get(word, 0)
        return math.log(1 + (self.manifest.chunks - seen + 0.5) / (seen + 0.5))

    def uses(self, word: str) -> bool:
        """Whether any passage has this content word."""
        return word in self._word_counts

    @cached_property
    def _word_counts(self) -> dict[str, int]:
        return self._read("words.json", WORDS.validate_json)

    def _read(self, name: str, parse: Callable[[bytes], _Part]) -> _Part:
        try:
            return parse((self._folder / name).read_bytes())
        except (OSError, ValidationError) as error:
            raise IndexDamaged(
                f"{name} of the index {str(self._folder)!r} cannot be read; rebuild it with 'tutor ingest --rebuild'"
            ) from error

    def share(self) -> None:
        """Let other processes of this user ask the index while it is held here; a server needs no such thing.

        Raises IndexLocked when this index is itself lent out by another process, which may end at any time.
        """
        from ingest.index.edge import EdgeIndex
        from ingest.index.shared import RemoteIndex, SharedIndex

        match self.index:
            case EdgeIndex():
                self.index = SharedIndex(self.index, self._folder / SHARD)
            case RemoteIndex():
                self.index.close()
                raise IndexLocked(
                    f"the index {str(self._folder)!r} is held by another tutor process that serves; stop that one, "
                    "or give this one a data directory of its own with TUTOR_DATA"
                )

    def close(self) -> None:
        """Release the index."""
        questions = self.__dict__.get("_questions")  # not made now only to be closed
        if questions:
            questions.close()
        self.index.close()


def open_library(settings: IngestSettings) -> Library:
    """Open the generation that serves.

    Raises IndexMissing, IndexStale, IndexLocked, IndexDamaged or ConfigurationError, each with the remedy.
    """
    generations = Generations(settings.data)
    manifest = generations.manifest(generations.current())
    for built, ours in ((manifest.encoder, ENCODER_VERSION), (manifest.chunker, CHUNKER_VERSION)):
        if built != ours:
            raise IndexStale(f"the index was built by {built!r}, not {ours!r}; run 'tutor ingest'")
    if bool(manifest.collection) != bool(settings.qdrant_url):
        server, files = "a Qdrant server", f"the data directory {str(settings.data)!r}"
        lies, wanted = (server, files) if manifest.collection else (files, server)
        raise IndexStale(f"the index lies in {lies}, the settings want {wanted} (QDRANT_URL); run 'tutor ingest'")
    _check_embedding(manifest, settings)
    folder = generations.path(manifest.generation)
    index = _open_index(folder, manifest, settings)
    held = index.count()
    if held != manifest.chunks:
        index.close()
        raise IndexDamaged(
            f"the index {str(folder)!r} holds {held} of its {manifest.chunks} chunks; rebuild it with 'tutor ingest --rebuild'"
        )
    return Library(folder, manifest, index, settings)


def _check_embedding(manifest: Manifest, settings: IngestSettings) -> None:
    """Refuse the vectors of another model than the settings name; an index without any serves by words, and says so."""
    built = manifest.embedding
    if not built or not settings.embedding_model:
        return
    if built.model != settings.embedding_model:
        raise IndexStale(
            f"the index was built with the embedding model {built.model!r}, the settings name "
            f"{settings.embedding_model!r} (TUTOR_EMBEDDING_MODEL); run 'tutor ingest'"
        )
    if built.asked != settings.embedding_dimensions:
        raise IndexStale(
            f"the index was built with TUTOR_EMBEDDING_DIMENSIONS {built.asked}, the settings say "
            f"{settings.embedding_dimensions}; run 'tutor ingest'"
        )


def _open_index(folder: Path, manifest: Manifest, settings: IngestSettings) -> Index:
    if manifest.collection:
        from ingest.index.server import ServerIndex, connect

        return ServerIndex(connect(settings.qdrant_url, settings.qdrant_api_key), manifest.collection)
    return _open_shard(folder / SHARD)


def _open_shard(shard: Path) -> Index:
    """The shard itself, or through the process that holds it; one that lends nothing out is waited for a moment."""
    from ingest.index.edge import EdgeIndex
    from ingest.index.shared import RemoteIndex

    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            return EdgeIndex(shard)
        except IndexLocked as locked:
            with suppress(IndexLocked):
                return RemoteIndex(shard)
            if time.monotonic() > deadline:
                raise locked from None
        time.sleep(0.05)
