"""Puts next steps into words: an answer whose every claim is a quoted line."""

from collections.abc import Sequence
from itertools import groupby

from app.texts import text
from app.values import Citation, Claim, Step, Steps
from ingest.languages import language_of
from ingest.library import Library
from ingest.values import Evidence, Language, Value, Where

STEPS_SHOWN = 6


class Advice(Value):
    """Markdown with `[n]`, its claims and citations; the text says so when no document states an order."""

    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]


def advise(library: Library, found: Steps, language: Language, *, forward: bool) -> Advice:
    """What to learn after (`forward`) or before the topic, and who says so."""
    steps = (found.after if forward else found.before)[:STEPS_SHOWN]
    topic = found.topic.name(language)
    if not steps:
        return Advice(text=text("no_next" if forward else "no_before", language, topic=topic), claims=(), citations=())
    intro = text("after_intro" if forward else "before_intro", language, topic=topic)
    blocks = [intro]
    citations: list[Citation] = []
    claims: list[Claim] = []
    for step in steps:
        head = _head(step, language)
        lines = [f"- {head}"]
        numbers: list[int] = []
        for places in _by_document(step):
            cited = [_numbered(library, evidence, citations, language) for evidence in places]
            lines.append(_says([citations[n - 1] for n in cited], language))
            numbers += cited
        blocks.append("\n".join(lines))
        claims.append(Claim(text=f"{intro}{head}", citations=tuple(numbers), verdict="supported"))
    return Advice(
        text="\n\n".join([blocks[0], "\n".join(blocks[1:])]), claims=tuple(claims), citations=tuple(citations)
    )


def _by_document(step: Step) -> list[list[Evidence]]:
    return [list(places) for _, places in groupby(step.evidence, key=lambda evidence: evidence.document)]


def _head(step: Step, language: Language) -> str:
    match step.support:
        case 0:
            support = text("support_lesson", language)
        case 1:
            support = text("support_roadmap", language)
        case count:
            support = text("support_roadmaps", language, count=count)
    match step.against:
        case 0:
            against = ""
        case 1:
            against = text("against_one", language)
        case count:
            against = text("against", language, count=count)
    return text("step_line", language, topic=step.topic.name(language), support=support, against=against)


def _says(places: Sequence[Citation], language: Language) -> str:
    """The lines of one document that state an order: one, or for the order of stages two."""
    quotes = [f"“{_plain(citation.quote)}” [{citation.n}]" for citation in places]
    return f"  - {text('says', language, title=places[0].title, quotes=' … '.join(quotes))}"


def _plain(quote: str) -> str:
    return quote.lstrip("#-*+ ").replace("**", "")


def _numbered(library: Library, evidence: Evidence, citations: list[Citation], language: Language) -> int:
    """The number of the citation for this line, added to the list when it is new."""
    for known in citations:
        if (known.document, known.lines[0], known.quote) == (evidence.document, evidence.line, evidence.quote):
            return known.n
    n = len(citations) + 1
    citations.append(
        Citation(
            n=n,
            document=evidence.document,
            title=library.title(evidence.document, language),
            heading=evidence.heading or (evidence.title,),
            lines=(evidence.line, evidence.line),
            url="",
            quote=evidence.quote,
            passage=_passage(library, evidence),
            language=language_of(evidence.quote),
        )
    )
    return n


def _passage(library: Library, evidence: Evidence) -> str:
    """The passage around the line, or the line itself where it stands in no passage (a heading, front matter)."""
    around: Sequence[str] = [
        chunk.text
        for chunk in library.index.chunks(Where(document=evidence.document))
        if chunk.lines[0] <= evidence.line <= chunk.lines[1] and evidence.quote in chunk.text
    ]
    return around[0] if around else evidence.quote
