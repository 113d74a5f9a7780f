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


@pytest.mark.parametrize(
    "address",
    [
        "ftp://a",
        "a.b",
        "http://a:port",
        "http://[::1",
        "http://a:99999",
        "http://a..b",
        "http://a\x00b",
        "http://\u200b",
    ],
)
def test_an_address_of_an_endpoint_that_cannot_be_one_is_named(address: str) -> None:
    with pytest.raises(ConfigurationError, match="setting TUTOR_EMBEDDING_BASE_URL: "):
        ingest_settings(TUTOR_EMBEDDING_BASE_URL=address)


def test_the_models_key_goes_to_no_other_address() -> None:
    common = {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "https://a.test/v1"}
    assert ingest_settings(**common).embedding_key == "k"
    assert ingest_settings(**common, TUTOR_EMBEDDING_BASE_URL="https://b.test/v1").embedding_key == ""
    assert ingest_settings(**common, TUTOR_EMBEDDING_API_KEY="e").embedding_key == "e"
