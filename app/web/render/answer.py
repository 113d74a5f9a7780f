"""Messages of a conversation, with what stands under the last answer."""

import re
from collections.abc import Sequence
from html import escape

from app.citations import markers_before_stops, split_markers
from app.store import Turn
from app.texts import text
from app.values import Answer, Citation, Verdict
from app.web.render.markdown import UNCLEAR, UNSUPPORTED, Marker, plain_html, to_html
from app.web.turns import Draft
from ingest.sentences import sentences
from ingest.values import Language

_SIGNS: dict[Verdict, str] = {"supported": "", "unsupported": UNSUPPORTED, "unclear": UNCLEAR}
_LONGEST_TITLE = 80
_ADDRESS = re.compile(r"\]\((https?://[^\s)]+)\)")


def question(asked: str) -> str:
    """What the learner wrote."""
    return f'<p class="asked">{plain_html(asked)}</p>'


def answer(turn: Turn, number: int, language: Language) -> str:
    """An answer with its notice above it and its mode below; `number` is the turn's place in the conversation."""
    given = turn.answer
    body = to_html(_with_doubts(given), marker=_linked(given, number), links=_addresses(given.citations))
    for sign, key in ((UNSUPPORTED, "page_unsupported"), (UNCLEAR, "page_unclear")):
        body = body.replace(
            sign, f'<span class="doubt" title="{_t("page_doubt_why", language)}">{_t(key, language)}</span>'
        )
    parts = [_notice(given.notice, failed=given.outcome == "failed"), body, _foot(given, number, language)]
    return "\n\n".join(part for part in parts if part)


def _addresses(citations: Sequence[Citation]) -> set[str]:
    """The addresses that an answer may link to: those of its sources, and those that stand in their passages."""
    found = {citation.url for citation in citations if citation.url}
    return found | {match[1] for citation in citations for match in _ADDRESS.finditer(citation.passage)}


def draft(unfinished: Draft, language: Language) -> str:
    """An answer that is being written; its markers refer to nothing until it is checked."""
    if unfinished.text:
        status = ""
    elif unfinished.found:
        status = text("page_reading", language, count=unfinished.found)
    else:
        status = text("page_searching", language)
    body = to_html(unfinished.text, marker=lambda n: f'<sup class="cite pending">{n}</sup>')
    busy = f'<p class="status">{escape(status)}</p>' if status else '<p class="status writing"></p>'
    return "\n\n".join(part for part in (_notice(unfinished.notice, failed=False), body, busy) if part)


def refusal(sentence: str) -> str:
    """An answer to a message that is none, such as an empty one."""
    return _notice(sentence, failed=True)


def tail(last: Turn | None, language: Language) -> str:
    """What one may do after the last answer: ask on, or ask again."""
    if last is None:
        return ""
    chips = [_button("ask", followup, followup, "chip") for followup in last.answer.followups]
    again = _button("retry", "", text("page_retry", language), "quiet")
    return f'<div class="tail">{"".join(chips)}{again}</div>'


def link(number: int, citation: Citation) -> str:
    """The marker of a citation, which opens its source."""
    heading = " › ".join((citation.title, *citation.heading[1:]))
    title = heading if len(heading) <= _LONGEST_TITLE else heading[: _LONGEST_TITLE - 1] + "…"
    return (
        f'<a class="cite" href="#cite-{number}-{citation.n}" title="{escape(title)}">'
        f'<span class="bracket">[</span>{citation.n}<span class="bracket">]</span></a>'
    )


def _linked(given: Answer, number: int) -> Marker:
    known = {citation.n: citation for citation in given.citations}

    def marker(n: int) -> str:
        return link(number, known[n]) if n in known else ""

    return marker


def _with_doubts(given: Answer) -> str:
    """A model's answer with a sign after each sentence that the passages were not found to say."""
    if given.mode != "llm" or not given.claims:
        return given.answer
    source = markers_before_stops(given.answer)
    claims = iter(given.claims)
    pieces: list[str] = []
    position = 0
    claim = next(claims, None)
    for sentence in sentences(source):
        if claim is None or split_markers(sentence.text)[0] != claim.text:
            continue
        pieces += [source[position : sentence.end], _SIGNS[claim.verdict]]
        position = sentence.end
        claim = next(claims, None)
    return "".join([*pieces, source[position:]])


def _foot(given: Answer, number: int, language: Language) -> str:
    """Where the words come from, and the offer of a quiz."""
    pieces: list[str] = []
    if given.mode == "llm" and given.model:
        right = sum(claim.verdict == "supported" for claim in given.claims)
        confirmed = _t("page_confirmed", language, right=right, count=len(given.claims))
        pieces += [f"<span>{_t('page_mode_model', language, model=given.model)}</span>", f"<span>{confirmed}</span>"]
    elif given.citations:
        pieces.append(f"<span>{_t('page_mode_quotes', language)}</span>")
    if given.citations and given.topics:
        topic = given.topics[0]
        label = text("page_quiz_me", language, topic=topic.short or topic.name(language))
        pieces.append(_button("quiz", f"{number}", label, "quiet"))
    inside = "".join(pieces)
    return f'<div class="foot">{inside}</div>' if inside else ""


def _notice(sentence: str, *, failed: bool) -> str:
    kind = "notice failed" if failed else "notice"
    return f'<p class="{kind}" role="note">{plain_html(sentence)}</p>' if sentence else ""


def _button(name: str, value: str, label: str, kind: str) -> str:
    return f'<button type="button" class="{kind}" name="{name}" value="{escape(value)}">{escape(label)}</button>'


def _t(key: str, language: Language, **values: object) -> str:
    return escape(text(key, language, **values))
