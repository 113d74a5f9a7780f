"""A small web on loopback: a real HTTP server that answers as a test tells it to, and misbehaves on request.

with WebServer() as web:
    web.pages["https://a.test/x"] = Reply(b"<p>Hello</p>")          # asked for through a mirror, see FetchLimits
    web.pages["/x"] = [Reply(status=503), Reply(b"<p>Hello</p>")]   # asked for at web.url + "/x"; the last one repeats
    ...
    web.seen("https://a.test/x")
"""

import hashlib
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Literal, Self

Fault = Literal["", "hang", "cut", "slow", "endless"]
HTML = "text/html; charset=utf-8"

_TICK = 0.01
_LONGEST_FAULT = 20.0


@dataclass(frozen=True)
class Reply:
    """What one request is answered; a page with status 200 has an ETag of its own unless `etag` is False.

    `hang` never answers, `cut` sends half of the promised body, `slow` a byte every 0.05 s, `endless` sends the body
    again and again; `delay` is in seconds before the answer.
    """

    body: bytes = b""
    status: int = 200
    type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: Fault = ""
    etag: bool = True
    delay: float = 0.0


@dataclass(frozen=True)
class Request:
    """A request as it came: the address of the page that it means, its headers in lower case, and when (seconds)."""

    address: str
    headers: Mapping[str, str]
    at: float


class WebServer:
    """The server at `url` (`host` is its address with port). What is not in `pages` is a 404."""

    def __init__(self) -> None:
        self.pages: dict[str, Reply | Sequence[Reply]] = {}
        self.requests: list[Request] = []
        self.most_at_once = 0
        self.closing = threading.Event()
        self._flying = 0
        self._lock = threading.Lock()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": _TICK})

    @property
    def host(self) -> str:
        """For `FetchLimits.loopback`."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        """For `FetchLimits.mirror`, and as the base of addresses asked directly."""
        return f"http://{self.host}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def seen(self, address: str) -> int:
        """How often a page was asked for."""
        return sum(1 for request in self.requests if request.address == address)

    def take(self, request: Request) -> Reply:
        """Note a request, and the reply that the test has for it."""
        with self._lock:
            self.requests.append(request)
            self._flying += 1
            self.most_at_once = max(self.most_at_once, self._flying)
            replies = self.pages.get(request.address, Reply(b"<p>There is no such page.</p>", status=404))
            if isinstance(replies, Reply):
                return replies
            return replies[min(self.seen(request.address), len(replies)) - 1]

    def finish(self) -> None:
        """Note that a request has its answer."""
        with self._lock:
            self._flying -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 64

    def __init__(self, owner: WebServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.owner = owner


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # noqa: N802
        owner = self.server.owner
        self.close_connection = True
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = owner.take(Request(_address(self.path), headers, time.monotonic()))
        try:
            owner.closing.wait(reply.delay)
            self._answer(reply, headers)
        except ConnectionError:
            """The client had enough."""
        finally:
            owner.finish()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing on standard error."""

    def _answer(self, reply: Reply, headers: Mapping[str, str]) -> None:
        match reply.fault:
            case "hang":
                self.server.owner.closing.wait(_LONGEST_FAULT)
            case "cut":
                self._head(reply, {"Content-Length": str(2 * len(reply.body))})
                self.wfile.write(reply.body)
            case "slow":
                self._head(reply, {})
                self._repeat(b"x", 0.05)
            case "endless":
                self._head(reply, {})
                self._repeat(reply.body, 0.0)
            case "":
                self._whole(reply, headers)

    def _whole(self, reply: Reply, headers: Mapping[str, str]) -> None:
        tag = '"' + hashlib.sha256(reply.body).hexdigest()[:16] + '"'
        if reply.etag and reply.status == 200 and headers.get("if-none-match") == tag:
            reply = Reply(status=304)
        own = {"ETag": tag} if reply.etag and reply.status in {200, 304} else {}
        self._head(reply, {"Content-Length": str(len(reply.body)), **own})
        self.wfile.write(reply.body)

    def _head(self, reply: Reply, headers: Mapping[str, str]) -> None:
        self.send_response(reply.status)
        fields = {"Content-Type": reply.type, **headers, **reply.headers, "Connection": "close"}
        for name, value in fields.items():
            if value:
                self.send_header(name, value)
        self.end_headers()

    def _repeat(self, piece: bytes, pause: float) -> None:
        until = time.monotonic() + _LONGEST_FAULT
        while time.monotonic() < until and not self.server.owner.closing.wait(pause):
            self.wfile.write(piece)


def _address(path: str) -> str:
    """What a path means: `/https/a.test/x` is the page `https://a.test/x` of a mirror, `/x` itself."""
    scheme, _, rest = path.removeprefix("/").partition("/")
    return f"{scheme}://{rest}" if scheme in {"http", "https"} and rest else path
