"""The gold of `gold.yaml` stands in the files of the corpus: found by plain search in them, without the project's index."""

import re
from collections import Counter
from functools import cache

import pytest

from evals.dataset import Answerable, Asked, Unanswerable, gold_lines, gold_questions, samples
from ingest.languages import fold
from ingest.settings import PROJECT
from ingest.values import Language

CORPUS = PROJECT / "corpus"
LESSONS = CORPUS / "lessons"
LANGUAGES: tuple[Language, ...] = ("zh", "en")
# The sections after the teaching: a quiz, an exercise, references and the way on are no answers.
AFTER_TEACHING = re.compile(r"^## (?:接下来|What it opens up)$", re.MULTILINE)
SELF_CHECK = re.compile(r"^- \*\*(?:问：|Q:)\*\*(.+)$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
# What a learner wrongly believes, and why, stands beside the correction and is no answer either.
WRONG = re.compile(r"^(?:- )?\s*\*\*(?:误解|原因|Misconception|Why)[：:]")
HAN = re.compile(r"[\u3400-\u9fff]")


_lines_of_the_file = cache(gold_lines)
_questions = cache(gold_questions)


def _answerable() -> list[Answerable]:
    return [asked for asked in _questions() if isinstance(asked, Answerable)]


def _unanswerable() -> list[Unanswerable]:
    return [asked for asked in _questions() if isinstance(asked, Unanswerable)]


@cache
def _topics() -> frozenset[str]:
    return frozenset(folder.name for folder in LESSONS.iterdir())


@cache
def _teaching(gold: str, language: Language) -> tuple[str, ...]:
    """The lines of a lesson that teach, casefolded and without emphasis; of a roadmap, whatever its language, all lines."""
    path = CORPUS / f"{gold}.md" if "/" in gold else LESSONS / gold / f"{language}.md"
    text = path.read_text("utf-8").split("\n---\n", 1)[1]
    prose = FENCED.sub("", AFTER_TEACHING.split(text)[0])
    return tuple(line.replace("**", "").casefold() for line in prose.splitlines() if not WRONG.match(line))


def _stated(asked: Answerable, gold: str) -> bool:
    """Whether one line of a gold text has a word of every group."""
    groups = [[word.casefold() for word in group] for group in asked.says]
    return any(all(any(word in line for word in group) for group in groups) for line in _teaching(gold, asked.language))


def _balanced(asked: list[Answerable] | list[Unanswerable]) -> bool:
    languages = Counter(one.language for one in asked)
    return abs(languages["zh"] - languages["en"]) <= len(asked) // 10


def test_there_are_enough_questions_in_both_languages() -> None:
    assert len(_answerable()) >= 440
    assert len(_unanswerable()) >= 160
    assert _balanced(_answerable())
    assert _balanced(_unanswerable())


def test_every_kind_and_every_style_occurs_and_facts_often() -> None:
    kinds = Counter(asked.kind for asked in _answerable())
    styles = Counter(asked.style for asked in _answerable())
    assert len(kinds) == 9
    assert kinds["fact"] >= 120
    assert len(styles) == 6
    assert min(styles.values()) >= 20, styles
    assert len(_answerable()) - styles["plain"] >= len(_answerable()) / 3


def test_half_of_the_unanswerable_ones_are_near_misses() -> None:
    near = Counter((asked.near, asked.language) for asked in _unanswerable())
    assert min(near.values()) >= 40, near
    assert len(near) == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_is_asked_about_in_each_language(language: Language) -> None:
    asked = {gold for one in _answerable() if one.language == language for gold in one.gold}
    assert not _topics() - asked


def test_every_roadmap_is_asked_about() -> None:
    roadmaps = {f"roadmaps/{path.stem}" for path in (CORPUS / "roadmaps").glob("*.md")}
    asked = {gold for one in _answerable() for gold in one.gold if "/" in gold}
    assert asked == roadmaps
    for one in _answerable():
        assert (one.kind == "roadmap") == any("/" in gold for gold in one.gold), one.question


def test_gold_names_lessons_and_roadmaps_once() -> None:
    for one in _answerable():
        assert len(one.gold) == len(set(one.gold)), one.question
        assert all("/" in gold or gold in _topics() for gold in one.gold), one.question


def test_a_line_of_every_gold_text_has_a_word_of_each_group() -> None:
    missed = [(one.question, gold) for one in _answerable() for gold in one.gold if not _stated(one, gold)]
    assert not missed


def test_no_question_is_asked_twice() -> None:
    twice = [question for question, times in Counter(one.folded for one in _questions()).items() if times > 1]
    assert not twice


def test_no_question_stands_in_the_small_set() -> None:
    small = {Asked(question=one.question, language=one.language).folded for one in samples()}
    assert not [one.question for one in _questions() if one.folded in small]


def test_no_question_is_copied_from_a_self_check() -> None:
    asked = {
        Asked(question=stem, language=language).folded
        for topic in _topics()
        for language in LANGUAGES
        for stem in SELF_CHECK.findall((LESSONS / topic / f"{language}.md").read_text("utf-8"))
    }
    assert len(asked) > 1000
    assert not [one.question for one in _questions() if one.folded in asked]


def test_a_question_is_written_in_its_language_and_style() -> None:
    for one in _questions():
        assert bool(HAN.search(one.question)) == (one.language == "zh"), one.question
    for one in _answerable():
        han = "".join(HAN.findall(one.question))
        assert (one.style == "traditional") == (fold(han) != han), one.question
        if one.style == "mixed":
            assert re.search(r"[A-Za-z]{2}", one.question), one.question
            assert han, one.question


def test_one_question_a_line_grouped_by_topic() -> None:
    lines = [line for line in _lines_of_the_file() if not line.startswith("#")]
    assert len(lines) == len(_questions())
    assert all(line.startswith("- {question: ") and line.endswith("}") for line in lines)
    first = [one.gold[0] for one in _answerable()]
    groups = [gold for number, gold in enumerate(first) if not number or gold != first[number - 1]]
    assert len(groups) == len(set(groups))
