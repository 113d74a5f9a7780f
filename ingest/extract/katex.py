"""Writes the TeX of a formula that KaTeX left as boxes alone, from what those boxes hold and how they are stacked."""

from lxml.html import HtmlElement

from ingest.extract.paragraphs import visible

_EMPTY = {"strut", "pstrut", "vlist-s", "katex-mathml", "frac-line", "hide-tail", "rule"}
_DEEPEST = 60


def tex_of_boxes(element: HtmlElement, depth: int = 0) -> str:
    """The TeX of a `katex-html` element, "x_{m}^{(1)}" or "\\frac{1}{2}"; accents and matrices come out as their parts."""
    classes = set((element.get("class") or "").split())
    if classes & _EMPTY or not isinstance(element.tag, str):
        return ""
    if depth > _DEEPEST:
        return visible("".join(map(str, element.itertext())))[0]
    if "msupsub" in classes:
        return _raised(element, depth)
    if "mfrac" in classes:
        rows = _rows(element, depth)
        return f"\\frac{{{rows[1]}}}{{{rows[0]}}}" if len(rows) == 2 else "".join(rows)
    if "mspace" in classes:
        return " "
    inner = visible(element.text or "")[0] + "".join(
        tex_of_boxes(child, depth + 1) + visible(child.tail or "")[0] for child in element
    )
    return f"\\sqrt{{{inner}}}" if "sqrt" in classes else inner


def _raised(element: HtmlElement, depth: int) -> str:
    """What is set below and above the line: a stack of two begins with the lower; a lone one is low in a two-part box."""
    rows = _rows(element, depth)
    if len(rows) == 2:
        return f"_{{{rows[0]}}}^{{{rows[1]}}}"
    is_low = any("vlist-t2" in (box.get("class") or "") for box in element)
    return "".join(f"{'_' if is_low else '^'}{{{row}}}" for row in rows)


def _rows(element: HtmlElement, depth: int) -> list[str]:
    stack = next((box for box in element.iter() if box.get("class") == "vlist"), None)
    rows = [tex_of_boxes(child, depth + 1).strip() for child in stack] if stack is not None else []
    return [row for row in rows if row]
