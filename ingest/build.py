"""Builds an index from a corpus beside the one that serves, checks it, and switches."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from ingest.chunk import CHUNKER_VERSION
from ingest.documents import Corpus, Document, LessonMeta, PageMeta, Problem
from ingest.errors import CorpusError, IndexDamaged, IndexUnavailable
from ingest.generations import MANIFEST, SHARD, Generations, Manifest, remove_parts
from ingest.glossary import Glossary, build_glossary
from ingest.index import Encoded
from ingest.lessons import Lesson, read_lesson
from ingest.lexical import ENCODER_VERSION
from ingest.library import ABOUTS, LESSONS, WORDS
from ingest.pages import OWN, PAGES
from ingest.places import Place, place_at
from ingest.prepared import Prepared, indexed_text, prepare
from ingest.roadmap import read_graph
from ingest.settings import PROJECT, IngestSettings
from ingest.sources import read_abouts, read_sources
from ingest.values import Value
from ingest.verify import verify_index

if TYPE_CHECKING:
    from ingest.embed import Passages

GLOSSARY = "glossary.yaml"
CACHE = "cache"
# Raised when what is stored beside the index changes: the graph, the lessons, the glossary's terms.
FORMAT_VERSION = "4"
Progress = Callable[[str, int, int], None]


class Report(Value):
    """What an ingest found and did; `added` to `unchanged` count documents against the index before.

    `embedded` passages got a dense vector from the embedding model, which cost about `embedding_tokens`; all others had
    theirs from a build before.
    """

    documents: int
    chunks: int
    added: int
    changed: int
    removed: int
    unchanged: int
    seconds: float
    index: str
    built: bool
    embedded: int
    embedding_tokens: int
    problems: tuple[Problem, ...]


def ingest(settings: IngestSettings, *, rebuild: bool, on_progress: Progress, processes: int = 1) -> Report:
    """Bring the index up to date with the corpus; build nothing when nothing changed, unless `rebuild`.

    `on_progress(step, done, total)` is called often. More than one of `processes` is started only for many documents,
    and imports the caller's main module. A file with a fault is reported and left out. Raises CorpusError when no
    document is left, ConfigurationError when the data directory cannot be written, `ingest.embed.EmbeddingFailure` when
    the embedding model gives no vectors; what served still serves.
    """
    started = time.monotonic()
    corpus = read_sources(settings)
    if not corpus.documents:
        raise CorpusError(
            f"no document of {str(settings.corpus)!r} can be read; the first fault is {corpus.problems[0]}"
        )
    generations = Generations(settings.data)
    before = _manifest_before(generations)
    fingerprint = corpus_fingerprint(corpus, settings)
    generations.tidy()
    for folder in (OWN, PAGES):
        remove_parts(settings.data / folder)
    fresh = before is not None and before.corpus == fingerprint and not rebuild and _serves(before, settings)
    manifest, cost = (
        (before, _FREE) if before and fresh else _build(corpus, settings, generations, on_progress, processes)
    )
    known = before.documents if before else {}
    ours = {document.id: document.sha256 for document in corpus.documents}
    return Report(
        documents=len(ours),
        chunks=manifest.chunks,
        added=len(ours.keys() - known.keys()),
        changed=sum(1 for name in ours.keys() & known.keys() if ours[name] != known[name]),
        removed=len(known.keys() - ours.keys()),
        unchanged=sum(1 for name in ours.keys() & known.keys() if ours[name] == known[name]),
        seconds=round(time.monotonic() - started, 3),
        index=manifest.generation,
        built=not fresh,
        embedded=cost.embedded,
        embedding_tokens=cost.tokens,
        problems=corpus.problems,
    )


class _Cost(NamedTuple):
    embedded: int
    tokens: int


_FREE = _Cost(embedded=0, tokens=0)


class ListedDocument(Value):
    """A document, where it comes from, and whether the index that serves holds it as it is now."""

    id: str
    title: str
    origin: Literal["corpus", "own", "linked"]
    state: Literal["indexed", "changed", "new"]
    url: str = ""
    source: str = ""


def list_documents(settings: IngestSettings) -> tuple[tuple[ListedDocument, ...], tuple[Problem, ...]]:
    """Every document by id, and the files that cannot be read. Raises CorpusError when there is no corpus folder."""
    corpus = read_sources(settings)
    before = _manifest_before(Generations(settings.data))
    known = before.documents if before else {}
    return tuple(_listed(document, known.get(document.id)) for document in corpus.documents), corpus.problems


def _listed(document: Document, known: str | None) -> ListedDocument:
    folder = document.id.split("/")[0]
    meta = document.meta
    return ListedDocument(
        id=document.id,
        title=document.title,
        origin="own" if folder == OWN else "linked" if folder == PAGES else "corpus",
        state="new" if known is None else "indexed" if known == document.sha256 else "changed",
        url="" if isinstance(meta, LessonMeta) else meta.url,
        source=meta.source if isinstance(meta, PageMeta) else "",
    )


def up_to_date(settings: IngestSettings) -> bool:
    """Whether the index that serves was built from this corpus by this version."""
    before = _manifest_before(Generations(settings.data))
    return (
        before is not None
        and _serves(before, settings)
        and before.corpus == corpus_fingerprint(read_sources(settings), settings)
    )


def corpus_fingerprint(corpus: Corpus, settings: IngestSettings) -> str:
    """A hash of all that goes into an index: documents, glossary, encoder, chunker and embedding model."""
    digest = hashlib.sha256(f"{corpus.sha256}\0{ENCODER_VERSION}\0{CHUNKER_VERSION}\0{FORMAT_VERSION}\0".encode())
    glossary = glossary_file(settings.corpus)
    digest.update(glossary.read_bytes() if glossary.is_file() else b"")
    if settings.embedding_model:
        digest.update(f"\0{settings.embedding_model}\0{settings.embedding_dimensions}".encode())
    return digest.hexdigest()


def glossary_file(corpus: Path) -> Path:
    """The corpus's own glossary, or the one that comes with the project."""
    own = corpus / GLOSSARY
    return own if own.is_file() else PROJECT / "corpus" / GLOSSARY


def _manifest_before(generations: Generations) -> Manifest | None:
    try:
        return generations.manifest(generations.current())
    except IndexUnavailable:
        return None


def _serves(manifest: Manifest, settings: IngestSettings) -> bool:
    """Whether the index is of this version and lies where the settings want it, with its files."""
    folder = Generations(settings.data).path(manifest.generation)
    if (manifest.encoder, manifest.chunker) != (ENCODER_VERSION, CHUNKER_VERSION):
        return False
    return bool(manifest.collection) == bool(settings.qdrant_url) and (
        bool(manifest.collection) or (folder / SHARD / "edge_config.json").is_file()
    )


def _build(
    corpus: Corpus, settings: IngestSettings, generations: Generations, on_progress: Progress, processes: int
) -> tuple[Manifest, _Cost]:
    with closing(place_at(settings.qdrant_url, settings)) as place, ExitStack() as opened:
        building = generations.begin()
        place.tidy(generations)
        glossary = build_glossary(glossary_file(settings.corpus), corpus.documents)
        prepared = _prepare(corpus, glossary, settings, on_progress, processes)
        passages = _embed(settings, prepared, on_progress)
        if passages:
            opened.enter_context(closing(passages))
        manifest = _manifest(corpus, settings, generations, prepared)
        if passages:
            manifest = manifest.model_copy(update={"embedding": passages.embedding})
        generations.claim(building, manifest.collection)
        _store(building, manifest, place, _encoded(prepared, manifest.average_length, passages), on_progress)
        words_in = Counter(word for _, counts in prepared for word in counts.distinct)
        with generations.writing():
            _write_beside(building, corpus.documents, glossary, words_in)
            abouts = read_abouts(settings, corpus.documents)
            (building / "documents.json").write_bytes(ABOUTS.dump_json(abouts))
            (building / MANIFEST).write_text(manifest.model_dump_json(indent=1), "utf-8")
        on_progress("checking", 0, 1)
        verify_index(building, manifest, place.open(building, manifest))
        on_progress("checking", 1, 1)
        dropped = generations.publish(building, manifest.generation)
        place.announce(manifest)
        place.drop(generation.collection for generation in dropped)
    return manifest, _Cost(passages.embedded, passages.tokens) if passages else _FREE


def _prepare(
    corpus: Corpus, glossary: Glossary, settings: IngestSettings, on_progress: Progress, processes: int
) -> list[Prepared]:
    number = len(corpus.documents)
    on_progress("reading", 0, number)
    prepared = prepare(
        corpus.documents, glossary, settings.data / CACHE, lambda done: on_progress("reading", done, number), processes
    )
    if not prepared:
        raise CorpusError(f"no document of {str(settings.corpus)!r} has text below its headings; write some")
    return prepared


def _manifest(
    corpus: Corpus, settings: IngestSettings, generations: Generations, prepared: Sequence[Prepared]
) -> Manifest:
    fingerprint = corpus_fingerprint(corpus, settings)
    generation = generations.fresh_name(fingerprint)
    return Manifest(
        generation=generation,
        encoder=ENCODER_VERSION,
        chunker=CHUNKER_VERSION,
        corpus=fingerprint,
        documents={document.id: document.sha256 for document in corpus.documents},
        chunks=len(prepared),
        average_length=sum(counts.length for _, counts in prepared) / len(prepared),
        collection=f"{generations.collection_prefix()}{generation}" if settings.qdrant_url else "",
    )


def _embed(settings: IngestSettings, prepared: Sequence[Prepared], on_progress: Progress) -> Passages | None:
    """The dense vectors of all chunks; None where no embedding model is configured."""
    if not settings.embedding_model:
        return None
    from ingest.embed import embed_passages

    texts = [indexed_text(chunk) for chunk, _ in prepared]
    return embed_passages(settings, settings.data / CACHE, texts, on_progress)


def _encoded(prepared: Iterable[Prepared], average: float, passages: Passages | None) -> Iterator[Encoded]:
    for chunk, counts in prepared:
        yield Encoded(chunk, counts.weigh(average), passages.of(indexed_text(chunk)) if passages else None)


def _store(building: Path, manifest: Manifest, place: Place, encoded: Iterable[Encoded], on_progress: Progress) -> None:
    total = manifest.chunks
    stored = place.write(building, manifest, encoded, lambda done: on_progress("indexing", done, total))
    if stored != total:
        raise IndexDamaged(f"{stored} of {total} chunks were stored; the index before this one still serves")


def _write_beside(
    building: Path, documents: tuple[Document, ...], glossary: Glossary, word_counts: dict[str, int]
) -> None:
    lessons: list[Lesson] = [lesson for document in documents if (lesson := read_lesson(document))]
    # Of linked pages only what recommends them counts: what they say in passing of an order is as often wrong as right.
    graph = read_graph([document for document in documents if not document.id.startswith(f"{PAGES}/")], glossary)
    (building / "lessons.json").write_bytes(LESSONS.dump_json(lessons))
    (building / "glossary.json").write_text(glossary.terms.model_dump_json(), "utf-8")
    (building / "graph.json").write_text(graph.model_dump_json(), "utf-8")
    (building / "words.json").write_bytes(WORDS.dump_json(word_counts))
