"""A scripted chat endpoint on loopback: a real HTTP server that says what a test tells it to, and how to fail.

with ModelServer() as server:
    server.script.append(Reply(text="RNN reads in order [1]."))
    ...  # an OpenAI-compatible client at server.url
    server.requests[0]["messages"]
"""

import contextlib
import json
import select
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

Request = dict[str, Any]

_PIECE = 4
_HANG_LIMIT = 30.0
_TICK = 0.01
_PATH = "/v1/chat/completions"


@dataclass(frozen=True)
class Reply:
    """What the endpoint answers to one request.

    `delay` is in seconds before each piece of a stream, or before a whole reply. `status` other than 200 sends an
    error. `stop_after` breaks the connection after so many pieces; `broken` sends JSON that cannot be read; `hang`
    sends nothing until the client or the server closes; `finish_reason` None ends a stream as if cut by a proxy.
    """

    text: str = ""
    delay: float = 0.0
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    stop_after: int | None = None
    broken: bool = False
    hang: bool = False
    finish_reason: str | None = "stop"


Scripted = Reply | Callable[[Request], Reply]


class ModelServer:
    """The endpoint at `url`; it takes replies from the front of `script`, and repeats the last one.

    `requests` are the bodies received, `keys` the Authorization headers, `disconnects` how often a client closed before
    the end of its reply. An error of a scripted function is raised at the end of the `with` block.
    """

    def __init__(self) -> None:
        self.script: list[Scripted] = []
        self.requests: list[Request] = []
        self.keys: list[str] = []
        self.disconnects = 0
        self.faults: list[BaseException] = []
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": _TICK})

    @property
    def url(self) -> str:
        """The base URL for a client."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

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
        if self.faults and error is None:
            raise self.faults[0]

    def take(self, request: Request, key: str) -> Reply:
        """Note a request, and the reply that the script has for it."""
        with self._lock:
            self.requests.append(request)
            self.keys.append(key)
            if not self.script:
                return Reply(status=500, text="the test has scripted no reply")
            scripted = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return scripted if isinstance(scripted, Reply) else scripted(request)

    def note_disconnect(self) -> None:
        """Count a client that did not wait for the end."""
        with self._lock:
            self.disconnects += 1


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, owner: ModelServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.owner = owner

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep the error for the test."""
        fault = sys.exc_info()[1]
        if fault is not None:
            self.owner.faults.append(fault)


class _Gone(Exception):
    """The client closed the connection, or the server is closing."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:  # noqa: N802
        self.close_connection = True
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        reply = self.server.owner.take(request, self.headers.get("Authorization", ""))
        try:
            if self.path != _PATH:
                self._whole({"error": {"message": f"no such path: {self.path}"}}, 404, {})
            elif reply.hang:
                self._wait(_HANG_LIMIT)
            elif reply.status != 200:
                self._wait(reply.delay)
                self._whole({"error": {"message": reply.text or "scripted"}}, reply.status, reply.headers)
            elif request.get("stream"):
                self._stream(reply, request)
            else:
                self._complete(reply, request)
        except (_Gone, ConnectionError):
            if not self.server.owner.closing.is_set():
                self.server.owner.note_disconnect()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing on standard error."""

    def _stream(self, reply: Reply, request: Request) -> None:
        self._head(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked", **reply.headers})
        pieces = [reply.text[at : at + _PIECE] for at in range(0, len(reply.text), _PIECE)]
        for sent, piece in enumerate(pieces):
            if sent == reply.stop_after:
                self._cut()
                return
            self._wait(reply.delay)
            if reply.broken and sent == len(pieces) // 2:
                self._event('{"choices": [{"index": 0, "delta": {"content": ')
            self._event(json.dumps(_chunk(request, {"content": piece}, None)))
        if reply.stop_after is not None:
            self._cut()
            return
        if reply.finish_reason:
            self._event(json.dumps(_chunk(request, {}, reply.finish_reason)))
        # One write: a client may close as soon as it has read [DONE], and has then waited for the end.
        self._send((_sse("[DONE]") if reply.finish_reason else b"") + b"0\r\n\r\n")

    def _complete(self, reply: Reply, request: Request) -> None:
        self._wait(reply.delay)
        if reply.stop_after is not None:
            self._head(200, {"Content-Type": "application/json", "Content-Length": "1000", **reply.headers})
            self._cut()
        elif reply.broken:
            self._body(b'{"choices": [', 200, reply.headers)
        else:
            self._whole(_completion(request, reply), 200, reply.headers)

    def _event(self, data: str) -> None:
        self._send(_sse(data))

    def _whole(self, made: object, status: int, headers: Mapping[str, str]) -> None:
        self._body(json.dumps(made, ensure_ascii=False).encode(), status, headers)

    def _body(self, body: bytes, status: int, headers: Mapping[str, str]) -> None:
        self._head(status, {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers})
        self._send(body)

    def _head(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()

    def _send(self, data: bytes) -> None:
        self._wait(0)
        self.wfile.write(data)
        self.wfile.flush()

    def _cut(self) -> None:
        """End the connection in the middle of the reply."""
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _wait(self, seconds: float) -> None:
        """Wait, unless the client or the server closes meanwhile. Raises _Gone then."""
        for pause in _ticks(seconds):
            readable, _, _ = select.select([self.connection], [], [], 0)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                raise _Gone
            if self.server.owner.closing.wait(pause):
                raise _Gone


def _sse(data: str) -> bytes:
    """A server-sent event as one chunk of a chunked body."""
    line = f"data: {data}\n\n".encode()
    return b"%x\r\n%s\r\n" % (len(line), line)


def _ticks(seconds: float) -> Iterator[float]:
    """Pauses of at most a tick that add up to `seconds`, with an empty one at the end."""
    while seconds > 0:
        yield min(seconds, _TICK)
        seconds -= _TICK
    yield 0


def _chunk(request: Request, delta: dict[str, str], finish_reason: str | None) -> Request:
    return {
        "id": "scripted",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": request.get("model", ""),
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
    }


def _completion(request: Request, reply: Reply) -> Request:
    message = {"role": "assistant", "content": reply.text}
    return {
        "id": "scripted",
        "object": "chat.completion",
        "created": 0,
        "model": request.get("model", ""),
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish_reason or "stop"}],
    }
