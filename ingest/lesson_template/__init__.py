"""Writes the two files of a new lesson, ready to be filled in."""

import re
from datetime import date
from pathlib import Path

from ingest.errors import CorpusError, UsageError
from ingest.glossary import Glossary
from ingest.values import Language

_HERE = Path(__file__).parent
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


def write_lesson_template(corpus: Path, topic: str, glossary: Glossary) -> list[Path]:
    """`zh.md` and `en.md` in `corpus/lessons/<topic>/`, named as the glossary names the topic where it knows it.

    Raises UsageError for an id in another form, CorpusError when a file is there already or cannot be written.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", topic):
        raise UsageError(f"{topic!r} is no topic id; write lower-case words joined by hyphens, such as layer-norm")
    folder = corpus / "lessons" / topic
    paths = [folder / f"{language}.md" for language in _LANGUAGES]
    for path in paths:
        if path.exists():
            raise CorpusError(f"{path} is there already; edit it, or remove it for a new template")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for language, path in zip(_LANGUAGES, paths, strict=True):
            path.write_text(_filled(language, topic, glossary), "utf-8")
    except OSError as error:
        raise CorpusError(f"cannot write to {str(folder)!r}: {error.strerror}; choose another corpus folder") from error
    return paths


def _filled(language: Language, topic: str, glossary: Glossary) -> str:
    entry = glossary.entries.get(topic)
    names = (entry.zh if language == "zh" else entry.en) if entry else (topic.replace("-", " "),)
    fields = {
        "topic": topic,
        "name": names[0],
        "short": entry.short if entry else "",
        "aliases": ", ".join(names[1:]),
        "field": (entry.field if entry else "") or "llm",
        "today": date.today().isoformat(),
    }
    text = (_HERE / f"{language}.md").read_text("utf-8")
    return re.sub(r"\{(\w+)\}", lambda match: fields[match.group(1)], text)
