"""What every part of the page works with, and what it checks of a request."""

from dataclasses import dataclass

import gradio as gr

from app.store import Quiz, Store, Turn
from app.web.edge import learner_of
from app.web.serving import Serving
from app.web.turns import Place, Turns


@dataclass(frozen=True)
class Desk:
    """The tutor, the records and the turns under way, shared by both languages."""

    serving: Serving
    store: Store
    turns: Turns

    def place(self, request: gr.Request, conversation: object) -> Place:
        """The learner's conversation of that id, or no conversation (an empty id) when it is not theirs."""
        learner = learner_of(request.cookies)
        known = isinstance(conversation, str) and self.store.owns(learner, conversation)
        return Place(learner=learner, conversation=str(conversation) if known else "")

    def history(self, place: Place) -> list[Turn]:
        """The turns of a conversation."""
        return self.store.turns(place.learner, place.conversation) if place.conversation else []

    def quiz(self, place: Place) -> Quiz | None:
        """The quiz shown in a conversation."""
        return self.store.shown_quiz(place.learner, place.conversation) if place.conversation else None


def sent(event: gr.EventData, name: str) -> str:
    """What the page sent with an event, as text; anyone may send anything."""
    return str(event._data.get(name, "")) if isinstance(event._data, dict) else ""
