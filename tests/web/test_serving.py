"""The page's process ends when it is told to, also while it is starting, and follows the newest index."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from app.settings import AppSettings
from app.web import serving
from ingest.errors import IndexDamaged, IndexLocked, TutorError
from ingest.generations import Generations
from tests.corpora import process_environment, settings


def test_a_server_that_is_told_to_stop_while_starting_stops_at_once(data: Path) -> None:
    environment = process_environment(TUTOR_DATA=str(data), TUTOR_PORT="0")
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve"], env=environment, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr
    process.stderr.readline()  # the build of the index has begun
    asked = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 128 + signal.SIGTERM
    assert time.monotonic() - asked < 10


@pytest.mark.parametrize(("error", "serves"), [(IndexLocked, "newer"), (IndexDamaged, "older")])
def test_a_newer_index_that_is_locked_for_the_moment_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, data: Path, error: type[TutorError], serves: str
) -> None:
    current = ["older"]
    opened: list[str | TutorError] = ["older", error("not now"), "newer"]

    def open_next(_library: object, _settings: object) -> object:
        found = opened.pop(0)
        if isinstance(found, TutorError):
            raise found
        return MagicMock(**{"library.manifest.generation": found})

    monkeypatch.setattr(serving, "open_library", lambda _settings: None)
    monkeypatch.setattr(serving, "make_tutor", open_next)
    monkeypatch.setattr(Generations, "current", lambda _self: current[0])
    lender = serving.Serving(AppSettings(), settings(data))
    current[0] = "newer"
    seen: list[str] = []
    for _ in range(2):
        with lender.tutor() as tutor:
            seen.append(tutor.library.manifest.generation)
    assert seen == ["older", serves]
