"""The dense leg: vectors from an endpoint that may fail, kept once paid for, and searched beside words."""

import math
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from array import array
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.retrieve import retrieve
from ingest.build import Report, ingest
from ingest.embed import (
    CACHE,
    LONGEST,
    MOST_TEXTS,
    PATIENCE,
    PROBE,
    EmbeddingFailure,
    EmbeddingRefused,
    Passages,
    Patience,
    embed_passages,
)
from ingest.errors import ConfigurationError, IndexStale
from ingest.generations import Embedding, Generations
from ingest.index import Encoded, Index
from ingest.index.edge import EdgeIndex, build_edge
from ingest.index.points import DenseLayout
from ingest.index.server import Layout, ServerIndex, build_server, connect
from ingest.index.shared import RemoteIndex, SharedIndex
from ingest.library import open_library
from ingest.meaning import DenseQuery, Meaning
from ingest.move import move_index
from ingest.questions import Questions
from ingest.settings import IngestSettings, ingest_settings
from ingest.tokens import count_tokens, cut_to_tokens
from ingest.values import SparseVector, Where
from tests.corpora import passage, process_environment, settings, write_corpus
from tests.embedding_server import EmbeddingServer, Fault
from tests.qdrant_server import QdrantServer

# Local mode stands for a Qdrant server here, and says that it needs no payload index.
pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")

TEXTS = ["An RNN reads.", "An LSTM has gates.", "A GRU has fewer."]


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    with EmbeddingServer() as running:
        yield running


def asking(server: EmbeddingServer, **others: object) -> IngestSettings:
    return ingest_settings(TUTOR_EMBEDDING_MODEL="small", TUTOR_EMBEDDING_BASE_URL=server.url, **others)


def embed(settings: IngestSettings, cache: Path, texts: list[str] = TEXTS, patience: Patience = PATIENCE) -> Passages:
    made = embed_passages(settings, cache, texts, lambda step, done, total: None, patience=patience)
    made.close()
    return made


def asked(server: EmbeddingServer) -> list[str]:
    return [text for text in server.texts if text != PROBE]


# --- at build time


def test_a_vector_is_the_one_that_the_endpoint_gave(server: EmbeddingServer, tmp_path: Path) -> None:
    made = embed_passages(asking(server), tmp_path, TEXTS, lambda step, done, total: None)
    assert list(made.of(TEXTS[1])) == pytest.approx(server.vector(TEXTS[1], 64), abs=1e-6)
    assert (made.embedding.model, made.embedding.asked, made.embedding.dimensions) == ("small", 0, 64)
    made.close()


def test_what_was_paid_for_is_not_asked_for_again(server: EmbeddingServer, tmp_path: Path) -> None:
    first = embed(asking(server), tmp_path)
    again = embed(asking(server), tmp_path, [*TEXTS, "One more."])
    assert asked(server) == [*TEXTS, "One more."]
    assert (first.embedded, again.embedded) == (3, 1)
    assert again.tokens == count_tokens("One more.", "cl100k_base")


def test_a_text_that_stands_twice_is_asked_for_once(server: EmbeddingServer, tmp_path: Path) -> None:
    assert embed(asking(server), tmp_path, ["a", "b", "a"]).embedded == 2


def test_another_model_or_size_is_another_vector(server: EmbeddingServer, tmp_path: Path) -> None:
    embed(asking(server), tmp_path)
    assert embed(asking(server, TUTOR_EMBEDDING_DIMENSIONS="16"), tmp_path).embedding.dimensions == 16
    assert asked(server) == TEXTS * 2
    assert [request.get("dimensions") for request in server.requests] == [None, None, 16, 16]


def test_what_it_costs_is_told_before_it_is_spent(server: EmbeddingServer, tmp_path: Path) -> None:
    embed(asking(server), tmp_path, TEXTS[:1])
    told: list[tuple[str, int, int, int]] = []
    texts = [*TEXTS, *(f"Passage number {number} says this and that." for number in range(197))]
    embed_passages(
        asking(server), tmp_path, texts, lambda step, done, total: told.append((step, done, total, len(asked(server))))
    ).close()
    assert told[0] == ("embedding 199 of 200 passages, about 2,000 tokens", 0, 199, 1)
    assert [(done, total) for _, done, total, _ in told] == [(0, 199), (96, 199), (192, 199), (199, 199)]


def test_a_batch_has_so_many_texts_and_tokens_at_most(server: EmbeddingServer, tmp_path: Path) -> None:
    long = [f"{number} " + "word " * 8_000 for number in range(15)]
    embed(asking(server), tmp_path, [*long, *map(str, range(200))])
    sizes = [len(request["input"]) for request in server.requests[1:]]
    assert max(sizes) == MOST_TEXTS
    assert sum(sizes) == 215
    for request in server.requests[1:]:
        assert sum(count_tokens(text, "cl100k_base") for text in request["input"]) <= 100_000


def test_a_text_that_is_too_long_is_cut(server: EmbeddingServer, tmp_path: Path) -> None:
    text = "循环神经网络 recurrent " * 4_000
    made = embed(asking(server), tmp_path, [text])
    assert made.tokens == LONGEST
    [sent] = asked(server)
    assert text.startswith(sent)
    assert LONGEST - 5 <= count_tokens(sent, "cl100k_base") <= LONGEST


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.integers(1, 30))
def test_a_cut_text_is_the_beginning_and_no_longer_than_asked(text: str, most: int) -> None:
    cut = cut_to_tokens(text, most, "cl100k_base")
    assert text.startswith(cut)
    assert len(cut) == len(text) or count_tokens(cut, "cl100k_base") <= most + 2


def test_half_characters_are_survived(server: EmbeddingServer, tmp_path: Path) -> None:
    assert embed(asking(server), tmp_path, ["a\ud800b"]).embedded == 1
    assert asked(server) == ["a?b"]


def test_an_endpoint_that_takes_few_texts_gets_few(server: EmbeddingServer, tmp_path: Path) -> None:
    server.most = 10
    assert embed(asking(server), tmp_path, [str(number) for number in range(100)]).embedded == 100
    assert [len(request["input"]) for request in server.requests] == [1, 96, 48, 24, 12, *[6] * 16, 4]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_pass_is_tried_again_as_late_as_the_endpoint_asks(
    server: EmbeddingServer, tmp_path: Path, status: int
) -> None:
    server.faults.append(Fault(status=status, headers={"Retry-After": "0.3"}))
    started = time.monotonic()
    assert embed(asking(server), tmp_path).embedded == 3
    assert 0.3 <= time.monotonic() - started < 5
    assert len(server.requests) == 3


def test_an_endpoint_that_names_no_time_is_tried_again_later_each_time(server: EmbeddingServer, tmp_path: Path) -> None:
    server.faults += [Fault(status=503), Fault(status=503)]
    started = time.monotonic()
    assert embed(asking(server), tmp_path).embedded == 3
    assert 1.5 <= time.monotonic() - started < 6  # half a second, then one


def test_a_date_to_try_again_is_understood(server: EmbeddingServer, tmp_path: Path) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=1.5), usegmt=True)
    server.faults.append(Fault(status=503, headers={"Retry-After": soon}))
    started = time.monotonic()
    embed(asking(server), tmp_path)
    assert time.monotonic() - started < 5
    assert len(server.requests) == 3


def test_an_endpoint_that_asks_for_more_than_a_minute_is_not_waited_for(
    server: EmbeddingServer, tmp_path: Path
) -> None:
    server.always = Fault(status=429, headers={"Retry-After": "120"})
    started = time.monotonic()
    with pytest.raises(EmbeddingFailure, match="limits the rate; try again later"):
        embed(asking(server), tmp_path)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (Fault(status=401), r"refuses the key \(401\); set TUTOR_EMBEDDING_API_KEY"),
        (Fault(status=403), r"refuses the key \(403\)"),
        (Fault(status=404), r"knows no model 'small' \(404\); see TUTOR_EMBEDDING_MODEL"),
        (Fault(status=400), "refuses a request: 400"),
        (Fault(status=429, code="insufficient_quota"), "has no quota left"),
        (Fault(body=b"<html>"), "sent what cannot be read"),
        (Fault(body=b'{"data": [{"index": 0}]}'), "sent what cannot be read"),
        (Fault(body=b'{"data": [{"index": 0, "embedding": []}]}'), "sent a vector that is none"),
        (Fault(body=b'{"data": [{"index": 0, "embedding": [1, NaN]}]}'), "sent a vector that is none"),
        (Fault(lacking=1), "sent 0 vectors for 1 texts"),
    ],
    ids=str,
)
def test_what_will_not_pass_is_said_at_once(
    server: EmbeddingServer, tmp_path: Path, fault: Fault, sentence: str
) -> None:
    server.always = fault
    with pytest.raises(EmbeddingFailure, match=f"the embedding endpoint '{server.url}/' .*{sentence}|{sentence}"):
        embed(asking(server), tmp_path)
    assert len(server.requests) == 1


def test_a_wrong_key_is_the_operators_fault(tmp_path: Path) -> None:
    with EmbeddingServer(key="right") as server:
        with pytest.raises(EmbeddingRefused) as raised:
            embed(asking(server, TUTOR_EMBEDDING_API_KEY="wrong"), tmp_path)
        assert isinstance(raised.value, ConfigurationError)
        assert embed(asking(server, TUTOR_EMBEDDING_API_KEY="right"), tmp_path).embedded == 3


def test_key_and_address_of_the_chat_model_serve_where_no_others_are_given(tmp_path: Path) -> None:
    with EmbeddingServer(key="shared") as server:
        settings = ingest_settings(TUTOR_EMBEDDING_MODEL="small", OPENAI_BASE_URL=server.url, OPENAI_API_KEY="shared")
        assert embed(settings, tmp_path).embedded == 3


def test_fewer_vectors_than_texts_are_refused(server: EmbeddingServer, tmp_path: Path) -> None:
    server.faults += [Fault(), Fault(lacking=1)]
    with pytest.raises(EmbeddingFailure, match="sent 2 vectors for 3 texts"):
        embed(asking(server), tmp_path)


def test_an_endpoint_that_is_too_slow_for_a_batch_gets_smaller_ones(server: EmbeddingServer, tmp_path: Path) -> None:
    server.faults += [Fault(), Fault(hang=True)]
    assert embed(asking(server), tmp_path, patience=Patience(batch=0.6)).embedded == 3
    assert [len(request["input"]) for request in server.requests] == [1, 3, 1, 1, 1]


def test_an_endpoint_that_hangs_is_given_up(server: EmbeddingServer, tmp_path: Path) -> None:
    server.always = Fault(hang=True)
    with pytest.raises(EmbeddingFailure, match="did not answer in time"):
        embed(asking(server), tmp_path, patience=Patience(batch=0.6))
    assert len(server.requests) == 1


def test_another_size_than_asked_for_is_refused(server: EmbeddingServer, tmp_path: Path) -> None:
    server.always = Fault(body=b'{"data": [{"index": 0, "embedding": [1, 2]}]}')
    with pytest.raises(EmbeddingFailure, match="gives vectors of 2 dimensions, not 5; change TUTOR_EMBEDDING_DIMENS"):
        embed(asking(server, TUTOR_EMBEDDING_DIMENSIONS="5"), tmp_path)


def test_an_endpoint_that_is_down_is_named(tmp_path: Path) -> None:
    settings = ingest_settings(TUTOR_EMBEDDING_MODEL="small", TUTOR_EMBEDDING_BASE_URL="http://127.0.0.1:9/v1")
    with pytest.raises(EmbeddingFailure, match="'http://127.0.0.1:9/v1/' cannot be reached; start it, see TUTOR_EMB"):
        embed(settings, tmp_path, patience=Patience(batch=0.6))


def test_a_model_that_is_another_under_the_same_name_is_paid_for_anew(server: EmbeddingServer, tmp_path: Path) -> None:
    embed(asking(server), tmp_path)
    server.noise = 1e-3  # what one model varies by
    assert embed(asking(server), tmp_path).embedded == 0
    server.salt = "another"
    assert embed(asking(server), tmp_path).embedded == 3


def test_with_nothing_to_ask_an_endpoint_may_be_down(server: EmbeddingServer, tmp_path: Path) -> None:
    before = embed(asking(server), tmp_path)
    server.always = Fault(status=503)
    assert embed(asking(server), tmp_path).embedding == before.embedding


def test_a_cache_that_is_no_database_is_made_anew(server: EmbeddingServer, tmp_path: Path) -> None:
    (tmp_path / CACHE).write_bytes(b"not a database at all" * 100)
    assert embed(asking(server), tmp_path).embedded == 3


def test_a_cache_that_cannot_be_written_is_named(server: EmbeddingServer, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match=r"embeddings.sqlite' cannot be used .+; make it writable or remove"):
        embed(asking(server), tmp_path / "file")


def _embed_many(url: str, cache: Path) -> None:
    settings = ingest_settings(TUTOR_EMBEDDING_MODEL="small", TUTOR_EMBEDDING_BASE_URL=url)
    embed(settings, cache, [f"text {number}" for number in range(400)])


def test_a_kill_costs_no_batch_that_was_paid_for(server: EmbeddingServer, tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_embed_many, args=(server.url, tmp_path))
    # The probe and two batches are answered, the third hangs.
    server.faults += [Fault(), Fault(), Fault(), Fault(hang=True)]
    process.start()
    while len(server.requests) < 4:
        time.sleep(0.01)
        assert process.is_alive()
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    texts = [f"text {number}" for number in range(400)]
    assert embed(asking(server), tmp_path, texts).embedded == 400 - 2 * MOST_TEXTS


# --- at question time


@pytest.fixture
def embedding(server: EmbeddingServer) -> Embedding:
    return Embedding(model="small", asked=0, dimensions=64, probe=tuple(server.vector(PROBE, 64)))


@pytest.fixture
def questions(server: EmbeddingServer, embedding: Embedding) -> Iterator[Questions]:
    made = Questions(asking(server, TUTOR_DENSE_WEIGHT="0.5"), embedding, patience=Patience(question=0.6))
    yield made
    made.close()


def test_nothing_is_asked_before_the_first_question(server: EmbeddingServer, questions: Questions) -> None:
    assert server.requests == []
    assert questions.meaning("RNN?").query is not None


def test_a_question_is_asked_once_and_the_probe_with_the_first(server: EmbeddingServer, questions: Questions) -> None:
    for question in ("RNN?", "LSTM?", "RNN?"):
        assert questions.meaning(question).problem == ""
    assert server.texts == ["RNN?", PROBE, "LSTM?"]
    found = questions.meaning("RNN?").query
    assert found is not None
    assert list(found.vector) == pytest.approx(server.vector("RNN?", 64), abs=1e-6)
    assert found.weight == 0.5


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (Fault(status=401), "key"),
        (Fault(status=404), "unknown"),
        (Fault(status=429), "busy"),
        (Fault(status=500), "failing"),
        (Fault(status=400), "refused"),
        (Fault(hang=True), "slow"),
        (Fault(body=b"?"), "unreadable"),
        (Fault(lacking=1), "unreadable"),
    ],
    ids=str,
)
def test_a_question_goes_without_when_the_endpoint_fails(
    server: EmbeddingServer, questions: Questions, fault: Fault, problem: str
) -> None:
    server.faults.append(fault)
    assert questions.meaning("RNN?") == Meaning(problem=problem)
    assert questions.meaning("LSTM?") == Meaning(problem=problem)
    assert len(server.requests) == 1  # not asked again at once


def test_an_endpoint_that_is_back_is_asked_again(server: EmbeddingServer, embedding: Embedding) -> None:
    questions = Questions(asking(server), embedding, patience=Patience(pause=0.0))
    server.faults.append(Fault(status=503))
    assert questions.meaning("RNN?").problem == "failing"
    assert questions.meaning("RNN?").query is not None
    questions.close()


def test_vectors_of_another_model_are_refused_with_the_remedy(server: EmbeddingServer, questions: Questions) -> None:
    server.salt = "another"
    for _ in range(2):
        with pytest.raises(IndexStale, match="'small' no longer gives the vectors .+; run 'tutor ingest --rebuild'"):
            questions.meaning("RNN?")
    assert len(server.requests) == 1


def test_vectors_of_another_size_are_refused_with_the_remedy(server: EmbeddingServer, questions: Questions) -> None:
    server.dimensions = 32
    with pytest.raises(IndexStale, match="run 'tutor ingest --rebuild'"):
        questions.meaning("RNN?")


# --- in the index: what both back ends, and one lent over a socket, do alike

CHUNKS = [
    passage("one", document="a", position=0, language="zh", kind="lesson", topic="rnn", role="definition"),
    passage("two", document="a", position=1, language="zh", kind="lesson", topic="rnn", role="check"),
    passage("three", document="b", position=0, kind="roadmap"),
    passage("four", document="c", position=0, kind="lesson", topic="lstm"),
]
# Term 1 puts them four, three, two; the direction (1, 0) one, two, three, four.
TERMS = [
    SparseVector(indices=(2,), values=(1.0,)),
    SparseVector(indices=(1,), values=(1.0,)),
    SparseVector(indices=(1,), values=(2.0,)),
    SparseVector(indices=(1,), values=(3.0,)),
]
DIRECTIONS = [(2.0, 0.0), (1.0, 0.1), (1.0, 1.0), (0.1, 1.0)]
ENCODED = [Encoded(*item) for item in zip(CHUNKS, TERMS, DIRECTIONS, strict=True)]
LAYOUT = DenseLayout(dimensions=2, points=4)
TERM = SparseVector(indices=(1,), values=(1.0,))
NO_TERM = SparseVector(indices=(), values=())


@pytest.fixture(params=["edge", "server", "remote"], scope="module")
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    tmp_path = tmp_path_factory.mktemp("index")
    opened: list[Index] = []
    if request.param == "server":
        client = connect(":memory:", "")
        assert build_server(client, "test", ENCODED, lambda done: None, layout=Layout(dense=LAYOUT)) == 4
        opened.append(ServerIndex(client, "test"))
    else:
        assert build_edge(tmp_path / "shard", ENCODED, lambda done: None, dense=LAYOUT) == 4
        opened.append(EdgeIndex(tmp_path / "shard"))
    if request.param == "remote":
        opened[0] = SharedIndex(opened[0], tmp_path / "shard")
        opened.append(RemoteIndex(tmp_path / "shard"))
    yield opened[-1]
    for held in reversed(opened):
        held.close()


def meant(weight: float = 1.0) -> DenseQuery:
    return DenseQuery(vector=(1.0, 0.0), weight=weight)


def places(index: Index, sparse: SparseVector, dense: DenseQuery | None, where: Where | None = None) -> list[str]:
    return [hit.chunk.text for hit in index.search(sparse, limit=10, where=where or Where(), dense=dense)]


def test_without_a_meaning_words_alone_are_searched_for(index: Index) -> None:
    assert places(index, TERM, None) == ["four", "three", "two"]
    assert places(index, NO_TERM, None) == []


def test_without_a_term_the_nearest_by_meaning_are_found(index: Index) -> None:
    assert places(index, NO_TERM, meant()) == ["one", "two", "three", "four"]


def test_a_score_is_made_of_the_places_in_both_lists(index: Index) -> None:
    found = {hit.chunk.text: hit.score for hit in index.search(TERM, limit=10, where=Where(), dense=meant(2.0))}
    assert found == pytest.approx(
        {
            "one": 1 / (1 + 1),
            "two": 1 / (3 * 2 + 1) + 1 / (2 + 1),
            "three": 1 / (2 * 2 + 1) + 1 / (3 + 1),
            "four": 1 / (1 * 2 + 1) + 1 / (4 + 1),
        }
    )


@pytest.mark.parametrize(("weight", "first"), [(0.01, "four"), (100.0, "one")])
def test_the_weight_says_which_list_counts_more(index: Index, weight: float, first: str) -> None:
    assert places(index, TERM, meant(weight))[0] == first


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Where(language="zh"), {"one", "two"}),
        (Where(kind="roadmap"), {"three"}),
        (Where(topic="lstm"), {"four"}),
        (Where(language="zh", without_roles=("check",)), {"one"}),
        (Where(document="nowhere"), set()),
    ],
    ids=str,
)
def test_both_lists_are_restricted(index: Index, where: Where, expected: set[str]) -> None:
    assert set(places(index, TERM, meant(), where)) == expected


def test_a_limit_keeps_the_best(index: Index) -> None:
    assert len(index.search(TERM, limit=2, where=Where(), dense=meant())) == 2


def test_both_back_ends_fuse_alike(tmp_path: Path) -> None:
    chunks = [passage(f"{number}", document=f"d{number % 7}", position=number) for number in range(300)]
    encoded = [
        Encoded(
            chunk,
            SparseVector(indices=(1, 2 + number % 5), values=(1.0 + number / 300, 1.0)),
            (math.cos(number * 2.4), math.sin(number * 2.4), number / 300),
        )
        for number, chunk in enumerate(chunks)
    ]
    layout = DenseLayout(dimensions=3, points=300)
    build_edge(tmp_path / "shard", encoded, lambda done: None, dense=layout)
    client = connect(":memory:", "")
    build_server(client, "test", encoded, lambda done: None, layout=Layout(dense=layout))
    ours, theirs = EdgeIndex(tmp_path / "shard"), ServerIndex(client, "test")
    for angle in range(20):
        dense = DenseQuery(vector=(math.cos(angle), math.sin(angle), 0.5), weight=1 + angle / 10)
        asked = SparseVector(indices=(1, 2 + angle % 5), values=(1.0, 1.0))
        found = [index.search(asked, limit=10, where=Where(), dense=dense) for index in (ours, theirs)]
        assert [hit.score for hit in found[0]] == pytest.approx([hit.score for hit in found[1]], abs=1e-6)
    ours.close()
    theirs.close()


@pytest.mark.parametrize("kind", ["edge", "server"])
def test_dense_vectors_come_back_for_a_move(kind: str, tmp_path: Path) -> None:
    held: EdgeIndex | ServerIndex
    if kind == "edge":
        build_edge(tmp_path / "shard", ENCODED, lambda done: None, dense=LAYOUT)
        held = EdgeIndex(tmp_path / "shard")
    else:
        client = connect(":memory:", "")
        build_server(client, "test", ENCODED, lambda done: None, layout=Layout(dense=LAYOUT))
        held = ServerIndex(client, "test")
    kept = {item.chunk.text: item for item in held.encoded()}
    assert [kept[chunk.text].sparse for chunk in CHUNKS] == TERMS
    # The engine keeps the direction alone: cosine needs no more.
    assert kept["three"].dense == array("f", [math.sqrt(0.5)] * 2)
    held.close()


def test_an_index_of_words_alone_has_no_dense_vectors(tmp_path: Path) -> None:
    build_edge(tmp_path / "shard", [item._replace(dense=None) for item in ENCODED], lambda done: None)
    held = EdgeIndex(tmp_path / "shard")
    assert {item.dense for item in held.encoded()} == {None}
    held.close()


@pytest.mark.parametrize(("points", "links"), [(0, 0), (299_999, 0), (300_000, 16)])
def test_links_are_made_only_where_an_exact_search_is_slow(points: int, links: int) -> None:
    assert DenseLayout(dimensions=3, points=points).links == links


# --- end to end: build, ask, build again

FILES: dict[str, str | bytes] = {
    "car.md": "# Wheels\n\nA car carries people over streets.",
    "tea.md": "# Drinks\n\nTea is made of leaves.",
    "sea.md": "# Water\n\nThe ocean has salt.\n\n## Waves\n\nWind makes them.",
    "glossary.yaml": "[]",
}
# Shares no word with the passage about the car.
FAR = "Which automobile transports humans?"
SYNONYMS = {"automobile": "car", "transports": "carries", "humans": "people"}


def unseen(step: str, done: int, total: int) -> None:
    """Shows no progress."""


def build(data: Path, corpus: Path, others: Mapping[str, str], *, rebuild: bool = False) -> Report:
    return ingest(settings(data, corpus, **others), rebuild=rebuild, on_progress=unseen)


@pytest.fixture
def thesaurus() -> Iterator[EmbeddingServer]:
    with EmbeddingServer(synonyms=SYNONYMS) as running:
        yield running


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", FILES)


def told(server: EmbeddingServer) -> dict[str, str]:
    return {"TUTOR_EMBEDDING_MODEL": "small", "TUTOR_EMBEDDING_BASE_URL": server.url}


def first(data: Path, corpus: Path, question: str, **others: str) -> tuple[list[str], str]:
    """The documents found for a question, and why not by meaning."""
    library = open_library(settings(data, corpus, **others))
    try:
        found = retrieve(library, question, limit=3, language="en")
        return [hit.chunk.document for hit in found.hits], found.degraded
    finally:
        library.close()


def test_a_question_finds_a_passage_with_which_it_shares_no_word(
    data: Path, corpus: Path, thesaurus: EmbeddingServer
) -> None:
    report = build(data, corpus, told(thesaurus))
    assert report.embedded == report.chunks == 4
    assert report.embedding_tokens > 20
    assert first(data, corpus, FAR, **told(thesaurus))[0][0] == "car"
    assert first(data, corpus, FAR) == ([], "")


def test_an_index_on_a_server_finds_it_too(data: Path, corpus: Path, thesaurus: EmbeddingServer) -> None:
    with QdrantServer() as qdrant:
        others = {**told(thesaurus), "QDRANT_URL": qdrant.url}
        assert build(data, corpus, others).embedded == 4
        assert first(data, corpus, FAR, **others)[0][0] == "car"
        assert first(data, corpus, FAR, QDRANT_URL=qdrant.url) == ([], "")


def test_a_rebuild_pays_nothing_and_a_changed_document_for_its_chunks_alone(
    data: Path, corpus: Path, thesaurus: EmbeddingServer
) -> None:
    build(data, corpus, told(thesaurus))
    assert not build(data, corpus, told(thesaurus)).built
    again = build(data, corpus, told(thesaurus), rebuild=True)
    assert (again.built, again.embedded, again.embedding_tokens) == (True, 0, 0)
    (corpus / "tea.md").write_text("# Drinks\n\nTea is made of buds.")
    del thesaurus.requests[:]
    changed = build(data, corpus, told(thesaurus))
    assert changed.embedded == 1
    assert asked(thesaurus) == ["Drinks\nDrinks\n# Drinks\n\nTea is made of buds."]


def test_without_a_model_nothing_changes(data: Path, corpus: Path, thesaurus: EmbeddingServer) -> None:
    report = build(data, corpus, {})
    assert (report.embedded, report.embedding_tokens) == (0, 0)
    assert Generations(data).manifest(report.index).embedding is None
    assert thesaurus.requests == []


def test_another_model_rebuilds_and_until_then_is_refused(data: Path, corpus: Path, thesaurus: EmbeddingServer) -> None:
    build(data, corpus, told(thesaurus))
    others = {**told(thesaurus), "TUTOR_EMBEDDING_MODEL": "large"}
    with pytest.raises(IndexStale, match="the embedding model 'small', the settings name 'large' .+; run 'tutor inges"):
        open_library(settings(data, corpus, **others))
    assert build(data, corpus, others).embedded == 4
    assert first(data, corpus, FAR, **others)[0][0] == "car"


def test_other_dimensions_rebuild_and_until_then_are_refused(
    data: Path, corpus: Path, thesaurus: EmbeddingServer
) -> None:
    build(data, corpus, told(thesaurus))
    others = {**told(thesaurus), "TUTOR_EMBEDDING_DIMENSIONS": "32"}
    with pytest.raises(IndexStale, match="TUTOR_EMBEDDING_DIMENSIONS 0, the settings say 32; run 'tutor ingest'"):
        open_library(settings(data, corpus, **others))
    report = build(data, corpus, others)
    embedding = Generations(data).manifest(report.index).embedding
    assert embedding is not None
    assert (embedding.dimensions, report.embedded) == (32, 4)


def test_a_build_that_is_refused_leaves_what_served(data: Path, corpus: Path) -> None:
    before = build(data, corpus, {})
    with EmbeddingServer(key="right") as server:
        others = {**told(server), "TUTOR_EMBEDDING_API_KEY": "wrong"}
        with pytest.raises(EmbeddingRefused, match="refuses the key"):
            build(data, corpus, others)
        assert Generations(data).current() == before.index
        assert first(data, corpus, "ocean salt", **others) == (["sea"], "not_built")
        assert build(data, corpus, {**others, "TUTOR_EMBEDDING_API_KEY": "right"}).built


def test_with_the_endpoint_down_words_alone_are_searched_for_and_it_is_said(
    data: Path, corpus: Path, thesaurus: EmbeddingServer
) -> None:
    build(data, corpus, told(thesaurus))
    del thesaurus.requests[:]
    library = open_library(settings(data, corpus, **told(thesaurus)))
    assert thesaurus.requests == []  # opening asks nothing of the endpoint
    thesaurus.always = Fault(status=500)
    for question, expected in (("ocean salt", ["sea"]), (FAR, [])):
        found = retrieve(library, question, limit=3, language="en")
        assert [hit.chunk.document for hit in found.hits] == expected
        assert found.degraded == "failing"
    library.close()


def test_a_lent_index_is_searched_by_meaning_too(data: Path, corpus: Path, thesaurus: EmbeddingServer) -> None:
    build(data, corpus, told(thesaurus))
    holder = open_library(settings(data, corpus, **told(thesaurus)))
    holder.share()
    assert first(data, corpus, FAR, **told(thesaurus))[0][0] == "car"
    holder.close()


def test_near_meanings_make_no_question_answerable(data: Path, corpus: Path, thesaurus: EmbeddingServer) -> None:
    build(data, corpus, told(thesaurus))
    library = open_library(settings(data, corpus, **told(thesaurus)))
    found = retrieve(library, "Who sells cheap submarines?", limit=3, language="en")
    library.close()
    assert found.hits
    assert not found.answerable


def test_a_move_takes_the_dense_vectors_along_and_pays_nothing(
    data: Path, corpus: Path, thesaurus: EmbeddingServer
) -> None:
    build(data, corpus, told(thesaurus))
    before = first(data, corpus, FAR, **told(thesaurus))
    with QdrantServer() as qdrant:
        moved = move_index(settings(data, corpus, **told(thesaurus)), qdrant.url, unseen)
        there = {**told(thesaurus), "QDRANT_URL": qdrant.url}
        assert moved.chunks == 4
        assert first(data, corpus, FAR, **there) == before
        move_index(settings(data, corpus, **there), "embedded", unseen)
    assert first(data, corpus, FAR, **told(thesaurus)) == before
    assert [text for text in asked(thesaurus) if text != FAR] == asked(thesaurus)[:4]


def test_a_search_offline_imports_openai_only_where_a_model_is_configured(
    data: Path, corpus: Path, thesaurus: EmbeddingServer
) -> None:
    build(data, corpus, told(thesaurus))
    code = "import sys; from app.cli import main; main(['search', 'ocean', '--json']); print('openai' in sys.modules)"
    for others, expected in (({}, "False"), (told(thesaurus), "True")):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            encoding="utf-8",
            env=process_environment(TUTOR_DATA=str(data), **others),
            check=True,
            cwd=data,
        )
        assert done.stdout.splitlines()[-1] == expected
