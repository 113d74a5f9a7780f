"""Asks what each topic is by each of its names, and looks for its lesson among the first passages."""

from collections.abc import Iterator

from app.retrieve import search
from evals.scores import Share, share
from ingest.library import Library
from ingest.values import Language, Value

K = 3
_QUESTIONS: dict[Language, str] = {"zh": "什么是{name}？", "en": "What is {name}?"}


class NameQuestion(Value):
    """A question that names a topic by one of its names, and whether its lesson in that language was found."""

    topic: str
    language: Language
    question: str
    found: bool


class NameReport(Value):
    """The share of names, by language, that lead to the topic's lesson in the language of the question."""

    zh: Share
    en: Share
    rows: tuple[NameQuestion, ...]


def ask_names(library: Library) -> NameReport:
    """Every name that lessons and glossary give the taught topics; abbreviations are asked in both languages."""
    rows = tuple(_rows(library))
    return NameReport(
        zh=share([row.found for row in rows if row.language == "zh"]),
        en=share([row.found for row in rows if row.language == "en"]),
        rows=rows,
    )


def _rows(library: Library) -> Iterator[NameQuestion]:
    for topic, language in sorted(library.lessons):
        entry = library.glossary.entries[topic]
        names = (*(entry.zh if language == "zh" else entry.en), *((entry.short,) if entry.short else ()))
        for name in dict.fromkeys(names):
            question = _QUESTIONS[language].format(name=name)
            hits = search(library, question, limit=K)
            found = any((hit.chunk.topic, hit.chunk.language) == (topic, language) for hit in hits)
            yield NameQuestion(topic=topic, language=language, question=question, found=found)
