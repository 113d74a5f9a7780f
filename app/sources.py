"""Turns lines that state an order into numbered citations."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from app.values import Citation
from ingest.languages import language_of
from ingest.library import Library
from ingest.values import Chunk, Evidence, Language, Where


class Sources:
    """The citations of one answer, numbered from 1 as they are first cited."""

    def __init__(self, library: Library, language: Language) -> None:
        self._library = library
        self._language = language
        self.citations: list[Citation] = []

    def number(self, evidence: Evidence) -> int:
        """The number of the citation for this line, made when it is new."""
        for known in self.citations:
            if (known.document, known.lines[0], known.quote) == (evidence.document, evidence.line, evidence.quote):
                return known.n
        n = len(self.citations) + 1
        self.citations.append(
            Citation(
                n=n,
                document=evidence.document,
                title=self._library.title(evidence.document, self._language),
                heading=evidence.heading or (evidence.title,),
                lines=(evidence.line, evidence.line),
                url="",
                quote=evidence.quote,
                passage=_passage(self._library, evidence),
                language=language_of(evidence.quote),
            )
        )
        return n

    def numbers(self, places: Iterable[Evidence]) -> tuple[int, ...]:
        """The numbers of several lines."""
        return tuple(self.number(place) for place in places)

    def quoted(self, places: Sequence[Evidence]) -> str:
        """The lines of one document as quotes, each with its number: one, or for the order of stages two."""
        return " … ".join(f"“{_plain(place.quote)}” [{self.number(place)}]" for place in places)

    def title(self, evidence: Evidence) -> str:
        """The title of the document in the reader's language."""
        return self._library.title(evidence.document, self._language)


def _plain(quote: str) -> str:
    return quote.lstrip("#-*+ ").replace("**", "")


def _passage(library: Library, evidence: Evidence) -> str:
    """The passage around the line, or the line itself where it stands in no passage (a heading, front matter)."""
    around = (
        chunk.text
        for chunk in _chunks(library, evidence.document)
        if chunk.lines[0] <= evidence.line <= chunk.lines[1] and evidence.quote in chunk.text
    )
    return next(around, evidence.quote)


@lru_cache(maxsize=256)
def _chunks(library: Library, document: str) -> tuple[Chunk, ...]:
    return tuple(library.index.chunks(Where(document=document)))
