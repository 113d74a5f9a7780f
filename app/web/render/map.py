"""The map's page as HTML: the filters, the picture, the list for narrow screens, and the panel of a topic."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from app.map.names import field_name, state_name
from app.map.palette import FIELD_COLOURS
from app.map.svg import told
from app.map.values import STATES, Chart, Order, Said, State, View
from app.map.wrap import readable
from app.texts import text
from app.web.render.markdown import inline_html
from ingest.documents import Resource
from ingest.lessons import Lesson
from ingest.values import Chunk, Language, Topic, Value


class Asked(Value):
    """What an address asks of the map; `known` are topics' ids, `colour` is "state", "field" or "" for whichever fits."""

    view: View
    colour: str = ""
    known: tuple[str, ...] = ()
    topic: str = ""

    def query(self) -> str:
        """The query of an address, "" where nothing is asked for."""
        given = {
            "roadmap": self.view.roadmap,
            "field": self.view.field,
            "colour": self.colour,
            "known": ",".join(self.known),
            "topic": self.topic,
        }
        asked = urlencode({name: value for name, value in given.items() if value}, safe=",/")
        return f"?{asked}" if asked else ""

    def address(self, file: str = "map") -> str:
        """The address of the page, or of one of its files."""
        return f"/{self.view.language}/{file}{self.query()}"

    def at(self, topic: str) -> str:
        """The address of the page with the panel of a topic."""
        return f"{self.model_copy(update={'topic': topic}).address()}{'#panel' if topic else ''}"

    def after_mark(self, *, is_known: bool) -> str:
        """The address of the page once its topic is marked as known, or no longer, with the colours that show it."""
        known = self.known if is_known else tuple(one for one in self.known if one != self.topic)
        return self.model_copy(update={"known": known, "colour": "state"}).at(self.topic)


@dataclass(frozen=True)
class Choices:
    """What the filters offer: roadmaps' ids with their titles, fields, and the names of what is known."""

    roadmaps: Mapping[str, str]
    fields: Sequence[str]
    known: Sequence[str]


@dataclass(frozen=True)
class Card:
    """What the panel shows of a topic: `definition` is None where its lesson has none, `source` is the lesson's title.

    `names` has the topics of every order before and after it; `is_known` says that the learner said to know it.
    """

    topic: Topic
    lesson: Lesson
    state: State | None
    definition: Chunk | None
    source: str
    before: Sequence[Order]
    after: Sequence[Order]
    names: Mapping[str, Topic]
    is_known: bool = False


def page(asked: Asked, head: str, parts: Iterable[str]) -> str:
    """The whole document; `head` is what goes into its head, `parts` is what stands below the header."""
    language = asked.view.language
    tag, title = "zh-CN" if language == "zh" else "en", _t("map_title", language)
    return (
        f'<!doctype html><html lang="{tag}"><head><meta charset="utf-8">{head}'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title></head>'
        f'<body class="gradio-container map-page">{_header(asked)}<main>{"".join(parts)}</main></body></html>'
    )


def _header(asked: Asked) -> str:
    language = asked.view.language
    other, tag, name = ("en", "en", "English") if language == "zh" else ("zh", "zh-CN", "中文")
    view = asked.view.model_copy(update={"language": other})
    there = escape(asked.model_copy(update={"view": view}).address())
    return (
        f'<header id="header"><div class="bar"><h1>{_t("map_title", language)}</h1>'
        f'<a class="quiet" href="/{language}/plan">{_t("plan_link", language)}</a>'
        f'<a class="quiet" href="/{language}/">{_t("map_chat", language)}</a>'
        f'<a class="quiet" id="language" href="{there}" lang="{tag}" hreflang="{tag}">{name}</a>'
        f'<button type="button" class="quiet" name="theme" id="theme" data-light="{_t("page_light", language)}" '
        f'data-dark="{_t("page_dark", language)}">{_t("page_dark", language)}</button></div></header>'
    )


def filters(asked: Asked, choices: Choices) -> str:
    """The form, which works without a script, and the files of the same view."""
    language, view = asked.view.language, asked.view
    fields = {field: field_name(field, language) for field in choices.fields}
    colours = {"field": text("map_by_field", language), "state": text("map_by_state", language)}
    files = " ".join(
        f'<a class="quiet" href="{escape(asked.model_copy(update={"topic": ""}).address(file))}" download>{name}</a>'
        for file, name in (("map.svg", "SVG"), ("map.mmd", "Mermaid"))
    )
    known = escape(text("map_comma", language).join(choices.known))
    return (
        f'<form class="filters" action="/{language}/map" method="get">'
        f"{_select('roadmap', _t('map_roadmap', language), choices.roadmaps, view.roadmap, _t('map_every_roadmap', language))}"
        f"{_select('field', _t('map_field', language), fields, view.field, _t('map_every_field', language))}"
        f"{_select('colour', _t('map_colour', language), colours, asked.colour, '')}"
        f'<label class="wide"><span>{_t("map_known_label", language)}</span>'
        f'<input type="text" name="known" maxlength="2000" value="{known}" placeholder="{_t("map_known_hint", language)}" autocomplete="off"></label>'
        f'<button class="primary">{_t("map_show", language)}</button>'
        f'<p class="files hint">{_t("map_files", language)} {files}</p></form>'
    )


def _select(name: str, label: str, options: Mapping[str, str], chosen: str, nothing: str) -> str:
    every = f'<option value="">{nothing}</option>' if nothing else ""
    shown = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(readable(title))}</option>'
        for value, title in options.items()
    )
    return f'<label><span>{label}</span><select name="{name}">{every}{shown}</select></label>'


def legend(asked: Asked, fields: Sequence[str], *, has_guests: bool, has_stages: bool) -> str:
    """What the colours and lines mean."""
    language = asked.view.language
    way = "by-state" if asked.colour == "state" else "by-field"
    if asked.colour == "state":
        keys: list[tuple[str, str]] = [(state, state_name(state, language)) for state in STATES]
    else:
        keys = [(f"f{number % FIELD_COLOURS}", field_name(field, language)) for number, field in enumerate(fields)]
    if has_guests:
        keys.append(("guest", text("map_guest", language)))
    boxes = "".join(_key(f'<g class="{way}"><g class="{kind}">{_BOX}</g></g>', name) for kind, name in keys)
    lines = [("stage", "map_by_stages")] * has_stages + [("far", "map_far")]
    shown = "".join(_key(f'<g class="{kind}">{_LINE}</g>', text(key, language)) for kind, key in lines)
    return f'<ul class="legend">{boxes}{shown}</ul>'


_BOX = '<rect class="box" x=".5" y=".5" width="21" height="13" rx="3"/><rect class="strip" x="2" y="3" width="3" height="8" rx="1.5"/>'
_LINE = '<path class="line" d="M0 7H22"/>'


def _key(shape: str, name: str) -> str:
    drawn = f'<svg class="map" width="22" height="14" viewBox="0 0 22 14" aria-hidden="true">{shape}</svg>'
    return f"<li>{drawn}{escape(readable(name))}</li>"


def picture(svg: str, language: Language) -> str:
    """The picture in a box to move about in, with the buttons of the script."""
    buttons = "".join(
        f'<button type="button" name="{name}" title="{_t(key, language)}" aria-label="{_t(key, language)}">{sign}</button>'
        for name, key, sign in (
            ("larger", "map_larger", "+"),
            ("smaller", "map_smaller", "−"),
            ("actual", "map_actual", "1:1"),
            ("whole", "map_whole", "⤢"),
        )
    )
    return (
        f'<div class="picture"><div class="zoom" hidden>{buttons}</div>'
        f'<div class="window" id="window" tabindex="-1">{svg}</div>'
        f'<div class="note" id="note" role="status" aria-live="polite"></div>'
        f'<p class="hint keys">{_t("map_keys", language)}</p></div>'
    )


def listing(asked: Asked, chart: Chart, states: Mapping[str, State]) -> str:
    """The same as a nested list: levels or stages, their topics, and what each comes after."""
    language = asked.view.language
    names = {spot.topic.id: spot.topic.name(language) for spot in chart.spots}
    groups = "".join(
        f"<li><h2>{escape(readable(title))}</h2><ul>{''.join(_entries(asked, chart, group, states, names))}</ul></li>"
        for group, title in enumerate(chart.groups)
    )
    return f'<nav class="levels" aria-label="{_t("map_list", language)}"><ul>{groups}</ul></nav>'


def _entries(
    asked: Asked, chart: Chart, group: int, states: Mapping[str, State], names: Mapping[str, str]
) -> Iterator[str]:
    language = asked.view.language
    for spot in chart.spots:
        if spot.group != group:
            continue
        state = states.get(spot.topic.id)
        facts = [field_name(spot.topic.field, language), state_name(state, language) if state else ""]
        fact = readable(text("map_comma", language).join(filter(None, facts)))
        before = "".join(
            f"<li>{escape(told(order, names, language)).replace(chr(10), '<br>')}</li>"
            for order in chart.drawn
            if order.after == spot.topic.id
        )
        count = sum(order.after == spot.topic.id for order in chart.drawn)
        more = f"<details><summary>{_t('map_before', language, count=count)}</summary><ul>{before}</ul></details>"
        yield (
            f'<li><a class="entry" data-id="{escape(spot.topic.id)}" href="{escape(asked.at(spot.topic.id))}">'
            f'{escape(readable(names[spot.topic.id]))}</a> <span class="hint">{escape(fact)}</span>{more if before else ""}</li>'
        )


def panel(asked: Asked, card: Card | None, hint: str) -> str:
    """The panel of a topic; without one, the text of the key `hint`."""
    language = asked.view.language
    if card is None:
        return f'<aside id="panel" class="empty"><p class="hint">{_t(hint, language)}</p></aside>'
    topic = card.topic
    other: Language = "en" if language == "zh" else "zh"
    facts = [
        text("map_level", language, level=card.lesson.level),
        field_name(topic.field, language),
        text("map_minutes", language, minutes=card.lesson.minutes),
        state_name(card.state, language) if card.state else "",
    ]
    chips = "".join(f"<span>{escape(readable(fact))}</span>" for fact in facts if fact)
    tag = "zh-CN" if other == "zh" else "en"
    return (
        f'<aside id="panel" aria-labelledby="panel-name"><div class="bar"><h2 id="panel-name" tabindex="-1">'
        f'{escape(readable(topic.name(language)))}</h2><a class="quiet" id="close" href="{escape(asked.at(""))}">{_t("map_close", language)}</a></div>'
        f'<p class="other" lang="{tag}">{escape(readable(topic.name(other)))}</p><p class="facts">{chips}</p>'
        f"{_definition(card, language)}{_links(asked, card)}"
        f"{_orders(asked, card, card.before, 'before')}{_orders(asked, card, card.after, 'after')}"
        f"{_resources(card.lesson.resources, language)}</aside>"
    )


def _definition(card: Card, language: Language) -> str:
    if card.definition is None:
        return ""
    sentence = card.definition.text.partition("\n")[2].strip()
    # Nothing draws formulas on this page: they stand as they are written.
    html = inline_html(sentence).replace("\\(", "").replace("\\)", "")
    source = _t("map_source", language, title=readable(card.source), line=card.definition.lines[1])
    return f'<blockquote class="definition"><p>{html}</p><footer>{source}</footer></blockquote>'


def _links(asked: Asked, card: Card) -> str:
    language, topic = asked.view.language, card.topic
    name = topic.name(language)
    links = (
        (_chat(language, text("map_ask_question", language, topic=name)), "map_ask"),
        (_chat(language, text("map_quiz_question", language, topic=name)), "map_quiz"),
        (f"/{language}/plan?{urlencode({'goal': topic.id})}", "map_plan"),
    )
    chips = "".join(f'<a class="chip" href="{escape(link)}">{_t(key, language)}</a>' for link, key in links)
    value, key = ("no", "map_unmark") if card.is_known else ("yes", "map_mark")
    return (
        f'<form class="links" method="post" action="{escape(asked.address("map/mark"))}">{chips}'
        f'<button class="chip" name="known" value="{value}">{_t(key, language)}</button></form>'
    )


def _chat(language: Language, question: str) -> str:
    return f"/{language}/?{urlencode({'ask': readable(question)})}"


def _orders(asked: Asked, card: Card, orders: Sequence[Order], side: str) -> str:
    language = asked.view.language
    title, nothing = ("map_before", "map_none_before") if side == "before" else ("map_after", "map_none_after")
    heading = f"<h3>{_t(title, language, count=len(orders))}</h3>"
    if not orders:
        return f'{heading}<p class="hint">{_t(nothing, language)}</p>'
    items = "".join(
        f'<li><a data-id="{escape(other.id)}" href="{escape(asked.at(other.id))}">{escape(readable(other.name(language)))}</a>'
        f"{''.join(_line(said, language) for said in order.said)}</li>"
        for order in orders
        for other in [card.names[order.before if side == "before" else order.after]]
    )
    return f'{heading}<ul class="orders">{items}</ul>'


def _line(said: Said, language: Language) -> str:
    return f'<p class="said">{_t("map_said", language, quote=readable(said.quote), title=readable(said.title), line=said.line)}</p>'


def _resources(resources: Sequence[Resource], language: Language) -> str:
    if not resources:
        return ""
    items = "".join(
        f'<li><a href="{escape(resource.url)}" rel="noreferrer">{escape(readable(resource.title))}</a>'
        f'<p class="said">{escape(readable(resource.read))}</p></li>'
        for resource in resources
        if resource.url.startswith(("https://", "http://"))
    )
    return f'<h3>{_t("map_resources", language)}</h3><ul class="orders">{items}</ul>'


def intro(language: Language, notices: Sequence[str]) -> str:
    """How to read the map, and what is to be said of what was asked for."""
    said = "".join(f'<p class="notice" role="status">{escape(notice)}</p>' for notice in notices)
    return f'<p class="how hint">{_t("map_how", language)}</p>{said}'


def _t(key: str, language: Language, **values: object) -> str:
    return escape(text(key, language, **values))
