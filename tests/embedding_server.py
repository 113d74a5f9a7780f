"""A scripted embedding endpoint on loopback: vectors made of hashed words, and how to fail.

with EmbeddingServer(synonyms={"automobile": "car"}) as server:
    server.faults.append(Fault(status=429, headers={"Retry-After": "1"}))  # of the next request
    ...  # an OpenAI-compatible client at server.url
    server.texts  # what was embedded, in order
"""

import hashlib
import json
import math
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

_WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]")
_LONGEST_HANG = 30.0


@dataclass(frozen=True)
class Fault:
    """What one request gets instead: a status with an error, no answer (`hang`), too few vectors, or bytes as they are."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    hang: bool = False
    lacking: int = 0
    body: bytes | None = None


class EmbeddingServer:
    """The endpoint at `url`; `faults` are used up one a request, from the front.

    Words of one meaning (`synonyms`, word to word) count as one. `salt` makes it another model under the same name,
    `noise` what is added to every number, `most` the texts of a request that are not refused, `always` a fault of every
    request. `requests` are the bodies received, `keys` the Authorization headers.
    """

    def __init__(self, *, dimensions: int = 64, synonyms: Mapping[str, str] | None = None, key: str = "") -> None:
        self.dimensions = dimensions
        self.synonyms = dict(synonyms or {})
        self.key = key
        self.salt = ""
        self.noise = 0.0
        self.most = 1000
        self.faults: list[Fault] = []
        self.always: Fault | None = None
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.closing = threading.Event()
        self.lock = threading.Lock()
        self._http = _Http(self)
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"

    @property
    def texts(self) -> list[str]:
        """Every text that was asked for, in order."""
        return [text for request in self.requests for text in request["input"]]

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()

    def vector(self, text: str, dimensions: int) -> list[float]:
        """A unit vector: the sum of a direction for each word."""
        total = [self.noise] * dimensions
        for word in _WORD.findall(text.lower()):
            digest = hashlib.shake_256(f"{self.salt}{self.synonyms.get(word, word)}".encode()).digest(dimensions)
            total = [value + byte - 127.5 for value, byte in zip(total, digest, strict=True)]
        length = math.sqrt(sum(value * value for value in total)) or 1.0
        return [value / length for value in total]

    def take(self, request: dict[str, Any], key: str) -> Fault | None:
        """Note a request, and the fault that it gets."""
        with self.lock:
            self.requests.append(request)
            self.keys.append(key)
            if self.key and key != f"Bearer {self.key}":
                return Fault(status=401)
            if self.faults:
                return self.faults.pop(0)
            return Fault(status=400) if len(request["input"]) > self.most else self.always


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, owner: EmbeddingServer) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Http
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        owner = self.server.owner
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        fault = owner.take(request, self.headers.get("Authorization", "")) or Fault()
        if fault.hang:
            owner.closing.wait(_LONGEST_HANG)
            self.close_connection = True
        elif self.path != "/v1/embeddings" or fault.status != 200:
            error = {"message": "scripted", "code": fault.code or None}
            self._send(
                fault.status if fault.status != 200 else 404, json.dumps({"error": error}).encode(), fault.headers
            )
        elif fault.body is not None:
            self._send(200, fault.body, fault.headers)
        else:
            self._send(200, json.dumps(_reply(owner, request, fault)).encode(), fault.headers)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing on standard error."""

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _reply(owner: EmbeddingServer, request: dict[str, Any], fault: Fault) -> dict[str, Any]:
    dimensions = request.get("dimensions") or owner.dimensions
    texts = request["input"][: len(request["input"]) - fault.lacking]
    data = [
        {"object": "embedding", "index": n, "embedding": owner.vector(text, dimensions)} for n, text in enumerate(texts)
    ]
    return {"object": "list", "data": data[::-1], "model": request["model"], "usage": {"total_tokens": 1}}
