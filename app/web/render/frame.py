"""What stands around the conversation: the header, the list of conversations, the welcome."""

from collections.abc import Sequence
from html import escape

from app.store import Conversation
from app.texts import text
from ingest.values import Language

STARTERS = ("page_start_what", "page_start_why", "page_start_next", "page_start_quiz")
_OTHER: dict[Language, tuple[Language, str, str]] = {"zh": ("en", "en", "English"), "en": ("zh", "zh-CN", "中文")}


def header(language: Language) -> str:
    """Title, conversations, new chat, language and theme."""
    other, tag, name = _OTHER[language]
    return (
        f'<div class="bar"><button type="button" class="quiet" name="drawer" aria-expanded="false" '
        f'aria-controls="drawer">{_t("page_conversations", language)}</button>'
        f"<h1>{_t('page_title', language)}</h1>"
        f'<button type="button" class="quiet" name="new" value="">{_t("page_new", language)}</button>'
        f'<a class="quiet" href="/{language}/map">{_t("map_link", language)}</a>'
        f'<a class="quiet" id="language" href="/{other}/" lang="{tag}" hreflang="{tag}">{name}</a>'
        f'<button type="button" class="quiet" name="theme" id="theme" data-light="{_t("page_light", language)}" '
        f'data-dark="{_t("page_dark", language)}">{_t("page_dark", language)}</button></div>'
    )


def drawer(conversations: Sequence[Conversation], current: str, language: Language) -> str:
    """The learner's conversations, each to open or to delete."""
    title = _t("page_conversations", language)
    close = f'<button type="button" class="quiet" name="drawer">{_t("page_close", language)}</button>'
    rows = "".join(_row(conversation, current, language) for conversation in conversations)
    body = f"<ul>{rows}</ul>" if rows else f'<p class="hint">{_t("page_no_conversations", language)}</p>'
    return f'<nav aria-label="{title}"><div class="bar"><h2>{title}</h2>{close}</div>{body}</nav>'


def _row(conversation: Conversation, current: str, language: Language) -> str:
    here = ' aria-current="true"' if conversation.id == current else ""
    title = escape(conversation.title)
    return (
        f'<li><button type="button" class="conversation" name="open" value="{escape(conversation.id)}"{here}>{title}</button>'
        f'<button type="button" class="quiet" name="delete" value="{escape(conversation.id)}" '
        f'aria-label="{_t("page_delete_one", language, title=conversation.title)}">{_t("page_delete", language)}</button></li>'
    )


def welcome(language: Language) -> str:
    """What the tutor can do, with questions to start from."""
    starters = "".join(_starter(text(key, language)) for key in STARTERS)
    return (
        f'<div class="welcome"><h2>{_t("page_welcome", language)}</h2><p>{_t("page_welcome_how", language)}</p>'
        f'<div class="starters">{starters}</div></div>'
    )


def _starter(asked: str) -> str:
    return f'<button type="button" class="chip" name="ask" value="{escape(asked)}">{escape(asked)}</button>'


def _t(key: str, language: Language, **values: object) -> str:
    return escape(text(key, language, **values))
