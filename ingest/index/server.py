"""The index on a Qdrant server or cluster: the only module that knows qdrant-client."""

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import cast

from pydantic import Field
from qdrant_client import QdrantClient, models
from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential

from ingest.errors import ConfigurationError, IndexDamaged, IndexUnavailable
from ingest.index import Encoded, batches
from ingest.index.points import CANDIDATES, DENSE, FILTERED, PAGE, RRF_K, VECTOR, DenseLayout, unwanted, wanted, weights
from ingest.meaning import DenseQuery
from ingest.values import Chunk, Hit, SparseVector, Value, Where

ALIAS = "roadmap-tutor"
_REFUSED = (401, 403)
_GONE = 404
_TOO_MANY = 429
_BROKEN = 500  # and above


class Layout(Value):
    """How a collection lies on a cluster: in how many shards, each held by how many nodes.

    With `dense`, every chunk has a dense vector of that layout.
    """

    shards: int = Field(default=1, ge=1)
    replicas: int = Field(default=1, ge=1)
    dense: DenseLayout | None = None


ONE_NODE = Layout()


def connect(url: str, api_key: str) -> QdrantClient:
    """A client of a server that answers; `:memory:` is the client's own local mode, for tests.

    Raises ConfigurationError for what is no address, IndexUnavailable when nothing answers there, when what answers is
    no Qdrant server, or when it refuses the key.
    """
    if url == ":memory:":
        return QdrantClient(":memory:")
    try:
        client = QdrantClient(url=url, api_key=api_key or None, timeout=30, check_compatibility=False)
    except ValueError as error:  # what urllib3 and the client raise of addresses
        raise ConfigurationError(f"QDRANT_URL {url!r} is no address ({error}); write http://HOST:6333") from error
    try:
        with _explained(f"at {url!r}"):
            client.get_collections()
    except IndexUnavailable:
        client.close()
        raise
    return client


@contextmanager
def _explained(where: str) -> Iterator[None]:
    """What the client raises about a server that is down or refuses, as one of our errors."""
    try:
        yield
    except (ApiException, QdrantException) as error:
        raise _explain(where, error) from error


def _explain(where: str, error: Exception) -> IndexUnavailable:
    match error:
        case UnexpectedResponse(status_code=status) if status in _REFUSED:
            return IndexUnavailable(f"the Qdrant server {where} refuses the key ({status}); set QDRANT_API_KEY")
        case UnexpectedResponse(status_code=status) if status == _GONE:
            return IndexDamaged(
                f"the server {where} knows nothing of it (404); see QDRANT_URL, or rebuild with 'tutor ingest --rebuild'"
            )
        case UnexpectedResponse(status_code=status) if status is not None and status < _BROKEN:
            return IndexUnavailable(f"the Qdrant server {where} refuses a request: {_said(error)}")
        case ResponseHandlingException(source=ValueError()):
            return IndexUnavailable(f"what answers {where} is no Qdrant server; see QDRANT_URL")
    return IndexUnavailable(f"no Qdrant server answers {where}; start it, or unset QDRANT_URL ({_said(error)})")


def _said(error: Exception) -> str:
    match error:
        case UnexpectedResponse(status_code=status, content=content):
            return f"{status} {content[:160].decode('utf-8', 'replace')}".strip()
        case ResponseHandlingException(source=source):
            return str(source)
    return str(error)


def build_server(
    client: QdrantClient,
    collection: str,
    encoded: Iterable[Encoded],
    on_stored: Callable[[int], None],
    *,
    layout: Layout = ONE_NODE,
) -> int:
    """Write a new collection and return how many chunks it holds; a batch that does not get through is sent again.

    Raises IndexUnavailable when the server refuses, or does not answer three times running.
    """
    sparse = {VECTOR: models.SparseVectorParams(modifier=models.Modifier.IDF)}
    stored = 0
    with _explained(f"for {collection!r}"):
        client.create_collection(
            collection,
            vectors_config=_dense_config(layout.dense) if layout.dense else {},
            sparse_vectors_config=sparse,
            shard_number=layout.shards,
            replication_factor=layout.replicas,
        )
        for field in FILTERED:
            _again()(client.create_payload_index, collection, field, field_schema=models.PayloadSchemaType.KEYWORD)
        for batch in batches(encoded):
            _again()(client.upsert, collection, [_point(item) for item in batch], wait=True)
            stored += len(batch)
            on_stored(stored)
        return client.count(collection, exact=True).count


def _again() -> Retrying:
    """Calls up to three times, half a second and a second apart, while the server cannot be reached or is too busy."""
    return Retrying(
        stop=stop_after_attempt(3),
        wait=wait_exponential(multiplier=0.5),
        retry=retry_if_exception(_may_pass),
        reraise=True,
    )


def _may_pass(error: BaseException) -> bool:
    match error:
        case UnexpectedResponse(status_code=status) if status is not None:
            return status == _TOO_MANY or status >= _BROKEN
        case ResponseHandlingException(source=source):
            return not isinstance(source, ValueError)
    return isinstance(error, QdrantException)  # too many requests, with a time to wait


def _dense_config(dense: DenseLayout) -> dict[str, models.VectorParams]:
    links = models.HnswConfigDiff(m=dense.links)
    return {DENSE: models.VectorParams(size=dense.dimensions, distance=models.Distance.COSINE, hnsw_config=links)}


def _point(item: Encoded) -> models.PointStruct:
    vectors: dict[str, models.Vector] = {VECTOR: _sparse(item.sparse)}
    if item.dense is not None:
        vectors[DENSE] = list(item.dense)
    return models.PointStruct(id=item.chunk.id, vector=vectors, payload=item.chunk.model_dump(mode="json"))


def _sparse(vector: SparseVector) -> models.SparseVector:
    return models.SparseVector(indices=list(vector.indices), values=list(vector.values))


def switch_alias(client: QdrantClient, alias: str, collection: str) -> None:
    """Let a name mean this collection from now on, in one step: whoever reads by it sees the old one or the new."""
    with _explained(f"for {collection!r}"):
        taken = any(known.alias_name == alias for known in client.get_aliases().aliases)
        removing: list[models.AliasOperations] = (
            [models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=alias))] if taken else []
        )
        creating = models.CreateAlias(collection_name=collection, alias_name=alias)
        client.update_collection_aliases([*removing, models.CreateAliasOperation(create_alias=creating)])


def drop(client: QdrantClient, collections: Iterable[str]) -> None:
    """Delete these collections; one that is gone already is no fault."""
    for collection in collections:
        with _explained(f"for {collection!r}"):
            if client.collection_exists(collection):
                client.delete_collection(collection)


def unused_collections(client: QdrantClient, prefix: str, kept: Collection[str]) -> tuple[str, ...]:
    """The collections whose names begin with the prefix and that are not among those kept, by name."""
    with _explained("for the list of collections"):
        names = [collection.name for collection in client.get_collections().collections]
    return tuple(sorted(name for name in names if name.startswith(prefix) and name not in kept))


class ServerIndex:
    """A collection on a server. Raises IndexDamaged on opening when the collection is gone.

    Every method raises IndexUnavailable when the server no longer answers.
    """

    def __init__(self, client: QdrantClient, collection: str) -> None:
        with _explained(f"for {collection!r}"):
            exists = client.collection_exists(collection)
        if not exists:
            raise IndexDamaged(f"the server has no collection {collection!r}; rebuild it with 'tutor ingest --rebuild'")
        self._client = client
        self._collection = collection

    def search(self, question: SparseVector, *, limit: int, where: Where, dense: DenseQuery | None = None) -> list[Hit]:
        """See Index."""
        if not question.indices and not dense:
            return []
        with _explained(f"for {self._collection!r}"):
            found = self._fused(question, dense, limit, where) if dense else self._by_words(question, limit, where)
        return [
            Hit(chunk=Chunk.model_validate(point.payload, strict=False), score=point.score) for point in found.points
        ]

    def _by_words(self, question: SparseVector, limit: int, where: Where) -> models.QueryResponse:
        return self._client.query_points(
            self._collection, query=_sparse(question), using=VECTOR, query_filter=_filter(where), limit=limit
        )

    def _fused(self, question: SparseVector, dense: DenseQuery, limit: int, where: Where) -> models.QueryResponse:
        """Both lists in one query, each restricted before it is cut; a question without terms has the one list."""
        wide, restriction = max(limit, CANDIDATES), _filter(where)
        by_words, by_meaning = weights(dense.weight)
        lists = [models.Prefetch(query=list(dense.vector), using=DENSE, limit=wide, filter=restriction)]
        weighed = [by_meaning]
        if question.indices:
            lists.insert(0, models.Prefetch(query=_sparse(question), using=VECTOR, limit=wide, filter=restriction))
            weighed.insert(0, by_words)
        fusion = models.RrfQuery(rrf=models.Rrf(k=RRF_K, weights=weighed))
        return self._client.query_points(self._collection, prefetch=lists, query=fusion, limit=limit)

    def chunks(self, where: Where) -> list[Chunk]:
        """See Index."""
        records = self._scroll(_filter(where), with_vectors=False)
        found = [Chunk.model_validate(record.payload, strict=False) for record in records]
        return sorted(found, key=lambda chunk: (chunk.document, chunk.position))

    def encoded(self) -> Iterator[Encoded]:
        """Every chunk with its vector as it was stored, in no order that means anything."""
        for record in self._scroll(None, with_vectors=True):
            yield _encoded(record)

    def _scroll(self, restriction: models.Filter | None, *, with_vectors: bool) -> Iterator[models.Record]:
        offset = None
        while True:
            with _explained(f"for {self._collection!r}"):
                records, offset = self._client.scroll(
                    self._collection, scroll_filter=restriction, limit=PAGE, offset=offset, with_vectors=with_vectors
                )
            yield from records
            if offset is None:
                return

    def count(self) -> int:
        """See Index."""
        with _explained(f"for {self._collection!r}"):
            return self._client.count(self._collection, exact=True).count

    def close(self) -> None:
        """See Index."""
        self._client.close()


def _encoded(record: models.Record) -> Encoded:
    vectors = record.vector if isinstance(record.vector, dict) else {}
    sparse, dense = vectors.get(VECTOR), vectors.get(DENSE)
    if not isinstance(sparse, models.SparseVector):
        raise IndexDamaged("a chunk of the index has no vector; rebuild it with 'tutor ingest --rebuild'")
    chunk = Chunk.model_validate(record.payload, strict=False)
    kept = SparseVector(indices=tuple(sparse.indices), values=tuple(sparse.values))
    # Of each name a chunk has one vector, never the list of them that the types allow.
    return Encoded(chunk, kept, array("f", cast(list[float], dense)) if dense else None)


def _filter(where: Where) -> models.Filter | None:
    must: list[models.Condition] = [
        models.FieldCondition(key=name, match=models.MatchValue(value=value)) for name, value in wanted(where).items()
    ]
    must_not: list[models.Condition] = [
        models.FieldCondition(key=name, match=models.MatchAny(any=values)) for name, values in unwanted(where).items()
    ]
    return models.Filter(must=must, must_not=must_not) if must or must_not else None
