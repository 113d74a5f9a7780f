"""One turn: a message in, events out; the last event is the whole answer."""

from __future__ import annotations

import difflib
import logging
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from app.asking import Asked, read_order
from app.compose import Composed, cite, compose
from app.errors import ModelFailure
from app.followups import followups, misspelt, taught_topic
from app.guidance import guide
from app.intent import intent_of
from app.kinds import question_kind
from app.notices import by_words_notice
from app.quiz import make_quiz
from app.quiz_model import model_items
from app.quoting import opens_with
from app.retrieve import Retrieved, retrieve
from app.roadmaps import WHOLE
from app.steps import steps
from app.texts import text
from app.values import Answer, Delta, Done, Event, Found, Intent, KeyedItem, Quizzed, Restarted, Steps, Understood
from app.wording import passages_for, rewrite_question, word_answer
from ingest.errors import UsageError
from ingest.languages import fold, reply_language
from ingest.lexical import words
from ingest.library import Library
from ingest.values import Chunk, Language, Topic

if TYPE_CHECKING:
    from app.llm import ChatModel

_log = logging.getLogger(__name__)
LONGEST_QUESTION = 4000
LONGEST_NAME = 60
PASSAGES = 8
NEAREST = 4
QUIZ_LENGTH = 5
_STARTERS = ("rnn", "transformer", "rag", "lora")
_REFERRING = re.compile(
    r"它|这个|那个|前者|后者|继续|再|例子|\b(it|its|that|this|they|them|their|these|those|example|more)\b"
)
# With a topic of its own, a message points back only by these: "那它和GRU呢" does, "explain this: RNN" does not.
_POINTING = re.compile(r"它|\b(it|they|them)\b|^那.*呢")
_SHORT = 10
_THANKS = re.compile(r"谢|thank")


class Tutor:
    """Answers from one library, in a model's words where one is given."""

    def __init__(self, library: Library, model: ChatModel | None, passage_tokens: int) -> None:
        self.library = library
        self._model = model
        self._passage_tokens = passage_tokens

    def turn(
        self, message: str, *, language: Language | None = None, history: Sequence[Answer] = ()
    ) -> Iterator[Event]:
        """The events of one turn; `history` are the answers so far, the oldest first.

        Raises UsageError for an empty or over-long message.
        """
        message = checked_question(message)
        language = language or reply_language(message)
        question = self._standing_alone(message, history)
        asked = read_order(self.library.glossary, question)
        intent = _intent(message, asked)
        topics = tuple(self.library.glossary.topics(question))
        yield Understood(intent=intent, language=language, topics=topics, question=question)
        if asked is not None:
            yield from self._advise(message, language, asked)
            return
        match intent:
            case "greeting":
                yield from self._say(message, language, _greeting(message, language), _STARTERS)
            case "quiz":
                yield from self._offer_quiz(message, language, topics)
            case _:
                yield from self._explain(
                    message, retrieve(self.library, question, limit=PASSAGES, language=language), history
                )

    def answer(self, message: str, *, language: Language | None = None) -> Answer:
        """The whole answer: the fold of a turn's events."""
        for event in self.turn(message, language=language):
            if isinstance(event, Done):
                return event.answer
        raise AssertionError("a turn ends with Done")

    def find_topic(self, name: str) -> str:
        """The id of the topic that a name means. Raises UsageError, with the nearest names, for an unknown one."""
        glossary, name = self.library.glossary, whole_characters(name)
        if name in glossary.entries:
            return name
        found = glossary.topics(name)
        if found:
            return found[0]
        aliases = {fold(alias): alias for topic in glossary.entries for alias in glossary.names(topic)}
        near = [aliases[match] for match in difflib.get_close_matches(fold(name), aliases, n=NEAREST, cutoff=0.4)]
        hint = f"did you mean {', '.join(map(repr, near))}?" if near else "'tutor topics' lists them all"
        shown = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
        raise UsageError(f"no topic is called {shown!r}: {hint}")

    def guide(self, asked: Asked, language: Language, message: str = "") -> Answer:
        """The answer to a question about order that names at least one topic; `message` is the question as asked."""
        advice = guide(self.library, asked, language)
        own = {"followups": advice.followups} if advice.followups else {}
        foreign = language == "en" and any(citation.language == "zh" for citation in advice.citations)
        return self._answer(
            message,
            language,
            advice.text,
            asked.about,
            claims=advice.claims,
            citations=advice.citations,
            notice=text("original_zh", language) if foreign else "",
            outcome="answered" if advice.answered else "not_found",
            **own,
        )

    def steps(self, topic: str, language: Language) -> Steps:
        """What comes before and after a topic."""
        return steps(self.library, topic, language)

    def quiz(self, topic: str, *, language: Language, count: int, seed: int) -> list[KeyedItem]:
        """Verified items on a topic, the model's only where the corpus's own are too few; there may be fewer than `count`."""
        items = make_quiz(self.library, topic, language=language, count=count, seed=seed)
        if self._model is None or len(items) >= count:
            return items
        try:
            more = model_items(self._model, self.library, topic, language, count=count - len(items))
        except ModelFailure as failure:
            _log.warning("no more quiz items from the model: %s", failure)
            return items
        return list({item.id: item for item in (*items, *more)}.values())[:count]

    def _standing_alone(self, message: str, history: Sequence[Answer]) -> str:
        """A follow-up with the topic it leaves unsaid: reworded by the model, or led by the topic of the conversation."""
        topics = next((answer.topics for answer in reversed(history) if answer.topics and answer.citations), ())
        own = self.library.glossary.topics(message)
        unsaid = _POINTING.search(fold(message)) if own else self._refers(message)
        if not topics or not unsaid or topics[0].id in own:
            return message
        led = f"{topics[0].name(reply_language(message))} {message}"
        if self._model is None or intent_of(message) != "explain":
            return led
        try:
            return rewrite_question(self._model, message, history)
        except ModelFailure:
            return led

    def _refers(self, message: str) -> bool:
        """Whether a message leaves its topic unsaid: it points back, or is short and says only what the corpus speaks of."""
        match intent_of(message):
            case "greeting":
                return False
            case "next" | "before" | "quiz":
                return True
            case "explain":
                known = all(self.library.uses(word) for word in words(message))
                return bool(_REFERRING.search(fold(message))) or (len(message) <= _SHORT and known)

    def _explain(self, message: str, retrieved: Retrieved, history: Sequence[Answer]) -> Iterator[Event]:
        if not retrieved.answerable:
            yield from self._not_found(message, retrieved)
            return
        if self._model is None:
            yield _found([hit.chunk for hit in retrieved.hits])
            yield from self._quote(message, retrieved, "")
            return
        passages = passages_for(self.library, retrieved, self._passage_tokens)
        yield _found(passages)
        try:
            worded = yield from word_answer(self._model, self.library, retrieved, passages, history)
        except ModelFailure as failure:
            reason = text("degraded", retrieved.language, reason=text(failure.reason, retrieved.language))
            yield Restarted(reason=reason)
            yield from self._quote(message, retrieved, reason)
            return
        yield Done(
            answer=self._answer(
                message,
                retrieved.language,
                worded.text,
                retrieved.topics,
                mode="llm",
                claims=worded.claims,
                citations=worded.citations,
                notice=by_words_notice(retrieved),
                model=self._model.name,
                prompt=worded.prompt,
            )
        )

    def _quote(self, message: str, retrieved: Retrieved, notice: str) -> Iterator[Event]:
        composed = compose(self.library, retrieved)
        if not composed.text:
            yield from self._not_found(message, retrieved)
            return
        notice = notice or by_words_notice(retrieved) or self._untaught_notice(retrieved, composed)
        foreign = {citation.language for citation in composed.citations} - {retrieved.language}
        if foreign:
            notice = notice or text("only_zh" if "zh" in foreign else "only_en", retrieved.language)
        yield Delta(text=composed.text)
        yield Done(
            answer=self._answer(
                message,
                retrieved.language,
                composed.text,
                retrieved.topics,
                claims=composed.claims,
                citations=composed.citations,
                notice=notice,
            )
        )

    def _untaught_notice(self, retrieved: Retrieved, composed: Composed) -> str:
        """Says so when the topic neither has a lesson nor is a part of one that has, and no sentence opens with it."""
        language = retrieved.language
        if not retrieved.topics or question_kind(retrieved.question) not in {"what", "why", "how", "open"}:
            return ""
        if any(taught_topic(self.library, topic, language) for topic in retrieved.topics):
            return ""
        find = self.library.glossary.find
        if any(opens_with(find(claim.text), retrieved.topics) for claim in composed.claims):
            return ""
        return text("no_lesson", language, topic=self._topic(retrieved.topics[0]).name(language))

    def _not_found(self, message: str, retrieved: Retrieved) -> Iterator[Event]:
        language = retrieved.language
        meant = misspelt(self.library, message, language)
        near = (self._topic(meant),) if meant else self._nearest(retrieved)
        if meant:
            hints = [text("did_you_mean", language, topic=near[0].name(language))]
        else:
            hints = self._hints(retrieved, near)
        said = text("not_found", language, nearest=("" if language == "zh" else " ").join(hints)).strip()
        yield Delta(text=said)
        topics = tuple(topic.id for topic in near)
        yield Done(answer=self._answer(message, language, said, topics, outcome="not_found"))

    def _hints(self, retrieved: Retrieved, near: Sequence[Topic]) -> list[str]:
        """What the roadmaps name without a lesson, and the nearest topics."""
        language = retrieved.language
        taught = self.library.lessons.keys()
        listed = [topic for topic in retrieved.topics if (topic, language) not in taught and topic not in WHOLE]
        hints = [text("listed_only", language, topic=self._topic(listed[0]).name(language))] if listed else []
        if near:
            hints.append(text("nearest", language, topics=_names(near, language)))
        return hints

    def _nearest(self, retrieved: Retrieved) -> tuple[Topic, ...]:
        """Topics with a lesson: of the passages found, then the starters."""
        found = [hit.chunk.topic for hit in retrieved.hits if hit.chunk.topic]
        taught = [topic for topic in _STARTERS if (topic, retrieved.language) in self.library.lessons]
        near = dict.fromkeys([*found, *taught])
        return tuple(self._topic(topic) for topic in list(near)[:NEAREST])

    def _advise(self, message: str, language: Language, asked: Asked) -> Iterator[Event]:
        if not asked.about:
            yield from self._which_topic(message, language)
            return
        answer = self.guide(asked, language, message)
        yield Delta(text=answer.answer)
        yield Done(answer=answer)

    def _offer_quiz(self, message: str, language: Language, topics: Sequence[str]) -> Iterator[Event]:
        if not topics:
            yield from self._which_topic(message, language)
            return
        count = len(make_quiz(self.library, topics[0], language=language, count=QUIZ_LENGTH, seed=0))
        count = QUIZ_LENGTH if self._model else count
        name = self._topic(topics[0]).name(language)
        if not count:
            yield from self._say(message, language, text("no_quiz", language, topic=name), topics[:1])
            return
        yield Quizzed(topic=topics[0])
        yield from self._say(message, language, text("quiz_ready", language, topic=name, count=count), topics[:1])

    def _which_topic(self, message: str, language: Language) -> Iterator[Event]:
        meant = misspelt(self.library, message, language)
        if meant:
            name = self._topic(meant).name(language)
            yield from self._say(message, language, text("did_you_mean", language, topic=name), (meant,))
            return
        names = _names([self._topic(topic) for topic in _known(self, _STARTERS)], language)
        yield from self._say(message, language, text("which_topic", language, topics=names), _STARTERS)

    def _say(self, message: str, language: Language, said: str, topics: Sequence[str]) -> Iterator[Event]:
        yield Delta(text=said)
        yield Done(answer=self._answer(message, language, said, _known(self, topics)))

    def _answer(self, message: str, language: Language, said: str, topics: Sequence[str], **fields: object) -> Answer:
        return Answer.model_validate(
            {
                "question": message,
                "answer": said,
                "language": language,
                "mode": "extractive",
                "outcome": "answered",
                "topics": tuple(self._topic(topic) for topic in topics),
                "followups": followups(self.library, topics, language, message),
                "index": self.library.manifest.generation,
                **fields,
            }
        )

    def _topic(self, topic: str) -> Topic:
        return self.library.glossary.topic(topic)


def _intent(message: str, asked: Asked | None) -> Intent:
    """What a message asks for; a question about order looks onward or back, whatever kind it is."""
    if asked is not None:
        return "next" if asked.kind in {"after", "where"} else "before"
    intent = intent_of(message)
    return "explain" if intent in {"next", "before"} else intent


def _known(tutor: Tutor, topics: Sequence[str]) -> tuple[str, ...]:
    return tuple(topic for topic in topics if topic in tutor.library.glossary.entries)


def _names(topics: Sequence[Topic], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(topic.name(language) for topic in topics)


def _greeting(message: str, language: Language) -> str:
    return text("thanked" if _THANKS.search(fold(message)) else "greeting", language)


def _found(passages: Sequence[Chunk]) -> Found:
    return Found(citations=tuple(cite(chunk, n=n, quote=chunk.text) for n, chunk in enumerate(passages, start=1)))


def checked_question(message: str) -> str:
    """The message without surrounding space. Raises UsageError when it is empty or too long."""
    message = whole_characters(message).strip().replace("\x00", "")
    if not message:
        raise UsageError("the question is empty; ask something, for example 'what is an RNN?'")
    if len(message) > LONGEST_QUESTION:
        raise UsageError(f"the question has {len(message):,} characters, more than {LONGEST_QUESTION:,}; shorten it")
    return message


def whole_characters(text: str) -> str:
    """The text with `?` for half characters: what Python makes of an argument that is not UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")
