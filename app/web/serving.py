"""The tutor that answers now, swapped for another when `tutor ingest` has published a newer index."""

import logging
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.opening import make_tutor
from app.settings import AppSettings
from app.tutor import Tutor
from ingest.errors import IndexLocked, TutorError
from ingest.generations import Generations
from ingest.library import open_library
from ingest.settings import IngestSettings

_log = logging.getLogger(__name__)


class Serving:
    """Lends the tutor out; an index that was replaced is closed when its last borrower is done.

    Raises IndexUnavailable or ConfigurationError when there is no index to open.
    """

    def __init__(self, settings: AppSettings, ingest: IngestSettings) -> None:
        self.settings = settings
        self._ingest = ingest
        self._generations = Generations(ingest.data)
        self._lock = threading.Lock()
        self._borrowed: Counter[str] = Counter()
        self._failed = ""
        self._tutor = self._open()

    @contextmanager
    def tutor(self) -> Iterator[Tutor]:
        """The tutor over the index that is current now; it stays open for as long as the context lasts."""
        with self._lock:
            self._follow()
            tutor = self._tutor
            self._borrowed[_name(tutor)] += 1
        try:
            yield tutor
        finally:
            with self._lock:
                self._borrowed[_name(tutor)] -= 1
                self._close_if_idle(tutor)

    @property
    def data(self) -> Path:
        """The data directory that the index lies in."""
        return self._ingest.data

    def close(self) -> None:
        """Release the index."""
        self._tutor.library.close()

    def _open(self) -> Tutor:
        library = open_library(self._ingest)
        library.share()
        tutor = make_tutor(library, self.settings)
        # Read now what is read at the first question otherwise.
        _ = tutor.library.glossary, tutor.library.graph, tutor.library.lessons, tutor.library.encoder
        return tutor

    def _follow(self) -> None:
        """Open the generation that was published since; one that cannot be opened is tried once, or again while locked."""
        old = self._tutor
        try:
            current = self._generations.current()
            if current in {"", _name(old), self._failed}:
                return
            self._failed = current
            self._tutor = self._open()
        except TutorError as error:
            if isinstance(error, IndexLocked):
                self._failed = ""
            _log.warning("the newer index cannot be opened (%s); %s goes on serving", error, _name(old))
            return
        self._failed = ""
        _log.info("the index %s serves now, in place of %s", _name(self._tutor), _name(old))
        self._close_if_idle(old)

    def _close_if_idle(self, tutor: Tutor) -> None:
        if tutor is not self._tutor and not self._borrowed[_name(tutor)]:
            tutor.library.close()


def _name(tutor: Tutor) -> str:
    return tutor.library.manifest.generation
