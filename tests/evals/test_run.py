"""The tutor without a model passes its own evaluation."""

import json

import pytest

from app.tutor import Tutor
from evals.cli import main
from evals.dataset import samples
from evals.run import Report, run
from ingest.documents import read_corpus
from ingest.settings import PROJECT


@pytest.fixture(scope="module")
def report(tutor: Tutor) -> Report:
    return run(tutor, samples(), read_corpus(PROJECT / "corpus").documents)


@pytest.mark.parametrize(
    ("score", "floor"),
    [
        ("recall_zh", 0.95),
        ("recall_en", 0.95),
        ("supported", 0.99),
        ("verbatim", 1.0),
        ("facts", 0.85),
        ("answered_right", 0.95),
        ("refused_right", 0.9),
    ],
)
def test_the_offline_tutor_reaches_its_floors(report: Report, score: str, floor: float) -> None:
    assert getattr(report, score).value >= floor


def test_a_run_is_the_same_each_time(report: Report, tutor: Tutor) -> None:
    assert run(tutor, samples(), read_corpus(PROJECT / "corpus").documents) == report


def test_the_command_prints_every_score(
    corpus_data: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TUTOR_DATA", str(corpus_data))
    assert main(["--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert set(printed["scores"]) == {
        "recall_zh",
        "recall_en",
        "supported",
        "verbatim",
        "facts",
        "answered_right",
        "refused_right",
    }
    assert len(printed["rows"]) == len(samples())
