"""Keeps fetched pages in a folder: a record for each address, and each body once, named by its hash."""

import hashlib
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ingest.fetch.values import Page
from ingest.files import write_whole
from ingest.values import Value


class _Kept(Value):
    """A page without its body, which lies in the file of that hash."""

    url: str
    content_type: str
    charset: str
    etag: str
    last_modified: str
    fetched: str
    sha256: str


class _Record(Value):
    address: str
    pages: tuple[_Kept, ...]


_RECORD = TypeAdapter(_Record)


class PageCache:
    """The pages of each address. A kill at any moment leaves the record of before or the new one.

    A record or a body that cannot be read, or is not what was written, counts as absent.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, address: str) -> tuple[Page, ...] | None:
        """The pages kept for an address, None when there are none."""
        try:
            record = _RECORD.validate_json(self._record(address).read_bytes())
        except (OSError, ValidationError):
            return None
        pages = tuple(page for kept in record.pages if (page := self._page(kept)))
        return pages if record.address == address and pages and len(pages) == len(record.pages) else None

    def put(self, address: str, pages: tuple[Page, ...]) -> None:
        """Keep the pages of an address in place of those before. Raises ConfigurationError when it cannot write."""
        kept = tuple(self._keep(page) for page in pages)
        write_whole(self._record(address), _RECORD.dump_json(_Record(address=address, pages=kept)))

    def _keep(self, page: Page) -> _Kept:
        digest = hashlib.sha256(page.body).hexdigest()
        if self._body(digest) is None:
            write_whole(self._body_file(digest), page.body)
        return _Kept(sha256=digest, **page.model_dump(exclude={"body"}))

    def _page(self, kept: _Kept) -> Page | None:
        body = self._body(kept.sha256)
        return None if body is None else Page(body=body, **kept.model_dump(exclude={"sha256"}))

    def _body(self, digest: str) -> bytes | None:
        try:
            body = self._body_file(digest).read_bytes()
        except OSError:
            return None
        return body if hashlib.sha256(body).hexdigest() == digest else None

    def _body_file(self, digest: str) -> Path:
        return self._folder / "bodies" / digest[:2] / digest

    def _record(self, address: str) -> Path:
        name = hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / "addresses" / f"{name}.json"
