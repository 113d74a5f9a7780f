"""Puts next steps into words: an answer whose every claim is a quoted line."""

from collections.abc import Sequence
from itertools import groupby

from app.orders import orders_of
from app.paths import Need, missing_before, reason
from app.plans import best_resources
from app.sources import Sources
from app.standing import project_for
from app.texts import text
from app.values import Citation, Claim, Step, Steps
from ingest.library import Library
from ingest.values import Evidence, Language, Topic, Value, Where

STEPS_SHOWN = 6
_FURTHER_SHOWN = 8
_FOLLOWUPS = 3


class Advice(Value):
    """Markdown with `[n]`, its claims and citations; the text says so when no document states an order.

    `answered` is false when no document says what was asked. `topics` are the topics advised, in the order of the text; for a comparison the one that comes first, if one does.
    """

    text: str
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    topics: tuple[str, ...] = ()
    followups: tuple[str, ...] = ()
    answered: bool = True


def advise(library: Library, found: Steps, language: Language, *, forward: bool, known: Sequence[Topic] = ()) -> Advice:
    """What to learn after (`forward`) or before the topic, and who says so.

    `known` are the other topics that the learner knows; nothing of them, or that they imply, is advised.
    """
    others = [topic.id for topic in known if topic != found.topic]
    familiar = orders_of(library).familiar(others)
    steps = [step for step in (found.after if forward else found.before) if step.topic.id not in familiar]
    about = known if forward and len(known) > 1 else (found.topic,)
    topic = names(about, language)
    if not steps:
        return Advice(text=text("no_next" if forward else "no_before", language, topic=topic), answered=False)
    writer = _Writer(library, language, text("after_intro" if forward else "before_intro", language, topic=topic))
    had = [*(topic.id for topic in known), *([found.topic.id] if forward else [])]
    for n, step in enumerate(steps):
        if n < STEPS_SHOWN:
            writer.step(step)
        else:
            writer.briefly(step)
        if forward:
            writer.missing(step.topic, missing_before(library, had, step.topic.id, language))
        if n == 0:
            writer.study(step.topic)
    if not forward:
        writer.further([step.topic.id for step in steps], {found.topic.id, *familiar})
    return Advice(
        text=writer.text(_shortest(library, steps, language) if not forward else ""),
        claims=tuple(writer.claims),
        citations=tuple(writer.sources.citations),
        topics=tuple(step.topic.id for step in steps),
        followups=_followups(library, found.topic, steps[0].topic, language, forward=forward),
    )


def names(topics: Sequence[Topic], language: Language) -> str:
    """The names of topics, joined as in a list."""
    return ("、" if language == "zh" else ", ").join(topic.name(language) for topic in topics)


def short_name(topic: Topic, language: Language) -> str:
    """The abbreviation where there is one, else the name: as a learner writes it."""
    return topic.short or (topic.zh if language == "zh" else topic.en)


def colon(language: Language) -> str:
    """What stands between a claim and its quote."""
    return "：" if language == "zh" else ": "


def duration(minutes: int, language: Language) -> str:
    """`95` as `1 小时 35 分钟` or `1 h 35 min`; 0 is the time of a topic that has no lesson."""
    if not minutes:
        return text("order_untimed", language)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return text("order_minutes", language, minutes=rest)
    if not rest:
        return text("order_hours", language, hours=hours)
    return text("order_hours_minutes", language, hours=hours, minutes=rest)


class _Writer:
    """The blocks of one answer, its claims and its sources."""

    def __init__(self, library: Library, language: Language, intro: str) -> None:
        self.library = library
        self.language = language
        self.intro = intro
        self.sources = Sources(library, language)
        self.claims: list[Claim] = []
        self.lines: list[str] = []

    def text(self, remark: str) -> str:
        """The answer as Markdown."""
        opening = f"{self.intro}\n\n{remark}" if remark else self.intro
        return f"{opening}\n\n" + "\n".join(self.lines)

    def step(self, step: Step) -> None:
        """A step with every document that states it."""
        head = _head(step, self.language)
        self.lines.append(f"- {head}")
        for places in _by_document(step.evidence):
            quotes = self.sources.quoted(places)
            said = text("says", self.language, title=self.sources.title(places[0]), quotes=quotes)
            self.lines.append(f"  - {said}")
        self._claim(f"{self.intro}{head}", self.sources.numbers(step.evidence))

    def missing(self, topic: Topic, needs: Sequence[Need]) -> None:
        """What is missing before a step, so that nobody starts it too early."""
        if needs:
            numbers = [self.sources.number(need.reason) for need in needs]
            listed = [f"{need.topic.name(self.language)} [{n}]" for need, n in zip(needs, numbers, strict=True)]
            joined = ("、" if self.language == "zh" else ", ").join(listed)
            said = text("order_missing", self.language, topics=joined)
            self.lines.append(f"  - {said}")
            self._claim(f"**{topic.name(self.language)}**{said}", tuple(numbers))

    def study(self, topic: Topic) -> None:
        """How to study a step: the time, what to read, and a project."""
        minutes = orders_of(self.library).minutes(topic.id, self.language)
        if minutes:
            self.lines.append(f"  - {text('order_time', self.language, time=duration(minutes, self.language))}")
        for resource in best_resources(self.library, topic.id, self.language):
            said = text("order_read", self.language, title=resource.title, url=resource.url, read=resource.read)
            self.lines.append(f"  - {said}")
        place = _practice(self.library, topic, self.language)
        if place:
            said = text(
                "order_project", self.language, title=self.sources.title(place), quote=self.sources.quoted([place])
            )
            self.lines.append(f"  - {said}")
            self._claim(f"**{topic.name(self.language)}** {place.quote}", self.sources.numbers([place]))

    def briefly(self, step: Step) -> None:
        """A step on one line, with the document that states it most firmly."""
        places = _by_document(step.evidence)[0]
        head = _head(step, self.language)
        self.lines.append(f"- {head}{colon(self.language)}{self.sources.quoted(places)}")
        self._claim(f"{self.intro}{head}", self.sources.numbers(places))

    def further(self, direct: Sequence[str], without: set[str]) -> None:
        """What the steps need in turn, those that need least first."""
        orders = orders_of(self.library)
        deeper = orders.sequence(orders.needed(direct) - set(direct) - without)
        if deeper:
            self.lines.append(f"\n{text('order_further', self.language, count=len(deeper))}\n")
        for topic in deeper[-_FURTHER_SHOWN:]:
            asking = next(other for other in (*direct, *deeper) if topic in orders.requires(other))
            place = reason(orders, topic, asking, self.language)
            needed_for = orders.topics[asking].name(self.language)
            name = orders.topics[topic].name(self.language)
            said = text("order_needed_for", self.language, topic=name, needed_for=needed_for)
            self.lines.append(f"- {said}{colon(self.language)}{self.sources.quoted([place])}")
            self._claim(said, self.sources.numbers([place]))
        if len(deeper) > _FURTHER_SHOWN:
            self.lines.append(f"- {text('order_and_more', self.language, count=len(deeper) - _FURTHER_SHOWN)}")

    def _claim(self, said: str, numbers: tuple[int, ...]) -> None:
        self.claims.append(Claim(text=said, citations=numbers, verdict="supported"))


def _by_document(places: Sequence[Evidence]) -> list[list[Evidence]]:
    return [list(group) for _, group in groupby(places, key=lambda evidence: evidence.document)]


def _head(step: Step, language: Language) -> str:
    match step.support:
        case 0:
            support = text("support_lesson", language)
        case 1:
            support = text("support_roadmap", language)
        case count:
            support = text("support_roadmaps", language, count=count)
    match step.against:
        case 0:
            against = ""
        case 1:
            against = text("against_one", language)
        case count:
            against = text("against", language, count=count)
    return text("step_line", language, topic=step.topic.name(language), support=support, against=against)


def _shortest(library: Library, steps: Sequence[Step], language: Language) -> str:
    """The steps that no other step implies, where they are fewer than all."""
    orders = orders_of(library)
    implied = orders.needed(step.topic.id for step in steps)
    least = [step.topic for step in steps if step.topic.id not in implied]
    if not least or len(least) == len(steps):
        return ""
    return text("order_shortest", language, topics=names(least, language))


def _practice(library: Library, topic: Topic, language: Language) -> Evidence | None:
    """A roadmap's project that names the topic, else the exercise of its lesson."""
    project = project_for(library, topic.id)
    if project:
        return project.place
    where = Where(topic=topic.id, language=language)
    exercise = next((chunk for chunk in library.index.chunks(where) if chunk.role == "exercise"), None)
    if exercise is None:
        return None
    lines = enumerate(exercise.text.split("\n"), start=exercise.lines[0])
    number, quote = next((n, line.strip()) for n, line in lines if line.strip() and not line.startswith("#"))
    return Evidence(
        document=exercise.document, title=exercise.title, heading=exercise.heading, line=number, quote=quote
    )


def _followups(library: Library, topic: Topic, first: Topic, language: Language, *, forward: bool) -> tuple[str, ...]:
    """A quiz on what comes first, the first step known already, and the way there."""
    before, after = (topic, first) if forward else (first, topic)
    a, b = short_name(before, language), short_name(after, language)
    asked = [text("follow_quiz", language, topic=a)] if (before.id, language) in library.lessons else []
    if forward:
        asked.append(text("follow_known_too", language, topic=a, other=b))
    else:
        asked.append(text("follow_ready", language, known=a, goal=b))
    asked.append(text("follow_path", language, known=a, goal=b))
    return tuple(asked[:_FOLLOWUPS])
