"""The values that flow out of ingest: documents, chunks, hits, topics, edges and their evidence. All frozen."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["zh", "en"]
Kind = Literal["lesson", "roadmap", "page"]
EdgeKind = Literal["path", "statement", "prerequisite", "stage", "listing", "part_of"]


class Value(BaseModel):
    """A frozen value that compares by content and refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Chunk(Value):
    """A passage of one document, with the place it stands at.

    `lines` are the first and last line in the file, counted from 1; `heading` is the path of headings from the
    document's first to the one that the passage stands under; `role` is the lesson section ("definition", …) or "".
    """

    id: str
    document: str
    title: str
    kind: Kind
    language: Language
    topic: str = ""
    role: str = ""
    heading: tuple[str, ...]
    lines: tuple[int, int]
    text: str
    url: str = ""
    date: str = ""
    position: int


class Hit(Value):
    """A chunk found by a search; a higher score is better, and scores compare only within one search."""

    chunk: Chunk
    score: float


class Where(Value):
    """Which chunks a search may return; an empty field does not restrict."""

    language: Language | Literal[""] = ""
    kind: Kind | Literal[""] = ""
    topic: str = ""
    document: str = ""
    without_roles: tuple[str, ...] = ()


class SparseVector(Value):
    """Term ids (unsigned 32-bit, ascending) and their weights."""

    indices: tuple[int, ...]
    values: tuple[float, ...]


class Topic(Value):
    """Something to learn, with its names in both languages."""

    id: str
    zh: str
    en: str
    short: str = ""
    field: str = ""

    def name(self, language: Language) -> str:
        """The name for a learner, with the usual abbreviation: `长短期记忆网络（LSTM）`, `long short-term memory (LSTM)`."""
        full = self.zh if language == "zh" else self.en
        if not self.short or self.short.lower() in full.lower():
            return full
        return f"{full}（{self.short}）" if language == "zh" else f"{full} ({self.short})"


class Evidence(Value):
    """The line of a document that states an order; `quote` stands verbatim in that line."""

    document: str
    title: str
    heading: tuple[str, ...]
    line: int
    quote: str


class Recommendation(Value):
    """The place of a document that recommends an address; `line` counts from 1."""

    document: str
    title: str
    heading: tuple[str, ...]
    line: int


class About(Value):
    """What a reader may ask of a document: its titles, its address, its licence, when it was got, who recommends it.

    `date` is what the document says of itself, `fetched` the day on which a page was got; both ISO, "" when unknown.
    """

    titles: dict[Language, str]
    url: str = ""
    date: str = ""
    fetched: str = ""
    licence: str = ""
    recommended: tuple[Recommendation, ...] = ()


class Edge(Value):
    """`before` comes before `after`, says this evidence.

    `source` is the document that says so. A path on one line, a statement and a prerequisite have one line as evidence;
    a path over several lines, the order of stages and of a numbered list have two, the line that places each topic. The
    kind `part_of` states no order.
    """

    before: str
    after: str
    kind: EdgeKind
    source: str
    evidence: tuple[Evidence, ...]
