"""Both back ends answer alike: Qdrant Edge on disk, and a server's client in its own memory."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from ingest.errors import IndexDamaged, IndexLocked, IndexUnavailable
from ingest.index import Encoded, Index, batches
from ingest.index.edge import EdgeIndex, build_edge
from ingest.index.server import ServerIndex, build_server, connect
from ingest.index.shared import RemoteIndex, SharedIndex, socket_path
from ingest.library import Library
from ingest.values import Chunk, SparseVector, Where
from tests.corpora import passage

# Local mode stands for a server here, and says that it needs no payload index.
pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")

Open = Callable[[list[Encoded]], Index]
CHUNKS = [
    passage("two", document="b", position=1, language="zh", kind="lesson", topic="rnn", role="check"),
    passage("one", document="b", position=0, language="zh", kind="lesson", topic="rnn", role="definition"),
    passage("three", document="a", position=0, kind="roadmap"),
    passage("four", document="c", position=0, kind="lesson", topic="lstm", role="exercise"),
]
# Term 1 stands in all of them, term 2 in two, term 3 in one.
VECTORS = [
    SparseVector(indices=(1, 2, 3), values=(1.0, 1.0, 2.0)),
    SparseVector(indices=(1, 2), values=(2.0, 1.0)),
    SparseVector(indices=(1,), values=(3.0,)),
    SparseVector(indices=(1, 4_294_967_295), values=(4.0, 1.0)),
]
ENCODED = [Encoded(*item) for item in zip(CHUNKS, VECTORS, strict=True)]


@pytest.fixture(params=["edge", "server", "remote"])
def open_index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    opened: list[Index] = []
    callers: list[Index] = []

    def on_disk(encoded: list[Encoded]) -> Index:
        assert build_edge(tmp_path / "shard", encoded, lambda done: None) == len(encoded)
        return EdgeIndex(tmp_path / "shard")

    def in_memory(encoded: list[Encoded]) -> Index:
        client = connect(":memory:", "")
        assert build_server(client, "test", encoded, lambda done: None) == len(encoded)
        return ServerIndex(client, "test")

    def lent(encoded: list[Encoded]) -> Index:
        opened.append(SharedIndex(on_disk(encoded), tmp_path / "shard"))
        callers.append(RemoteIndex(tmp_path / "shard"))
        return callers[-1]

    kinds: dict[str, Open] = {"edge": on_disk, "server": in_memory, "remote": lent}

    def build(encoded: list[Encoded]) -> Index:
        index = kinds[request.param](encoded)
        if index not in callers:
            opened.append(index)
        return index

    yield build
    for index in (*callers, *opened):
        index.close()


def question(*terms: int) -> SparseVector:
    return SparseVector(indices=terms, values=(1.0,) * len(terms))


def texts(index: Index, asked: SparseVector, *, limit: int = 10, where: Where | None = None) -> list[str]:
    return [hit.chunk.text for hit in index.search(asked, limit=limit, where=where or Where())]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ((1,), ["four", "three", "one", "two"]),
        ((3,), ["two"]),
        ((1, 2, 3), ["two", "one", "four", "three"]),
        ((4_294_967_295,), ["four"]),
        ((99,), []),
        ((), []),
    ],
)
def test_hits_come_best_first(open_index: Open, terms: tuple[int, ...], expected: list[str]) -> None:
    assert texts(open_index(ENCODED), question(*terms)) == expected


def test_a_score_is_weight_times_rarity(open_index: Open) -> None:
    [hit] = open_index(ENCODED).search(question(3), limit=1, where=Where())
    assert hit.score == pytest.approx(2.0 * 1.203973, abs=1e-5)  # ln(1 + (4 - 1 + 0.5) / (1 + 0.5))


def test_a_limit_keeps_the_best(open_index: Open) -> None:
    assert texts(open_index(ENCODED), question(1), limit=2) == ["four", "three"]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Where(language="zh"), ["one", "two"]),
        (Where(kind="roadmap"), ["three"]),
        (Where(topic="lstm"), ["four"]),
        (Where(document="b"), ["one", "two"]),
        (Where(without_roles=("check", "exercise")), ["three", "one"]),
        (Where(language="zh", without_roles=("check",)), ["one"]),
        (Where(language="en", topic="rnn"), []),
        (Where(document="b'"), []),
    ],
    ids=str,
)
def test_a_search_returns_only_what_it_may(open_index: Open, where: Where, expected: list[str]) -> None:
    assert texts(open_index(ENCODED), question(1), where=where) == expected


def test_all_chunks_come_by_document_and_position(open_index: Open) -> None:
    assert [chunk.text for chunk in open_index(ENCODED).chunks(Where())] == ["three", "one", "two", "four"]


def test_the_chunks_of_a_topic_come_alone(open_index: Open) -> None:
    assert [chunk.text for chunk in open_index(ENCODED).chunks(Where(topic="rnn"))] == ["one", "two"]


def test_a_chunk_comes_back_as_it_was_stored(open_index: Open) -> None:
    stored = passage(
        "列 | 与\n\0“行”", heading=("一", "Two"), lines=(3, 9), url="https://a.b/c", date="2026", topic="x"
    )
    assert open_index([Encoded(stored, VECTORS[0])]).chunks(Where()) == [stored]


@pytest.mark.parametrize("size", [0, 1, 256, 1100])
def test_every_chunk_is_counted_and_read_whatever_the_number(open_index: Open, size: int) -> None:
    index = open_index([Encoded(passage(f"{number}", position=number), VECTORS[0]) for number in range(size)])
    assert index.count() == size
    assert [chunk.position for chunk in index.chunks(Where())] == list(range(size))


def test_a_batch_is_never_longer_than_asked() -> None:
    assert [len(batch) for batch in batches(ENCODED * 2, size=3)] == [3, 3, 2]


def test_both_back_ends_give_the_same_hits_for_the_corpus(corpus_library: Library) -> None:
    chunks = corpus_library.index.chunks(Where())
    client = QdrantClient(":memory:")
    build_server(client, "corpus", _encoded(corpus_library, chunks), lambda done: None)
    server = ServerIndex(client, "corpus")
    questions = [
        "什么是LSTM？",
        "Why do transformers need positional encoding?",
        "学完 RNN 学什么",
        "attention",
        "反向传播",
    ]
    for asked in questions:
        vector = corpus_library.encoder.encode_across(asked)
        ours = corpus_library.index.search(vector, limit=10, where=Where(without_roles=("check",)))
        theirs = server.search(vector, limit=10, where=Where(without_roles=("check",)))
        assert [hit.score for hit in ours] == pytest.approx([hit.score for hit in theirs], abs=1e-3)
        assert ours[0].chunk == theirs[0].chunk
        assert len(ours) == 10
    server.close()


def _encoded(library: Library, chunks: list[Chunk]) -> list[Encoded]:
    from ingest.prepared import indexed_text

    average = library.manifest.average_length
    return [Encoded(chunk, library.encoder.count(indexed_text(chunk)).weigh(average)) for chunk in chunks]


def test_a_collection_that_is_gone_is_damage() -> None:
    with pytest.raises(IndexDamaged, match="no collection 'gone'; rebuild it with 'tutor ingest --rebuild'"):
        ServerIndex(connect(":memory:", ""), "gone")


class _Dying(BaseHTTPRequestHandler):
    """A Qdrant server that has every collection and then answers no question."""

    def do_GET(self) -> None:
        self._send(HTTPStatus.OK, {"result": {"exists": True, "collections": []}, "status": "ok", "time": 0.0})

    def do_POST(self) -> None:
        self._send(HTTPStatus.INTERNAL_SERVER_ERROR, {"status": {"error": "out of memory"}})

    def _send(self, status: HTTPStatus, answer: object) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def dying_server() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Dying)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "use",
    [
        lambda index: index.search(question(1), limit=1, where=Where()),
        lambda index: index.chunks(Where()),
        lambda index: index.count(),
    ],
    ids=["search", "chunks", "count"],
)
def test_a_server_that_stops_answering_is_said_in_a_sentence(dying_server: str, use: Callable[[Index], object]) -> None:
    index = ServerIndex(connect(dying_server, ""), "held")
    with pytest.raises(IndexUnavailable, match="no Qdrant server answers for 'held'; start it, or unset QDRANT_URL"):
        use(index)
    index.close()


def test_a_server_that_does_not_answer_is_named() -> None:
    with pytest.raises(IndexUnavailable, match=r"no Qdrant server answers at 'http://127.0.0.1:9'; start it"):
        connect("http://127.0.0.1:9", "")


def test_the_socket_of_a_held_index_is_for_its_user_alone(tmp_path: Path) -> None:
    build_edge(tmp_path / "shard", ENCODED, lambda done: None)
    index = SharedIndex(EdgeIndex(tmp_path / "shard"), tmp_path / "shard")
    path = socket_path(tmp_path / "shard")
    assert path.stat().st_mode & 0o777 == 0o600
    index.close()
    assert not path.exists()


def test_a_held_index_answers_many_processes_at_once(tmp_path: Path) -> None:
    build_edge(tmp_path / "shard", ENCODED, lambda done: None)
    held = SharedIndex(EdgeIndex(tmp_path / "shard"), tmp_path / "shard")
    callers = [RemoteIndex(tmp_path / "shard") for _ in range(5)]
    found: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda caller=caller: found.extend(texts(caller, question(3)) for _ in range(20)))
        for caller in callers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [["two"]] * 100
    for caller in callers:
        caller.close()
    held.close()


def test_a_holder_that_is_gone_is_said_so(tmp_path: Path) -> None:
    build_edge(tmp_path / "shard", ENCODED, lambda done: None)
    held = SharedIndex(EdgeIndex(tmp_path / "shard"), tmp_path / "shard")
    caller = RemoteIndex(tmp_path / "shard")
    held.close()
    with pytest.raises(IndexLocked, match="does not answer"):
        caller.count()
    caller.close()
    with pytest.raises(IndexLocked, match="does not answer"):
        RemoteIndex(tmp_path / "shard")


def test_what_is_no_request_is_answered_with_an_error(tmp_path: Path) -> None:
    build_edge(tmp_path / "shard", ENCODED, lambda done: None)
    held = SharedIndex(EdgeIndex(tmp_path / "shard"), tmp_path / "shard")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as raw:
        raw.connect(str(socket_path(tmp_path / "shard")))
        raw.sendall(b"{}\nnonsense\n")
        with raw.makefile("rb") as file:
            assert [b"not one that this version" in file.readline() for _ in range(2)] == [True, True]
    assert held.count() == len(ENCODED)
    held.close()


def test_a_path_that_is_too_long_for_a_socket_is_no_hindrance(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 25)
    build_edge(folder / "shard", ENCODED, lambda done: None)
    held = SharedIndex(EdgeIndex(folder / "shard"), folder / "shard")
    caller = RemoteIndex(folder / "shard")
    assert caller.count() == len(ENCODED)
    caller.close()
    held.close()
