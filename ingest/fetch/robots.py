"""What a host's robots.txt allows, read once a run (RFC 9309)."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
from protego import Protego

from ingest.fetch.client import USER_AGENT, Answer
from ingest.fetch.failure import Failure
from ingest.fetch.turns import Turns

_LONGEST = 512 * 1024  # RFC 9309 asks for 500 KiB at least
_NO_RULES = Protego.parse("")


class Robots:
    """The rules of each host; `get` follows redirects and tries again, and raises Failure."""

    def __init__(self, get: Callable[[httpx.URL], Awaitable[Answer]], turns: Turns) -> None:
        self._get = get
        self._turns = turns
        self._rules: dict[httpx.URL, asyncio.Task[Protego]] = {}

    async def check(self, url: httpx.URL) -> None:
        """Raise Failure: "refused" where robots.txt says so or answers 5xx, its own failure where nobody answers."""
        place = url.copy_with(raw_path=b"/robots.txt")
        if place not in self._rules:
            self._rules[place] = asyncio.create_task(self._read(place))
        rules = await asyncio.shield(self._rules[place])
        if not rules.can_fetch(str(url), USER_AGENT):
            raise Failure("refused", "robots.txt disallows it")

    async def _read(self, place: httpx.URL) -> Protego:
        try:
            answer = await self._get(place)
        except Failure as failure:
            if failure.state in {"dead", "refused"} and failure.status:
                return _NO_RULES
            raise _without_rules(failure) from failure
        rules = Protego.parse(answer.body[:_LONGEST].decode("utf-8", "replace"))
        self._turns.slow_down(place, rules.crawl_delay(USER_AGENT) or 0.0)
        return rules


def _without_rules(failure: Failure) -> Failure:
    if failure.status >= 500:
        reason = f"robots.txt {failure}, so nothing of this host may be fetched"
        return Failure("refused", reason, status=failure.status)
    return Failure(failure.state, f"robots.txt: {failure}", status=failure.status)
