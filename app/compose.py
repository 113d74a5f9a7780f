"""Composes an answer without a model: the telling sentences of the best passages, in an order that reads."""

import re
from collections.abc import Iterable

from app.kinds import Kind, question_kind
from app.quoting import Score, Unit, best_quote, opens_with, quotable, quote, unsaid
from app.retrieve import Retrieved, asked_words, character_pairs, similarity
from app.roadmaps import from_roadmaps
from app.values import Citation, Claim
from ingest.lessons import NOT_FOR_ANSWERS
from ingest.lexical import words
from ingest.library import Library
from ingest.sentences import sentences
from ingest.values import Chunk, Hit, Value, Where

# For each kind of question, which sections of a lesson are used, in reading order, and how many sentences of each.
_PLANS: dict[Kind, tuple[tuple[str, int], ...]] = {
    "what": (("definition", 1), ("problem", 2), ("mechanism", 3), ("use", 1)),
    "open": (("definition", 1), ("problem", 2), ("mechanism", 3), ("use", 1)),
    "why": (("definition", 1), ("problem", 3), ("mechanism", 2)),
    "how": (("definition", 1), ("mechanism", 5), ("example", 1)),
    "use": (("definition", 1), ("use", 4)),
    "compare": (("definition", 1),),
    "example": (("definition", 1), ("example", 4)),
    "claim": (("misconceptions", 1), ("definition", 1), ("mechanism", 3)),
    "roadmap": (),
}
_HEADING_LINE = re.compile(r"^#{1,6}\s+(.+)$\n?", re.MULTILINE)
_NEAR = 0.6
_FOCUS = 0.5
_CONTRASTS = 4
_FOCUSED = 3
_FITTING = 0.2
_OPENING = 0.35
_ITEMS = re.compile(r"(?<=\])\n\n- (?=阶段)")


class Composed(Value):
    """An extractive answer: Markdown with `[n]`, its claims and its citations."""

    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]


def compose(library: Library, retrieved: Retrieved) -> Composed:
    """An answer of quotes; its text is empty when no sentence of the passages speaks to the question."""
    groups = _choose(library, retrieved)
    return _write(groups)


def _choose(library: Library, retrieved: Retrieved) -> list[list[Unit]]:
    """The paragraphs of the answer, as groups of units."""
    kind = question_kind(retrieved.question)
    score = _scorer(library, retrieved.question, set(retrieved.topics))
    taught = taught_topics(library, retrieved)
    if kind == "compare" and len(taught) > 1:
        defined = [unit for topic in taught[:3] for unit in _planned(library, retrieved, topic, kind, score)]
        return _distinct(library, [defined, _contrasts(library, retrieved, taught[:3])])
    planned = [unit for topic in taught[:1] for unit in _planned(library, retrieved, topic, kind, score)]
    focus = from_roadmaps(library, retrieved) if kind == "roadmap" else _focused(library, retrieved, kind)
    if focus and not set(retrieved.topics) & set(taught):
        planned = []
    if not focus:
        return _distinct(library, [planned])
    lead = [unit for unit in planned if unit.chunk.role == "definition"] if kind == "what" else []
    return _distinct(library, [[*lead, *focus], planned[: max(1, 4 - len(focus))]])


def sections(library: Library, retrieved: Retrieved, topic: str) -> list[Chunk]:
    """The passages of a topic's lesson that an answer to this kind of question uses, in reading order."""
    plan = dict(_PLANS[question_kind(retrieved.question)])
    lesson = library.index.chunks(Where(topic=topic, language=retrieved.language))
    return sorted((chunk for chunk in lesson if chunk.role in plan), key=lambda chunk: list(plan).index(chunk.role))


def taught_topics(library: Library, retrieved: Retrieved) -> list[str]:
    """The topics of the question that have a lesson, the one whose lesson answers best first.

    Where none has, the topics that they are parts of: "LoRA rank" is explained in the lesson on LoRA.
    """
    parents = [library.glossary.entries[topic].part_of for topic in retrieved.topics]
    for known in (retrieved.topics, parents):
        taught = [topic for topic in known if (topic, retrieved.language) in library.lessons]
        if taught:
            best = {
                topic: max((hit.score for hit in retrieved.hits if hit.chunk.topic == topic), default=0.0)
                for topic in taught
            }
            return sorted(taught, key=lambda topic: -best[topic])
    return []


def _planned(library: Library, retrieved: Retrieved, topic: str, kind: Kind, score: Score) -> list[Unit]:
    """Sentences of a topic's lesson, section by section."""
    lesson = sections(library, retrieved, topic)
    units: list[Unit] = []
    for role, count in _PLANS[kind]:
        found = [chunk for chunk in lesson if chunk.role == role]
        chosen = [window for chunk in found if (window := best_quote(chunk, count, score, library, opening=_OPENING))]
        if chosen:
            units.append(max(chosen, key=lambda pair: pair[0])[1])
    return units


def _contrasts(library: Library, retrieved: Retrieved, topics: list[str]) -> list[Unit]:
    """Sentences of the topics' lessons that name at least two of them."""
    found: list[Unit] = []
    for topic in topics:
        for chunk in library.index.chunks(
            Where(topic=topic, language=retrieved.language, without_roles=NOT_FOR_ANSWERS)
        ):
            for sentence in quotable(chunk):
                named = set(library.glossary.topics(sentence.text)) & set(topics)
                if len(named) > 1 and chunk.role not in {"definition", "onward"}:
                    found.append(quote(library, chunk, [sentence]))
    return found[:_CONTRASTS]


def _focused(library: Library, retrieved: Retrieved, kind: Kind) -> list[Unit]:
    """The sentences that speak of what a question asks beyond naming its topic; none when it asks nothing more."""
    asked = asked_words(library, retrieved.question)
    weight = sum(library.rarity(word) for word in asked)
    parts = {topic for topic in retrieved.topics if (topic, retrieved.language) not in library.lessons}
    if not asked and not parts:
        return []
    # What a question names a lesson for, a sentence must speak of: "LSTM's parameters" are not Chinchilla's.
    own = set(retrieved.topics) - parts
    named = set(retrieved.topics) if kind == "claim" else parts or set(retrieved.topics)
    score = _scorer(library, retrieved.question, named)
    scored: list[tuple[float, Unit]] = []
    for rank, hit in enumerate(_readable(library, retrieved)):
        window = best_quote(hit.chunk, 1 if parts else 2, score, library, opening=0.0)
        if window is None:
            continue
        heard = set(words(window[1].text))
        share = sum(library.rarity(word) for word in asked & heard) / weight if weight else 0.0
        about = bool(parts & set(window[1].topics))
        of_topic = not own or hit.chunk.topic in own or bool(own & set(window[1].topics))
        if of_topic and (about if parts else share >= _FOCUS):
            fitting = _FITTING if hit.chunk.role in dict(_PLANS[kind]) else 0.0
            # A correction answers a belief, and may lean on it: it is for those who ask whether that is so.
            fitting -= _FITTING if hit.chunk.role == "misconceptions" and kind != "claim" else 0.0
            scored.append((share + window[0] + fitting - 0.05 * rank, window[1]))
    scored.sort(key=lambda pair: -pair[0])
    return [unit for _, unit in scored[:_FOCUSED]]


def _readable(library: Library, retrieved: Retrieved) -> list[Hit]:
    """Passages in the language of the reply where there are any; those of a roadmap, a list of names, only alone."""
    prose = [hit for hit in retrieved.hits if hit.chunk.kind != "roadmap" and hit.chunk.role != "onward"]
    own = [hit for hit in prose if hit.chunk.language == retrieved.language]
    return own or prose or list(retrieved.hits)


def _scorer(library: Library, question: str, topics: set[str]) -> Score:
    """How much of what a question asks a sentence speaks of, 0 to 1; naming its topic adds a little, opening with it more."""
    asked = {word: library.rarity(word) for word in asked_words(library, question)}
    total = sum(asked.values()) or 1.0

    def score(sentence: str) -> float:
        spoken = set(words(sentence))
        heard = sum(weight for word, weight in asked.items() if word in spoken)
        mentions = library.glossary.find(sentence)
        named = len(topics & {mention.topic for mention in mentions}) / max(len(topics), 1)
        return heard / total + 0.1 * named + 0.2 * opens_with(mentions, topics)

    return score


def _distinct(library: Library, groups: Iterable[list[Unit]]) -> list[list[Unit]]:
    """The groups without what an earlier unit has said; empty groups left out."""
    seen: list[frozenset[str]] = []
    said: set[str] = set()
    kept: list[list[Unit]] = []
    for group in groups:
        fresh: list[Unit] = []
        for whole in group:
            unit = unsaid(library, whole, said)
            pairs = character_pairs(unit.text) if unit else frozenset()
            near = any(similarity(pairs, other) > _NEAR or pairs <= other for other in seen)
            if unit and (not near or unit.chunk.kind == "roadmap"):
                seen.append(pairs)
                said.update(sentence.text for sentence in sentences(unit.text))
                fresh.append(unit)
        if fresh:
            kept.append(fresh)
    return kept


def _write(groups: list[list[Unit]]) -> Composed:
    paragraphs: list[str] = []
    claims: list[Claim] = []
    citations: list[Citation] = []
    for group in groups:
        for unit in group:
            n = len(citations) + 1
            citations.append(cite(unit.chunk, n=n, quote=unit.text))
            paragraphs.append(_paragraph(unit, n))
            found = [sentence.text for sentence in sentences(unit.text)] or [unit.text]
            claims.extend(Claim(text=text, citations=(n,), verdict="supported") for text in found)
    return Composed(text=_ITEMS.sub("\n- ", "\n\n".join(paragraphs)), claims=tuple(claims), citations=tuple(citations))


def _paragraph(unit: Unit, n: int) -> str:
    """The unit with its marker after each sentence; list items stay a list, a heading becomes a bold line."""
    found = sentences(unit.text)
    pieces: list[str] = [
        unit.marker if unit.chunk.kind == "roadmap" or any(sentence.item for sentence in found) else ""
    ]
    position = 0
    for sentence in found:
        pieces.append(unit.text[position : sentence.start])
        pieces.append(_marked(sentence.text, n))
        position = sentence.end
    pieces.append(unit.text[position:])
    return _HEADING_LINE.sub(
        lambda match: f"**{_named(unit.chunk, match.group(1))}** [{n}]\n\n", "".join(pieces).strip()
    )


def _named(chunk: Chunk, heading: str) -> str:
    """A roadmap's heading with the roadmap it is from."""
    return heading if heading == chunk.title else f"{chunk.title} · {heading}"


def _marked(sentence: str, n: int) -> str:
    """`… 。` becomes `…[n]。`: the marker stands before the stop, after a space in English."""
    match = re.search(r"[。！？.!?：:]+[”’」』）)\]\"'*]*$", sentence)
    body, stop = (sentence[: match.start()], sentence[match.start() :]) if match else (sentence, "")
    space = " " if body and body[-1].isascii() and stop[:1] in {".", "!", "?", ":", ""} else ""
    return f"{body}{space}[{n}]{stop}"


def cite(chunk: Chunk, *, n: int, quote: str) -> Citation:
    """A citation of a quote that stands verbatim in a chunk, narrowed to the lines of the quote."""
    before = chunk.text.index(quote)
    first = chunk.lines[0] + chunk.text.count("\n", 0, before)
    return Citation(
        n=n,
        document=chunk.document,
        title=chunk.title,
        heading=chunk.heading,
        lines=(first, first + quote.count("\n")),
        url=chunk.url,
        quote=quote,
        passage=chunk.text,
        language=chunk.language,
    )
