"""Which addresses stand for one page, and where its text is best asked for."""

import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

from ingest.values import Value

_TRACKING = frozenset(
    {
        "fbclid",
        "from",
        "gclid",
        "hl",
        "igshid",
        "mc_cid",
        "mc_eid",
        "msclkid",
        "ref",
        "ref_src",
        "share_medium",
        "share_source",
        "share_token",
        "spm",
        "spm_id_from",
        "vd_source",
        "yclid",
    }
)
_DEFAULT_PORT = {"http": re.compile(r"(?::(?:80)?)+$"), "https": re.compile(r"(?::(?:443)?)+$")}
_ARXIV_HOSTS = frozenset({"arxiv.org", "www.arxiv.org", "export.arxiv.org"})
_ARXIV = re.compile(
    r"/(?:abs|pdf|html)/(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?/?", re.ASCII
)
_RAW = "https://raw.githubusercontent.com"
_FILE = re.compile(r"/(?P<repository>[\w.-]+/[\w.-]+)/(?:blob|raw)/(?P<path>[^/]+/.+)", re.ASCII)
_FOLDER = re.compile(
    r"/(?P<repository>[\w-]+/[\w.-]+?)(?:\.git)?(?:/tree/(?P<ref>[^/]+)(?P<folder>/.*?)?)?/?", re.ASCII
)
_NO_OWNERS = frozenset(
    {"about", "apps", "collections", "features", "marketplace", "orgs", "search", "settings", "sponsors", "topics"}
)
_READMES = (
    "README.md",
    "readme.md",
    "README.rst",
    "README.zh-CN.md",
    "README_zh.md",
    "README_CN.md",
    "Readme.md",
    "README",
)


class Candidate(Value):
    """An address to ask for a page's text; the documents that a `repository`'s README lists belong to the page."""

    url: str
    repository: bool = False


def canonical(address: str) -> str:
    """The key under which one page is known; any other text comes back as it is.

    Scheme and host in lower case; no default port, fragment or tracking parameters; one address for all of an arXiv
    paper's versions and formats.

    >>> canonical("https://arXiv.org/pdf/1706.03762v5.pdf?utm_source=x#page=2")
    'https://arxiv.org/abs/1706.03762'
    """
    parts = _web(address)
    if parts is None:
        return address
    user, at, host = parts.netloc.rpartition("@")
    host = _DEFAULT_PORT[parts.scheme].sub("", host.lower())
    if not host:
        return address
    paper = _paper(host, parts.path)
    if paper and not at:
        return f"{parts.scheme}://arxiv.org/abs/{paper}"
    return urlunsplit((parts.scheme, f"{user}{at}{host}", parts.path or "/", _without_tracking(parts.query), ""))


def candidates(address: str) -> tuple[Candidate, ...]:
    """Where to ask for the text of a page, best first; the first that answers has it.

    >>> [candidate.url for candidate in candidates("https://arxiv.org/abs/1706.03762")]
    ['https://arxiv.org/html/1706.03762', 'https://arxiv.org/pdf/1706.03762']
    """
    plain = (Candidate(url=address),)
    parts = _web(address)
    if parts is None:
        return plain
    host = parts.netloc.lower()
    if paper := _paper(host, parts.path):
        return tuple(Candidate(url=f"https://arxiv.org/{form}/{paper}") for form in ("html", "pdf"))
    match host:
        case "github.com" | "www.github.com":
            return *_github(parts.path), *plain
        case "colab.research.google.com" | "nbviewer.org" | "nbviewer.jupyter.org":
            return _file(parts.path.removeprefix("/github")) or plain
    return plain


def _github(path: str) -> tuple[Candidate, ...]:
    folder = _FOLDER.fullmatch(path)
    if folder is None or folder["repository"].split("/")[0].lower() in _NO_OWNERS:
        return _file(path)
    base = f"{_RAW}/{folder['repository']}/{folder['ref'] or 'HEAD'}{(folder['folder'] or '').rstrip('/')}"
    return tuple(Candidate(url=f"{base}/{name}", repository=True) for name in _READMES)


def _file(path: str) -> tuple[Candidate, ...]:
    match = _FILE.fullmatch(path)
    return (Candidate(url=f"{_RAW}/{match['repository']}/{match['path']}"),) if match else ()


def _web(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} and parts.netloc else None


def _paper(host: str, path: str) -> str:
    match = _ARXIV.fullmatch(path) if host in _ARXIV_HOSTS else None
    return match["id"] if match else ""


def _without_tracking(query: str) -> str:
    return "&".join(part for part in query.split("&") if not _is_tracking(part.partition("=")[0].lower()))


def _is_tracking(name: str) -> bool:
    return name in _TRACKING or name.startswith("utm_")
