"""The index on a Qdrant server or cluster: the only module that knows qdrant-client."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from ingest.errors import IndexDamaged, IndexUnavailable
from ingest.index import Encoded, batches
from ingest.values import Chunk, Hit, SparseVector, Where

_VECTOR = "sparse"
_PAGE = 1000
_FILTERED = ("language", "kind", "topic", "document", "role")


def connect(url: str, api_key: str) -> QdrantClient:
    """A client of a server that answers; `:memory:` is the client's own local mode, for tests.

    Raises IndexUnavailable when nothing answers at the address.
    """
    if url == ":memory:":
        return QdrantClient(":memory:")
    client = QdrantClient(url=url, api_key=api_key or None, timeout=30, check_compatibility=False)
    with _explained(f"at {url!r}"):
        client.get_collections()
    return client


@contextmanager
def _explained(where: str) -> Iterator[None]:
    """What the client raises about a server that is down or refuses, as one of our errors."""
    try:
        yield
    except (ResponseHandlingException, UnexpectedResponse) as error:
        raise IndexUnavailable(f"no Qdrant server answers {where}; start it, or unset QDRANT_URL") from error


def build_server(
    client: QdrantClient, collection: str, encoded: Iterable[Encoded], on_stored: Callable[[int], None]
) -> int:
    """Write a new collection and return how many chunks it holds."""
    sparse = {_VECTOR: models.SparseVectorParams(modifier=models.Modifier.IDF)}
    stored = 0
    with _explained(f"for {collection!r}"):
        client.create_collection(collection, vectors_config={}, sparse_vectors_config=sparse)
        for field in _FILTERED:
            client.create_payload_index(collection, field, field_schema=models.PayloadSchemaType.KEYWORD)
        for batch in batches(encoded):
            client.upsert(collection, [_point(chunk, vector) for chunk, vector in batch], wait=True)
            stored += len(batch)
            on_stored(stored)
        return client.count(collection, exact=True).count


def _point(chunk: Chunk, vector: SparseVector) -> models.PointStruct:
    sparse = models.SparseVector(indices=list(vector.indices), values=list(vector.values))
    return models.PointStruct(id=chunk.id, vector={_VECTOR: sparse}, payload=chunk.model_dump(mode="json"))


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

    def search(self, question: SparseVector, *, limit: int, where: Where) -> list[Hit]:
        """See Index."""
        if not question.indices:
            return []
        with _explained(f"for {self._collection!r}"):
            found = self._client.query_points(
                self._collection,
                query=models.SparseVector(indices=list(question.indices), values=list(question.values)),
                using=_VECTOR,
                query_filter=_filter(where),
                limit=limit,
            )
        return [
            Hit(chunk=Chunk.model_validate(point.payload, strict=False), score=point.score) for point in found.points
        ]

    def chunks(self, where: Where) -> list[Chunk]:
        """See Index."""
        found: list[Chunk] = []
        offset = None
        while True:
            with _explained(f"for {self._collection!r}"):
                records, offset = self._client.scroll(
                    self._collection, scroll_filter=_filter(where), limit=_PAGE, offset=offset
                )
            found.extend(Chunk.model_validate(record.payload, strict=False) for record in records)
            if offset is None:
                return sorted(found, key=lambda chunk: (chunk.document, chunk.position))

    def count(self) -> int:
        """See Index."""
        with _explained(f"for {self._collection!r}"):
            return self._client.count(self._collection, exact=True).count

    def close(self) -> None:
        """See Index."""
        self._client.close()


def _filter(where: Where) -> models.Filter | None:
    wanted = {"language": where.language, "kind": where.kind, "topic": where.topic, "document": where.document}
    must: list[models.Condition] = [
        models.FieldCondition(key=name, match=models.MatchValue(value=value)) for name, value in wanted.items() if value
    ]
    must_not: list[models.Condition] = []
    if where.without_roles:
        must_not.append(models.FieldCondition(key="role", match=models.MatchAny(any=list(where.without_roles))))
    return models.Filter(must=must, must_not=must_not) if must or must_not else None
