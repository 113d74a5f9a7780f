"""Finds the web addresses that documents recommend, with the place that recommends each."""

import re
from collections.abc import Iterator

from ingest.documents import Document, LessonMeta
from ingest.lines import Line, lines_of
from ingest.values import Value

# Up to one pair of round brackets belongs to an address (…/Python_(language)); full-width marks never do.
_URL = r"https?://(?:[^\s<>\"'`()（）\[\]【】《》「」『』，。；：！？、|\\^{}]|\([^\s<>()]*\))+"
_INLINE = re.compile(
    r"\[(?P<title>(?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*<?(?P<url>https?://(?:[^\s<>()]|\([^\s<>()]*\))+)>?[^()]*\)",
    re.IGNORECASE,
)
_ANCHOR = re.compile(
    r"<a\s[^<>]*?href\s*=\s*[\"']?(?P<url>https?://[^\"'\s>]+)[^>]*>(?P<title>.{0,300}?)</a>", re.IGNORECASE
)
_DEFINITION = re.compile(
    r"^\s{0,3}\[(?P<id>[^\]]+)\]:\s*<?(?P<url>https?://[^\s<>]+)>?(?:\s+[\"'(](?P<title>.*)[\"')])?\s*$"
)
_REFERENCE = re.compile(r"\[(?P<title>[^\[\]]+)\](?:\[(?P<id>[^\[\]]*)\])?")
_BARE = re.compile(rf"(?<![A-Za-z0-9/]){_URL}", re.IGNORECASE)
_LEAD = re.compile(r"([^\s：:]{1,80})[：:]\s{0,3}$")
_GLUED = ".,;:!?*_~'\"”’"
_LONGEST_ADDRESS = 2000


class Link(Value):
    """An address as a document writes it, its title, and the line and path of headings where it stands."""

    url: str
    title: str
    document: str
    heading: tuple[str, ...]
    line: int


def find_links(document: Document) -> list[Link]:
    """Every web address of a document outside code, in order: Markdown, reference and HTML links, bare addresses.

    A lesson's resources count too. An address that stands twice is found twice.
    """
    found = list(_resources(document))
    lines = list(lines_of(document))
    definitions = {match["id"].lower(): match for line in lines if (match := _DEFINITION.match(line.text))}
    used: set[str] = set()
    for line in lines:
        if not _DEFINITION.match(line.text):
            for url, title, reference in _links(line.text, definitions):
                used.add(reference)
                found.append(_link(document, line, url, title))
    for line in lines:
        match = _DEFINITION.match(line.text)
        if match and match["id"].lower() not in used:
            found.append(_link(document, line, match["url"], match["title"] or match["id"]))
    return [link for link in found if len(link.url) <= _LONGEST_ADDRESS]


def _links(text: str, definitions: dict[str, re.Match[str]]) -> Iterator[tuple[str, str, str]]:
    """Address, title and reference id of each link of a line, kind by kind; what one kind took, the next does not see."""
    for pattern in (_INLINE, _ANCHOR):
        for match in pattern.finditer(text):
            yield match["url"], _plain(match["title"]), ""
        text = pattern.sub(" ", text)
    for match in _REFERENCE.finditer(text):
        name = (match["id"] or match["title"]).lower()
        if name in definitions:
            yield definitions[name]["url"], _plain(match["title"]), name
    for match in _BARE.finditer(text):
        lead = _LEAD.search(text[max(match.start() - 90, 0) : match.start()])
        yield match.group().rstrip(_GLUED), lead.group(1).strip("-*") if lead else "", ""


def _plain(title: str) -> str:
    return re.sub(r"<[^>]*>|[*_`]|!\[|\[|\]", "", title).strip()


def _link(document: Document, line: Line, url: str, title: str) -> Link:
    return Link(url=url, title=title, document=document.id, heading=line.heading, line=line.number)


def _resources(document: Document) -> Iterator[Link]:
    if isinstance(document.meta, LessonMeta):
        for resource in document.meta.resources:
            line = next((n for n, text in enumerate(document.lines, start=1) if resource.url in text), 1)
            yield Link(url=resource.url, title=resource.title, document=document.id, heading=(), line=line)
