"""What questions mean: asked of the embedding endpoint one by one, and done without when nothing answers at once."""

from __future__ import annotations

import threading
import time
from array import array
from collections import OrderedDict

from ingest.embed import PATIENCE, PROBE, EmbeddingFailure, Endpoint, Patience, alike
from ingest.errors import IndexStale
from ingest.generations import Embedding
from ingest.meaning import DenseQuery, Meaning, Reason
from ingest.settings import IngestSettings

_REMEMBERED = 256  # questions


class Questions:
    """Asks the endpoint what questions mean; each is asked once, and a failure is not tried again for a while."""

    def __init__(self, settings: IngestSettings, embedding: Embedding, *, patience: Patience = PATIENCE) -> None:
        self._endpoint = Endpoint(settings, patience)
        self._weight = settings.dense_weight
        self._embedding = embedding
        self._known: OrderedDict[str, DenseQuery] = OrderedDict()
        self._checked = False
        self._stale = ""
        self._until = 0.0
        self._problem: Reason = "down"
        self._lock = threading.Lock()

    def meaning(self, question: str) -> Meaning:
        """The meaning of a question, or why there is none.

        Raises IndexStale when the endpoint's vectors are not those that the index was built with.
        """
        with self._lock:
            if known := self._known.get(question):
                return Meaning(query=known)
            if time.monotonic() < self._until:
                return Meaning(problem=self._problem)
        if self._stale:
            raise IndexStale(self._stale)
        try:
            vector = self._ask(question)
        except EmbeddingFailure as failure:
            if failure.reason == "dimensions":
                raise self._another_model() from failure
            with self._lock:
                self._until, self._problem = time.monotonic() + self._endpoint.patience.pause, failure.reason
            return Meaning(problem=failure.reason)
        query = DenseQuery(vector=tuple(vector), weight=self._weight)
        with self._lock:
            self._known[question] = query
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return Meaning(query=query)

    def close(self) -> None:
        """Close the connections."""
        self._endpoint.close()

    def _ask(self, question: str) -> array[float]:
        """One request; the first one checks that the endpoint still gives the probe's vector."""
        texts = [question] if self._checked else [question, PROBE]
        vector, *probes = self._endpoint.embed(texts, seconds=self._endpoint.patience.question)
        if len(vector) != self._embedding.dimensions or not all(
            alike(self._embedding.probe, probe) for probe in probes
        ):
            raise self._another_model()
        self._checked = True
        return vector

    def _another_model(self) -> IndexStale:
        self._stale = (
            f"the embedding model {self._embedding.model!r} no longer gives the vectors that the index was built with; "
            "run 'tutor ingest --rebuild'"
        )
        return IndexStale(self._stale)
