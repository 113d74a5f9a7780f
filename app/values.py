"""The values of a turn: what was found, claimed, cited, proposed and asked. All frozen."""

from typing import Literal

from ingest.values import Evidence, Language, Topic, Value

Verdict = Literal["supported", "unsupported", "unclear"]
Mode = Literal["extractive", "llm"]
Outcome = Literal["answered", "not_found", "failed"]
Intent = Literal["explain", "next", "before", "quiz", "greeting"]
ItemKind = Literal["choice", "true_false"]


class Citation(Value):
    """Where a claim comes from: `quote` stands verbatim within `lines` (counted from 1) of the document."""

    n: int
    document: str
    title: str
    heading: tuple[str, ...]
    lines: tuple[int, int]
    url: str
    quote: str
    passage: str
    language: Language


class Claim(Value):
    """One sentence of an answer, the numbers it cites, and whether the cited passages were found to say it."""

    text: str
    citations: tuple[int, ...]
    verdict: Verdict


class Answer(Value):
    """A whole answer. `answer` is Markdown in which `[n]` refers to the citation with that number.

    `topics` are the topics that it is about or, when nothing was found, the nearest ones. `notice` says in a sentence
    why the answer is less than it could be, or is empty.
    """

    question: str
    answer: str
    language: Language
    mode: Mode
    outcome: Outcome
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    topics: tuple[Topic, ...] = ()
    followups: tuple[str, ...] = ()
    notice: str = ""
    model: str = ""
    prompt: str = ""
    index: str = ""


class Step(Value):
    """A topic before or after another one: how many roadmaps say so, how many the reverse, and their lines."""

    topic: Topic
    support: int
    against: int
    evidence: tuple[Evidence, ...]


class Steps(Value):
    """What comes before and after a topic, best supported first."""

    topic: Topic
    after: tuple[Step, ...]
    before: tuple[Step, ...]


class Option(Value):
    """One option of a quiz item."""

    id: str
    text: str


class QuizItem(Value):
    """A question with its options, without the key: what a learner may see before answering."""

    id: str
    kind: ItemKind
    topic: str
    language: Language
    stem: str
    options: tuple[Option, ...]


class KeyedItem(QuizItem):
    """A quiz item with its key, explanation and passage; it stays on the server until the learner has answered."""

    key: str
    explanation: str
    citation: Citation

    def without_key(self) -> QuizItem:
        """The part that a learner may see."""
        return QuizItem(**self.model_dump(include=set(QuizItem.model_fields)))


class Grade(Value):
    """The result of one answer."""

    item: str
    chosen: str
    key: str
    correct: bool
    explanation: str
    citation: Citation


class Message(Value):
    """One message to a model."""

    role: Literal["system", "user", "assistant"]
    content: str


class Understood(Value):
    """The turn was understood as this intent about these topics."""

    event: Literal["understood"] = "understood"
    intent: Intent
    language: Language
    topics: tuple[str, ...]
    question: str


class Found(Value):
    """These passages were found, numbered as a model sees them."""

    event: Literal["found"] = "found"
    citations: tuple[Citation, ...]


class Delta(Value):
    """The next piece of the answer's text."""

    event: Literal["delta"] = "delta"
    text: str


class Restarted(Value):
    """The text so far is void: the model failed, and the answer starts again from quotes."""

    event: Literal["restarted"] = "restarted"
    reason: str


class Quizzed(Value):
    """The learner asked for a quiz on this topic."""

    event: Literal["quizzed"] = "quizzed"
    topic: str


class Done(Value):
    """The whole answer, checked."""

    event: Literal["done"] = "done"
    answer: Answer


Event = Understood | Found | Delta | Restarted | Quizzed | Done
