"""Turns text into one sparse vector: BM25 weights of words, half-weighted character pairs, and concept tokens.

Qdrant multiplies by the inverse document frequency (`Modifier.IDF`), which makes a dot product equal BM25
(Robertson and Zaragoza, 2009). Both back ends share this encoder; a change of it changes ENCODER_VERSION.
"""

from __future__ import annotations

import re
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import rjieba

from ingest.glossary import Glossary, stem
from ingest.languages import HAN, fold, stop_words
from ingest.values import SparseVector

ENCODER_VERSION = "bm25-words-bigrams-concepts-9"
K1, B = 1.2, 0.75
BIGRAM_WEIGHT = 0.5
EXPANSIONS = 2
_WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff\uf900-\ufaff]+")
_DIGITS = "一二三四五六七八九十"
_ORDINAL = re.compile(r"第\s*(?P<number>[一二三四五六七八九十]|\d{1,2})\s*(?P<what>阶段|部分|步|章|周|条)")
_HAN_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]{2,}")


def words(text: str) -> Iterator[str]:
    """Content words in reading order: segmented Chinese, stemmed English, no stop words or single letters; 第二阶段 reads as 阶段 2."""
    for token in _segments(fold(text)):
        yield from _content(token)


def _segments(folded: str) -> list[str]:
    return rjieba.cut(numbered(folded), hmm=False)


def _word_counts(folded: str) -> Counter[str]:
    """How often each of `words` stands in a text, first met first; counting segments before words is far quicker."""
    counts: Counter[str] = Counter()
    for token, times in Counter(_segments(folded)).items():
        for word in _content(token):
            counts[word] += times
    return counts


@lru_cache(maxsize=1 << 17)
def _content(token: str) -> tuple[str, ...]:
    """The content words of a segment of folded text."""
    return tuple(
        stem(word)
        for word in _WORD.findall(token)
        if word not in stop_words() and not (len(word) == 1 and word.isascii() and word.isalpha())
    )


def numbered(folded: str) -> str:
    """Ordinals as headings write them: 第二阶段 becomes 阶段 2."""
    return _ORDINAL.sub(_ordinal, folded)


def _ordinal(match: re.Match[str]) -> str:
    number = match["number"]
    return f"{match['what']} {_DIGITS.find(number) + 1 if number in _DIGITS else number} "


def _bigrams(folded: str) -> list[str]:
    stops = stop_words()
    pairs = [first + second for run in _HAN_RUN.findall(folded) for first, second in pairwise(run)]
    return [pair for pair in pairs if pair not in stops]


@lru_cache(maxsize=1 << 18)
def term_id(term: str) -> int:
    """An unsigned 32-bit id; a collision costs one document frequency a little accuracy."""
    return zlib.crc32(term.encode())


@dataclass(frozen=True, slots=True)
class TermCounts:
    """The terms of a passage by id with their counts; those from position `halved` on are character pairs.

    `length` is the number of content words, `distinct` each of them once.
    """

    length: int
    distinct: tuple[str, ...]
    ids: array[int]
    counts: array[int]
    halved: int

    def weigh(self, average_length: float) -> SparseVector:
        """BM25 document weights; `average_length` is the corpus's mean `length`."""
        shrink = K1 * (1 - B + B * self.length / max(average_length, 1.0))
        weights: dict[int, float] = {}
        for position, (term, count) in enumerate(zip(self.ids, self.counts, strict=True)):
            weight = count * (K1 + 1) / (count + shrink)
            weights[term] = weights.get(term, 0.0) + (weight if position < self.halved else BIGRAM_WEIGHT * weight)
        return _vector(weights)


class Encoder:
    """Encodes passages and questions with one glossary."""

    def __init__(self, glossary: Glossary) -> None:
        self.glossary = glossary

    def count(self, text: str) -> TermCounts:
        """How often each term stands in a passage; `weigh` makes its vector once the corpus's mean length is known."""
        folded = fold(text)
        found = _word_counts(folded)
        full, half = Counter(self._concepts(text)), Counter(_bigrams(folded))
        full.update(found)
        return TermCounts(
            length=found.total(),
            distinct=tuple(found),
            ids=array("I", map(term_id, (*full, *half))),
            counts=array("I", (*full.values(), *half.values())),
            halved=len(full),
        )

    def encode_question(self, text: str) -> SparseVector:
        """One for each term of the question."""
        return _vector(dict.fromkeys(map(term_id, self._terms(text)), 1.0))

    def encode_across(self, text: str) -> SparseVector:
        """A question for passages of either language: an English one also carries the Chinese names of its terms.

        The weights shrink as terms are added, so that the scores stay comparable with `encode_question`'s. Expanding
        Chinese questions costs recall, so they are not.
        """
        terms = self._terms(text)
        added = set() if HAN.search(text) else {word for name in self._translations(text) for word in words(name)}
        weight = len(terms) / len(terms | added) if terms else 1.0
        return _vector(dict.fromkeys(map(term_id, terms | added), weight))

    def _terms(self, text: str) -> set[str]:
        return {*words(text), *_bigrams(fold(text)), *self._concepts(text)}

    def _concepts(self, text: str) -> Iterable[str]:
        return (f"@{topic}" for topic in self.glossary.mentioned(text))

    def _translations(self, text: str) -> Iterator[str]:
        for topic in self.glossary.topics(text):
            yield from self.glossary.entries[topic].zh[:EXPANSIONS]


def _vector(weights: dict[int, float]) -> SparseVector:
    ordered = sorted(weights.items())
    return SparseVector(indices=tuple(i for i, _ in ordered), values=tuple(w for _, w in ordered))
