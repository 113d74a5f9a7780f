"""Turns what an address or a file holds into Markdown, whatever its label says it is."""

import re
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import unquote, urlsplit

from ingest.extract.encoding import decode
from ingest.extract.html import read_html
from ingest.extract.injection import count_addressed, neutralised
from ingest.extract.markdown import Text, read_markdown
from ingest.extract.notebook import read_notebook
from ingest.extract.pdf import read_pdf
from ingest.extract.quality import (
    ENOUGH_PAGE,
    ENOUGH_SOURCE,
    require_no_script,
    require_page,
    require_share,
    require_text,
)
from ingest.extract.rst import looks_like_rst, to_markdown
from ingest.extract.values import Extracted, NotReadable
from ingest.languages import language_of

Format = Literal["html", "pdf", "notebook", "markdown", "rst", "data", "media"]

_LARGEST = 40 * 1024 * 1024
_TYPES: dict[str, Format] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
    "application/x-pdf": "pdf",
    "application/x-ipynb+json": "notebook",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
    "text/mdx": "markdown",
    "text/x-rst": "rst",
    "text/prs.fallenstein.rst": "rst",
    "text/yaml": "data",
    "application/yaml": "data",
    "text/csv": "data",
    "text/css": "data",
    "text/javascript": "data",
    "application/javascript": "data",
    "application/zip": "media",
}
_SUFFIXES: dict[str, Format] = {
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".ipynb": "notebook",
    ".md": "markdown",
    ".mdx": "markdown",
    ".qmd": "markdown",
    ".rmd": "markdown",
    ".markdown": "markdown",
    ".rst": "rst",
    ".yaml": "data",
    ".yml": "data",
    ".csv": "data",
    ".tsv": "data",
}
_MAGIC = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"\x7fELF",
    b"OggS",
    b"ID3",
    b"\x00\x00\x00",
)
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_ANY_TAG = re.compile(rb"</?(?:p|div|span|h[1-6]|a|table|ul|ol|li|main|article|br|title|meta)[\s>/]", re.IGNORECASE)
_NOTEBOOK = re.compile(rb"^\s*\{.{0,200}?\"(?:cells|nbformat|worksheets|metadata)\"\s*:", re.DOTALL)


def extract(body: bytes, *, content_type: str = "", charset: str = "", url: str = "", name: str = "") -> Extracted:
    """The text of `body` as Markdown; `name` is a file's, for bytes that came from no address.

    Headings are ATX, every paragraph, list item and table row stands on one line, code in fences, formulas in dollars.
    Raises NotReadable, with a state and a reason, when there is no text to learn from; nothing else for any bytes.
    """
    if len(body) > _LARGEST:
        raise NotReadable(
            "too_large", f"the file has {len(body) / 2**20:.0f} MiB; at most {_LARGEST // 2**20} are read"
        )
    if not body.strip():
        raise NotReadable("unreadable", "the page is empty")
    kind = format_of(body, content_type=content_type, name=name or url)
    label = name or url
    match kind:
        case "media":
            raise NotReadable("unreadable", "a picture, a recording or an archive is no text")
        case "data":
            raise NotReadable("unreadable", "the file holds data, no text")
        case "pdf":
            return _kept(read_pdf(body), ENOUGH_PAGE, label)
    return _text(kind, decode(body, charset), url, label)


def _text(kind: Format, text: str, url: str, label: str) -> Extracted:
    match kind:
        case "html":
            return _page(text, url, label)
        case "notebook":
            return _kept(read_notebook(text, url), ENOUGH_SOURCE, label)
        case "rst":
            return _kept(read_markdown(to_markdown(text), url), ENOUGH_SOURCE, label)
        case _:
            return _plain(text, url, label)


def format_of(body: bytes, *, content_type: str = "", name: str = "") -> Format:
    """What the bytes are: by their first bytes where those tell, then by type, by suffix, and by looking inside."""
    head = body[:2048]
    if b"%PDF-" in head[:1024]:
        return "pdf"
    kind = content_type.split(";")[0].strip().lower()
    if head.startswith(_MAGIC) or kind.startswith(("image/", "audio/", "video/", "font/")):
        return "media"
    told = _TYPES.get(kind) or _suffix_format(name)
    if kind in {"text/plain", "application/octet-stream", ""} and _HTML.search(head):
        told = "html"
    if told == "html" and not _ANY_TAG.search(body[:20_000]) and not _HTML.search(head):
        told = _suffix_format(name) if _suffix_format(name) != "html" else None
    return told or _sniffed(body, kind)


def _suffix_format(name: str) -> Format | None:
    try:
        path = unquote(urlsplit(name).path)
    except ValueError:
        return None
    return _SUFFIXES.get(PurePosixPath(path.replace("\x00", "")).suffix.lower())


def _sniffed(body: bytes, kind: str) -> Format:
    if _NOTEBOOK.match(body[:2048]):
        return "notebook"
    if kind.endswith(("json", "xml")) and not _HTML.search(body[:2048]):
        return "data"
    return "html" if _HTML.search(body[:2048]) else "markdown"


def _page(source: str, url: str, label: str) -> Extracted:
    page = read_html(source, url)
    require_no_script(page.markdown, page.title, page.notice, is_shell=page.is_shell)
    require_page(page.markdown, page.title, heading=page.heading, has_password=page.has_password)
    require_share(page.markdown, source)
    read = Text(title=page.title, markdown=page.markdown, licence=page.licence, date=page.date, hidden=page.hidden)
    return _kept(read, ENOUGH_PAGE, label)


def _plain(text: str, url: str, label: str) -> Extracted:
    read = read_markdown(to_markdown(text) if looks_like_rst(text) else text, url)
    require_page(read.markdown, read.title)
    return _kept(read, ENOUGH_SOURCE, label)


def _stem(label: str) -> str:
    """The last part of an address or a file's name, for what states no title."""
    try:
        return PurePosixPath(unquote(urlsplit(label).path).replace("\x00", "")).stem[:100]
    except ValueError:
        return ""


def _kept(read: Text, least: int, label: str) -> Extracted:
    """What passes the gate, with what addresses a model defused."""
    require_text(read.markdown, least)
    text, addressed = neutralised(read.markdown)
    title, _ = neutralised(read.title or _stem(label))
    return Extracted(
        title=title,
        text=text.strip() + "\n",
        language=language_of(text),
        licence=read.licence,
        date=read.date,
        hidden=len(read.hidden),
        instructions=addressed + count_addressed(read.hidden),
    )
