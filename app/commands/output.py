"""What every command does alike: opens the tutor, prints text or one JSON object."""

import argparse
import io
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from app.opening import open_tutor
from app.settings import app_settings
from app.tutor import Tutor
from ingest.errors import UsageError
from ingest.settings import ingest_settings

ANSWERED, FAILED, NOTHING = 0, 1, 3
Object = Mapping[str, object]


@contextmanager
def opened_tutor() -> Iterator[Tutor]:
    """A tutor over the index that serves, closed in the end."""
    tutor = open_tutor(app_settings(), ingest_settings())
    try:
        yield tutor
    finally:
        tutor.library.close()


def each_line(answer: Callable[[str], Object]) -> int:
    """One JSON object for each line of standard input, in order; a bad line gets an object with its error."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    for line in sys.stdin:
        if line.strip():
            try:
                made = answer(line)
            except UsageError as error:
                made = {"error": str(error)}
            print_object(made)
    return ANSWERED


def show(arguments: argparse.Namespace, made: Object, as_text: Callable[[], None]) -> None:
    """Print one JSON object where it was asked for, else the text."""
    if arguments.json:
        print_object(made)
    else:
        as_text()


def print_object(made: Object) -> None:
    """Print one JSON object on a line."""
    sys.stdout.write(json.dumps(made, ensure_ascii=False) + "\n")
    sys.stdout.flush()
