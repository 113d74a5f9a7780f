"""Reads every order of one document, each with the line or the two lines that state it."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from ingest.documents import Document, RoadmapMeta
from ingest.glossary import Glossary
from ingest.languages import HAN
from ingest.roadmap.mermaid import Chart, chains, read_chart
from ingest.roadmap.names import Names, clean_name, is_name
from ingest.roadmap.paths import LEARNING, Path, Stop, names_nothing, orders_learning, paths_of
from ingest.roadmap.plain import plain, singular
from ingest.roadmap.rows import Row, diagrams_of, drawn_rows, evidence, quote_of, rows_of
from ingest.roadmap.sections import Section, asks_for_order, introduces_order, sections_of, subsections_of
from ingest.roadmap.statements import required_of, statements_of
from ingest.roadmap.topics import Listed, ends_aside, listed_topics
from ingest.values import Edge, EdgeKind, Evidence

_MANY_STATIONS = 3
_MOST_HAN, _MOST_WORDS = 10, 5  # of a clause that lists names; a longer one says something
_SENTENCE = re.compile(r"[。！？!?]\s*$|[a-z]{3}\.\s*$")
_ADDRESS = re.compile(r"(?<=\])\([^()]*(?:\([^()]*\)[^()]*)*\)|https?://[^\s()]+")


class Reader:
    """One document by its form; `names` collects the topics that it names and the glossary does not know.

    `learning` says whether the document as a whole is about an order to learn in, so that what looks like one is one.
    """

    def __init__(self, document: Document, glossary: Glossary, *, learning: bool) -> None:
        self.document = document
        self.glossary = glossary
        self.names = Names(glossary)
        self.listed: dict[int, list[Listed]] = {}
        self.found: dict[tuple[int, bool], list[str]] = {}
        self.rows = rows_of(document)
        self.diagrams = list(diagrams_of(document, self.rows))
        self.sections = sections_of(self.rows) or sections_of(drawn_rows(self.diagrams))
        self.learning = learning
        charts = [chart for diagram in self.diagrams if (chart := read_chart(diagram))]
        self.charts = [chart for chart in charts if _is_map(chart, glossary, learning)]
        self.arrows = list(paths_of(self.rows, self.diagrams, glossary, learning))

    @property
    def paths(self) -> list[Path]:
        """The arrow paths and the runs of charts, in the order of the document."""
        runs = [run for chart in self.charts for run in chains(chart)]
        return sorted([*self.arrows, *runs], key=lambda path: path[0].number)

    @property
    def is_roadmap(self) -> bool:
        """Whether the document is a roadmap: it says so, or it has stages or a path of three stations or more."""
        staged = len(self.sections) > 1 and (self.learning or any(section.strong for section in self.sections))
        return (
            isinstance(self.document.meta, RoadmapMeta)
            or staged
            or any(len(path) >= _MANY_STATIONS for path in self.arrows)
            or any(c.steps for c in self.charts)
        )

    def edges(self) -> Iterator[Edge]:
        """Every order, and the parts of lists; the order of stages and lists only where the document is a roadmap."""
        yield from self.stated()
        if self.is_roadmap:
            yield from self.formed()

    def stated(self) -> Iterator[Edge]:
        """The orders that paths, charts and sentences state."""
        yield from self._path_order()
        yield from self._statements()
        yield from self._required()

    def formed(self) -> Iterator[Edge]:
        """The orders that the form of a roadmap tells: those of its stages and numbered lists; and the parts of lists."""
        yield from self._stage_order()
        yield from self._list_order()
        yield from self._parts()

    def _path_order(self) -> Iterator[Edge]:
        for path in self.arrows:
            stations = [(stop, [] if names_nothing(stop) else self.names.station(stop.text)) for stop in path]
            yield from self._along([station for station in stations if station[1]])
            known = [(stop, [name for name in found if name not in self.names.unknown]) for stop, found in stations]
            yield from self._along([station for station in known if station[1]])
        for chart in self.charts:
            for before, after in chart.steps:
                yield from self._along([(stop, self.names.station(stop.text)) for stop in (before, after)])

    def _along(self, stations: Sequence[tuple[Stop, list[str]]]) -> Iterator[Edge]:
        for (first, before), (second, after) in pairwise(stations):
            stops = (second,) if first.number == second.number else (first, second)
            places = tuple(self._place(stop.number, stop.heading, _bare(stop.line)) for stop in stops)
            yield from self._join(before, after, "path", places)

    def _statements(self) -> Iterator[Edge]:
        with_arrow = {stop.number for path in self.arrows for stop in path}
        for row in self.rows:
            if row.form != "heading" and row.number not in with_arrow:
                for before, after, quote in statements_of(row.text, self.glossary, self.learning):
                    yield from self._join(before, after, "statement", (self._place(row.number, row.heading, quote),))

    def _required(self) -> Iterator[Edge]:
        """What a line such as `前置知识：…` or "Prerequisites: …" asks for, before the topics of its heading."""
        for row in self.rows:
            asked = required_of(row.text) if row.form != "heading" and row.heading else ""
            after = self.glossary.topics(singular(row.heading[-1])) if asked else []
            before = self.glossary.topics(singular(asked))
            yield from self._join(before, after, "statement", (self._row_place(row),))

    def _stage_order(self) -> Iterator[Edge]:
        for sections in (self.sections, *subsections_of(self.rows, self.sections)):
            for earlier, later in pairwise(sections):
                if later.follows(earlier):
                    yield from self._between(earlier, later)

    def _between(self, earlier: Section, later: Section) -> Iterator[Edge]:
        """Topics listed in one stage come before the topics that name the next and its parts, or those it lists."""
        before = [(row, self._found(row, earlier)) for row in earlier.rows]
        heads = [(row, topics) for row in _heads(later) if (topics := self._found(row, later))]
        known = bool(heads or self._listed(later)) and any(topics for _, topics in before)
        if not known:
            yield from self._titles(earlier, later)
        elif not _new(heads, before):
            before, heads = self._listed(earlier), self._listed(later)
        for row, topics in _new(heads, before):
            seen: set[str] = set()
            for place, listed in before:
                first = [topic for topic in listed if topic not in seen]
                seen.update(first)
                yield from self._join(first, topics, "stage", (self._row_place(place), self._row_place(row)))

    def _listed(self, section: Section) -> list[tuple[Row, list[str]]]:
        """The known topics of a stage's list, for a stage whose headings name none."""
        found = [(listed.row, self.names.known(clean_name(listed.name))) for listed in self._topics_of(section)]
        return [(row, [topic]) for row, topic in found if topic and self.glossary.entries[topic].taught]

    def _topics_of(self, section: Section) -> list[Listed]:
        line = section.opener.number
        if line not in self.listed:
            self.listed[line] = listed_topics(section, self.names)
        return self.listed[line]

    def _found(self, row: Row, section: Section) -> list[str]:
        """The topics that a row of a stage names and that can be learned; sites and organisations cannot."""
        place = (row.number, bool(section.columns))
        if place not in self.found:
            named = self.glossary.topics(singular(_stage_text(row, section)))
            self.found[place] = [topic for topic in named if self.glossary.entries[topic].taught]
        return self.found[place]

    def _titles(self, earlier: Section, later: Section) -> Iterator[Edge]:
        """Stages of which the glossary knows nothing are in order by their titles."""
        if is_name(earlier.title) and is_name(later.title):
            places = (self._row_place(earlier.opener), self._row_place(later.opener))
            yield from self._join(self.names.station(earlier.title), self.names.station(later.title), "stage", places)

    def _list_order(self) -> Iterator[Edge]:
        for items in self._numbered():
            named = [(row, self._item_names(row)) for row in items]
            for (first, before), (second, after) in pairwise([item for item in named if item[1]]):
                yield from self._join(before, after, "listing", (self._row_place(first), self._row_place(second)))

    def _numbered(self) -> Iterator[list[Row]]:
        """Lists that state an order: numbered inside a stage or announced as one, or below a line that says so."""
        staged = {row.number for section in self.sections for row in section.rows}
        lists: dict[int, list[Row]] = {}
        above: Row | None = None
        for row in self.rows:
            if any(ends_aside(heading) for heading in row.heading):
                continue
            if row.form != "item":
                yield from lists.values()
                lists, above = {}, row
                continue
            lists = {depth: items for depth, items in lists.items() if depth <= row.depth}
            if row.order is None and not (above and asks_for_order(above)):
                lists.pop(row.depth, None)
            elif row.order is None or row.number in staged or (self.learning and _announced(above, row)):
                items = lists.get(row.depth, [])
                if items and _starts_anew(items[-1], row):
                    yield items
                    items = []
                lists[row.depth] = [*items, row]
        yield from lists.values()

    def _item_names(self, row: Row) -> list[str]:
        bare = Section(title="", position=None, duration="", rows=(row.model_copy(update={"form": "heading"}), row))
        return [topic for listed in listed_topics(bare, self.names) for topic in self.names.station(listed.name)]

    def _parts(self) -> Iterator[Edge]:
        names = {
            listed.row.number: listed
            for section in (*self.sections, *self._trees())
            for listed in self._topics_of(section)
        }
        above: list[Listed] = []
        for row in self.rows:
            if row.form != "item":
                above = []
                continue
            above = [item for item in above if item.row.depth < row.depth]
            listed = names.get(row.number)
            if listed:
                if above:
                    yield from self._part(listed, above[-1])
                above.append(listed)
        for chart in self.charts:
            for part, whole in chart.parts:
                places = tuple(self._place(stop.number, stop.heading, _bare(stop.line)) for stop in (whole, part))
                yield from self._join(self.names.station(part.text), self.names.station(whole.text), "part_of", places)

    def _trees(self) -> Iterator[Section]:
        """The nested lists outside stages, such as a map of the field."""
        staged = {row.number for section in self.sections for row in section.rows}
        for _, group in groupby((row for row in self.rows if row.number not in staged), lambda row: row.heading):
            rows = tuple(group)
            if len({row.depth for row in rows if row.form == "item"}) > 1:
                opener = rows[0].model_copy(update={"form": "heading", "content": "".join(rows[0].heading[-1:])})
                if not ends_aside(opener.content):
                    yield Section(title="", position=None, duration="", rows=(opener, *rows))

    def _part(self, part: Listed, whole: Listed) -> Iterator[Edge]:
        places = (self._row_place(whole.row), self._row_place(part.row))
        yield from self._join(self.names.station(part.name), self.names.station(whole.name)[:1], "part_of", places)

    def _join(
        self, before: list[str], after: list[str], kind: EdgeKind, places: tuple[Evidence, ...]
    ) -> Iterator[Edge]:
        for first in before:
            for second in after:
                if first not in after and second not in before:
                    yield Edge(before=first, after=second, kind=kind, source=self.document.id, evidence=places)

    def _row_place(self, row: Row) -> Evidence:
        return self._place(row.number, row.heading, quote_of(row))

    def _place(self, number: int, heading: tuple[str, ...], quote: str) -> Evidence:
        return evidence(self.document, number, heading, quote)


def is_about_learning(document: Document) -> bool:
    """Whether a document says that it is a roadmap: in its front matter or its title."""
    return isinstance(document.meta, RoadmapMeta) or bool(LEARNING.search(document.title))


def _is_map(chart: Chart, glossary: Glossary, learning: bool) -> bool:
    """Whether a chart is about what is learned; a chart of a program is not."""
    stops = {stop.text: stop for pair in (*chart.steps, *chart.parts) for stop in pair}
    return len(stops) > 1 and orders_learning(tuple(stops.values()), glossary, learning)


def _bare(line: str) -> str:
    return re.sub(r"^(?:[-*+]\s+)+", "", line.strip())


def _starts_anew(last: Row, row: Row) -> bool:
    return (row.order or 0) <= (last.order or 0) and (row.order, last.order) != (None, None)


def _announced(above: Row | None, row: Row) -> bool:
    """Whether a numbered list is announced as an order, or stands alone below the document's title."""
    return (len(row.heading) < 2 and not (above and plain(above.content).endswith(("：", ":")))) or (
        introduces_order(above or row, row.heading)
    )


_Named = list[tuple[Row, list[str]]]


def _new(rows: _Named, before: _Named) -> _Named:
    """The topics of rows that no row before names."""
    named = {topic for _, topics in before for topic in topics}
    fresh = [(row, [topic for topic in topics if topic not in named]) for row, topics in rows]
    return [(row, topics) for row, topics in fresh if topics]


def _heads(section: Section) -> list[Row]:
    """The row that opens a stage and the headings of its parts."""
    deepest = section.opener.depth + 1
    return [row for row in section.rows if row is section.opener or (row.form == "heading" and row.depth <= deepest)]


def _stage_text(row: Row, section: Section) -> str:
    """What a row says of topics: of a table's row only the columns of the stage's title and topics.

    A remark names topics without listing them: a whole sentence, and prose behind the colon of an item.
    """
    if section.columns and row.cells:
        return f"{section.columns.title_of(row.cells)} | {section.columns.topics_of(row.cells)}"
    text = _ADDRESS.sub(" ", row.text).strip()
    if row.form == "heading":
        return text
    lead, *notes = re.split(r"\s*(?:：|:\s)\s*", text, maxsplit=1)
    listed = [clause for note in notes for clause in re.split(r"[，,；;。]", note) if _lists(clause)]
    kept = "，".join((lead, *listed))
    return "" if _SENTENCE.search(kept) else kept


def _lists(clause: str) -> bool:
    """Whether a clause behind a colon is short enough to be names, without what stands in brackets."""
    bare = re.sub(r"[（(][^）)]*[）)]", " ", clause)
    short = all(len(HAN.findall(name)) <= _MOST_HAN for name in bare.split("、"))
    return short and len(re.findall(r"[A-Za-z]+", bare)) <= _MOST_WORDS
