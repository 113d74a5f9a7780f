"""Turns under way: each runs in a thread of its own and ends in the store, whoever is still looking."""

import asyncio
import logging
import secrets
import threading
from collections.abc import AsyncIterator, Sequence
from typing import Literal

from app.citations import clean_markers
from app.store import Store, Turn, utc_now
from app.texts import text
from app.tutor import QUIZ_LENGTH, Tutor
from app.values import Answer, Delta, Done, Event, Found, Quizzed, Restarted, Understood
from app.web.serving import Serving
from ingest.languages import reply_language
from ingest.values import Language, Value

BATCH_SECONDS = 0.1
_log = logging.getLogger(__name__)


class Place(Value):
    """A conversation of a learner."""

    learner: str
    conversation: str


class Draft(Value):
    """What is known of an answer so far; `found` counts the passages, `quiz` is the topic of a quiz to start."""

    question: str
    language: Language
    state: Literal["searching", "writing", "done"] = "searching"
    found: int = 0
    text: str = ""
    notice: str = ""
    quiz: str = ""
    answer: Answer | None = None

    def after(self, event: Event) -> "Draft":
        """The draft after one more event."""
        match event:
            case Understood(language=language):
                return self.model_copy(update={"language": language})
            case Found(citations=citations):
                return self.model_copy(update={"found": len(citations), "state": "writing"})
            case Delta(text=piece):
                return self.model_copy(update={"text": self.text + piece, "state": "writing"})
            case Restarted(reason=reason):
                return self.model_copy(update={"text": "", "notice": reason})
            case Quizzed(topic=topic):
                return self.model_copy(update={"quiz": topic})
            case Done(answer=answer):
                return self.model_copy(update={"answer": answer, "text": answer.answer, "state": "done"})

    def stopped(self) -> Answer:
        """The answer that a learner broke off: its text so far, whose markers refer to nothing yet."""
        return self._without_citations("page_stopped")

    def failed(self, reference: str) -> Answer:
        """The answer of a turn that went wrong; the log has the rest under this reference."""
        answer = self._without_citations("page_failed", reference=reference)
        return answer.model_copy(update={"outcome": "failed", "answer": ""})

    def _without_citations(self, key: str, **values: str) -> Answer:
        return Answer(
            question=self.question,
            answer=clean_markers(self.text, ()).text,
            language=self.language,
            mode="llm" if self.text else "extractive",
            outcome="answered",
            notice=text(key, self.language, **values),
        )


class Live:
    """One turn under way; `draft` is replaced as a whole, so any thread may read it.

    Who sets `claimed` ends the turn: keeps its answer, then sets `ended`.
    """

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.claimed = False
        self.ended = threading.Event()

    async def follow(self) -> AsyncIterator[Draft]:
        """The draft each time it has changed, at most once a batch, until the turn has ended."""
        shown = self.draft
        yield shown
        while not self.ended.is_set():
            await asyncio.sleep(BATCH_SECONDS)
            if self.draft is not shown:
                shown = self.draft
                yield shown


class Turns:
    """Runs turns, at most one in a conversation at a time."""

    def __init__(self, serving: Serving, store: Store) -> None:
        self._serving = serving
        self._store = store
        self._lock = threading.Lock()
        self._live: dict[Place, Live] = {}

    def start(self, place: Place, question: str, history: Sequence[Answer]) -> Live | None:
        """Start a turn in a conversation that is the learner's; None when one is under way there."""
        live = Live(Draft(question=question, language=reply_language(question)))
        with self._lock:
            if place in self._live:
                return None
            self._live[place] = live
        threading.Thread(target=self._run, args=(place, live, history), daemon=True).start()
        return live

    def live(self, place: Place) -> Live | None:
        """The turn under way in a conversation."""
        return self._live.get(place)

    def stop(self, place: Place) -> None:
        """End the turn under way with what it has said so far."""
        live = self.live(place)
        if live:
            self._end(place, live, live.draft.stopped())

    def _run(self, place: Place, live: Live, history: Sequence[Answer]) -> None:
        try:
            with self._serving.tutor() as tutor:
                self._drive(tutor, place, live, history)
        except Exception:  # noqa: BLE001  # the page's turn: a learner must get a sentence whatever happens
            reference = secrets.token_hex(4)
            _log.exception("turn %s failed", reference)
            self._end(place, live, live.draft.failed(reference))

    def _drive(self, tutor: Tutor, place: Place, live: Live, history: Sequence[Answer]) -> None:
        events = tutor.turn(live.draft.question, history=history)
        try:
            for event in events:
                if live.claimed:
                    return
                live.draft = live.draft.after(event)
        finally:
            # An abandoned turn closes the model's stream here. mypy: a turn is a generator.
            events.close()  # type: ignore[attr-defined]
        assert live.draft.answer, "a turn ends with Done"
        if live.draft.quiz:
            start_quiz(tutor, self._store, place, live.draft.quiz, live.draft.language)
        self._end(place, live, live.draft.answer)

    def _end(self, place: Place, live: Live, answer: Answer) -> None:
        """Keep the answer and end the turn; only the first to end a turn does."""
        with self._lock:
            if live.claimed:
                return
            live.claimed = True
        try:
            # Outside the lock: the event loop waits for it in `start`.
            turn = Turn(question=live.draft.question, answer=answer)
            self._store.add_turn(place.learner, place.conversation, turn, now=utc_now())
        except KeyError:
            _log.info("a conversation was deleted while its answer was being written")
        finally:
            with self._lock:
                live.draft = live.draft.model_copy(update={"answer": answer, "state": "done"})
                del self._live[place]
                live.ended.set()


def start_quiz(tutor: Tutor, store: Store, place: Place, topic: str, language: Language) -> bool:
    """Make a quiz and show it in a conversation; False when the corpus has nothing to ask."""
    items = tutor.quiz(topic, language=language, count=QUIZ_LENGTH, seed=secrets.randbelow(2**31))
    if items:
        quiz = store.start_quiz(place.learner, topic, language, items, now=utc_now())
        store.show_quiz(place.learner, place.conversation, quiz)
    return bool(items)
