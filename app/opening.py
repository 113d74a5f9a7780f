"""Opens what a command needs: the index (built first where there is none), the model, the records."""

import subprocess
import sys

from app.settings import AppSettings
from app.tutor import Tutor
from ingest.errors import ConfigurationError, IndexMissing
from ingest.library import Library, open_library
from ingest.settings import IngestSettings


def open_tutor(settings: AppSettings, ingest: IngestSettings) -> Tutor:
    """A tutor over the index that serves; where none was ever built, it is built first, in a process of its own.

    Raises IndexUnavailable or ConfigurationError.
    """
    return make_tutor(_open_or_build(ingest), settings)


def make_tutor(library: Library, settings: AppSettings) -> Tutor:
    """A tutor over an opened library; the openai package is imported only where an endpoint is configured."""
    if not settings.has_model:
        return Tutor(library, None, settings.passage_tokens)
    from app.llm import ChatModel

    return Tutor(library, ChatModel(settings), settings.passage_tokens)


def _open_or_build(ingest: IngestSettings) -> Library:
    try:
        return open_library(ingest)
    except IndexMissing:
        build_in_child()
        return open_library(ingest)


def build_in_child() -> None:
    """Run `tutor ingest` as a child process with its progress on standard error.

    Building holds the interpreter lock and imports llama-index; the process that answers does neither.
    Raises ConfigurationError when the child fails; it has said why.
    """
    command = [sys.executable, "-m", "app.cli", "ingest"]
    done = subprocess.run(command, stdout=sys.stderr, check=False)  # noqa: S603  # our own interpreter and module
    if done.returncode:
        raise ConfigurationError("the index could not be built; see the message above")
