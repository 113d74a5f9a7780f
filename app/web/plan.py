"""The plan's routes: the page with its form, the ticks, and the files of the same plan."""

import difflib
import math
from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, get_args
from urllib.parse import quote

from fastapi import FastAPI, Form, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from app.map.wrap import readable
from app.orders import orders_of
from app.paths import find_path
from app.plan_calendar import as_calendar
from app.plan_files import as_log, as_markdown, next_monday
from app.plans import HOURS_A_WEEK, make_plan
from app.store import Store, Wish, utc_now
from app.texts import text
from app.web.edge import learner_of
from app.web.render import plan as render
from app.web.render.plan import Course, Fields
from app.web.serving import Serving
from ingest.languages import fold
from ingest.library import Library
from ingest.values import Language, Topic

_FRESH = {"cache-control": "no-store"}
_LONGEST = 200
_NEAREST, _NEAR = 3, 0.4
_WEEK_DAYS = 7
_Field = Annotated[str, Form()]


def add_plan_routes(app: FastAPI, serving: Serving, store: Store, head: Callable[[str], str]) -> None:
    """Add `/zh/plan` and `/en/plan` with their files; before the pages of the chat, which take every path below theirs.

    `head(language)` is what goes to the top of a page's `<head>`.
    """
    for language in get_args(Language):
        plans = _Plans(serving, store, language, head)
        _add_pages(app, plans)
        _add_files(app, plans)


def _add_pages(app: FastAPI, plans: "_Plans") -> None:
    @app.get(f"/{plans.language}/plan")
    def show(request: Request, goal: str = "") -> Response:
        return plans.show(learner_of(request.cookies), goal)

    @app.post(f"/{plans.language}/plan")
    def save(
        request: Request, goal: _Field = "", weeks: _Field = "", hours: _Field = "", start: _Field = ""
    ) -> Response:
        fields = Fields(goal=goal[:_LONGEST], weeks=weeks[:_LONGEST], hours=hours[:_LONGEST], start=start[:_LONGEST])
        return plans.save(learner_of(request.cookies), fields)

    @app.post(f"/{plans.language}/plan/mark")
    def mark(request: Request, topic: _Field = "", known: _Field = "") -> Response:
        return plans.mark(learner_of(request.cookies), topic, is_known=known == "yes")


def _add_files(app: FastAPI, plans: "_Plans") -> None:
    language = plans.language

    def file(request: Request, ending: str, kind: str, written: Callable[[Course], str]) -> Response:
        shown = plans.course(learner_of(request.cookies))
        if shown is None or not shown.plan.weeks:
            return PlainTextResponse(text("plan_nothing_to_export", language), status_code=404, headers=_FRESH)
        name = quote(f"plan-{shown.wish.goal}.{ending}", safe="")
        kept = f"attachment; filename=\"plan.{ending}\"; filename*=UTF-8''{name}"
        return Response(written(shown), media_type=kind, headers={**_FRESH, "content-disposition": kept})

    @app.get(f"/{language}/plan.md")
    def markdown(request: Request) -> Response:
        return file(request, "md", "text/markdown; charset=utf-8", lambda shown: as_markdown(shown.plan, language))

    @app.get(f"/{language}/plan.log.md")
    def log(request: Request) -> Response:
        kind = "text/markdown; charset=utf-8"
        return file(request, "log.md", kind, lambda shown: as_log(shown.plan, language, shown.wish.start))

    @app.get(f"/{language}/plan.ics")
    def calendar(request: Request) -> Response:
        kind = "text/calendar; charset=utf-8"
        return file(request, "ics", kind, lambda shown: as_calendar(shown.plan, language, shown.wish.start))


class _Plans:
    """The plans of all learners in one language."""

    def __init__(self, serving: Serving, store: Store, language: Language, head: Callable[[str], str]) -> None:
        self.language: Language = language
        self._serving = serving
        self._store = store
        self._head = head

    def show(self, learner: str, goal: str) -> Response:
        """The page; a goal that is named stands in the form and is not saved."""
        with self._serving.tutor() as tutor:
            wish = self._store.plan(learner)
            fields = self._fields(tutor.library, wish)
            notices = []
            if wish is not None and wish.goal not in goals(tutor.library):
                notices.append(text("plan_gone", self.language, name=wish.goal))
            if goal:
                named = named_goal(tutor.library, goal[:_LONGEST])
                shown = self._name(tutor.library, named) if named else readable(goal[:_LONGEST])
                fields = fields.model_copy(update={"goal": shown})
            return self._page(tutor.library, learner, fields, notices)

    def save(self, learner: str, fields: Fields) -> Response:
        """Keep what the form says and show the plan; what is wrong with it is said instead, and nothing is kept."""
        with self._serving.tutor() as tutor:
            read = read_wish(tutor.library, fields, self.language)
            if isinstance(read, Wish):
                self._store.save_plan(learner, read, now=utc_now())
                return self._back()
            return self._page(tutor.library, learner, fields, read, status=422)

    def mark(self, learner: str, topic: str, *, is_known: bool) -> Response:
        """Tick a topic or take the tick back."""
        with self._serving.tutor() as tutor:
            if topic not in orders_of(tutor.library).topics:
                fields = self._fields(tutor.library, self._store.plan(learner))
                said = text("plan_unknown_mark", self.language)
                return self._page(tutor.library, learner, fields, [said], status=404)
        if is_known:
            self._store.mark_known(learner, topic, now=utc_now())
        else:
            self._store.unmark(learner, topic)
        return self._back()

    def course(self, learner: str) -> Course | None:
        """The learner's plan as it stands today; None without one, or when its goal is gone from the corpus."""
        with self._serving.tutor() as tutor:
            return self._course(tutor.library, learner)

    def _course(self, library: Library, learner: str) -> Course | None:
        wish = self._store.plan(learner)
        if wish is None or wish.goal not in goals(library):
            return None
        return make_course(library, wish, self._store.known(learner), self.language, today=utc_now().date())

    def _page(
        self, library: Library, learner: str, fields: Fields, notices: Sequence[str], *, status: int = 200
    ) -> Response:
        shown = self._course(library, learner)
        offered = [library.glossary.topic(topic) for topic in sorted(goals(library))]
        parts = [
            render.intro(self.language, notices),
            render.form(self.language, fields, offered, has_plan=shown is not None),
            *render.parts(self.language, shown),
        ]
        html = render.page(self.language, self._head(self.language), parts)
        return HTMLResponse(html, status_code=status, headers=_FRESH)

    def _fields(self, library: Library, wish: Wish | None) -> Fields:
        if wish is None:
            return Fields(hours=f"{HOURS_A_WEEK:g}", start=next_monday(utc_now().date()).isoformat())
        return Fields(
            goal=self._name(library, wish.goal) if wish.goal in goals(library) else "",
            weeks=str(wish.weeks or ""),
            hours=f"{wish.hours:g}",
            start=wish.start.isoformat(),
        )

    def _name(self, library: Library, topic: str) -> str:
        return readable(library.glossary.topic(topic).name(self.language))

    def _back(self) -> Response:
        return RedirectResponse(f"/{self.language}/plan#course", status_code=303)


def make_course(library: Library, wish: Wish, marked: Sequence[str], language: Language, *, today: date) -> Course:
    """What is left of a plan today, from the current week on. Raises KeyError for an unknown goal."""
    orders = orders_of(library)
    known = [topic for topic in marked if topic in orders.topics]
    familiar = orders.familiar(known)
    way = orders.needed([wish.goal]) | {wish.goal}
    passed = max(0, (today - wish.start).days // _WEEK_DAYS)
    left = None if wish.weeks is None else max(1, wish.weeks - passed)
    path = find_path(library, known, wish.goal, language)
    plan = make_plan(library, path, language, weeks=left, hours=wish.hours)
    weeks = tuple(week.model_copy(update={"week": week.week + passed}) for week in plan.weeks)

    def topics(chosen: frozenset[str]) -> tuple[Topic, ...]:
        return tuple(orders.topics[topic] for topic in orders.sequence(chosen))

    return Course(
        wish=wish,
        plan=plan.model_copy(update={"weeks": weeks}),
        week=passed + 1,
        done=topics(frozenset(known)),
        implied=topics(way & familiar - frozenset(known)),
        met=len(way & familiar),
        all=len(way),
        is_begun=today >= wish.start,
        is_over=wish.weeks is not None and passed >= wish.weeks,
    )


def goals(library: Library) -> frozenset[str]:
    """The topics that a plan may lead to: those with a lesson."""
    topics = orders_of(library).topics
    return frozenset(topic for topic, _ in library.lessons if topic in topics)


def named_goal(library: Library, name: str) -> str:
    """The id of the topic with a lesson that a text names, by id or by any name; "" when there is none."""
    offered = goals(library)
    named = [name.strip()] if name.strip() in offered else library.glossary.topics(name)
    return next((topic for topic in named if topic in offered), "")


def read_wish(library: Library, fields: Fields, language: Language) -> Wish | list[str]:
    """What a form asks for, or a sentence for everything that is wrong with it."""
    goal, weeks, hours, start = (
        named_goal(library, fields.goal),
        _weeks(fields.weeks),
        _hours(fields.hours),
        _start(fields.start),
    )
    wrong = [] if goal else [_unknown(library, fields.goal, language)]
    if weeks is None:
        wrong.append(text("plan_bad_weeks", language, most=render.MOST_WEEKS))
    if hours is None:
        least, most = f"{render.LEAST_HOURS:g}", f"{render.MOST_HOURS:g}"
        wrong.append(text("plan_bad_hours", language, least=least, most=most))
    if start is None:
        wrong.append(text("plan_bad_start", language, first=render.FIRST_YEAR, last=render.LAST_YEAR))
    if not goal or weeks is None or hours is None or start is None:
        return wrong
    return Wish(goal=goal, weeks=weeks or None, hours=hours, start=start)


def _weeks(typed: str) -> int | None:
    """0 for any number of weeks, None for no number of weeks."""
    if not typed.strip():
        return 0
    try:
        weeks = int(typed)
    except ValueError:
        return None
    return weeks if 1 <= weeks <= render.MOST_WEEKS else None


def _hours(typed: str) -> float | None:
    try:
        hours = float(typed)
    except ValueError:
        return None
    return hours if math.isfinite(hours) and render.LEAST_HOURS <= hours <= render.MOST_HOURS else None


def _start(typed: str) -> date | None:
    try:
        start = date.fromisoformat(typed.strip())
    except ValueError:
        return None
    return start if render.FIRST_YEAR <= start.year <= render.LAST_YEAR else None


def _unknown(library: Library, name: str, language: Language) -> str:
    """That no lesson is about this, with the nearest names."""
    shown = readable(name)
    if not shown:
        return text("plan_no_goal", language)
    glossary = library.glossary
    aliases = {fold(alias): topic for topic in sorted(goals(library)) for alias in glossary.names(topic)}
    found = difflib.get_close_matches(fold(shown), aliases, n=_NEAREST, cutoff=_NEAR)
    near = dict.fromkeys(glossary.topic(aliases[alias]).name(language) for alias in found)
    names = text("map_comma", language).join(near)
    nearest = text("nearest", language, topics=names) if near else ""
    return text("plan_unknown_goal", language, name=shown, nearest=nearest).strip()
