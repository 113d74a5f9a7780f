"""The quiz in the page: started, answered item by item, graded on the server, and put away."""

import threading
from dataclasses import dataclass, field

import gradio as gr

from app.quiz import grade
from app.store import Quiz, utc_now
from app.texts import text
from app.web.desk import Desk, sent
from app.web.parts import QUIET, Parts, quiz_html, topic_name
from app.web.render.answer import refusal
from app.web.render.quiz import card
from app.web.turns import Place, start_quiz
from ingest.values import Language


@dataclass(frozen=True)
class QuizCard:
    """The quiz of the conversation that one page shows."""

    parts: Parts
    desk: Desk
    language: Language
    answering: threading.Lock = field(default_factory=threading.Lock)

    def wire(self) -> None:
        """Connect the offers of a quiz and the buttons of its card."""
        bridge = self.parts.bridge
        for listen, handler in (
            (bridge.quiz, self.start),
            (bridge.quiz_again, self.again),
            (bridge.quiz_check, self.check),
            (bridge.quiz_next, self.following),
            (bridge.quiz_close, self.close),
        ):
            listen(handler, [self.parts.conversation], [self.parts.quiz], **QUIET)

    def start(self, conversation: str, request: gr.Request, event: gr.EventData) -> object:
        """From an answer: a quiz on its first topic, in its language."""
        place = self.desk.place(request, conversation)
        number = sent(event, "value")
        turns = self.desk.history(place)
        if not number.isdecimal() or not 0 < int(number) <= len(turns) or not turns[int(number) - 1].answer.topics:
            return gr.skip()
        given = turns[int(number) - 1].answer
        return self._started(place, given.topics[0].id, given.language)

    def again(self, conversation: str, request: gr.Request) -> str:
        """Another quiz on the same topic."""
        place = self.desk.place(request, conversation)
        quiz = self.desk.quiz(place)
        return self._started(place, quiz.topic, quiz.language) if quiz else ""

    def check(self, conversation: str, request: gr.Request, event: gr.EventData) -> object:
        """Grade an answer; the first one to an item stands, however often it is sent."""
        place = self.desk.place(request, conversation)
        with self.answering:
            found = self._answered(place, sent(event, "value"), sent(event, "option"))
        if found is None:
            return gr.skip()
        quiz, position = found
        return card(quiz, position, topic_name(self.desk, quiz.topic, self.language), self.language)

    def following(self, conversation: str, request: gr.Request) -> str:
        """The next open item, or the summary."""
        return quiz_html(self.desk, self.desk.place(request, conversation), self.language)

    def close(self, conversation: str, request: gr.Request) -> str:
        """Put the quiz away."""
        place = self.desk.place(request, conversation)
        self.desk.store.hide_quiz(place.learner, place.conversation)
        return ""

    def _started(self, place: Place, topic: str, language: Language) -> str:
        """A new quiz in the language of what is asked about; the card around it is in the page's."""
        with self.desk.serving.tutor() as tutor:
            known = topic in tutor.library.glossary.entries
            started = known and start_quiz(tutor, self.desk.store, place, topic, language)
        if not started:
            return refusal(text("no_quiz", self.language, topic=topic_name(self.desk, topic, self.language)))
        return quiz_html(self.desk, place, self.language)

    def _answered(self, place: Place, item_id: str, chosen: str) -> tuple[Quiz, int] | None:
        """The quiz with this answer in it and the item's position; None for an unknown item or option."""
        quiz = self.desk.quiz(place)
        position = next((at for at, item in enumerate(quiz.items) if item.id == item_id), None) if quiz else None
        if quiz is None or position is None:
            return None
        item = quiz.items[position]
        if item_id in quiz.answered:
            return quiz, position
        if chosen not in {option.id for option in item.options}:
            return None
        self.desk.store.add_attempt(quiz.id, item_id, chosen, correct=grade(item, chosen).correct, now=utc_now())
        return quiz.model_copy(update={"answered": {**quiz.answered, item_id: chosen}}), position
