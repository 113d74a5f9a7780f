"""`tutor roadmap` shows what is read of any file, and where the documents disagree."""

import json
from pathlib import Path

from tests.conftest import Run
from tests.corpora import write_corpus

ROADMAP = (
    "# Path\n\n## Week 1: Python (2 weeks)\n- NumPy\n- [Docs](https://numpy.org/doc/)\n\nPython → RNN → Frobnicator\n"
)


def test_any_file_is_shown_without_an_index(tmp_path: Path, run_tutor: Run) -> None:
    file = write_corpus(tmp_path, {"mine.md": ROADMAP}) / "mine.md"
    done = run_tutor("roadmap", "show", str(file), "--json", data=tmp_path / "data")
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert list(shown) == ["title", "stages", "edges", "paths", "unknown"]
    assert shown["paths"] == [["Python", "RNN", "Frobnicator"]]
    assert "Frobnicator" in shown["unknown"]
    assert [edge["quote"] for edge in shown["edges"] if edge["kind"] == "path"] == ["Python → RNN → Frobnicator"] * 2
    assert "Python → RNN → Frobnicator" in run_tutor("roadmap", "show", str(file), data=tmp_path / "data").stdout


def test_a_page_is_shown_too_and_a_missing_file_is_a_sentence(tmp_path: Path, run_tutor: Run) -> None:
    html = (
        "<html><body><main><h1>Road</h1><p>"
        + "Learn in this order. " * 20
        + "</p><p>Python → RNN</p></main></body></html>"
    )
    file = write_corpus(tmp_path, {"road.html": html}) / "road.html"
    shown = json.loads(run_tutor("roadmap", "show", str(file), "--json", data=tmp_path / "data").stdout)
    assert shown["paths"] == [["Python", "RNN"]]
    missing = run_tutor("roadmap", "show", str(tmp_path / "none.md"), data=tmp_path / "data")
    assert (missing.returncode, "there is no file" in missing.stderr) == (2, True)


def test_disagreements_and_what_plans_leave_out_are_listed(tmp_path: Path, run_tutor: Run) -> None:
    files: dict[str, str | bytes] = {
        "one.md": "# One\n\nPython → RNN → LSTM\n",
        "two.md": "# Two\n\nLSTM → RNN → GRU\n",
        "three.md": "# Three\n\nRNN → LSTM → GRU\n",
    }
    corpus = {"TUTOR_CORPUS": str(write_corpus(tmp_path / "corpus", files))}
    found = json.loads(run_tutor("roadmap", "check", "--json", data=tmp_path / "data", **corpus).stdout)
    assert [(pair["first"], pair["second"]) for pair in found["disagreements"]] == [("lstm", "rnn")]
    assert [(edge["before"], edge["after"], edge["source"]) for edge in found["dropped"]] == [("lstm", "rnn", "two")]
    text = run_tutor("roadmap", "check", data=tmp_path / "data", **corpus).stdout
    assert "left out of plans" in text
    assert "1 pairs of topics" in text
