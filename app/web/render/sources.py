"""The panel beside the answer: where it comes from, with the passage of the citation that is open."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from app.texts import text
from app.values import Citation
from app.web.render.markdown import MARK, UNMARK, to_html
from ingest.values import About, Language

_LEADING = re.compile(r"\s*(?:>\s*)*(?:#{1,6}\s+|[-*+]\s+(?:\[[ xX]\]\s+)?|\d{1,3}[.)、]\s+)?")
_RECOMMENDERS = 3
_UNMARKABLE = re.compile(r"\s*(?:\||```|~~~|\$\$.*\$\$\s*$|\$\$\s*$|---+\s*$)")


def panel(
    citations: Sequence[Citation],
    prefix: str,
    opened: int,
    language: Language,
    abouts: Mapping[str, About] | None = None,
) -> str:
    """The sources of one answer, that of number `opened` with its passage.

    `prefix` is the address of a source without its number, such as `cite-3`; `abouts` says of each document who
    recommends it, under which licence it stands and when it was fetched.
    """
    heading = f"<h2>{escape(text('page_sources', language))}</h2>"
    if not citations:
        return f'{heading}\n\n<p class="hint">{escape(text("page_sources_hint", language))}</p>'
    close = f'<button type="button" class="quiet" name="close_sources" value="">{escape(text("page_close", language))}</button>'
    known = abouts or {}
    entries = "\n\n".join(
        f"{_head(citation, prefix, is_open=True)}\n\n{_passage(citation, known.get(citation.document), language)}"
        if citation.n == opened
        else _head(citation, prefix, is_open=False)
        for citation in citations
    )
    return f'<div class="bar">{heading}{close}</div>\n\n{entries}'


def _head(citation: Citation, prefix: str, *, is_open: bool) -> str:
    kind = "entry open" if is_open else "entry"
    where = " › ".join(citation.heading[1:]) or citation.document
    return (
        f'<div><a class="{kind}" href="#{prefix}-{citation.n}"><span class="number">{citation.n}</span>'
        f'<span class="where"><strong>{escape(citation.title)}</strong><span>{escape(where)}</span></span></a></div>'
    )


def _passage(citation: Citation, about: About | None, language: Language) -> str:
    first, last = citation.lines
    lines = (
        text("page_line", language, line=first)
        if first == last
        else text("page_lines", language, first=first, last=last)
    )
    facts = [f'<span class="document">{escape(citation.document)}</span>', f"<span>{escape(lines)}</span>"]
    facts += [f"<span>{escape(fact)}</span>" for fact in _provenance(about, language)]
    if citation.url.startswith(("https://", "http://")):
        facts.append(f'<a href="{escape(citation.url)}">{escape(text("page_original", language))}</a>')
    return f'<p class="facts">{"".join(facts)}</p>\n\n{_marked(citation)}'


def _provenance(about: About | None, language: Language) -> Iterator[str]:
    """When a page was fetched, its licence, and the first places that recommend it."""
    if about is None:
        return
    if about.fetched:
        yield text("page_fetched", language, day=about.fetched)
    if about.licence:
        yield text("page_licence", language, licence=about.licence)
    for place in about.recommended[:_RECOMMENDERS]:
        where = " › ".join((place.title, *place.heading[1:]))
        yield text("page_recommended", language, where=where)


def _marked(citation: Citation) -> str:
    """The passage with the quote marked line by line; the quote alone where its lines cannot be marked."""
    start = citation.passage.find(citation.quote)
    end = start + len(citation.quote)
    lines: list[str] = []
    position = 0
    for line in citation.passage.split("\n"):
        lines.append(_mark_line(line, start - position, end - position) if start >= 0 else line)
        position += len(line) + 1
    html = to_html("\n".join(lines))
    if "<mark>" not in html:
        html = f"{to_html(f'{MARK}{citation.quote}{UNMARK}')}\n\n{html}"
    return html


def _mark_line(line: str, start: int, end: int) -> str:
    """The part of a line between two offsets marked, without what makes it a list item or a heading."""
    leading = _LEADING.match(line)
    start, end = max(start, leading.end() if leading else 0), min(end, len(line))
    if start >= end or _UNMARKABLE.match(line) or not line[start:end].strip():
        return line
    return f"{line[:start]}{MARK}{line[start:end]}{UNMARK}{line[end:]}"
