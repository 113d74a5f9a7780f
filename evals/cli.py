"""`tutor-eval [SUITE]`: asks the questions of a suite and prints the scores. Offline unless an endpoint is configured."""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Protocol

from app.opening import open_tutor
from app.settings import app_settings
from app.tutor import Tutor
from evals.dataset import samples
from evals.gold import ask_gold, gold_text
from evals.names import ask_names
from evals.order import ask_orders, report_text
from evals.run import K, Report, Row, run
from ingest.errors import TutorError
from ingest.settings import IngestSettings, ingest_settings
from ingest.sources import read_sources

FAILED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evaluation; exit code 1 when it cannot run."""
    parser = argparse.ArgumentParser(prog="tutor-eval", description="Score the tutor on questions with known answers.")
    parser.add_argument("suite", nargs="?", choices=_SUITES, default="answers", help="what to score (default answers)")
    parser.add_argument("--json", action="store_true", help="print one JSON object with every row")
    parsed = parser.parse_args(arguments)
    try:
        settings = ingest_settings()
        tutor = open_tutor(app_settings(), settings)
    except TutorError as error:
        sys.stderr.write(f"tutor-eval: {error}\n")
        return FAILED
    try:
        sys.stdout.write(_SUITES[parsed.suite](tutor, settings, as_json=parsed.json))
    finally:
        tutor.library.close()
    return 0


def _answers(tutor: Tutor, settings: IngestSettings, *, as_json: bool) -> str:
    report = run(tutor, samples(), read_sources(settings).documents)
    return _as_json(report) if as_json else _as_text(report)


def _names(tutor: Tutor, settings: IngestSettings, *, as_json: bool) -> str:
    del settings
    report = ask_names(tutor.library)
    if as_json:
        return report.model_dump_json() + "\n"
    lines = [
        f"{'Chinese names whose lesson is among the first 3':48} {report.zh}",
        f"{'English names whose lesson is among the first 3':48} {report.en}",
        *(f"  not among the first 3 ({row.topic}): {row.question}" for row in report.rows if not row.found),
    ]
    return "\n".join(lines) + "\n"


def _steps(tutor: Tutor, settings: IngestSettings, *, as_json: bool) -> str:
    del settings
    report = ask_orders(tutor)
    return report.model_dump_json() + "\n" if as_json else report_text(report)


def _gold(tutor: Tutor, settings: IngestSettings, *, as_json: bool) -> str:
    del settings
    report = ask_gold(tutor)
    return report.model_dump_json() + "\n" if as_json else gold_text(report)


class _Suite(Protocol):
    def __call__(self, tutor: Tutor, settings: IngestSettings, *, as_json: bool) -> str: ...


_SUITES: dict[str, _Suite] = {"answers": _answers, "gold": _gold, "names": _names, "steps": _steps}


def _as_json(report: Report) -> str:
    scores = {name: getattr(report, name).value for name in _LABELS}
    return json.dumps({"scores": scores, **report.model_dump(mode="json")}, ensure_ascii=False) + "\n"


_LABELS = {
    "recall_zh": f"recall@{K}, Chinese questions",
    "recall_en": f"recall@{K}, English questions",
    "supported": "claims supported by the quotes they cite",
    "verbatim": "quotes that stand in the lines they name",
    "facts": "answers that state the fact asked for",
    "answered_right": "answerable questions answered",
    "refused_right": "unanswerable questions refused",
}


def _as_text(report: Report) -> str:
    lines = [f"{label:44} {getattr(report, name)}" for name, label in _LABELS.items()]
    lines += [f"  {fault}" for row in report.rows for fault in _faults(row)]
    return "\n".join(lines) + "\n"


def _faults(row: Row) -> list[str]:
    question, answered = row.sample.question, row.answer.outcome == "answered"
    if not row.sample.answerable:
        return [f"answered, though the corpus has nothing: {question}"] if answered else []
    if not answered:
        return [f"refused, though the corpus has it: {question}"]
    faults = [] if row.found else [f"not among the first {K}: {question}"]
    return faults if row.right else [*faults, f"without the fact asked for: {question}"]
