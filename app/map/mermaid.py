"""Writes a chart as a Mermaid flowchart, for a page or a note that draws such text."""

import re
from collections.abc import Iterator

from app.map.values import Chart
from app.map.wrap import readable

# What is left as it is means nothing to Mermaid within a quoted label.
_SPECIAL = re.compile(r"[^\w .,()/+\-:（）：、，]|_")


def mermaid(chart: Chart) -> str:
    """The chart from left to right, a subgraph for each level or stage; dotted arrows stand for the order of stages."""
    return "\n".join(_rows(chart)) + "\n"


def _rows(chart: Chart) -> Iterator[str]:
    numbers = {spot.topic.id: number for number, spot in enumerate(chart.spots)}
    yield "flowchart LR"
    for group, title in enumerate(chart.groups):
        yield f'  subgraph g{group}["{_label(title)}"]'
        for spot in chart.spots:
            if spot.group == group:
                yield f'    t{numbers[spot.topic.id]}["{_label(spot.topic.name(chart.language))}"]'
        yield "  end"
    for order in chart.drawn:
        arrow = "-.->" if order.is_by_stages else "-->"
        yield f"  t{numbers[order.before]} {arrow} t{numbers[order.after]}"


def _label(name: str) -> str:
    """A name in Mermaid's own entities, which it reads by number.

    >>> _label('C# "x"')
    'C#35; #34;x#34;'
    """
    return _SPECIAL.sub(lambda sign: f"#{ord(sign[0])};", readable(name)) or " "
