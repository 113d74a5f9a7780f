"""The gold of `steps.yaml` says what the documents say: found by plain search in the files, without the project's graph."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Literal, TypeVar

import pytest
from pydantic import BaseModel, Field, TypeAdapter

from ingest.settings import PROJECT
from ingest.values import Language, Value
from ingest.yaml_text import parse_yaml

CORPUS = PROJECT / "corpus"
# What makes a line of a roadmap state an order; 先进, 先前 and 先验 are other words.
ORDER = re.compile(r"→|先[^进前验].*再|铺垫|前身|基石")
# What stands between the earlier and the later topic of such a line, and not between two topics of a list.
BETWEEN = re.compile(r"→|再|是")


class Asked(Value):
    question: str = Field(min_length=4)
    language: Language
    pair: int = 0


class Neighbours(Asked):
    kind: Literal["after", "before"]
    topic: str
    expected: tuple[str, ...] = Field(min_length=1)
    also: tuple[str, ...] = ()

    def edges(self) -> Iterator[tuple[str, str]]:
        for other in self.expected:
            yield (self.topic, other) if self.kind == "after" else (other, self.topic)


class Ready(Asked):
    kind: Literal["ready"]
    topic: str
    known: tuple[str, ...] = Field(min_length=1)
    ready: bool
    missing: tuple[str, ...]


class Route(Asked):
    kind: Literal["path"]
    known: tuple[str, ...]
    topic: str
    through: tuple[str, ...] = Field(min_length=1)
    order: tuple[tuple[str, str], ...] = Field(min_length=1)


class Compare(Asked):
    kind: Literal["compare"]
    topics: tuple[str, str]
    first: str
    says: dict[str, tuple[str, ...]]


Step = Neighbours | Ready | Route | Compare
T = TypeVar("T", bound=Step)
_STEPS: TypeAdapter[tuple[Step, ...]] = TypeAdapter(tuple[Annotated[Step, Field(discriminator="kind")], ...])


class Named(BaseModel):
    id: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    short: str = ""

    def places(self, line: str) -> list[int]:
        """Where a line names the topic; a Latin name is not a part of a longer word."""
        names = {*self.zh, *self.en, self.short} - {""}
        latin = r"(?<![a-z0-9]){}(?![a-z0-9])"
        patterns = (latin.format(re.escape(name)) if name.isascii() else re.escape(name) for name in names)
        return [found.start() for pattern in patterns for found in re.finditer(pattern, line, re.IGNORECASE)]


@cache
def _steps() -> tuple[Step, ...]:
    return _STEPS.validate_python(parse_yaml((PROJECT / "evals" / "steps.yaml").read_text("utf-8")))


@cache
def _names() -> dict[str, Named]:
    entries = TypeAdapter(list[Named]).validate_python(parse_yaml((CORPUS / "glossary.yaml").read_text("utf-8")))
    return {entry.id: entry for entry in entries}


@cache
def _prerequisites(topic: str, language: Language = "zh") -> tuple[str, ...]:
    """The prerequisites in the lesson's front matter, none for a topic without a lesson."""
    lesson = CORPUS / "lessons" / topic / f"{language}.md"
    front = lesson.read_text("utf-8").split("\n---", 1)[0] if lesson.exists() else ""
    return tuple(re.findall(r"^ +- topic: ([a-z0-9-]+)$", front, re.MULTILINE))


@cache
def _needed(topic: str) -> frozenset[str]:
    """The prerequisites of a topic, and theirs."""
    direct = _prerequisites(topic)
    return frozenset(direct).union(*map(_needed, direct))


@cache
def _ordering_lines() -> tuple[str, ...]:
    roadmaps = sorted((CORPUS / "roadmaps").glob("*.md"))
    return tuple(line for path in roadmaps for line in path.read_text("utf-8").splitlines() if ORDER.search(line))


def _stated(before: str, after: str) -> bool:
    """Whether a roadmap's line of order names one topic before the other, or a lesson asks for it."""
    if before in _prerequisites(after):
        return True
    for line in _ordering_lines():
        first, second = _names()[before].places(line), _names()[after].places(line)
        if first and second and BETWEEN.search(line[min(first) : max(second)]):
            return True
    return False


def _topics(step: Step) -> set[str]:
    match step:
        case Neighbours():
            return {step.topic, *step.expected, *step.also}
        case Ready():
            return {step.topic, *step.known, *step.missing}
        case Route():
            return {step.topic, *step.known, *step.through, *(topic for pair in step.order for topic in pair)}
        case Compare():
            return {*step.topics, *step.says}


def _of(kind: type[T]) -> list[T]:
    return [step for step in _steps() if isinstance(step, kind)]


def test_there_are_enough_questions_of_each_kind_and_language() -> None:
    steps = _steps()
    kinds = Counter(step.kind for step in steps)
    languages = Counter(step.language for step in steps)
    assert len(steps) >= 170
    assert len(kinds) == 5
    assert min(kinds.values()) >= 25, kinds
    assert abs(languages["zh"] - languages["en"]) <= len(steps) // 10, languages
    assert len({step.topics for step in _of(Compare) if step.first == "none"}) >= 40
    assert [step.kind for step in steps] == sorted(step.kind for step in steps)
    assert len({step.question.casefold() for step in steps}) == len(steps)


def test_a_pair_asks_the_same_thing_in_both_languages() -> None:
    pairs: dict[int, list[Step]] = {}
    for step in _steps():
        if step.pair:
            pairs.setdefault(step.pair, []).append(step)
    assert len(pairs) >= 60
    for number, asked in pairs.items():
        assert sorted(step.language for step in asked) == ["en", "zh"], number
        zh, en = (step.model_dump(exclude={"question", "language"}) for step in asked)
        assert zh == en, number


def test_a_question_is_written_in_its_language() -> None:
    for step in _steps():
        assert bool(re.search(r"[\u4e00-\u9fff]", step.question)) == (step.language == "zh"), step.question


def test_every_topic_stands_in_the_glossary() -> None:
    unknown = {topic for step in _steps() for topic in _topics(step)} - set(_names())
    assert not unknown


def test_both_languages_of_a_lesson_have_the_same_prerequisites() -> None:
    for lesson in sorted((CORPUS / "lessons").iterdir()):
        assert _prerequisites(lesson.name, "zh") == _prerequisites(lesson.name, "en"), lesson.name
    assert _prerequisites("lstm") == ("rnn", "activation-function")


@pytest.mark.parametrize("kind", ["after", "before"])
def test_a_document_states_every_expected_neighbour(kind: str) -> None:
    asked = [step for step in _of(Neighbours) if step.kind == kind]
    assert not [edge for step in asked for edge in step.edges() if not _stated(*edge)]


def test_what_is_demanded_is_not_also_only_allowed() -> None:
    for step in _of(Neighbours):
        shown = [step.topic, *step.expected, *step.also]
        assert len(shown) == len(set(shown)), step.question


def test_what_is_missing_are_the_prerequisites_that_are_not_known() -> None:
    for step in _of(Ready):
        assert set(step.missing) == set(_prerequisites(step.topic)) - set(step.known), step.question
        assert step.ready == (not step.missing), step.question
        implied = set(step.known).union(*map(_needed, step.known))
        assert not implied & set(step.missing), step.question


def test_a_path_goes_through_every_prerequisite_that_is_not_implied() -> None:
    for step in _of(Route):
        implied = set(step.known).union(*map(_needed, step.known))
        assert set(step.through) == _needed(step.topic) - implied, step.question
        for earlier, later in step.order:
            assert earlier in _needed(later), step.question
            assert {earlier, later} <= {*step.through, step.topic}, step.question


def test_who_comes_first_follows_from_what_the_documents_say() -> None:
    for step in _of(Compare):
        said = [topic for topic in step.topics if step.says[topic]]
        assert set(step.says) == set(step.topics), step.question
        match step.first:
            case "none":
                assert not said, step.question
            case "disputed":
                assert len(said) == 2, step.question
            case topic:
                assert said == [topic], step.question


def test_the_documents_that_a_comparison_names_name_both_topics() -> None:
    for step in _of(Compare):
        for first, documents in step.says.items():
            (second,) = set(step.topics) - {first}
            for document in documents:
                text = (CORPUS / f"{document}.md").read_text("utf-8")
                if document.startswith("lessons/"):
                    assert first in _prerequisites(document.split("/")[1]), (step.question, document)
                    assert document.split("/")[1] == second, (step.question, document)
                else:
                    assert _names()[first].places(text), (step.question, document)
                    assert _names()[second].places(text), (step.question, document)


def test_no_document_orders_what_the_gold_leaves_open() -> None:
    for step in _of(Compare):
        if step.first == "none":
            one, other = step.topics
            assert one not in _needed(other), step.question
            assert other not in _needed(one), step.question
            assert not _stated(one, other), step.question
            assert not _stated(other, one), step.question
