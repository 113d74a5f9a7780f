"""Writes a DOM as Markdown: each paragraph, list item and table row on one line, code and formulas as they stand."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from ingest.extract.blocks import fenced, items, plain_line, quoted
from ingest.extract.formulas import formula, is_rendering
from ingest.extract.grid import table_lines
from ingest.extract.inline import absolute, harmless
from ingest.extract.paragraphs import spaced

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
        "d-article",
        "d-front-matter",
    ]
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_DEEPEST = 80
_NEWLINES = re.compile(r"[ \t\r\n\f]+")
_BREAK = re.compile(r"\n\s*\n")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>")
_TEX = r"(?:[^\\]++|\\\\|\\(?![()\[\]\\]))*+"  # no further delimiter: linear on a page full of open ones
_DELIMITED = ((re.compile(rf"\\\[({_TEX})\\\]"), r"$$\1$$"), (re.compile(rf"\\\(({_TEX})\\\)"), r"$\1$"))
_LANGUAGE = re.compile(
    r"(?:^|\s)(?:language|lang|highlight-source|highlight|brush:|sourceCode)[-\s]*([A-Za-z][\w+#.-]*)"
)
_NO_LANGUAGE = {
    "default",
    "none",
    "notranslate",
    "highlight",
    "source",
    "line",
    "number",
    "wrapper",
    "text",
    "plaintext",
}
_NAMES = {"python3": "python", "ipython3": "python", "ipython": "python", "pycon": "python", "pycon3": "python", "py": "python", "shell-session": "console", "sh": "bash"}  # fmt: skip
_GUTTER = re.compile(
    r"(?:^|[\s_-])(?:lineno|linenos|linenodiv|line-numbers?-rows|gutter|hljs-ln-numbers|blob-num|rouge-gutter)(?:$|[\s_-])"
)


def render(root: HtmlElement, base: str) -> str:
    """The Markdown of what stands in `root`; links become absolute against `base`."""
    return "\n\n".join(_Writer(root, base).blocks(root, 0))


class _Writer:
    def __init__(self, root: HtmlElement, base: str) -> None:
        self._base = base
        self._blocky: set[HtmlElement] = set()
        for element in root.iter(*_BLOCKS):
            self._mark(element)

    def _mark(self, element: HtmlElement) -> None:
        node: HtmlElement | None = element
        while node is not None and node not in self._blocky:
            self._blocky.add(node)
            node = node.getparent()

    def blocks(self, element: HtmlElement, depth: int) -> list[str]:
        """The blocks below an element; text between them becomes paragraphs."""
        if depth > _DEEPEST:
            return _paragraphs(" ".join(map(str, element.itertext())))
        found: list[str] = []
        line = [_text(element.text)]
        for child in element:
            if child in self._blocky:
                found.extend(_paragraphs("".join(line)))
                found.extend(self._block(child, depth + 1))
                line = []
            else:
                line.append(self._inline(child, depth + 1))
            line.append(_text(child.tail))
        return found + _paragraphs("".join(line))

    def _block(self, element: HtmlElement, depth: int) -> list[str]:
        match element.tag:
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                return self._heading(element, depth)
            case "pre":
                return _code(element)
            case "ul" | "ol":
                return self._list(element, depth)
            case "table":
                return self._table(element, depth)
            case "blockquote":
                return [quoted(block) for block in self.blocks(element, depth)]
            case "hr":
                return []
        made = formula(element)
        if made is not None:
            return [made] if made else []
        return self._boxed(element, depth)

    def _boxed(self, element: HtmlElement, depth: int) -> list[str]:
        """Blocks of a container; code without `pre` that some sites keep in a `div` of lines stays text."""
        found = self.blocks(element, depth)
        if element.tag == "dt" and len(found) == 1:
            return [f"**{found[0]}**"] if not found[0].startswith(("```", "**")) else found
        return found

    def _heading(self, element: HtmlElement, depth: int) -> list[str]:
        text = spaced(_unlinked(harmless(self._children(element, depth))).replace("\n", " "))
        return [f"{'#' * _HEADINGS[str(element.tag)]} {text}"] if text else []

    def _list(self, element: HtmlElement, depth: int) -> list[str]:
        entries = []
        number = _start(element)
        for child in element:
            if isinstance(child.tag, str):
                found = self.blocks(child, depth + 1) if child.tag == "li" else self._block_or_line(child, depth + 1)
                entries.append((f"{number}. " if element.tag == "ol" else "- ", found))
                number += child.tag == "li"
        return items(entries)

    def _block_or_line(self, element: HtmlElement, depth: int) -> list[str]:
        if element in self._blocky:
            return self._block(element, depth)
        return _paragraphs(self._inline(element, depth))

    def _table(self, element: HtmlElement, depth: int) -> list[str]:
        if _is_layout(element):
            return [block for part in _cells(element) for block in self.blocks(part, depth + 1)]
        caption = [block for part in element.findall("caption") for block in self.blocks(part, depth + 1)]
        lines = table_lines(element, lambda cell: " ".join(self.blocks(cell, depth + 1)))
        return [*caption, "\n".join(lines)] if lines else caption

    def _inline(self, element: HtmlElement, depth: int) -> str:
        if not isinstance(element.tag, str) or is_rendering(element):
            return ""
        made = formula(element)
        if made is not None:
            return made
        match element.tag:
            case "br":
                return "\n"
            case "img":
                return _text(element.get("alt"))
            case "code" | "tt" | "kbd" | "samp":
                return _code_span("".join(map(str, element.itertext())))
            case "a":
                return self._link(element, depth)
            case "sup" | "sub":
                return _raised(element, self._children(element, depth))
            case _:
                return self._children(element, depth)

    def _children(self, element: HtmlElement, depth: int) -> str:
        if depth > _DEEPEST:
            return _text(" ".join(map(str, element.itertext())))
        parts = [_text(element.text)]
        for child in element:
            parts += self._inline(child, depth + 1), _text(child.tail)
        return "".join(parts)

    def _link(self, element: HtmlElement, depth: int) -> str:
        inner = self._children(element, depth)
        text, target = spaced(inner), absolute(self._base, element.get("href") or "")
        if not text or not target or text.startswith("["):
            return inner
        before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
        return f"{before}[{text}]({target}){after}"


def _text(text: str | None) -> str:
    """A text node in a line: blanks folded, and tags that the page shows as text kept from becoming tags."""
    if not text:
        return ""
    line = _NEWLINES.sub(" ", text)
    return _TAG.sub(lambda match: _code_span(match.group()), line) if "<" in line else line


def _paragraphs(text: str) -> list[str]:
    """The paragraphs of a run of inline text; two line breaks part them, a single one is a space."""
    return [_paragraph(part) for part in _BREAK.split(text) if part.strip()]


def _paragraph(text: str) -> str:
    line = spaced(text.replace("\n", " "))
    for pattern, form in _DELIMITED:
        line = pattern.sub(form, line) if "\\" in line else line
    return plain_line(harmless(line))


def _unlinked(text: str) -> str:
    return re.sub(r"\[([^\[\]]*)\]\([^()\s]*\)", r"\1", text)


def _start(element: HtmlElement) -> int:
    start = element.get("start") or ""
    return int(start) if re.fullmatch(r"[0-9]{1,6}", start) else 1


def _raised(element: HtmlElement, text: str) -> str:
    mark = "^" if element.tag == "sup" else "_"
    return f"{mark}{text}" if re.fullmatch(r"[\w+-]{1,4}", text) else text


def _code_span(text: str) -> str:
    """Text in back ticks, in double ones when it has some itself."""
    line = spaced(_NEWLINES.sub(" ", text))
    if not line:
        return ""
    return f"`` {line} ``" if "`" in line else f"`{line}`"


def _code(element: HtmlElement) -> list[str]:
    """A fenced block with the language that the page's classes name, without line numbers."""
    code = "".join(_code_text(element)).replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    lines = [line.rstrip() for line in code.split("\n")]
    body = "\n".join(lines).strip("\n")
    return [fenced(body, _language(element, body))] if body.strip() else []


def _code_text(element: HtmlElement) -> Iterator[str]:
    """The pieces of text in a code block, walked without recursion: pages nest spans without end."""
    skipped: HtmlElement | None = None
    for event, node in _events(element):
        if skipped is not None:
            if event == "end" and node is skipped:
                skipped = None
                yield node.tail or ""
        elif event == "start" and node is not element and _is_no_code(node):
            skipped = node
        elif event == "start":
            yield "\n" if node.tag == "br" else node.text or ""
        elif node is not element:
            yield from _after(node)


def _events(element: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    from lxml.etree import iterwalk

    yield from iterwalk(element, events=("start", "end", "comment", "pi"))


def _after(node: HtmlElement) -> Iterator[str]:
    """The end of a row of code, where rows are elements of their own, and the text behind it."""
    if node.tag in {"div", "li", "tr", "p"} and not (node.tail or "").startswith("\n"):
        yield "\n"
    yield node.tail or ""


def _is_no_code(node: HtmlElement) -> bool:
    return node.tag in {"button", "script", "style"} or bool(_GUTTER.search(node.get("class") or ""))


def _language(element: HtmlElement, code: str) -> str:
    near = [element, *element.iterchildren("code"), *list(element.iterancestors())[:2]]
    for node in near:
        named = str(node.get("data-lang") or node.get("data-language") or "")
        for name in [named, *_LANGUAGE.findall(node.get("class") or "")]:
            if re.fullmatch(r"[A-Za-z][\w+#.-]{0,20}", name) and name.lower() not in _NO_LANGUAGE:
                return str(_NAMES.get(name.lower(), name.lower()))
    return "python" if code.startswith(">>> ") else ""


def _is_layout(table: HtmlElement) -> bool:
    """Whether a table only places things: one column, or cells that hold blocks which no row can hold."""
    if table.get("role") == "presentation":
        return True
    if next(table.iter("pre", "h1", "h2", "h3"), None) is not None or len(list(table.iter("table"))) > 1:
        return True
    return all(len(row.findall("td")) + len(row.findall("th")) <= 1 for row in table.iter("tr"))


def _cells(table: HtmlElement) -> Iterator[HtmlElement]:
    """The outermost cells of a table that places things, without its gutters of line numbers."""
    for part in table.iter("td", "th", "caption"):
        holder = next(part.iterancestors("table"), None)
        if holder is table and not _GUTTER.search(part.get("class") or ""):
            yield part
