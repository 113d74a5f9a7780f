"""Scores as pure functions: what was found, what is supported, what was refused."""

from collections.abc import Callable, Sequence

from app.support import support
from app.values import Answer
from evals.dataset import Sample
from ingest.values import Hit, Value


class Share(Value):
    """So many of so many; without any there is nothing to score, which is neither 0 nor 1."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """The share, or None when there was nothing to score."""
        return self.hits / self.of if self.of else None

    def __str__(self) -> str:
        return f"{self.hits}/{self.of} = {self.hits / self.of:.3f}" if self.of else "not scored (nothing to score)"


def share(outcomes: Sequence[bool]) -> Share:
    """The share of true outcomes."""
    return Share(hits=sum(outcomes), of=len(outcomes))


def is_found(sample: Sample, hits: Sequence[Hit], k: int) -> bool:
    """Whether one of the first k passages is of a gold topic or document (recall@k with one relevant group)."""
    return any({hit.chunk.topic, hit.chunk.document} & set(sample.gold) for hit in hits[:k])


def claims_supported(answer: Answer, rarity: Callable[[str], float]) -> list[bool]:
    """For each claim, whether a quote that it cites says it. A claim without a citation is not supported."""
    quotes = {citation.n: citation.quote for citation in answer.citations}
    return [
        any(n in quotes and support(claim.text, quotes[n], rarity).verdict == "supported" for n in claim.citations)
        for claim in answer.claims
    ]


def quotes_stand(answer: Answer, lines_of: Callable[[str], Sequence[str]]) -> list[bool]:
    """For each citation, whether its quote stands verbatim in the lines that it names."""
    return [
        citation.quote in "\n".join(lines_of(citation.document)[citation.lines[0] - 1 : citation.lines[1]])
        for citation in answer.citations
    ]


def says_the_fact(sample: Sample, answer: Answer) -> bool:
    """Whether the answer has one of the words that a right answer has."""
    said = answer.answer.lower()
    return any(word.lower() in said for word in sample.says)
