"""A tutor with a model: the scripted endpoint on loopback."""

from collections.abc import Callable, Iterator

import pytest

from app.llm import ChatModel
from app.settings import AppSettings
from app.tutor import Tutor
from ingest.library import Library
from tests.model_server import ModelServer

PASSAGE_TOKENS = 3000
WithModel = Callable[..., Tutor]


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """A scripted endpoint."""
    with ModelServer() as running:
        yield running


@pytest.fixture
def with_model(corpus_library: Library, server: ModelServer) -> WithModel:
    """Makes a tutor whose model is the scripted endpoint, unless another address is given."""

    def make(address: str = server.url, timeout: float = 5, key: str = "") -> Tutor:
        settings = {"OPENAI_BASE_URL": address, "TUTOR_MODEL_TIMEOUT": timeout, "TUTOR_MODEL": "scripted"}
        model = ChatModel(AppSettings.model_validate(settings | {"OPENAI_API_KEY": key}))
        return Tutor(corpus_library, model, PASSAGE_TOKENS)

    return make
