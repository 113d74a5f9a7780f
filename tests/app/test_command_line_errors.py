"""Every failure of the command line is one sentence with what to do, and never a traceback."""

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli import main
from ingest.generations import Generations
from ingest.library import open_library
from tests.conftest import Run
from tests.corpora import process_environment, settings
from tests.model_server import ModelServer

Failing = Callable[..., tuple[int, str]]


@pytest.fixture
def failing(corpus_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Failing:
    """Runs `tutor ARGUMENTS` with settings, and returns its exit code and its one line on standard error."""

    def run(*arguments: str, **environment: str) -> tuple[int, str]:
        for name, value in {"TUTOR_DATA": str(corpus_data), **environment}.items():
            monkeypatch.setenv(name, value)
        code = main(arguments)
        printed = capsys.readouterr()
        [line] = printed.err.splitlines()
        assert printed.out == ""
        return code, line

    return run


@pytest.fixture
def own_data(corpus_data: Path, tmp_path: Path) -> Path:
    """A copy of the data directory that a test may damage."""
    return Path(shutil.copytree(corpus_data, tmp_path / "copy"))


def _generation(data: Path) -> Path:
    generations = Generations(data)
    return generations.path(generations.current())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["ask", ""], "tutor: the question is empty; ask something, for example 'what is an RNN?'"),
        (["ask", " \n"], "tutor: the question is empty; ask something, for example 'what is an RNN?'"),
        (["search", ""], "tutor: the question is empty; ask something, for example 'what is an RNN?'"),
        (["ask", "长" * 50_000], "tutor: the question has 50,000 characters, more than 4,000; shorten it"),
        (["search", "长" * 50_000], "tutor: the question has 50,000 characters, more than 4,000; shorten it"),
        (["next", "zzzzqqqq"], "tutor: no topic is called 'zzzzqqqq': 'tutor topics' lists them all"),
        (["next", ""], "tutor: no topic is called '': 'tutor topics' lists them all"),
    ],
)
def test_wrong_use_is_a_sentence_and_exits_with_2(failing: Failing, arguments: list[str], sentence: str) -> None:
    assert failing(*arguments) == (2, sentence)


@pytest.mark.parametrize("command", ["next", "quiz"])
def test_an_unknown_topic_is_answered_with_the_nearest_names(failing: Failing, command: str) -> None:
    code, sentence = failing(command, "transfromer")
    assert code == 2
    assert sentence.startswith("tutor: no topic is called 'transfromer': did you mean ")
    assert "'Transformer'" in sentence


def test_a_topic_of_endless_length_is_not_repeated_whole(failing: Failing) -> None:
    code, sentence = failing("quiz", "z" * 50_000)
    assert code == 2
    assert len(sentence) < 300


def test_an_argument_that_is_not_utf8_is_a_sentence(failing: Failing) -> None:
    assert failing("next", "\udcff" * 8) == (2, "tutor: no topic is called '????????': 'tutor topics' lists them all")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TUTOR_PORT", "abc"),
        ("TUTOR_PORT", "70000"),
        ("TUTOR_MODEL_TIMEOUT", "0"),
        ("TUTOR_PASSAGE_TOKENS", "-1"),
        ("OPENAI_BASE_URL", "localhost:11434"),
    ],
)
def test_a_wrong_setting_is_named(failing: Failing, name: str, value: str) -> None:
    code, sentence = failing("ask", "什么是LSTM？", **{name: value})
    assert code == 2
    assert sentence.startswith(f"tutor: setting {name}: ")
    assert sentence.endswith("; see .env.example")


@pytest.mark.parametrize("arguments", [["ingest", "--corpus", "/no/such/corpus"], ["ingest"]])
def test_a_missing_corpus_folder_is_named(failing: Failing, arguments: list[str]) -> None:
    code, sentence = failing(*arguments, TUTOR_CORPUS="/no/such/corpus")
    assert code == 2
    assert sentence == "tutor: no corpus folder at '/no/such/corpus'; name one with --corpus or TUTOR_CORPUS"


@pytest.mark.parametrize("command", [["ask", "什么是LSTM？"], ["ingest"], ["index", "rollback"], ["topics"]])
def test_a_data_directory_under_a_file_is_named(failing: Failing, tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "file").write_text("")
    data = str(tmp_path / "file" / "data")
    code, sentence = failing(*command, TUTOR_DATA=data)
    assert code == 2
    assert data in sentence


def test_an_index_held_by_another_process_is_a_sentence(run_tutor: Run, own_data: Path) -> None:
    holder = open_library(settings(own_data))
    done = run_tutor("ask", "什么是LSTM？", data=own_data)
    holder.close()
    assert done.returncode == 1
    [sentence] = done.stderr.splitlines()
    assert "is held by another tutor process; stop that one, or give this one a data directory of its own" in sentence
    assert run_tutor("ask", "什么是LSTM？", data=own_data).returncode == 0


@pytest.mark.parametrize("name", ["manifest.json", "glossary.json", "lessons.json"])
@pytest.mark.parametrize("content", ["", "{", "[1]"])
def test_a_damaged_index_says_how_to_rebuild_it(failing: Failing, own_data: Path, name: str, content: str) -> None:
    (_generation(own_data) / name).write_text(content)
    code, sentence = failing("ask", "什么是LSTM？", TUTOR_DATA=str(own_data))
    assert code == 1
    assert sentence.endswith("rebuild it with 'tutor ingest --rebuild'")


def test_an_index_without_its_shard_says_how_to_rebuild_it(failing: Failing, own_data: Path) -> None:
    shutil.rmtree(_generation(own_data) / "shard")
    code, sentence = failing("ask", "什么是LSTM？", TUTOR_DATA=str(own_data))
    assert code == 1
    assert sentence.endswith("rebuild it with 'tutor ingest --rebuild'")


def test_an_index_of_another_version_says_what_to_run(failing: Failing, own_data: Path) -> None:
    manifest = _generation(own_data) / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text("utf-8")) | {"encoder": "older"}))
    code, sentence = failing("ask", "什么是LSTM？", TUTOR_DATA=str(own_data))
    assert code == 1
    assert "the index was built by 'older'" in sentence
    assert sentence.endswith("run 'tutor ingest'")


def test_there_is_no_earlier_index_to_go_back_to(failing: Failing, own_data: Path) -> None:
    assert failing("index", "rollback", TUTOR_DATA=str(own_data)) == (
        1,
        "tutor: there is no earlier index to go back to; build one with 'tutor ingest'",
    )


def test_a_failure_is_an_object_too_when_json_is_asked_for(
    corpus_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TUTOR_DATA", str(corpus_data))
    assert main(["next", "zzzzqqqq", "--json"]) == 2
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"error": "no topic is called 'zzzzqqqq': 'tutor topics' lists them all"}
    assert printed.err.startswith("tutor: no topic")


def test_a_model_that_is_down_is_said_above_the_quotes(
    corpus_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with ModelServer() as gone:
        address = gone.url
    monkeypatch.setenv("TUTOR_DATA", str(corpus_data))
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    assert main(["ask", "什么是LSTM？"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("! 连不上模型服务，下面改用语料库的原句回答。\n")
    assert "[1] 长短期记忆网络（LSTM）" in printed


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["ask"],
        ["sing"],
        ["quiz", "RNN", "-n", "0"],
        ["search", "RNN", "-k", "many"],
        ["quiz", "RNN", "--language", "fr"],
    ],
)
def test_arguments_that_do_not_fit_exit_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments, "--json"]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("tutor: ")
    assert printed.err.count("\n") == 1
    assert json.loads(printed.out) == {"error": printed.err.removeprefix("tutor: ").strip()}


def test_a_page_that_does_not_run_is_not_healthy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("TUTOR_PORT", str(free.getsockname()[1]))
    assert main(["health", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["ready"] is False


def test_a_first_build_that_fails_says_why_once(run_tutor: Run, data: Path, tmp_path: Path) -> None:
    done = run_tutor("ask", "什么是LSTM？", data=data, TUTOR_CORPUS=str(tmp_path / "missing"))
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"tutor: no corpus folder at '{tmp_path / 'missing'}'; name one with --corpus or TUTOR_CORPUS",
        "tutor: the index could not be built; see the message above",
    ]


def test_a_reader_who_closes_the_pipe_causes_no_traceback(corpus_data: Path, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "app.cli", "ask", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=process_environment(TUTOR_DATA=str(corpus_data)),
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        process.stdin.write("什么是LSTM？\n".encode() * 50)
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 1


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_a_line_that_is_not_utf8_is_answered_all_the_same(corpus_data: Path, tmp_path: Path, errors: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "ask", "-"],
        input=b"\xff\xfe\n\xffLSTM\n",
        capture_output=True,
        cwd=tmp_path,
        env=process_environment(TUTOR_DATA=str(corpus_data), PYTHONIOENCODING=f"utf-8:{errors}"),
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert [json.loads(line)["outcome"] for line in done.stdout.splitlines()] == ["not_found", "answered"]
