"""What one may ask next: questions that the corpus can answer."""

import difflib
import re
from collections.abc import Sequence

from app.intent import intent_of
from app.kinds import question_kind
from app.steps import steps
from app.texts import text
from ingest.glossary import stem
from ingest.languages import fold
from ingest.library import Library
from ingest.values import Language

_LATIN = re.compile(r"[a-z]{5,}")
_NEARLY = 0.8
_EXPLAIN = {"what": "follow_what", "why": "follow_why", "how": "follow_how"}


def followups(library: Library, topics: Sequence[str], language: Language, message: str) -> tuple[str, ...]:
    """At most three questions about the first topic that has a lesson, without the one just asked."""
    about = next((taught for topic in topics if (taught := taught_topic(library, topic, language))), "")
    if not about:
        return ()
    intent = intent_of(message)
    asked = _EXPLAIN.get(question_kind(message), "") if intent == "explain" else ""
    known = ["follow_what"] if intent == "explain" else []
    keys = [key for key in _EXPLAIN.values() if key not in {asked, *known}][:1]
    if intent != "next" and steps(library, about, language).after:
        keys.append("follow_next")
    if intent != "quiz":
        keys.append("follow_quiz")
    return tuple(text(key, language, topic=_short_name(library, about, language)) for key in keys)


def taught_topic(library: Library, topic: str, language: Language) -> str:
    """The topic, or the one that it is a part of, if it has a lesson in this language; else ""."""
    for known in (topic, library.glossary.entries[topic].part_of):
        if (known, language) in library.lessons:
            return known
    return ""


def misspelt(library: Library, message: str, language: Language) -> str:
    """The topic with a lesson whose name a word of the message nearly spells, or ""."""
    unknown = [word for word in _LATIN.findall(fold(message)) if not library.uses(stem(word))]
    names = {
        fold(name): topic
        for topic, spoken in library.lessons
        if spoken == language
        for name in library.glossary.names(topic)
        if _LATIN.fullmatch(fold(name))
    }
    for word in unknown:
        near = difflib.get_close_matches(word, names, n=1, cutoff=_NEARLY)
        if near:
            return names[near[0]]
    return ""


def _short_name(library: Library, topic: str, language: Language) -> str:
    known = library.glossary.topic(topic)
    return known.short or (known.zh if language == "zh" else known.en)
