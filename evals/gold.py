"""Asks the large set of questions, and scores what is found, answered, said and refused, by style and by kind."""

from collections.abc import Callable, Sequence

from app.retrieve import search
from app.tutor import Tutor
from evals.dataset import Answerable, Unanswerable, gold_questions
from evals.scores import Share, share
from ingest.values import Hit, Value

K = 5


class GoldRow(Value):
    """One question with what became of it; `found` and `said` are false of a question that nothing answers."""

    question: Answerable | Unanswerable
    answered: bool
    found: bool
    said: bool


class GoldReport(Value):
    """The rows in the order of the file."""

    rows: tuple[GoldRow, ...]


def ask_gold(tutor: Tutor) -> GoldReport:
    """Every question of `gold.yaml`, asked by itself."""
    return GoldReport(rows=tuple(_row(tutor, question) for question in gold_questions()))


def _row(tutor: Tutor, question: Answerable | Unanswerable) -> GoldRow:
    answer = tutor.answer(question.question)
    if isinstance(question, Unanswerable):
        return GoldRow(question=question, answered=answer.outcome == "answered", found=False, said=False)
    hits = search(tutor.library, question.question, limit=K)
    return GoldRow(
        question=question,
        answered=answer.outcome == "answered",
        found=_found(question, hits),
        said=says_it(question, answer.answer),
    )


def _found(question: Answerable, hits: Sequence[Hit]) -> bool:
    """Whether one of the passages is of a gold topic or document (recall@K with one relevant group)."""
    return any({hit.chunk.topic, hit.chunk.document} & set(question.gold) for hit in hits)


def says_it(question: Answerable, answer: str) -> bool:
    """Whether an answer has one word of each group, letter case and emphasis aside."""
    said = answer.replace("**", "").casefold()
    return all(any(word.casefold() in said for word in group) for group in question.says)


def gold_text(report: GoldReport) -> str:
    """A table of the shares: passages found and questions answered by language and style, facts by kind, refusals."""
    known = [(row, row.question) for row in report.rows if isinstance(row.question, Answerable)]
    others = [(row, row.question) for row in report.rows if isinstance(row.question, Unanswerable)]

    def of(pick: Callable[[Answerable], bool], score: Callable[[GoldRow], bool]) -> Share:
        return share([score(row) for row, question in known if pick(question)])

    styles = dict.fromkeys(question.style for _, question in known)
    kinds = dict.fromkeys(question.kind for _, question in known)
    lines = [
        f"{'':44} {'found among the first ' + str(K):26} answered",
        *(
            _line(f"{language} questions", language, of, lambda question: question.language)
            for language in ("zh", "en")
        ),
        *(_line(f"{style} questions", style, of, lambda question: question.style) for style in styles),
        f"{'answers with what was asked for':44} {share([row.said for row, _ in known if row.answered])}",
        *(f"  {kind:42} {share([r.said for r, q in known if r.answered and q.kind == kind])}" for kind in kinds),
        *(
            f"{name:44} {share([not row.answered for row, question in others if question.near == near])}"
            for near, name in ((False, "far from the field, refused"), (True, "near misses, refused"))
        ),
    ]
    return "\n".join(lines) + "\n"


def _line(
    name: str,
    value: str,
    of: Callable[[Callable[[Answerable], bool], Callable[[GoldRow], bool]], Share],
    field: Callable[[Answerable], str],
) -> str:
    def pick(question: Answerable) -> bool:
        return field(question) == value

    found, answered = of(pick, lambda row: row.found), of(pick, lambda row: row.answered)
    return f"{name:44} {found!s:26} {answered}"
