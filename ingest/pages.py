"""Keeps the text of fetched pages and of a user's own files as Markdown documents in the data directory."""

import hashlib
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml

from ingest.extract.values import Extracted
from ingest.files import write_whole
from ingest.values import Value

PAGES = "pages"
OWN = "own"
_LONGEST_NAME = 80


def page_name(address: str) -> str:
    """The name of a page's document below its folder: host, readable path, and a hash that tells equal paths apart."""
    parts = urlsplit(address)
    path = re.sub(r"[^\w.-]+", "-", unquote(f"{parts.path}-{parts.query}")).strip("-.")[:_LONGEST_NAME]
    host = re.sub(r"[^a-z0-9.-]+", "-", (parts.netloc or "page").lower()).strip("-.")
    return f"{host or 'page'}/{path or 'index'}-{_digest(address)}"


def own_name(source: str) -> str:
    """The name of the document of a user's own file."""
    stem = re.sub(r"[^\w.-]+", "-", Path(source).stem).strip("-.")[:_LONGEST_NAME]
    return f"{stem or 'document'}-{_digest(source)}"


class Origin(Value):
    """Where a text comes from: the address of a page, the day it was fetched, or the file that a user added."""

    url: str = ""
    fetched: str = ""
    source: str = ""


def write_page(folder: Path, name: str, extracted: Extracted, origin: Origin) -> bool:
    """Write a document's Markdown with its front matter; returns whether the file changed."""
    fields = {
        "kind": "page",
        "title": extracted.title,
        "url": origin.url,
        "date": extracted.date,
        "fetched": origin.fetched,
        "licence": extracted.licence,
        "source": origin.source,
    }
    front = yaml.safe_dump({k: v for k, v in fields.items() if v}, allow_unicode=True, sort_keys=False, width=10**6)
    path, content = folder / f"{name}.md", f"---\n{front}---\n\n{extracted.text.strip()}\n".encode()
    if path.is_file() and path.read_bytes() == content:
        return False
    write_whole(path, content)
    return True


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
