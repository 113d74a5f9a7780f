"""What the tests share: settings of no machine, the corpus built once, and small corpora written on the spot."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from app.settings import AppSettings
from app.tutor import Tutor
from ingest.documents import Corpus, read_corpus
from ingest.library import Library, open_library
from ingest.settings import PROJECT, IngestSettings
from tests.corpora import build, process_environment, settings

Run = Callable[..., subprocess.CompletedProcess[str]]
PASSAGE_TOKENS = 3000

# The first example of a property may import llama-index, which takes seconds.
hypothesis.settings.register_profile("project", deadline=None)
hypothesis.settings.load_profile("project")


@pytest.fixture(scope="session", autouse=True)
def _settings_of_no_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads a developer's `.env`, key or data directory."""
    empty = tmp_path_factory.mktemp("elsewhere")
    with pytest.MonkeyPatch.context() as patch:
        for model in (AppSettings, IngestSettings):
            for field in model.model_fields.values():
                patch.delenv(str(field.validation_alias), raising=False)
        patch.setenv("TUTOR_DATA", str(empty / "data"))
        patch.chdir(empty)
        yield


@pytest.fixture(scope="session")
def corpus_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the index of the project's corpus; nothing in this process holds it open."""
    data = tmp_path_factory.mktemp("corpus-data")
    build(data)
    return data


@pytest.fixture(scope="session")
def corpus_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The opened index of the project's corpus."""
    data = tmp_path_factory.mktemp("open-data")
    build(data)
    library = open_library(settings(data))
    yield library
    library.close()


@pytest.fixture(scope="session")
def tutor(corpus_library: Library) -> Tutor:
    """A tutor over the project's corpus that has no model."""
    return Tutor(corpus_library, None, PASSAGE_TOKENS)


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    """The documents of the project's corpus."""
    return read_corpus(PROJECT / "corpus")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory that does not exist yet."""
    return tmp_path / "data"


@pytest.fixture
def run_tutor(tmp_path: Path) -> Run:
    """Runs `tutor ARGUMENTS` in a process of its own; `data=` and `stdin=` by keyword, other keywords are settings."""

    def run(
        *arguments: str, data: Path, stdin: str = "", timeout: float = 60, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "app.cli", *arguments],
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=timeout,
            cwd=tmp_path,
            env=process_environment(TUTOR_DATA=str(data), **environment),
            check=False,
        )

    return run
