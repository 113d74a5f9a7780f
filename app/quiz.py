"""Makes quiz items from lessons and from stated orders, checks each one, and grades answers by option id."""

import random
import re
import uuid
from collections.abc import Iterator, Sequence

from app.compose import cite
from app.quoting import quotable
from app.support import support
from app.texts import text
from app.values import Grade, KeyedItem, Option
from ingest.languages import fold
from ingest.lessons import NOT_FOR_ANSWERS, Lesson, Misconception, SelfCheck
from ingest.library import Library
from ingest.sentences import sentences
from ingest.values import Chunk, Language, Where

_NAMESPACE = uuid.UUID("0b3f5a52-8f0e-5f57-9d0d-5d6d7f4d2a10")
_LETTERS = "abcd"
_EVIDENCE = 0.3
_TOO_LONG = 1.6
_MASK = "\0"
_MASKS = re.compile("\0(?:\\s*[（(][^（）()]*\0[^（）()]*[)）])?")


def make_quiz(library: Library, topic: str, *, language: Language, count: int, seed: int) -> list[KeyedItem]:
    """At most `count` verified items on a topic, the same for the same seed; fewer when the corpus has no more.

    Raises KeyError for a topic that the glossary does not know.
    """
    rng = random.Random(f"{seed}:{topic}:{language}")  # noqa: S311  # a quiz needs repeatable, not secret, randomness
    items = [item for item in _candidates(library, topic, language, rng) if not flaws(item)]
    return _mixed(items, rng)[:count]


def _candidates(library: Library, topic: str, language: Language, rng: random.Random) -> Iterator[KeyedItem]:
    library.glossary.topic(topic)
    lesson = library.lessons.get((topic, language))
    if lesson:
        chunks = library.index.chunks(Where(document=lesson.document))
        for check in lesson.checks:
            yield from _from_check(library, lesson, check, chunks, rng)
        for misconception in lesson.misconceptions:
            yield from _from_misconception(lesson, misconception, chunks, rng)
        yield from _from_definition(library, lesson, chunks, rng)
    yield from _from_paths(library, topic, language, rng)


def _from_check(
    library: Library, lesson: Lesson, check: SelfCheck, chunks: Sequence[Chunk], rng: random.Random
) -> Iterator[KeyedItem]:
    """A question of the lesson; its passage is the sentence of the lesson that carries the right answer best."""
    proofs = [
        (support(f"{check.question} {check.answer}", passage, library.rarity), chunk)
        for chunk in chunks
        if chunk.role not in NOT_FOR_ANSWERS
        for passage in _true_passages(chunk)
    ]
    if not proofs:
        return
    proof, chunk = max(proofs, key=lambda pair: pair[0].share)
    if proof.share < _EVIDENCE or len(check.wrong) != 3:
        return
    options, key = shuffled(check.answer, check.wrong, rng)
    yield KeyedItem(
        id=item_id(lesson.topic, check.question),
        kind="choice",
        topic=lesson.topic,
        language=lesson.language,
        stem=check.question,
        options=options,
        key=key,
        explanation=_plain(proof.quote),
        citation=cite(chunk, n=1, quote=proof.quote),
    )


def _plain(quote: str) -> str:
    """A quote as a sentence: without list markers, headings and bold."""
    return re.sub(r"(?m)^\s*(?:#{1,6}|[-*+]|\d{1,2}[.)、])\s+", "", quote).replace("**", "").strip()


def _true_passages(chunk: Chunk) -> list[str]:
    """What may prove an answer: the passage, but of misconceptions each correction alone, never a belief."""
    if chunk.role != "misconceptions":
        return [chunk.text]
    return [sentence.text for sentence in quotable(chunk)]


def _from_misconception(
    lesson: Lesson, misconception: Misconception, chunks: Sequence[Chunk], rng: random.Random
) -> Iterator[KeyedItem]:
    """The belief, which is false, or its correction, which is true."""
    chunk = next((chunk for chunk in chunks if misconception.correction in chunk.text), None)
    if chunk is None:
        return
    language = lesson.language
    is_true = rng.random() < 0.5
    stem = text("judge", language, statement=misconception.correction if is_true else misconception.belief)
    options = (Option(id="a", text=text("judged_true", language)), Option(id="b", text=text("judged_false", language)))
    between = " " if language == "en" else ""
    explanation = misconception.correction if is_true else between.join((misconception.correction, misconception.why))
    yield KeyedItem(
        id=item_id(lesson.topic, stem),
        kind="true_false",
        topic=lesson.topic,
        language=language,
        stem=stem,
        options=options,
        key="a" if is_true else "b",
        explanation=explanation,
        citation=cite(chunk, n=1, quote=misconception.correction),
    )


def _from_definition(
    library: Library, lesson: Lesson, chunks: Sequence[Chunk], rng: random.Random
) -> Iterator[KeyedItem]:
    """Which of four definitions is the topic's; each has its own names blanked out."""
    language = lesson.language
    own = _definition(chunks)
    if own is None:
        return
    chunk, sentence = own
    named = {*library.glossary.topics(sentence), lesson.topic}
    others = sorted(topic for topic, spoken in library.lessons if spoken == language and topic not in named)
    level = {topic: found.level for (topic, _), found in library.lessons.items()}
    rng.shuffle(others)
    others.sort(key=lambda topic: abs(level[topic] - lesson.level))
    masked = [_masked(library, sentence, lesson.topic, language)]
    for topic in others[:3]:
        theirs = _definition(library.index.chunks(Where(topic=topic, language=language)))
        if theirs and lesson.topic not in library.glossary.topics(theirs[1]):
            masked.append(_masked(library, theirs[1], topic, language))
    if len(masked) < 4:
        return
    options, key = shuffled(masked[0], masked[1:], rng)
    stem = text("which_definition", language, topic=library.glossary.topic(lesson.topic).name(language))
    yield KeyedItem(
        id=item_id(lesson.topic, stem),
        kind="choice",
        topic=lesson.topic,
        language=language,
        stem=stem,
        options=options,
        key=key,
        explanation=sentence,
        citation=cite(chunk, n=1, quote=sentence),
    )


def _definition(chunks: Sequence[Chunk]) -> tuple[Chunk, str] | None:
    for chunk in chunks:
        if chunk.role == "definition" and (found := sentences(chunk.text)):
            return chunk, found[0].text
    return None


def _masked(library: Library, definition: str, topic: str, language: Language) -> str:
    """A definition with the names of what it defines blanked out, those in brackets behind them too."""
    masked, position = "", 0
    for mention in library.glossary.find(definition):
        if mention.topic == topic:
            masked += definition[position : mention.start] + _MASK
            position = mention.end
    masked += definition[position:]
    return _MASKS.sub(_MASK, masked).replace(_MASK, text("masked", language)).replace("**", "")


def _from_paths(library: Library, topic: str, language: Language, rng: random.Random) -> Iterator[KeyedItem]:
    """What a stated path puts right after the topic."""
    paths = [edge for edge in library.graph.edges if edge.kind == "path" and edge.before == topic]
    later = {edge.after for edge in library.graph.edges if edge.before == topic}
    others = sorted({edge.before for edge in library.graph.edges if edge.kind == "path"} - later - {topic})
    known = {named.id: named for named in library.graph.topics}
    asked: set[str] = set()
    for edge in paths:
        siblings = {other.after for other in paths if other.source == edge.source}
        if edge.source in asked or len(siblings) > 1 or len(others) < 3:
            continue
        asked.add(edge.source)
        evidence = edge.evidence[-1]
        names = [known[name].name(language) for name in (edge.after, *rng.sample(others, 3))]
        options, key = shuffled(names[0], names[1:], rng)
        around = [chunk for chunk in library.index.chunks(Where(document=edge.source)) if evidence.quote in chunk.text]
        if not around:
            continue
        chunk = around[0]
        stem = text(
            "which_next",
            language,
            title=library.title(edge.source, language),
            topic=known[topic].name(language),
        )
        yield KeyedItem(
            id=item_id(topic, stem),
            kind="choice",
            topic=topic,
            language=language,
            stem=stem,
            options=options,
            key=key,
            explanation=evidence.quote,
            citation=cite(chunk, n=1, quote=evidence.quote),
        )


def shuffled(right: str, wrong: Sequence[str], rng: random.Random) -> tuple[tuple[Option, ...], str]:
    """The options in a random order, and the id of the right one."""
    texts = [right, *wrong]
    rng.shuffle(texts)
    options = tuple(Option(id=letter, text=option) for letter, option in zip(_LETTERS, texts, strict=True))
    return options, _LETTERS[texts.index(right)]


def item_id(topic: str, stem: str) -> str:
    """An id that depends on the topic and the question only."""
    return str(uuid.uuid5(_NAMESPACE, f"{topic}\x1f{stem}"))


def flaws(item: KeyedItem) -> list[str]:
    """Why an item must not be shown; empty when it may."""
    found: list[str] = []
    texts = [fold(option.text).strip(" 。.") for option in item.options]
    right = next((option.text for option in item.options if option.id == item.key), "")
    wrong = [option.text for option in item.options if option.id != item.key]
    if not right:
        found.append("the key is no option")
    if len(set(texts)) != len(texts) or not all(texts):
        found.append("two options are the same, or one is empty")
    if item.citation.quote not in item.citation.passage:
        found.append("the quote is not in the passage")
    if item.kind == "choice":
        if len(item.options) != 4:
            found.append("a choice needs four options")
        if len(right) > _TOO_LONG * max(map(len, wrong), default=0):
            found.append("the right option is much longer than the others")
        if fold(right) in fold(item.stem):
            found.append("the stem gives the right option away")
    return found


def _mixed(items: list[KeyedItem], rng: random.Random) -> list[KeyedItem]:
    """Choices and judgements in turn, each in a random order, without two of the same stem."""
    unique = list({item.id: item for item in items}.values())
    rng.shuffle(unique)
    choices = [item for item in unique if item.kind == "choice"]
    judgements = [item for item in unique if item.kind == "true_false"]
    mixed: list[KeyedItem] = []
    while choices or judgements:
        mixed.extend(choices[:2])
        mixed.extend(judgements[:1])
        del choices[:2], judgements[:1]
    return mixed


def grade(item: KeyedItem, chosen: str) -> Grade:
    """Grade an answer by option id. Raises KeyError when the item has no such option."""
    if chosen not in {option.id for option in item.options}:
        raise KeyError(chosen)
    return Grade(
        item=item.id,
        chosen=chosen,
        key=item.key,
        correct=chosen == item.key,
        explanation=item.explanation,
        citation=item.citation,
    )
