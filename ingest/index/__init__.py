"""One protocol, one implementation a back end."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from ingest.meaning import DenseQuery
from ingest.values import Chunk, Hit, SparseVector, Where


class Encoded(NamedTuple):
    """A chunk with its vectors; `dense` is None in an index that knows words alone."""

    chunk: Chunk
    sparse: SparseVector
    dense: Sequence[float] | None = None


class Index(Protocol):
    """An opened index of chunks; hits come best first."""

    def search(self, question: SparseVector, *, limit: int, where: Where, dense: DenseQuery | None = None) -> list[Hit]:
        """At most `limit` chunks that share a term with the question, scored by BM25.

        With `dense`, for an index that has dense vectors, also those whose meaning is nearest. A score is then made of
        the chunk's places in both lists, `1 / (place / weight + 1)` added up with places from 1 and the greater weight
        set to 1: at most 1, and comparable with another search's only as places are.
        """
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
