"""Building: what changed is said, what serves keeps serving, and the generation before is kept."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from ingest.build import ingest, up_to_date
from ingest.errors import ConfigurationError, CorpusError, IndexMissing, IndexUnavailable
from ingest.generations import Generations
from ingest.library import open_library
from ingest.values import Where
from tests.corpora import build, settings, write_corpus

FILES: dict[str, str | bytes] = {
    "rnn.md": "# RNN\n\nAn RNN reads words in order.",
    "lstm.md": "# LSTM\n\nAn LSTM has three gates.",
    "gru.md": "# GRU\n\nA GRU has two gates.",
    "glossary.yaml": "[]",
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", FILES)


def answers(data: Path, corpus: Path, question: str = "gates") -> list[str]:
    library = open_library(settings(data, corpus))
    try:
        return [hit.chunk.document for hit in library.search(question, limit=5, where=Where())]
    finally:
        library.close()


def generations(data: Path) -> set[str]:
    return {path.name for path in (data / "index").iterdir() if path.is_dir()}


def test_the_first_build_adds_every_document(data: Path, small: Path) -> None:
    report = build(data, small)
    assert (report.built, report.documents, report.chunks, report.added) == (True, 3, 3, 3)
    assert (report.changed, report.removed, report.unchanged, report.problems) == (0, 0, 0, ())
    assert generations(data) == {report.index}


def test_a_second_build_changes_nothing_and_says_so(data: Path, small: Path) -> None:
    first = build(data, small)
    second = build(data, small)
    assert (second.built, second.added, second.changed, second.removed, second.unchanged) == (False, 0, 0, 0, 3)
    assert second.index == first.index


def test_a_rebuild_builds_although_nothing_changed(data: Path, small: Path) -> None:
    first = build(data, small)
    second = build(data, small, rebuild=True)
    assert (second.built, second.unchanged) == (True, 3)
    assert second.index != first.index


def test_added_changed_and_removed_documents_are_counted(data: Path, small: Path) -> None:
    build(data, small)
    (small / "gru.md").unlink()
    write_corpus(small, {"lstm.md": "# LSTM\n\nForget gates.", "new.md": "# New\n\nNew gates.", "newer.md": "Newer."})
    report = build(data, small)
    assert (report.added, report.changed, report.removed, report.unchanged) == (2, 1, 1, 1)
    assert sorted(answers(data, small)) == ["lstm", "new"]


def test_a_document_that_lost_its_encoding_counts_as_removed(data: Path, small: Path) -> None:
    build(data, small)
    write_corpus(small, {"gru.md": b"\xff"})
    report = build(data, small)
    assert (report.removed, report.unchanged, [str(problem.path) for problem in report.problems]) == (1, 2, ["gru.md"])


def test_a_changed_glossary_builds_again(data: Path, small: Path) -> None:
    build(data, small)
    write_corpus(small, {"glossary.yaml": "- {id: gate, zh: [门], en: [gate]}"})
    assert not up_to_date(settings(data, small))
    report = build(data, small)
    assert (report.built, report.unchanged) == (True, 3)
    assert "lstm" in answers(data, small, "门")


def test_an_index_is_up_to_date_until_a_file_changes(data: Path, small: Path) -> None:
    assert not up_to_date(settings(data, small))
    build(data, small)
    assert up_to_date(settings(data, small))
    write_corpus(small, {"gru.md": "# GRU\n\nChanged."})
    assert not up_to_date(settings(data, small))


def test_a_touched_file_with_the_same_words_changes_nothing(data: Path, small: Path) -> None:
    build(data, small)
    write_corpus(small, FILES)
    assert not build(data, small).built


def test_progress_runs_to_the_end(data: Path, small: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    ingest(settings(data, small), rebuild=False, on_progress=lambda *step: seen.append(step))
    assert seen[0] == ("reading", 0, 3)
    assert seen[-4:] == [("reading", 3, 3), ("indexing", 3, 3), ("checking", 0, 1), ("checking", 1, 1)]


@pytest.mark.parametrize(
    "break_it",
    [
        pytest.param(dict.fromkeys(["rnn.md", "lstm.md", "gru.md"], b"\xff"), id="no file can be read"),
        pytest.param({"glossary.yaml": "- {id: a"}, id="the glossary is broken"),
    ],
)
def test_a_failed_build_leaves_the_old_index_serving(data: Path, small: Path, break_it: dict[str, str | bytes]) -> None:
    built = build(data, small).index
    write_corpus(small, break_it)
    with pytest.raises(CorpusError):
        build(data, small)
    assert Generations(data).current() == built
    assert sorted(answers(data, small)) == ["gru", "lstm"]


def test_an_unreadable_corpus_names_its_first_fault(data: Path, tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", {"a.md": b"\xff", "b.md": ""})
    with pytest.raises(CorpusError, match="no document of .* can be read; the first fault is a.md:1: not UTF-8"):
        build(data, corpus)


def test_the_generation_before_is_kept_and_older_ones_go(data: Path, small: Path) -> None:
    names = [build(data, small, rebuild=True).index for _ in range(3)]
    assert generations(data) == set(names[1:])


def test_a_rollback_serves_the_generation_before(data: Path, small: Path) -> None:
    before = build(data, small).index
    write_corpus(small, {"new.md": "# New\n\nNew gates."})
    build(data, small)
    assert "new" in answers(data, small)
    assert Generations(data).rollback() == before
    assert "new" not in answers(data, small)


def test_a_rollback_can_be_taken_back(data: Path, small: Path) -> None:
    build(data, small)
    after = build(data, small, rebuild=True).index
    Generations(data).rollback()
    assert Generations(data).rollback() == after


def test_a_rollback_without_a_generation_before_is_an_error(data: Path, small: Path) -> None:
    build(data, small)
    with pytest.raises(IndexMissing, match="no earlier index to go back to"):
        Generations(data).rollback()


def test_what_a_dead_process_left_is_removed(data: Path, small: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    write_corpus(data / "index" / f"building-{dead.pid}", {"shard/segment": "half"})
    report = build(data, small)
    assert generations(data) == {report.index}


def test_what_a_living_process_builds_is_left_alone(data: Path, small: Path) -> None:
    other = data / "index" / f"building-{os.getppid()}"
    other.mkdir(parents=True)
    build(data, small)
    assert other.is_dir()


def test_a_folder_that_only_looks_like_a_build_stops_nothing(data: Path, small: Path) -> None:
    (data / "index" / "building-site").mkdir(parents=True)
    assert build(data, small).built


def test_a_data_directory_under_a_file_is_a_configuration_error(tmp_path: Path, small: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigurationError, match=r"the data directory '.*file/data' cannot be"):
        build(tmp_path / "file" / "data", small)


@pytest.mark.skipif(os.geteuid() == 0, reason="permission bits do not hold for root")
def test_a_read_only_data_directory_is_a_configuration_error(data: Path, small: Path) -> None:
    data.mkdir(mode=0o500)
    with pytest.raises(
        ConfigurationError, match="cannot be written .*; make it writable or name another with TUTOR_DATA"
    ):
        build(data, small)


def test_nothing_built_is_said_with_the_remedy(data: Path, small: Path) -> None:
    with pytest.raises(IndexMissing, match=r"no index in '.*data'; build one with 'tutor ingest'"):
        open_library(settings(data, small))


def test_a_build_on_a_server_that_is_down_leaves_the_old_index_serving(data: Path, small: Path) -> None:
    built = build(data, small).index
    with pytest.raises(IndexUnavailable, match="no Qdrant server answers"):
        build(data, small, QDRANT_URL="http://127.0.0.1:9")
    assert Generations(data).current() == built
    assert sorted(answers(data, small)) == ["gru", "lstm"]


def test_a_disk_with_little_room_is_said_before_anything_is_written(
    data: Path, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=150_000_000))
    with pytest.raises(ConfigurationError, match="has 150 MB left and 200 MB are needed"):
        build(data, small)
    assert list((data / "index").iterdir()) == []


def test_a_disk_that_fills_while_building_is_said_in_a_sentence(
    data: Path, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(data, small)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ConfigurationError, match=r"cannot be written \(No space left on device\)"):
        build(data, small, rebuild=True)
    assert Generations(data).current() == first.index
