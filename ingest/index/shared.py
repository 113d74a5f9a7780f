"""Lends an opened index to other processes of the same user, over a Unix socket that only this user may open.

An embedded index belongs to one process. The one that serves the page listens beside the shard; a command that finds
the index held asks there instead. One JSON object a line each way.
"""

import hashlib
import os
import socket
import socketserver
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from ingest.errors import IndexLocked, TutorError
from ingest.index import Index
from ingest.meaning import DenseQuery
from ingest.values import Chunk, Hit, SparseVector, Value, Where

_NAME = "socket"
_LONGEST_PATH = 100  # what every system allows for the address of a Unix socket
_SECONDS = 30.0


class _Request(Value):
    what: Literal["search", "chunks", "count"]
    question: SparseVector = SparseVector(indices=(), values=())
    limit: int = 0
    where: Where = Where()
    dense: DenseQuery | None = None


class _Reply(Value):
    hits: tuple[Hit, ...] = ()
    chunks: tuple[Chunk, ...] = ()
    count: int = 0
    error: str = ""


_REPLY: TypeAdapter[_Reply] = TypeAdapter(_Reply)


def socket_path(shard: Path) -> Path:
    """Where the holder of a shard listens: beside it, or below the temporary folder when that path is too long."""
    beside = shard.parent / _NAME
    if len(os.fsencode(beside)) <= _LONGEST_PATH:
        return beside
    digest = hashlib.sha256(os.fsencode(shard.resolve())).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"roadmap-tutor-{digest}"


class SharedIndex:
    """An index that answers here and over the socket of its shard. Raises nothing where sockets of this kind are missing."""

    def __init__(self, index: Index, shard: Path) -> None:
        self._index = index
        self._server = _listen(index, socket_path(shard))

    def search(self, question: SparseVector, *, limit: int, where: Where, dense: DenseQuery | None = None) -> list[Hit]:
        """See Index."""
        return self._index.search(question, limit=limit, where=where, dense=dense)

    def chunks(self, where: Where) -> list[Chunk]:
        """See Index."""
        return self._index.chunks(where)

    def count(self) -> int:
        """See Index."""
        return self._index.count()

    def close(self) -> None:
        """See Index; callers over the socket are sent away first."""
        if self._server:
            self._server.end()
        self._index.close()


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True

    def __init__(self, index: Index, path: Path) -> None:
        self.index = index
        self.answering = threading.Lock()
        self.callers: set[socket.socket] = set()
        self._path = path
        super().__init__(str(path), _Handler)

    def end(self) -> None:
        """Take no more callers, and send away those who are there."""
        self.shutdown()
        self.server_close()
        self._path.unlink(missing_ok=True)
        for caller in list(self.callers):
            with suppress(OSError):
                caller.shutdown(socket.SHUT_RDWR)
        with self.answering:
            return


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.server.callers.add(self.connection)
        with suppress(OSError):  # the caller, or the holder of the index, went away
            for line in self.rfile:
                self.wfile.write(_REPLY.dump_json(self._reply(line)) + b"\n")
        self.server.callers.discard(self.connection)

    def _reply(self, line: bytes) -> _Reply:
        try:
            request = _Request.model_validate_json(line)
            with self.server.answering:
                return _answer(self.server.index, request)
        except ValidationError:
            return _Reply(error="the request is not one that this version understands")
        except TutorError as error:
            return _Reply(error=str(error))


def _answer(index: Index, request: _Request) -> _Reply:
    match request.what:
        case "search":
            hits = index.search(request.question, limit=request.limit, where=request.where, dense=request.dense)
            return _Reply(hits=tuple(hits))
        case "chunks":
            return _Reply(chunks=tuple(index.chunks(request.where)))
        case "count":
            return _Reply(count=index.count())


def _listen(index: Index, path: Path) -> _Server | None:
    """A server in a thread of its own; None on a system, or a file system, without Unix sockets."""
    if not hasattr(socket, "AF_UNIX"):
        return None
    mask = os.umask(0o177)
    try:
        path.unlink(missing_ok=True)  # left by a process that was killed; the shard's lock says that it is gone
        server = _Server(index, path)
    except OSError:
        return None
    finally:
        os.umask(mask)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    return server


class RemoteIndex:
    """The index of another process, asked over its socket. Raises IndexLocked when that process does not answer."""

    def __init__(self, shard: Path) -> None:
        path = socket_path(shard)
        self._shard = shard
        self._lock = threading.Lock()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(_SECONDS)
        try:
            if path.stat().st_uid != os.getuid():
                raise PermissionError(f"{path} belongs to another user")
            self._socket.connect(str(path))
        except OSError as error:
            self._socket.close()
            raise self._unreachable() from error
        self._file = self._socket.makefile("rwb")

    def search(self, question: SparseVector, *, limit: int, where: Where, dense: DenseQuery | None = None) -> list[Hit]:
        """See Index."""
        request = _Request(what="search", question=question, limit=limit, where=where, dense=dense)
        return list(self._ask(request).hits)

    def chunks(self, where: Where) -> list[Chunk]:
        """See Index."""
        return list(self._ask(_Request(what="chunks", where=where)).chunks)

    def count(self) -> int:
        """See Index."""
        return self._ask(_Request(what="count")).count

    def close(self) -> None:
        """See Index."""
        with suppress(OSError):
            self._file.close()
        self._socket.close()

    def _ask(self, request: _Request) -> _Reply:
        try:
            with self._lock:
                self._file.write(request.model_dump_json().encode() + b"\n")
                self._file.flush()
                line = self._file.readline()
            reply = _REPLY.validate_json(line)
        except (OSError, ValueError) as error:
            raise self._unreachable() from error
        if reply.error:
            raise IndexLocked(reply.error)
        return reply

    def _unreachable(self) -> IndexLocked:
        return IndexLocked(
            f"the index {str(self._shard)!r} is held by another tutor process that does not answer; stop that one, "
            "or give this one a data directory of its own with TUTOR_DATA"
        )
