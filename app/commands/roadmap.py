"""What is read from a roadmap: one file by itself, or where the documents of the corpus disagree."""

import argparse
import tempfile
from pathlib import Path

from app import reports
from app.commands.output import ANSWERED, NOTHING, show
from ingest.build import glossary_file
from ingest.documents import SUFFIXES, Document, read_document
from ingest.errors import UsageError
from ingest.glossary import build_glossary
from ingest.roadmap import disagreements, planning_order, read_graph, understand
from ingest.settings import ingest_settings
from ingest.sources import read_own_documents


def roadmap_show(arguments: argparse.Namespace) -> int:
    """`tutor roadmap show`."""
    settings = ingest_settings()
    glossary = build_glossary(glossary_file(settings.corpus), read_own_documents(settings).documents)
    understood = understand(_document(arguments.file), glossary)
    show(arguments, understood.model_dump(mode="json"), lambda: reports.show_understood(understood))
    return ANSWERED if understood.stages or understood.edges else NOTHING


def roadmap_check(arguments: argparse.Namespace) -> int:
    """`tutor roadmap check`."""
    settings = ingest_settings()
    documents = read_own_documents(settings).documents
    glossary = build_glossary(glossary_file(settings.corpus), documents)
    roadmaps = [document for document in documents if document.kind != "lesson"]
    unknown = {document.id: understand(document, glossary).unknown for document in roadmaps}
    graph = read_graph(documents, glossary)
    found, dropped = disagreements(graph), planning_order(graph).dropped
    made = {
        "unknown": unknown,
        "disagreements": [item.model_dump(mode="json") for item in found],
        "dropped": [edge.model_dump(mode="json") for edge in dropped],
    }
    show(arguments, made, lambda: reports.show_roadmap_check(unknown, found, dropped))
    return ANSWERED


def _document(path: Path) -> Document:
    if not path.is_file():
        raise UsageError(f"there is no file {str(path)!r}; check its name")
    if path.suffix.lower() in SUFFIXES:
        return read_document(path)
    from ingest.extract.extract import extract

    extracted = extract(path.read_bytes(), name=path.name)
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / f"{path.stem}.md"
        text.write_text(extracted.text, "utf-8")
        return read_document(text)
