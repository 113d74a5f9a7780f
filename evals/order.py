"""Asks the questions about order from `steps.yaml` and compares what is advised with what the documents say."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from app.asking import Asked, read_order
from app.comparison import compare
from app.guidance import guide
from app.paths import find_path, readiness
from app.tutor import Tutor
from evals.scores import Share, share
from ingest.library import Library
from ingest.values import Language, Value
from ingest.yaml_text import parse_yaml

_KINDS = ("after", "before", "ready", "path", "compare")


class _Question(Value):
    question: str
    language: Language
    pair: int = 0


class Neighbours(_Question):
    """What comes next to a topic: `expected` is demanded, `also` is right too."""

    kind: Literal["after", "before"]
    topic: str
    expected: tuple[str, ...]
    also: tuple[str, ...] = ()


class Ready(_Question):
    """Whether a topic can be begun, and what of its own prerequisites is missing."""

    kind: Literal["ready"]
    topic: str
    known: tuple[str, ...]
    ready: bool
    missing: tuple[str, ...]


class Way(_Question):
    """The topics that a path goes through, and pairs of them in their order; the topic itself may stand in a pair."""

    kind: Literal["path"]
    topic: str
    known: tuple[str, ...]
    through: tuple[str, ...]
    order: tuple[tuple[str, str], ...]


class Which(_Question):
    """Which of two topics comes first: one of them, "none" (no document orders the two) or "disputed"."""

    kind: Literal["compare"]
    topics: tuple[str, str]
    first: str
    says: dict[str, tuple[str, ...]]


Question = Annotated[Neighbours | Ready | Way | Which, Field(discriminator="kind")]
_QUESTIONS: TypeAdapter[tuple[Question, ...]] = TypeAdapter(tuple[Question, ...])


class OrderRow(Value):
    """One question with what was advised. `lacking` should have been, `wrong` should not; both empty: right."""

    kind: str
    question: str
    advised: tuple[str, ...]
    lacking: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    invented: bool = False

    @property
    def right(self) -> bool:
        """Whether nothing is lacking and nothing is wrong."""
        return not self.lacking and not self.wrong


class OrderReport(Value):
    """`found` are the expected neighbours that were advised, `sound` the advised ones that a document states.

    `right` is by kind; `invented` are the orders given to pairs that no document orders.
    """

    found: Share
    sound: Share
    right: dict[str, Share]
    invented: Share
    rows: tuple[OrderRow, ...]


def order_questions() -> tuple[Neighbours | Ready | Way | Which, ...]:
    """Every question of the set, in the order of the file."""
    return _QUESTIONS.validate_python(parse_yaml(files("evals").joinpath("steps.yaml").read_text("utf-8")))


def ask_orders(tutor: Tutor) -> OrderReport:
    """Ask them all; a question that is not understood as one of its kind is wrong."""
    questions = order_questions()
    rows = tuple(_row(tutor.library, question) for question in questions)
    pairs = list(zip(questions, rows, strict=True))
    near = [(question, row) for question, row in pairs if isinstance(question, Neighbours)]
    unordered = [row for question, row in pairs if isinstance(question, Which) and question.first == "none"]
    return OrderReport(
        found=share([topic in row.advised for question, row in near for topic in question.expected]),
        sound=share([topic not in row.wrong for _, row in near for topic in row.advised]),
        right={kind: share([row.right for row in rows if row.kind == kind]) for kind in _KINDS},
        invented=share([row.invented for row in unordered]),
        rows=rows,
    )


def report_text(report: OrderReport) -> str:
    """The scores, one a line, then every failure."""
    lines = [
        f"{'expected topics before or after that are named':48} {report.found}",
        f"{'topics named that a document puts there':48} {report.sound}",
        *(f"{f'questions of the kind {kind!r} answered right':48} {right}" for kind, right in report.right.items()),
        f"{'orders invented for pairs without one':48} {report.invented}",
        *(_fault(row) for row in report.rows if not row.right),
    ]
    return "\n".join(lines) + "\n"


def _fault(row: OrderRow) -> str:
    lacking = f" lacks {', '.join(row.lacking)};" if row.lacking else ""
    wrong = f" wrongly has {', '.join(row.wrong)};" if row.wrong else ""
    return f"  {row.kind}:{lacking}{wrong} {row.question}"


def _row(library: Library, question: Neighbours | Ready | Way | Which) -> OrderRow:
    asked = read_order(library.glossary, question.question)
    if asked is None or asked.kind != question.kind or not asked.about:
        said = asked.kind if asked else "nothing"
        return OrderRow(kind=question.kind, question=question.question, advised=(), lacking=(f"read as {said}",))
    match question:
        case Neighbours():
            advised = guide(library, asked, question.language).topics
            lacking, wrong = _difference(advised, question.expected, (*question.expected, *question.also))
        case Ready():
            found = readiness(library, asked.known, asked.about[0], question.language)
            advised = tuple(need.topic.id for need in found.missing)
            lacking, wrong = _difference(advised, question.missing, question.missing)
        case Way():
            advised, lacking, wrong = _way(library, asked, question)
        case Which():
            verdict = compare(library, asked.about[0], asked.about[1], question.language).verdict
            advised = (verdict,)
            lacking, wrong = _difference(advised, (question.first,), (question.first,))
    invented = isinstance(question, Which) and question.first == "none" and bool(wrong)
    return OrderRow(
        kind=question.kind,
        question=question.question,
        advised=advised,
        lacking=lacking,
        wrong=wrong,
        invented=invented,
    )


def _way(library: Library, asked: Asked, question: Way) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    path = find_path(library, asked.known, asked.about[0], question.language)
    advised = (*(need.topic.id for need in path.missing), path.goal.id)
    through = (*question.through, question.topic)
    lacking, wrong = _difference(advised, through, through)
    place = {topic: n for n, topic in enumerate(advised)}
    turned = [
        f"{earlier} after {later}"
        for earlier, later in question.order
        if earlier in place and later in place and place[earlier] > place[later]
    ]
    return advised, lacking, (*wrong, *turned)


def _difference(
    advised: Sequence[str], demanded: Sequence[str], allowed: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    lacking = tuple(topic for topic in demanded if topic not in advised)
    return lacking, tuple(topic for topic in advised if topic not in allowed)
