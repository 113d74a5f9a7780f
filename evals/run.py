"""Runs every question through the tutor and gathers the scores."""

from collections.abc import Mapping, Sequence

from app.retrieve import search
from app.tutor import Tutor
from app.values import Answer
from evals.dataset import Sample
from evals.scores import Share, claims_supported, is_found, quotes_stand, says_the_fact, share
from ingest.documents import Document
from ingest.values import Value

K = 5


class Row(Value):
    """One question with what became of it."""

    sample: Sample
    answer: Answer
    found: bool
    supported: tuple[bool, ...]
    verbatim: tuple[bool, ...]
    right: bool


class Report(Value):
    """The scores of a run; every share names how many it is of."""

    recall_zh: Share
    recall_en: Share
    supported: Share
    verbatim: Share
    facts: Share
    answered_right: Share
    refused_right: Share
    rows: tuple[Row, ...]


def run(tutor: Tutor, samples: Sequence[Sample], documents: Sequence[Document]) -> Report:
    """Ask every question. `documents` are the texts that citations are checked against."""
    lines = {document.id: document.lines for document in documents}
    rows = tuple(_row(tutor, sample, lines) for sample in samples)
    answerable = [row for row in rows if row.sample.answerable]
    answered = [row for row in answerable if row.answer.outcome == "answered"]
    return Report(
        recall_zh=share([row.found for row in answerable if row.sample.language == "zh"]),
        recall_en=share([row.found for row in answerable if row.sample.language == "en"]),
        supported=share([claim for row in answered for claim in row.supported]),
        verbatim=share([quote for row in answered for quote in row.verbatim]),
        facts=share([row.right for row in answered]),
        answered_right=share([row.answer.outcome == "answered" for row in answerable]),
        refused_right=share([row.answer.outcome == "not_found" for row in rows if not row.sample.answerable]),
        rows=rows,
    )


def _row(tutor: Tutor, sample: Sample, lines: Mapping[str, Sequence[str]]) -> Row:
    answer = tutor.answer(sample.question)
    return Row(
        sample=sample,
        answer=answer,
        found=is_found(sample, search(tutor.library, sample.question, limit=K), K),
        supported=tuple(claims_supported(answer, tutor.library.rarity)),
        verbatim=tuple(quotes_stand(answer, lines.__getitem__)),
        right=says_the_fact(sample, answer),
    )
