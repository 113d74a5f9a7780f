"""An index that cannot serve says why in one sentence, with the remedy, and the remedy works."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.errors import IndexDamaged, IndexLocked, IndexStale
from ingest.generations import Generations
from ingest.library import Library, open_library
from ingest.values import Where
from tests.corpora import build, process_environment, settings, write_corpus

FILES: dict[str, str | bytes] = {
    "rnn.md": "# RNN\n\nAn RNN reads.",
    "lstm.md": "# LSTM\n\nAn LSTM has gates.",
    "glossary.yaml": "[]",
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", FILES)


@pytest.fixture
def generation(data: Path, small: Path) -> Path:
    """The folder of a fresh index."""
    return Generations(data).path(build(data, small).index)


def use(library: Library) -> list[str]:
    try:
        hits = library.search("RNN", limit=5, where=Where(kind="page"))
        assert library.graph.edges == ()
        assert library.lessons == {}
        assert library.rarity("rnn") > 0
        return [library.title(hit.chunk.document, "en") for hit in hits]
    finally:
        library.close()


@pytest.mark.parametrize(("field", "old"), [("encoder", "bm25-0"), ("chunker", "pages-0")])
def test_an_index_of_another_version_is_stale(data: Path, small: Path, generation: Path, field: str, old: str) -> None:
    manifest = generation / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), field: old}))
    with pytest.raises(IndexStale, match=f"the index was built by '{old}', not '.+'; run 'tutor ingest'"):
        open_library(settings(data, small))


def test_an_index_that_lies_elsewhere_than_wanted_is_stale(data: Path, small: Path, generation: Path) -> None:
    with pytest.raises(IndexStale, match="lies in the data directory .+, the settings want a Qdrant server"):
        open_library(settings(data, small, QDRANT_URL=":memory:"))
    manifest = generation / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "collection": "held"}))
    with pytest.raises(IndexStale, match="lies in a Qdrant server, the settings want the data directory"):
        open_library(settings(data, small))


def test_a_stale_index_serves_again_after_the_ingest_it_asks_for(data: Path, small: Path, generation: Path) -> None:
    manifest = generation / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "encoder": "bm25-0"}))
    assert build(data, small).built
    assert use(open_library(settings(data, small))) == ["RNN"]


def empty(path: Path) -> None:
    path.write_bytes(b"")


def noise(path: Path) -> None:
    path.write_bytes(b"\x7f\x00noise" * 20)


def half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A data directory and its corpus, for tests that put back what they harm."""
    folder = tmp_path_factory.mktemp("shared")
    build(folder / "data", write_corpus(folder / "corpus", FILES))
    return folder / "data", folder / "corpus"


@pytest.mark.parametrize("harm", [Path.unlink, empty, noise, half])
@pytest.mark.parametrize(
    "file", ["manifest.json", "graph.json", "lessons.json", "glossary.json", "documents.json", "words.json"]
)
def test_a_damaged_file_says_how_to_rebuild(shared: tuple[Path, Path], file: str, harm: Callable[[Path], None]) -> None:
    data, corpus = shared
    path = Generations(data).path(Generations(data).current()) / file
    sound = path.read_bytes()
    harm(path)
    with pytest.raises(IndexDamaged, match="rebuild it with 'tutor ingest --rebuild'"):
        use(open_library(settings(data, corpus)))
    path.write_bytes(sound)


@pytest.mark.parametrize(
    ("harm", "patterns"),
    [
        pytest.param(shutil.rmtree, ["shard"], id="the shard is gone"),
        pytest.param(shutil.rmtree, ["shard/wal", "shard/segments"], id="all it held is gone"),
        pytest.param(noise, ["shard/edge_config.json"], id="its settings are noise"),
        pytest.param(noise, ["shard/segments/*/segment.json"], id="its segments are noise"),
        pytest.param(noise, ["shard/segments/*/payload_storage/page_0.dat"], id="its payloads are noise"),
        pytest.param(empty, ["shard/segments/**/status.dat"], id="the engine panics"),
    ],
)
def test_a_damaged_shard_says_how_to_rebuild_and_the_rebuild_helps(
    data: Path, small: Path, generation: Path, harm: Callable[[Path], None], patterns: list[str]
) -> None:
    harmed = [path for pattern in patterns for path in generation.glob(pattern)]
    assert harmed
    for path in harmed:
        harm(path)
    with pytest.raises(IndexDamaged, match="rebuild it with 'tutor ingest --rebuild'"):
        use(open_library(settings(data, small)))
    build(data, small, rebuild=True)
    assert use(open_library(settings(data, small))) == ["RNN"]


def test_a_pointer_to_nothing_is_damage(data: Path, small: Path, generation: Path) -> None:
    shutil.rmtree(generation)
    with pytest.raises(IndexDamaged, match="rebuild it with 'tutor ingest --rebuild'"):
        open_library(settings(data, small))


HOLD = """
import sys
from pathlib import Path
from ingest.library import open_library
from tests.corpora import settings
library = open_library(settings(Path(sys.argv[1]), Path(sys.argv[2])))
print("open", flush=True)
sys.stdin.read()
library.close()
"""


def test_an_index_held_by_another_process_says_so_and_opens_once_that_one_ends(
    data: Path, small: Path, generation: Path
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data), str(small)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=process_environment(),
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(IndexLocked, match="is held by another tutor process; stop that one, or give this one"):
            open_library(settings(data, small))
        holder.communicate("")
    assert use(open_library(settings(data, small))) == ["RNN"]


def test_a_build_leaves_an_open_index_as_it_was(data: Path, small: Path, generation: Path) -> None:
    serving = open_library(settings(data, small))
    write_corpus(small, {"gru.md": "# GRU\n\nAn RNN with two gates."})
    built = build(data, small)
    assert len(use(serving)) == 1
    assert built.index != generation.name
    assert len(use(open_library(settings(data, small)))) == 2
