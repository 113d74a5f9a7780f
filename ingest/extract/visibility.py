"""Takes out of a DOM what a reader of the page would not see, and tells what it said."""

import re

from lxml.html import HtmlElement

from ingest.extract.injection import addresses_a_model
from ingest.extract.paragraphs import spaced

_HIDING = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|font-size:0*(?:\.0+)?(?:px|pt|em|rem|%|vw)?(?:;|!|$)|font-size:[01](?:\.\d+)?px"
    r"|opacity:0*(?:\.0+)?%?(?:;|!|$)|text-indent:-\d{3,}|(?:left|top|right|bottom|margin-left|margin-top):-\d{3,}"
    r"|clip:rect\(0|clip:rect\(1px|clip-path:inset\((?:50|100)%|transform:scale\(0|color:transparent|content-visibility:hidden"
    r"|(?:max-)?(?:height|width):0(?:px)?;.*overflow:hidden|overflow:hidden;.*(?:max-)?(?:height|width):0(?:px)?(?:;|$)"
)
_INK = re.compile(r"(?:^|;)color:([^;!]+)")
_PAPER = re.compile(r"(?:^|;)background(?:-color)?:([^;!]+)")
_WHITE = re.compile(
    r"^(?:white|snow|ivory|#f[c-f]f[c-f]f[c-f]|#fff|rgba?\(25[2-5],25[2-5],25[2-5].*|hsl\(\d+,\d+%,100%\))$"
)
# WeChat hides its articles until a script has run.
_SHOWN_LATER = {"js_content"}
_LONGEST_STYLE = 2000
_LONG_NOTE = 12  # words
_CONDITION = re.compile(r"^\s*(?:\[if|\[endif|<!\[endif|#)")


def remove_invisible(root: HtmlElement) -> list[str]:
    """Remove comments and invisible elements from the tree; returns the texts that were in them, the empty left out."""
    found = [*_remove_comments(root)]
    for element in root.xpath("//*[@style or @hidden or self::font]"):
        if not isinstance(element.tag, str) or element.tag in {"html", "body", "head"}:
            continue
        if _is_invisible(element) and not _is_removed(element, root):
            text = spaced(" ".join(" ".join(map(str, element.itertext())).split()))
            drop(element)
            if text:
                found.append(text)
    return found


def is_hiding(style: str) -> bool:
    """Whether an inline style takes an element out of sight."""
    return bool(_HIDING.search(re.sub(r"\s+", "", style[:_LONGEST_STYLE].lower())))


def drop(element: HtmlElement) -> None:
    """Take an element out of its tree and leave the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "") or None
    else:
        parent.text = (parent.text or "") + (element.tail or "") or None
    parent.remove(element)


def is_passage(comment: str) -> bool:
    """Whether a comment is one to count: longer than the notes that templates leave, or speaking to a model."""
    if _CONDITION.match(comment) or "<" in comment:
        return addresses_a_model(comment)
    return len(re.findall(r"[^\W\d_]+", comment)) >= _LONG_NOTE or addresses_a_model(comment)


def _remove_comments(root: HtmlElement) -> list[str]:
    from lxml.etree import Comment, ProcessingInstruction

    texts = []
    for node in list(root.iter(Comment, ProcessingInstruction)):
        text = spaced(" ".join((node.text or "").split()))
        drop(node)
        if is_passage(text):
            texts.append(text)
    return texts


def _is_removed(element: HtmlElement, root: HtmlElement) -> bool:
    if element is root:
        return True
    top = element
    for top in element.iterancestors():  # noqa: B007
        pass
    return top is not root.getroottree().getroot()


def _is_invisible(element: HtmlElement) -> bool:
    if element.get("id") in _SHOWN_LATER:
        return False
    if element.get("hidden") is not None and element.get("hidden") != "until-found":
        return True
    style = re.sub(r"\s+", "", (element.get("style") or "")[:_LONGEST_STYLE].lower())
    if not style and element.tag != "font":
        return False
    return bool(_HIDING.search(style)) or _is_white_on_white(element, style)


def _is_white_on_white(element: HtmlElement, style: str) -> bool:
    """Inline ink in the colour of its paper; with no paper named, white ink on an element that no class could colour."""
    ink = _INK.search(style)
    colour = ink.group(1) if ink else (element.get("color") or "").strip().lower()
    if not colour:
        return False
    paper = _PAPER.search(style)
    if paper:
        return _same(colour, paper.group(1))
    return bool(_WHITE.match(colour)) and not any(map(_has_paper, [element, *element.iterancestors()]))


def _same(ink: str, paper: str) -> bool:
    return ink == paper or bool(_WHITE.match(ink) and _WHITE.match(paper))


def _has_paper(element: HtmlElement) -> bool:
    """Whether something may have put a colour behind the text: a class (but on the page as a whole) or a style."""
    style = re.sub(r"\s+", "", (element.get("style") or "")[:_LONGEST_STYLE].lower())
    paper = _PAPER.search(style)
    if paper:
        return not _WHITE.match(paper.group(1))
    return element.tag not in {"html", "body", "main", "article"} and bool(
        element.get("class") or element.get("bgcolor")
    )
