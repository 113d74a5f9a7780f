"""The questions that the tutor is judged on, from `questions.yaml`."""

from importlib.resources import files

from pydantic import TypeAdapter

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
