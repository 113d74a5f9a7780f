"""Brings in the pages that documents recommend: fetches them, takes out their text, and keeps the ledger."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from ingest.extract.extract import extract
from ingest.extract.values import Extracted, NotReadable
from ingest.fetch.cache import PageCache
from ingest.fetch.fetch import fetch_all
from ingest.fetch.values import READABLE, FetchLimits, LinkState, Outcome, Page
from ingest.ledger import Entry, read_ledger, recommended, write_ledger
from ingest.pages import PAGES, Origin, page_name, write_page
from ingest.settings import IngestSettings
from ingest.sources import read_own_documents

CACHE = "cache/pages"


def gather(
    settings: IngestSettings, *, offline: bool, on_progress: Callable[[str, int, int], None]
) -> tuple[Entry, ...]:
    """Fetch every address that the documents recommend, write the text of each, and return the ledger.

    An address that fails keeps the text that it had. With `offline`, only what the page cache holds is read.
    Raises ConfigurationError when the data directory cannot be written.
    """
    links = recommended(read_own_documents(settings).documents)
    addresses = sorted(links)
    done: list[Entry] = []
    known = read_ledger(settings.data)
    folder = settings.data / PAGES

    def note(outcome: Outcome) -> None:
        done.append(_entry(outcome, folder, known.get(outcome.address), offline=offline))
        on_progress("fetching", len(done), len(addresses))

    on_progress("fetching", 0, len(addresses))
    fetch_all(addresses, PageCache(settings.data / CACHE), fetch_limits(settings), note, offline=offline)
    write_ledger(settings.data, done)
    _remove_others(folder, {name for entry in done for name in entry.documents})
    return tuple(sorted(done, key=lambda entry: entry.address))


def fetch_limits(settings: IngestSettings) -> FetchLimits:
    """The limits that the settings ask for."""
    loopback = tuple(host for part in settings.fetch_loopback.split(",") if (host := part.strip()))
    return FetchLimits(at_once=settings.fetch_at_once, pause=settings.fetch_pause, loopback=loopback)


def _entry(outcome: Outcome, folder: Path, before: Entry | None, *, offline: bool) -> Entry:
    texts, failure = _texts(outcome.pages)
    state: LinkState = outcome.state
    if failure and not texts and state in READABLE:
        state = failure.state
    names = []
    for page, extracted in texts:
        names.append(f"{PAGES}/{page_name(page.url)}")
        write_page(folder, page_name(page.url), extracted, Origin(url=page.url, fetched=page.fetched))
    kept = before.tried if before and offline else datetime.now(UTC).isoformat(timespec="seconds")
    return Entry(
        address=outcome.address,
        state=state,
        reason=outcome.reason or (str(failure) if failure else ""),
        status=outcome.status,
        tried=kept,
        fetched=max((page.fetched for page in outcome.pages), default=""),
        moved_to=outcome.pages[0].url if outcome.state == "moved" and outcome.pages else "",
        documents=tuple(dict.fromkeys(names)),
        characters=sum(len(extracted.text) for _, extracted in texts),
        hidden=sum(extracted.hidden for _, extracted in texts),
        instructions=sum(extracted.instructions for _, extracted in texts),
    )


def _texts(pages: Iterable[Page]) -> tuple[list[tuple[Page, Extracted]], NotReadable | None]:
    """The text of each page that has some, and the first reason why one has none."""
    texts: list[tuple[Page, Extracted]] = []
    failure: NotReadable | None = None
    for page in pages:
        try:
            extracted = extract(page.body, content_type=page.content_type, charset=page.charset, url=page.url)
        except NotReadable as error:
            failure = failure or error
        else:
            texts.append((page, extracted))
    return texts, failure


def _remove_others(folder: Path, kept: set[str]) -> None:
    """Take away the documents of addresses that nothing recommends any more, and of those that lost their text."""
    for path in folder.rglob("*.md"):
        if f"{PAGES}/{path.relative_to(folder).with_suffix('').as_posix()}" not in kept:
            path.unlink()
