"""The index is built by a child process with the settings it was given; settings that are wrong are named."""

import os
import subprocess
from pathlib import Path

import pytest

from app.opening import build_in_child
from app.settings import app_settings
from ingest.errors import ConfigurationError
from ingest.library import open_library
from tests.corpora import settings, write_corpus


def test_the_child_builds_with_the_given_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = write_corpus(tmp_path / "corpus", {"a.md": "# RNN\n\nAn RNN reads.", "glossary.yaml": "[]"})
    write_corpus(tmp_path / "here", {"app/__init__.py": "raise RuntimeError", "app/cli.py": ""})
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("TUTOR_DATA", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("TUTOR_CORPUS", str(tmp_path / "nowhere"))
    given = settings(tmp_path / "data", corpus)
    build_in_child(given)
    library = open_library(given)
    library.close()
    assert list(library.manifest.documents) == ["a"]
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("code", "message"), [(-7, "ended by SIGBUS"), (-40, "ended by signal 40"), (2, "see the message above")]
)
def test_how_the_child_ended_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, message: str) -> None:
    monkeypatch.setattr(subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, code))
    with pytest.raises(ConfigurationError, match=message):
        build_in_child(settings(tmp_path))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENAI_API_KEY", "sk-\u201cabc\u201d"),
        ("OPENAI_API_KEY", "sk abc"),
        ("OPENAI_API_KEY", "sk-abc\n"),
        ("TUTOR_MODEL_TIMEOUT", "inf"),
        ("TUTOR_MODEL_TIMEOUT", "nan"),
        ("TUTOR_MODEL_TIMEOUT", "3601"),
        ("OPENAI_BASE_URL", "http://localhost:port/v1"),
        ("OPENAI_BASE_URL", "http://localhost:99999/v1"),
        ("OPENAI_BASE_URL", "http://[::1/v1"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setitem(os.environ, name, value)
    with pytest.raises(ConfigurationError, match=f"^setting {name}: [^\\n]+; see .env.example$"):
        app_settings()


def test_settings_of_the_usual_kind_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-proj_A1.b/c+d=")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://[::1]:11434/v1")
    monkeypatch.setenv("TUTOR_MODEL_TIMEOUT", "3600")
    assert app_settings().has_model
