"""What a fetch is given and gives back."""

from typing import Literal

from ingest.values import Value

LinkState = Literal[
    "fetched",
    "unchanged",
    "moved",
    "dead",
    "refused",
    "throttled",
    "needs_javascript",
    "needs_login",
    "unreadable",
    "too_large",
    "unsafe",
    "unreachable",
]
READABLE: tuple[LinkState, ...] = ("fetched", "unchanged", "moved")


class Page(Value):
    """The body of an answer, without content encoding.

    `url` is the address that answered in the end, `content_type` the media type in lower case without parameters,
    `fetched` the day of the fetch (ISO, UTC); what was not sent is "".
    """

    url: str
    content_type: str = ""
    charset: str = ""
    body: bytes
    etag: str = ""
    last_modified: str = ""
    fetched: str


class Outcome(Value):
    """What became of one address: `pages` are its text, or the kept copy of an earlier run where this fetch failed.

    `reason` says in a few words what happened; `status` is the last HTTP status, 0 without an answer.
    """

    address: str
    state: LinkState
    reason: str = ""
    status: int = 0
    pages: tuple[Page, ...] = ()


class FetchLimits(Value):
    """How hard a fetch may try: at most `at_once` requests, one at a time per host with `pause` seconds between them.

    `timeout` bounds one wait and `total` one address, in seconds. `loopback` names hosts with port on this machine that
    may be asked all the same; through `mirror`, one of them, every page is asked for as `<mirror>/https/host/path`.
    """

    at_once: int = 8
    pause: float = 1.0
    timeout: float = 20.0
    total: float = 60.0
    max_bytes: int = 20 * 1024 * 1024
    redirects: int = 8
    retries: int = 3
    loopback: tuple[str, ...] = ()
    mirror: str = ""
