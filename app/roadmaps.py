"""Quotes from the roadmaps: what a stage holds, what is recommended, and how each roadmap goes as a whole."""

import re

from app.quoting import Unit
from app.retrieve import Retrieved, asked_words
from ingest.languages import fold
from ingest.lexical import numbered
from ingest.library import Library
from ingest.values import Chunk, Where

_WORTH = 0.75
_STAGE = re.compile(r"(?:阶段|stage|phase)\s*(\d{1,2})")
_ROADMAP_PASSAGES = 3
_STAGE_PASSAGES = 6
_WIDE = 40
_ROADMAPS = 3
_DURATION = re.compile(r"多久|多长|几个月|时间|how long")
_TIME = re.compile(r"\d\s*(?:个月|周)|(?:weeks?|months?)")
# What a roadmap as a whole is about: a question that names no more asks for the whole.
WHOLE = {"llm", "beginner", "learning-path"}
_ROADMAP_WORDS = (
    (r"\b(courses?|books?|resources?)\b", "推荐资源"),
    (r"\bprojects?\b", "实践项目"),
    (r"\b(beginners?|get started|getting started|path|start|begin)\b", "学习路径 入门 零基础"),
)


def from_roadmaps(library: Library, retrieved: Retrieved) -> list[Unit]:
    """What the roadmaps' best passages say, each whole with its heading; of one stage, all its passages in order."""
    question = f"{retrieved.question} {_in_chinese(retrieved.question)}"
    stage = _STAGE.search(numbered(fold(question)))
    found = library.search_across(question, limit=_ROADMAP_PASSAGES, where=Where(kind="roadmap"))
    if not found:
        return []
    if set(retrieved.topics) <= WHOLE and not asked_words(library, retrieved.question) and not stage:
        wide = library.search_across(question, limit=_WIDE, where=Where(kind="roadmap"))
        documents = list(dict.fromkeys(hit.chunk.document for hit in wide))
        if _DURATION.search(fold(question)):
            documents = [document for document in documents if _is_timed(library, document)]
        return _overview(library, documents[:_ROADMAPS])
    whole = library.index.chunks(Where(document=found[0].chunk.document)) if stage else []
    chosen = [chunk for chunk in whole if stage and _in_stage(chunk, stage.group(1))]
    if chosen:
        chosen = chosen[:1] if _DURATION.search(fold(question)) else chosen[:_STAGE_PASSAGES]
    else:
        chosen = [hit.chunk for hit in found if hit.score >= _WORTH * found[0].score]
    return [
        Unit(text=chunk.text, chunk=chunk, start=0, marker="", topics=tuple(library.glossary.topics(chunk.text)))
        for chunk in chosen
    ]


def _in_chinese(question: str) -> str:
    """What an English question asks of the roadmaps, in the words that their headings use."""
    folded = fold(question)
    said = [f"阶段 {match.group(1)}" for match in re.finditer(r"\b(?:stage|phase) (\d{1,2})\b", folded)]
    said += [chinese for pattern, chinese in _ROADMAP_WORDS if re.search(pattern, folded)]
    return " ".join(said)


def _overview(library: Library, documents: list[str]) -> list[Unit]:
    """The stages of each roadmap, by the headings that name them with their durations."""
    units: list[Unit] = []
    for document in documents:
        opening, *rest = library.index.chunks(Where(document=document))
        units.append(Unit(text=opening.text, chunk=opening, start=0, marker="", topics=()))
        for chunk in rest:
            heading = chunk.text.split("\n", 1)[0].lstrip("# ").strip()
            if _STAGE.match(fold(heading)):
                start = chunk.text.index(heading)
                units.append(Unit(text=heading, chunk=chunk, start=start, marker="- ", topics=()))
    return units


def _is_timed(library: Library, document: str) -> bool:
    """Whether the headings of a roadmap say how long its stages take."""
    chunks = library.index.chunks(Where(document=document))
    return any(_STAGE.match(fold(part)) and _TIME.search(part) for chunk in chunks for part in chunk.heading)


def _in_stage(chunk: Chunk, number: str) -> bool:
    return any((match := _STAGE.search(fold(part))) and match.group(1) == number for part in chunk.heading)
