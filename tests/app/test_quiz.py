"""Quiz items: made from the corpus, checked, and graded by option id."""

from pathlib import Path

import pytest

from app.quiz import flaws, grade, make_quiz
from app.values import KeyedItem, Option
from ingest.library import Library
from ingest.settings import PROJECT
from ingest.values import Language

SEEDS = (0, 1, 2)
FEWEST = 5
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@pytest.fixture(scope="module")
def items(corpus_library: Library) -> list[KeyedItem]:
    """Every item of every lesson, for some seeds."""
    return [
        item
        for topic, language in sorted(corpus_library.lessons)
        for seed in SEEDS
        for item in make_quiz(corpus_library, topic, language=language, count=100, seed=seed)
    ]


@pytest.fixture
def choice(items: list[KeyedItem]) -> KeyedItem:
    """One single-choice item."""
    return next(item for item in items if item.kind == "choice")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_lesson_yields_five_items(corpus_library: Library, language: Language) -> None:
    counts = {
        topic: len(make_quiz(corpus_library, topic, language=language, count=FEWEST, seed=0))
        for topic, known in corpus_library.lessons
        if known == language
    }
    assert {topic: count for topic, count in counts.items() if count != FEWEST} == {}
    assert len(counts) > 10


def test_no_item_that_is_shown_has_a_flaw(items: list[KeyedItem]) -> None:
    assert [(item.stem, found) for item in items if (found := flaws(item))] == []


def test_items_are_in_the_language_asked_for(items: list[KeyedItem]) -> None:
    strayed = [item.stem for item in items if item.citation.language != item.language and "→" not in item.explanation]
    assert strayed == []


def test_the_quote_of_every_item_stands_at_its_lines(items: list[KeyedItem]) -> None:
    strayed = []
    for item in items:
        first, last = item.citation.lines
        path = Path(PROJECT, "corpus", f"{item.citation.document}.md")
        if item.citation.quote not in "\n".join(path.read_text("utf-8").split("\n")[first - 1 : last]):
            strayed.append((item.stem, item.citation.lines))
    assert strayed == []


def test_a_seed_makes_the_same_quiz_again(corpus_library: Library) -> None:
    first, second = (make_quiz(corpus_library, "transformer", language="zh", count=5, seed=7) for _ in range(2))
    assert first == second


def test_another_seed_makes_another_quiz(corpus_library: Library) -> None:
    quizzes = {
        tuple(item.stem for item in make_quiz(corpus_library, "transformer", language="en", count=5, seed=seed))
        for seed in range(8)
    }
    assert len(quizzes) > 1


def test_no_question_is_asked_twice_in_a_quiz(corpus_library: Library) -> None:
    for topic, language in corpus_library.lessons:
        made = make_quiz(corpus_library, topic, language=language, count=100, seed=0)
        assert len({item.stem for item in made}) == len({item.id for item in made}) == len(made)


def test_the_right_option_stands_in_every_place(items: list[KeyedItem]) -> None:
    keys = [item.key for item in items if item.kind == "choice"]
    for letter in "abcd":
        assert 0.15 <= keys.count(letter) / len(keys) <= 0.35


def test_true_and_false_are_both_right_at_times(items: list[KeyedItem]) -> None:
    keys = [item.key for item in items if item.kind == "true_false"]
    assert 0.3 <= keys.count("a") / len(keys) <= 0.7


def test_the_right_option_is_seldom_the_longest(items: list[KeyedItem]) -> None:
    choices = {item.id: item for item in items if item.kind == "choice"}.values()
    longest = [item for item in choices if _longest(item) == item.key]
    assert len(choices) > 100
    assert len(longest) / len(choices) <= 0.4


def _longest(item: KeyedItem) -> str:
    """The id of the only longest option, or "" when two are as long."""
    sizes = sorted(((len(option.text), option.id) for option in item.options), reverse=True)
    return sizes[0][1] if sizes[0][0] > sizes[1][0] else ""


def test_a_learner_sees_no_key_explanation_or_quote(choice: KeyedItem) -> None:
    assert choice.without_key().model_dump().keys() == {"id", "kind", "topic", "language", "stem", "options"}


@pytest.mark.parametrize("chosen", ["a", "b", "c", "d"])
def test_an_answer_is_right_when_it_is_the_keys_option(choice: KeyedItem, chosen: str) -> None:
    result = grade(choice, chosen)
    assert result.correct == (chosen == choice.key)
    assert (result.key, result.explanation, result.citation) == (choice.key, choice.explanation, choice.citation)


@pytest.mark.parametrize("chosen", ["", "e", "A", "right"])
def test_an_answer_that_is_no_option_is_refused(choice: KeyedItem, chosen: str) -> None:
    with pytest.raises(KeyError):
        grade(choice, chosen)


def _with_options(item: KeyedItem, *texts: str, key: str = "a") -> KeyedItem:
    options = tuple(Option(id=letter, text=text) for letter, text in zip("abcd", texts, strict=False))
    return item.model_copy(update={"options": options, "key": key, "stem": "Which gate?"})


@pytest.mark.parametrize(
    ("texts", "key", "fault"),
    [
        (("one", "two", "six", "ten"), "z", "the key is no option"),
        (("one", "two", "two", "ten"), "a", "two options are the same, or one is empty"),
        (("one", "two", "Two.", "ten"), "a", "two options are the same, or one is empty"),
        (("one", "two", " ", "ten"), "a", "two options are the same, or one is empty"),
        (("one", "two", "ten"), "a", "a choice needs four options"),
        (("a very long and careful one", "two", "six", "ten"), "a", "the right option is much longer than the others"),
        (("Gate", "two", "three", "fours"), "a", "the stem gives the right option away"),
    ],
)
def test_a_planted_fault_is_found(choice: KeyedItem, texts: tuple[str, ...], key: str, fault: str) -> None:
    assert fault in flaws(_with_options(choice, *texts, key=key))


def test_a_quote_that_is_not_in_its_passage_is_found(choice: KeyedItem) -> None:
    citation = choice.citation.model_copy(update={"quote": "nobody wrote this"})
    assert flaws(choice.model_copy(update={"citation": citation})) == ["the quote is not in the passage"]


def test_a_sound_item_has_no_flaw(choice: KeyedItem) -> None:
    assert flaws(_with_options(choice, "one", "two", "six", "ten")) == []


def test_a_topic_without_material_makes_no_item(corpus_library: Library) -> None:
    assert make_quiz(corpus_library, "pca", language="en", count=5, seed=0) == []


def test_an_unknown_topic_is_a_key_error(corpus_library: Library) -> None:
    with pytest.raises(KeyError):
        make_quiz(corpus_library, "no-such-topic", language="en", count=5, seed=0)
