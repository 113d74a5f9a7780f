"""Learners' records: conversations, quizzes, marks and plans. The only module that knows SQLAlchemy."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter
from sqlalchemy import Engine, ForeignKey, create_engine, delete, event, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.values import Answer, KeyedItem
from ingest.errors import ConfigurationError
from ingest.values import Language, Value

_ITEMS: TypeAdapter[tuple[KeyedItem, ...]] = TypeAdapter(tuple[KeyedItem, ...])
_TITLE = 60


class _Base(DeclarativeBase):
    pass


class _ConversationRow(_Base):
    __tablename__ = "conversations"
    id: Mapped[str] = mapped_column(primary_key=True)
    learner: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    updated: Mapped[datetime] = mapped_column(index=True)


class _MessageRow(_Base):
    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    question: Mapped[str]
    answer: Mapped[str]
    asked: Mapped[datetime]


class _QuizRow(_Base):
    __tablename__ = "quizzes"
    id: Mapped[str] = mapped_column(primary_key=True)
    learner: Mapped[str] = mapped_column(index=True)
    topic: Mapped[str]
    language: Mapped[str]
    items: Mapped[str]
    started: Mapped[datetime]


class _AttemptRow(_Base):
    __tablename__ = "attempts"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    quiz: Mapped[str] = mapped_column(ForeignKey("quizzes.id", ondelete="CASCADE"), index=True)
    item: Mapped[str]
    chosen: Mapped[str]
    correct: Mapped[bool]
    answered: Mapped[datetime]


class _OpenQuizRow(_Base):
    __tablename__ = "open_quizzes"
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    quiz: Mapped[str] = mapped_column(ForeignKey("quizzes.id", ondelete="CASCADE"))


class _MarkRow(_Base):
    __tablename__ = "marks"
    learner: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class _PlanRow(_Base):
    __tablename__ = "plans"
    learner: Mapped[str] = mapped_column(primary_key=True)
    goal: Mapped[str]
    weeks: Mapped[int | None]
    hours: Mapped[float]
    start: Mapped[date]
    changed: Mapped[datetime]


class Conversation(Value):
    """One conversation of a learner."""

    id: str
    title: str
    updated: datetime


class Turn(Value):
    """A question and its answer, as they were shown."""

    question: str
    answer: Answer


class Quiz(Value):
    """A quiz under way: its items with their keys, and what has been answered, by item id."""

    id: str
    topic: str
    language: Literal["zh", "en"]
    items: tuple[KeyedItem, ...]
    answered: dict[str, str]


class Wish(Value):
    """What a learner plans for: a goal's id, the weeks wanted (None: any number), hours a week, and the first day."""

    goal: str
    weeks: int | None
    hours: float
    start: date


class Store:
    """The records of all learners; every method takes the learner's id and touches no other learner's rows.

    Raises ConfigurationError when the database cannot be opened.
    """

    def __init__(self, address: str) -> None:
        self._engine = _engine(address)
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _prepare_sqlite)
        try:
            _Base.metadata.create_all(self._engine)
        except SQLAlchemyError as error:
            reason = str(error.__cause__ or error).splitlines()[0]
            raise ConfigurationError(
                f"the learners' records at {self._engine.url.render_as_string()!r} cannot be opened ({reason}); see TUTOR_DATABASE"
            ) from error

    def start_conversation(self, learner: str, *, now: datetime) -> str:
        """A new, empty conversation; returns its id."""
        with self._session() as session:
            row = _ConversationRow(id=str(uuid.uuid4()), learner=learner, title="", updated=now)
            session.add(row)
            return row.id

    def conversations(self, learner: str) -> list[Conversation]:
        """The learner's conversations that hold a message, the latest first."""
        query = select(_ConversationRow).where(_ConversationRow.learner == learner, _ConversationRow.title != "")
        with self._session() as session:
            rows = session.scalars(query.order_by(_ConversationRow.updated.desc())).all()
            return [Conversation(id=row.id, title=row.title, updated=row.updated) for row in rows]

    def owns(self, learner: str, conversation: str) -> bool:
        """Whether this conversation is the learner's."""
        with self._session() as session:
            return self._row(session, learner, conversation) is not None

    def add_turn(self, learner: str, conversation: str, turn: Turn, *, now: datetime) -> None:
        """Append a turn. Raises KeyError when the conversation is not the learner's."""
        with self._session() as session:
            row = self._row(session, learner, conversation)
            if row is None:
                raise KeyError(conversation)
            row.title = row.title or turn.question.strip()[:_TITLE]
            row.updated = now
            session.add(
                _MessageRow(
                    conversation=conversation,
                    question=turn.question,
                    answer=turn.answer.model_dump_json(),
                    asked=now,
                )
            )

    def turns(self, learner: str, conversation: str) -> list[Turn]:
        """The turns of a conversation in order; none when it is not the learner's."""
        with self._session() as session:
            if self._row(session, learner, conversation) is None:
                return []
            rows = session.scalars(
                select(_MessageRow).where(_MessageRow.conversation == conversation).order_by(_MessageRow.id)
            ).all()
            return [Turn(question=row.question, answer=Answer.model_validate_json(row.answer)) for row in rows]

    def remove_last_turn(self, learner: str, conversation: str) -> str:
        """Take the last turn back and return its question, or "" when there is none."""
        with self._session() as session:
            if self._row(session, learner, conversation) is None:
                return ""
            query = select(_MessageRow).where(_MessageRow.conversation == conversation).order_by(_MessageRow.id.desc())
            row = session.scalars(query.limit(1)).first()
            if row is None:
                return ""
            session.delete(row)
            return row.question

    def delete_conversation(self, learner: str, conversation: str) -> None:
        """Delete a conversation with its messages; nothing happens when it is not the learner's."""
        with self._session() as session:
            session.execute(
                delete(_ConversationRow).where(
                    _ConversationRow.id == conversation,
                    _ConversationRow.learner == learner,
                )
            )

    def start_quiz(
        self, learner: str, topic: str, language: Language, items: Sequence[KeyedItem], *, now: datetime
    ) -> str:
        """Keep a quiz with its keys and return its id."""
        row = _QuizRow(
            id=str(uuid.uuid4()),
            learner=learner,
            topic=topic,
            language=language,
            items=_ITEMS.dump_json(tuple(items)).decode(),
            started=now,
        )
        with self._session() as session:
            session.add(row)
            return row.id

    def quiz(self, learner: str, quiz: str) -> Quiz | None:
        """A quiz with the first answer given to each item, or None when it is not the learner's."""
        with self._session() as session:
            row = session.get(_QuizRow, quiz)
            if row is None or row.learner != learner:
                return None
            attempts = session.scalars(
                select(_AttemptRow).where(_AttemptRow.quiz == quiz).order_by(_AttemptRow.id.desc())
            ).all()
            return Quiz(
                id=row.id,
                topic=row.topic,
                language="zh" if row.language == "zh" else "en",
                items=_ITEMS.validate_json(row.items),
                answered={attempt.item: attempt.chosen for attempt in attempts},
            )

    def add_attempt(self, quiz: str, item: str, chosen: str, *, correct: bool, now: datetime) -> None:
        """Keep one answer to one item."""
        with self._session() as session:
            session.add(_AttemptRow(quiz=quiz, item=item, chosen=chosen, correct=correct, answered=now))

    def show_quiz(self, learner: str, conversation: str, quiz: str) -> None:
        """Let a quiz be the one shown in a conversation; nothing happens when either is not the learner's."""
        with self._session() as session:
            row = session.get(_QuizRow, quiz)
            if row is None or row.learner != learner or self._row(session, learner, conversation) is None:
                return
            session.merge(_OpenQuizRow(conversation=conversation, quiz=quiz))

    def shown_quiz(self, learner: str, conversation: str) -> Quiz | None:
        """The quiz shown in a conversation, or None when there is none."""
        with self._session() as session:
            row = session.get(_OpenQuizRow, conversation)
        return self.quiz(learner, row.quiz) if row else None

    def hide_quiz(self, learner: str, conversation: str) -> None:
        """Show no quiz in a conversation any more; its attempts are kept."""
        with self._session() as session:
            row = session.get(_OpenQuizRow, conversation)
            if row is not None and self._row(session, learner, conversation) is not None:
                session.delete(row)

    def mark_known(self, learner: str, topic: str, *, now: datetime) -> None:
        """Note that the learner knows a topic; the time of the first mark is kept."""
        # A mark that is there already, or that another request makes at the same moment, stays as it is.
        with suppress(IntegrityError), self._session() as session:
            session.add(_MarkRow(learner=learner, topic=topic, at=now))

    def unmark(self, learner: str, topic: str) -> None:
        """Take a mark back; nothing happens when there is none."""
        with self._session() as session:
            session.execute(delete(_MarkRow).where(_MarkRow.learner == learner, _MarkRow.topic == topic))

    def known(self, learner: str) -> tuple[str, ...]:
        """The topics that the learner has marked, in the order of the marks."""
        query = select(_MarkRow.topic).where(_MarkRow.learner == learner).order_by(_MarkRow.at, _MarkRow.topic)
        with self._session() as session:
            return tuple(session.scalars(query).all())

    def save_plan(self, learner: str, wish: Wish, *, now: datetime) -> None:
        """Keep what the learner plans for, in place of what was planned before."""
        with self._session() as session:
            session.execute(delete(_PlanRow).where(_PlanRow.learner == learner))
            session.add(_PlanRow(learner=learner, changed=now, **wish.model_dump()))

    def plan(self, learner: str) -> Wish | None:
        """What the learner plans for; None before the first plan."""
        with self._session() as session:
            row = session.get(_PlanRow, learner)
            return Wish(goal=row.goal, weeks=row.weeks, hours=row.hours, start=row.start) if row else None

    def answers(self) -> bool:
        """Whether the database can be read now."""
        try:
            with self._session() as session:
                session.execute(select(_ConversationRow.id).limit(1))
        except SQLAlchemyError:
            return False
        return True

    def close(self) -> None:
        """Release every connection."""
        self._engine.dispose()

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    @staticmethod
    def _row(session: Session, learner: str, conversation: str) -> _ConversationRow | None:
        row = session.get(_ConversationRow, conversation)
        return row if row is not None and row.learner == learner else None


def _engine(address: str) -> Engine:
    try:
        return create_engine(address)
    except (SQLAlchemyError, ImportError) as error:
        raise ConfigurationError(
            f"TUTOR_DATABASE is no address of a database that this machine knows: {error}"
        ) from error


def _prepare_sqlite(connection: object, _record: object) -> None:
    """Readers do not wait for the writer (WAL), and foreign keys are enforced."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=5000", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def open_store(address: str, data: Path) -> Store:
    """The store at an SQLAlchemy address, or SQLite in the data folder when the address is empty."""
    if address:
        return Store(address)
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"the data directory {str(data)!r} cannot be written ({error.strerror}); make it writable or name another with TUTOR_DATA"
        ) from error
    return Store(f"sqlite:///{data / 'learners.sqlite3'}")


def utc_now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)
