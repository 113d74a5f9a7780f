"""What whoever runs the tutor asks for: bringing documents in, listing them and their links, minding the index."""

from __future__ import annotations

import argparse
import os
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

from app import reports, terminal
from app.commands.output import ANSWERED, FAILED, NOTHING, show
from ingest.settings import IngestSettings, ingest_settings

if TYPE_CHECKING:
    from ingest.own import Added


def ingest(arguments: argparse.Namespace) -> int:
    """`tutor ingest`."""
    from ingest.build import ingest as build

    settings = _settings(arguments)
    added: tuple[Added, ...] = ()
    states: Counter[str] = Counter()
    with terminal.progress(quiet=arguments.json) as on_progress:
        if arguments.source:
            from ingest.own import add_documents

            added = add_documents(settings, arguments.source, on_progress, _processes())
        if arguments.links or arguments.offline:
            from ingest.gather import gather

            states.update(entry.state for entry in gather(settings, offline=arguments.offline, on_progress=on_progress))
        report = build(settings, rebuild=arguments.rebuild, on_progress=on_progress, processes=_processes())
    made = {**report.model_dump(mode="json"), "sources": [item.model_dump() for item in added], "links": states}
    show(arguments, made, lambda: reports.show_ingest(report, added, states))
    return FAILED if added and all(item.state == "failed" for item in added) else ANSWERED


def links(arguments: argparse.Namespace) -> int:
    """`tutor links`."""
    from ingest.ledger import list_links
    from ingest.sources import read_own_documents

    settings = _settings(arguments)
    documents = read_own_documents(settings).documents
    found = [link for link in list_links(settings.data, documents) if arguments.state in {None, link.entry.state}]
    made = {"links": [{**link.entry.model_dump(), "recommended": link.dumped_places()} for link in found]}
    show(arguments, made, lambda: reports.show_links(found))
    return ANSWERED if found else NOTHING


def documents(arguments: argparse.Namespace) -> int:
    """`tutor documents`."""
    from ingest.build import list_documents

    found, problems = list_documents(ingest_settings())
    made = {
        "documents": [document.model_dump() for document in found],
        "problems": [problem.model_dump() for problem in problems],
    }
    show(arguments, made, lambda: reports.show_documents(found, problems))
    return ANSWERED


def forget(arguments: argparse.Namespace) -> int:
    """`tutor forget`."""
    from ingest.build import ingest as build
    from ingest.own import forget_document

    settings = ingest_settings()
    gone = forget_document(settings, arguments.document)
    with terminal.progress(quiet=arguments.json) as on_progress:
        build(settings, rebuild=False, on_progress=on_progress)
    show(arguments, {"forgotten": list(gone)}, lambda: terminal.say(f"Forgot {', '.join(gone)}."))
    return ANSWERED


def index_status(arguments: argparse.Namespace) -> int:
    """`tutor index status`."""
    from ingest.generations import Generations

    kept = Generations(ingest_settings().data).kept()
    made = {"generations": [generation.model_dump() for generation in kept]}
    show(arguments, made, lambda: terminal.show_generations(kept))
    return ANSWERED if kept else NOTHING


def index_rollback(arguments: argparse.Namespace) -> int:
    """`tutor index rollback`."""
    from ingest.generations import Generations
    from ingest.places import place_at

    settings = ingest_settings()
    generations = Generations(settings.data)
    generation = generations.rollback()
    manifest = generations.manifest(generation)
    if manifest.collection and settings.qdrant_url:
        with closing(place_at(settings.qdrant_url, settings)) as place:
            place.announce(manifest)
    show(arguments, {"index": generation}, lambda: terminal.say(f"The index {generation} serves again."))
    return ANSWERED


def index_verify(arguments: argparse.Namespace) -> int:
    """`tutor index verify`."""
    from ingest.library import open_library
    from ingest.verify import verify

    library = open_library(ingest_settings())
    try:
        verdict = verify(library)
    finally:
        library.close()
    show(arguments, verdict.model_dump(mode="json"), lambda: terminal.show_verdict(verdict))
    return ANSWERED if verdict.sound else FAILED


def index_move(arguments: argparse.Namespace) -> int:
    """`tutor index move`."""
    from ingest.move import move_index

    with terminal.progress(quiet=arguments.json) as on_progress:
        moved = move_index(ingest_settings(), arguments.to, on_progress)
    show(arguments, moved.model_dump(), lambda: terminal.show_move(moved))
    return ANSWERED


def _processes() -> int:
    return os.cpu_count() or 1


def _settings(arguments: argparse.Namespace) -> IngestSettings:
    settings = ingest_settings()
    return settings.model_copy(update={"corpus": arguments.corpus}) if arguments.corpus else settings
