"""One guarded request for one page, and what its answer means. The only module that makes requests."""

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

import httpcore
import httpx

from ingest.fetch.body import ENCODINGS, read_body, too_large
from ingest.fetch.failure import Failure
from ingest.fetch.guard import GuardedBackend
from ingest.fetch.mirror import mirrored, unmirrored
from ingest.fetch.values import FetchLimits, LinkState

USER_AGENT = "roadmap-tutor/0.1 (+learning material indexer; honours robots.txt)"
_ACCEPT = "text/html,application/xhtml+xml,text/markdown,application/pdf;q=0.9,text/plain;q=0.9,*/*;q=0.5"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_WORTH_ANOTHER_TRY = frozenset({408, 425, 429, 500, 502, 503, 504})
_KEPT_OPEN_SECONDS = 10.0


@dataclass(frozen=True)
class Answer:
    """An answer with status 2xx, 304 or a redirect; `location` is the redirect's target as the web knows it, or ""."""

    url: httpx.URL
    status: int
    headers: httpx.Headers
    body: bytes
    location: str


class Client:
    """Asks for pages: no redirects, no second tries, no proxy, no cookies."""

    def __init__(self, limits: FetchLimits, pool: httpcore.AsyncConnectionPool) -> None:
        self._limits = limits
        self._pool = pool

    async def get(self, url: httpx.URL, headers: Mapping[str, str]) -> Answer:
        """Ask once. Raises Failure with the state that the status, the connection or the body stands for."""
        started = False
        try:
            async with self._answered(url, headers) as response:
                started = True
                return await self._read(url, response)
        except httpcore.TimeoutException as error:
            what = "stopped sending for" if started else "no answer within"
            raise Failure("unreachable", f"{what} {self._limits.timeout:g} s", again=not started) from error
        except httpcore.NetworkError as error:
            raise _no_connection(error) from error
        except httpcore.ProtocolError as error:
            raise Failure("unreachable", "the answer broke off or is not HTTP", again=True) from error

    @asynccontextmanager
    async def _answered(self, url: httpx.URL, headers: Mapping[str, str]) -> AsyncIterator[httpcore.Response]:
        asked = mirrored(url, self._limits.mirror)
        fields = {
            "Host": asked.netloc.decode(),
            "User-Agent": USER_AGENT,
            "Accept": _ACCEPT,
            "Accept-Encoding": ENCODINGS,
            **headers,
        }
        seconds = self._limits.timeout
        async with self._pool.stream(
            "GET",
            httpcore.URL(scheme=asked.raw_scheme, host=asked.raw_host, port=asked.port, target=asked.raw_path),
            headers=[(name.encode(), value.encode()) for name, value in fields.items()],
            extensions={"timeout": {"connect": seconds, "read": seconds, "write": seconds}},
        ) as response:
            yield response

    async def _read(self, url: httpx.URL, response: httpcore.Response) -> Answer:
        headers = httpx.Headers(response.headers)
        status = response.status
        location = headers.get("Location", "").strip()
        if status in _REDIRECTS and location:
            return Answer(url, status, headers, b"", unmirrored(location, self._limits.mirror))
        if status == 304:
            return Answer(url, status, headers, b"", "")
        if not 200 <= status < 300:
            raise _refusal(status, headers)
        declared = headers.get("Content-Length", "")
        if declared.isdecimal() and int(declared) > self._limits.max_bytes:
            raise too_large(self._limits.max_bytes)
        chunks = response.aiter_stream()
        body = await read_body(chunks, headers.get("Content-Encoding", ""), self._limits.max_bytes)
        return Answer(url, status, headers, body, "")


@asynccontextmanager
async def open_client(limits: FetchLimits) -> AsyncIterator[Client]:
    """A client with connections of its own, closed at the end."""
    pool = httpcore.AsyncConnectionPool(
        ssl_context=_certificates(),
        max_connections=None,
        max_keepalive_connections=limits.at_once,
        keepalive_expiry=_KEPT_OPEN_SECONDS,
        network_backend=GuardedBackend(limits.loopback),
    )
    async with pool:
        yield Client(limits, pool)


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """What certificates are checked against; reading it takes 20 ms."""
    return httpx.create_ssl_context(trust_env=False)


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds from `now` that a Retry-After header asks for, in either of its forms; None when it says nothing."""
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _refusal(status: int, headers: httpx.Headers) -> Failure:
    again = status in _WORTH_ANOTHER_TRY
    wait = retry_after(headers.get("Retry-After", ""), datetime.now(UTC)) if again else None
    return Failure(_state(status), f"answered {status}", status=status, again=again, wait=wait)


def _state(status: int) -> LinkState:
    match status:
        case 404 | 410:
            return "dead"
        case 429:
            return "throttled"
        case 408 | 425:
            return "unreachable"
    # 999 is what LinkedIn answers to a program.
    return "refused" if 400 <= status < 500 or status >= 600 else "unreachable"


def _no_connection(error: httpcore.NetworkError) -> Failure:
    cause = error.args[0] if error.args else None
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Failure("unreachable", f"its certificate is not valid: {cause.verify_message}")
    if isinstance(cause, ssl.SSLError):
        return Failure("unreachable", "no secure connection", again=True)
    what = "no connection" if isinstance(error, httpcore.ConnectError) else "the connection broke off"
    return Failure("unreachable", what, again=True)
