"""The only module that knows the openai package: one streaming call, one structured call, failures in words."""

import json
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

import openai
from openai.types.chat import ChatCompletion, ChatCompletionChunk, ChatCompletionMessageParam
from pydantic import BaseModel, ValidationError

from app.errors import ModelFailure
from app.settings import AppSettings
from app.values import Message

_Schema = TypeVar("_Schema", bound=BaseModel)
# A retry may wait as long as a Retry-After says; a learner gets quotes at once instead.
_RETRIES = 0
# A whole answer may take this many times what its next words may.
_PATIENCE = 4


class ChatModel:
    """A chat model behind an OpenAI-compatible endpoint."""

    def __init__(self, settings: AppSettings) -> None:
        self.name = settings.model
        self._longest = _PATIENCE * settings.model_timeout
        self._client = openai.OpenAI(
            api_key=settings.api_key or "none",
            base_url=settings.base_url or None,
            timeout=settings.model_timeout,
            max_retries=_RETRIES,
        )

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """The answer piece by piece. Raises ModelFailure, also in the middle; closing the iterator closes the request."""
        try:
            stream = self._client.chat.completions.create(model=self.name, messages=_params(messages), stream=True)
        except Exception as error:
            raise _failure(error) from error
        deadline = time.monotonic() + self._longest
        finished = False
        with stream:
            for chunk in _unbroken(stream):
                if time.monotonic() > deadline:
                    raise ModelFailure("model_slow", "the model's answer took too long")
                for choice in _read(chunk).choices or ():
                    if choice.delta and choice.delta.content:
                        yield choice.delta.content
                    finished = finished or choice.finish_reason is not None
        if not finished:
            raise _stopped()

    def structured(self, messages: Sequence[Message], schema: type[_Schema]) -> _Schema:
        """An answer of this schema; a reply that does not fit is shown its error once. Raises ModelFailure."""
        asked = list(messages)
        for attempt in range(2):
            reply = self._complete(asked)
            try:
                return schema.model_validate_json(reply)
            except ValidationError as error:
                if attempt:
                    raise ModelFailure("model_unreadable", f"the model's reply is no {schema.__name__}") from error
                complaint = f"That does not fit: {error.error_count()} faults, first: {error.errors()[0]['msg']}. Reply with the JSON object only."
                asked += [Message(role="assistant", content=reply), Message(role="user", content=complaint)]
        raise AssertionError("unreachable")

    def _complete(self, messages: Sequence[Message]) -> str:
        try:
            reply = self._client.chat.completions.create(
                model=self.name,
                messages=_params(messages),
                response_format={"type": "json_object"},
            )
        except Exception as error:
            raise _failure(error) from error
        if not isinstance(reply, ChatCompletion):
            raise ModelFailure("model_unreadable", "the model's endpoint sent what cannot be read")
        if not reply.choices or not reply.choices[0].message.content:
            raise ModelFailure("model_empty", "the model sent an empty reply")
        return reply.choices[0].message.content


class _Delta(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    delta: _Delta | None = None
    finish_reason: str | None = None


class _Chunk(BaseModel):
    choices: list[_Choice] | None = None


def _read(chunk: object) -> _Chunk:
    """The part of a chunk that we use; the package hands on whatever an endpoint sends, unchecked."""
    try:
        return _Chunk.model_validate(chunk, from_attributes=True)
    except ValidationError as error:
        raise ModelFailure("model_unreadable", "the model's endpoint sent what cannot be read") from error


def _unbroken(stream: openai.Stream[ChatCompletionChunk]) -> Iterator[ChatCompletionChunk]:
    """The chunks of a stream; what breaks it is a ModelFailure."""
    try:
        yield from stream
    except Exception as error:
        failure = _failure(error)
        raise (_stopped() if failure.reason == "model_down" else failure) from error


def _params(messages: Sequence[Message]) -> list[ChatCompletionMessageParam]:
    made: list[ChatCompletionMessageParam] = []
    for message in messages:
        match message.role:
            case "system":
                made.append({"role": "system", "content": message.content})
            case "user":
                made.append({"role": "user", "content": message.content})
            case "assistant":
                made.append({"role": "assistant", "content": message.content})
    return made


_FAILURES: tuple[tuple[tuple[type[Exception], ...], str, str], ...] = (
    ((openai.APITimeoutError,), "model_slow", "the model did not answer in time"),
    ((openai.APIConnectionError,), "model_down", "the model's endpoint cannot be reached"),
    ((openai.AuthenticationError, openai.PermissionDeniedError), "model_key", "the model's endpoint refuses the key"),
    ((openai.RateLimitError,), "model_busy", "the model's endpoint limits the rate"),
    ((openai.NotFoundError,), "model_unknown", "the model's endpoint does not know this model"),
    ((openai.InternalServerError,), "model_failing", "the model's endpoint has a fault of its own"),
    (
        (openai.OpenAIError, json.JSONDecodeError, UnicodeDecodeError),
        "model_unreadable",
        "the model's endpoint sent what cannot be read",
    ),
)


def _failure(error: Exception) -> ModelFailure:
    """The failure in words; an error that is not the endpoint's is raised as it is."""
    for types, reason, message in _FAILURES:
        if isinstance(error, types):
            return ModelFailure(reason, message)
    if type(error).__module__.startswith(("httpx", "httpcore")):
        return _stopped()
    raise error


def _stopped() -> ModelFailure:
    return ModelFailure("model_stopped", "the model's answer stopped in the middle")
