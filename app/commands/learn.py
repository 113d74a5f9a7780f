"""What a learner asks for: answers, passages, next steps, quizzes, topics."""

import argparse

from app import terminal
from app.commands.output import ANSWERED, NOTHING, Object, each_line, opened_tutor, print_object, show
from app.quiz import grade
from app.retrieve import search as find_passages
from app.tutor import checked_question
from app.values import Answer, KeyedItem, Step
from ingest.languages import reply_language
from ingest.values import Hit


def ask(arguments: argparse.Namespace) -> int:
    """`tutor ask`."""
    with opened_tutor() as tutor:
        if arguments.question == "-":
            return each_line(lambda question: _answer_object(tutor.answer(question)))
        answer = tutor.answer(arguments.question)
        show(arguments, _answer_object(answer), lambda: terminal.show_answer(answer))
        return NOTHING if answer.outcome == "not_found" else ANSWERED


def search(arguments: argparse.Namespace) -> int:
    """`tutor search`."""
    with opened_tutor() as tutor:

        def found(question: str) -> list[Hit]:
            return find_passages(tutor.library, checked_question(question), limit=arguments.k)

        if arguments.question == "-":
            return each_line(lambda question: _hits_object(found(question)))
        hits = found(arguments.question)
        show(arguments, _hits_object(hits), lambda: terminal.show_hits(hits))
        return ANSWERED if hits else NOTHING


def next_steps(arguments: argparse.Namespace) -> int:
    """`tutor next`."""
    with opened_tutor() as tutor:
        language = reply_language(arguments.topic)
        steps = tutor.steps(tutor.find_topic(arguments.topic), language)
        made = {
            "topic": steps.topic.model_dump(include={"id", "zh", "en"}),
            "after": [_step_object(step) for step in steps.after],
            "before": [_step_object(step) for step in steps.before],
        }
        show(arguments, made, lambda: terminal.show_steps(steps, language))
        return ANSWERED if steps.after or steps.before else NOTHING


def quiz(arguments: argparse.Namespace) -> int:
    """`tutor quiz`."""
    with opened_tutor() as tutor:
        language = arguments.language or reply_language(arguments.topic)
        topic = tutor.find_topic(arguments.topic)
        items = tutor.quiz(topic, language=language, count=arguments.n, seed=arguments.seed)
        if arguments.json:
            print_object({"items": [_item_object(item, with_key=arguments.with_keys) for item in items]})
        elif items:
            terminal.show_note(language, asked=arguments.n, made=len(items))
            right = sum(_ask_item(number, item) for number, item in enumerate(items, start=1))
            terminal.show_score(language, right=right, asked=len(items))
        else:
            terminal.show_nothing(language)
        return ANSWERED if items else NOTHING


def topics(arguments: argparse.Namespace) -> int:
    """`tutor topics`."""
    with opened_tutor() as tutor:
        known = [tutor.library.glossary.topic(topic) for topic in sorted(tutor.library.glossary.entries)]
        taught = {topic for topic, _ in tutor.library.lessons}
        made = {"topics": [{**topic.model_dump(), "lesson": topic.id in taught} for topic in known]}
        show(arguments, made, lambda: terminal.show_topics(known, taught))
        return ANSWERED


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
