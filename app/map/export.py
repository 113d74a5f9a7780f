"""The map as a file: SVG to look at, Mermaid to go on with."""

from typing import Literal

from app.map.chart import Charts
from app.map.mermaid import mermaid
from app.map.palette import for_file
from app.map.place import place
from app.map.svg import Look, draw
from app.map.values import View
from ingest.errors import UsageError
from ingest.library import Library

Format = Literal["svg", "mermaid"]


def export(library: Library, view: View, wanted: Format) -> str:
    """The map of an opened library. Raises UsageError for a roadmap or a field that it does not have."""
    charts = Charts(library, view.language)
    chart = charts.chart(view)
    match wanted:
        case "mermaid":
            return mermaid(chart)
        case "svg":
            look = Look(style=for_file(), fields=charts.fields, states={}, by_state=False, address=lambda topic: "")
            return draw(place(chart), look) + "\n"


def roadmap_id(library: Library, name: str) -> str:
    """The id of a roadmap that is named by it or by its last part: `llm101` is `roadmaps/llm101`; "" stays "".

    Raises UsageError for a name that fits none, or more than one.
    """
    known = Charts(library, "en").roadmaps
    fitting = [roadmap for roadmap in known if name in {roadmap, roadmap.rsplit("/", 1)[-1]}]
    if not name or name in known:
        return name
    if len(fitting) != 1:
        raise UsageError(f"the map has no roadmap {name!r}; it has {', '.join(known)}")
    return fitting[0]
