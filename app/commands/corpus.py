"""What an author of a corpus asks for: a check of all of it, and the files of a new lesson."""

import argparse

from app import reports, terminal
from app.commands.output import ANSWERED, FAILED, show
from ingest.settings import ingest_settings


def corpus_check(arguments: argparse.Namespace) -> int:
    """`tutor corpus check`."""
    from ingest.checks.corpus import check_corpus

    report = check_corpus(arguments.corpus or ingest_settings().corpus, arguments.sources)
    show(arguments, report.model_dump(mode="json"), lambda: reports.show_corpus_report(report))
    return FAILED if report.problems else ANSWERED


def corpus_new(arguments: argparse.Namespace) -> int:
    """`tutor corpus new`."""
    from ingest.build import glossary_file
    from ingest.glossary import build_glossary
    from ingest.lesson_template import write_lesson_template

    corpus = arguments.corpus or ingest_settings().corpus
    paths = write_lesson_template(corpus, arguments.topic, build_glossary(glossary_file(corpus), []))
    written = [str(path) for path in paths]
    show(arguments, {"written": written}, lambda: terminal.say(f"Wrote {' and '.join(written)}; fill them in."))
    return ANSWERED
