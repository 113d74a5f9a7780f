"""What each command of the command line does; every one returns an exit code."""

import argparse
import io
import json
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NoReturn

from app import terminal
from app.opening import open_tutor
from app.quiz import grade
from app.retrieve import search as find_passages
from app.settings import app_settings
from app.tutor import Tutor, checked_question
from app.values import Answer, KeyedItem, Step
from ingest.errors import UsageError
from ingest.languages import reply_language
from ingest.settings import ingest_settings
from ingest.values import Hit

ANSWERED, FAILED, NOTHING = 0, 1, 3
Object = Mapping[str, object]


def ask(arguments: argparse.Namespace) -> int:
    """`tutor ask`."""
    with _tutor() as tutor:
        if arguments.question == "-":
            return _each_line(lambda question: _answer_object(tutor.answer(question)))
        answer = tutor.answer(arguments.question)
        _show(arguments, _answer_object(answer), lambda: terminal.show_answer(answer))
        return NOTHING if answer.outcome == "not_found" else ANSWERED


def search(arguments: argparse.Namespace) -> int:
    """`tutor search`."""
    with _tutor() as tutor:

        def found(question: str) -> list[Hit]:
            return find_passages(tutor.library, checked_question(question), limit=arguments.k)

        if arguments.question == "-":
            return _each_line(lambda question: _hits_object(found(question)))
        hits = found(arguments.question)
        _show(arguments, _hits_object(hits), lambda: terminal.show_hits(hits))
        return ANSWERED if hits else NOTHING


def next_steps(arguments: argparse.Namespace) -> int:
    """`tutor next`."""
    with _tutor() as tutor:
        language = reply_language(arguments.topic)
        steps = tutor.steps(tutor.find_topic(arguments.topic), language)
        made = {
            "topic": steps.topic.model_dump(include={"id", "zh", "en"}),
            "after": [_step_object(step) for step in steps.after],
            "before": [_step_object(step) for step in steps.before],
        }
        _show(arguments, made, lambda: terminal.show_steps(steps, language))
        return ANSWERED if steps.after or steps.before else NOTHING


def quiz(arguments: argparse.Namespace) -> int:
    """`tutor quiz`."""
    with _tutor() as tutor:
        language = arguments.language or reply_language(arguments.topic)
        topic = tutor.find_topic(arguments.topic)
        items = tutor.quiz(topic, language=language, count=arguments.n, seed=arguments.seed)
        if arguments.json:
            _print({"items": [_item_object(item, with_key=arguments.with_keys) for item in items]})
        elif items:
            terminal.show_note(language, asked=arguments.n, made=len(items))
            right = sum(_ask_item(number, item) for number, item in enumerate(items, start=1))
            terminal.show_score(language, right=right, asked=len(items))
        else:
            terminal.show_nothing(language)
        return ANSWERED if items else NOTHING


def topics(arguments: argparse.Namespace) -> int:
    """`tutor topics`."""
    with _tutor() as tutor:
        known = [tutor.library.glossary.topic(topic) for topic in sorted(tutor.library.glossary.entries)]
        taught = {topic for topic, _ in tutor.library.lessons}
        made = {"topics": [{**topic.model_dump(), "lesson": topic.id in taught} for topic in known]}
        _show(arguments, made, lambda: terminal.show_topics(known, taught))
        return ANSWERED


def ingest(arguments: argparse.Namespace) -> int:
    """`tutor ingest`."""
    from ingest.build import ingest as build

    settings = ingest_settings()
    if arguments.corpus:
        settings = settings.model_copy(update={"corpus": arguments.corpus})
    with terminal.progress(quiet=arguments.json) as on_progress:
        report = build(settings, rebuild=arguments.rebuild, on_progress=on_progress)
    _show(arguments, report.model_dump(mode="json"), lambda: terminal.show_report(report))
    return ANSWERED


def corpus_check(arguments: argparse.Namespace) -> int:
    """`tutor corpus check`."""
    from ingest.checks.corpus import check_corpus

    report = check_corpus(arguments.corpus or ingest_settings().corpus, arguments.sources)
    _show(arguments, report.model_dump(mode="json"), lambda: terminal.show_corpus_report(report))
    return FAILED if report.problems else ANSWERED


def corpus_new(arguments: argparse.Namespace) -> int:
    """`tutor corpus new`."""
    from ingest.build import glossary_file
    from ingest.glossary import build_glossary
    from ingest.lesson_template import write_lesson_template

    corpus = arguments.corpus or ingest_settings().corpus
    paths = write_lesson_template(corpus, arguments.topic, build_glossary(glossary_file(corpus), []))
    written = [str(path) for path in paths]
    _show(arguments, {"written": written}, lambda: terminal.say(f"Wrote {' and '.join(written)}; fill them in."))
    return ANSWERED


def rollback(arguments: argparse.Namespace) -> int:
    """`tutor rollback`."""
    from ingest.generations import Generations

    generation = Generations(ingest_settings().data).rollback()
    _show(arguments, {"index": generation}, lambda: terminal.say(f"The index {generation} serves again."))
    return ANSWERED


def serve(arguments: argparse.Namespace) -> int:
    """`tutor serve`."""
    # Process 1 of a container gets no signal that it does not handle, and uvicorn handles them only once it serves.
    signal.signal(signal.SIGTERM, _stop)
    from app.web.serve import serve as run

    chosen = {"host": arguments.host, "port": arguments.port}
    settings = app_settings().model_copy(update={name: value for name, value in chosen.items() if value is not None})
    run(settings, ingest_settings())
    return ANSWERED


def health(arguments: argparse.Namespace) -> int:
    """`tutor health`."""
    import httpx

    settings = app_settings()
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104  # read, not bound
    host = f"[{host}]" if ":" in host else host
    try:
        state = httpx.get(f"http://{host}:{settings.port}/readyz", timeout=5, trust_env=False)
    except httpx.HTTPError as error:
        reason = f"no page answers at {settings.host}:{settings.port}: {error}"
        _show(arguments, {"ready": False, "reason": reason}, lambda: terminal.say(reason))
        return FAILED
    is_json = state.headers.get("content-type", "").startswith("application/json")
    said = state.json() if is_json else {"ready": False, "reason": state.text}
    _show(arguments, said, lambda: terminal.say(state.text))
    return ANSWERED if state.status_code == httpx.codes.OK else FAILED


def _stop(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)


@contextmanager
def _tutor() -> Iterator[Tutor]:
    tutor = open_tutor(app_settings(), ingest_settings())
    try:
        yield tutor
    finally:
        tutor.library.close()


def _each_line(answer: Callable[[str], Object]) -> int:
    """One JSON object for each line of standard input, in order; a bad line gets an object with its error."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    for line in sys.stdin:
        if line.strip():
            try:
                made = answer(line)
            except UsageError as error:
                made = {"error": str(error)}
            _print(made)
    return ANSWERED


def _show(arguments: argparse.Namespace, made: Object, as_text: Callable[[], None]) -> None:
    if arguments.json:
        _print(made)
    else:
        as_text()


def _print(made: Object) -> None:
    sys.stdout.write(json.dumps(made, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _answer_object(answer: Answer) -> Object:
    made = answer.model_dump(mode="json", exclude={"citations"})
    made["citations"] = [citation.model_dump(mode="json", exclude={"passage"}) for citation in answer.citations]
    return made


def _hits_object(hits: list[Hit]) -> Object:
    fields = {"document", "heading", "lines", "text", "title", "language", "url"}
    return {
        "hits": [{**hit.chunk.model_dump(mode="json", include=fields), "score": round(hit.score, 4)} for hit in hits]
    }


def _step_object(step: Step) -> Object:
    made = step.model_dump(mode="json", include={"support", "against", "evidence"})
    return {"topic": step.topic.model_dump(include={"id", "zh", "en"}), **made}


def _item_object(item: KeyedItem, *, with_key: bool) -> Object:
    hidden = set() if with_key else {"key", "explanation", "citation"}
    made = item.model_dump(mode="json", exclude=hidden)
    # Without the key, the citation says where to read, not the sentence that gives the answer away.
    citation = item.citation.model_dump(mode="json", exclude={"passage"} if with_key else {"passage", "quote"})
    return {**made, "citation": citation}


def _ask_item(number: int, item: KeyedItem) -> bool:
    chosen = terminal.read_choice(number, item)
    result = grade(item, chosen) if chosen else None
    terminal.show_grade(item, result)
    return bool(result and result.correct)
