"""The plan's page as HTML: the form, the weeks with their topics to tick, what is done, and the files. No script is needed."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from html import escape
from urllib.parse import urlencode

from app.advice import duration
from app.map.wrap import readable
from app.paths import Need
from app.plan_files import WEEK, first_day
from app.plans import Station, StudyPlan, Week
from app.store import Wish
from app.texts import text
from ingest.documents import Resource
from ingest.values import Language, Topic, Value

MOST_WEEKS = 104
LEAST_HOURS, MOST_HOURS = 0.5, 80.0
FIRST_YEAR, LAST_YEAR = 2000, 2100
FILES = (("plan.md", ""), ("plan.log.md", "plan_file_log"), ("plan.ics", "plan_file_calendar"))


class Fields(Value):
    """What stands in the form, as it was typed."""

    goal: str = ""
    weeks: str = ""
    hours: str = ""
    start: str = ""


class Course(Value):
    """A plan under way: the weeks of `plan` count from the wish's first day, and the first of them is `week` or later.

    `done` are the topics that the learner marked, `implied` those on the way that follow from them; of the `all`
    topics on the way, `met` are either. `is_over` says that the weeks wanted have passed.
    """

    wish: Wish
    plan: StudyPlan
    week: int
    done: tuple[Topic, ...]
    implied: tuple[Topic, ...]
    met: int
    all: int
    is_begun: bool
    is_over: bool


def page(language: Language, head: str, parts: Sequence[str]) -> str:
    """The whole document; `head` is what goes into its head, `parts` is what stands below the header."""
    tag, title = "zh-CN" if language == "zh" else "en", _t("plan_page_title", language)
    return (
        f'<!doctype html><html lang="{tag}"><head><meta charset="utf-8">{head}'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title></head>'
        f'<body class="gradio-container map-page plan-page">{_header(language)}<main>{"".join(parts)}</main></body></html>'
    )


def _header(language: Language) -> str:
    other, tag, name = ("en", "en", "English") if language == "zh" else ("zh", "zh-CN", "中文")
    return (
        f'<header id="header"><div class="bar"><h1>{_t("plan_page_title", language)}</h1>'
        f'<a class="quiet" href="/{language}/map">{_t("map_link", language)}</a>'
        f'<a class="quiet" href="/{language}/">{_t("map_chat", language)}</a>'
        f'<a class="quiet" id="language" href="/{other}/plan" lang="{tag}" hreflang="{tag}">{name}</a>'
        f'<button type="button" class="quiet" name="theme" id="theme" data-light="{_t("page_light", language)}" '
        f'data-dark="{_t("page_dark", language)}">{_t("page_dark", language)}</button></div></header>'
    )


def intro(language: Language, notices: Sequence[str]) -> str:
    """How a plan is made, and what is to be said of what was asked for."""
    said = "".join(f'<p class="notice" role="alert">{escape(readable(notice))}</p>' for notice in notices)
    return f'<p class="how hint">{_t("plan_how", language)}</p>{said}'


def form(language: Language, fields: Fields, goals: Sequence[Topic], *, has_plan: bool) -> str:
    """What to plan for; `goals` are offered by name."""
    offered = "".join(f'<option value="{_shown(topic.name(language))}"></option>' for topic in goals)
    save = _t("plan_change" if has_plan else "plan_save", language)
    weeks = f'type="number" name="weeks" min="1" max="{MOST_WEEKS}" value="{escape(fields.weeks)}"'
    bounds = f'min="{LEAST_HOURS:g}" max="{MOST_HOURS:g}" step="0.5"'
    hours = f'type="number" name="hours" {bounds} required value="{escape(fields.hours)}"'
    start = f'type="date" name="start" required value="{escape(fields.start)}"'
    return (
        f'<form class="filters" method="post" action="/{language}/plan">'
        f'<label class="wide"><span>{_t("plan_goal", language)}</span><input type="text" name="goal" list="goals" '
        f'required maxlength="200" autocomplete="off" value="{escape(fields.goal)}" '
        f'placeholder="{_t("plan_goal_hint", language)}"></label><datalist id="goals">{offered}</datalist>'
        f"{_field('plan_weeks', language, weeks)}{_field('plan_hours', language, hours)}"
        f"{_field('plan_start', language, start)}"
        f'<button class="primary">{save}</button></form>'
    )


def _field(key: str, language: Language, attributes: str) -> str:
    return f"<label><span>{_t(key, language)}</span><input {attributes}></label>"


def empty(language: Language) -> str:
    """What stands there before the first plan."""
    return f'<p class="nothing">{_t("plan_empty", language)}</p>'


def course(language: Language, shown: Course) -> str:
    """What is left, week by week, with its files."""
    plan = shown.plan
    goal = plan.path.goal.name(language)
    progress = _t("plan_progress", language, done=shown.met, all=shown.all)
    head = (
        f'<section class="course" id="course"><h2>{_t("plan_heading", language, goal=readable(goal))}</h2>'
        f'<p class="progress"><progress max="{shown.all}" value="{shown.met}" aria-label="{progress}"></progress> {progress}</p>'
    )
    if plan.path.implied:
        return f'{head}<p class="nothing">{_t("plan_reached", language, goal=readable(goal))}</p></section>'
    rest = _t(
        "plan_rest",
        language,
        time=duration(plan.minutes, language),
        hours=f"{plan.hours:g}",
        weeks=len(plan.weeks),
    )
    weeks = "".join(_week(language, shown, week) for week in plan.weeks)
    return f'{head}{_warning(language, shown)}<p class="rest">{rest}</p>{_files(language)}<ol class="weeks">{weeks}</ol></section>'


def _warning(language: Language, shown: Course) -> str:
    plan = shown.plan
    if shown.is_over:
        said = _t("plan_over", language, weeks=shown.wish.weeks)
    elif not plan.fits:
        said = _t("plan_no_fit", language, wanted=plan.wanted, weeks=len(plan.weeks), enough=plan.enough)
    else:
        return ""
    return f'<p class="notice" role="status">{said}</p>'


def _files(language: Language) -> str:
    links = " ".join(
        f'<a class="quiet" href="/{language}/{file}" download>{_t(key, language) if key else "Markdown"}</a>'
        for file, key in FILES
    )
    return f'<p class="files hint">{_t("plan_files", language)} {links}</p>'


def _week(language: Language, shown: Course, week: Week) -> str:
    first = first_day(week, shown.wish.start)
    last = first + WEEK - timedelta(days=1)
    days = _t(
        "plan_week_days",
        language,
        first=first.isoformat(),
        last=last.isoformat(),
        time=duration(week.minutes, language),
    )
    is_now = shown.is_begun and week.week == shown.week
    now = f' <span class="now">{_t("plan_this_week", language)}</span>' if is_now else ""
    needs = {need.topic.id: need for need in shown.plan.path.missing}
    topics = "".join(_topic(language, station, needs.get(station.topic.id)) for station in week.topics)
    held = f'<ul class="topics">{topics}</ul>' if topics else f'<p class="hint">{_t("plan_goes_on", language)}</p>'
    return (
        f'<li><h3>{_t("plan_week_head", language, week=week.week)}{now}</h3><p class="hint days">{days}</p>{held}</li>'
    )


def _topic(language: Language, station: Station, need: Need | None) -> str:
    facts = [duration(station.minutes, language)]
    if need is None:
        facts.append(text("plan_is_goal", language))
        why = ""
    else:
        facts.append(text("plan_needed_for", language, topic=need.needed_for.name(language)))
        reason = need.reason
        said = text("map_said", language, quote=reason.quote, title=reason.title, line=reason.line)
        why = f'<p class="said">{_shown(said)}</p>'
    fact = _shown(text("map_comma", language).join(facts))
    return (
        f"<li>{_tick(language, station.topic, is_known=False)}<div>{_link(language, station.topic)} "
        f'<span class="hint">{fact}</span>{why}{_resources(station.resources)}</div></li>'
    )


def _resources(resources: Sequence[Resource]) -> str:
    items = "".join(
        f'<li><a href="{escape(resource.url)}" rel="noreferrer">{_shown(resource.title)}</a> {_shown(resource.read)}</li>'
        for resource in resources
        if resource.url.startswith(("https://", "http://"))
    )
    return f'<ul class="read">{items}</ul>' if items else ""


def done(language: Language, shown: Course) -> str:
    """What the learner has ticked, each to take back, and what follows from it."""
    if not shown.done:
        return ""
    items = "".join(
        f"<li>{_tick(language, topic, is_known=True)}<div>{_link(language, topic)}</div></li>" for topic in shown.done
    )
    names = text("map_comma", language).join(topic.name(language) for topic in shown.implied)
    implied = f'<p class="hint">{_t("plan_implied", language, topics=readable(names))}</p>' if names else ""
    title = _t("plan_done_head", language, count=len(shown.done))
    return f'<section class="done" id="done"><h2>{title}</h2><ul class="topics">{items}</ul>{implied}</section>'


def _tick(language: Language, topic: Topic, *, is_known: bool) -> str:
    """A checkbox that a form sends at once: it needs no script and is pressed like any button."""
    name = _t("plan_tick", language, topic=readable(topic.name(language)))
    value, checked = ("no", "true") if is_known else ("yes", "false")
    undo = f'<span aria-hidden="true">{_t("plan_undo", language)}</span>' if is_known else ""
    return (
        f'<form method="post" action="/{language}/plan/mark"><input type="hidden" name="topic" value="{escape(topic.id)}">'
        f'<button class="tick" role="checkbox" aria-checked="{checked}" aria-label="{name}" title="{name}" '
        f'name="known" value="{value}">{undo}</button></form>'
    )


def _link(language: Language, topic: Topic) -> str:
    address = f"/{language}/map?{urlencode({'topic': topic.id})}#panel"
    return f'<a class="name" href="{escape(address)}">{_shown(topic.name(language))}</a>'


def parts(language: Language, shown: Course | None) -> Iterator[str]:
    """What stands below the form."""
    if shown is None:
        yield empty(language)
        return
    yield course(language, shown)
    yield done(language, shown)


def _shown(said: str) -> str:
    return escape(readable(said))


def _t(key: str, language: Language, **values: object) -> str:
    return escape(text(key, language, **values))
