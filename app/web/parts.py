"""The components of a page that handlers read or change, and what they show of a conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from app.store import Turn
from app.texts import text
from app.web.desk import Desk
from app.web.render import answer, frame
from app.web.render.quiz import card, first_open
from app.web.render.sources import panel
from app.web.turns import Draft, Place
from ingest.values import Language

_TURNS_SHOWN = 30
# Every handler: no spinner over the page, no place in a public API.
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
SETTLED = "() => window.tutor.settled()"
Message = dict[str, str]
Changes = dict[object, object]


@dataclass(frozen=True)
class Parts:
    """One page's components. `conversation` holds the id of the conversation shown, or "" for none yet."""

    bridge: gr.HTML
    conversation: gr.Textbox
    chat: gr.Chatbot
    box: gr.Textbox
    send: gr.Button
    welcome: gr.HTML
    tail: gr.Markdown
    quiz: gr.Markdown
    sources: gr.Markdown
    drawer: gr.HTML

    @property
    def shown(self) -> list[gr.components.Component]:
        """What depends on which conversation is shown."""
        return [self.conversation, self.chat, self.welcome, self.tail, self.quiz, self.sources, self.drawer]


def conversation_changes(parts: Parts, desk: Desk, place: Place, language: Language) -> Changes:
    """Everything that the page shows of a conversation, or its empty state where the id is empty."""
    turns = desk.history(place)
    return {
        parts.conversation: place.conversation,
        parts.chat: messages(turns, language),
        parts.welcome: "" if turns else frame.welcome(language),
        parts.tail: answer.tail(turns[-1] if turns else None, language),
        parts.quiz: quiz_html(desk, place, language),
        parts.sources: latest_sources(turns, language),
        parts.drawer: drawer_html(desk, place, language),
    }


def messages(turns: Sequence[Turn], language: Language) -> list[Message]:
    """The last turns of a conversation, questions and answers."""
    first = max(0, len(turns) - _TURNS_SHOWN)
    made: list[Message] = []
    if first:
        made.append(said(answer.refusal(text("page_earlier", language, count=first))))
    for number, turn in enumerate(turns[first:], start=first + 1):
        made += [asked(turn.question), said(answer.answer(turn, number, language))]
    return made


def with_draft(before: Sequence[Message], draft: Draft, language: Language) -> list[Message]:
    """A conversation with the answer that is being written."""
    return [*before, asked(draft.question), said(answer.draft(draft, language))]


def asked(question: str) -> Message:
    """A learner's message."""
    return {"role": "user", "content": answer.question(question)}


def said(html: str) -> Message:
    """A message of the tutor's."""
    return {"role": "assistant", "content": html}


def latest_sources(turns: Sequence[Turn], language: Language) -> str:
    """The sources of the last answer, none of them open; a hint where it has none."""
    return panel(turns[-1].answer.citations if turns else (), f"cite-{len(turns)}", 0, language)


def drawer_html(desk: Desk, place: Place, language: Language) -> str:
    """The learner's conversations."""
    return frame.drawer(desk.store.conversations(place.learner), place.conversation, language)


def quiz_html(desk: Desk, place: Place, language: Language) -> str:
    """The quiz of a conversation at its first open item."""
    quiz = desk.quiz(place)
    if quiz is None:
        return ""
    return card(quiz, first_open(quiz), topic_name(desk, quiz.topic, language), language)


def topic_name(desk: Desk, topic: str, language: Language) -> str:
    """The name of a topic, which a newer index may have dropped."""
    with desk.serving.tutor() as tutor:
        known = tutor.library.glossary.entries
        return tutor.library.glossary.topic(topic).name(language) if topic in known else topic
