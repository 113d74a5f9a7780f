"""Reads a folder of Markdown into documents, and says which files it could not read and why."""

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from ingest.errors import CorpusError
from ingest.languages import language_of
from ingest.markdown import HEADING, fences
from ingest.values import Kind, Language, Value
from ingest.yaml_text import parse_yaml

_DATE = Annotated[str, BeforeValidator(lambda value: value.isoformat() if isinstance(value, date) else value)]
_LONGEST_FRONT_MATTER = 20_000
SUFFIXES = {".md", ".markdown", ".txt"}


class _FrontMatter(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Prerequisite(_FrontMatter):
    """A topic that should be known before a lesson, and why."""

    topic: str
    reason: str


class Resource(_FrontMatter):
    """Where to read more: what to read in it and how long that takes."""

    title: str
    url: str = Field(pattern=r"^https?://")
    read: str = ""
    minutes: int = 0


class LessonMeta(_FrontMatter):
    """Front matter of a lesson."""

    kind: Literal["lesson"] = "lesson"
    topic: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    name: str
    short: str = ""
    aliases: tuple[str, ...] = ()
    field: str
    level: int = Field(ge=1, le=5)
    minutes: int = Field(ge=1)
    prerequisites: tuple[Prerequisite, ...] = ()
    misconceptions: tuple[str, ...] = ()
    resources: tuple[Resource, ...] = ()
    reviewed: _DATE


class RoadmapTitle(_FrontMatter):
    """A title in both languages."""

    zh: str
    en: str


class RoadmapMeta(_FrontMatter):
    """Front matter of a roadmap."""

    kind: Literal["roadmap"]
    id: str
    title: RoadmapTitle
    date: _DATE = ""
    source: str
    level: str
    url: str = ""


class PageMeta(_FrontMatter):
    """Front matter of any other document; all of it is optional. `source` is the file or address that a user added."""

    kind: Literal["page"] = "page"
    title: str = ""
    date: _DATE = ""
    url: str = ""
    fetched: _DATE = ""
    licence: str = ""
    source: str = ""


Meta = Annotated[LessonMeta | RoadmapMeta | PageMeta, Field(discriminator="kind")]
_META: TypeAdapter[LessonMeta | RoadmapMeta | PageMeta] = TypeAdapter(Meta)


class Document(Value):
    """One file: its text whole, and where its body begins (`body_line` counts from 1)."""

    id: str
    path: str
    kind: Kind
    title: str
    language: Language
    text: str
    body_line: int
    meta: Meta
    sha256: str

    @property
    def titles(self) -> dict[Language, str]:
        """The title for readers of either language."""
        if isinstance(self.meta, RoadmapMeta):
            return {"zh": self.meta.title.zh, "en": self.meta.title.en}
        return {"zh": self.title, "en": self.title}

    @property
    def body(self) -> str:
        """The text below the front matter."""
        return "\n".join(self.lines[self.body_line - 1 :])

    @property
    def lines(self) -> list[str]:
        """The lines of the whole file; line n of a citation is `lines[n - 1]`."""
        return self.text.split("\n")


class Problem(Value):
    """A file that could not be read, and where the fault is; line 0 means the whole file."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}" if self.line else f"{self.path}: {self.message}"


class Corpus(Value):
    """What a folder holds: the documents, sorted by id, and the problems of the files that are not among them."""

    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]

    @property
    def sha256(self) -> str:
        """A hash of every document's id and content."""
        digest = hashlib.sha256()
        for document in self.documents:
            digest.update(f"{document.id}\0{document.sha256}\n".encode())
        return digest.hexdigest()


def read_corpus(folder: Path, prefix: str = "") -> Corpus:
    """Every readable document under `folder`; a file with a fault becomes a Problem and harms no other.

    `prefix` is put before the ids and paths, to tell several folders apart.

    Raises CorpusError when the folder is missing or holds no document at all.
    """
    if not folder.is_dir():
        raise CorpusError(f"no corpus folder at {str(folder)!r}; name one with --corpus or TUTOR_CORPUS")
    documents: list[Document] = []
    problems: list[Problem] = []
    for path in _files(folder):
        try:
            documents.append(_read_document(path, folder, prefix))
        except _FileFault as fault:
            problems.append(
                Problem(path=prefix + path.relative_to(folder).as_posix(), line=fault.line, message=str(fault))
            )
    if not documents and not problems:
        raise CorpusError(f"no Markdown or text file in {str(folder)!r}; name another folder with --corpus")
    return Corpus(documents=tuple(sorted(documents, key=lambda d: d.id)), problems=tuple(problems))


def read_document(path: Path) -> Document:
    """One file by itself. Raises CorpusError, with the line of the fault, when it cannot be read."""
    try:
        return _read_document(path, path.parent, "")
    except _FileFault as fault:
        raise CorpusError(str(Problem(path=str(path), line=fault.line, message=str(fault)))) from fault


class _FileFault(Exception):
    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix.lower() in SUFFIXES and path.is_file() and not hidden and not _describes_corpus(path, folder):
            yield path


def _describes_corpus(path: Path, folder: Path) -> bool:
    """A README beside `lessons/` or `roadmaps/` explains the folder; it is not part of what is taught."""
    beside = (folder / "lessons").is_dir() or (folder / "roadmaps").is_dir()
    return beside and path.parent == folder and path.stem.upper() in {"README", "LICENSE"}


def _read_document(path: Path, folder: Path, prefix: str) -> Document:
    text = _decode(path)
    front, body_line = _split_front_matter(text)
    body = "\n".join(text.split("\n")[body_line - 1 :])
    if not body.strip():
        raise _FileFault("the document has no text below its front matter; write some or remove the file")
    name = prefix + path.relative_to(folder).as_posix()
    identifier = name.removesuffix(".md")
    fields = _parse_yaml(front)
    if identifier.startswith("lessons/") and "topic" in fields:
        fields.setdefault("kind", "lesson")
    fields.setdefault("kind", "page")
    meta = _validate(fields, front)
    return Document(
        id=identifier,
        path=name,
        kind=meta.kind,
        title=_title(meta, body, path.stem),
        language=_language(path, meta, body),
        text=text,
        body_line=body_line,
        meta=meta,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def _language(path: Path, meta: LessonMeta | RoadmapMeta | PageMeta, body: str) -> Language:
    """A lesson's language is its file's name; that of any other document is told from its text."""
    match meta, path.stem:
        case LessonMeta(), "zh":
            return "zh"
        case LessonMeta(), "en":
            return "en"
    return language_of(body)


def _decode(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _FileFault(f"cannot be read: {error.strerror}") from error
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        # Not `raw`: `error.start` counts from behind the byte order mark.
        line = error.object[: error.start].count(b"\n") + 1
        raise _FileFault(f"not UTF-8 (byte {error.object[error.start]:#04x}); save the file as UTF-8", line) from error


def _split_front_matter(text: str) -> tuple[str, int]:
    """The YAML between the first two `---` lines, and the line on which the body begins."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return "", 1
    for number, line in enumerate(lines[1:], start=2):
        if line.rstrip() == "---":
            front = "\n".join(lines[1 : number - 1])
            if len(front) > _LONGEST_FRONT_MATTER:  # libyaml overflows the stack on 30,000 open brackets
                raise _FileFault(f"front matter has more than {_LONGEST_FRONT_MATTER:,} characters; shorten it", 1)
            return front, number + 1
    raise _FileFault("front matter opens with '---' and never closes; add a line '---' below it", 1)


def _parse_yaml(front: str) -> dict[str, object]:
    try:
        fields = parse_yaml(front) or {}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise _FileFault(f"front matter is not YAML: {error.problem}", mark.line + 2 if mark else 1) from error
    except yaml.YAMLError as error:
        raise _FileFault(f"front matter is not YAML: {error}", 1) from error
    if not isinstance(fields, dict):
        raise _FileFault("front matter must be 'name: value' lines", 2)
    return {str(name): value for name, value in fields.items()}


def _validate(fields: dict[str, object], front: str) -> LessonMeta | RoadmapMeta | PageMeta:
    try:
        return _META.validate_python(fields)
    except ValidationError as error:
        first = error.errors()[0]
        where = [str(part) for part in first["loc"] if part != fields["kind"]] or ["kind"]
        line = next((n for n, row in enumerate(front.split("\n"), start=2) if row.startswith(where[0])), 1)
        raise _FileFault(f"front matter {'.'.join(where)}: {first['msg']}", line) from error


def _title(meta: LessonMeta | RoadmapMeta | PageMeta, body: str, stem: str) -> str:
    match meta:
        case RoadmapMeta():
            return meta.title.zh
        case PageMeta(title=title) if title:
            return title
    lines = body.split("\n")
    code = {number for block in fences(lines) for number in block}
    headings = (HEADING.match(line) for number, line in enumerate(lines) if number not in code)
    return next((found.group(2) for found in headings if found and found.group(1) == "#"), stem)
