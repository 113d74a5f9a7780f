"""The questions that the tutor is judged on, from `questions.yaml` and the larger `gold.yaml`."""

import re
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from ingest.languages import fold
from ingest.values import Language, Value
from ingest.yaml_text import parse_yaml


class Sample(Value):
    """A question. `gold` are the topics or documents of which one must be found; empty means that the corpus has no answer.

    `says` are words of which one stands in any right answer.
    """

    question: str
    language: Language
    gold: tuple[str, ...] = ()
    says: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether the corpus holds an answer."""
        return bool(self.gold)


_SAMPLES: TypeAdapter[tuple[Sample, ...]] = TypeAdapter(tuple[Sample, ...])


def samples() -> tuple[Sample, ...]:
    """Every question of the set, in the order of the file."""
    return _SAMPLES.validate_python(parse_yaml(files("evals").joinpath("questions.yaml").read_text("utf-8")))


class Asked(Value):
    """A question of `gold.yaml`."""

    question: str = Field(min_length=4)
    language: Language

    @property
    def folded(self) -> str:
        """The question in simplified, half-width, lower-case letters without punctuation."""
        return re.sub(r"[\W_]+", "", fold(self.question))


class Answerable(Asked):
    """One of the `gold` topics or documents answers it; a right answer has one word of each group of `says`."""

    gold: tuple[str, ...] = Field(min_length=1)
    kind: Literal["fact", "definition", "why", "how", "compare", "example", "when", "misconception", "roadmap"]
    says: tuple[Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)], ...] = Field(
        min_length=1
    )
    style: Literal["plain", "paraphrase", "misspelt", "mixed", "traditional", "colloquial"]


class Unanswerable(Asked):
    """No document answers it; `near` says that it uses the words of the field."""

    gold: tuple[()]
    near: bool


_GOLD: TypeAdapter[tuple[Answerable | Unanswerable, ...]] = TypeAdapter(tuple[Answerable | Unanswerable, ...])


def gold_lines() -> tuple[str, ...]:
    """The lines of `gold.yaml`, one question a line."""
    return tuple(files("evals").joinpath("gold.yaml").read_text("utf-8").splitlines())


def gold_questions() -> tuple[Answerable | Unanswerable, ...]:
    """Every question of `gold.yaml`, in the order of the file."""
    return _GOLD.validate_python(parse_yaml("\n".join(gold_lines())))
