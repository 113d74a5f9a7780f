"""Cuts documents into passages along their headings, with the lines that each passage stands on."""

import re
import uuid
from collections.abc import Iterator

from ingest.documents import Document, LessonMeta, PageMeta, RoadmapMeta
from ingest.lessons import role_of
from ingest.markdown import HEADING, fences
from ingest.values import Chunk

CHUNKER_VERSION = "headings-6"
LIMIT = 1600
_NAMESPACE = uuid.UUID("6f0d6d0e-6f5c-5b57-9a57-2f3c5f0a5d11")
_SEPARATOR = "\x1f"
_NOT_BLANK = re.compile(r"\S")


def chunk_documents(documents: tuple[Document, ...]) -> list[Chunk]:
    """The passages of all documents, in order; none crosses a heading, none splits a code block or a table row.

    A passage is at most LIMIT characters unless a single block (a code block, a line) is longer.
    """
    from llama_index.core import Document as LlamaDocument
    from llama_index.core.node_parser import MarkdownNodeParser

    parser = MarkdownNodeParser(header_path_separator=_SEPARATOR, include_prev_next_rel=False)
    chunks: list[Chunk] = []
    for document in documents:
        outline = _outline(document.body)
        nodes = parser.get_nodes_from_documents([LlamaDocument(text=outline)])
        sections = [(node.get_content(), node.metadata["header_path"]) for node in nodes]
        chunks.extend(_chunks(document, outline, sections))
    return chunks


def _outline(body: str) -> str:
    """The body at its full length, in a form that the parser of headings reads well.

    Left to itself it knows no fence but three backticks, takes any number of marks for a heading, and rewrites the
    white space after them.
    """
    lines = body.split("\n")
    code = {number for block in fences(lines) for number in block}
    return "\n".join(_outlined(line, is_code=number in code) for number, line in enumerate(lines))


def _outlined(line: str, *, is_code: bool) -> str:
    match = HEADING.match(line)
    if match and not is_code:
        return f"{match.group(1)} {line[match.end(1) + 1 :]}"
    return _NOT_BLANK.sub("x", line) if is_code or line.lstrip().startswith(("#", "```")) else line


def _chunks(document: Document, outline: str, sections: list[tuple[str, str]]) -> Iterator[Chunk]:
    body = document.body
    position = end = 0
    for outlined, path in sections:
        start = outline.index(outlined, end)
        end = start + len(outlined)
        text = body[start:end]
        heading, has_text = _heading_path(outlined, path)
        if not has_text and document.kind != "roadmap":  # the heading of a stage states its name and duration
            continue
        first_line = document.body_line + body.count("\n", 0, start)
        for piece, offset in _pieces(text):
            yield _chunk(document, heading, piece, first_line + text.count("\n", 0, offset), position)
            position += 1


def _heading_path(text: str, path: str) -> tuple[tuple[str, ...], bool]:
    """The whole path of a section (the parser leaves its own heading out), and whether text stands below it."""
    above = tuple(match.group(2) for part in path.split(_SEPARATOR) if (match := HEADING.match(f"# {part}")))
    first, _, rest = text.partition("\n")
    match = HEADING.match(first)
    return ((*above, match.group(2)), bool(rest.strip())) if match else (above, True)


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """Runs of blocks of about LIMIT characters at most, with the offset of each; a line that ends on a colon stays with what follows."""
    piece: list[tuple[int, int]] = []
    for start, end in _blocks(text):
        if piece and end - piece[0][0] > LIMIT:
            leads_on = len(piece) > 1 and text[piece[-1][0] : piece[-1][1]].rstrip().endswith((":", "："))
            kept = piece[:-1] if leads_on else piece
            yield text[kept[0][0] : kept[-1][1]], kept[0][0]
            piece = piece[len(kept) :]
        piece.append((start, end))
    if piece:
        yield text[piece[0][0] : piece[-1][1]], piece[0][0]


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Spans that must stay whole: a fenced block, or one line."""
    lines = text.split("\n")
    code = {block.start: block for block in fences(lines)}
    offset = number = 0
    while number < len(lines):
        rows = code.get(number, range(number, number + 1))
        end = offset + sum(len(lines[row]) + 1 for row in rows) - 1
        if number in code:
            yield offset, end
        elif lines[number].strip():
            yield from _line_spans(lines[number], offset)
        offset, number = end + 1, rows.stop


def _line_spans(line: str, offset: int) -> Iterator[tuple[int, int]]:
    """A line whole, or when it is longer than LIMIT, cut at sentence ends (a file without line breaks)."""
    start = 0
    while len(line) - start > LIMIT:
        window = line[start : start + LIMIT]
        ends = [match.end() for match in re.finditer(r"[。！？；]|[.!?;]\s", window)]
        cut = start + (ends[-1] if ends else LIMIT)
        yield offset + start, offset + cut
        start = cut
    if line[start:].strip():
        yield offset + start, offset + len(line)


def _chunk(document: Document, heading: tuple[str, ...], text: str, line: int, position: int) -> Chunk:
    name = "\x1f".join((document.id, *heading, str(position), text))
    meta = document.meta
    match meta:
        case LessonMeta():
            url, date, topic = "", meta.reviewed, meta.topic
        case RoadmapMeta() | PageMeta():
            url, date, topic = meta.url, meta.date, ""
    return Chunk(
        id=str(uuid.uuid5(_NAMESPACE, name)),
        document=document.id,
        title=document.title,
        kind=document.kind,
        language=document.language,
        topic=topic,
        role=role_of(heading) if topic else "",
        heading=heading or (document.title,),
        lines=(line, line + text.count("\n")),
        text=text,
        url=url,
        date=date,
        position=position,
    )
