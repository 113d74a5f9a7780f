"""Texts as vectors of their meaning, from an OpenAI-compatible endpoint: the only module of `ingest` that knows openai.

A build asks for many at a time, waits, and keeps them all.
"""

from __future__ import annotations

import math
import time
from array import array
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Literal, NamedTuple

import openai
from pydantic import BaseModel, ValidationError
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_before_delay, wait_exponential

from ingest.errors import ConfigurationError, TutorError
from ingest.generations import Embedding
from ingest.meaning import Reason
from ingest.settings import IngestSettings
from ingest.tokens import count_tokens, cut_to_tokens
from ingest.vectors import VectorCache

CACHE = "embeddings.sqlite"
# Asked for at every build and once by every process that answers: the same model gives it the same vector again.
PROBE = "A recurrent network reads a sentence word by word. 循环神经网络逐词读一个句子。"
MOST_TEXTS = 96
MOST_TOKENS = 100_000
LONGEST = 8_191  # tokens, of OpenAI's embedding models
_SAME = 0.99  # cosine; one model varies by 1e-4 between batches, two models are strangers
_ENCODING: Literal["cl100k_base"] = "cl100k_base"
_REMEDY = "see TUTOR_EMBEDDING_BASE_URL, or unset TUTOR_EMBEDDING_MODEL"


class Patience(NamedTuple):
    """Seconds: for a batch in all, for a question, and without a question to an endpoint that failed."""

    batch: float = 60.0
    question: float = 5.0
    pause: float = 30.0


PATIENCE = Patience()
Progress = Callable[[str, int, int], None]


class EmbeddingFailure(TutorError):
    """The endpoint gave no vectors; `wait` is the seconds that it asks for, None when it names none."""

    def __init__(self, reason: Reason, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.reason: Reason = reason
        self.wait = wait


class EmbeddingRefused(EmbeddingFailure, ConfigurationError):
    """The endpoint refuses the key, or does not know the model."""


class Endpoint:
    """An embedding model behind an OpenAI-compatible endpoint."""

    def __init__(self, settings: IngestSettings, patience: Patience) -> None:
        self.patience = patience
        self.model = settings.embedding_model
        self.asked = settings.embedding_dimensions
        self._client = openai.OpenAI(
            api_key=settings.embedding_key or "none",
            base_url=settings.embedding_url or None,
            max_retries=0,
        )
        self._at = f"the embedding endpoint {str(self._client.base_url)!r}"

    def embed(self, texts: Sequence[str], *, seconds: float) -> list[array[float]]:
        """The vector of each text, in order, by one request. Raises EmbeddingFailure."""
        try:
            reply = self._client.embeddings.with_raw_response.create(
                model=self.model,
                input=[_fitting(text) for text in texts],
                dimensions=self.asked or openai.omit,
                encoding_format="float",
                timeout=seconds,
            )
        except openai.OpenAIError as error:
            raise self._failure(error) from error
        return self._vectors(reply.content, len(texts))

    def embed_patiently(self, texts: Sequence[str]) -> list[array[float]]:
        """The same; what may pass is tried again, as late as the endpoint asks, for a minute at most."""
        longest = self.patience.batch
        deadline = time.monotonic() + longest
        trying = Retrying(
            stop=stop_before_delay(longest), wait=_pause, retry=retry_if_exception(_may_pass), reraise=True
        )
        return trying(lambda: self.embed(texts, seconds=max(1.0, deadline - time.monotonic())))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _vectors(self, content: bytes, expected: int) -> list[array[float]]:
        try:
            items = sorted(_Reply.model_validate_json(content).data, key=lambda item: item.index)
        except ValidationError as error:
            raise EmbeddingFailure("unreadable", f"{self._at} sent what cannot be read; {_REMEDY}") from error
        if [item.index for item in items] != list(range(expected)):
            raise EmbeddingFailure(
                "unreadable", f"{self._at} sent {len(items)} vectors for {expected} texts; {_REMEDY}"
            )
        vectors = [array("f", item.embedding) for item in items]
        if not all(vector and all(map(math.isfinite, vector)) for vector in vectors):
            raise EmbeddingFailure("unreadable", f"{self._at} sent a vector that is none; {_REMEDY}")
        sizes = sorted({len(vector) for vector in vectors})
        if len(sizes) != 1 or self.asked not in {0, sizes[0]}:
            raise EmbeddingFailure(
                "dimensions",
                f"{self._at} gives vectors of {' and '.join(map(str, sizes))} dimensions"
                + (f", not {self.asked}; change TUTOR_EMBEDDING_DIMENSIONS" if self.asked else f"; {_REMEDY}"),
            )
        return vectors

    def _failure(self, error: openai.OpenAIError) -> EmbeddingFailure:
        match error:
            case openai.APITimeoutError():
                return EmbeddingFailure("slow", f"{self._at} did not answer in time; {_REMEDY}")
            case openai.APIConnectionError():
                return EmbeddingFailure("down", f"{self._at} cannot be reached; start it, {_REMEDY}")
            case openai.RateLimitError() | openai.InternalServerError():
                return self._busy(error)
            case openai.APIStatusError():
                return self._refusal(error)
        return EmbeddingFailure("unreadable", f"{self._at} sent what cannot be read; {_REMEDY}")

    def _busy(self, error: openai.RateLimitError | openai.InternalServerError) -> EmbeddingFailure:
        if error.code == "insufficient_quota":
            return EmbeddingFailure("quota", f"the account at {self._at} has no quota left; {_REMEDY}")
        if isinstance(error, openai.RateLimitError):
            return EmbeddingFailure("busy", f"{self._at} limits the rate; try again later", _retry_after(error))
        said = f"{self._at} has a fault of its own ({error.status_code}); try again later"
        return EmbeddingFailure("failing", said, _retry_after(error))

    def _refusal(self, error: openai.APIStatusError) -> EmbeddingFailure:
        match error:
            case openai.AuthenticationError() | openai.PermissionDeniedError():
                said = f"{self._at} refuses the key ({error.status_code}); set TUTOR_EMBEDDING_API_KEY"
                return EmbeddingRefused("key", said)
            case openai.NotFoundError():
                said = f"{self._at} knows no model {self.model!r} (404); see TUTOR_EMBEDDING_MODEL"
                return EmbeddingRefused("unknown", said)
        said = f"{error.status_code} {error.message[:200]}".strip()
        return EmbeddingFailure("refused", f"{self._at} refuses a request: {said}")


class _Item(BaseModel):
    index: int
    embedding: list[float]


class _Reply(BaseModel):
    data: list[_Item]


def _fitting(text: str) -> str:
    """A text as an endpoint takes it: half characters replaced, cut to what a model reads."""
    return cut_to_tokens(text.encode("utf-8", "replace").decode(), LONGEST, _ENCODING)


def _retry_after(error: openai.APIStatusError) -> float | None:
    """Seconds, from a header that gives seconds or a date."""
    said = error.response.headers.get("retry-after", "")
    try:
        return max(0.0, float(said))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(0.0, (until.astimezone(UTC) - datetime.now(UTC)).total_seconds())


_BACKOFF = wait_exponential(multiplier=0.5, max=16)


def _pause(state: RetryCallState) -> float:
    failure = state.outcome.exception() if state.outcome else None
    asked = failure.wait if isinstance(failure, EmbeddingFailure) else None
    return _BACKOFF(state) if asked is None else asked


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, EmbeddingFailure) and error.reason in {"down", "busy", "failing"}


class Passages:
    """The vectors of a build's passages: what made them, how many were made anew, and what those cost."""

    def __init__(self, cache: VectorCache, embedding: Embedding, *, embedded: int, tokens: int) -> None:
        self._cache = cache
        self.embedding = embedding
        self.embedded = embedded
        self.tokens = tokens

    def of(self, text: str) -> array[float]:
        """The vector of one of the passages."""
        vector = self._cache.of(text)
        if vector is None or len(vector) != self.embedding.dimensions:
            raise EmbeddingFailure(
                "dimensions", "the cache of vectors was changed during the build; run 'tutor ingest' again"
            )
        return vector

    def close(self) -> None:
        """Release the cache."""
        self._cache.close()


def embed_passages(
    settings: IngestSettings,
    cache: Path,
    texts: Sequence[str],
    on_progress: Progress,
    *,
    patience: Patience = PATIENCE,
) -> Passages:
    """Make the vectors that the cache folder does not hold yet, each batch kept as soon as it is there.

    `on_progress` is told first how many texts are to be embedded and what they cost, in the name of its step. When the
    model behind the name is another than before, all its vectors are made anew. Raises EmbeddingFailure, or
    ConfigurationError when the cache cannot be written.
    """
    endpoint = Endpoint(settings, patience)
    with closing(endpoint), ExitStack() as undo:
        kept = VectorCache(cache / CACHE, endpoint.model, endpoint.asked)
        undo.callback(kept.close)
        probe = _probe(endpoint, kept, needed=bool(kept.missing(texts)))
        missing = kept.missing(texts)
        costs = [min(LONGEST, count_tokens(text, _ENCODING)) for text in missing]
        step = f"embedding {len(missing):,} of {len(set(texts)):,} passages, about {_about(sum(costs)):,} tokens"
        on_progress(step, 0, len(missing))
        _embed_all(
            endpoint, kept, list(zip(missing, costs, strict=True)), lambda done: on_progress(step, done, len(missing))
        )
        kept.forget_unused()
        undo.pop_all()
    embedding = Embedding(model=endpoint.model, asked=endpoint.asked, dimensions=len(probe), probe=_rounded(probe))
    return Passages(kept, embedding, embedded=len(missing), tokens=sum(costs))


def _probe(endpoint: Endpoint, kept: VectorCache, *, needed: bool) -> array[float]:
    """The probe's vector; another one than before means another model, whose vectors are not those in the cache.

    An endpoint that is down is no hindrance where nothing else is to be asked of it.
    """
    before = kept.of(PROBE)
    try:
        if needed or before is None:
            [probe] = endpoint.embed_patiently([PROBE])
        else:
            [probe] = endpoint.embed([PROBE], seconds=endpoint.patience.question)
    except EmbeddingFailure as failure:
        if needed or before is None or isinstance(failure, EmbeddingRefused):
            raise
        return before
    if before is not None and not alike(before, probe):
        kept.forget()
    kept.keep({PROBE: probe})
    return probe


def _embed_all(
    endpoint: Endpoint, kept: VectorCache, waiting: Sequence[tuple[str, int]], on_done: Callable[[int], None]
) -> None:
    """Embed texts (with their tokens) batch by batch; where a batch is too much for the endpoint, smaller ones follow."""
    done, most = 0, MOST_TEXTS
    while done < len(waiting):
        batch = _batch(waiting, done, most)
        try:
            vectors = endpoint.embed_patiently(batch)
        except EmbeddingFailure as failure:
            if len(batch) == 1 or failure.reason not in {"refused", "slow"}:
                raise
            most = len(batch) // 2
            continue
        kept.keep(dict(zip(batch, vectors, strict=True)))
        done += len(batch)
        on_done(done)


def _batch(waiting: Sequence[tuple[str, int]], start: int, most: int) -> list[str]:
    batch: list[str] = []
    tokens = 0
    for text, cost in waiting[start : start + most]:
        tokens += cost
        if batch and tokens > MOST_TOKENS:
            break
        batch.append(text)
    return batch


def _about(number: int) -> int:
    """Two digits, and noughts."""
    return round(number, 2 - len(str(number))) if number > 99 else number


def _rounded(vector: Sequence[float]) -> tuple[float, ...]:
    return tuple(round(value, 4) for value in vector)


def alike(first: Sequence[float], second: Sequence[float]) -> bool:
    """Whether two vectors of one text come from the same model."""
    if len(first) != len(second):
        return False
    product = math.fsum(a * b for a, b in zip(first, second, strict=True))
    return product >= _SAME * math.sqrt(math.fsum(a * a for a in first) * math.fsum(b * b for b in second))
