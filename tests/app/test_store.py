"""Learners' records in a real SQLite file."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.store import Quiz, Store, Turn, open_store
from app.tutor import Tutor
from app.values import Answer, KeyedItem
from ingest.errors import ConfigurationError

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    """An empty store in a data folder of its own."""
    opened = open_store("", data)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def items(tutor: Tutor) -> list[KeyedItem]:
    """Three quiz items."""
    return tutor.quiz("lstm", language="zh", count=3, seed=0)


def _turn(question: str) -> Turn:
    answer = Answer(question=question, answer=f"{question}!", language="zh", mode="extractive", outcome="answered")
    return Turn(question=question, answer=answer)


def _asked(store: Store, learner: str, *questions: str) -> str:
    conversation = store.start_conversation(learner, now=NOON)
    for number, question in enumerate(questions):
        store.add_turn(learner, conversation, _turn(question), now=NOON + number * MINUTE)
    return conversation


def _quiz(store: Store, quiz: str) -> Quiz:
    """Ann's quiz with this id."""
    found = store.quiz("ann", quiz)
    if found is None:
        raise AssertionError(quiz)
    return found


def _rows(data: Path, table: str) -> int:
    with sqlite3.connect(data / "learners.sqlite3") as connection:
        (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    connection.close()
    return int(count)


def test_turns_come_back_whole_and_in_order(store: Store) -> None:
    conversation = _asked(store, "ann", "什么是LSTM？", "为什么？")
    assert store.turns("ann", conversation) == [_turn("什么是LSTM？"), _turn("为什么？")]


def test_an_answer_with_citations_comes_back_as_it_was(store: Store, tutor: Tutor) -> None:
    answer = tutor.answer("什么是LSTM？")
    conversation = store.start_conversation("ann", now=NOON)
    store.add_turn("ann", conversation, Turn(question=answer.question, answer=answer), now=NOON)
    assert store.turns("ann", conversation)[0].answer == answer


def test_a_conversation_is_called_by_its_first_question(store: Store) -> None:
    _asked(store, "ann", "  " + "长" * 80, "为什么？")
    assert [c.title for c in store.conversations("ann")] == ["长" * 60]


def test_conversations_are_listed_latest_first_without_the_empty_one(store: Store) -> None:
    first = _asked(store, "ann", "one")
    second = _asked(store, "ann", "two")
    store.add_turn("ann", first, _turn("again"), now=NOON + 9 * MINUTE)
    store.start_conversation("ann", now=NOON + 10 * MINUTE)
    assert [c.id for c in store.conversations("ann")] == [first, second]


def test_two_new_conversations_are_two(store: Store) -> None:
    assert store.start_conversation("ann", now=NOON) != store.start_conversation("ann", now=NOON)


def test_the_last_turn_can_be_taken_back(store: Store) -> None:
    conversation = _asked(store, "ann", "one", "two")
    assert store.remove_last_turn("ann", conversation) == "two"
    assert store.turns("ann", conversation) == [_turn("one")]


def test_there_is_nothing_to_take_back_from_an_empty_conversation(store: Store) -> None:
    assert store.remove_last_turn("ann", store.start_conversation("ann", now=NOON)) == ""


def test_another_learner_sees_and_changes_nothing(store: Store) -> None:
    conversation = _asked(store, "ann", "one")
    store.delete_conversation("bob", conversation)
    assert store.remove_last_turn("bob", conversation) == ""
    assert (store.turns("bob", conversation), store.conversations("bob")) == ([], [])
    assert (store.owns("bob", conversation), store.owns("ann", conversation)) == (False, True)
    assert store.turns("ann", conversation) == [_turn("one")]


def test_another_learner_cannot_add_to_a_conversation(store: Store) -> None:
    conversation = _asked(store, "ann", "one")
    with pytest.raises(KeyError):
        store.add_turn("bob", conversation, _turn("two"), now=NOON)
    assert len(store.turns("ann", conversation)) == 1


def test_deleting_a_conversation_deletes_its_messages(store: Store, data: Path) -> None:
    gone, kept = _asked(store, "ann", "one", "two"), _asked(store, "ann", "three")
    store.delete_conversation("ann", gone)
    assert [c.id for c in store.conversations("ann")] == [kept]
    assert _rows(data, "messages") == 1


def test_a_quiz_comes_back_with_its_keys_for_its_learner_only(store: Store, items: list[KeyedItem]) -> None:
    quiz = store.start_quiz("ann", "lstm", "zh", items, now=NOON)
    found = _quiz(store, quiz)
    assert (found.topic, found.language, found.items, found.answered) == ("lstm", "zh", tuple(items), {})
    assert store.quiz("bob", quiz) is None
    assert store.quiz("ann", "no-such-quiz") is None


def test_the_first_answer_to_an_item_counts(store: Store, items: list[KeyedItem]) -> None:
    quiz = store.start_quiz("ann", "lstm", "zh", items, now=NOON)
    for chosen in ("b", "a", "a"):
        store.add_attempt(quiz, items[0].id, chosen, correct=chosen == "a", now=NOON)
    store.add_attempt(quiz, items[1].id, "a", correct=True, now=NOON)
    found = _quiz(store, quiz)
    assert found.answered == {items[0].id: "b", items[1].id: "a"}


def test_a_quiz_is_shown_in_a_conversation_until_it_is_hidden(store: Store, items: list[KeyedItem]) -> None:
    conversation = _asked(store, "ann", "考考我LSTM")
    quiz = store.start_quiz("ann", "lstm", "zh", items, now=NOON)
    store.show_quiz("ann", conversation, quiz)
    assert store.shown_quiz("ann", conversation) == store.quiz("ann", quiz)
    store.hide_quiz("ann", conversation)
    assert store.shown_quiz("ann", conversation) is None
    assert _quiz(store, quiz).items == tuple(items)


def test_a_quiz_is_not_shown_in_or_hidden_from_the_conversation_of_another(
    store: Store, items: list[KeyedItem]
) -> None:
    conversation = _asked(store, "ann", "考考我LSTM")
    store.show_quiz("bob", conversation, store.start_quiz("bob", "lstm", "zh", items, now=NOON))
    assert store.shown_quiz("ann", conversation) is None
    own = store.start_quiz("ann", "lstm", "zh", items, now=NOON)
    store.show_quiz("ann", conversation, own)
    store.hide_quiz("bob", conversation)
    assert store.shown_quiz("bob", conversation) is None
    assert store.shown_quiz("ann", conversation) == _quiz(store, own)


def test_a_later_quiz_takes_the_place_of_the_one_shown(store: Store, items: list[KeyedItem]) -> None:
    conversation = _asked(store, "ann", "考考我LSTM")
    quizzes = [store.start_quiz("ann", "lstm", "zh", items, now=NOON) for _ in range(2)]
    for quiz in quizzes:
        store.show_quiz("ann", conversation, quiz)
    shown = store.shown_quiz("ann", conversation)
    assert shown == store.quiz("ann", quizzes[1])


def test_a_file_opened_again_still_has_everything(data: Path, items: list[KeyedItem]) -> None:
    first = open_store("", data)
    conversation = _asked(first, "ann", "one")
    quiz = first.start_quiz("ann", "lstm", "zh", items, now=NOON)
    first.add_attempt(quiz, items[0].id, "c", correct=False, now=NOON)
    first.close()
    second = open_store("", data)
    found = _quiz(second, quiz)
    assert second.turns("ann", conversation) == [_turn("one")]
    assert found.answered == {items[0].id: "c"}
    assert [c.updated.replace(tzinfo=UTC) for c in second.conversations("ann")] == [NOON]
    second.close()


def test_twenty_threads_lose_no_turn(store: Store) -> None:
    conversation = _asked(store, "ann", "first")

    def add(number: int) -> None:
        for part in range(5):
            store.add_turn("ann", conversation, _turn(f"{number}-{part}"), now=NOON)

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(add, range(20)))
    expected = {f"{number}-{part}" for number in range(20) for part in range(5)}
    assert {turn.question for turn in store.turns("ann", conversation)} == expected | {"first"}
    assert len(store.turns("ann", conversation)) == 101


def test_a_store_that_can_be_read_says_so(store: Store) -> None:
    assert store.answers()


def test_a_data_folder_under_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="cannot be written .*TUTOR_DATA"):
        open_store("", tmp_path / "file" / "data")


def test_a_database_that_cannot_be_opened_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be opened .*see TUTOR_DATABASE"):
        open_store(f"sqlite:///{tmp_path}/missing/folder.sqlite3", tmp_path)


@pytest.mark.parametrize(
    "address",
    ["nonsense", "oracle+nope://x", "postgresql+nodriver://u:secret@h/db", "postgresql://u:secret@localhost:9/db"],
)
def test_an_address_of_no_database_is_a_sentence_without_the_password(address: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="TUTOR_DATABASE") as caught:
        open_store(address, tmp_path)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_a_sentence(data: Path) -> None:
    data.mkdir()
    (data / "learners.sqlite3").write_bytes(b"this is no database" * 100)
    with pytest.raises(ConfigurationError, match="learners.sqlite3.*cannot be opened"):
        open_store("", data)
