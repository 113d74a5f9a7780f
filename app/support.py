"""Whether a passage says what a claim says: word overlap weighed by rarity, with rules for numbers and negation.

A first instrument: it holds a claim against each sentence window of a passage. It says "unclear" where it cannot tell.
"""

import re
from collections.abc import Callable

from app.values import Verdict
from ingest.languages import fold
from ingest.lexical import words
from ingest.sentences import sentences
from ingest.values import Value

SUPPORTED = 0.7
UNSUPPORTED = 0.4
_WINDOW = 3
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NEGATION = re.compile(
    r"不(?!同|仅|但|断|过|管|只|少)|没|无法|并非|未(?!来)|\bnot\b|\bno\b|\bnever\b|\bcannot\b|n't\b|\bwithout\b"
)
_MARKUP = re.compile(r"[*_`]+")


class Support(Value):
    """How far a passage carries a claim: the share of its content found, and the sentences that carry it, verbatim."""

    verdict: Verdict
    share: float
    quote: str


def support(claim: str, passage: str, rarity: Callable[[str], float]) -> Support:
    """Hold a claim against a passage. `rarity` weighs a word, for example by inverse document frequency."""
    plain = _MARKUP.sub("", claim).strip()
    weights = {word: rarity(word) for word in words(plain)}
    if plain and plain in _MARKUP.sub("", passage):
        verbatim = next((form for form in (claim, plain) if form in passage), "")
        return Support(verdict="supported", share=1.0, quote=verbatim or _best_window(weights, passage)[1])
    total = sum(weights.values())
    if not total:
        return Support(verdict="unclear", share=0.0, quote="")
    share, quote = _best_window(weights, passage)
    return Support(verdict=_verdict(share / total, plain, quote), share=share / total, quote=quote)


def _best_window(weights: dict[str, float], passage: str) -> tuple[float, str]:
    """The fewest neighbouring sentences (at most three) that cover most of the words, and the weight they cover."""
    best, quote = 0.0, ""
    found = sentences(passage)
    spoken = [set(words(sentence.text)) for sentence in found]
    for size in range(1, _WINDOW + 1):
        for first in range(len(found) - size + 1):
            heard = set().union(*spoken[first : first + size])
            covered = sum(weight for word, weight in weights.items() if word in heard)
            if covered > best * 1.1:
                best, quote = covered, passage[found[first].start : found[first + size - 1].end]
    return best, quote


def _verdict(share: float, claim: str, quote: str) -> Verdict:
    said, heard = fold(claim), fold(quote)
    if not set(_NUMBER.findall(said)) <= set(_NUMBER.findall(heard)):
        return "unsupported" if share < SUPPORTED else "unclear"
    if bool(_NEGATION.search(said)) != bool(_NEGATION.search(heard)):
        return "unclear" if share >= UNSUPPORTED else "unsupported"
    if share >= SUPPORTED:
        return "supported"
    return "unsupported" if share < UNSUPPORTED else "unclear"
