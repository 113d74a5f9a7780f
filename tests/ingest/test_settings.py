"""Folders in settings may begin with the home folder's sign."""

from pathlib import Path

import pytest

from ingest.errors import ConfigurationError
from ingest.settings import ingest_settings


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    found = ingest_settings(TUTOR_DATA="~/data", TUTOR_CORPUS="~/notes")
    assert (found.data, found.corpus) == (tmp_path / "data", tmp_path / "notes")


def test_a_home_folder_that_is_not_there_is_named() -> None:
    with pytest.raises(
        ConfigurationError, match="setting TUTOR_DATA: there is no home folder for '~nobody-of-that-name"
    ):
        ingest_settings(TUTOR_DATA="~nobody-of-that-name/data")
