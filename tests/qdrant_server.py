"""A Qdrant server on loopback: the REST calls that we use, answered by the client's own local mode; and how to fail.

with QdrantServer() as server:
    server.failures.extend([503, 429])  # the next two requests that write points
    ...  # a client at server.url
"""

import json
import re
import threading
import warnings
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from pydantic import BaseModel
from qdrant_client import QdrantClient, models

_Answer = Callable[[QdrantClient, str, dict[str, Any]], object]


class QdrantServer:
    """The server at `url`; `requests` are the bodies of collections made, `failures` the statuses still to be given.

    With a `key` every request without it is refused.
    """

    def __init__(self, key: str = "") -> None:
        self.local = QdrantClient(":memory:")
        self.key = key
        self.failures: list[int] = []
        self.requests: list[dict[str, Any]] = []
        self.lock = threading.Lock()
        self._http = _Http(self)
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self.local.close()

    def collections(self) -> set[str]:
        """The names of the collections that it holds."""
        return {collection.name for collection in self.local.get_collections().collections}

    def aliases(self) -> dict[str, str]:
        """Which name means which collection."""
        return {alias.alias_name: alias.collection_name for alias in self.local.get_aliases().aliases}


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, server: QdrantServer) -> None:
        self.qdrant = server
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Http
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._handle()

    do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815  # the names that http.server calls

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else {}
        path, qdrant = self.path.split("?")[0], self.server.qdrant
        if qdrant.key and self.headers.get("api-key") != qdrant.key:
            self._send(401, {"status": {"error": "Must provide an API key"}})
        elif qdrant.failures and self.command == "PUT" and path.endswith("/points"):
            self._send(qdrant.failures.pop(0), {"status": {"error": "not now"}})
        else:
            self._send(*self._answer(path, body))

    def _answer(self, path: str, body: dict[str, Any]) -> tuple[int, object]:
        for (method, pattern), answer in _ANSWERS.items():
            match = re.fullmatch(pattern, path)
            if match and method == self.command:
                if (method, pattern) == _CREATE:
                    self.server.qdrant.requests.append(body)
                return self._from_local(answer, "".join(match.groups()), body)
        return 404, {"status": {"error": f"{self.command} {path}"}}

    def _from_local(self, answer: _Answer, collection: str, body: dict[str, Any]) -> tuple[int, object]:
        with self.server.qdrant.lock, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # local mode needs no payload index, and says so
            try:
                result = answer(self.server.qdrant.local, collection, body)
            except ValueError as error:
                return 404, {"status": {"error": str(error)}}
        return 200, {"result": _plain(result), "status": "ok", "time": 0.0}

    def _send(self, status: int, answer: object) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _plain(result: object) -> object:
    return result.model_dump(mode="json") if isinstance(result, BaseModel) else result


def _create(client: QdrantClient, name: str, body: dict[str, Any]) -> object:
    asked = models.CreateCollection.model_validate(body)
    sparse = {str(k): v for k, v in (asked.sparse_vectors or {}).items()}
    return client.create_collection(name, vectors_config=asked.vectors or {}, sparse_vectors_config=sparse)


def _upsert(client: QdrantClient, name: str, body: dict[str, Any]) -> object:
    return client.upsert(name, models.PointsList.model_validate(body).points)


def _scroll(client: QdrantClient, name: str, body: dict[str, Any]) -> object:
    asked = models.ScrollRequest.model_validate(body)
    points, offset = client.scroll(
        name,
        scroll_filter=asked.filter,
        limit=asked.limit or 10,
        offset=asked.offset,
        with_vectors=asked.with_vector or False,
    )
    return {"points": [_plain(point) for point in points], "next_page_offset": offset}


def _query(client: QdrantClient, name: str, body: dict[str, Any]) -> object:
    asked = models.QueryRequest.model_validate(body)
    lists = body.get("prefetch") or []
    for prefetch, given in zip(asked.prefetch if isinstance(asked.prefetch, list) else [], lists, strict=True):
        prefetch.query = _vector(given["query"])
    return client.query_points(
        name,
        prefetch=asked.prefetch,
        query=asked.query if lists else _vector(body["query"]),
        using=asked.using,
        query_filter=asked.filter,
        limit=asked.limit or 10,
    )


def _vector(query: Any) -> models.NearestQuery:
    """The types would read a sparse vector as another kind of query, too."""
    given = query["nearest"] if isinstance(query, dict) and "nearest" in query else query
    nearest = given if isinstance(given, list) else models.SparseVector.model_validate(given)
    return models.NearestQuery(nearest=nearest)


def _change_aliases(client: QdrantClient, _: str, body: dict[str, Any]) -> object:
    return client.update_collection_aliases(models.ChangeAliasesOperation.model_validate(body).actions)


_CREATE = ("PUT", "/collections/([^/]+)")
_ANSWERS: dict[tuple[str, str], _Answer] = {
    ("GET", "/collections"): lambda client, _, body: client.get_collections(),
    ("GET", "/aliases"): lambda client, _, body: client.get_aliases(),
    ("POST", "/collections/aliases"): _change_aliases,
    ("GET", "/collections/([^/]+)/exists"): lambda client, name, body: {"exists": client.collection_exists(name)},
    _CREATE: _create,
    ("DELETE", "/collections/([^/]+)"): lambda client, name, body: client.delete_collection(name),
    ("PUT", "/collections/([^/]+)/index"): lambda client, name, body: client.create_payload_index(
        name, body["field_name"], field_schema=body["field_schema"]
    ),
    ("PUT", "/collections/([^/]+)/points"): _upsert,
    ("POST", "/collections/([^/]+)/points/query"): _query,
    ("POST", "/collections/([^/]+)/points/scroll"): _scroll,
    ("POST", "/collections/([^/]+)/points/count"): lambda client, name, body: client.count(name),
}
