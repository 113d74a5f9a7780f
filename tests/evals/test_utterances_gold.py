"""The labelled utterances are complete, and what they name stands in the glossary: checked without the project's rules."""

import re
from collections import Counter
from functools import cache
from typing import Literal, get_args

from pydantic import BaseModel, Field, TypeAdapter

from ingest.settings import PROJECT
from ingest.values import Language, Value
from ingest.yaml_text import parse_yaml

UTTERANCES = PROJECT / "evals" / "utterances.yaml"
GLOSSARY = PROJECT / "corpus" / "glossary.yaml"
Label = Literal[
    "explain",
    "compare",
    "how_to",
    "next_step",
    "before",
    "path",
    "ready",
    "plan",
    "roadmap",
    "where_am_i",
    "quiz",
    "resources",
    "progress",
    "known",
    "level",
    "follow_up_why",
    "follow_up_example",
    "follow_up_more",
    "follow_up_simpler",
    "follow_up_switch",
    "small_talk",
    "language",
    "outside",
    "help",
]
LABELS: tuple[Label, ...] = get_args(Label)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[a-z]", re.IGNORECASE)
# Labels whose utterances name a topic of the field by their nature, and those that cannot be about one.
WITH_TOPICS = {"compare", "next_step", "before", "path", "ready", "known"}
WITHOUT_TOPICS = {"small_talk", "language", "outside", "help"}


class Utterance(Value):
    text: str = Field(min_length=1, pattern=r"^\S(.*\S)?$")
    language: Language
    label: Label
    topics: tuple[str, ...]
    context: str = ""


class Entry(BaseModel):
    id: str
    taught: bool = True


_UTTERANCES = TypeAdapter(tuple[Utterance, ...])


@cache
def _utterances() -> tuple[Utterance, ...]:
    return _UTTERANCES.validate_python(parse_yaml(UTTERANCES.read_text("utf-8")))


def _taught() -> set[str]:
    entries = TypeAdapter(list[Entry]).validate_python(parse_yaml(GLOSSARY.read_text("utf-8")))
    return {entry.id for entry in entries if entry.taught}


def _is_traditional(text: str) -> bool:
    """Whether a Chinese character is missing from GB 2312, which has the simplified ones alone."""
    return any(not character.encode("gb2312", "ignore") for character in CHINESE.findall(text))


def _follows(utterance: Utterance) -> bool:
    return utterance.label.startswith("follow_up_")


def test_there_are_enough_utterances_of_each_label_and_language() -> None:
    counts = Counter((utterance.label, utterance.language) for utterance in _utterances())
    assert len(_utterances()) >= 600
    for label in LABELS:
        zh, en = counts[label, "zh"], counts[label, "en"]
        assert zh + en >= 24, label
        assert abs(zh - en) <= 4, label
    languages = Counter(utterance.language for utterance in _utterances())
    assert abs(languages["zh"] - languages["en"]) <= 12, languages


def test_the_labels_stand_in_groups_with_chinese_before_english() -> None:
    order = [(LABELS.index(utterance.label), utterance.language == "en") for utterance in _utterances()]
    assert order == sorted(order)


def test_no_utterance_stands_twice() -> None:
    texts = Counter(re.sub(r"\W", "", utterance.text).casefold() for utterance in _utterances())
    assert not [text for text, count in texts.items() if count > 1]


def test_an_utterance_is_written_in_its_language() -> None:
    for utterance in _utterances():
        letters = CHINESE if utterance.language == "zh" else LATIN
        assert letters.search(utterance.text), utterance.text


def test_learners_write_traditional_chinese_and_mix_languages() -> None:
    texts = [utterance.text for utterance in _utterances()]
    assert sum(_is_traditional(text) for text in texts) >= 20
    assert sum(bool(CHINESE.search(text)) for text in texts) > sum(u.language == "zh" for u in _utterances())


def test_every_topic_is_taught() -> None:
    named = {topic for utterance in _utterances() for topic in utterance.topics}
    assert not named - _taught()
    assert len(named) >= 90


def test_a_topic_is_named_once_and_where_the_label_asks_for_one() -> None:
    for utterance in _utterances():
        assert len(utterance.topics) == len(set(utterance.topics)), utterance.text
        if utterance.label in WITH_TOPICS or _follows(utterance):
            assert utterance.topics, utterance.text
        if utterance.label in WITHOUT_TOPICS:
            assert not utterance.topics, utterance.text


def test_a_comparison_names_two_topics() -> None:
    assert not [u.text for u in _utterances() if u.label == "compare" and len(u.topics) < 2]


def test_only_a_follow_up_has_the_question_before() -> None:
    for utterance in _utterances():
        assert bool(utterance.context) == _follows(utterance), utterance.text
