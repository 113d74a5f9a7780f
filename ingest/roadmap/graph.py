"""Reads from documents which topic comes before which, and keeps the line that says so."""

from collections.abc import Iterable, Iterator

import yaml

from ingest.documents import Document, LessonMeta
from ingest.glossary import Glossary
from ingest.roadmap.reader import Reader, is_about_learning
from ingest.roadmap.rows import evidence
from ingest.roadmap.values import Graph
from ingest.values import Edge
from ingest.yaml_text import nodes_at

# A path or a numbered list puts even names in order that the glossary does not know; other forms name too loosely.
_NAMING = {"path", "listing"}


def read_graph(documents: Iterable[Document], glossary: Glossary) -> Graph:
    """The graph of a corpus; every edge quotes its line, and listing two topics beside each other is no order.

    A name on a path that no entry of the glossary covers becomes a topic of its own, behind those of the glossary.
    """
    edges: list[Edge] = []
    topics = {identifier: glossary.topic(identifier) for identifier in sorted(glossary.entries)}
    for document in documents:
        if document.kind == "lesson":
            edges.extend(_prerequisites(document, glossary))
            continue
        reader = Reader(document, glossary, learning=is_about_learning(document))
        found = [edge for edge in reader.edges() if _is_firm(edge, glossary)]
        new = {topic.id: topic for topic in reader.names.topics()}
        used = [name for edge in found for name in (edge.before, edge.after) if name in new]
        topics = {**topics, **{name: topics.get(name, new[name]) for name in used}}
        edges.extend(found)
    unique = tuple(dict.fromkeys(edges))
    return Graph(
        topics=tuple(topics.values()),
        edges=tuple(edge for edge in unique if edge.kind != "part_of"),
        parts=tuple(edge for edge in unique if edge.kind == "part_of"),
    )


def _is_firm(edge: Edge, glossary: Glossary) -> bool:
    return edge.kind in _NAMING or {edge.before, edge.after} <= glossary.entries.keys()


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
        yield Edge(
            before=prerequisite.topic,
            after=meta.topic,
            kind="prerequisite",
            source=document.id,
            evidence=(evidence(document, line, (), quote),),
        )


def _place(document: Document, reason: str, node: yaml.Node) -> tuple[str, int]:
    """The reason as it stands in the front matter, or what its first line has of it; and the number of that line."""
    index, column = node.start_mark.line + 1, node.start_mark.column
    if isinstance(node, yaml.ScalarNode) and node.style in {">", "|"}:
        index, column = next((n for n in range(index + 1, len(document.lines)) if document.lines[n].strip()), index), 0
    text = document.lines[index]
    return (reason if reason in text else text[column:].strip().strip("\"'")), index + 1
