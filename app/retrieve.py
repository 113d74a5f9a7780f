"""Finds the passages for a question, and decides whether they can answer it."""

from collections.abc import Sequence
from typing import Literal

from app.kinds import question_kind, without_frame
from ingest.languages import fold, reply_language
from ingest.lessons import NOT_FOR_ANSWERS
from ingest.lexical import words
from ingest.library import Library
from ingest.meaning import DenseQuery, Meaning, Reason
from ingest.values import Chunk, Hit, Language, Value, Where

CANDIDATES = 30
OWN_LANGUAGE = 2.0
OWN_TOPIC = 2.5
TOPICS_SEARCHED = 4
PER_TOPIC = 8
PER_DOCUMENT = 4
SAME = 0.8
# Fitted on evals/gold.yaml: without a topic named, 2 of 115 unanswerable questions reach .5 and 63 % of the others do; with
# one, 31 of 70 (near misses, nearly all) reach .55 and 86 % of the others.
TOPIC_WEIGHT = 9.0
ENOUGH = 0.55
ENOUGH_UNNAMED = 0.5


class Retrieved(Value):
    """What was found for a question: the topics that it names, the passages best first, and how much they cover.

    `coverage` is between 0 and 1: the share of the question's content, weighed by rarity, that the passages speak of.
    `degraded` is why passages were found by words alone though an embedding model is configured, or "".
    """

    question: str
    language: Language
    topics: tuple[str, ...]
    hits: tuple[Hit, ...]
    coverage: float
    degraded: Reason | Literal[""] = ""

    @property
    def answerable(self) -> bool:
        """Whether the corpus speaks of enough of the question to answer it."""
        return bool(self.hits or self.coverage == 1) and self.coverage >= (ENOUGH if self.topics else ENOUGH_UNNAMED)


def retrieve(library: Library, question: str, *, limit: int, language: Language | None = None) -> Retrieved:
    """The best passages for a question: own language and the topic's own lesson first, no near-duplicates."""
    language = language or reply_language(question)
    topics = tuple(library.glossary.topics(question))
    meaning = library.meaning(question)
    hits = _search(library, question, limit, language, meaning)
    # What is near in meaning comes for any question: whether the corpus speaks of it is told by words.
    by_words = _search(library, question, limit, language, Meaning()) if meaning.query else hits
    return Retrieved(
        question=question,
        language=language,
        topics=topics,
        hits=tuple(hits),
        coverage=_coverage(library, question, topics, by_words),
        degraded=meaning.problem,
    )


def search(library: Library, question: str, *, limit: int, language: Language | None = None) -> list[Hit]:
    """At most `limit` passages, best first, by words and, where an embedding model is configured, by meaning."""
    return _search(library, question, limit, language or reply_language(question), library.meaning(question))


def _search(library: Library, question: str, limit: int, language: Language, meaning: Meaning) -> list[Hit]:
    topics = library.glossary.topics(question)
    wide = max(CANDIDATES, 2 * limit)
    dense = meaning.query
    anywhere = library.search_across(question, limit=wide, where=Where(without_roles=NOT_FOR_ANSWERS), dense=dense)
    own = library.search(
        question, limit=wide, where=Where(language=language, without_roles=NOT_FOR_ANSWERS), dense=dense
    )
    lessons = [
        hit for topic in topics[:TOPICS_SEARCHED] for hit in _lesson_hits(library, question, topic, language, dense)
    ]
    found = {hit.chunk.id: hit for hit in (*anywhere, *own, *lessons)}
    weighed = [
        Hit(chunk=hit.chunk, score=hit.score * _preference(hit.chunk, language, topics)) for hit in found.values()
    ]
    ranked = sorted(weighed, key=lambda hit: (-hit.score, hit.chunk.document, hit.chunk.position))
    return _varied(ranked, limit)


def _lesson_hits(
    library: Library, question: str, topic: str, language: Language, dense: DenseQuery | None
) -> list[Hit]:
    """What the lesson of a topic has for a question that names it: a general name drowns in other documents."""
    if (topic, language) not in library.lessons:
        return []
    where = Where(topic=topic, language=language, without_roles=NOT_FOR_ANSWERS)
    return library.search(question, limit=PER_TOPIC, where=where, dense=dense)


def _preference(chunk: Chunk, language: Language, topics: Sequence[str]) -> float:
    own_language = OWN_LANGUAGE if chunk.language == language else 1.0
    return own_language * (OWN_TOPIC if chunk.topic in topics else 1.0)


def _varied(ranked: list[Hit], limit: int) -> list[Hit]:
    """The first of each group of near-duplicates, and no more than PER_DOCUMENT of one document."""
    kept: list[tuple[Hit, frozenset[str]]] = []
    per_document: dict[str, int] = {}
    for hit in ranked:
        pairs = character_pairs(hit.chunk.text)
        document = hit.chunk.document
        crowded = per_document.get(document, 0) >= PER_DOCUMENT
        if crowded or any(similarity(pairs, other) > SAME for _, other in kept):
            continue
        kept.append((hit, pairs))
        per_document[document] = per_document.get(document, 0) + 1
        if len(kept) == limit:
            break
    return [hit for hit, _ in kept]


def character_pairs(text: str) -> frozenset[str]:
    """The set of adjacent character pairs of the folded text, spaces left out."""
    folded = "".join(fold(text).split())
    return frozenset(first + second for first, second in zip(folded, folded[1:], strict=False))


def similarity(first: frozenset[str], second: frozenset[str]) -> float:
    """Jaccard similarity, 0 to 1."""
    union = len(first | second)
    return len(first & second) / union if union else 0.0


def _coverage(library: Library, question: str, topics: tuple[str, ...], hits: list[Hit]) -> float:
    """How much of the question the passages of one document speak of: the most of any.

    A page is long and speaks of much in passing: its passages count one by one, and where the question names no topic,
    only those whose headings have a word of it.

    A topic with a lesson counts as TOPIC_WEIGHT; every other content word as much as it is rare, so that a word which
    the corpus never uses weighs most against an answer.
    """
    asked = asked_words(library, question)
    taught = any(_is_taught(library, topic) for topic in topics)
    named = TOPIC_WEIGHT if taught else TOPIC_WEIGHT * 0.6 if topics else 0.0
    weights = {word: library.rarity(word) for word in asked}
    if not topics and not asked:
        return 1.0 if question_kind(question) == "roadmap" else 0.0
    if not topics and len(asked) == 1 and not _stands_in_a_heading(asked, hits):
        return 0.0  # one word that the corpus happens to use is no question about it
    spoken: dict[str, set[str]] = {}
    for hit in hits:
        chunk = hit.chunk
        if chunk.kind == "page" and not topics and not _stands_in_a_heading(asked, [hit]):
            continue
        together = chunk.id if chunk.kind == "page" else chunk.document
        spoken.setdefault(together, set()).update(words(f"{chunk.title} {' '.join(chunk.heading)} {chunk.text}"))
    heard = max((sum(weights[word] for word in weights.keys() & told) for told in spoken.values()), default=0.0)
    total = named + sum(weights.values())
    return (named + heard) / total if total else 0.0


def asked_words(library: Library, question: str) -> set[str]:
    """The content words of a question beyond the names of its topics and the words that only frame it."""
    return set(words(without_frame(without_topics(library, question))))


def _stands_in_a_heading(asked: set[str], hits: list[Hit]) -> bool:
    return any(asked & set(words(f"{hit.chunk.title} {' '.join(hit.chunk.heading)}")) for hit in hits)


def _is_taught(library: Library, topic: str) -> bool:
    """Whether the topic, or the topic that it is a part of, has a lesson."""
    known = {topic, library.glossary.entries[topic].part_of}
    return any((name, language) in library.lessons for name in known for language in ("zh", "en"))


def without_topics(library: Library, question: str) -> str:
    """The question with the names of its topics blanked out."""
    text = list(question)
    for mention in library.glossary.find(question):
        text[mention.start : mention.end] = " " * (mention.end - mention.start)
    return "".join(text)
