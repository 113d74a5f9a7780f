"""What is read from roadmaps: the graph of a corpus, one document understood, and where documents disagree."""

from ingest.values import Edge, EdgeKind, Topic, Value


class Graph(Value):
    """Topics, every stated order between them, and which of them a document lists as a part of another.

    Of the edges in `parts`, `before` is the part and `after` the whole: they state no order.
    """

    topics: tuple[Topic, ...]
    edges: tuple[Edge, ...]
    parts: tuple[Edge, ...] = ()


class StageResource(Value):
    """A linked resource of a stage; `line` counts from 1 in the file."""

    title: str
    url: str
    line: int


class Stage(Value):
    """One stage of a roadmap; `number` is None where the document does not number it, `duration` is "" where untold."""

    title: str
    number: int | None
    duration: str
    line: int
    topics: tuple[str, ...]
    resources: tuple[StageResource, ...]


class ShownEdge(Value):
    """An order, or for the kind `part_of` a part and its whole; `quote` stands verbatim in line `line`.

    A name is the topic's id, or the name as written where no topic has it.
    """

    before: str
    after: str
    kind: EdgeKind
    line: int
    quote: str


class Understood(Value):
    """What one document says as a roadmap; `unknown` are the names that no entry of the glossary covers."""

    title: str
    stages: tuple[Stage, ...]
    edges: tuple[ShownEdge, ...]
    paths: tuple[tuple[str, ...], ...]
    unknown: tuple[str, ...]


class Disagreement(Value):
    """Two topics that are stated in both orders: `for_first` says that `first` comes first. `first < second` by id."""

    first: str
    second: str
    for_first: tuple[Edge, ...]
    for_second: tuple[Edge, ...]


class Plan(Value):
    """Orders without a cycle, and those that were left out to get there."""

    edges: tuple[Edge, ...]
    dropped: tuple[Edge, ...]
