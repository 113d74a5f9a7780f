"""Work in several processes: in order, the same as in one, and finished although a process dies."""

import multiprocessing
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from ingest.documents import read_corpus
from ingest.glossary import make_glossary
from ingest.prepared import prepare
from ingest.workers import in_order
from tests.corpora import write_corpus


def _doubler() -> Callable[[int], int]:
    return partial(int.__mul__, 2)


def _mortal() -> Callable[[int], int]:
    return _die_of_three


def _die_of_three(number: int) -> int:
    if number == 3 and multiprocessing.parent_process():
        os._exit(1)
    return number


def _failing() -> Callable[[int], int]:
    return partial(divmod, 1)


@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_in_order(processes: int) -> None:
    assert list(in_order(_doubler, range(20), processes)) == [2 * number for number in range(20)]


def test_what_a_dead_process_leaves_is_done_here() -> None:
    assert list(in_order(_mortal, range(8), 2)) == list(range(8))


def test_a_fault_of_the_work_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        list(in_order(_failing, [1, 0], 2))


def test_nothing_to_do_starts_nothing() -> None:
    assert list(in_order(_doubler, [], 1)) == []


def test_two_processes_prepare_what_one_does(tmp_path: Path) -> None:
    text = "".join(f"## Part {part}\n\n{'Recurrent networks read in order. ' * 40}\n\n" for part in range(20))
    corpus = write_corpus(tmp_path / "corpus", {f"{number}.md": f"# Number {number}\n\n{text}" for number in range(80)})
    documents = read_corpus(corpus).documents
    assert sum(len(document.text) for document in documents) > 2_000_000
    one, two = (prepare(documents, make_glossary([]), tmp_path / str(n), lambda done: None, n) for n in (1, 2))
    assert one == two
