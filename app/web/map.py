"""The map's routes: the page, the panel of a topic for its script, the files of the same view, and the marks."""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Annotated, get_args

from fastapi import FastAPI, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.map.atlas import Atlas
from app.map.chart import Charts
from app.map.mermaid import mermaid
from app.map.palette import for_file, for_page
from app.map.states import states
from app.map.svg import Look, draw
from app.map.values import Chart, State, View
from app.store import Store, utc_now
from app.texts import text
from app.web.edge import learner_of
from app.web.render import map as render
from app.web.render.map import Asked, Card, Choices
from app.web.serving import Serving
from ingest.errors import UsageError
from ingest.library import Library
from ingest.values import Chunk, Language, Value, Where

_LATEST = 30  # conversations whose quiz is looked at
_LONGEST = 2000
_SEPARATORS = re.compile(r"[,，、;；\n]")
_FRESH = {"cache-control": "no-store"}


def add_map_routes(app: FastAPI, serving: Serving, store: Store, head: Callable[[str], str]) -> None:
    """Add `/zh/map` and `/en/map` with their files; before the pages of the chat, which take every path below theirs.

    `head(language)` is what goes to the top of a page's `<head>`.
    """
    maps = _Maps(serving, store)
    for language in get_args(Language):
        _add_routes(app, maps, language, head)


def _add_routes(app: FastAPI, maps: "_Maps", language: Language, head: Callable[[str], str]) -> None:
    @app.get(f"/{language}/map")
    def page(request: Request) -> Response:
        with maps.sheet(language, request) as sheet:
            html = render.page(sheet.asked, head(language), _parts(sheet))
            return HTMLResponse(html, status_code=sheet.status, headers=_FRESH)

    @app.get(f"/{language}/map/panel")
    def panel(request: Request) -> Response:
        with maps.sheet(language, request) as sheet:
            return HTMLResponse(_panel(sheet), status_code=sheet.status, headers=_FRESH)

    @app.post(f"/{language}/map/mark")
    def mark(request: Request, known: Annotated[str, Form()] = "") -> Response:
        with maps.sheet(language, request) as sheet:
            if sheet.card is None:
                return HTMLResponse(_panel(sheet), status_code=404, headers=_FRESH)
            maps.mark(request, sheet.asked.topic, is_known=known == "yes")
            return RedirectResponse(sheet.asked.after_mark(is_known=known == "yes"), status_code=303)

    @app.get(f"/{language}/map.svg")
    def svg(request: Request) -> Response:
        with maps.sheet(language, request) as sheet:
            return _file(sheet, sheet.drawn(for_file(), lambda topic: ""), "image/svg+xml")

    @app.get(f"/{language}/map.mmd")
    def mmd(request: Request) -> Response:
        with maps.sheet(language, request) as sheet:
            return _file(sheet, mermaid(sheet.chart), "text/plain; charset=utf-8")


def _parts(sheet: "_Sheet") -> Iterator[str]:
    asked, chart = sheet.asked, sheet.chart
    language = asked.view.language
    yield render.intro(language, sheet.notices)
    yield render.filters(asked, sheet.choices)
    if not chart.spots:
        yield f'<p class="notice">{text("map_empty", language)}</p>'
        return
    has_guests = any(spot.is_guest for spot in chart.spots)
    has_stages = any(order.is_by_stages for order in chart.drawn)
    yield render.legend(asked, sheet.charts.fields, has_guests=has_guests, has_stages=has_stages)
    picture = render.picture(sheet.drawn(for_page(), asked.at), language)
    yield f'<div class="board">{picture}{render.listing(asked, chart, sheet.states)}{_panel(sheet)}</div>'


def _panel(sheet: "_Sheet") -> str:
    hint = "map_unknown_topic" if sheet.asked.topic else "map_panel_hint"
    return render.panel(sheet.asked, sheet.card, hint)


def _file(sheet: "_Sheet", content: str, kind: str) -> Response:
    return Response(content, media_type=kind, status_code=sheet.status, headers=_FRESH)


class _Learnt(Value):
    """What the learner marked, and topics whose last quiz was answered without a mistake to its end, or with one."""

    marked: frozenset[str]
    right: frozenset[str]
    wrong: frozenset[str]


class _Maps:
    """What was drawn of the index that serves; what was drawn of another one is forgotten."""

    def __init__(self, serving: Serving, store: Store) -> None:
        self._serving = serving
        self._store = store
        self._lock = threading.Lock()
        self._atlas: tuple[str, Atlas] | None = None

    @contextmanager
    def sheet(self, language: Language, request: Request) -> Iterator["_Sheet"]:
        """What a request asks for, over an index that stays open for as long as the context lasts."""
        with self._serving.tutor() as tutor:
            atlas = self._current(tutor.library)
            learnt = _learnt(self._store, learner_of(request.cookies))
            yield _Sheet(tutor.library, atlas, language, request.query_params, learnt)

    def mark(self, request: Request, topic: str, *, is_known: bool) -> None:
        """Note that the learner knows a topic, or take that back."""
        learner = learner_of(request.cookies)
        if is_known:
            self._store.mark_known(learner, topic, now=utc_now())
        else:
            self._store.unmark(learner, topic)

    def _current(self, library: Library) -> Atlas:
        generation = library.manifest.generation
        with self._lock:
            if self._atlas is None or self._atlas[0] != generation:
                self._atlas = (generation, Atlas(library))
            return self._atlas[1]


def _learnt(store: Store, learner: str) -> _Learnt:
    """The learner's marks, and what the quizzes say that the latest conversations show."""
    right: set[str] = set()
    wrong: set[str] = set()
    for conversation in store.conversations(learner)[:_LATEST]:
        quiz = store.shown_quiz(learner, conversation.id)
        if quiz is None or quiz.topic in right | wrong:
            continue
        keys = {item.id: item.key for item in quiz.items}
        if any(keys.get(item) != chosen for item, chosen in quiz.answered.items()):
            wrong.add(quiz.topic)
        elif keys.keys() <= quiz.answered.keys():
            right.add(quiz.topic)
    marked = frozenset(store.known(learner))
    return _Learnt(marked=marked, right=frozenset(right), wrong=frozenset(wrong))


class _Sheet:
    """One request's map. What it asks for and the map does not have is left out, and said in `notices`."""

    def __init__(
        self, library: Library, atlas: Atlas, language: Language, query: Mapping[str, str], learnt: _Learnt
    ) -> None:
        self._library = library
        self._atlas = atlas
        self._learnt = learnt
        self.charts: Charts = atlas.charts[language]
        self.notices: list[str] = []
        known = self._known(query.get("known", "")[:_LONGEST], language)
        view = self._view(language, query)
        self._is_elsewhere = view is None
        has_state = bool(known or learnt.marked or learnt.right or learnt.wrong)
        colour = query.get("colour", "")
        self.asked = Asked(
            view=view or View(language=language),
            colour=colour if colour in {"state", "field"} else "state" if has_state else "field",
            known=known,
            topic=query.get("topic", ""),
        )

    @property
    def status(self) -> int:
        """404 where the map does not have what is asked for; it is shown all the same."""
        return 404 if self._is_elsewhere or (self.asked.topic and self.card is None) else 200

    @cached_property
    def chart(self) -> Chart:
        """What is shown."""
        return self._atlas.chart(self.asked.view)

    @cached_property
    def states(self) -> dict[str, State]:
        """The state of every topic of the map, shown or not; empty while nothing is known of the learner."""
        known = {*self.asked.known, *self._learnt.marked, *self._learnt.right}
        wrong = self._learnt.wrong
        if self.asked.colour == "field" and not known and not wrong:
            return {}
        levels = {topic: self.charts.lesson(topic).level for topic in sorted(self.charts.topics)}
        return states(levels, self.charts.orders, known, wrong)

    @property
    def choices(self) -> Choices:
        """What the filters offer."""
        language, glossary = self.asked.view.language, self._library.glossary
        return Choices(
            roadmaps={roadmap: self._library.title(roadmap, language) for roadmap in self.charts.roadmaps},
            fields=self.charts.fields,
            known=[glossary.topic(topic).name(language) for topic in self.asked.known],
        )

    def drawn(self, style: str, address: Callable[[str], str]) -> str:
        """The picture as SVG."""
        look = Look(
            style=style,
            fields=self.charts.fields,
            states=self.states,
            by_state=self.asked.colour == "state",
            address=address,
            chosen=self.asked.topic,
        )
        return draw(self._atlas.picture(self.asked.view), look)

    @cached_property
    def card(self) -> Card | None:
        """What the panel says of the topic that is asked for; None when the map has no such topic, or none is asked for."""
        topic, language = self.asked.topic, self.asked.view.language
        if topic not in self.charts.topics:
            return None
        orders = {(order.before, order.after): order for order in (*self.chart.orders, *self.charts.orders)}
        before = [order for order in orders.values() if order.after == topic]
        after = [order for order in orders.values() if order.before == topic]
        lesson = self.charts.lesson(topic)
        definition = self._definition(topic, lesson.language)
        names = {other for order in (*before, *after) for other in (order.before, order.after)}
        return Card(
            topic=self._library.glossary.topic(topic),
            lesson=lesson,
            state=self.states.get(topic),
            definition=definition,
            source=self._library.title(lesson.document, language),
            before=sorted(before, key=lambda order: self._rank(order.before)),
            after=sorted(after, key=lambda order: self._rank(order.after)),
            names={name: self._library.glossary.topic(name) for name in names},
            is_known=topic in self._learnt.marked or topic in self.asked.known,
        )

    def _definition(self, topic: str, language: Language) -> Chunk | None:
        chunks = self._library.index.chunks(Where(topic=topic, language=language))
        return next((chunk for chunk in chunks if chunk.role == "definition"), None)

    def _rank(self, topic: str) -> tuple[int, str]:
        return self.charts.lesson(topic).level, topic

    def _view(self, language: Language, query: Mapping[str, str]) -> View | None:
        view = View(language=language, roadmap=query.get("roadmap", ""), field=query.get("field", ""))
        try:
            self._atlas.chart(view)
        except UsageError:
            self.notices.append(text("map_unknown_view", language))
            return None
        return view

    def _known(self, asked: str, language: Language) -> tuple[str, ...]:
        """The topics that are named, by id or by any of their names; a name that is unknown is noted."""
        found: list[str] = []
        unknown: list[str] = []
        for name in filter(None, map(str.strip, _SEPARATORS.split(asked))):
            named = [name] if name in self.charts.topics else self._library.glossary.topics(name)
            topics = [topic for topic in named if topic in self.charts.topics]
            found += topics
            unknown += [] if topics else [name]
        if unknown:
            names = text("map_comma", language).join(unknown)
            self.notices.append(text("map_unknown_known", language, names=names))
        return tuple(dict.fromkeys(found))
