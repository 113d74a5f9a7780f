"""Reads from documents which topic comes before which, and keeps the line that says so."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

import yaml

from ingest.documents import Document, LessonMeta
from ingest.glossary import Glossary
from ingest.lines import Line, lines_of
from ingest.markdown import HEADING
from ingest.sentences import sentences
from ingest.values import Edge, EdgeKind, Evidence, Topic, Value
from ingest.yaml_text import nodes_at

_ARROW = re.compile(r"\s*(?:→|->|=>|⇒|➜|⟶)\s*")
STAGE = re.compile(
    r"^(?:第\s*[一二三四五六七八九十\d]+\s*(?:阶段|部分)|阶段\s*[一二三四五六七八九十\d]+|(?:stage|phase)\s*\d+)",
    re.IGNORECASE,
)
_LONGEST_STATEMENT = 300
_DENIAL = re.compile(r"(?:不(?:必|用|要|需要?|应该?|一定要?|是)?|无需|没有|别)\s*$")
_ORDER_WORDS = (
    re.compile(r"先(?![进前验])(?P<before>.+?)[，,；]?\s*(?:再|然后|之后|接着)(?P<after>.+)"),
    re.compile(r"(?P<before>.+?)(?:之后|以后)[，,]?\s*(?:再|才|就|接着|转入|进入|学习?|是)(?P<after>.+)"),
    re.compile(
        r"(?P<before>.+?)[，,]?(?:是|作为)(?:理解|学习|掌握|通往|进入)?(?P<after>[^，,。]+?)的(?:铺垫|前提|基础|准备|基石|前身|垫脚石)"
    ),
    re.compile(
        r"(?P<before>.+?)[，,]?为(?:理解|学习|掌握)?(?P<after>[^，,。]+?)(?:打好?基础|打下基础|做铺垫|铺路|做准备)"
    ),
)
_LABEL = re.compile(r"^[^（(：]+(?:[（(][^）)]*[）)])?：(?=.)")


class Graph(Value):
    """Topics and every stated order between them."""

    topics: tuple[Topic, ...]
    edges: tuple[Edge, ...]


def read_graph(documents: Iterable[Document], glossary: Glossary) -> Graph:
    """The graph of a corpus; every edge quotes a line, and listing two topics beside each other is no order."""
    edges: list[Edge] = []
    for document in documents:
        match document.kind:
            case "roadmap":
                reader = _OrderReader(document, glossary)
                edges.extend([*reader.stated(), *reader.stage_order()])
            case "lesson":
                edges.extend(_prerequisites(document, glossary))
            case "page":
                edges.extend(_OrderReader(document, glossary).stated())
    topics = tuple(glossary.topic(entry) for entry in sorted(glossary.entries))
    return Graph(topics=topics, edges=tuple(dict.fromkeys(edges)))


def _prerequisites(document: Document, glossary: Glossary) -> Iterator[Edge]:
    meta = document.meta
    if not isinstance(meta, LessonMeta):
        return
    front = "\n".join(document.lines[1 : document.body_line - 2])
    reasons = nodes_at(front, "prerequisites", "reason")
    if len(reasons) != len(meta.prerequisites):  # a reason that comes by a merge key has no place of its own
        reasons = nodes_at(front, "prerequisites") * len(meta.prerequisites)
    for prerequisite, reason in zip(meta.prerequisites, reasons, strict=False):
        quote, line = _place(document, prerequisite.reason, reason)
        if prerequisite.topic not in glossary.entries:
            continue
        evidence = Evidence(document=document.id, title=document.title, heading=(), line=line, quote=quote)
        yield Edge(
            before=prerequisite.topic,
            after=meta.topic,
            kind="prerequisite",
            source=document.id,
            evidence=(evidence,),
        )


def _place(document: Document, reason: str, node: yaml.Node) -> tuple[str, int]:
    """The reason as it stands in the front matter, or what its first line has of it; and the number of that line."""
    index, column = node.start_mark.line + 1, node.start_mark.column
    if isinstance(node, yaml.ScalarNode) and node.style in {">", "|"}:
        index, column = next((n for n in range(index + 1, len(document.lines)) if document.lines[n].strip()), index), 0
    text = document.lines[index]
    return (reason if reason in text else text[column:].strip().strip("\"'")), index + 1


class _OrderReader:
    """Reads one roadmap or page line by line."""

    def __init__(self, document: Document, glossary: Glossary) -> None:
        self.document = document
        self.glossary = glossary
        self.lines = list(lines_of(document))

    def stated(self) -> Iterator[Edge]:
        """Every order that a path or a sentence of the document states."""
        for line in self.lines:
            if _ARROW.search(line.text):
                yield from self._path(line)
            elif not line.is_heading:
                yield from self._statements(line)

    def _path(self, line: Line) -> Iterator[Edge]:
        stations = [
            topics for part in _ARROW.split(line.text) if (topics := self.glossary.topics(_without_notes(part)))
        ]
        for before, after in pairwise(stations):
            yield from self._join(before, after, "path", (self._evidence(line, line.text.strip().lstrip("-*+ ")),))

    def _statements(self, line: Line) -> Iterator[Edge]:
        for sentence in sentences(line.text):
            states = len(sentence.text) <= _LONGEST_STATEMENT and not sentence.text.endswith(("？", "?"))
            for pattern in _ORDER_WORDS if states else ():
                match = pattern.search(sentence.text)
                if match and not _denied(match):
                    before = self.glossary.topics(match["before"])
                    after = self.glossary.topics(match["after"])
                    yield from self._join(before, after, "statement", (self._evidence(line, sentence.text),))
                    break

    def stage_order(self) -> Iterator[Edge]:
        """Topics listed in one stage come before the topics that name the next stage and its parts."""
        for earlier, later in pairwise(self._stages()):
            named_earlier = {topic for line in earlier for topic in self.glossary.topics(line.text)}
            for line in later:
                heads = [topic for topic in self.glossary.topics(line.text) if topic not in named_earlier]
                if line.is_heading and heads:
                    yield from self._between_stages(earlier, line, heads)

    def _between_stages(self, earlier: list[Line], later: Line, heads: list[str]) -> Iterator[Edge]:
        seen: set[str] = set()
        for line in earlier:
            listed = [topic for topic in self.glossary.topics(line.text) if topic not in seen]
            seen.update(listed)
            places = (self._evidence(line, line.text.strip()), self._evidence(later, later.text.strip()))
            yield from self._join(listed, heads, "stage", places)

    def _stages(self) -> list[list[Line]]:
        stages: list[list[Line]] = []
        level = 0
        for line in self.lines:
            match = HEADING.match(line.text) if line.is_heading else None
            if match and STAGE.match(match.group(2)) and level in (0, len(match.group(1))):
                level = len(match.group(1))
                stages.append([])
                inside = True
            elif match and level and len(match.group(1)) <= level:
                inside = False
            if stages and inside:
                stages[-1].append(line)
        return stages

    def _join(
        self, before: list[str], after: list[str], kind: EdgeKind, evidence: tuple[Evidence, ...]
    ) -> Iterator[Edge]:
        for first in before:
            for second in after:
                if first not in after and second not in before:
                    yield Edge(before=first, after=second, kind=kind, source=self.document.id, evidence=evidence)

    def _evidence(self, line: Line, quote: str) -> Evidence:
        return Evidence(
            document=self.document.id,
            title=self.document.title,
            heading=line.heading,
            line=line.number,
            quote=quote,
        )


def _denied(match: re.Match[str]) -> bool:
    """Whether an order is named only to say that there is none: `不必先学 RNN 再学 LSTM`, `RNN 不是 LSTM 的前提`."""
    return bool(_DENIAL.search(match.string[: match.start()]) or _DENIAL.search(match["before"]))


def _without_notes(part: str) -> str:
    """A station of a path without its label (`入门：`) and without a bracketed note at the end (`（约 2–4 周）`)."""
    text = _LABEL.sub("", part)
    return re.sub(r"[（(](?:约|共|预计|about)[^）)]*[）)]\s*$", "", text)
