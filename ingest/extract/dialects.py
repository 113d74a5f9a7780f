"""Undoes what the dialects of Markdown add: imports and labels of MDX and d2l, directives of MyST, containers, comments."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from ingest.markdown import fences

_START = re.compile(r"^[ \t]*(?P<marks>`{3,}|~{3,})[^\n]*$|`[^`\n]+`|(?P<comment><!--|\{/\*)", re.MULTILINE)
_CLOSE = {"<!--": "-->", "{/*": "*/}"}
_DROPPED = re.compile(
    r"^\s*(?:import\s+(?:[\w*{},\s$]+\s+from\s+)?['\"][^'\"]+['\"];?|export\s+(?:\{[^}]*\}|default\s+\w+).*|:(?:label|eqlabel|begin_tab|end_tab|width|height|bookmark):.*"
    r"|\[\[(?:autodoc|open-in-colab)\]\].*|\{\*.*\*\}|\{[%{]<?.*[>%]\}|\{:.*\}|\{\s*[.#][^{}]*\}|:{3,}.*|/{3,}.*|\+{3}|\(\w[\w-]*\)=|\[toc\]|\\newpage|#@(?:title|markdown|tab).*)\s*$",
    re.IGNORECASE,
)
_EXPORT = re.compile(r"^export\s+(?:const|let|var|function|default)\b.*[{(\[]\s*$")
_TAB = re.compile(r'^\s*(?:===\+?|!!!|\?\?\?\+?)\s+(?:\w+\s+)?"?(?P<title>[^"]*)"?\s*$')
# d2l puts what its slides show in these marks: "(**the claim**)", "[**another**]".
_SLIDES = re.compile(r"\((\*\*|~~)(.{1,2000}?)\1\)|\[(\*\*|~~)(.{1,2000}?)\3\](?!\()", re.DOTALL)
_IS_D2L = re.compile(r"^:(?:label|begin_tab):`|\{\.python \.input", re.MULTILINE)
_AUTHORS = re.compile(r"^#{4,6}\s+Copyright \d{4}.*$", re.MULTILINE)
_FOLDED = re.compile(r"^([ \t]*(?:>[ \t]?)*)\$\$[ \t]*\n(.{1,5000}?)\n?[ \t>]*\$\$", re.DOTALL | re.MULTILINE)
_NOTES = {"note", "tip", "warning", "important", "caution", "admonition", "seealso", "hint", "attention", "danger", "info", "callout", "dropdown", "margin", "sidebar", "tab-item", "exercise", "solution"}  # fmt: skip
_SILENT = {"toctree", "figure", "image", "tableofcontents", "contents", "bibliography", "glossary-list", "eval-rst", "include", "literalinclude", "youtube"}  # fmt: skip


def without_dialect(text: str) -> str:
    """The text with containers, labels and imports gone; what notes and tabs hold stays."""
    is_d2l = bool(_IS_D2L.search(text))
    return prose(_unwrapped(text), lambda part: (_plain(part, is_d2l=is_d2l), []))[0]


def _plain(part: str, *, is_d2l: bool) -> str:
    shown = _SLIDES.sub(lambda match: match.group(2) or match.group(4), part) if is_d2l else part
    return "\n".join(_lines(_FOLDED.sub(_one_line, _AUTHORS.sub("", shown))))


def without_comments(text: str) -> tuple[str, list[str]]:
    """The text without the comments that stand outside of code, and the comments; one that never closes is text."""
    comments: list[str] = []
    parts: list[str] = []
    at = start = 0
    unclosed: set[str] = set()
    while match := _START.search(text, at):
        opening = match["comment"]
        if opening is None:
            at = _behind_code(text, match)
        elif opening in unclosed or (end := text.find(_CLOSE[opening], match.end())) < 0:
            unclosed.add(opening)
            at = match.end()
        else:
            comments.append(" ".join(text[match.end() : end].split()))
            parts.append(text[start : match.start()])
            at = start = end + 3
    return "".join([*parts, text[start:]]), comments


def _behind_code(text: str, match: re.Match[str]) -> int:
    """Where the code ends that a fence or a back tick opens."""
    marks = match["marks"]
    if marks is None:
        return match.end()
    closing = re.compile(rf"^[ \t]*{marks}{marks[0]}*[ \t]*$", re.MULTILINE).search(text, match.end())
    return closing.end() if closing else len(text)


def prose(text: str, change: Callable[[str], tuple[str, list[str]]]) -> tuple[str, list[str]]:
    """The text with `change` applied to each stretch outside of fenced code, and what that took out."""
    lines = text.split("\n")
    parts: list[str] = []
    taken: list[str] = []
    for is_code, part in _stretches(lines):
        if is_code:
            parts.append("\n".join(part))
            continue
        changed, found = change("\n".join(part))
        parts.append(changed)
        taken += found
    return "\n".join(parts), taken


def _stretches(lines: Sequence[str]) -> Iterator[tuple[bool, list[str]]]:
    code = {number for block in fences(lines) for number in block}
    for is_code, group in groupby(enumerate(lines), key=lambda row: row[0] in code):
        yield is_code, [line for _, line in group]


def _one_line(match: re.Match[str]) -> str:
    prefix = match.group(1)
    rows = [row.strip().lstrip("> ").strip() for row in match.group(2).split("\n")]
    return f"{prefix}$${' '.join(filter(None, rows))}$$"


def _lines(text: str) -> Iterator[str]:
    """The lines without imports, labels and the marks of containers; the title of a tab or a note stays as a line."""
    skipping = False
    for line in text.split("\n"):
        if skipping:
            skipping = not re.match(r"^[})\]]+;?\s*$", line)
        elif _EXPORT.match(line):
            skipping = True
        elif match := _TAB.match(line):
            yield f"\n{match['title'].strip()}\n"
        else:
            yield "" if _DROPPED.match(line) else line


def _unwrapped(text: str) -> str:
    """Directives written as fences: a note keeps its text, an index or a figure goes."""
    lines = text.split("\n")
    for block in reversed(list(fences(lines))):
        name = re.match(r"^\s*[`~]{3,}\s*\{([\w-]+)\}(.*)$", lines[block.start])
        if name is None:
            continue
        if name.group(1) in _SILENT:
            lines[block.start : block.stop] = [""]
        elif name.group(1) in _NOTES:
            inner = [row for row in lines[block.start + 1 : block.stop - 1] if not re.match(r"^\s*:\w[\w-]*:", row)]
            lines[block.start : block.stop] = ["", name.group(2).strip(), "", *inner, ""]
    return "\n".join(lines)
