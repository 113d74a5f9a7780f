"""The command line. Exit codes: 0 answered, 1 failure, 2 wrong usage or configuration, 3 nothing found."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from app.commands import corpus, learn, order, page, roadmap, upkeep
from app.commands.map import draw_map
from ingest.errors import ConfigurationError, CorpusError, TutorError, UsageError

FAILED, WRONG = 1, 2
_DESCRIPTION = "A tutor over learning roadmaps for large language models."
_CORPUS = "folder of the corpus (default: the corpus that comes along, or TUTOR_CORPUS)"
Command = Callable[[argparse.Namespace], int]


if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction["_Parser"]


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
    _add_learning(commands)
    _add_map(commands)
    _add_documents(commands)
    _add_index(_group(commands, "index", "mind the index: what is kept, whether it is sound, where it lies"))
    _add_roadmap(_group(commands, "roadmap", "what is read from a roadmap, and where roadmaps disagree"))
    _add_corpus(_group(commands, "corpus", "check a corpus, or begin a lesson"))
    _add_page(commands)
    return parser


def _add(to: _Commands, name: str, command: Command, summary: str) -> _Parser:
    sub = to.add_parser(name, help=summary, description=summary)
    sub.add_argument("--json", action="store_true", help="print one JSON object instead of text")
    sub.set_defaults(command=command)
    return sub


def _group(to: _Commands, name: str, summary: str) -> _Commands:
    group = to.add_parser(name, help=summary, description=summary)
    group.set_defaults(json=False)
    return group.add_subparsers(title="commands", required=True, metavar="COMMAND")


def _add_learning(to: _Commands) -> None:
    sub = _add(to, "ask", learn.ask, "answer a question with citations ('-' reads one question a line)")
    sub.add_argument("question", help="the question, or '-' for standard input")
    sub = _add(to, "search", learn.search, "show the passages found for a question ('-' reads one question a line)")
    sub.add_argument("question", help="the question, or '-' for standard input")
    sub.add_argument("-k", type=_positive, default=10, help="how many passages (default 10)")
    sub = _add(to, "next", learn.next_steps, "what comes after and before a topic, and which document says so")
    sub.add_argument("topic", help="a topic's name in either language")
    sub = _add(to, "quiz", learn.quiz, "questions on a topic, each backed by a passage")
    sub.add_argument("topic", help="a topic's name in either language")
    sub.add_argument("-n", type=_positive, default=5, help="how many questions (default 5)")
    sub.add_argument("--seed", type=int, default=0, help="the same seed gives the same questions (default 0)")
    sub.add_argument("--language", choices=("zh", "en"), help="default: the language of the topic's name")
    sub.add_argument(
        "--with-keys", action="store_true", help="with --json: print the right options and explanations too"
    )
    _add(to, "topics", learn.topics, "list the topics and their names")
    _add_order(to)


def _add_order(to: _Commands) -> None:
    sub = _add(to, "path", order.path, "what is missing on the way to a topic, in order, and which document says so")
    sub.add_argument("--to", required=True, help="the topic to get to")
    _add_learner(sub)
    sub.add_argument("--hours", type=_hours, help="hours a week: splits the way into weeks")
    sub = _add(to, "ready", order.ready, "whether you may begin a topic, or what it still needs")
    sub.add_argument("topic", help="a topic's name in either language")
    _add_learner(sub)
    sub = _add(to, "compare", order.compare_two, "which of two topics comes first, and who says so")
    sub.add_argument("first", help="a topic's name in either language")
    sub.add_argument("second", help="a topic's name in either language")
    _add_language(sub)
    sub = _add(to, "where", order.where, "which stage of each roadmap you have reached")
    _add_learner(sub, required=True)
    sub = _add(to, "plan", order.plan, "a plan by weeks to a topic, on the screen or as a file")
    sub.add_argument("--to", required=True, help="the topic to get to")
    _add_learner(sub)
    sub.add_argument("--weeks", type=_positive, help="how many weeks there are (default: as many as it takes)")
    sub.add_argument("--hours", type=_hours, help="hours a week (default 6)")
    sub.add_argument("--format", choices=("markdown", "log", "ics"), help="print a file instead of the answer")
    sub.add_argument("--start", type=_day, help="first day of log and ics, as YYYY-MM-DD (default: next Monday)")


def _add_learner(to: _Parser, *, required: bool = False) -> None:
    to.add_argument("--known", default="", required=required, help="topics that you know, with commas between them")
    _add_language(to)


def _add_language(to: _Parser) -> None:
    to.add_argument("--language", choices=("zh", "en"), help="default: the language of the topic's name")


def _add_map(to: _Commands) -> None:
    sub = _add(to, "map", draw_map, "print the map of topics as a picture or as a Mermaid chart")
    sub.add_argument("--roadmap", help="only what this roadmap says, for example llm101")
    sub.add_argument("--field", help="only topics of this field, for example maths")
    sub.add_argument("--format", choices=("svg", "mermaid"), default="svg", help="default svg")
    sub.add_argument("--language", choices=("zh", "en"), default="en", help="of the topics' names (default en)")


def _add_documents(to: _Commands) -> None:
    sub = _add(to, "ingest", upkeep.ingest, "bring the index up to date, adding documents and linked pages on request")
    sub.add_argument("source", nargs="*", help="files, folders or addresses of pages to add to the corpus")
    sub.add_argument("--links", action="store_true", help="fetch the pages that the documents recommend")
    sub.add_argument("--offline", action="store_true", help="read linked pages from the page cache only")
    sub.add_argument("--corpus", type=Path, help=_CORPUS)
    sub.add_argument("--rebuild", action="store_true", help="build even when nothing changed")
    sub = _add(to, "links", upkeep.links, "what became of each address that the documents recommend, and who does")
    sub.add_argument("--state", help="only addresses in this state, for example dead")
    sub.add_argument("--corpus", type=Path, help=_CORPUS)
    _add(to, "documents", upkeep.documents, "list every document and whether it is in the index")
    sub = _add(to, "forget", upkeep.forget, "remove a document that was added with 'tutor ingest SOURCE'")
    sub.add_argument("document", help="its id, its file or folder, or its address")


def _add_index(to: _Commands) -> None:
    _add(to, "status", upkeep.index_status, "list the indexes that are kept, and which one serves")
    _add(to, "verify", upkeep.index_verify, "check that the index is whole and finds what it should")
    _add(to, "rollback", upkeep.index_rollback, "let the index before the current one serve again")
    sub = _add(to, "move", upkeep.index_move, "copy the index to a Qdrant server, or back, without encoding again")
    sub.add_argument("--to", required=True, help="address of the Qdrant server, or 'embedded'")


def _add_roadmap(to: _Commands) -> None:
    sub = _add(to, "show", roadmap.roadmap_show, "show the stages, paths and orders that are read from any file")
    sub.add_argument("file", type=Path, help="a roadmap: Markdown, text, HTML, PDF or notebook")
    _add(to, "check", roadmap.roadmap_check, "list names without a topic, and orders on which documents disagree")


def _add_corpus(to: _Commands) -> None:
    sub = _add(to, "check", corpus.corpus_check, "check every lesson, roadmap and name (runs the lessons' Python code)")
    sub.add_argument("--corpus", type=Path, help=_CORPUS)
    sub.add_argument("--sources", type=Path, help="folder with the roadmaps' originals, which must not be copied")
    sub = _add(to, "new", corpus.corpus_new, "write the two files of a new lesson, to be filled in")
    sub.add_argument("topic", help="the topic's id: lower-case words joined by hyphens")
    sub.add_argument("--corpus", type=Path, help=_CORPUS)


def _add_page(to: _Commands) -> None:
    sub = _add(to, "serve", page.serve, "serve the page, building the index first where it is missing or out of date")
    sub.add_argument("--host", help="address to listen on (default 127.0.0.1, or TUTOR_HOST)")
    sub.add_argument("--port", type=_port, help="port to listen on (default 7860, or TUTOR_PORT)")
    _add(to, "health", page.health, "ask a running page whether it is ready; exit code 0 when it is")


def _positive(value: str) -> int:
    number = int(value) if value.isdecimal() else 0
    if not 1 <= number <= 1000:
        raise argparse.ArgumentTypeError(f"{value!r} is no number between 1 and 1000")
    return number


def _hours(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0.5 <= number <= 168:
        raise argparse.ArgumentTypeError(f"{value!r} is no number of hours between 0.5 and 168")
    return number


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{value!r} is no day as YYYY-MM-DD") from error


def _port(value: str) -> int:
    number = int(value) if value.isdecimal() else -1
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{value!r} is no port between 0 and 65535")
    return number


if __name__ == "__main__":
    sys.exit(main())
