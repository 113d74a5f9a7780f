"""Lets the model write quiz items where the corpus's own material is too little; each is checked before it counts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from app.compose import cite
from app.prompts import harmless, render
from app.quiz import flaws, item_id, shuffled
from app.retrieve import retrieve
from app.support import support
from app.values import KeyedItem, Message
from app.wording import LANGUAGES, numbered, within_budget
from ingest.library import Library
from ingest.values import Chunk, Language

if TYPE_CHECKING:
    from app.llm import ChatModel

_PASSAGES = 6
_PASSAGE_TOKENS = 3000


class _Draft(BaseModel):
    stem: str = Field(min_length=5)
    right: str = Field(min_length=1)
    wrong: list[str] = Field(min_length=3, max_length=3)
    passage: int
    quote: str = Field(min_length=1)


class _Drafts(BaseModel):
    items: list[_Draft]


def model_items(model: ChatModel, library: Library, topic: str, language: Language, *, count: int) -> list[KeyedItem]:
    """At most `count` items by the model that pass the checks. Raises ModelFailure."""
    name = library.glossary.topic(topic).name(language)
    hits = retrieve(library, name, limit=_PASSAGES, language=language).hits
    passages = within_budget([hit.chunk for hit in hits], _PASSAGE_TOKENS)
    if not passages:
        return []
    prompt = render(
        "quiz",
        count=str(count),
        language=LANGUAGES[language],
        topic=harmless(name),
        passages=numbered(passages),
    )
    drafts = model.structured([Message(role="user", content=prompt.text)], _Drafts).items
    made = [_checked(draft, passages, library, topic, language) for draft in drafts]
    return [item for item in made if item][:count]


def _checked(
    draft: _Draft, passages: Sequence[Chunk], library: Library, topic: str, language: Language
) -> KeyedItem | None:
    """The item, or None when its quote is not in its passage, the quote does not carry its key, or it has a flaw."""
    if not 1 <= draft.passage <= len(passages) or draft.quote not in passages[draft.passage - 1].text:
        return None
    if support(draft.right, draft.quote, library.rarity).verdict != "supported":
        return None
    rng = random.Random(draft.stem)  # noqa: S311  # a quiz needs repeatable, not secret, randomness
    options, key = shuffled(draft.right, draft.wrong, rng)
    item = KeyedItem(
        id=item_id(topic, draft.stem),
        kind="choice",
        topic=topic,
        language=language,
        stem=draft.stem,
        options=options,
        key=key,
        explanation=draft.quote,
        citation=cite(passages[draft.passage - 1], n=1, quote=draft.quote),
    )
    return None if flaws(item) else item
