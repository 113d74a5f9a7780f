"""Finds the TeX of a formula in what MathJax, KaTeX, LaTeXML, Sphinx and pictures of formulas leave in a page."""

import re

from lxml.html import HtmlElement

from ingest.extract.katex import tex_of_boxes

_COMMENT = re.compile(r"(?<!\\)%[^\n]*\n")
_MARKS = re.compile(
    r"^\s*(?:\\\((?P<inline>.*)\\\)|\\\[(?P<display>.*)\\\]|\$\$(?P<dollars>.*)\$\$|\$(?P<dollar>.*)\$)\s*$", re.DOTALL
)
_PICTURE = re.compile(r"(?:^|[\s_-])(?:math|tex|latex|mathjax|mwe)(?:$|[\s_-])")
_RENDERED = {"MathJax", "MathJax_Preview", "MathJax_Display", "MathJax_SVG", "mjx-chtml", "MathJax_CHTML"}


def formula(element: HtmlElement) -> str | None:
    """`$…$` or `$$…$$` when the element is a formula, "" for one whose TeX is not told, None when it is none."""
    classes = set((element.get("class") or "").split())
    match element.tag:
        case "math":
            return _mathml(element)
        case "script" if (element.get("type") or "").startswith("math/tex"):
            return _wrapped(element.text or "", display="mode=display" in (element.get("type") or ""))
        case "img" if _PICTURE.search(element.get("class") or "") or element.get("eeimg"):
            return _wrapped(element.get("alt") or "", display=False)
    if element.get("data-tex"):
        return _wrapped(element.get("data-tex") or "", display=False)
    if classes & {"katex", "katex-display", "katex-block"} or element.tag == "mjx-container":
        return _rendered(element, display="katex-display" in classes or element.get("display") == "true")
    if "math" in classes and element.tag in {"span", "div", "p"}:
        return _delimited(element)
    return None


def is_rendering(element: HtmlElement) -> bool:
    """Whether the element only draws a formula whose source stands beside it."""
    return bool(_RENDERED & set((element.get("class") or "").split()))


def _mathml(element: HtmlElement) -> str:
    source = _annotation(element) or element.get("alttext") or ""
    if source:
        return _wrapped(source, display=element.get("display") == "block")
    return " ".join(" ".join(map(str, element.itertext())).split())


def _annotation(element: HtmlElement) -> str:
    for note in element.iter("annotation"):
        if (note.get("encoding") or "").lower() in {"application/x-tex", "tex", "latex", "application/x-latex"}:
            return "".join(map(str, note.itertext()))
    return ""


def _rendered(element: HtmlElement, *, display: bool) -> str:
    source = _annotation(element)
    if source:
        return _wrapped(source, display=display)
    inner = next(element.iter("math"), None)
    if inner is not None:
        return _mathml(inner)
    return _wrapped(tex_of_boxes(element), display=display)


def _delimited(element: HtmlElement) -> str | None:
    text = "".join(map(str, element.itertext())).strip()
    match = _MARKS.match(text)
    if match is None:
        return _rendered(element, display=False) or None
    kind = str(match.lastgroup)
    return _wrapped(match[kind], display=kind in {"display", "dollars"})


def _wrapped(source: str, *, display: bool) -> str:
    match = _MARKS.match(source)
    if match:
        source = match[str(match.lastgroup)]
    text = " ".join(_COMMENT.sub("", source.removeprefix("{\\displaystyle").strip()).split())
    if not text:
        return ""
    return f"$${text}$$" if display else f"${text}$"
