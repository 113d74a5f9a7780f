"""Tells what one document says as a roadmap, without an index."""

from ingest.documents import Document
from ingest.glossary import Glossary
from ingest.links import Link, find_links
from ingest.roadmap.names import Names
from ingest.roadmap.paths import written
from ingest.roadmap.reader import Reader
from ingest.roadmap.sections import Section
from ingest.roadmap.topics import listed_topics, named_in_title
from ingest.roadmap.values import ShownEdge, Stage, StageResource, Understood
from ingest.values import Edge


def understand(document: Document, glossary: Glossary) -> Understood:
    """The stages, orders and paths of a document of any form; names that the glossary does not cover stay as written."""
    reader = Reader(document, glossary, learning=True)
    links = find_links(document)
    stages = tuple(_stage(section, links, reader.names) for section in reader.sections)
    edges = tuple(dict.fromkeys(_shown(edge, reader.names) for edge in (*reader.stated(), *reader.formed())))
    paths = tuple(dict.fromkeys(written(path) for path in reader.paths))
    listed = Names(glossary)
    for name in (*(name for path in paths for name in path), *(name for stage in stages for name in stage.topics)):
        listed.station(name)
    return Understood(
        title=document.title, stages=stages, edges=edges, paths=paths, unknown=tuple(listed.unknown.values())
    )


def _stage(section: Section, links: list[Link], names: Names) -> Stage:
    lines = {row.number for row in section.rows}
    return Stage(
        title=section.title,
        number=None if section.position is None else int(section.position),
        duration=section.duration,
        line=section.opener.number,
        topics=tuple(listed.name for listed in listed_topics(section, names)) or tuple(named_in_title(section, names)),
        resources=tuple(
            StageResource(title=link.title or link.url, url=link.url, line=link.line)
            for link in links
            if link.line in lines
        ),
    )


def _shown(edge: Edge, names: Names) -> ShownEdge:
    place = edge.evidence[-1]
    return ShownEdge(
        before=names.shown(edge.before),
        after=names.shown(edge.after),
        kind=edge.kind,
        line=place.line,
        quote=place.quote,
    )
