"""Opens what a command needs: the index (built first where there is none), the model, the records."""

import os
import signal
import subprocess
import sys

from app.settings import AppSettings
from app.tutor import Tutor
from ingest.errors import ConfigurationError, IndexMissing
from ingest.library import Library, open_library
from ingest.settings import PROJECT, IngestSettings


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
        build_in_child(ingest)
        return open_library(ingest)


def build_in_child(ingest: IngestSettings) -> None:
    """Run `tutor ingest` with these settings as a child process, its progress on standard error.

    Building holds the interpreter lock and imports llama-index; the process that answers does neither.
    Raises ConfigurationError when the child fails; it has said why.
    """
    command = [sys.executable, "-P", "-m", "app.cli", "ingest"]  # -P: a folder `app` where we are started is not ours
    environment = _environment(ingest)
    done = subprocess.run(command, stdout=sys.stderr, env=environment, check=False)  # noqa: S603  # our own module
    if done.returncode < 0:
        raise ConfigurationError(
            f"the index could not be built: the process was ended by {_signal_name(-done.returncode)}; "
            "check memory and disk space, then run 'tutor ingest'"
        )
    if done.returncode:
        raise ConfigurationError("the index could not be built; see the message above")


def _environment(ingest: IngestSettings) -> dict[str, str]:
    others = os.environ.get("PYTHONPATH", "")
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, (str(PROJECT), others))),
        "TUTOR_DATA": str(ingest.data),
        "TUTOR_CORPUS": str(ingest.corpus),
        "QDRANT_URL": ingest.qdrant_url,
        "QDRANT_API_KEY": ingest.qdrant_api_key,
        "QDRANT_SHARDS": str(ingest.qdrant_shards),
        "QDRANT_REPLICAS": str(ingest.qdrant_replicas),
    }


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
