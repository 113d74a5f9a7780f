"""Brings a folder into a searchable index as `tutor add` does, and says where the time went. A process of its own."""

import os
import sys
import time

from ingest.build import ingest
from ingest.own import add_documents
from ingest.settings import ingest_settings
from ingest.values import Value


class Spent(Value):
    """Seconds: text taken out of the files, passages and their terms, index written, all the rest of the build."""

    chunks: int
    refused: int
    extracting: float
    preparing: float
    indexing: float
    rest: float


class _Clock:
    """Notes when each step of a build began and when it last made progress."""

    def __init__(self) -> None:
        self._first: dict[str, float] = {}
        self._last: dict[str, float] = {}

    def note(self, step: str, done: int, total: int) -> None:
        del done, total
        now = time.monotonic()
        self._first.setdefault(step, now)
        self._last[step] = now

    def seconds(self, step: str) -> float:
        return self._last.get(step, 0.0) - self._first.get(step, 0.0)


def main(folder: str) -> Spent:
    """Add the folder's files to the data directory of the settings and build the index."""
    settings, clock = ingest_settings(), _Clock()
    started = time.monotonic()
    processes = os.cpu_count() or 1
    added = add_documents(settings, [folder], lambda step, done, total: None, processes)
    extracted = time.monotonic()
    report = ingest(settings, rebuild=False, on_progress=clock.note, processes=processes)
    building = time.monotonic() - extracted
    return Spent(
        chunks=report.chunks,
        refused=sum(each.state == "failed" for each in added),
        extracting=extracted - started,
        preparing=clock.seconds("reading"),
        indexing=clock.seconds("indexing"),
        rest=building - clock.seconds("reading") - clock.seconds("indexing"),
    )


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1]).model_dump_json())
