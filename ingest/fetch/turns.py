"""Whose turn it is: so many requests at once, one at a time at each host, and pauses between them."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from ingest.fetch.failure import Failure
from ingest.fetch.values import FetchLimits

LONGEST_WAIT = 30.0
_MOST_FAILURES = 3
_LONGEST_CRAWL_DELAY = 10.0
_ARXIV_PAUSE = 3.0  # https://info.arxiv.org/help/api/tou.html


class Turns:
    """The queue at every host, for one event loop."""

    def __init__(self, limits: FetchLimits) -> None:
        self._flying = asyncio.Semaphore(limits.at_once)
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self._limits = limits

    @asynccontextmanager
    async def turn(self, url: httpx.URL) -> AsyncIterator[None]:
        """Wait for the host's turn, and keep it for one request.

        Raises Failure when the host has asked for a pause longer than anyone waits ("throttled"), or when its last
        three pages failed, with the state of the last.
        """
        host = self._hosts[url.host]
        clock = asyncio.get_running_loop().time
        async with host.lock:
            host.check()
            wait = host.free_at - clock()
            if wait > LONGEST_WAIT:
                raise Failure("throttled", f"the host asks for a pause of {wait:.0f} s")
            await asyncio.sleep(max(0.0, wait))
            async with self._flying:
                try:
                    yield
                finally:
                    host.free_at = max(host.free_at, clock() + self._pause(url.host, host.delay))

    def hold(self, url: httpx.URL, seconds: float) -> None:
        """Let nobody ask this host for so many seconds."""
        host = self._hosts[url.host]
        host.free_at = max(host.free_at, asyncio.get_running_loop().time() + seconds)

    def note(self, url: httpx.URL, failure: Failure | None) -> None:
        """Note how the last try for a page ended; None means with an answer."""
        failures = self._hosts[url.host].failures
        if failure is None or failure.state not in {"unreachable", "throttled"}:
            failures.clear()
        elif len(failures) < _MOST_FAILURES:
            failures.append(failure)

    def slow_down(self, url: httpx.URL, delay: float) -> None:
        """Leave at least so many seconds between two requests to this host, as its robots.txt asks."""
        self._hosts[url.host].delay = min(delay, _LONGEST_CRAWL_DELAY)

    def _pause(self, host: str, delay: float) -> float:
        slow = not self._limits.mirror and (host == "arxiv.org" or host.endswith(".arxiv.org"))
        return max(self._limits.pause, delay, _ARXIV_PAUSE if slow else 0.0)


class _Host:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.free_at = 0.0
        self.delay = 0.0
        self.failures: list[Failure] = []

    def check(self) -> None:
        if len(self.failures) < _MOST_FAILURES:
            return
        last = self.failures[-1]
        reason = f"not asked, because the host's last {_MOST_FAILURES} pages failed ({last})"
        raise Failure(last.state, reason, status=last.status)
