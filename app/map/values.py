"""What a map shows and where it stands. All frozen; lengths are in pixels of the unscaled picture."""

from typing import Literal

from ingest.values import EdgeKind, Language, Topic, Value

State = Literal["known", "review", "next", "ready", "locked"]
STATES: tuple[State, ...] = ("known", "review", "next", "ready", "locked")


class View(Value):
    """Which part of the map is asked for; an empty field does not restrict. `roadmap` is a document's id."""

    language: Language
    roadmap: str = ""
    field: str = ""


class Said(Value):
    """A line that states an order; `line` counts from 1 in the document."""

    document: str
    title: str
    line: int
    quote: str
    kind: EdgeKind


class Order(Value):
    """`before` comes before `after`, says every line of `said`, the strongest first."""

    before: str
    after: str
    said: tuple[Said, ...]

    @property
    def is_by_stages(self) -> bool:
        """Whether only the order of a roadmap's stages says so."""
        return all(said.kind == "stage" for said in self.said)


class Spot(Value):
    """A topic on the map; `level` is its lesson's, `column` and `group` count from 0.

    `is_guest` marks a topic of another field that one of this field needs.
    """

    topic: Topic
    level: int
    minutes: int
    column: int
    group: int
    is_guest: bool


class Chart(Value):
    """What is shown: topics in the order of their columns, orders between them, and the titles of the groups of columns.

    `orders` is every stated order between the topics; `drawn` are those that follow from no others.
    """

    language: Language
    spots: tuple[Spot, ...]
    groups: tuple[str, ...]
    orders: tuple[Order, ...]
    drawn: tuple[Order, ...]


class Box(Value):
    """A topic's place: the upper left corner, the size, and its name in lines."""

    spot: Spot
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]


class Curve(Value):
    """The way of an order: a start and then three points for each piece of a cubic Bézier curve."""

    order: Order
    points: tuple[tuple[float, float], ...]


class Band(Value):
    """The strip in which the columns of a group stand."""

    title: str
    x: float
    width: float


class Picture(Value):
    """A chart with everything in its place; boxes go column by column, from above."""

    language: Language
    width: float
    height: float
    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]
    bands: tuple[Band, ...]
