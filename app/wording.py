"""Lets the model word an answer from numbered passages, and checks every sentence before it counts as supported."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from app.citations import clean_markers, markers_before_stops, settled, split_markers
from app.compose import cite, sections, taught_topics
from app.errors import ModelFailure
from app.prompts import harmless, render
from app.retrieve import Retrieved
from app.support import Support, support
from app.values import Answer, Citation, Claim, Delta, Event, Message, Verdict
from ingest.languages import language_of
from ingest.library import Library
from ingest.sentences import sentences
from ingest.tokens import count_tokens
from ingest.values import Chunk, Language, Value

if TYPE_CHECKING:
    from app.llm import ChatModel

_TURNS = 4
_FRAME_TOKENS = 30
_BEST = 3
# Models that think aloud do so before the answer, between these.
_THOUGHT = re.compile(r"^\s*<think>.*?(?:</think>\s*|$)", re.DOTALL)
# Headings and table rows are no sentences of a document; of a model they are claims like any other.
_LINE_SIGNS = re.compile(r"(?m)^[ \t]*[#|<>]+[ \t]*")
_LONGEST_REWRITE = 500
LANGUAGES: dict[Language, str] = {"zh": "Chinese (simplified characters)", "en": "English"}


class Worded(Value):
    """A model's answer after the check: text with `[n]`, claims with verdicts, citations, and the prompt's version."""

    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    prompt: str


class _Rewritten(BaseModel):
    question: str = Field(max_length=_LONGEST_REWRITE)


def passages_for(library: Library, retrieved: Retrieved, token_budget: int) -> list[Chunk]:
    """What a model is shown: the best passages, then the sections of the lesson that answer this kind of question."""
    found = [hit.chunk for hit in retrieved.hits if hit.chunk.role != "onward"]
    lessons = [
        chunk for topic in taught_topics(library, retrieved)[:2] for chunk in sections(library, retrieved, topic)
    ]
    ordered = {chunk.id: chunk for chunk in (*found[:_BEST], *lessons, *found[_BEST:])}
    return within_budget(list(ordered.values()), token_budget)


def word_answer(
    model: ChatModel, library: Library, retrieved: Retrieved, passages: Sequence[Chunk], history: Sequence[Answer]
) -> Generator[Event, None, Worded]:
    """Stream the model's answer from these passages as Deltas and return it checked.

    Raises ModelFailure when the endpoint fails, sends nothing, or answers in the wrong language.
    """
    prompt = render(
        "answer",
        language=LANGUAGES[retrieved.language],
        conversation=conversation(history),
        passages=numbered(passages),
    )
    messages = [
        Message(role="system", content=prompt.text),
        Message(role="user", content=f"<question>\n{harmless(retrieved.question)}\n</question>"),
    ]
    known = range(1, len(passages) + 1)
    raw = shown = ""
    for piece in model.stream(messages):
        raw += piece
        clean = clean_markers(settled(_THOUGHT.sub("", raw)), known).text
        if len(clean) > len(shown):
            yield Delta(text=clean[len(shown) :])
            shown = clean
    cited = clean_markers(_THOUGHT.sub("", raw).strip(), known)
    if not cited.text:
        raise ModelFailure("model_empty", "the model sent an empty answer")
    if language_of(cited.text) != retrieved.language and len(cited.text) > 40:
        raise ModelFailure("model_language", "the model answered in another language")
    claims, citations = _check(cited.text, [passages[number - 1] for number in cited.passages], library)
    return Worded(text=cited.text, claims=claims, citations=citations, prompt=prompt.version)


def rewrite_question(model: ChatModel, message: str, history: Sequence[Answer]) -> str:
    """A follow-up as a question that stands alone. Raises ModelFailure."""
    prompt = render("rewrite", conversation=conversation(history), question=harmless(message))
    reply = model.structured([Message(role="user", content=prompt.text)], _Rewritten)
    return reply.question.strip() or message


def conversation(history: Sequence[Answer]) -> str:
    """The last turns as text for a prompt."""
    turns = [f"Learner: {answer.question}\nTutor: {answer.answer[:600]}" for answer in history[-_TURNS:]]
    return harmless("\n".join(turns)) or "(none)"


def numbered(passages: Sequence[Chunk]) -> str:
    """Passages fenced and numbered from 1, as a prompt shows them."""
    return "\n\n".join(
        f'<passage n="{n}" source="{harmless(chunk.title)}: {harmless(" > ".join(chunk.heading))}">\n'
        f"{harmless(chunk.text)}\n</passage>"
        for n, chunk in enumerate(passages, start=1)
    )


def within_budget(passages: Sequence[Chunk], tokens: int) -> list[Chunk]:
    """The first passages that fit in a number of tokens, at least one."""
    kept: list[Chunk] = []
    for chunk in passages:
        tokens -= count_tokens(chunk.text) + _FRAME_TOKENS
        if tokens < 0 and kept:
            break
        kept.append(chunk)
    return kept


def _check(answer: str, cited: Sequence[Chunk], library: Library) -> tuple[tuple[Claim, ...], tuple[Citation, ...]]:
    """The claims of an answer, each held against the passages that it cites, and the citations with their proofs."""
    claims: list[Claim] = []
    quotes: dict[int, str] = {}
    for sentence in sentences(_LINE_SIGNS.sub("", markers_before_stops(answer))):
        plain, found = split_markers(sentence.text)
        numbers = tuple(n for n in found if 1 <= n <= len(cited))
        if not any(character.isalnum() for character in plain):
            continue
        proofs = {n: support(plain, cited[n - 1].text, library.rarity) for n in numbers}
        for n, proof in proofs.items():
            quotes.setdefault(n, proof.quote)
        claims.append(Claim(text=plain, citations=numbers, verdict=_verdict(list(proofs.values()))))
    citations = [
        cite(chunk, n=n, quote=quotes.get(n) or chunk.text.split("\n", 1)[0]) for n, chunk in enumerate(cited, start=1)
    ]
    return tuple(claims), tuple(citations)


def _verdict(proofs: Sequence[Support]) -> Verdict:
    """The best verdict of the cited passages; a sentence without a citation is not supported."""
    verdicts = {proof.verdict for proof in proofs}
    if "supported" in verdicts:
        return "supported"
    return "unclear" if "unclear" in verdicts else "unsupported"
