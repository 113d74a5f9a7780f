"""Generations are listed, kept two at a time, and leave nothing behind, neither folders nor collections."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from ingest.errors import ConfigurationError, IndexMissing
from ingest.generations import MANIFEST, Dropped, Generations, Manifest
from ingest.index.server import drop, switch_alias, unused_collections
from tests.corpora import process_environment


@pytest.fixture
def kept(data: Path) -> Generations:
    return Generations(data)


def publish(generations: Generations, name: str, collection: str = "") -> tuple[Dropped, ...]:
    building = generations.begin()
    manifest = Manifest(
        generation=name,
        encoder="bm25-1",
        chunker="headings-1",
        corpus="c0ffee",
        documents={"a": "1", "b": "2"},
        chunks=5,
        average_length=3.0,
        collection=collection,
    )
    (building / MANIFEST).write_text(manifest.model_dump_json(), "utf-8")
    return generations.publish(building, name)


def dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_nothing_is_kept_where_nothing_was_built(kept: Generations) -> None:
    assert kept.kept() == ()
    assert kept.collections() == frozenset()


def test_what_is_kept_is_told_newest_first(kept: Generations) -> None:
    publish(kept, "one", "held")
    publish(kept, "two")
    newer, older = kept.kept()
    assert (newer.name, newer.current, newer.place, newer.chunks, newer.documents) == ("two", True, "embedded", 5, 2)
    assert (older.name, older.current, older.place, older.problem) == ("one", False, "held", "")
    assert older.built < newer.built < time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 2))
    assert (newer.encoder, newer.chunker) == ("bm25-1", "headings-1")


def test_after_a_rollback_the_older_one_is_marked(kept: Generations) -> None:
    publish(kept, "one")
    publish(kept, "two")
    kept.rollback()
    assert [(generation.name, generation.current) for generation in kept.kept()] == [("two", False), ("one", True)]


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe"])
def test_an_unreadable_manifest_is_told_as_a_problem(kept: Generations, content: bytes) -> None:
    publish(kept, "one")
    (kept.path("one") / MANIFEST).write_bytes(content)
    [generation] = kept.kept()
    assert generation.current
    assert "'tutor ingest --rebuild'" in generation.problem


def test_a_pointer_to_nothing_is_told_as_a_problem(kept: Generations) -> None:
    publish(kept, "one")
    kept.path("one").rename(kept.folder / "building-site")
    [generation] = kept.kept()
    assert (generation.name, generation.current) == ("one", True)
    assert generation.problem


def test_a_pointer_that_is_no_text_is_said(kept: Generations) -> None:
    publish(kept, "one")
    (kept.folder / "current").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ConfigurationError, match="its pointer is not text"):
        kept.current()


def test_publishing_keeps_the_one_before_and_tells_what_went(kept: Generations) -> None:
    assert publish(kept, "one", "held-1") == ()
    assert publish(kept, "two", "held-2") == ()
    assert publish(kept, "three", "held-3") == (Dropped(name="one", collection="held-1"),)
    assert {path.name for path in kept.folder.iterdir() if path.is_dir()} == {"two", "three"}


def test_publishing_after_a_rollback_keeps_the_one_that_served(kept: Generations) -> None:
    publish(kept, "one")
    publish(kept, "two")
    kept.rollback()
    assert publish(kept, "three") == (Dropped(name="two", collection=""),)
    assert kept.rollback() == "one"


def test_one_that_cannot_serve_is_not_kept_for_a_rollback(kept: Generations) -> None:
    publish(kept, "one")
    publish(kept, "two")
    (kept.path("two") / MANIFEST).unlink()
    assert publish(kept, "three") == (Dropped(name="two", collection=""),)
    assert kept.rollback() == "one"


def test_a_rollback_never_goes_to_one_that_was_not_published(kept: Generations) -> None:
    publish(kept, "one")
    publish(kept, "two")
    orphan = kept.path("orphan")  # a process was killed after it renamed its folder, before it switched
    orphan.mkdir()
    (orphan / MANIFEST).write_bytes((kept.path("two") / MANIFEST).read_bytes())
    assert kept.rollback() == "one"


def test_a_pointer_of_one_line_rolls_back_too(kept: Generations) -> None:
    publish(kept, "one")
    publish(kept, "two")
    (kept.folder / "current").write_text("two\n")
    assert kept.rollback() == "one"


def test_a_rollback_to_what_is_gone_is_an_error(kept: Generations) -> None:
    publish(kept, "one")
    publish(kept, "two")
    (kept.path("one") / MANIFEST).unlink()
    with pytest.raises(IndexMissing, match="no earlier index"):
        kept.rollback()
    assert kept.current() == "two"


def test_a_build_removes_what_killed_ones_left(kept: Generations) -> None:
    kept.folder.mkdir(parents=True)
    (kept.folder / f"building-{dead_process()}" / "shard").mkdir(parents=True)
    (kept.folder / "removed-one" / "shard").mkdir(parents=True)
    old, fresh, foreign = (kept.folder / name for name in (".abcdefgh.part", ".ijklmnop.part", ".film.mkv.part"))
    for part in (old, fresh, foreign):
        part.write_bytes(b"half")
    for part in (old, foreign):
        os.utime(part, (0, 0))
    building = kept.begin()
    assert {path.name for path in kept.folder.iterdir()} == {building.name, fresh.name, foreign.name}


def test_a_new_name_is_no_name_that_is_there(kept: Generations) -> None:
    first = kept.fresh_name("c0ffee00c0ffee")
    assert first.endswith("-c0ffee00")
    kept.path(first).mkdir(parents=True)
    assert kept.fresh_name("c0ffee00c0ffee") != first


def test_a_data_directory_has_a_prefix_of_its_own(tmp_path: Path) -> None:
    one, other = Generations(tmp_path / "one"), Generations(tmp_path / "other")
    assert one.collection_prefix() == Generations(tmp_path / "one").collection_prefix()
    assert one.collection_prefix() != other.collection_prefix()
    assert one.collection_prefix().startswith("roadmap-tutor-")


def test_only_collections_that_nobody_uses_are_unused(kept: Generations) -> None:
    prefix = kept.collection_prefix()
    publish(kept, "one", f"{prefix}one")
    publish(kept, "two", f"{prefix}two")
    other = kept.folder / f"building-{os.getppid()}"
    other.mkdir()
    kept.claim(other, f"{prefix}in-the-making")
    client = QdrantClient(":memory:")
    theirs = ("roadmap-tutor-00000000-one", "something-else")
    ours = [f"{prefix}{name}" for name in ("one", "two", "in-the-making", "killed")]
    for name in (*ours, *theirs):
        client.create_collection(name, vectors_config={})
    unused = unused_collections(client, prefix, kept.collections())
    assert unused == (f"{prefix}killed",)
    drop(client, (*unused, f"{prefix}never-there"))
    assert unused_collections(client, "", ()) == tuple(sorted({*ours, *theirs} - {*unused}))
    client.close()


def test_a_name_is_switched_from_one_collection_to_another() -> None:
    client = QdrantClient(":memory:")
    for name in ("one", "two"):
        client.create_collection(name, vectors_config={})
        switch_alias(client, "roadmap-tutor", name)
        [alias] = client.get_aliases().aliases
        assert (alias.alias_name, alias.collection_name) == ("roadmap-tutor", name)
    client.close()


def test_tidying_removes_what_was_never_published_and_tells_its_collection(kept: Generations) -> None:
    publish(kept, "one", "held-1")
    publish(kept, "two", "held-2")
    orphan = kept.path("orphan")
    orphan.mkdir()
    manifest = kept.manifest("two").model_copy(update={"generation": "orphan", "collection": "held-3"})
    (orphan / MANIFEST).write_text(manifest.model_dump_json())
    (kept.folder / "removed-zero").mkdir()
    assert kept.tidy() == (Dropped(name="orphan", collection="held-3"),)
    assert {path.name for path in kept.folder.iterdir()} == {"one", "two", "current"}
    assert kept.tidy() == ()


def test_tidying_keeps_everything_where_the_pointer_is_lost(kept: Generations) -> None:
    publish(kept, "one")
    (kept.folder / "current").unlink()
    assert kept.tidy() == ()
    assert kept.path("one").is_dir()


def test_tidying_what_an_older_version_left_keeps_the_one_before(kept: Generations) -> None:
    publish(kept, "one")
    publish(kept, "two")
    (kept.folder / "current").write_text("two\n")
    assert kept.tidy() == ()
    assert kept.rollback() == "one"


def test_processes_that_publish_at_once_leave_two_generations_that_are_whole(data: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from ingest.generations import Generations;"
        "from tests.ingest.test_generations import publish;"
        "[publish(Generations(Path(sys.argv[1])), f'{sys.argv[2]}-{n}') for n in range(10)]"
    )
    command = [sys.executable, "-c", script, str(data)]
    processes = [subprocess.Popen([*command, name], env=process_environment()) for name in "abc"]
    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0]
    newest, before = Generations(data).kept()
    assert newest.current
    assert (newest.problem, before.problem) == ("", "")
    assert {path.name for path in (data / "index").iterdir()} == {newest.name, before.name, "current"}
