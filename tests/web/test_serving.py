"""The page's process ends when it is told to, also while it is starting, and follows the newest index."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import AppSettings
from app.web.serving import Serving
from ingest.errors import IndexLocked
from ingest.generations import MANIFEST, Generations
from ingest.library import open_library
from tests.conftest import Run
from tests.corpora import build, process_environment, settings, write_corpus


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


@pytest.fixture
def lender(data: Path, tmp_path: Path) -> Iterator[Serving]:
    """What lends out the tutor over an index of which a newer generation has just been published."""
    corpus = write_corpus(tmp_path / "corpus", {"notes.md": "# Notes\n\nAn RNN reads in order.\n"})
    build(data, corpus)
    lending = Serving(AppSettings(), settings(data, corpus))
    build(data, corpus, rebuild=True)
    yield lending
    lending.close()


def _serves(lender: Serving) -> str:
    with lender.tutor() as tutor:
        return tutor.library.manifest.generation


def test_a_newer_index_that_is_locked_for_the_moment_is_tried_again(lender: Serving, data: Path) -> None:
    newer = Generations(data).current()
    holder = open_library(settings(data))
    assert _serves(lender) != newer
    holder.close()
    assert _serves(lender) == newer


def test_a_newer_index_that_is_damaged_is_tried_once(lender: Serving, data: Path) -> None:
    generations = Generations(data)
    newer = generations.current()
    manifest = generations.path(newer) / MANIFEST
    kept = manifest.rename(manifest.with_suffix(".kept"))
    assert _serves(lender) != newer
    kept.rename(manifest)
    assert _serves(lender) != newer


@pytest.mark.parametrize(
    "command",
    [["ask", "什么是LSTM？"], ["search", "gates", "-k", "2"], ["next", "RNN"], ["quiz", "LSTM", "-n", "1"], ["topics"]],
)
def test_every_command_works_while_the_page_is_served(serving: Serving, run_tutor: Run, command: list[str]) -> None:
    done = run_tutor(*command, "--json", data=serving.data)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """What serves the page over the project's corpus."""
    data = tmp_path_factory.mktemp("served")
    build(data)
    lending = Serving(AppSettings(), settings(data))
    yield lending
    lending.close()


def test_an_index_built_while_the_page_is_served_is_the_one_that_serves_next(
    lender: Serving, data: Path, tmp_path: Path, run_tutor: Run
) -> None:
    with lender.tutor():
        pass
    write_corpus(tmp_path / "corpus", {"more.md": "# Gates\n\nA GRU has two gates and no cell.\n"})
    corpus = {"data": data, "TUTOR_CORPUS": str(tmp_path / "corpus")}
    built = run_tutor("ingest", "--json", **corpus)
    assert built.returncode == 0, built.stderr
    assert _serves(lender) == Generations(data).current()
    found = run_tutor("search", "two gates and no cell", "--json", **corpus)
    assert "A GRU has two gates" in found.stdout


def test_two_pages_cannot_serve_one_embedded_index(serving: Serving) -> None:
    with pytest.raises(IndexLocked, match="held by another tutor process that serves"):
        Serving(AppSettings(), settings(serving.data))
