"""Reads Mermaid: which node leads to which in `graph` and `flowchart`, and what is a part of what in `mindmap`."""

import re
from collections.abc import Iterator

from ingest.roadmap.paths import Stop
from ingest.roadmap.plain import plain
from ingest.roadmap.rows import Diagram
from ingest.values import Value

_KIND = re.compile(r"^\s*(?P<kind>graph|flowchart|mindmap)\b")
_IGNORED = re.compile(r"^\s*(?:style|classDef|class|click|linkStyle|direction|accTitle|accDescr|title)\b|^\s*end\s*$")
_SUBGRAPH = re.compile(r"^\s*subgraph\s+(?P<rest>.+?)\s*$")
_NODE = re.compile(
    r"\s*(?P<id>[\w\u00b7.]+(?:-[\w.]+)*)"
    r"(?P<shape>\[{1,2}[(/\\]?\"[^\"]*\"[)/\\]?\]{1,2}|\({1,3}\"[^\"]*\"\){1,3}|\{{1,2}\"[^\"]*\"\}{1,2}"
    r"|\(\[[^\]]*\]\)|\[\([^)]*\)\]|\(\(\(?[^()]*\)?\)\)|\[\[?[^\[\]]*\]?\]|\([^()]*(?:\([^()]*\)[^()]*)*\)|\{\{?[^{}]*\}?\}|>[^\]]*\])?"
    r"(?::::\w+)?\s*"
)
_LINK = re.compile(
    r"(?P<back><)?(?:--\s+[^\n>|]*?\s+--+>|==\s+[^\n>|]*?\s+==+>|-\.\s+[^\n>|]*?\s+\.+->|--[^\s>|-][^>|\n-]*--+>"
    r"|-\.+->|--+>|==+>|--+[xo](?=\s)|---+|===+|-\.+-|~~~+)(?:\s*\|[^|\n]*\|)?"
)
_OPENING = re.compile(r"[\[({>/\\]+")
_ICON = re.compile(r"::icon\([^)]*\)|\bfa[bsr]?:fa-[\w-]+|^\s*:::.*$")


class Chart(Value):
    """The steps of a chart in order (from, to), each at the line of its arrow, and its parts (part, whole)."""

    steps: tuple[tuple[Stop, Stop], ...]
    parts: tuple[tuple[Stop, Stop], ...]


def read_chart(diagram: Diagram) -> Chart | None:
    """The chart of a fenced block that holds Mermaid; None for any other block."""
    lines = [(number, text) for number, text in diagram.lines if text.strip() and not text.lstrip().startswith("%%")]
    while lines and not _KIND.match(lines[0][1]) and re.match(r"\s*(?:---|\w+:|title\b)", lines[0][1]):
        lines.pop(0)  # front matter of the chart
    kind = _KIND.match(lines[0][1]) if lines else None
    if not kind:
        return None
    if kind["kind"] == "mindmap":
        return Chart(steps=(), parts=tuple(_mindmap(lines[1:], diagram.heading)))
    flow = _Flow(diagram.heading)
    for number, text in lines[1:]:
        for statement in text.split(";"):
            flow.read(statement, number, text)
    return flow.chart()


def _mindmap(lines: list[tuple[int, str]], heading: tuple[str, ...]) -> Iterator[tuple[Stop, Stop]]:
    above: list[tuple[int, Stop]] = []
    for number, text in lines:
        words = _mind_label(_ICON.sub("", text))
        if not words:
            continue
        indent = len(text.expandtabs(4)) - len(text.expandtabs(4).lstrip())
        above = [entry for entry in above if entry[0] < indent]
        stop = Stop(text=words, number=number, line=text, heading=heading)
        if above:
            yield stop, above[-1][1]
        above.append((indent, stop))


def _mind_label(text: str) -> str:
    node = _NODE.fullmatch(text)
    return _label(node["shape"]) if node and node["shape"] else plain(text)


def _label(shape: str) -> str:
    """The text inside a node's brackets: `[(text)]`, `{{text}}`, `["text"]`."""
    opening = _OPENING.match(shape)
    width = len(opening.group()) if opening else 0
    return plain(_ICON.sub("", shape[width : len(shape) - width].strip('" ')))


class _Flow:
    """Nodes may be named after they are used, so the chart is made when all lines have been read."""

    def __init__(self, heading: tuple[str, ...]) -> None:
        self.heading = heading
        self.labels: dict[str, str] = {}
        self.lines: dict[str, tuple[int, str]] = {}
        self.groups: list[tuple[str, int, str]] = []
        self.steps: list[tuple[str, str, int, str]] = []
        self.parts: list[tuple[str, int, str, tuple[str, int, str]]] = []

    def read(self, statement: str, number: int, line: str) -> None:
        """One statement, which stands in line `number` of the file."""
        group = _SUBGRAPH.match(statement)
        if group:
            node = _NODE.fullmatch(re.sub(r"\s+(?=[\[(])", "", group["rest"], count=1))
            name = _label(node["shape"]) if node and node["shape"] else plain(group["rest"].strip('"'))
            self.labels[node["id"] if node else name] = name
            self.groups.append((name, number, line))
        elif re.match(r"^\s*end\s*$", statement):
            self.groups = self.groups[:-1]
        elif not _IGNORED.match(statement):
            self._chain(statement, number, line)

    def _chain(self, statement: str, number: int, line: str) -> None:
        position, directed = 0, False
        before: list[str] = []
        while True:
            nodes, position = self._nodes(statement, position, number, line)
            if directed:
                self.steps.extend((a, b, number, line) for a in before for b in nodes)
            link = _LINK.match(statement, position)
            if not nodes or not link:
                return
            before, position = nodes, link.end()
            directed = link.group().split("|")[0].rstrip().endswith(">") and not link["back"]

    def _nodes(self, statement: str, position: int, number: int, line: str) -> tuple[list[str], int]:
        """The nodes joined by `&` at a position, and where they end."""
        found: list[str] = []
        node = _NODE.match(statement, position)
        while node:
            found.append(node["id"])
            if node["shape"]:
                self.labels[node["id"]] = _label(node["shape"])
            if node["id"] not in self.lines or node["shape"]:
                self.lines[node["id"]] = (number, line)
            if self.groups and all(part[0] != node["id"] for part in self.parts):
                self.parts.append((node["id"], number, line, self.groups[-1]))
            position = node.end()
            more = statement[position : position + 1] == "&"
            node = _NODE.match(statement, position + 1) if more else None
        return found, position

    def chart(self) -> Chart:
        """What has been read; the steps of a chart that only branches are parts of a whole."""
        steps = tuple((self._stop(a, n, line), self._stop(b, n, line)) for a, b, n, line in self.steps)
        parts = tuple(
            (self._stop(node, n, line), Stop(text=group[0], number=group[1], line=group[2], heading=self.heading))
            for node, n, line, group in self.parts
        )
        if self._only_branches():
            return Chart(steps=(), parts=(*parts, *((after, before) for before, after in steps)))
        return Chart(steps=steps, parts=parts)

    def _only_branches(self) -> bool:
        """Whether two nodes or more lead on, each to several, and no two to the same: the drawing of a hierarchy."""
        after: dict[str, set[str]] = {}
        for before, node, _, _ in self.steps:
            after.setdefault(before, set()).add(node)
        reached = [node for nodes in after.values() for node in nodes]
        return len(after) > 1 and all(len(nodes) > 1 for nodes in after.values()) and len(reached) == len(set(reached))

    def _stop(self, node: str, number: int, line: str) -> Stop:
        return Stop(text=self.labels.get(node, node), number=number, line=line, heading=self.heading)


def chains(chart: Chart) -> list[tuple[Stop, ...]]:
    """The longest runs of steps without a fork or a join."""
    after: dict[str, list[Stop]] = {}
    before: dict[str, int] = {}
    first: dict[str, Stop] = {}
    for a, b in chart.steps:
        after.setdefault(a.text, []).append(b)
        before[b.text] = before.get(b.text, 0) + 1
        first.setdefault(a.text, a)
    found: list[tuple[Stop, ...]] = []
    for name, stop in first.items():
        if before.get(name, 0) == 1 and sum(len(after[a]) == 1 and after[a][0].text == name for a in after):
            continue  # inside a run
        found.extend(_run(stop, step, after, before) for step in after[name])
    return found


def _run(start: Stop, step: Stop, after: dict[str, list[Stop]], before: dict[str, int]) -> tuple[Stop, ...]:
    run = [start, step]
    while before[run[-1].text] == 1 and len(after.get(run[-1].text, [])) == 1 and len(run) <= len(after) + 1:
        run.append(after[run[-1].text][0])
    return tuple(run)
