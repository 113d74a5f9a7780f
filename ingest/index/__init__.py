"""One protocol, one implementation a back end."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from ingest.values import Chunk, Hit, SparseVector, Where

Encoded = tuple[Chunk, SparseVector]


class Index(Protocol):
    """An opened index of chunks. Scores are BM25; hits come best first."""

    def search(self, question: SparseVector, *, limit: int, where: Where) -> list[Hit]:
        """At most `limit` chunks that share a term with the question."""
        ...

    def chunks(self, where: Where) -> list[Chunk]:
        """Every chunk that matches, by document and position."""
        ...

    def count(self) -> int:
        """How many chunks the index holds."""
        ...

    def close(self) -> None:
        """Release what is held; the index answers no more."""
        ...


def batches(encoded: Iterable[Encoded], size: int = 256) -> Iterator[list[Encoded]]:
    """Runs of at most `size`."""
    batch: list[Encoded] = []
    for item in encoded:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
