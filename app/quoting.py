"""Cuts quotes out of passages: runs of sentences that can stand alone, lists whole, formulas with what leads to them."""

import re
from collections.abc import Callable, Collection, Sequence

from ingest.glossary import Mention
from ingest.languages import fold
from ingest.library import Library
from ingest.sentences import Sentence, sentences
from ingest.values import Chunk, Value

_DEPENDENT = re.compile(
    r"^(它|他|她|这|那|其|该|此|因此|所以|于是|而|但|不过|然而|另外|此外|同时|例如|比如|再|反过来|相反|换句话说|也就是说|后者|前者"
    r"|(it|its|this|that|these|those|they|their|he|she|so|thus|hence|therefore|but|however|also|then|instead|for example|for instance|in other words|such|both|the (latter|former))\b)"
)
_LEADS_ON = re.compile(r"[：:]$")
_LATER_NUMBER = re.compile(r"\s*(?:[2-9]|\d\d)[.)、]\s")
_MARKER = re.compile(r"\s*(?:[-*+]|\d{1,2}[.)、])\s+")
_FORMULA = re.compile(r"\s*\$\$.+?\$\$[ \t]*", re.DOTALL)
_CORRECTION = re.compile(r"\*\*(?:更正|Correction)[：:]\*\*\s*")
_ITEMS = 12
_LEADING = 8
Score = Callable[[str], float]


class Unit(Value):
    """One or more neighbouring sentences of a passage that stand together: `text` is verbatim in the passage.

    `marker` is the list marker in front of it, such as `- ` or `1. `, or "".
    """

    text: str
    chunk: Chunk
    start: int
    marker: str
    topics: tuple[str, ...]


def quotable(chunk: Chunk) -> list[Sentence]:
    """The sentences of a passage that may be quoted; of a misconception only its correction, without the label."""
    found = sentences(chunk.text)
    if chunk.role != "misconceptions":
        return found
    kept: list[Sentence] = []
    for sentence in found:
        label = _CORRECTION.match(sentence.text)
        if label:
            start = sentence.start + label.end()
            kept.append(sentence.model_copy(update={"text": sentence.text[label.end() :], "start": start}))
    return kept


def best_quote(
    chunk: Chunk, count: int, score: Score, library: Library, *, opening: float
) -> tuple[float, Unit] | None:
    """The run of at most `count` sentences of a passage that says most to the question; the first of equals."""
    found = quotable(chunk)
    beliefs = _beliefs(chunk)
    size = 1 if chunk.role == "misconceptions" else count
    best: tuple[float, list[Sentence]] | None = None
    for first in range(max(1, len(found) - size + 1)):
        run = found[first : first + size]
        if not run:
            break
        is_item = size == 1 and run[0].item
        if first and not is_item and _depends(chunk, run[0], found[first - 1]):
            continue
        value = sum(score(sentence.text + beliefs.get(sentence.line, "")) for sentence in run)
        value += opening * len(run) if first == 0 else 0.0
        if best is None or value > best[0] + 1e-9:
            alone = is_item and _marker(chunk, run[0]).strip() != "1."
            best = (value, run if alone else [*run, *_rest_of_list(chunk, run, found[first + len(run) :])])
    return (best[0], quote(library, chunk, best[1])) if best else None


def _beliefs(chunk: Chunk) -> dict[int, str]:
    """The wrong belief above each correction, by the correction's line: a question may be put in its words."""
    if chunk.role != "misconceptions":
        return {}
    lines = chunk.text.split("\n")
    return {at: lines[at - 1] for at in range(1, len(lines)) if _CORRECTION.match(lines[at].strip())}


def _depends(chunk: Chunk, sentence: Sentence, before: Sentence) -> bool:
    """Whether a sentence needs the one before it: it points back, or goes on with a list."""
    return bool(
        _DEPENDENT.match(fold(sentence.text))
        or _LEADS_ON.search(before.text)
        or _LATER_NUMBER.match(chunk.text.split("\n")[sentence.line])
    )


def _rest_of_list(chunk: Chunk, run: list[Sentence], following: list[Sentence]) -> list[Sentence]:
    """What belongs to the list that a run opens with a colon, or to the numbered list that it ends in."""
    prose = [sentence for sentence in run if not sentence.item]
    opened = bool(prose and _LEADS_ON.search(prose[-1].text))
    lines = chunk.text.split("\n")
    rest: list[Sentence] = []
    for sentence in following[:_ITEMS]:
        goes_on = sentence.item and (opened or bool(run[-1].item and _LATER_NUMBER.match(lines[sentence.line])))
        if not goes_on:
            break
        rest.append(sentence)
    return rest


def quote(library: Library, chunk: Chunk, run: list[Sentence]) -> Unit:
    """A run as a unit, with the formula below it."""
    start, end = run[0].start, run[-1].end
    formula = _FORMULA.match(chunk.text, end)
    text = chunk.text[start : formula.end()].rstrip() if formula else chunk.text[start:end]
    return Unit(
        text=text, chunk=chunk, start=start, marker=_marker(chunk, run[0]), topics=tuple(library.glossary.topics(text))
    )


def unsaid(library: Library, unit: Unit, said: Collection[str]) -> Unit | None:
    """The unit without sentences at its ends that were said before; None when what is left cannot stand alone.

    A line such as "Recommended resources:" may stand over many lists.
    """
    end = unit.start + len(unit.text)
    whole = [sentence for sentence in quotable(unit.chunk) if unit.start <= sentence.start < end]
    told = [sentence.text in said and not _LEADS_ON.search(sentence.text) for sentence in whole]
    if not any(told):
        return unit
    fresh = [at for at, is_told in enumerate(told) if not is_told]
    run = whole[fresh[0] : fresh[-1] + 1] if fresh else []
    if not run or len(run) > len(fresh) or _DEPENDENT.match(fold(run[0].text)):
        return None
    if run[-1] != whole[-1] and (run[-1].item or _LEADS_ON.search(run[-1].text)):
        return None  # half a list says less than none
    return quote(library, unit.chunk, run)


def _marker(chunk: Chunk, sentence: Sentence) -> str:
    line_start = chunk.text.rfind("\n", 0, sentence.start) + 1
    before = chunk.text[line_start : sentence.start]
    return before.lstrip() if _MARKER.fullmatch(before) else ""


def opens_with(mentions: Sequence[Mention], topics: Collection[str]) -> bool:
    """Whether one of the topics is the first term of a sentence, given its mentions, and stands at its beginning."""
    return bool(mentions) and mentions[0].topic in topics and mentions[0].start <= _LEADING
