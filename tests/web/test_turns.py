"""Turns under way, ended by whoever comes first."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from app.store import Store
from app.values import Delta, Event
from app.web.serving import Serving
from app.web.turns import Place, Turns

PLACE = Place(learner="ann", conversation="1")


class SlowStore:
    """Keeps an answer only when told to."""

    def __init__(self) -> None:
        self.writing = threading.Event()
        self.go_on = threading.Event()
        self.kept = 0

    def add_turn(self, *_place: object, **_now: object) -> None:
        self.writing.set()
        assert self.go_on.wait(10)
        self.kept += 1


class Waiting:
    """Serves a tutor that says nothing until its turns are over."""

    def __init__(self) -> None:
        self.stopped = threading.Event()

    @contextmanager
    def tutor(self) -> Iterator["Waiting"]:
        yield self

    def turn(self, _question: str, **_history: object) -> Iterator[Event]:
        self.stopped.wait(10)
        yield Delta(text="too late")


def test_nobody_waits_for_the_database_while_an_answer_is_kept() -> None:
    store, serving = SlowStore(), Waiting()
    turns = Turns(cast("Serving", serving), cast("Store", store))
    live = turns.start(PLACE, "什么是LSTM？", ())
    assert live
    stopping = threading.Thread(target=turns.stop, args=(PLACE,))
    stopping.start()
    assert store.writing.wait(10)
    other = turns.start(PLACE.model_copy(update={"conversation": "2"}), "?", ())
    assert other
    assert turns.start(PLACE, "again", ()) is None
    turns.stop(PLACE)
    assert not live.ended.is_set()
    store.go_on.set()
    stopping.join(10)
    assert live.ended.is_set()
    assert (turns.live(PLACE), store.kept) == (None, 1)
    other.claimed = True
    serving.stopped.set()
