"""What code reads from a lesson: roles, misconceptions and self-checks, with their lines."""

from pathlib import Path

import pytest

from ingest.documents import read_corpus
from ingest.lessons import Lesson, Misconception, SelfCheck, read_lesson, role_of
from tests.corpora import write_corpus

FRONT = "---\ntopic: rnn\nname: RNN\nfield: nlp\nlevel: 3\nminutes: 10\nreviewed: x\n---\n"
ENGLISH = """# RNN

- **Misconception:** It forgets nothing.
  **Correction:** It forgets.
  **Why:** The name.

- **Q:** How does it read?
  **A:** In order
  **Wrong:** At once | Backwards | Never
"""
CHINESE = """# RNN

- **误解：** 什么都不会忘。
  **更正：** 会忘。
  **原因：** 名字。

- **问：** 它怎样读？
  **答：** 按顺序
  **错：** 同时 ｜ 倒着 ｜ 从不
"""


def lesson(folder: Path, body: str) -> Lesson:
    [document] = read_corpus(write_corpus(folder, {"lessons/rnn/x.md": FRONT + body})).documents
    read = read_lesson(document)
    assert read is not None
    return read


def test_an_english_lesson_is_read_with_its_lines(tmp_path: Path) -> None:
    read = lesson(tmp_path, ENGLISH)
    assert read.misconceptions == (
        Misconception(belief="It forgets nothing.", correction="It forgets.", why="The name.", line=12),
    )
    assert read.checks == (
        SelfCheck(question="How does it read?", answer="In order", wrong=("At once", "Backwards", "Never"), line=16),
    )


def test_a_chinese_lesson_is_read_with_its_lines(tmp_path: Path) -> None:
    read = lesson(tmp_path, CHINESE)
    assert read.misconceptions == (Misconception(belief="什么都不会忘。", correction="会忘。", why="名字。", line=12),)
    assert read.checks == (SelfCheck(question="它怎样读？", answer="按顺序", wrong=("同时", "倒着", "从不"), line=16),)


def test_an_item_that_lacks_a_part_is_left_out(tmp_path: Path) -> None:
    read = lesson(tmp_path, ENGLISH.replace("  **Wrong:** At once | Backwards | Never\n", ""))
    assert (len(read.misconceptions), read.checks) == (1, ())


def test_a_page_is_no_lesson(tmp_path: Path) -> None:
    [document] = read_corpus(write_corpus(tmp_path, {"a.md": ENGLISH})).documents
    assert read_lesson(document) is None


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        (("LSTM", "In one sentence"), "definition"),
        (("LSTM", "怎样工作"), "mechanism"),
        (("LSTM", "怎样工作", "门"), "mechanism"),
        (("LSTM", "何时用，何时不用"), "use"),
        (("LSTM", "Something else"), ""),
        ((), ""),
    ],
)
def test_a_section_has_a_role(heading: tuple[str, ...], role: str) -> None:
    assert role_of(heading) == role
