"""Chunks and their term counts, made once for each version of a document and kept for the next build."""

import hashlib
import sqlite3
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError

from ingest.chunk import CHUNKER_VERSION, chunk_documents
from ingest.documents import Document
from ingest.errors import ConfigurationError
from ingest.glossary import Glossary, Terms
from ingest.lexical import ENCODER_VERSION, Encoder, TermCounts
from ingest.values import Chunk, Value
from ingest.workers import in_order

_FILE = "prepared.sqlite"
_BATCH = 32
_WORTH_PROCESSES = 2_000_000  # characters; starting a process takes as long as reading some hundred thousand


class Prepared(NamedTuple):
    """A chunk with its term counts."""

    chunk: Chunk
    counts: TermCounts


class _Row(Value):
    chunk: Chunk
    length: int
    distinct: tuple[str, ...]
    ids: tuple[int, ...]
    counts: tuple[int, ...]
    halved: int


_ROWS: TypeAdapter[list[_Row]] = TypeAdapter(list[_Row])


def prepare(
    documents: Sequence[Document],
    glossary: Glossary,
    cache: Path,
    on_done: Callable[[int], None],
    processes: int = 1,
) -> list[Prepared]:
    """The chunks of all documents with their term counts, in order; documents met before come from the cache.

    `on_done(documents so far)` is called often. What no document needs any more leaves the cache. A cache that cannot
    be read is made anew. More than one process is started only for long texts, and imports the caller's main module.
    Raises ConfigurationError when the cache's folder cannot be written.
    """
    keys = [_key(document, glossary) for document in documents]
    prepared: dict[str, list[Prepared]] = {}
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with closing(_open(cache / _FILE)) as database:
            prepared.update(_kept(database, keys))
            fresh = [(key, document) for key, document in zip(keys, documents, strict=True) if key not in prepared]
            on_done(len(documents) - len(fresh))
            batches = list(_batches(fresh))
            for batch, made in zip(batches, _made(batches, glossary, processes), strict=True):
                database.executemany(
                    "INSERT OR REPLACE INTO prepared VALUES (?, ?)",
                    [(key, packed) for (key, _), packed in zip(batch, made, strict=True)],
                )
                prepared.update((key, _unpacked(packed)) for (key, _), packed in zip(batch, made, strict=True))
                on_done(sum(key in prepared for key in keys))
            _forget_others(database, keys)
    except (OSError, sqlite3.Error) as error:
        raise ConfigurationError(
            f"the cache in {str(cache)!r} cannot be written ({error}); make it writable or remove it"
        ) from error
    return [item for key in keys for item in prepared[key]]


def _key(document: Document, glossary: Glossary) -> str:
    parts = (ENCODER_VERSION, CHUNKER_VERSION, glossary.sha256, document.id, document.sha256)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


_Batch = Sequence[tuple[str, Document]]


def _made(batches: Sequence[_Batch], glossary: Glossary, processes: int) -> Iterator[list[bytes]]:
    """The packed chunks of each document, batch by batch."""
    characters = sum(len(document.text) for batch in batches for _, document in batch)
    return in_order(partial(_packer, glossary.terms), batches, processes if characters >= _WORTH_PROCESSES else 1)


def _packer(terms: Terms) -> Callable[[_Batch], list[bytes]]:
    return partial(_packed_chunks, encoder=Encoder(Glossary(terms)))


def _packed_chunks(batch: _Batch, encoder: Encoder) -> list[bytes]:
    found: dict[str, list[Prepared]] = {document.id: [] for _, document in batch}
    for chunk in chunk_documents(tuple(document for _, document in batch)):
        found[chunk.document].append(Prepared(chunk, encoder.count(indexed_text(chunk))))
    return [_packed(found[document.id]) for _, document in batch]


def indexed_text(chunk: Chunk) -> str:
    """What is encoded of a chunk: its heading path, then its text."""
    return f"{chunk.title}\n{' '.join(chunk.heading)}\n{chunk.text}"


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _connected(path)
    except sqlite3.DatabaseError:
        path.unlink()
        return _connected(path)


def _connected(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, timeout=60)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=NORMAL")  # a power cut may cost the last documents their place, and no more
    database.execute("CREATE TABLE IF NOT EXISTS prepared (key TEXT PRIMARY KEY, rows BLOB) WITHOUT ROWID")
    return database


def _kept(database: sqlite3.Connection, keys: Iterable[str]) -> Iterator[tuple[str, list[Prepared]]]:
    for key in keys:
        row = database.execute("SELECT rows FROM prepared WHERE key = ?", (key,)).fetchone()
        if row:
            try:
                yield key, _unpacked(row[0])
            except (ValidationError, zlib.error):  # written by another version; it is made anew
                continue


def _forget_others(database: sqlite3.Connection, keys: Iterable[str]) -> None:
    needed = set(keys)
    others = [(key,) for (key,) in database.execute("SELECT key FROM prepared") if key not in needed]
    database.executemany("DELETE FROM prepared WHERE key = ?", others)


def _packed(items: Iterable[Prepared]) -> bytes:
    rows = [
        _Row(
            chunk=chunk,
            length=counts.length,
            distinct=counts.distinct,
            ids=tuple(counts.ids),
            counts=tuple(counts.counts),
            halved=counts.halved,
        )
        for chunk, counts in items
    ]
    return zlib.compress(_ROWS.dump_json(rows), 1)


def _unpacked(packed: bytes) -> list[Prepared]:
    return [
        Prepared(
            row.chunk,
            TermCounts(
                length=row.length,
                distinct=row.distinct,
                ids=array("I", row.ids),
                counts=array("I", row.counts),
                halved=row.halved,
            ),
        )
        for row in _ROWS.validate_json(zlib.decompress(packed))
    ]


def _batches(fresh: _Batch) -> Iterator[_Batch]:
    for start in range(0, len(fresh), _BATCH):
        yield fresh[start : start + _BATCH]
