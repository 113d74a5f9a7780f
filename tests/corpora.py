"""Writes small corpora and builds indexes of them; the environment of a child process."""

import os
import uuid
from pathlib import Path

from ingest.build import Report, ingest
from ingest.settings import PROJECT, IngestSettings, ingest_settings
from ingest.values import Chunk


def process_environment(**changes: str) -> dict[str, str]:
    """The environment of a child process that finds this project wherever it runs."""
    return {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1", **changes}


def settings(data: Path, corpus: Path = PROJECT / "corpus", **others: str) -> IngestSettings:
    """Settings with this data directory and corpus."""
    return ingest_settings(TUTOR_DATA=data, TUTOR_CORPUS=corpus, **others)


def build(data: Path, corpus: Path = PROJECT / "corpus", *, rebuild: bool = False, **others: str) -> Report:
    """Ingest without showing progress."""
    return ingest(settings(data, corpus, **others), rebuild=rebuild, on_progress=lambda step, done, total: None)


def write_corpus(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write a small corpus: paths to contents. Returns the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def passage(text: str, **fields: object) -> Chunk:
    """A passage with this text; every other field has a value, too."""
    name = f"{fields.get('document', 'doc')} {fields.get('position', 0)} {text}"
    filled = {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, name)),
        "document": "doc",
        "title": "Title",
        "kind": "page",
        "language": "en",
        "heading": ("Heading",),
        "lines": (1, 1),
        "position": 0,
    }
    return Chunk.model_validate({**filled, "text": text, **fields})
