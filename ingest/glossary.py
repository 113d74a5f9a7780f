"""The terms of both languages, and where they stand in a text."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from pathlib import Path

import yaml
from pydantic import Field, TypeAdapter, ValidationError
from snowballstemmer import stemmer

from ingest.documents import Document, LessonMeta
from ingest.errors import CorpusError
from ingest.languages import fold, stop_words
from ingest.values import Topic, Value
from ingest.yaml_text import parse_yaml

_TOKEN = re.compile(r"[a-z0-9]+|[^\s\-_/·'’]")
_STEMMER = stemmer("english")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of a folded English word (Porter's second stemmer); short words, numbers and Chinese stay as they are."""
    plain = len(word) > 3 and word.isascii() and not word.isdigit()
    return _STEMMER.stemWord(word) if plain else word


class Entry(Value):
    """A concept with its names; the first of each language is the one shown to learners.

    `taught` is false of what is named but is nothing to learn by itself: a site, an organisation, a general word.
    """

    id: str
    zh: tuple[str, ...] = Field(min_length=1)
    en: tuple[str, ...] = Field(min_length=1)
    short: str = ""
    field: str = ""
    part_of: str = ""
    taught: bool = True


class Mention(Value):
    """A term found in a text, by position: `text[start:end]` names the topic."""

    topic: str
    start: int
    end: int


class Terms(Value):
    """A glossary ready for matching: its entries, and each name as stemmed tokens joined by spaces."""

    entries: tuple[Entry, ...]
    tokens: dict[str, str]


class Glossary:
    """Finds terms by longest match over words (Latin, stemmed, hyphens and case ignored) and Han characters."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.entries = {entry.id: entry for entry in terms.entries}
        self._root = _Node()
        for tokens, topic in terms.tokens.items():
            node = self._root
            for token in tokens.split(" "):
                node = node.next.setdefault(token, _Node())
            node.topic = topic

    @cached_property
    def sha256(self) -> str:
        """A hash of every entry and name."""
        return hashlib.sha256(self.terms.model_dump_json().encode()).hexdigest()

    def find(self, text: str) -> list[Mention]:
        """Every term of the text, left to right, longest first, without overlaps."""
        found = list(_TOKEN.finditer(fold(text)))
        return [
            Mention(topic=topic, start=found[first].start(), end=found[last].end())
            for topic, first, last in self._terms([match.group() for match in found])
        ]

    def mentioned(self, text: str) -> list[str]:
        """The topic of every term of the text, left to right: as many as `find` has mentions, in a tenth of its time."""
        return [topic for topic, _, _ in self._terms(_TOKEN.findall(fold(text)))]

    def _terms(self, written: list[str]) -> Iterator[tuple[str, int, int]]:
        """Each term with the positions of its first and last token."""
        tokens = list(map(stem, written))
        first_nodes = self._root.next
        position = 0
        while position < len(tokens):
            if tokens[position] not in first_nodes:
                position += 1
                continue
            topic, length = self._longest(tokens, position)
            # "explain" has the stem of "explainability", and is no term.
            if topic and "".join(written[position : position + length]) not in stop_words():
                yield topic, position, position + length - 1
            position += max(length, 1)

    def _longest(self, tokens: list[str], position: int) -> tuple[str, int]:
        node, found, length = self._root, "", 0
        for end in range(position, len(tokens)):
            step = node.next.get(tokens[end])
            if step is None:
                break
            node = step
            if node.topic:
                found, length = node.topic, end - position + 1
        return found, length

    def topics(self, text: str) -> list[str]:
        """The ids of the topics that a text names, in order of first mention."""
        return list(dict.fromkeys(self.mentioned(text)))

    def topic(self, identifier: str) -> Topic:
        """The topic with its names; raises KeyError for an unknown id."""
        entry = self.entries[identifier]
        return Topic(id=entry.id, zh=entry.zh[0], en=entry.en[0], short=entry.short, field=entry.field)

    def names(self, identifier: str) -> tuple[str, ...]:
        """Every name of a topic in either language."""
        entry = self.entries[identifier]
        return (*entry.zh, *entry.en, *((entry.short,) if entry.short else ()))


class _Node:
    __slots__ = ("next", "topic")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.topic = ""


def make_glossary(entries: Iterable[Entry]) -> Glossary:
    """A glossary of these entries; a name that two of them claim means the earlier one."""
    kept = tuple(entries)
    tokens: dict[str, str] = {}
    for entry in kept:
        for name in (*entry.zh, *entry.en, entry.short):
            key = " ".join(map(stem, _TOKEN.findall(fold(name))))
            if key:
                tokens.setdefault(key, entry.id)
    return Glossary(Terms(entries=kept, tokens=tokens))


def build_glossary(path: Path, documents: Iterable[Document]) -> Glossary:
    """The glossary file (absent: empty) joined with the names and aliases of the lessons.

    Raises CorpusError naming the entry when the file is not a list of entries.
    """
    entries: dict[str, Entry] = {}
    if path.is_file():
        try:
            loaded = TypeAdapter(list[Entry]).validate_python(_load(path))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise CorpusError(f"{path.name}: entry {place}: {first['msg']}") from error
        entries = {entry.id: entry for entry in loaded}
    names: dict[str, dict[str, LessonMeta]] = {}
    for document in documents:
        if isinstance(document.meta, LessonMeta):
            names.setdefault(document.meta.topic, {})[document.language] = document.meta
    taught = {topic: _with_lesson(entries.pop(topic, None), metas) for topic, metas in names.items()}
    return make_glossary([*taught.values(), *entries.values()])


def _load(path: Path) -> object:
    try:
        return parse_yaml(path.read_text("utf-8")) or []
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path.name} is not YAML in UTF-8: {error}") from error


def _with_lesson(entry: Entry | None, metas: dict[str, LessonMeta]) -> Entry:
    """The lesson's own names come first, spelt as the glossary spells them (a heading's capital is no part of a name)."""

    def names(language: str, known: tuple[str, ...]) -> tuple[str, ...]:
        meta = metas.get(language)
        spelling = {fold(name): name for name in known}
        own = (meta.name, *meta.aliases) if meta else ()
        return tuple(dict.fromkeys((*(spelling.get(fold(name), name) for name in own), *known)))

    any_meta = next(iter(metas.values()))
    zh, en = names("zh", entry.zh if entry else ()), names("en", entry.en if entry else ())
    return Entry(
        id=any_meta.topic,
        zh=zh or en,
        en=en or zh,
        short=any_meta.short or (entry.short if entry else ""),
        field=any_meta.field,
        part_of=entry.part_of if entry else "",
        taught=True,
    )
