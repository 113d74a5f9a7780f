"""A check finds what is wrong with an index, and nothing wrong with a sound one, whatever it holds."""

import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.documents import Corpus, LessonMeta
from ingest.errors import IndexDamaged
from ingest.generations import SHARD, Generations, Manifest
from ingest.index import Encoded
from ingest.index.edge import EdgeIndex, build_edge
from ingest.library import Library, open_library
from ingest.meaning import DenseQuery
from ingest.values import Chunk, Hit, SparseVector, Where
from ingest.verify import SAMPLE, Verdict, read_golden, spread_sample, verify, verify_index
from tests.corpora import build, passage, settings, write_corpus

FILES: dict[str, str | bytes] = {
    "rnn.md": "# RNN\n\nAn RNN reads words in order.\n\n## Memory\n\nIt keeps a hidden state.",
    "lstm.md": "# LSTM\n\nAn LSTM has three gates.",
    "gru.md": "# GRU\n\nA GRU has two gates.",
    "glossary.yaml": "[]",
}


def check(folder: Path, files: dict[str, str | bytes]) -> Verdict:
    corpus = write_corpus(folder / "corpus", files)
    build(folder / "data", corpus)
    library = open_library(settings(folder / "data", corpus))
    try:
        return verify(library)
    finally:
        library.close()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index; no test changes it."""
    folder = tmp_path_factory.mktemp("sound")
    return Generations(folder / "data").path(build(folder / "data", write_corpus(folder / "corpus", FILES)).index)


@pytest.fixture
def built(sound: Path, tmp_path: Path) -> Path:
    """A copy of that folder."""
    return shutil.copytree(sound, tmp_path / sound.name)


def manifest_of(folder: Path) -> Manifest:
    return Manifest.model_validate_json((folder / "manifest.json").read_bytes())


def test_the_index_of_the_corpus_is_sound(corpus_library: Library) -> None:
    verdict = verify(corpus_library)
    assert verdict.sound
    assert (verdict.golden, verdict.golden_found, verdict.sampled) == (40, 40, SAMPLE)
    assert verdict.sampled_found >= 38
    assert verdict.counted == verdict.expected == corpus_library.manifest.chunks


def test_the_golden_questions_are_as_many_in_each_language_and_have_lessons(corpus: Corpus) -> None:
    golden = read_golden()
    lessons = {(d.meta.topic, d.language) for d in corpus.documents if isinstance(d.meta, LessonMeta)}
    assert [sum(ask.language == language for ask in golden) for language in ("zh", "en")] == [20, 20]
    assert {(ask.topic, ask.language) for ask in golden} <= lessons
    assert len({ask.topic for ask in golden}) == len(golden)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(FILES, id="a few notes in one language"),
        pytest.param({"a.md": "# 循环网络\n\n逐词读入。", "glossary.yaml": "[]"}, id="one Chinese note"),
        pytest.param({f"{n}.md": "# Same\n\nThe same text." for n in range(60)}, id="many copies of one note"),
        pytest.param(
            {f"{n}.md": f"# Record\n\nSeen in room {n % 7} on day {n % 13}, dose {n % 11}." for n in range(80)},
            id="a form filled in many times",
        ),
        pytest.param({"a.md": "the and of it", "b.md": "of the"}, id="only words that no search looks for"),
        pytest.param({f"{n}.md": f"# Code\n\n```\nx = {n}\n```\n" for n in range(50)}, id="only code"),
        pytest.param({"a.txt": "x" * 5000, "b.txt": "字" * 5000}, id="one endless word"),
    ],
)
def test_anybodys_folder_is_sound(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    verdict = check(tmp_path, files)
    assert verdict.sound, verdict
    assert verdict.golden == 0


def test_golden_questions_are_asked_of_the_topics_that_are_taught(tmp_path: Path) -> None:
    lesson = (
        "---\nkind: lesson\ntopic: gru\nname: GRU\nfield: networks\nlevel: 2\nminutes: 5\nreviewed: 2026-01-01\n---\n\n"
    )
    text = "# GRU\n\n## In one sentence\n\nA GRU is a recurrent network with two gates."
    verdict = check(tmp_path, {"gru.md": lesson + text, **{k: v for k, v in FILES.items() if k != "gru.md"}})
    assert (verdict.golden, verdict.golden_found, verdict.sound) == (1, 1, True)


class _Silent:
    """An index that holds what it should and finds nothing."""

    def __init__(self, held: Sequence[Chunk]) -> None:
        self._held = held
        self.closed = False

    def search(self, question: SparseVector, *, limit: int, where: Where, dense: DenseQuery | None = None) -> list[Hit]:
        return []

    def chunks(self, where: Where) -> list[Chunk]:
        return list(self._held)

    def count(self) -> int:
        return len(self._held)

    def close(self) -> None:
        self.closed = True


def held(folder: Path) -> list[Chunk]:
    index = EdgeIndex(folder / SHARD)
    chunks = index.chunks(Where())
    index.close()
    return chunks


def test_a_silent_index_fails(built: Path) -> None:
    silent = _Silent(held(built))
    with pytest.raises(IndexDamaged, match="4 of 4 questions did not find their passage, the first is .+ still serves"):
        verify_index(built, manifest_of(built), silent)
    assert silent.closed


def test_an_index_with_the_vectors_of_other_passages_fails(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"{n}.md": f"# Note {n}\n\nSubject{n} is told here." for n in range(40)}
    corpus = write_corpus(tmp_path / "corpus", files)
    folder = Generations(tmp_path / "data").path(build(tmp_path / "data", corpus).index)
    index = EdgeIndex(folder / SHARD)
    encoded = sorted(index.encoded(), key=lambda item: item[0].document)
    index.close()
    shutil.rmtree(folder / SHARD)
    vectors = [item.sparse for item in encoded]
    wrong = map(Encoded, [item.chunk for item in encoded], vectors[20:] + vectors[:20])
    build_edge(folder / SHARD, wrong, lambda done: None)
    with pytest.raises(IndexDamaged, match="of 40 questions did not find their passage"):
        verify_index(folder, manifest_of(folder), EdgeIndex(folder / SHARD))


def test_a_sound_index_passes_before_it_serves_and_is_closed(built: Path) -> None:
    building = built.with_name("building-site")
    shutil.copytree(built, building)
    manifest = manifest_of(built)
    assert verify_index(building, manifest, EdgeIndex(building / SHARD)).sound
    EdgeIndex(building / SHARD).close()


def test_an_empty_index_fails(built: Path) -> None:
    manifest = manifest_of(built).model_copy(update={"chunks": 0})
    with pytest.raises(IndexDamaged, match=r"the new index failed its check \(the index holds no passage\)"):
        verify_index(built, manifest, _Silent([]))


def test_an_index_that_lost_a_passage_fails(built: Path) -> None:
    verdict = verify(Library(built, manifest_of(built), _Silent(held(built)[1:])))
    assert verdict.problems == ("the index holds 3 of its 4 passages",)
    assert not verdict.sound


@pytest.mark.parametrize("content", [b"", b"{", b"[1]"])
@pytest.mark.parametrize("name", ["glossary.json", "graph.json", "lessons.json", "documents.json", "words.json"])
def test_a_file_that_cannot_be_read_is_named(built: Path, name: str, content: bytes) -> None:
    (built / name).write_bytes(content)
    [problem] = verify(Library(built, manifest_of(built), _Silent(held(built)))).problems
    assert name in problem


def test_files_that_do_not_fit_the_index_are_named(built: Path) -> None:
    (built / "documents.json").write_text("{}")
    chunks = [passage("x", document=name, topic="gru", kind="lesson") for name in ("rnn", "lstm", "gru")]
    manifest = manifest_of(built).model_copy(update={"chunks": 3})
    assert verify(Library(built, manifest, _Silent(chunks))).problems == (
        "documents.json lacks 3 documents, among them 'gru'",
        "lessons.json lacks 1 lessons, among them 'gru en'",
    )


def test_a_verdict_counts_either_kind_by_itself() -> None:
    whole = Verdict(counted=1, expected=1, golden=10, golden_found=9, sampled=40, sampled_found=36)
    assert whole.sound
    assert not whole.model_copy(update={"golden_found": 8, "sampled_found": 40}).sound
    assert not whole.model_copy(update={"golden_found": 10, "sampled_found": 35}).sound
    assert not whole.model_copy(update={"problems": ("a file is gone",)}).sound
    assert json.loads(whole.model_dump_json())["golden_found"] == 9


def _languages(chunks: Iterable[Chunk]) -> list[str]:
    return [chunk.language for chunk in chunks]


def test_a_sample_has_as_much_of_each_language_and_many_documents() -> None:
    chunks = [passage("en", document=f"e{n}", position=p) for n in range(300) for p in range(3)]
    chunks += [passage("zh", document=f"z{n}", position=p, language="zh") for n in range(5) for p in range(20)]
    sample = spread_sample(chunks)
    assert (_languages(sample).count("en"), _languages(sample).count("zh")) == (20, 20)
    assert len({chunk.document for chunk in sample if chunk.language == "en"}) == 20
    assert len({chunk.document for chunk in sample if chunk.language == "zh"}) == 5


@given(
    st.lists(st.tuples(st.sampled_from(["zh", "en"]), st.integers(0, 9), st.integers(0, 99)), unique=True, max_size=200)
)
def test_a_sample_is_of_the_passages_and_never_too_large(places: list[tuple[str, int, int]]) -> None:
    chunks = [passage("t", document=f"{lang}{n}", position=p, language=lang) for lang, n, p in places]
    sample = spread_sample(chunks)
    assert len(sample) == len({chunk.id for chunk in sample}) <= SAMPLE
    assert {chunk.id for chunk in sample} <= {chunk.id for chunk in chunks}
    assert set(_languages(sample)) == set(_languages(chunks))
