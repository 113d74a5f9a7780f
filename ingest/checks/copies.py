"""Measures how long a run of text a corpus shares with the sources that it retells."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from ingest.documents import Document, Problem
from ingest.languages import fold
from ingest.values import Value

LONGEST_CHINESE, LONGEST_ENGLISH = 25, 12
_NAMES = re.compile(r"!?\[[^\]]*\]\([^)]*\)|《[^》]*》|`[^`]*`|https?://\S+|^\s*#.*$|\*\*[^*]*\*\*", re.MULTILINE)
_LIST_OF_TERMS = re.compile(r"[^，,。；;：:（）()\n]*(?:[、/→|][^，,。；;：:（）()\n、/→|]*){2,}")
_UNIT = re.compile(r"[\u4e00-\u9fff]|[a-z0-9][a-z0-9'’-]*")


class SharedRun(Value):
    """A run of text that a document shares with a source, in Chinese characters and words."""

    text: str
    chinese: int
    english: int

    @property
    def too_long(self) -> bool:
        """Whether it is longer than chance and common names explain."""
        return self.chinese > LONGEST_CHINESE or (self.english > LONGEST_ENGLISH and not self.chinese)


def check_copies(documents: Iterable[Document], sources: Iterable[Path]) -> Iterator[Problem]:
    """Documents with a run of more than 25 Chinese characters or 12 English words of a source."""
    known = _shingles(source.read_text("utf-8", errors="replace") for source in sources)
    for document in documents:
        for line, text in enumerate(document.lines, start=1):
            for run in _shared(text, known):
                if run.too_long:
                    message = f"copies {run.chinese} characters and {run.english} words of a source: {run.text!r}"
                    yield Problem(path=document.path, line=line, message=message)


def longest_runs(documents: Iterable[Document], sources: Iterable[Path]) -> tuple[SharedRun, SharedRun]:
    """The longest shared run of Chinese, and of English only; empty runs where nothing is shared."""
    known = _shingles(source.read_text("utf-8", errors="replace") for source in sources)
    runs = [run for document in documents for line in document.lines for run in _shared(line, known)]
    nothing = SharedRun(text="", chinese=0, english=0)
    chinese = max(runs, key=lambda run: run.chinese, default=nothing)
    return chinese, max((run for run in runs if not run.chinese), key=lambda run: run.english, default=nothing)


def _shingles(texts: Iterable[str]) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for text in texts:
        for line in text.split("\n"):
            units = _units(line)
            found.update(zip(*(units[start:] for start in range(_WINDOW)), strict=False))
    return found


_WINDOW = 6


def _units(line: str) -> list[str]:
    """The Chinese characters and words of a line, without titles, names, addresses and lists of terms."""
    return _UNIT.findall(fold(_LIST_OF_TERMS.sub(" ", _NAMES.sub(" ", line))))


def _shared(line: str, known: set[tuple[str, ...]]) -> Iterator[SharedRun]:
    """The runs of a line of which every six neighbouring units stand in a source."""
    units = _units(line)
    starts = [n for n in range(len(units) - _WINDOW + 1) if tuple(units[n : n + _WINDOW]) in known]
    first = 0
    for index, (here, following) in enumerate(pairwise([*starts, -1])):
        if following != here + 1:
            run = units[starts[first] : here + _WINDOW]
            chinese = sum("\u4e00" <= unit <= "\u9fff" for unit in run)
            text = " ".join(run) if not chinese else "".join(run)
            yield SharedRun(text=text, chinese=chinese, english=len(run) - chinese)
            first = index + 1
