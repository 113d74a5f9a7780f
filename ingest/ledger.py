"""The link ledger: what became of every address that the documents recommend, and when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from ingest.documents import Document
from ingest.errors import ConfigurationError
from ingest.fetch.rewrite import canonical
from ingest.fetch.values import LinkState
from ingest.files import write_whole
from ingest.links import Link, find_links
from ingest.values import Value

_FILE = "links.json"


class Entry(Value):
    """One address: its state, why, when it was last tried, and the documents that hold its text.

    `tried` is an ISO time in UTC, `fetched` the day on which the text was got; `characters` counts that text.
    `hidden` and `instructions` count the passages that were removed or defused (see ingest.extract).
    """

    address: str
    state: LinkState | Literal["untried"] = "untried"
    reason: str = ""
    status: int = 0
    tried: str = ""
    fetched: str = ""
    moved_to: str = ""
    documents: tuple[str, ...] = ()
    characters: int = 0
    hidden: int = 0
    instructions: int = 0


_ENTRIES: TypeAdapter[list[Entry]] = TypeAdapter(list[Entry])
Ledger = Mapping[str, Entry]


def read_ledger(data: Path) -> dict[str, Entry]:
    """The entries by address; empty before the first run. Raises ConfigurationError when the file is damaged."""
    path = data / _FILE
    try:
        entries = _ENTRIES.validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValidationError) as error:
        raise ConfigurationError(f"the link ledger {str(path)!r} cannot be read; remove it and fetch again") from error
    return {entry.address: entry for entry in entries}


def write_ledger(data: Path, entries: Iterable[Entry]) -> None:
    """Write all entries, sorted by address; a kill leaves the file of before."""
    ordered = sorted(entries, key=lambda entry: entry.address)
    write_whole(data / _FILE, _ENTRIES.dump_json(ordered, indent=1))


class ListedLink(Value):
    """An address with what became of it and the links that recommend it."""

    entry: Entry
    places: tuple[Link, ...]

    def dumped_places(self) -> list[dict[str, object]]:
        """The places as plain data."""
        return [place.model_dump(include={"document", "title", "heading", "line"}) for place in self.places]


def list_links(data: Path, documents: Iterable[Document]) -> list[ListedLink]:
    """Every address that the documents recommend, those not tried yet among them, by address."""
    known = read_ledger(data)
    places = recommended(documents)
    return [
        ListedLink(entry=known.get(address, Entry(address=address)), places=places[address])
        for address in sorted(places)
    ]


def recommended(documents: Iterable[Document]) -> dict[str, tuple[Link, ...]]:
    """The links of the documents, by the address under which each page is known."""
    found: defaultdict[str, list[Link]] = defaultdict(list)
    for document in documents:
        for link in find_links(document):
            found[canonical(link.url)].append(link)
    return {address: tuple(links) for address, links in found.items()}
