"""What the benchmarks read: pages mirrored beside the project, or text made of the corpus's sentences with a fixed seed."""

import random
import shutil
from collections.abc import Sequence
from pathlib import Path

from ingest.documents import read_corpus
from ingest.sentences import sentences
from ingest.settings import PROJECT
from ingest.values import Language, Value

MARKDOWN = frozenset({".md", ".mdx"})
HTML = frozenset({".html"})
SECTIONS = 20
MIRROR = PROJECT.parent / "shared" / "web" / "mirror"
_PASSAGE = 500  # characters of a generated section; one section is one chunk
_SEED = 7
# The size of the mirror, for where it is absent: files, and characters of text in each.
_MARKDOWN_FILES, _MARKDOWN_LENGTH = 270, 10_000
_HTML_FILES, _HTML_LENGTH = 174, 60_000


class Material(Value):
    """A folder of files to read; `origin` says where they come from."""

    folder: Path
    files: int
    megabytes: float
    origin: str


def pages(work: Path, suffixes: frozenset[str], mirror: Path = MIRROR) -> Material:
    """The mirrored files of these kinds, copied into a folder of their own; without a mirror, generated ones of about that size."""
    folder = work / "-".join(sorted(suffix.lstrip(".") for suffix in suffixes))
    if mirror.is_dir():
        for path in mirror.rglob("*"):
            if path.is_file() and path.suffix in suffixes:
                copy = folder / path.relative_to(mirror)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)
    else:
        _generate(folder, suffixes)
    files = [path for path in folder.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    origin = "mirrored pages" if mirror.is_dir() else "generated text"
    return Material(folder=folder, files=len(files), megabytes=size, origin=origin)


def _generate(folder: Path, suffixes: frozenset[str]) -> None:
    folder.mkdir(parents=True)
    spoken = corpus_sentences()
    rng = random.Random(_SEED)  # noqa: S311  # the same text every time
    for number in range(_MARKDOWN_FILES if suffixes & MARKDOWN else 0):
        text = _sections(spoken[_language(number)], _MARKDOWN_LENGTH // _PASSAGE, rng)
        (folder / f"notes-{number}.md").write_text(f"# Notes {number}\n\n{text}", "utf-8")
    for number in range(_HTML_FILES if suffixes & HTML else 0):
        text = _sections(spoken[_language(number)], _HTML_LENGTH // _PASSAGE, rng)
        (folder / f"page-{number}.html").write_text(_as_html(f"Page {number}", text), "utf-8")


def write_documents(folder: Path, chunks: int) -> None:
    """Write Markdown documents of SECTIONS sections each, that many chunks in all, half of them in either language."""
    folder.mkdir(parents=True)
    spoken = corpus_sentences()
    rng = random.Random(_SEED)  # noqa: S311  # the same text every time
    for number in range(-(-chunks // SECTIONS)):
        text = _sections(spoken[_language(number)], min(SECTIONS, chunks - number * SECTIONS), rng)
        (folder / f"document-{number:05}.md").write_text(text, "utf-8")


def corpus_sentences() -> dict[Language, list[str]]:
    """The sentences of the project's lessons and roadmaps by language."""
    spoken: dict[Language, list[str]] = {"zh": [], "en": []}
    for document in read_corpus(PROJECT / "corpus").documents:
        spoken[document.language] += [
            sentence.text for sentence in sentences(document.body) if len(sentence.text) < _PASSAGE
        ]
    return spoken


def _sections(spoken: Sequence[str], number: int, rng: random.Random) -> str:
    return "\n\n".join(f"## Part {part + 1}\n\n{_passage(spoken, rng)}" for part in range(number)) + "\n"


def _passage(spoken: Sequence[str], rng: random.Random) -> str:
    chosen: list[str] = []
    while sum(map(len, chosen)) < _PASSAGE:
        chosen.append(rng.choice(spoken))
    return "\n\n".join(chosen)


def _language(number: int) -> Language:
    return "zh" if number % 2 else "en"


def _as_html(title: str, text: str) -> str:
    parts = [f"<h2>{p[3:]}</h2>" if p.startswith("## ") else f"<p class='body'>{p}</p>" for p in text.split("\n\n")]
    head = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><nav><a href='/'>Home</a></nav>"
    return f"{head}<main><h1>{title}</h1>{''.join(parts)}</main><footer>2026</footer></body></html>"
