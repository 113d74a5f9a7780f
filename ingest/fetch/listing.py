"""Finds the documents of a repository that its README lists."""

import html
import re
from urllib.parse import urljoin

from ingest.fetch.values import Page

_MOST = 20
_RAW = re.compile(r"https://raw\.githubusercontent\.com/(?P<repository>[^/]+/[^/]+)/(?P<ref>[^/]+)/")
_LINK = re.compile(r"\]\(\s*<?(?P<inline>[^)\s<>]+)|\bhref\s*=\s*[\"'](?P<anchor>[^\"'\s]+)", re.IGNORECASE)


def listed_documents(readme: Page) -> tuple[str, ...]:
    """The raw addresses of the Markdown files of the same repository that a README links to, in order, at most 20."""
    root = _RAW.match(readme.url)
    if root is None:
        return ()
    found: dict[str, None] = {}
    for match in _LINK.finditer(readme.body.decode("utf-8", "replace")):
        address = _document(html.unescape(match["inline"] or match["anchor"]), readme.url, root)
        if address and address != readme.url:
            found[address] = None
    return tuple(found)[:_MOST]


def _document(link: str, readme: str, root: re.Match[str]) -> str:
    target = link.partition("#")[0].partition("?")[0]
    if not target.lower().endswith(".md") or target.startswith("//"):
        return ""
    target = re.sub(rf"^https://github\.com/{re.escape(root['repository'])}/blob/[^/]+/", "/", target)
    try:
        # A leading slash means the root of the repository, not of the host.
        address = urljoin(root[0] if target.startswith("/") else readme, target.lstrip("/"))
    except ValueError:
        return ""
    return address if address.startswith(root[0]) else ""
