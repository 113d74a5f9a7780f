"""What extraction gives back, and what it raises."""

from typing import Literal

from ingest.errors import TutorError
from ingest.values import Language, Value


class Extracted(Value):
    """The text of a page as Markdown, with what the page says of itself ("" where it says nothing).

    `hidden` counts invisible passages that were removed, `instructions` those aimed at a model, removed or defused.
    """

    title: str
    text: str
    language: Language
    licence: str = ""
    date: str = ""
    hidden: int = 0
    instructions: int = 0


class NotReadable(TutorError):
    """Bytes that hold no text to learn from; `state` is why, as a link's state."""

    def __init__(
        self, state: Literal["unreadable", "needs_javascript", "needs_login", "too_large"], message: str
    ) -> None:
        super().__init__(message)
        self.state = state
