"""Opening a citation: the passage behind a number of an answer, or behind an item of a quiz once it is answered."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr

from app.values import Citation
from app.web.desk import Desk, sent
from app.web.parts import QUIET, Parts
from app.web.render.sources import panel
from app.web.turns import Place
from ingest.values import Language

_ADDRESS = re.compile(r"(cite|quiz)-(\d{1,6})-(\d{1,3})")


@dataclass(frozen=True)
class Sources:
    """The panel beside the conversation of one page."""

    parts: Parts
    desk: Desk
    language: Language

    def wire(self) -> None:
        """Connect the citations of the conversation and of the quiz."""
        self.parts.bridge.cite(self.open, [self.parts.conversation], [self.parts.sources], **QUIET)

    def open(self, conversation: str, request: gr.Request, event: gr.EventData) -> object:
        """The sources of what was clicked, with the one clicked open."""
        address = _ADDRESS.fullmatch(sent(event, "value"))
        if not address:
            return gr.skip()
        kind, number, opened = address[1], int(address[2]), int(address[3])
        place = self.desk.place(request, conversation)
        citations = self._of_turn(place, number) if kind == "cite" else self._of_item(place, number)
        if not citations:
            return gr.skip()
        with self.desk.serving.tutor() as tutor:
            return panel(citations, f"{kind}-{number}", opened, self.language, tutor.library.abouts)

    def _of_turn(self, place: Place, number: int) -> Sequence[Citation]:
        """The citations of a turn, counted from 1."""
        turns = self.desk.history(place)
        return turns[number - 1].answer.citations if 0 < number <= len(turns) else ()

    def _of_item(self, place: Place, number: int) -> Sequence[Citation]:
        """The citation of a quiz item, counted from 1: it gives the key away, so only once the item is answered."""
        quiz = self.desk.quiz(place)
        if quiz is None or not 0 < number <= len(quiz.items):
            return ()
        item = quiz.items[number - 1]
        return (item.citation,) if item.id in quiz.answered else ()
