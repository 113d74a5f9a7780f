"""Brings Markdown in its many dialects (GitHub, MDX, MyST, Quarto, d2l, MkDocs) to one plain form."""

import re
from collections.abc import Mapping, Sequence

import yaml
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from ingest.extract.about import iso_day, named_licence
from ingest.extract.blocks import fenced, items, piped, quoted
from ingest.extract.dialects import prose, without_comments, without_dialect
from ingest.extract.inline import Cleaner
from ingest.extract.paragraphs import joined, visible
from ingest.extract.tags import without_tags
from ingest.extract.values import NotReadable
from ingest.extract.visibility import is_passage
from ingest.markdown import HEADING, fences
from ingest.values import Value
from ingest.yaml_text import parse_yaml

_LARGEST = 4_000_000
_FRONT = re.compile(r"\A\ufeff?---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_ANCHOR = re.compile(r"\s*(?:\{[^{}]*\}|\[\[[\w.-]*\]\])\s*$")
_FENCE_NAME = re.compile(r"^\{?\s*(?:code-cell|code-block|code|sourcecode|eval-rst|\.)?\s*\}?\s*\.?([A-Za-z][\w+#-]*)")
_NAMES = {"py": "python", "python3": "python", "ipython3": "python", "ipython": "python", "sh": "bash"}
_COMPONENT = re.compile(r"<[A-Z]\w+|^(?:===|!!!|\?\?\?)", re.MULTILINE)


class Text(Value):
    """A text in plain Markdown and what its front matter says."""

    title: str
    markdown: str
    licence: str = ""
    date: str = ""
    hidden: tuple[str, ...] = ()


def read_markdown(text: str, url: str = "") -> Text:
    """Plain Markdown of a text in any dialect; relative links become absolute against `url`.

    Raises NotReadable when it is far too long.
    """
    if len(text) > _LARGEST:
        raise NotReadable("too_large", f"the text has more than {_LARGEST:,} characters; it is no page to read")
    clean, hidden = visible(text)
    front, body = _split(clean)
    body, comments = without_comments(body)
    body, unseen = prose(body, lambda part: without_tags(part, url))
    markdown = _normal(without_dialect(body), url, is_mdx=bool(_COMPONENT.search(clean)))
    fields = _fields(front)
    return Text(
        title=_said(fields, "title") or _first_heading(markdown),
        markdown=markdown,
        licence=_licence(fields, comments),
        date=iso_day(_said(fields, "date", "lastmod", "updated", "last_modified_at", "published")),
        hidden=(*hidden, *filter(is_passage, comments), *unseen),
    )


def _split(text: str) -> tuple[str, str]:
    match = _FRONT.match(text)
    return (match.group(1), text[match.end() :]) if match else ("", text)


def _fields(front: str) -> Mapping[object, object]:
    """The front matter's fields; what is no YAML says nothing."""
    try:
        fields = parse_yaml(front)
    except (yaml.YAMLError, ValueError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _said(fields: Mapping[object, object], *names: str) -> str:
    found = (fields.get(name) for name in names)
    return next(
        (" ".join(str(value).split())[:300] for value in found if value and not isinstance(value, (dict, list))), ""
    )


def _licence(fields: Mapping[object, object], comments: Sequence[str]) -> str:
    stated = _said(fields, "license", "licence", "rights")
    return named_licence(stated) or stated or next(filter(None, map(named_licence, comments[:2])), "")


def _first_heading(markdown: str) -> str:
    """The first heading of the first level, else the first of any."""
    lines = markdown.split("\n")
    code = {number for block in fences(lines) for number in block}
    headings = [match for n, line in enumerate(lines) if n not in code and (match := HEADING.match(line))]
    best = next((heading for heading in headings if heading.group(1) == "#"), headings[0] if headings else None)
    return best.group(2) if best else ""


def _normal(source: str, url: str, *, is_mdx: bool) -> str:
    """Parse the blocks and write them anew; what is indented in MDX stands in a component and is no code."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.disable(["inline", "html_block", "code"] if is_mdx else ["inline", "html_block"])
    found: dict[str, object] = {}
    tokens = parser.parse(source, found)
    return "\n\n".join(_Writer(Cleaner(url, found)).blocks(SyntaxTreeNode(tokens)))


class _Writer:
    def __init__(self, cleaner: Cleaner) -> None:
        self._clean = cleaner

    def blocks(self, node: SyntaxTreeNode) -> list[str]:
        return [block for child in node.children for block in self._block(child) if block.strip()]

    def _block(self, node: SyntaxTreeNode) -> list[str]:
        match node.type:
            case "heading":
                text = re.sub(r"[*_]{2,}", "", self._clean(_ANCHOR.sub("", self._line(node))))
                return [f"{'#' * int(node.tag[1:])} {text}"] if text else []
            case "paragraph":
                return [self._clean(self._line(node))]
            case "fence" | "code_block":
                return [fenced(node.content.rstrip("\n"), _fence_language(node.info))] if node.content.strip() else []
            case "blockquote":
                return [quoted(block) for block in self.blocks(node)]
            case "bullet_list" | "ordered_list":
                return self._list(node)
            case "table":
                return ["\n".join(piped([self._row(row) for part in node.children for row in part.children]))]
        return []

    def _list(self, node: SyntaxTreeNode) -> list[str]:
        first = int(node.attrs.get("start", 1))
        markers = (
            "- " if node.type == "bullet_list" else f"{number}. " for number in range(first, first + len(node.children))
        )
        return items([(marker, self.blocks(item)) for marker, item in zip(markers, node.children, strict=True)])

    def _row(self, row: SyntaxTreeNode) -> list[str]:
        return [re.sub(r"(?<!\\)\|", r"\\|", self._clean(self._line(cell))) for cell in row.children]

    def _line(self, node: SyntaxTreeNode) -> str:
        return joined(line for child in node.children for line in child.content.split("\n"))


def _fence_language(info: str) -> str:
    match = _FENCE_NAME.match(info.strip())
    name = match.group(1).lower() if match else ""
    return _NAMES.get(name, name)
