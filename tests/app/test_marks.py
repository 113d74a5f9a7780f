"""What learners mark as known and plan for, in a real SQLite file."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.store import Store, Wish, open_store

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WISH = Wish(goal="lora", weeks=8, hours=6.0, start=date(2026, 11, 23))


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    """An empty store in a data folder of its own."""
    opened = open_store("", data)
    yield opened
    opened.close()


def test_marks_keep_their_order_and_are_taken_back(store: Store) -> None:
    for number, topic in enumerate(("rnn", "python", "lstm")):
        store.mark_known("ann", topic, now=NOON + number * MINUTE)
    assert store.known("ann") == ("rnn", "python", "lstm")
    store.unmark("ann", "python")
    assert store.known("ann") == ("rnn", "lstm")


def test_a_topic_marked_twice_is_known_once_and_from_the_first_time_on(store: Store) -> None:
    store.mark_known("ann", "rnn", now=NOON)
    store.mark_known("ann", "python", now=NOON + MINUTE)
    store.mark_known("ann", "rnn", now=NOON + 2 * MINUTE)
    assert store.known("ann") == ("rnn", "python")


def test_what_was_never_marked_can_be_taken_back(store: Store) -> None:
    store.unmark("ann", "rnn")
    assert store.known("ann") == ()


def test_a_new_plan_takes_the_place_of_the_old_one(store: Store) -> None:
    assert store.plan("ann") is None
    store.save_plan("ann", WISH, now=NOON)
    assert store.plan("ann") == WISH
    other = Wish(goal="rnn", weeks=None, hours=2.5, start=date(2027, 1, 4))
    store.save_plan("ann", other, now=NOON + MINUTE)
    assert store.plan("ann") == other


def test_no_learner_sees_or_changes_what_another_has(store: Store) -> None:
    store.mark_known("ann", "rnn", now=NOON)
    store.save_plan("ann", WISH, now=NOON)
    assert store.known("bob") == ()
    assert store.plan("bob") is None
    store.mark_known("bob", "rnn", now=NOON)
    store.save_plan("bob", WISH.model_copy(update={"goal": "rnn"}), now=NOON)
    store.unmark("bob", "rnn")
    assert store.known("ann") == ("rnn",)
    assert store.plan("ann") == WISH


def test_marks_and_plans_outlive_the_process(store: Store, data: Path) -> None:
    store.mark_known("ann", "rnn", now=NOON)
    store.save_plan("ann", WISH, now=NOON)
    store.close()
    again = open_store("", data)
    assert again.known("ann") == ("rnn",)
    assert again.plan("ann") == WISH
    again.close()


def test_an_older_database_gets_the_new_tables_and_keeps_what_it_has(store: Store, data: Path) -> None:
    conversation = store.start_conversation("ann", now=NOON)
    store.close()
    with sqlite3.connect(data / "learners.sqlite3") as records:
        records.execute("DROP TABLE marks")
        records.execute("DROP TABLE plans")
    records.close()
    again = open_store("", data)
    again.mark_known("ann", "rnn", now=NOON)
    assert again.known("ann") == ("rnn",)
    assert again.plan("ann") is None
    assert again.owns("ann", conversation)
    again.close()


def test_many_marks_at_once_are_all_kept(store: Store) -> None:
    topics = [f"topic-{number}" for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda topic: store.mark_known("ann", topic, now=NOON), topics))
    assert set(store.known("ann")) == set(topics)


def test_the_same_mark_twice_at_once_is_one_mark(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: store.mark_known("ann", "rnn", now=NOON), range(40)))
    assert store.known("ann") == ("rnn",)


def test_plans_saved_at_once_leave_one_of_them(store: Store) -> None:
    wishes = [WISH.model_copy(update={"hours": float(hours)}) for hours in range(1, 30)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda wish: store.save_plan("ann", wish, now=NOON), wishes))
    assert store.plan("ann") in wishes
