"""The embedded index: the only module that knows Qdrant Edge."""

from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import qdrant_edge as edge

from ingest.errors import ConfigurationError, IndexDamaged, IndexLocked
from ingest.index import Encoded, batches
from ingest.index.points import CANDIDATES, DENSE, FILTERED, PAGE, RRF_K, VECTOR, DenseLayout, unwanted, wanted, weights
from ingest.meaning import DenseQuery
from ingest.values import Chunk, Hit, SparseVector, Where


def build_edge(
    directory: Path,
    encoded: Iterable[Encoded],
    on_stored: Callable[[int], None],
    *,
    dense: DenseLayout | None = None,
) -> int:
    """Write a new shard into an empty directory and return how many chunks it holds; flushed after each batch.

    With `dense`, every chunk has a dense vector of that layout.
    """
    stored = 0
    with _explained(directory):
        directory.mkdir(parents=True)
        shard = edge.EdgeShard.create(str(directory), _config(dense))
    try:
        with _explained(directory):
            for field in FILTERED:
                shard.update(edge.UpdateOperation.create_field_index(field, edge.PayloadSchemaType.Keyword))
        for batch in batches(encoded):
            points = [_point(item) for item in batch]
            with _explained(directory):
                shard.update(edge.UpdateOperation.upsert_points(points))
                shard.flush()
            stored += len(batch)
            on_stored(stored)
        with _explained(directory):
            shard.optimize()
            shard.flush()
            return shard.count(edge.CountRequest(exact=True))
    finally:
        shard.close()


def _config(dense: DenseLayout | None) -> edge.EdgeConfig:
    sparse = {VECTOR: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)}
    if not dense:
        return edge.EdgeConfig(sparse_vectors=sparse)
    links = edge.HnswIndexConfig(m=dense.links, ef_construct=100, full_scan_threshold=10_000)
    nearest = edge.EdgeVectorParams(size=dense.dimensions, distance=edge.Distance.Cosine, hnsw_config=links)
    return edge.EdgeConfig(vectors={DENSE: nearest}, sparse_vectors=sparse)


def _point(item: Encoded) -> edge.Point:
    vectors: dict[str, list[float] | edge.SparseVector | list[list[float]]] = {VECTOR: _sparse(item.sparse)}
    if item.dense is not None:
        vectors[DENSE] = list(item.dense)
    return edge.Point(item.chunk.id, vectors, item.chunk.model_dump(mode="json"))


def _sparse(vector: SparseVector) -> edge.SparseVector:
    return edge.SparseVector(list(vector.indices), list(vector.values))


class EdgeIndex:
    """An opened shard. One process at a time: the directory is locked while it is open.

    Raises IndexLocked, IndexDamaged or ConfigurationError (a directory that cannot be written) on opening; damage that
    shows only where it is read raises IndexDamaged then.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        with _explained(directory):
            self._shard = edge.EdgeShard.load(str(directory))

    def search(self, question: SparseVector, *, limit: int, where: Where, dense: DenseQuery | None = None) -> list[Hit]:
        """See Index."""
        if not question.indices and not dense:
            return []
        request = _fused(question, dense, limit, where) if dense else _by_words(question, limit, where)
        with _explained(self._directory):
            found = self._shard.query(request)
        return [Hit(chunk=_chunk(point.payload), score=point.score) for point in found]

    def chunks(self, where: Where) -> list[Chunk]:
        """See Index."""
        found = [_chunk(record.payload) for record in self._scroll(_filter(where), with_vector=False)]
        return sorted(found, key=lambda chunk: (chunk.document, chunk.position))

    def encoded(self) -> Iterator[Encoded]:
        """Every chunk with its vector as it was stored, in no order that means anything."""
        for record in self._scroll(None, with_vector=True):
            yield _encoded(record)

    def _scroll(self, restriction: edge.Filter | None, *, with_vector: bool) -> Iterator[edge.Record]:
        offset = None
        while True:
            request = edge.ScrollRequest(
                offset=offset, limit=PAGE, filter=restriction, with_payload=True, with_vector=with_vector
            )
            with _explained(self._directory):
                records, offset = self._shard.scroll(request)
            yield from records
            if offset is None:
                return

    def count(self) -> int:
        """See Index."""
        with _explained(self._directory):
            return self._shard.count(edge.CountRequest(exact=True))

    def close(self) -> None:
        """See Index."""
        self._shard.close()


def _chunk(payload: dict[str, object] | None) -> Chunk:
    return Chunk.model_validate(payload)


def _by_words(question: SparseVector, limit: int, where: Where) -> edge.QueryRequest:
    nearest = edge.Query.Nearest(_sparse(question), using=VECTOR)
    return edge.QueryRequest(limit=limit, query=nearest, filter=_filter(where), with_payload=True)


def _fused(question: SparseVector, dense: DenseQuery, limit: int, where: Where) -> edge.QueryRequest:
    """Both lists in one query, each restricted before it is cut; a question without terms has the one list."""
    by_words, by_meaning = weights(dense.weight)
    queries = [(edge.Query.Nearest(list(dense.vector), using=DENSE), by_meaning)]
    if question.indices:
        queries.insert(0, (edge.Query.Nearest(_sparse(question), using=VECTOR), by_words))
    wide = max(limit, CANDIDATES)
    return edge.QueryRequest(
        limit=limit,
        prefetches=[edge.Prefetch(limit=wide, query=query, filter=_filter(where)) for query, _ in queries],
        query=edge.Fusion.Rrf(k=RRF_K, weights=[weight for _, weight in queries]),  # type: ignore[arg-type]  # the stubs miss it
        with_payload=True,
    )


def _encoded(record: edge.Record) -> Encoded:
    vectors = record.vector if isinstance(record.vector, dict) else {}
    sparse, dense = vectors.get(VECTOR), vectors.get(DENSE)
    if not isinstance(sparse, edge.SparseVector):
        raise IndexDamaged("a chunk of the index has no vector; rebuild it with 'tutor ingest --rebuild'")
    kept = SparseVector(indices=tuple(sparse.indices), values=tuple(sparse.values))
    # Of each name a chunk has one vector, never the list of them that the types allow.
    return Encoded(_chunk(record.payload), kept, array("f", cast(list[float], dense)) if dense else None)


def _filter(where: Where) -> edge.Filter | None:
    must = [edge.FieldCondition(name, match=edge.MatchValue(value)) for name, value in wanted(where).items()]
    must_not = [edge.FieldCondition(name, match=edge.MatchAny(values)) for name, values in unwanted(where).items()]
    return edge.Filter(must=[*must] or None, must_not=[*must_not] or None) if must or must_not else None


@contextmanager
def _explained(directory: Path) -> Iterator[None]:
    """What qdrant-edge raises as one of our errors: bare Exceptions told apart by their text, and Rust's panics."""
    try:
        yield
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise _explain(directory, str(error)) from error
        raise


def _explain(directory: Path, message: str) -> Exception:
    if "WouldBlock" in message:
        return IndexLocked(
            f"the index {str(directory)!r} is held by another tutor process; stop that one, or give this one "
            "a data directory of its own with TUTOR_DATA"
        )
    if "Permission denied" in message or "Read-only file system" in message:
        return ConfigurationError(
            f"the data directory {str(directory)!r} cannot be written; make it writable or name another with TUTOR_DATA"
        )
    if "No space left" in message:
        return ConfigurationError(
            f"the disk of {str(directory)!r} is full; free some space or name another data directory with TUTOR_DATA"
        )
    return IndexDamaged(
        f"the index {str(directory)!r} cannot be opened ({message[:120]}); rebuild it with 'tutor ingest --rebuild'"
    )
