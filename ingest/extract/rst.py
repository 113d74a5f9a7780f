"""Rewrites reStructuredText as Markdown: headings, code, notes, links and formulas; what has no counterpart goes."""

import re
from collections.abc import Iterator, Sequence

from ingest.extract.blocks import fenced

_RULE = re.compile(r"^([=\-`:'\"~^_*+#<>.])\1{2,}\s*$")
_DIRECTIVE = re.compile(r"^(?P<margin>\s*)\.\.\s+(?:(?P<name>[\w:-]+)::\s*(?P<about>.*)|(?P<note>.*))$")
_OPTION = re.compile(r"^\s*:[\w-]+:")
_CODE = {"code-block", "code", "sourcecode", "highlight", "ipython", "prompt", "parsed-literal", "testcode", "doctest"}
_NOTES = {"note", "tip", "warning", "important", "caution", "admonition", "seealso", "hint", "attention", "danger", "topic", "sidebar", "versionadded", "versionchanged", "deprecated", "rubric", "epigraph"}  # fmt: skip
_DEEPEST = 20  # notes in notes
_LINK = re.compile(r"`([^`<>]{1,300}?)\s*<([^`<>\s]{1,2000})>`_{1,2}")
_ROLE = re.compile(r":(?P<role>[\w:+-]{1,40}):`(?:(?P<shown>[^`<]{1,300}?)\s*<[^`>]*>|[~!]?(?P<name>[^`]{1,500}))`")
_NAMED = re.compile(r"`([^`]{1,200})`__?(?!\w)|(?<!\w)\|(\w[^|\n]{0,60})\|_{0,2}")


def to_markdown(text: str, depth: int = 0) -> str:
    """The Markdown of a text in reStructuredText."""
    return "\n".join(_blocks(text.expandtabs(4).split("\n"), depth)) if depth < _DEEPEST else ""


def looks_like_rst(text: str) -> bool:
    """Whether a text without a telling name has directives and ruled headings."""
    head = text[:20_000]
    return bool(re.search(r"^\.\. [\w:-]+::|^\.\. _[\w -]+:", head, re.MULTILINE)) and not re.search(
        r"^#{1,6} ", head, re.MULTILINE
    )


def _blocks(lines: Sequence[str], depth: int) -> Iterator[str]:
    levels: dict[str, int] = {}
    number = 0
    while number < len(lines):
        line = lines[number]
        heading = _heading(lines, number)
        if heading:
            style, title, number = heading
            level = levels.setdefault(style, min(len(levels) + 1, 6))
            yield f"\n{'#' * level} {_inline(title.strip())}\n"
        elif match := _DIRECTIVE.match(line):
            end = _end(lines, number + 1, len(match["margin"]))
            yield from _directive(match, lines[number + 1 : end], depth)
            number = end
        elif line.rstrip().endswith("::"):
            end = _end(lines, number + 1, len(line) - len(line.lstrip()))
            yield from _literal(line, lines[number + 1 : end])
            number = end
        else:
            yield "" if _OPTION.match(line) and line.lstrip().startswith((":orphan:", ":tocdepth:")) else _inline(line)
            number += 1


def _heading(lines: Sequence[str], number: int) -> tuple[str, str, int] | None:
    """The style, the title and the line behind a heading: a ruled line, with or without a rule above."""
    here, below, third = ([*lines[number : number + 3], "", ""])[:3]
    if (
        _RULE.match(here)
        and below.strip()
        and third.strip() == here.strip()
        and len(here.strip()) >= len(below.strip())
    ):
        return f"{here[0]}{here[0]}", below, number + 3
    if (
        here.strip()
        and not here.startswith((" ", ".."))
        and _RULE.match(below)
        and not _RULE.match(here)
        and len(below.strip()) >= 3
    ):
        return below[0], here, number + 2
    return None


def _end(lines: Sequence[str], start: int, margin: int) -> int:
    """The line behind a block that is indented deeper than `margin`."""
    end = start
    for number in range(start, len(lines)):
        line = lines[number]
        if line.strip() and len(line) - len(line.lstrip()) <= margin:
            break
        end = number + 1 if line.strip() else end
    return max(end, start)


def _directive(match: re.Match[str], body: Sequence[str], depth: int) -> Iterator[str]:
    name, about = match["name"] or "", match["about"] or ""
    inner = _outdented([line for line in body if not _OPTION.match(line)])
    if name in _CODE:
        yield f"\n{fenced(inner, about.strip().lower().split(' ')[0])}\n" if inner.strip() else ""
    elif name == "math":
        formula = " ".join(f"{about}\n{inner}".split())
        yield f"\n$${formula}$$\n" if formula else ""
    elif name in _NOTES:
        yield f"\n{_inline(about)}\n"
        yield to_markdown(inner, depth + 1)
    else:
        yield ""


def _literal(line: str, body: Sequence[str]) -> Iterator[str]:
    """A paragraph that ends on two colons, and the block of code behind it."""
    text = line.rstrip()[:-2].rstrip()
    yield _inline(f"{text}:") if text else ""
    inner = _outdented(body)
    if inner.strip():
        yield f"\n{fenced(inner)}\n"


def _outdented(lines: Sequence[str]) -> str:
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[margin:].rstrip() for line in lines).strip("\n")


def _inline(line: str) -> str:
    line = _LINK.sub(r"[\1](\2)", line)
    line = _ROLE.sub(_role, line)
    line = _NAMED.sub(lambda match: match.group(1) or match.group(2), line)
    return line.replace("``", "`")


def _role(match: re.Match[str]) -> str:
    text = match["shown"] or match["name"] or ""
    return (
        f"${text}$"
        if match["role"] == "math"
        else text
        if match["role"] in {"ref", "doc", "term", "abbr", "sup", "sub"}
        else f"`{text}`"
    )
