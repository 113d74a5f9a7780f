"""Other searches over the passages and terms of our index: bm25s, and what numpy allows at best."""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.values import SparseVector


class Rival(Protocol):
    """A search in memory over numbered passages."""

    def search(self, question: SparseVector, limit: int) -> list[int]:
        """The numbers of the best passages, best first."""
        ...


class Postings:
    """For each term its passages and weights; a question adds them up and takes the best. Scores are those of our index."""

    def __init__(self, vectors: Sequence[SparseVector]) -> None:
        self._passages = len(vectors)
        terms = np.concatenate([np.array(vector.indices, dtype=np.uint32) for vector in vectors])
        weights = np.concatenate([np.array(vector.values, dtype=np.float32) for vector in vectors])
        numbers = np.repeat(np.arange(len(vectors), dtype=np.int32), [len(vector.indices) for vector in vectors])
        order = np.argsort(terms, kind="stable")
        self._numbers = numbers[order]
        found, starts, counts = np.unique(terms[order], return_index=True, return_counts=True)
        rarity = np.log1p((len(vectors) - counts + 0.5) / (counts + 0.5)).astype(np.float32)
        self._weights = weights[order] * np.repeat(rarity, counts)
        spans = zip(found.tolist(), starts.tolist(), counts.tolist(), strict=True)
        self._spans = {term: slice(start, start + count) for term, start, count in spans}

    def scores(self, question: SparseVector) -> NDArray[np.float32]:
        """The score of every passage, shape (passages,)."""
        scores = np.zeros(self._passages, dtype=np.float32)
        for term, weight in zip(question.indices, question.values, strict=True):
            if span := self._spans.get(term):
                scores[self._numbers[span]] += weight * self._weights[span]  # a passage stands once in a term's span
        return scores

    def search(self, question: SparseVector, limit: int) -> list[int]:
        """See Rival."""
        scores = self.scores(question)
        best = np.argpartition(-scores, min(limit, len(scores) - 1))[:limit]
        ordered: list[int] = best[np.argsort(-scores[best], kind="stable")].tolist()
        return [number for number in ordered if scores[number] > 0]


class Bm25s:
    """bm25s over the same terms, each once a passage: what a term weighs does not change how long a search takes."""

    def __init__(self, vectors: Sequence[SparseVector]) -> None:
        import bm25s

        seen = Counter(term for vector in vectors for term in vector.indices)
        vocabulary = {term: number for number, term in enumerate(seen)}
        passages = [[vocabulary[term] for term in vector.indices] for vector in vectors]
        self._search = bm25s.BM25(method="lucene")
        self._search.index((passages, {str(term): number for term, number in vocabulary.items()}), show_progress=False)

    def search(self, question: SparseVector, limit: int) -> list[int]:
        """See Rival."""
        found = self._search.retrieve([list(map(str, question.indices))], k=limit, show_progress=False)
        numbers: list[int] = found.documents[0].tolist()
        return numbers
