"""The benchmarks measure what they say: the same searches beside each other, the same text every time. Nothing is timed here."""

from pathlib import Path

import pytest

from evals.bench.material import HTML, MARKDOWN, SECTIONS, pages, write_documents
from evals.bench.measure import median_ratio, middle, percentile, run
from evals.bench.opening import Opened
from evals.bench.ours import Spent
from evals.bench.questions import questions
from evals.bench.rivals import Bm25s, Postings
from evals.bench.searching import Compared
from evals.bench.table import Row, not_run, table
from ingest.index.edge import EdgeIndex
from ingest.library import open_library
from ingest.values import Where
from tests.corpora import build, settings, write_corpus

CHUNKS = 90


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A generated corpus, and the data directory of its index."""
    folder = tmp_path_factory.mktemp("bench")
    write_documents(folder / "corpus", CHUNKS)
    build(folder / "data", folder / "corpus")
    return folder / "corpus", folder / "data"


def test_a_generated_corpus_has_as_many_chunks_as_asked_for(generated: tuple[Path, Path]) -> None:
    corpus, data = generated
    library = open_library(settings(data, corpus))
    chunks = library.index.chunks(Where())
    library.close()
    assert len(chunks) == CHUNKS
    assert {chunk.language for chunk in chunks} == {"zh", "en"}
    assert len(list(corpus.iterdir())) == -(-CHUNKS // SECTIONS)


def test_generated_text_and_questions_are_the_same_every_time(generated: tuple[Path, Path], tmp_path: Path) -> None:
    corpus, _ = generated
    write_documents(tmp_path / "again", CHUNKS)
    assert all(path.read_bytes() == (corpus / path.name).read_bytes() for path in (tmp_path / "again").iterdir())
    assert questions(120) == questions(120)
    assert len(set(questions(120))) > 100


def test_numpy_finds_what_the_index_finds(generated: tuple[Path, Path]) -> None:
    corpus, data = generated
    library = open_library(settings(data, corpus))
    assert isinstance(library.index, EdgeIndex)
    encoded = list(library.index.encoded())
    postings = Postings([item.sparse for item in encoded])
    for question in questions(40):
        hits = library.search(question, limit=5, where=Where())
        vector = library.encoder.encode_question(question)
        found = postings.search(vector, 5)
        scores = postings.scores(vector)[found]
        assert scores == pytest.approx([hit.score for hit in hits], rel=1e-4)
    library.close()


def test_bm25s_finds_a_passage_by_its_own_terms(generated: tuple[Path, Path]) -> None:
    pytest.importorskip("bm25s", reason="not run: bm25s is not installed")
    corpus, data = generated
    library = open_library(settings(data, corpus))
    assert isinstance(library.index, EdgeIndex)
    vectors = [item.sparse for item in library.index.encoded()]
    library.close()
    search = Bm25s(vectors)
    assert [search.search(vectors[number], 1) for number in (0, 7, 42)] == [[0], [7], [42]]


def test_the_measuring_processes_answer(generated: tuple[Path, Path]) -> None:
    corpus, data = generated
    opened = Opened.model_validate_json(run("evals.bench.opening", data=data, corpus=corpus).output)
    compared = Compared.model_validate_json(run("evals.bench.searching", data=data, corpus=corpus).output)
    assert 0 < opened.opened < opened.first
    assert opened.memory > 1
    assert 0 < compared.ours.p50 <= compared.ours.p95


def test_files_become_an_index_and_each_step_is_told_apart(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", {"one.md": "# One\n\nOne document.\n"})
    page = "<html><body><main><h1>Gates</h1>" + "<p>An LSTM has three gates that it learns.</p>" * 20 + "</main>"
    files = write_corpus(
        tmp_path / "files", {"lstm.html": page, "empty.md": "", "notes.md": "# Notes\n\n" + "Text. " * 20}
    )
    took = run("evals.bench.ours", str(files), data=tmp_path / "data", corpus=corpus)
    spent = Spent.model_validate_json(took.output)
    assert (spent.chunks, spent.refused) == (3, 1)
    assert 0 < spent.extracting + spent.preparing + spent.indexing + spent.rest <= took.seconds
    assert took.cpu > 0


@pytest.mark.parametrize("suffixes", [MARKDOWN, HTML])
def test_without_a_mirror_files_of_its_kind_are_generated(tmp_path: Path, suffixes: frozenset[str]) -> None:
    material = pages(tmp_path, suffixes, mirror=tmp_path / "absent")
    assert material.origin == "generated text"
    assert {path.suffix for path in material.folder.iterdir()} <= suffixes
    assert material.megabytes > 2


def test_a_mirror_is_copied(tmp_path: Path) -> None:
    mirror = write_corpus(tmp_path / "mirror", {"host/a.md": "# A", "host/b.html": "<p>", "c.png": b"\x89PNG"})
    material = pages(tmp_path / "work", MARKDOWN, mirror=mirror)
    assert (material.files, material.origin) == (1, "mirrored pages")
    assert (material.folder / "host" / "a.md").read_text("utf-8") == "# A"


def test_percentiles_and_ratios() -> None:
    values = [float(number) for number in range(1, 21)]
    assert (percentile(values, 0.5), percentile(values, 0.95), percentile([3.0], 0.95)) == (10, 19, 3)
    assert median_ratio([1, 2, 4], [4, 10, 8]) == 4


def test_the_middle_run_is_the_one_of_median_length(generated: tuple[Path, Path]) -> None:
    corpus, data = generated
    runs = [run("ingest.errors", data=data, corpus=corpus) for _ in range(3)]
    assert sorted(took.seconds for took in runs)[1] == middle(runs).seconds


def test_the_table_lines_up() -> None:
    rows = [
        Row(what="search", ours="1 ms", beside="bm25s 2 ms", ratio="0.5×", target="≤ 3×"),
        not_run("ingest", "no pages"),
    ]
    assert table(rows) == (
        "what    ours               beside      ratio  target\n"
        "search  1 ms               bm25s 2 ms  0.5×   ≤ 3×\n"
        "ingest  not run: no pages\n"
    )
