"""Which kinds of content may hold text to learn from."""

from pathlib import PurePosixPath

from ingest.fetch.failure import Failure

_TEXTS = frozenset(
    {
        "",
        "application/json",
        "application/pdf",
        "application/rst",
        "application/x-ipynb+json",
        "application/x-pdf",
        "application/xhtml+xml",
        "application/xml",
    }
)
_UNNAMED = frozenset({"application/octet-stream", "binary/octet-stream"})
_SUFFIXES = frozenset({".htm", ".html", ".ipynb", ".markdown", ".md", ".mdx", ".pdf", ".rst", ".txt"})
_OTHERS = {"image": "an image", "video": "a video", "audio": "a sound", "font": "a font"}
_ARCHIVES = ("zip", "tar", "gzip", "compressed", "7z", "rar")


def media_type(content_type: str) -> tuple[str, str]:
    """Media type and charset of a Content-Type, in lower case; "" for what it does not say.

    >>> media_type('Text/HTML; charset="UTF-8"')
    ('text/html', 'utf-8')
    """
    kind, _, parameters = content_type.partition(";")
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return kind.strip().lower(), value.strip().strip("\"'").lower()
    return kind.strip().lower(), ""


def check_media(kind: str, path: str) -> None:
    """Raise Failure ("unreadable") for a media type that is no text; an unnamed one is told by the path's suffix."""
    if kind in _TEXTS or kind.startswith("text/"):
        return
    if kind in _UNNAMED and PurePosixPath(path).suffix.lower() in _SUFFIXES:
        return
    family = kind.partition("/")[0]
    if family in _OTHERS:
        raise Failure("unreadable", f"{_OTHERS[family]} is no text")
    if any(name in kind for name in _ARCHIVES):
        raise Failure("unreadable", "an archive is no text")
    raise Failure("unreadable", f"the type {kind!r} is no text")
