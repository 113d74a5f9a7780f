"""The command line. Exit codes: 0 answered, 1 failure, 2 wrong usage or configuration, 3 nothing found."""

import argparse
import io
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from app.commands import (
    ask,
    corpus_check,
    corpus_new,
    health,
    ingest,
    next_steps,
    quiz,
    rollback,
    search,
    serve,
    topics,
)
from ingest.errors import ConfigurationError, CorpusError, TutorError, UsageError

FAILED, WRONG = 1, 2
_DESCRIPTION = "A tutor over learning roadmaps for large language models."
Command = Callable[[argparse.Namespace], int]


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are ours: one sentence, and JSON where JSON was asked for."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see '{self.prog} --help'")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; every failure is one sentence, never a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        parsed = _parser().parse_args(given)
    except UsageError as error:
        _complain(error, as_json="--json" in given)
        return WRONG
    command: Command = parsed.command
    try:
        return command(parsed)
    except TutorError as error:
        _complain(error, as_json=parsed.json)
        return WRONG if isinstance(error, UsageError | ConfigurationError | CorpusError) else FAILED
    except BrokenPipeError:
        return FAILED
    except KeyboardInterrupt:
        return 130


def _complain(error: TutorError, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps({"error": str(error)}, ensure_ascii=False) + "\n")
    sys.stderr.write(f"tutor: {error}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="tutor", description=_DESCRIPTION)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(
        name: str, command: Command, summary: str, to: "argparse._SubParsersAction[_Parser] | None" = None
    ) -> _Parser:
        sub = (to or commands).add_parser(name, help=summary, description=summary)
        sub.add_argument("--json", action="store_true", help="print one JSON object instead of text")
        sub.set_defaults(command=command)
        return sub

    sub = add("ask", ask, "answer a question with citations ('-' reads one question a line)")
    sub.add_argument("question", help="the question, or '-' for standard input")
    sub = add("search", search, "show the passages found for a question ('-' reads one question a line)")
    sub.add_argument("question", help="the question, or '-' for standard input")
    sub.add_argument("-k", type=_positive, default=10, help="how many passages (default 10)")
    sub = add("next", next_steps, "what comes after and before a topic, and which document says so")
    sub.add_argument("topic", help="a topic's name in either language")
    sub = add("quiz", quiz, "questions on a topic, each backed by a passage")
    sub.add_argument("topic", help="a topic's name in either language")
    sub.add_argument("-n", type=_positive, default=5, help="how many questions (default 5)")
    sub.add_argument("--seed", type=int, default=0, help="the same seed gives the same questions (default 0)")
    sub.add_argument("--language", choices=("zh", "en"), help="default: the language of the topic's name")
    sub.add_argument(
        "--with-keys", action="store_true", help="with --json: print the right options and explanations too"
    )
    add("topics", topics, "list the topics and their names")
    sub = add("ingest", ingest, "read the corpus and bring the index up to date")
    sub.add_argument("--corpus", type=Path, help="folder of Markdown documents (default: the corpus that comes along)")
    sub.add_argument("--rebuild", action="store_true", help="build even when nothing changed")
    corpus = commands.add_parser("corpus", help="check a corpus, or begin a lesson", description="Work on a corpus.")
    corpus.set_defaults(json=False)
    parts = corpus.add_subparsers(title="commands", required=True, metavar="COMMAND")
    sub = add("check", corpus_check, "check every lesson, roadmap and name (runs the lessons' Python code)", parts)
    sub.add_argument("--corpus", type=Path, help="folder of the corpus (default: the corpus that comes along)")
    sub.add_argument("--sources", type=Path, help="folder with the roadmaps' originals, which must not be copied")
    sub = add("new", corpus_new, "write the two files of a new lesson, to be filled in", parts)
    sub.add_argument("topic", help="the topic's id: lower-case words joined by hyphens")
    sub.add_argument("--corpus", type=Path, help="folder of the corpus (default: the corpus that comes along)")
    add("rollback", rollback, "let the index before the current one serve again")
    sub = add("serve", serve, "serve the page, building the index first where it is missing or out of date")
    sub.add_argument("--host", help="address to listen on (default 127.0.0.1, or TUTOR_HOST)")
    sub.add_argument("--port", type=_port, help="port to listen on (default 7860, or TUTOR_PORT)")
    add("health", health, "ask a running page whether it is ready; exit code 0 when it is")
    return parser


def _positive(value: str) -> int:
    number = int(value) if value.isdecimal() else 0
    if not 1 <= number <= 1000:
        raise argparse.ArgumentTypeError(f"{value!r} is no number between 1 and 1000")
    return number


def _port(value: str) -> int:
    number = int(value) if value.isdecimal() else -1
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{value!r} is no port between 0 and 65535")
    return number


if __name__ == "__main__":
    sys.exit(main())
