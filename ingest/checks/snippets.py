"""Runs the Python code of the lessons, in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator

from ingest.checks.parts import python_blocks, without_comments
from ingest.documents import Document, Problem

_SECONDS = 120
_RUNNER = """
import json, sys, traceback, warnings
warnings.simplefilter("error")
for number, (name, code) in enumerate(json.load(sys.stdin)):
    try:
        exec(compile(code, name, "exec"), {"__name__": "__snippet__"})
    except BaseException as error:
        at = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == name]
        line = at[-1] if at else getattr(error, "lineno", None) or 1
        print(json.dumps([number, line, f"{type(error).__name__}: {error}"]), file=sys.stderr, flush=True)
"""


def check_snippets(documents: Iterable[Document]) -> Iterator[Problem]:
    """Snippets that raise; the same code in two languages runs once. Code of lessons runs with this user's rights."""
    blocks: dict[str, tuple[Document, str, int]] = {}
    for document in documents:
        for code, line in python_blocks(document):
            blocks.setdefault(without_comments(code), (document, code, line))
    placed = list(blocks.values())
    try:
        ran = subprocess.run(  # noqa: S603  # our own runner, given code that the caller asked to run
            [sys.executable, "-X", "utf8", "-c", _RUNNER],
            input=json.dumps([(document.path, code) for document, code, _ in placed]),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        yield Problem(path="lessons", line=0, message=f"the snippets did not end within {_SECONDS} s; shorten them")
        return
    for report in ran.stderr.splitlines():
        number, line, message = json.loads(report)
        document, _, first = placed[number]
        yield Problem(path=document.path, line=first + line - 1, message=f"the snippet fails: {message or 'assertion'}")
