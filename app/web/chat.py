"""Asking: a message in, the answer as it is written, then the whole page as the turn has left it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import gradio as gr

from app.store import Turn, utc_now
from app.texts import text
from app.tutor import LONGEST_QUESTION, checked_question
from app.values import Answer
from app.web.desk import Desk, sent
from app.web.parts import QUIET, SETTLED, Changes, Parts, asked, conversation_changes, messages, said, with_draft
from app.web.render import answer
from app.web.turns import Live, Place
from ingest.errors import UsageError
from ingest.languages import reply_language
from ingest.values import Language

_ECHO = 200


@dataclass(frozen=True)
class Chat:
    """The conversation of one page."""

    parts: Parts
    desk: Desk
    language: Language

    def wire(self) -> None:
        """Connect the box, the suggestions, and the buttons that stop and repeat an answer."""
        parts = self.parts
        outputs = [*parts.shown, parts.box]
        listeners = [
            gr.on([parts.box.submit, parts.send.click], self.ask, [parts.box, parts.conversation], outputs, **QUIET),
            parts.bridge.ask(self.suggest, [parts.conversation], outputs, **QUIET),
            parts.bridge.retry(self.retry, [parts.conversation], outputs, **QUIET),
        ]
        for listener in listeners:
            listener.then(None, None, None, js=SETTLED)
        parts.bridge.stop(self.stop, [parts.conversation], None, **QUIET)

    async def ask(self, message: str, conversation: str, request: gr.Request) -> AsyncIterator[Changes]:
        """What the learner has typed."""
        place = await asyncio.to_thread(self.desk.place, request, conversation)
        async for changes in self._turn(str(message or ""), place):
            yield changes

    async def suggest(self, conversation: str, request: gr.Request, event: gr.EventData) -> AsyncIterator[Changes]:
        """A question of ours that the learner has clicked."""
        place = await asyncio.to_thread(self.desk.place, request, conversation)
        async for changes in self._turn(sent(event, "value"), place):
            yield changes

    async def retry(self, conversation: str, request: gr.Request) -> AsyncIterator[Changes]:
        """The last question once more, in place of its answer."""
        place = await asyncio.to_thread(self.desk.place, request, conversation)
        if self.desk.turns.live(place):
            return
        question = await asyncio.to_thread(self.desk.store.remove_last_turn, place.learner, place.conversation)
        if question:
            async for changes in self._turn(question, place):
                yield changes

    def stop(self, conversation: str, request: gr.Request) -> None:
        """End the answer that is being written; whoever follows it shows what it has come to."""
        self.desk.turns.stop(self.desk.place(request, conversation))

    async def follow(self, live: Live, history: Sequence[Turn]) -> AsyncIterator[Changes]:
        """The conversation with its unfinished answer, as often as that grows."""
        before = await asyncio.to_thread(messages, history, self.language)
        async for draft in live.follow():
            shown = await asyncio.to_thread(with_draft, before, draft, self.language)
            yield {self.parts.chat: shown, self.parts.tail: ""}

    async def _turn(self, message: str, place: Place) -> AsyncIterator[Changes]:
        parts, desk = self.parts, self.desk
        history = await asyncio.to_thread(desk.history, place)
        try:
            question = checked_question(message)
        except UsageError:
            yield self._refused(message, history)
            return
        if not place.conversation:
            conversation = await asyncio.to_thread(desk.store.start_conversation, place.learner, now=utc_now())
            place = place.model_copy(update={"conversation": conversation})
        while (live := desk.turns.start(place, question, _said_before(history))) is None:
            await _ended(desk.turns.live(place))
            history = await asyncio.to_thread(desk.history, place)
        yield {parts.conversation: place.conversation, parts.box: "", parts.welcome: ""}
        async for changes in self.follow(live, history):
            yield changes
        yield await asyncio.to_thread(conversation_changes, parts, desk, place, self.language)

    def _refused(self, message: str, history: Sequence[Turn]) -> Changes:
        """An empty or over-long message, answered but not kept; a long one stays in the box to be shortened."""
        is_long = bool(message.strip())
        language = reply_language(message) if is_long else self.language
        values = {"length": f"{len(message):,}", "limit": f"{LONGEST_QUESTION:,}"}
        refusal = answer.refusal(text("page_too_long" if is_long else "page_empty", language, **values))
        echo = [asked(f"{message[:_ECHO]}…")] if is_long else []
        shown = [*messages(history, self.language), *echo, said(refusal)]
        return {self.parts.chat: shown, self.parts.welcome: "", self.parts.box: message if is_long else ""}


async def _ended(live: Live | None) -> None:
    """Wait for a turn that another tab has under way."""
    if live:
        async for _ in live.follow():
            continue


def _said_before(history: Sequence[Turn]) -> list[Answer]:
    return [turn.answer for turn in history if turn.answer.outcome != "failed"]
