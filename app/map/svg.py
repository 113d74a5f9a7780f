"""Draws a picture as SVG; every name and quote in it is escaped."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from app.map.names import field_name, state_name
from app.map.palette import FIELD_COLOURS
from app.map.values import Box, Curve, Order, Picture, State
from app.map.wrap import readable
from app.texts import text
from ingest.values import Language

_FAR = 6  # columns; longer lines are drawn faintly, or they would hide the short ones
_SIGNS: dict[State, str] = {"known": "✓", "review": "!", "next": "★", "ready": "○", "locked": ""}


@dataclass(frozen=True)
class Look:
    """How a picture is shown: `style` is CSS of ours, `fields` give each field its colour by its position.

    `states` may be empty: then only fields are told apart. `address` gives the link of a topic, "" for none.
    """

    style: str
    fields: Sequence[str]
    states: Mapping[str, State]
    by_state: bool
    address: Callable[[str], str]
    chosen: str = ""


def draw(picture: Picture, look: Look) -> str:
    """The picture as one `<svg>` element, topics column by column first, then the orders between them."""
    way = "by-state" if look.by_state else "by-field"
    columns = {box.spot.topic.id: box.spot.column for box in picture.boxes}
    names = {box.spot.topic.id: box.spot.topic.name(picture.language) for box in picture.boxes}
    label = escape(text("map_label", picture.language, count=len(picture.boxes)))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="map" role="group" aria-label="{label}" '
        f'viewBox="0 0 {picture.width:g} {picture.height:g}" width="{picture.width:g}" height="{picture.height:g}">',
        f"<style>{look.style}</style>",
        '<defs><marker id="tip" markerUnits="userSpaceOnUse" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto">'
        '<path class="tip" d="M1 1 L7 4 L1 7 Z"/></marker></defs>',
        f'<g class="{way}">',
        *_bands(picture),
        *(_topic(box, picture, look) for box in picture.boxes),
        *(_curve(curve, columns, told(curve.order, names, picture.language), look) for curve in picture.curves),
        *_heads(picture),
        "</g></svg>",
    ]
    return "\n".join(parts)


def told(order: Order, names: Mapping[str, str], language: Language) -> str:
    """An order in words, and below it every line that states it."""
    head = text("map_order", language, before=names[order.before], after=names[order.after])
    lines = [text("map_said", language, quote=said.quote, title=said.title, line=said.line) for said in order.said]
    return "\n".join([readable(head), *map(readable, lines)])


def _bands(picture: Picture) -> Iterator[str]:
    for band in picture.bands:
        yield (
            f'<rect class="band" x="{band.x:g}" y="10" width="{band.width:g}" height="{picture.height - 20:g}" rx="10"/>'
        )


def _heads(picture: Picture) -> Iterator[str]:
    """Above everything else: a page's script keeps them in view."""
    for band in picture.bands:
        yield (
            f'<text class="head" aria-hidden="true" x="{band.x + 14:g}" y="36" data-x="{band.x + 14:g}" '
            f'data-width="{band.width - 28:g}">{escape(readable(band.title))}</text>'
        )


def _topic(box: Box, picture: Picture, look: Look) -> str:
    spot = box.spot
    state = look.states.get(spot.topic.id)
    number = look.fields.index(spot.topic.field) % FIELD_COLOURS if spot.topic.field in look.fields else 0
    chosen = spot.topic.id == look.chosen
    kinds = ["topic", f"f{number}", state or "", "guest" if spot.is_guest else "", "chosen" if chosen else ""]
    address = look.address(spot.topic.id)
    tag, link = ("a", f' href="{escape(address)}"') if address else ("g", "")
    current = ' aria-current="true"' if chosen else ""
    sign = _sign(_SIGNS[state], box) if state and _SIGNS[state] else ""
    first = (box.height - 15 * (len(box.lines) - 1)) / 2 + 4.5
    rows = "".join(
        f'<tspan x="12" y="{first + 15 * row:g}">{escape(line)}</tspan>' for row, line in enumerate(box.lines)
    )
    return (
        f'<{tag}{link} class="{" ".join(filter(None, kinds))}" data-id="{escape(spot.topic.id)}" '
        f'aria-label="{escape(_described(box, state, picture))}"{current} '
        f'transform="translate({box.x:g} {box.y:g})"><title>{escape(readable(spot.topic.name(picture.language)))}</title>'
        f'<rect class="box" width="{box.width:g}" height="{box.height:g}" rx="6"/>'
        f'<rect class="strip" width="4" height="{box.height - 8:g}" x="3" y="4" rx="2"/>'
        f'<text class="name">{rows}</text>{sign}</{tag}>'
    )


def _sign(sign: str, box: Box) -> str:
    """A badge on the corner, where it covers no letter of the name."""
    at = f'cx="{box.width - 5:g}" cy="2" r="8"'
    return (
        f'<circle class="badge" {at}/><text class="sign" x="{box.width - 5:g}" y="6" text-anchor="middle">{sign}</text>'
    )


def _described(box: Box, state: State | None, picture: Picture) -> str:
    language = picture.language
    facts = [
        box.spot.topic.name(language),
        text("map_level", language, level=box.spot.level),
        field_name(box.spot.topic.field, language),
        state_name(state, language) if state else "",
    ]
    return readable(text("map_comma", language).join(filter(None, facts)))


def _curve(curve: Curve, columns: Mapping[str, int], title: str, look: Look) -> str:
    order = curve.order
    kinds = ["order", order.said[0].kind]
    if abs(columns[order.after] - columns[order.before]) > _FAR:
        kinds.append("far")
    if look.chosen in {order.before, order.after}:
        kinds.append("lit")
    (x, y), *others = curve.points
    way = f"M{x:g} {y:g}C{' '.join(f'{x:g} {y:g}' for x, y in others)}"
    return (
        f'<g class="{" ".join(kinds)}" role="img" tabindex="-1" data-from="{escape(order.before)}" '
        f'data-to="{escape(order.after)}"><title>{escape(title)}</title>'
        f'<path class="line" d="{way}" marker-end="url(#tip)"/><path class="hit" d="{way}"/></g>'
    )
