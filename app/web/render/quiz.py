"""The quiz card: one item at a time, the key only once it is answered, the score at the end."""

from html import escape

from app.quiz import grade
from app.store import Quiz
from app.texts import text
from app.values import Grade, KeyedItem, QuizItem
from app.web.render.markdown import inline_html
from ingest.values import Language


def card(quiz: Quiz, position: int, topic: str, language: Language) -> str:
    """The item at a position, counted from 0, or the summary past the last one."""
    if position >= len(quiz.items):
        return _summary(quiz, topic, language)
    item = quiz.items[position]
    chosen = quiz.answered.get(item.id)
    shown = _open_item(item.without_key(), language) if chosen is None else _answered_item(quiz, position, language)
    return (
        f"{_head(topic, text('page_progress', language, at=position + 1, count=len(quiz.items)), language)}\n\n{shown}"
    )


def first_open(quiz: Quiz) -> int:
    """The position of the first item without an answer."""
    open_items = (at for at, item in enumerate(quiz.items) if item.id not in quiz.answered)
    return next(open_items, len(quiz.items))


def _head(topic: str, progress: str, language: Language) -> str:
    close = _button("quiz_close", "", text("page_close", language), "quiet")
    title = escape(text("page_quiz_title", language, topic=topic))
    return f'<div class="bar"><h2>{title}</h2><span class="progress">{escape(progress)}</span>{close}</div>'


def _open_item(item: QuizItem, language: Language) -> str:
    options = "".join(
        f'<label class="option"><input type="radio" name="option" value="{escape(option.id)}">'
        f'<span class="key">{number}</span><span>{inline_html(option.text)}</span></label>'
        for number, option in enumerate(item.options, start=1)
    )
    check = _button("quiz_check", item.id, text("page_check", language), "primary")
    hint = f'<span class="hint">{escape(text("page_keys", language, last=len(item.options)))}</span>'
    return (
        f'<fieldset class="item"><legend>{inline_html(item.stem)}</legend>{options}'
        f'<div class="actions">{check}{hint}</div></fieldset>'
    )


def _answered_item(quiz: Quiz, position: int, language: Language) -> str:
    item = quiz.items[position]
    result = grade(item, quiz.answered[item.id])
    options = "".join(
        f'<p class="option {_mark_of(option.id, result)}"><span class="key">{number}</span>'
        f"<span>{inline_html(option.text)}</span>{_said(option.id, result, language)}</p>"
        for number, option in enumerate(item.options, start=1)
    )
    last = position + 1 == len(quiz.items)
    following = _button("quiz_next", "", text("page_result" if last else "page_next", language), "primary")
    return (
        f'<div class="item"><p class="legend">{inline_html(item.stem)}</p>{options}'
        f"{_feedback(item, result, position, language)}"
        f'<div class="actions">{following}</div></div>'
    )


def _feedback(item: KeyedItem, result: Grade, position: int, language: Language) -> str:
    verdict = text("right" if result.correct else "wrong", language)
    kind = "right" if result.correct else "wrong"
    right = next(option.text for option in item.options if option.id == item.key)
    answer = "" if result.correct else f"<p>{escape(text('page_right_option', language))}{inline_html(right)}</p>"
    source = f"{escape(text('page_source', language))} {link_to_item(position, item)}"
    same = item.explanation.strip(" 。.") == right.strip(" 。.")
    why = "" if same else f"<p>{inline_html(item.explanation)}</p>"
    return f'<div class="feedback {kind}" role="status"><p><strong>{escape(verdict)}</strong></p>{answer}{why}<p>{source}</p></div>'


def link_to_item(position: int, item: KeyedItem) -> str:
    """The marker that opens the passage which proves an item."""
    where = " › ".join((item.citation.title, *item.citation.heading[1:]))
    return f'<a class="cite named" href="#quiz-{position + 1}-1">{escape(where)}</a>'


def _summary(quiz: Quiz, topic: str, language: Language) -> str:
    grades = [grade(item, quiz.answered[item.id]) for item in quiz.items if item.id in quiz.answered]
    right = sum(result.correct for result in grades)
    head = _head(topic, text("page_finished", language), language)
    score = f'<p class="score" role="status">{escape(text("score", language, right=right, count=len(quiz.items)))}</p>'
    missed = [(at, item) for at, item in enumerate(quiz.items) if not _is_right(quiz, item)]
    if missed:
        again = "".join(f"<li>{inline_html(item.stem)} {link_to_item(at, item)}</li>" for at, item in missed)
        review = f'<p>{escape(text("page_look_again", language))}</p><ul class="missed">{again}</ul>'
    else:
        review = f"<p>{escape(text('page_all_right', language))}</p>"
    repeat = _button("quiz_again", "", text("page_again", language), "primary")
    return f'{head}\n\n<div class="item">{score}{review}<div class="actions">{repeat}</div></div>'


def _is_right(quiz: Quiz, item: KeyedItem) -> bool:
    return quiz.answered.get(item.id) == item.key


def _mark_of(option: str, result: Grade) -> str:
    if option == result.key:
        return "right"
    return "wrong" if option == result.chosen else ""


def _said(option: str, result: Grade, language: Language) -> str:
    """In words what the colours say."""
    if option == result.key:
        key = "page_is_right"
    elif option == result.chosen:
        key = "page_your_choice"
    else:
        return ""
    return f'<span class="said">{escape(text(key, language))}</span>'


def _button(name: str, value: str, label: str, kind: str) -> str:
    return f'<button type="button" class="{kind}" name="{name}" value="{escape(value)}">{escape(label)}</button>'
