"""How answers, steps and quizzes look in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.texts import text
from app.values import Answer, Grade, KeyedItem, Step, Steps
from ingest.values import Hit, Language, Topic

if TYPE_CHECKING:
    from ingest.generations import Generation
    from ingest.move import Moved
    from ingest.verify import Verdict

Progress = Callable[[str, int, int], None]


def say(line: str = "") -> None:
    """One line on standard output."""
    sys.stdout.write(line + "\n")


def show_answer(answer: Answer) -> None:
    """The answer, then its sources, then what one may ask next."""
    if answer.notice:
        say(f"! {answer.notice}\n")
    say(answer.answer)
    if answer.citations:
        say()
    for citation in answer.citations:
        first, last = citation.lines
        lines = f"{first}" if first == last else f"{first}-{last}"
        path = dict.fromkeys((citation.title, *citation.heading))
        say(f"[{citation.n}] {' > '.join(path)} ({citation.document}:{lines})")
    if answer.followups:
        say()
    for followup in answer.followups:
        say(f"? {followup}")


def show_hits(hits: Sequence[Hit]) -> None:
    """The passages, best first."""
    if not hits:
        say("nothing found")
    for number, hit in enumerate(hits, start=1):
        first, last = hit.chunk.lines
        say(f"{number:2}. {hit.score:6.2f}  {hit.chunk.document}:{first}-{last}  {' > '.join(hit.chunk.heading)}")
        say(f"            {hit.chunk.text[:160].replace(chr(10), ' ')}")


def show_steps(steps: Steps, language: Language) -> None:
    """What comes after and before, each with its lines."""
    name = steps.topic.name(language)
    for found, intro, empty in ((steps.after, "after_intro", "no_next"), (steps.before, "before_intro", "no_before")):
        say(text(intro if found else empty, language, topic=name))
        for step in found:
            _show_step(step, language)
        say()


def _show_step(step: Step, language: Language) -> None:
    against = f", {step.against} against" if step.against else ""
    say(f"  {step.topic.name(language)}  [{step.support}{against}]")
    for evidence in step.evidence:
        say(f"      {evidence.document}:{evidence.line}  {evidence.quote}")


def show_topics(known: Sequence[Topic], taught: set[str]) -> None:
    """One topic a line; a star marks those with a lesson."""
    for topic in known:
        say(f"{'*' if topic.id in taught else ' '} {topic.id:32} {topic.zh}  {topic.en}")


def read_choice(number: int, item: KeyedItem) -> str:
    """Show an item and read an option's letter; "" when the learner skips it or the input ends."""
    say(f"{number}. {item.stem}")
    for option in item.options:
        say(f"   {option.id}) {option.text}")
    letters = [option.id for option in item.options]
    while True:
        sys.stdout.write(f"   [{'/'.join(letters)}, Enter = -] ")
        sys.stdout.flush()
        line = sys.stdin.readline()
        chosen = line.strip().lower()
        if not line or not chosen or chosen in letters:
            return chosen


def show_grade(item: KeyedItem, grade: Grade | None) -> None:
    """Right or wrong, why, and where it stands."""
    right = next(option.text for option in item.options if option.id == item.key)
    mark = "-" if grade is None else text("right" if grade.correct else "wrong", item.language)
    first, _ = item.citation.lines
    say(f"   {mark}  {item.key}) {right}")
    say(f"   {item.explanation}  [{item.citation.document}:{first}]\n")


def show_note(language: Language, *, asked: int, made: int) -> None:
    """Say so when there are fewer questions than asked for."""
    if made < asked:
        say(text("fewer", language, count=made) + "\n")


def show_score(language: Language, *, right: int, asked: int) -> None:
    """How many were right."""
    say(text("score", language, right=right, count=asked))


def show_nothing(language: Language) -> None:
    """No question could be made."""
    say(text("nothing_to_ask", language))


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """A progress bar on a terminal, plain lines elsewhere, nothing when quiet; on standard error."""
    if quiet:
        yield lambda step, done, total: None
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Bar(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("reading", total=None)
            yield lambda step, done, total: bar.update(task, description=step, completed=done, total=total)
    else:
        yield lambda step, done, total: print(f"{step} {done}/{total}", file=sys.stderr)


def show_generations(kept: Sequence[Generation]) -> None:
    """One generation a line, newest first; a star marks the one that serves."""
    if not kept:
        say("no index; build one with 'tutor ingest'")
    for generation in kept:
        mark = "*" if generation.current else " "
        if generation.problem:
            say(f"{mark} {generation.name}  ! {generation.problem}")
            continue
        built = generation.built.replace("T", " ")[:19]
        counts = f"{generation.documents} documents, {generation.chunks} chunks"
        say(f"{mark} {generation.name}  {built} UTC  {counts}  {generation.place}")
        say(f"    {generation.encoder}, {generation.chunker}")


def show_verdict(verdict: Verdict) -> None:
    """What the check of an index found, and what was missed."""
    for problem in verdict.problems:
        say(f"! {problem}")
    for question in verdict.missed:
        say(f"- not found: {question}")
    say(f"{verdict.counted} of {verdict.expected} chunks are there")
    if verdict.golden:
        say(f"{verdict.golden_found} of {verdict.golden} golden questions find their lesson")
    if verdict.sampled:
        say(f"{verdict.sampled_found} of {verdict.sampled} passages are found by their own words")
    say("The index is sound." if verdict.sound else "The index is not sound; rebuild it with 'tutor ingest --rebuild'.")


def show_move(moved: Moved) -> None:
    """Where the index lies now, and what the settings must say."""
    say(f"Moved {moved.chunks} chunks: {moved.index} serves, {moved.place}; {moved.before} is kept for a rollback.")
    say(f"From now on set {moved.setting} (in the environment or .env), or the index is not found where it lies.")
