"""Every name of a topic leads to its lesson, in the language of the question."""

from evals.names import ask_names
from ingest.library import Library


def test_every_name_leads_to_the_lesson(corpus_library: Library) -> None:
    report = ask_names(corpus_library)
    missed = [row.question for row in report.rows if not row.found]
    for shown in (report.zh, report.en):
        assert shown.of >= 300
        assert shown.value
        assert shown.value >= 0.97, missed
