"""Turns text into one sparse vector: BM25 weights of words, half-weighted character pairs, and concept tokens.

Qdrant multiplies by the inverse document frequency (`Modifier.IDF`), which makes a dot product equal BM25
(Robertson and Zaragoza, 2009). Both back ends share this encoder; a change of it changes ENCODER_VERSION.
"""

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

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
    for token in rjieba.cut(numbered(fold(text)), hmm=False):
        for word in _WORD.findall(token):
            if word not in stop_words() and not (len(word) == 1 and word.isascii() and word.isalpha()):
                yield stem(word)


def numbered(folded: str) -> str:
    """Ordinals as headings write them: 第二阶段 becomes 阶段 2."""
    return _ORDINAL.sub(_ordinal, folded)


def _ordinal(match: re.Match[str]) -> str:
    number = match["number"]
    return f"{match['what']} {_DIGITS.find(number) + 1 if number in _DIGITS else number} "


def _bigrams(text: str) -> Iterator[str]:
    for run in _HAN_RUN.findall(fold(text)):
        for first, second in zip(run, run[1:], strict=False):
            pair = first + second
            if pair not in stop_words():
                yield pair


def term_id(term: str) -> int:
    """An unsigned 32-bit id; a collision costs one document frequency a little accuracy."""
    return zlib.crc32(term.encode())


class Encoder:
    """Encodes passages and questions with one glossary."""

    def __init__(self, glossary: Glossary) -> None:
        self.glossary = glossary

    def encode_passage(self, text: str, average_length: float) -> SparseVector:
        """BM25 document weights; `average_length` is the corpus mean of `len(list(words(text)))`."""
        counts = Counter(words(text))
        shrink = K1 * (1 - B + B * counts.total() / max(average_length, 1.0))
        weights: dict[int, float] = defaultdict(float)
        for term, count in counts.items():
            weights[term_id(term)] += count * (K1 + 1) / (count + shrink)
        for term, count in Counter(_bigrams(text)).items():
            weights[term_id(term)] += BIGRAM_WEIGHT * count * (K1 + 1) / (count + shrink)
        for term, count in Counter(self._concepts(text)).items():
            weights[term_id(term)] += count * (K1 + 1) / (count + shrink)
        return _vector(weights)

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
        return {*words(text), *_bigrams(text), *self._concepts(text)}

    def _concepts(self, text: str) -> Iterable[str]:
        return (f"@{mention.topic}" for mention in self.glossary.find(text))

    def _translations(self, text: str) -> Iterator[str]:
        for topic in self.glossary.topics(text):
            yield from self.glossary.entries[topic].zh[:EXPANSIONS]


def _vector(weights: dict[int, float]) -> SparseVector:
    ordered = sorted(weights.items())
    return SparseVector(indices=tuple(i for i, _ in ordered), values=tuple(w for _, w in ordered))
