"""What `tutor` prints and returns: the contract of every command."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from ingest.settings import PROJECT
from tests.conftest import Run
from tests.corpora import write_corpus

Object = dict[str, Any]
Tutor = Callable[..., tuple[int, list[Object]]]


@pytest.fixture
def tutor_json(corpus_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tutor:
    """Runs `tutor ARGUMENTS` here and returns its exit code and the objects it printed, one a line."""
    monkeypatch.setenv("TUTOR_DATA", str(corpus_data))

    def run(*arguments: str, stdin: str = "") -> tuple[int, list[Object]]:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = main(arguments)
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


@pytest.fixture
def tutor_text(
    corpus_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Runs `tutor ARGUMENTS` here and returns its exit code and what it printed."""
    monkeypatch.setenv("TUTOR_DATA", str(corpus_data))

    def run(*arguments: str, stdin: str = "") -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        return main(arguments), capsys.readouterr().out

    return run


def _types(made: Object) -> dict[str, str]:
    return {name: type(value).__name__ for name, value in made.items()}


CITATION = {
    "n": "int",
    "document": "str",
    "title": "str",
    "heading": "list",
    "lines": "list",
    "url": "str",
    "quote": "str",
    "language": "str",
}


@pytest.mark.parametrize("question", ["什么是LSTM？", "Why do transformers need positional encoding?"])
def test_ask_prints_one_object(tutor_json: Tutor, question: str) -> None:
    code, [made] = tutor_json("ask", question, "--json")
    assert code == 0
    assert _types(made) == {
        "question": "str",
        "answer": "str",
        "language": "str",
        "mode": "str",
        "outcome": "str",
        "claims": "list",
        "citations": "list",
        "topics": "list",
        "followups": "list",
        "notice": "str",
        "model": "str",
        "prompt": "str",
        "index": "str",
    }
    assert (made["mode"], made["outcome"], made["model"]) == ("extractive", "answered", "")
    assert {tuple(_types(claim).items()) for claim in made["claims"]} == {
        (("text", "str"), ("citations", "list"), ("verdict", "str"))
    }
    assert [_types(citation) for citation in made["citations"]] == [CITATION] * len(made["citations"])
    assert [citation["n"] for citation in made["citations"]] == list(range(1, len(made["citations"]) + 1))


def test_ask_exits_with_3_when_nothing_is_found(tutor_json: Tutor) -> None:
    code, [made] = tutor_json("ask", "What is the capital of France?", "--json")
    assert (code, made["outcome"], made["citations"], made["claims"]) == (3, "not_found", [], [])


def test_search_prints_hits_best_first(tutor_json: Tutor) -> None:
    code, [made] = tutor_json("search", "什么是LSTM？", "-k", "3", "--json")
    assert code == 0
    assert made.keys() == {"hits"}
    assert [_types(hit) for hit in made["hits"]] == 3 * [
        {
            "document": "str",
            "title": "str",
            "language": "str",
            "heading": "list",
            "lines": "list",
            "text": "str",
            "url": "str",
            "score": "float",
        }
    ]
    scores = [hit["score"] for hit in made["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_search_exits_with_3_when_nothing_is_found(tutor_json: Tutor) -> None:
    assert tutor_json("search", "zzzzqqqq", "--json") == (3, [{"hits": []}])


def test_the_text_of_a_hit_stands_at_its_lines(tutor_json: Tutor) -> None:
    _, [made] = tutor_json("search", "attention", "--json")
    assert len(made["hits"]) == 10
    for hit in made["hits"]:
        first, last = hit["lines"]
        lines = (PROJECT / "corpus" / f"{hit['document']}.md").read_text("utf-8").split("\n")
        assert hit["text"] in "\n".join(lines[first - 1 : last])


@pytest.mark.parametrize("topic", ["RNN", "循环神经网络", "rnn", "recurrent neural network"])
def test_next_prints_what_comes_after_and_before(tutor_json: Tutor, topic: str) -> None:
    code, [made] = tutor_json("next", topic, "--json")
    assert code == 0
    assert made["topic"] == {"id": "rnn", "zh": "循环神经网络", "en": "recurrent neural network"}
    assert made.keys() == {"topic", "after", "before"}
    for step in made["after"] + made["before"]:
        assert _types(step) == {"topic": "dict", "support": "int", "against": "int", "evidence": "list"}
        assert _types(step["topic"]) == {"id": "str", "zh": "str", "en": "str"}
        for evidence in step["evidence"]:
            assert _types(evidence) == {
                "document": "str",
                "title": "str",
                "heading": "list",
                "line": "int",
                "quote": "str",
            }


def test_next_exits_with_3_when_no_document_states_an_order(tutor_json: Tutor) -> None:
    code, [made] = tutor_json("next", "Poisson distribution", "--json")
    assert (code, made["after"], made["before"]) == (3, [], [])


@pytest.mark.parametrize("arguments", [(), ("--seed", "7"), ("--language", "en")])
def test_quiz_prints_items_without_their_keys(tutor_json: Tutor, arguments: tuple[str, ...]) -> None:
    code, [made] = tutor_json("quiz", "transformer", "-n", "5", "--json", *arguments)
    assert code == 0
    assert len(made["items"]) == 5
    for item in made["items"]:
        assert item.keys() == {"id", "kind", "topic", "language", "stem", "options", "citation"}
        assert item["citation"].keys() == CITATION.keys() - {"quote"}
        assert [option.keys() for option in item["options"]] == [{"id", "text"}] * len(item["options"])


def test_quiz_prints_the_keys_when_asked_to(tutor_json: Tutor) -> None:
    _, [made] = tutor_json("quiz", "transformer", "--with-keys", "--json")
    for item in made["items"]:
        assert item["key"] in {option["id"] for option in item["options"]}
        assert item["explanation"]
        assert item["citation"].keys() == CITATION.keys()


def test_a_seed_makes_the_same_quiz_again(tutor_json: Tutor) -> None:
    quizzes = [tutor_json("quiz", "transformer", "--json", "--seed", seed)[1] for seed in ("7", "7", "8")]
    assert quizzes[0] == quizzes[1] != quizzes[2]


def test_questions_are_answered_line_by_line_in_order(tutor_json: Tutor) -> None:
    questions = ["什么是LSTM？", "What is the capital of France?", "What is an RNN?", "x" * 5000]
    code, made = tutor_json("ask", "-", stdin="\n".join(questions))
    assert code == 0
    assert [answer.get("question") for answer in made] == [*questions[:3], None]
    assert [answer.get("outcome") for answer in made] == ["answered", "not_found", "answered", None]
    assert made[3] == {"error": "the question has 5,000 characters, more than 4,000; shorten it"}


def test_passages_are_searched_line_by_line_in_order(tutor_json: Tutor) -> None:
    code, made = tutor_json("search", "-", "-k", "1", stdin="什么是LSTM？\nWhat is attention?\n")
    assert code == 0
    assert [found["hits"][0]["document"].split("/")[1] for found in made] == ["lstm", "attention"]


def test_topics_lists_every_topic_and_whether_it_has_a_lesson(tutor_json: Tutor) -> None:
    code, [made] = tutor_json("topics", "--json")
    lessons = {topic["id"]: topic["lesson"] for topic in made["topics"]}
    assert (code, lessons["lstm"], lessons["poisson-distribution"]) == (0, True, False)


def test_ingest_reports_what_it_did_and_then_that_nothing_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TUTOR_DATA", str(tmp_path / "data"))
    folder = write_corpus(
        tmp_path / "corpus", {"a.md": "# RNN\n\nAn RNN reads in order.\n", "b.md": "# GRU\n\nGates.\n"}
    )
    reports = []
    for _ in range(2):
        assert main(["ingest", "--corpus", str(folder), "--json"]) == 0
        reports.append(json.loads(capsys.readouterr().out))
    names = ("documents", "added", "changed", "removed", "unchanged", "built")
    assert [[report[name] for name in names] for report in reports] == [[2, 2, 0, 0, 0, True], [2, 0, 0, 0, 2, False]]
    assert reports[0]["index"] == reports[1]["index"]
    assert reports[0].keys() == {
        *names,
        "chunks",
        "seconds",
        "index",
        "embedded",
        "embedding_tokens",
        "problems",
        "sources",
        "links",
    }


def test_a_reader_sees_the_answer_its_sources_and_what_to_ask_next(tutor_text: Callable[..., tuple[int, str]]) -> None:
    code, printed = tutor_text("ask", "什么是LSTM？")
    assert code == 0
    assert "是一种用三个门和一条加法更新的细胞状态来较长时间保存信息的循环神经网络[1]。" in printed
    assert "[1] 长短期记忆网络（LSTM） > " in printed
    assert "(lessons/lstm/zh:" in printed
    assert "? 学完LSTM学什么？" in printed


def test_a_quiz_in_the_terminal_takes_letters_and_shows_the_score(tutor_text: Callable[..., tuple[int, str]]) -> None:
    code, printed = tutor_text("quiz", "LSTM", "-n", "2", "--language", "zh", stdin="z\na\n\n")
    assert code == 0
    assert printed.count("1. ") >= 1
    assert printed.rstrip().endswith(("答对 0 / 2 题", "答对 1 / 2 题"))
    assert printed.count("[lessons/lstm/zh:") + printed.count("[roadmaps/") == 2


def test_the_installed_command_answers_in_a_process_of_its_own(run_tutor: Run, corpus_data: Path) -> None:
    done = run_tutor("ask", "What is an LSTM?", "--json", data=corpus_data)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["outcome"] == "answered"


def test_a_first_question_builds_the_index_first(run_tutor: Run, data: Path) -> None:
    done = run_tutor("ask", "什么是LSTM？", "--json", data=data)
    assert done.returncode == 0
    assert json.loads(done.stdout)["citations"]
    assert "Built " in done.stderr
