"""Fetches many addresses at once: redirects, second tries, conditional requests, and one outcome for each address."""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urljoin

import httpx

from ingest.fetch.cache import PageCache
from ingest.fetch.client import Answer, Client, open_client
from ingest.fetch.failure import Failure
from ingest.fetch.guard import checked
from ingest.fetch.listing import listed_documents
from ingest.fetch.media import check_media, media_type
from ingest.fetch.mirror import unmirrored
from ingest.fetch.refresh import refresh_target
from ingest.fetch.rewrite import candidates
from ingest.fetch.robots import Robots
from ingest.fetch.turns import LONGEST_WAIT, Turns
from ingest.fetch.values import FetchLimits, LinkState, Outcome, Page

_PERMANENT = frozenset({301, 308})
Result = TypeVar("Result")


def fetch_all(
    addresses: Sequence[str],
    cache: PageCache,
    limits: FetchLimits,
    on_done: Callable[[Outcome], None],
    *,
    offline: bool = False,
) -> list[Outcome]:
    """The outcome of each address, in the order of the addresses; `on_done` is told each as soon as it is known.

    No address makes it raise. `on_done` is called from a worker thread, one call at a time, and what it raises ends
    the run, as does a ConfigurationError of a cache that cannot be written. With `offline` nothing is asked.
    """
    if not offline:
        return _run(_fetch_all(addresses, cache, limits, on_done))
    outcomes = []
    for address in addresses:
        outcomes.append(_from_cache(address, cache))
        on_done(outcomes[-1])
    return outcomes


def _run(fetching: Coroutine[None, None, list[Outcome]]) -> list[Outcome]:
    """Run to the end, in a thread of its own where this one has an event loop already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(fetching)
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, fetching).result()


def _from_cache(address: str, cache: PageCache) -> Outcome:
    pages = cache.get(address)
    if pages is None:
        reason = "not in the page cache; run without --offline"
        return Outcome(address=address, state="unreachable", reason=reason)
    return Outcome(address=address, state="unchanged", reason=f"the copy of {pages[0].fetched}", pages=pages)


async def _fetch_all(
    addresses: Sequence[str], cache: PageCache, limits: FetchLimits, on_done: Callable[[Outcome], None]
) -> list[Outcome]:
    async with open_client(limits) as client:
        fetcher = _Fetcher(client, cache, limits)
        tasks = [asyncio.create_task(fetcher.outcome(address)) for address in addresses]
        try:
            for done in asyncio.as_completed(tasks):
                # Off the event loop: reading a PDF takes longer than a host may take to answer.
                await asyncio.to_thread(on_done, await done)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    return [task.result() for task in tasks]


@dataclass(frozen=True)
class _Got:
    page: Page
    status: int
    moved: bool


class _Fetcher:
    def __init__(self, client: Client, cache: PageCache, limits: FetchLimits) -> None:
        self._client = client
        self._cache = cache
        self._limits = limits
        self._turns = Turns(limits)
        self._robots = Robots(self._rules_file, self._turns)

    async def outcome(self, address: str) -> Outcome:
        """What becomes of one address. Raises ConfigurationError when the cache cannot be written."""
        kept = self._cache.get(address) or ()
        visit = _Visit({page.url: page for page in kept}, self._limits.total)
        failures: list[Failure] = []
        for candidate in candidates(address):
            try:
                got = await self._page(candidate.url, visit)
            except Failure as failure:
                failures.append(failure)
                if failure.state == "throttled":
                    break
                continue
            pages = (got.page, *(await self._listed(got.page, visit) if candidate.repository else ()))
            if pages != kept:
                await asyncio.to_thread(self._cache.put, address, pages)
            return Outcome(address=address, state=_state(got, pages, kept), status=got.status, pages=pages)
        return _failed(address, failures, kept)

    async def _listed(self, readme: Page, visit: "_Visit") -> tuple[Page, ...]:
        """The documents that a README lists; one that fails, but is not gone, stays as it was kept."""
        pages = []
        for address in listed_documents(readme):
            try:
                pages.append((await self._page(address, visit)).page)
            except Failure as failure:
                if failure.state != "dead" and address in visit.known:
                    pages.append(visit.known[address])
        return tuple(pages)

    async def _page(self, address: str, visit: "_Visit") -> _Got:
        answer, moved = await self._followed(address, visit, self._robots.check)
        known = visit.known.get(str(answer.url))
        if answer.status == 304 and known:
            return _Got(known, 304, moved)
        return _Got(_as_page(answer, known), answer.status, moved)

    async def _rules_file(self, place: httpx.URL) -> Answer:
        async def allowed(url: httpx.URL) -> None:
            """No rules stand above the rules."""

        return (await self._followed(str(place), _Visit({}, self._limits.total), allowed))[0]

    async def _followed(
        self, address: str, visit: "_Visit", check: Callable[[httpx.URL], Awaitable[None]]
    ) -> tuple[Answer, bool]:
        """The answer at the end of all redirects, and whether a permanent one led to another page."""
        url = checked(address, self._limits.loopback)
        moved = False
        seen = {url}
        for _ in range(self._limits.redirects + 1):
            await check(url)
            answer = await self._tried(url, visit)
            target = self._target(answer)
            if target is None or (target == url and not answer.location):
                return answer, moved
            if target in seen:
                raise Failure("unreachable", "it redirects in a circle", status=answer.status)
            moved = moved or (answer.status in _PERMANENT and not _is_same_page(url, target))
            seen.add(target)
            url = target
        reason = f"it redirects more than {self._limits.redirects} times"
        raise Failure("unreachable", reason, status=answer.status)

    def _target(self, answer: Answer) -> httpx.URL | None:
        location = answer.location
        if not location and answer.body:
            media, _ = media_type(answer.headers.get("Content-Type", ""))
            location = unmirrored(refresh_target(answer.body, media), self._limits.mirror)
        if not location:
            return None
        try:
            target = urljoin(str(answer.url), location)
        except ValueError as error:
            raise Failure("unsafe", "it redirects to what is no address", status=answer.status) from error
        try:
            return checked(target, self._limits.loopback)
        except Failure as failure:
            raise Failure(failure.state, f"it redirects elsewhere: {failure}", status=answer.status) from failure

    async def _tried(self, url: httpx.URL, visit: "_Visit") -> Answer:
        """The answer to one request, asked for again while that may help."""
        try:
            answer = await self._asked(url, visit)
        except Failure as failure:
            self._turns.note(url, failure)
            raise
        self._turns.note(url, None)
        return answer

    async def _asked(self, url: httpx.URL, visit: "_Visit") -> Answer:
        headers = _conditions(visit.known.get(str(url)))
        for tries in range(self._limits.retries + 1):
            try:
                async with self._turns.turn(url):
                    return await visit.spend(self._client.get(url, headers))
            except Failure as failure:
                self._turns.hold(url, self._pause_before(tries, failure))
                if (failure.wait or 0.0) > LONGEST_WAIT:
                    reason = f"{failure} and asks for a pause of {failure.wait:.0f} s"
                    raise Failure("throttled", reason, status=failure.status) from failure
                if not failure.again or tries == self._limits.retries or visit.left <= 0:
                    raise
        raise AssertionError("the last try returns or raises")

    def _pause_before(self, tries: int, failure: Failure) -> float:
        """Seconds until the host is asked again: what it asks for, at least a pause that doubles, with jitter."""
        if not failure.again:
            return 0.0
        backoff = self._limits.pause * 2.0**tries * random.uniform(0.5, 1.5)  # noqa: S311
        return max(failure.wait or 0.0, min(backoff, LONGEST_WAIT))


class _Visit:
    """What is known of an address's pages before it is asked, and how many seconds it may still take."""

    def __init__(self, known: Mapping[str, Page], total: float) -> None:
        self.known = known
        self.left = total
        self._total = total

    async def spend(self, work: Awaitable[Result]) -> Result:
        """Wait for `work` while there is time; waiting for a host's turn is not counted. Raises Failure."""
        clock = asyncio.get_running_loop().time
        started = clock()
        try:
            async with asyncio.timeout(max(0.0, self.left)):
                return await work
        except TimeoutError as error:
            raise Failure("unreachable", f"not complete within {self._total:g} s") from error
        finally:
            self.left -= clock() - started


def _conditions(known: Page | None) -> dict[str, str]:
    if known is None:
        return {}
    fields = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in fields.items() if value}


def _as_page(answer: Answer, known: Page | None) -> Page:
    media, charset = media_type(answer.headers.get("Content-Type", ""))
    if answer.status == 304:
        raise Failure("unreachable", "answered 304 without a page to compare", status=304)
    try:
        check_media(media, answer.url.path)
    except Failure as failure:
        raise Failure(failure.state, str(failure), status=answer.status) from failure
    page = Page(
        url=str(answer.url),
        content_type=media,
        charset=charset,
        body=answer.body,
        etag=answer.headers.get("ETag", ""),
        last_modified=answer.headers.get("Last-Modified", ""),
        fetched=datetime.now(UTC).date().isoformat(),
    )
    return page.model_copy(update={"fetched": known.fetched}) if known and known.body == page.body else page


def _is_same_page(one: httpx.URL, other: httpx.URL) -> bool:
    """Whether a site only prefers another spelling: https, with or without `www.` or a slash at the end."""
    return _spelling(one) == _spelling(other)


def _spelling(url: httpx.URL) -> tuple[str, str, bytes]:
    return re.sub(r"^www\.", "", url.host), url.path.rstrip("/"), url.query


def _state(got: _Got, pages: tuple[Page, ...], kept: tuple[Page, ...]) -> LinkState:
    if got.moved:
        return "moved"
    same = [(page.url, page.body) for page in pages] == [(page.url, page.body) for page in kept]
    return "unchanged" if same else "fetched"


def _failed(address: str, failures: Sequence[Failure], kept: tuple[Page, ...]) -> Outcome:
    """Why no candidate answered: an address is dead only where all of them are."""
    failure = next((one for one in failures if one.state != "dead"), failures[-1])
    reason = f"{failure}; the copy of {kept[0].fetched} is kept" if kept else str(failure)
    return Outcome(address=address, state=failure.state, reason=reason, status=failure.status, pages=kept)
