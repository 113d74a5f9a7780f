"""An index moves to a server and back with its vectors, and a move that fails changes nothing."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.errors import ConfigurationError, IndexLocked, IndexMissing, IndexStale, IndexUnavailable, UsageError
from ingest.generations import MANIFEST, SHARD, Generations
from ingest.index.edge import EdgeIndex
from ingest.index.server import ServerIndex, connect
from ingest.library import open_library
from ingest.move import Moved, move_index
from ingest.values import Hit, Where
from ingest.verify import verify
from tests.conftest import Run
from tests.corpora import build, settings, write_corpus
from tests.qdrant_server import QdrantServer

FILES: dict[str, str | bytes] = {
    **{f"note{n}.md": f"# Note {n}\n\nSubject{n} is told here.\n\n## Rest\n\nThere are {n} gates." for n in range(30)},
    "glossary.yaml": "[]",
}


@pytest.fixture
def server() -> Iterator[QdrantServer]:
    with QdrantServer() as running:
        yield running


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("move") / "corpus", FILES)


@pytest.fixture(scope="module")
def built(corpus: Path) -> Path:
    """A data directory that each test gets a copy of."""
    build(corpus.parent / "data", corpus)
    return corpus.parent / "data"


@pytest.fixture
def first(data: Path, built: Path) -> str:
    """The name of the embedded generation that serves."""
    shutil.copytree(built, data)
    return Generations(data).current()


def move(data: Path, corpus: Path, to: str, **others: str) -> Moved:
    return move_index(settings(data, corpus, **others), to, lambda step, done, total: None)


def hits(data: Path, corpus: Path, **others: str) -> list[Hit]:
    library = open_library(settings(data, corpus, **others))
    try:
        return library.search("subject7 told", limit=1, where=Where(language="en"))
    finally:
        library.close()


def test_an_index_goes_to_a_server_as_it_is(data: Path, corpus: Path, first: str, server: QdrantServer) -> None:
    before = hits(data, corpus)
    steps: list[tuple[str, int, int]] = []
    moved = move_index(settings(data, corpus), server.url, lambda *step: steps.append(step))
    assert steps == [("moving", 60, 60)]
    assert (moved.before, moved.chunks, moved.setting) == (first, 60, f"QDRANT_URL={server.url}")
    assert server.collections() == {moved.place}
    assert server.aliases() == {"roadmap-tutor": moved.place}
    assert moved.place.startswith(Generations(data).collection_prefix())
    after = hits(data, corpus, QDRANT_URL=server.url)
    assert [hit.chunk for hit in after] == [hit.chunk for hit in before]
    assert [hit.score for hit in after] == pytest.approx([hit.score for hit in before], rel=1e-4)


def test_the_vectors_are_those_that_were_stored(data: Path, corpus: Path, first: str, server: QdrantServer) -> None:
    moved = move(data, corpus, server.url)
    ours, theirs = (
        EdgeIndex(Generations(data).path(first) / SHARD),
        ServerIndex(connect(server.url, ""), moved.place),
    )
    assert sorted(ours.encoded(), key=lambda item: item[0].id) == sorted(theirs.encoded(), key=lambda item: item[0].id)
    ours.close()
    theirs.close()


def test_a_rollback_takes_a_move_back(data: Path, corpus: Path, first: str, server: QdrantServer) -> None:
    before = hits(data, corpus)
    move(data, corpus, server.url)
    assert Generations(data).rollback() == first
    assert hits(data, corpus) == before


def test_an_index_comes_back_from_a_server(data: Path, corpus: Path, first: str, server: QdrantServer) -> None:
    before = hits(data, corpus)
    there = move(data, corpus, server.url)
    back = move(data, corpus, "embedded", QDRANT_URL=server.url)
    assert (back.before, back.place, back.setting) == (there.index, "embedded", "QDRANT_URL=")
    after = hits(data, corpus)
    assert [hit.chunk for hit in after] == [hit.chunk for hit in before]
    assert [hit.score for hit in after] == pytest.approx([hit.score for hit in before])
    assert {kept.name for kept in Generations(data).kept()} == {there.index, back.index}


def test_collections_of_dropped_generations_go_from_the_server(
    data: Path, corpus: Path, first: str, server: QdrantServer
) -> None:
    places = []
    for _ in range(2):
        places.append(move(data, corpus, server.url).place)
        move(data, corpus, "embedded", QDRANT_URL=server.url)
    assert server.collections() == {places[1]}


def test_a_moved_index_needs_no_new_build(data: Path, corpus: Path, first: str, server: QdrantServer) -> None:
    moved = move(data, corpus, server.url)
    report = build(data, corpus, QDRANT_URL=server.url)
    assert (report.built, report.index) == (False, moved.index)


def test_a_moved_index_is_sound(data: Path, corpus: Path, first: str, server: QdrantServer) -> None:
    move(data, corpus, server.url)
    library = open_library(settings(data, corpus, QDRANT_URL=server.url))
    verdict = verify(library)
    library.close()
    assert verdict.sound
    assert (verdict.counted, verdict.sampled_found) == (60, 40)


@pytest.mark.parametrize("failures", [[503], [429, 500], [502, 503]])
def test_what_does_not_get_through_is_sent_again(
    data: Path, corpus: Path, first: str, server: QdrantServer, failures: list[int]
) -> None:
    server.failures.extend(failures)
    assert move(data, corpus, server.url).chunks == 60


@pytest.mark.parametrize(
    ("failures", "message"),
    [([503, 503, 503], "no Qdrant server answers for"), ([400], "refuses a request: 400")],
)
def test_a_move_that_fails_leaves_everything_as_it_was(
    data: Path, corpus: Path, first: str, server: QdrantServer, failures: list[int], message: str
) -> None:
    before = hits(data, corpus)
    server.failures.extend(failures)
    with pytest.raises(IndexUnavailable, match=message):
        move(data, corpus, server.url)
    assert server.collections() == set()
    assert [path.name for path in (data / "index").iterdir() if path.is_dir()] == [first]
    assert hits(data, corpus) == before


def test_shards_and_replicas_are_settings(data: Path, corpus: Path, first: str, server: QdrantServer) -> None:
    move(data, corpus, server.url, QDRANT_SHARDS="3", QDRANT_REPLICAS="2")
    [request] = server.requests
    assert (request["shard_number"], request["replication_factor"]) == (3, 2)


@pytest.mark.filterwarnings("ignore:Api key is used with an insecure connection")
def test_a_key_is_sent_and_a_wrong_one_said(data: Path, corpus: Path, first: str) -> None:
    with QdrantServer(key="secret") as server:
        with pytest.raises(IndexUnavailable, match=r"refuses the key \(401\); set QDRANT_API_KEY"):
            move(data, corpus, server.url, QDRANT_API_KEY="guess")
        assert move(data, corpus, server.url, QDRANT_API_KEY="secret").chunks == 60


def test_an_index_that_is_held_is_not_moved(data: Path, corpus: Path, first: str, server: QdrantServer) -> None:
    library = open_library(settings(data, corpus))
    library.share()
    with pytest.raises(IndexLocked, match="held by another tutor process"):
        move(data, corpus, server.url)
    library.close()
    assert server.collections() == set()


@pytest.mark.parametrize(
    ("to", "message"),
    [
        ("embedded", "the index lies in the data directory already"),
        ("", "the index lies in the data directory already"),
        ("the moon", "cannot be moved to 'the moon'; say 'embedded' or an address like"),
        ("localhost:6333", "say 'embedded' or an address like"),
    ],
)
def test_a_place_that_makes_no_sense_is_said(data: Path, corpus: Path, first: str, to: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        move(data, corpus, to)


def test_an_index_is_not_moved_to_where_it_lies(data: Path, corpus: Path, first: str, server: QdrantServer) -> None:
    move(data, corpus, server.url)
    with pytest.raises(UsageError, match="the index lies at 'http://.*' already"):
        move(data, corpus, f"{server.url}/", QDRANT_URL=server.url)


def test_a_server_must_be_named_to_move_away_from_it(
    data: Path, corpus: Path, first: str, server: QdrantServer
) -> None:
    move(data, corpus, server.url)
    with pytest.raises(ConfigurationError, match="lies on a Qdrant server; say on which with QDRANT_URL"):
        move(data, corpus, "embedded")


def test_a_server_that_is_down_is_said(data: Path, corpus: Path, first: str) -> None:
    with pytest.raises(IndexUnavailable, match=r"no Qdrant server answers at 'http://127.0.0.1:9'"):
        move(data, corpus, "http://127.0.0.1:9")


def test_an_address_that_is_none_is_said(data: Path, corpus: Path, first: str) -> None:
    with pytest.raises(ConfigurationError, match="QDRANT_URL 'http://127.0.0.1:99999' is no address"):
        move(data, corpus, "http://127.0.0.1:99999")


def test_nothing_built_cannot_be_moved(data: Path, corpus: Path) -> None:
    with pytest.raises(IndexMissing):
        move(data, corpus, "http://127.0.0.1:9")


def test_an_old_index_is_not_moved(data: Path, corpus: Path, first: str) -> None:
    path = Generations(data).path(first) / MANIFEST
    manifest = Generations(data).manifest(first).model_copy(update={"encoder": "bm25-0"})
    path.write_text(manifest.model_dump_json())
    with pytest.raises(IndexStale, match="built by 'bm25-0', not '.+'; run 'tutor ingest' before it is moved"):
        move(data, corpus, "http://127.0.0.1:9")


def test_the_command_says_which_setting_must_change(
    data: Path, corpus: Path, first: str, server: QdrantServer, run_tutor: Run
) -> None:
    ran = run_tutor("index", "move", "--to", server.url, data=data, TUTOR_CORPUS=str(corpus))
    assert ran.returncode == 0, ran.stderr
    assert "Moved 60 chunks" in ran.stdout
    assert f"set QDRANT_URL={server.url}" in ran.stdout
    assert "moving 60/60" in ran.stderr
