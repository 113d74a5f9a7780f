"""Which conversation is shown: the one of before a reload, another one, a new one, or none after a deletion."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import gradio as gr

from app.web.chat import Chat
from app.web.desk import sent
from app.web.edge import learner_of
from app.web.parts import QUIET, SETTLED, Changes, conversation_changes
from app.web.turns import Place

_NEW = "new"
# What this tab has shown last, kept by the browser for the tab; the server checks that it is the learner's.
_REMEMBERED = "() => window.tutor.remembered()"


@dataclass(frozen=True)
class Conversations:
    """The learner's conversations, one of which the page shows."""

    chat: Chat

    def wire(self, page: gr.Blocks) -> None:
        """Connect the loading of the page and the list of conversations."""
        parts = self.chat.parts
        listeners = [
            page.load(self.load, [parts.conversation], parts.shown, js=_REMEMBERED, **QUIET),
            parts.bridge.open(self.open, None, parts.shown, **QUIET),
            parts.bridge.new(self.new, None, parts.shown, **QUIET),
            parts.bridge.delete(self.delete, [parts.conversation], parts.shown, **QUIET),
        ]
        for listener in listeners:
            listener.then(None, None, None, js=SETTLED)

    async def load(self, remembered: str, request: gr.Request) -> AsyncIterator[Changes]:
        """The conversation that the tab has shown, else the learner's latest."""
        place = await asyncio.to_thread(self._resumed, remembered, request)
        async for changes in self._show(place):
            yield changes

    async def open(self, request: gr.Request, event: gr.EventData) -> AsyncIterator[Changes]:
        """The conversation that was chosen."""
        place = await asyncio.to_thread(self.chat.desk.place, request, sent(event, "value"))
        async for changes in self._show(place):
            yield changes

    def new(self, request: gr.Request) -> Changes:
        """An empty page; the conversation begins with its first question."""
        place = self.chat.desk.place(request, "")
        return conversation_changes(self.chat.parts, self.chat.desk, place, self.chat.language)

    async def delete(self, conversation: str, request: gr.Request, event: gr.EventData) -> AsyncIterator[Changes]:
        """Delete one, and go on showing the other, or none."""
        desk = self.chat.desk
        gone = await asyncio.to_thread(desk.place, request, sent(event, "value"))
        await asyncio.to_thread(desk.turns.stop, gone)
        await asyncio.to_thread(desk.store.delete_conversation, gone.learner, gone.conversation)
        place = await asyncio.to_thread(desk.place, request, conversation)
        async for changes in self._show(place):
            yield changes

    async def _show(self, place: Place) -> AsyncIterator[Changes]:
        """A conversation, with the answer that is being written in it if there is one."""
        parts, desk, language = self.chat.parts, self.chat.desk, self.chat.language
        live = desk.turns.live(place)
        history = await asyncio.to_thread(desk.history, place)
        yield await asyncio.to_thread(conversation_changes, parts, desk, place, language)
        if live:
            yield {parts.welcome: ""}
            async for changes in self.chat.follow(live, history):
                yield changes
            yield await asyncio.to_thread(conversation_changes, parts, desk, place, language)

    def _resumed(self, remembered: str, request: gr.Request) -> Place:
        desk = self.chat.desk
        place = desk.place(request, remembered)
        if place.conversation or remembered == _NEW:
            return place
        latest = desk.store.conversations(learner_of(request.cookies))[:1]
        return desk.place(request, latest[0].id) if latest else place
