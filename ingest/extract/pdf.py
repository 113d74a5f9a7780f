"""The only module that knows pdfium. Reads the text of a PDF: headings by size, paragraphs joined, running heads away."""

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from ingest.extract.about import iso_day
from ingest.extract.blocks import plain_line
from ingest.extract.markdown import Text
from ingest.extract.paragraphs import joined, visible
from ingest.extract.values import NotReadable
from ingest.languages import HAN
from ingest.values import Value

_MOST_PAGES = 1500
_MOST_CHARACTERS = 6_000_000
_HYPHENS = "\x02\ufffe\u00ad"
_BULLET = re.compile(r"^\s*(?:[•●▪◦‣■–·]|\(?\d{1,2}[.)]|[-*])\s+")
_NUMBERED = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[A-Z]\.|第[一二三四五六七八九十\d]+[章节])\s*\S")
_EDGE = 2  # lines at the head and foot of a page that may run through the document
_LEADERS = re.compile(r"(?:\s?[.·…]){5,}\s*")
_LEAST_WORDS = 0.4  # letters in a line of text; what is below is a figure's signs
_ENDS = re.compile(r"[.!?:;。！？：；…][\"'”’)）\]]*$")


class _Line(Value):
    """A line of a page: its text, the height of its letters and its place in points (y counts from the foot)."""

    text: str
    size: float
    bold: bool
    left: float
    right: float
    top: float
    bottom: float


def read_pdf(body: bytes) -> Text:
    """The PDF's text as Markdown.

    Raises NotReadable when it is damaged, needs a password, is far too long, or holds only pictures of text.
    """
    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        reason = "needs a password" if "password" in str(error).lower() else "is damaged"
        raise NotReadable("unreadable", f"the PDF {reason}") from error
    try:
        pages = _pages(document)
        about = document.get_metadata_dict()
    finally:
        document.close()
    _require_letters(pages)
    lines = _without_running(pages)
    markdown = "\n\n".join(_blocks(lines))
    title = " ".join(about.get("Title", "").split())
    heading = next((row.lstrip("# ") for row in markdown.split("\n") if row.startswith("#")), "")
    return Text(title=_told(title) or heading, markdown=markdown, date=_day(about))


def _told(title: str) -> str:
    """The title from the metadata, unless a typesetter left a file's name there."""
    return (
        ""
        if re.search(r"\.(?:docx?|tex|dvi|indd|pptx?|pdf)$|^untitled|^microsoft word", title, re.IGNORECASE)
        else title
    )


def _day(about: dict[str, str]) -> str:
    stamp = re.match(r"D:(\d{4})(\d{2})(\d{2})", about.get("ModDate") or about.get("CreationDate") or "")
    return iso_day("-".join(stamp.groups())) if stamp else ""


def _pages(document: pypdfium2.PdfDocument) -> list[list[_Line]]:
    if len(document) > _MOST_PAGES:
        raise NotReadable("too_large", f"the PDF has {len(document):,} pages; at most {_MOST_PAGES:,} are read")
    pages: list[list[_Line]] = []
    left = _MOST_CHARACTERS
    for number in range(len(document)):
        try:
            lines = _page_lines(document, number)
        except pypdfium2.PdfiumError:
            # one damaged page harms no other
            lines = []
        left -= sum(len(line.text) for line in lines)
        if left < 0:
            raise NotReadable("too_large", f"the PDF has more than {_MOST_CHARACTERS:,} characters")
        pages.append(lines)
    return pages


def _page_lines(document: pypdfium2.PdfDocument, number: int) -> list[_Line]:
    page = document[number]
    try:
        text = page.get_textpage()
        try:
            return list(_lines(text))
        finally:
            text.close()
    finally:
        page.close()


def _lines(text: pypdfium2.PdfTextPage) -> Iterator[_Line]:
    run: list[tuple[int, str]] = []
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        character = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
        if character in "\r\n" and character:
            yield from _line(text, run)
            run = []
        elif character:
            run.append((index, character))
    yield from _line(text, run)


def _line(text: pypdfium2.PdfTextPage, run: Sequence[tuple[int, str]]) -> Iterator[_Line]:
    letters = [index for index, character in run if not character.isspace()]
    if not letters:
        return
    boxes = [_box(text, index) for index in (letters[0], letters[len(letters) // 2], letters[-1])]
    weights = [pdfium.FPDFText_GetFontWeight(text, index) for index in (letters[0], letters[-1])]
    yield _Line(
        text="".join(character for _, character in run),
        size=round(median(top - bottom for _, bottom, _, top in boxes), 1),
        bold=min(weights) >= 600,
        left=min(box[0] for box in boxes),
        right=max(box[2] for box in boxes),
        top=max(box[3] for box in boxes),
        bottom=min(box[1] for box in boxes),
    )


def _box(text: pypdfium2.PdfTextPage, index: int) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of a letter with the whole height of its font."""
    box = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(text, index, ctypes.byref(box)):
        return 0.0, 0.0, 0.0, 0.0
    return box.left, box.bottom, box.right, box.top


def _require_letters(pages: Sequence[Sequence[_Line]]) -> None:
    letters = sum(len(re.findall(r"\w", line.text)) for page in pages for line in page)
    if letters < 20 * max(len(pages), 1):
        raise NotReadable("unreadable", "the PDF holds pictures of text and no text; a version with text is needed")


def _without_running(pages: Sequence[Sequence[_Line]]) -> list[_Line]:
    """All lines but page numbers and those that stand at the head or foot of most pages."""
    edges = Counter(name for page in pages for name in {_name(line) for line in [*page[:_EDGE], *page[-_EDGE:]]})
    often = {name for name, count in edges.items() if count >= 3 and count > 0.4 * len(pages)}
    kept: list[_Line] = []
    for page in pages:
        for place, line in enumerate(page):
            at_edge = place < _EDGE or place >= len(page) - _EDGE
            if not (at_edge and (_name(line) in often or re.fullmatch(r"\W*(?:\d{1,4}|[ivxlc]{1,6})\W*", line.text))):
                kept.append(line)
    return kept


def _name(line: _Line) -> str:
    return re.sub(r"\d+", "0", line.text.strip())


def _blocks(lines: Sequence[_Line]) -> Iterator[str]:
    body = _body_size(lines)
    sizes = sorted({line.size for line in lines if _is_heading(line, body) and line.size > 1.15 * body}, reverse=True)
    levels = {size: min(place + 1, 4) for place, size in enumerate(_apart(sizes))}
    paragraph: list[_Line] = []
    for line in lines:
        if _is_heading(line, body):
            yield from _paragraph(paragraph)
            paragraph = []
            yield f"{'#' * _level(line, levels)} {_cleaned([line])}"
        elif paragraph and _begins(line, paragraph, body):
            yield from _paragraph(paragraph)
            paragraph = [line]
        else:
            paragraph.append(line)
    yield from _paragraph(paragraph)


def _body_size(lines: Sequence[_Line]) -> float:
    """The size that most of the text is set in."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def _apart(sizes: Sequence[float]) -> list[float]:
    """The sizes that differ by more than a rounding, at most four."""
    kept: list[float] = []
    for size in sizes:
        if not kept or size < 0.94 * kept[-1]:
            kept.append(size)
    return kept[:4]


def _level(line: _Line, levels: dict[float, int]) -> int:
    """The level of the next size at or above the line's; bold lines of the body's size stand below all."""
    fitting = [level for size, level in levels.items() if line.size >= 0.94 * size]
    return min(fitting, default=min(len(levels) + 1, 5))


def _is_heading(line: _Line, body: float) -> bool:
    text = line.text.strip()
    words = len(re.findall(r"[A-Za-z]{2,}", text)) + len(HAN.findall(text))
    if not 0 < words <= 40 or len(text) > 120 or _BULLET.match(text) and not _NUMBERED.match(text):
        return False
    if line.size > 1.15 * body:
        return not text.endswith((",", "，", ";"))
    return line.bold and len(text) < 80 and not _ENDS.search(text) and (bool(_NUMBERED.match(text)) or words <= 12)


def _begins(line: _Line, paragraph: Sequence[_Line], body: float) -> bool:
    """Whether a line opens a paragraph: a bullet, a gap above it, an indented first line, or the end of a short one."""
    last = paragraph[-1]
    if line.top > last.bottom + 1 and line.bottom < last.top - 1 and abs(line.left - last.right) < 2 * body:
        return False  # raised or lowered signs on the same line
    if _BULLET.match(line.text) or abs(line.size - last.size) > 0.25 * body:
        return True
    if line.top > last.bottom + 2 * body and not _ENDS.search(last.text.strip()):
        return False  # the next column or page goes on with the sentence
    gap = last.bottom - line.top
    if gap > 0.7 * body or gap < -4 * body:
        return bool(_ENDS.search(last.text.strip())) or gap > 1.2 * body
    width = max(one.right for one in paragraph) - min(one.left for one in paragraph)
    ended = bool(_ENDS.search(last.text.strip()))
    indented = line.left > last.left + 0.8 * body and last.left <= min(one.left for one in paragraph[-2:]) + 1
    return ended and (indented or last.right < max(one.right for one in paragraph) - 0.15 * width)


def _paragraph(lines: Sequence[_Line]) -> Iterator[str]:
    text = _LEADERS.sub(" ", _cleaned(lines)) if lines else ""
    if len(re.findall(r"\w", text)) > _LEAST_WORDS * len(text):
        bullet = re.match(r"^[•●▪◦‣■–·]\s+", text)
        yield f"- {text[bullet.end() :]}" if bullet else plain_line(text)


def _cleaned(lines: Sequence[_Line]) -> str:
    """The lines as one, words parted at line ends joined, without invisible characters."""
    rows = "\n".join(line.text.strip() for line in lines)
    rows = re.sub(rf"(?<=\w)[{_HYPHENS}]\s*\n?\s*", "", rows)
    rows = re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", rows)
    return visible(joined(rows.split("\n")))[0]
