"""The suite of questions about order, asked of the project's corpus."""

from app.tutor import Tutor
from evals.order import ask_orders, report_text


def test_the_answers_about_order_are_right(tutor: Tutor) -> None:
    report = ask_orders(tutor)
    assert (report.found.value or 0) >= 0.9, report_text(report)
    assert (report.sound.value or 0) >= 0.95, report_text(report)
    assert report.invented.hits == 0, report_text(report)
    assert all((right.value or 0) >= 0.9 for right in report.right.values()), report_text(report)


def test_every_failure_is_printed(tutor: Tutor) -> None:
    report = ask_orders(tutor)
    failures = [row for row in report.rows if not row.right]
    assert report_text(report).count("\n  ") == len(failures)
    assert all(row.question in report_text(report) for row in failures)
