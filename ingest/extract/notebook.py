"""Reads Jupyter notebooks: text cells as Markdown, code cells as fences, the first lines of what they printed."""

import json
import re
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.extract.about import named_licence
from ingest.extract.blocks import fenced
from ingest.extract.markdown import Text, read_markdown
from ingest.extract.values import NotReadable

_OUTPUT_LINES = 5
_OUTPUT_WIDTH = 300
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_CHROME = re.compile(
    r"<table\b[^<>]{0,200}>(?:(?!</table>).){0,6000}?(?:colab|Run in|View (?:on|source)).{0,6000}?</table>",
    re.DOTALL | re.IGNORECASE,
)
_NO_CODE = re.compile(r"^\s*#\s*@title\s+.*(?:Licensed under|License)", re.IGNORECASE)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Output(_Part):
    text: str | list[str] = ""
    data: dict[str, object] = Field(default_factory=dict)


class _Cell(_Part):
    cell_type: str = ""
    source: str | list[str] = ""
    input: str | list[str] = ""
    level: int = Field(default=1, ge=1, le=6)
    outputs: list[_Output] = Field(default_factory=list)
    language: str = ""


class _Kernel(_Part):
    language: str = ""
    name: str = ""


class _Metadata(_Part):
    kernelspec: _Kernel = Field(default_factory=_Kernel)
    language_info: _Kernel = Field(default_factory=_Kernel)
    title: str = ""


class _Sheet(_Part):
    cells: list[_Cell] = Field(default_factory=list)


class _Notebook(_Sheet):
    """The parts of nbformat 3 and 4 that hold text: `{"cells": [{"cell_type": "markdown", "source": ["# A title"]}]}`."""

    worksheets: list[_Sheet] = Field(default_factory=list)
    metadata: _Metadata = Field(default_factory=_Metadata)


def read_notebook(text: str, url: str = "") -> Text:
    """The notebook as Markdown.

    Raises NotReadable when the text is no notebook or far too long.
    """
    notebook = _parsed(text)
    cells = [*notebook.cells, *(cell for sheet in notebook.worksheets for cell in sheet.cells)]
    language = notebook.metadata.kernelspec.language or notebook.metadata.language_info.name or "python"
    source = "\n\n".join(block for cell in cells for block in _blocks(cell, language))
    read = read_markdown(source, url)
    licence = read.licence or next(filter(None, (named_licence(_joined(cell.source)[:3000]) for cell in cells[:4])), "")
    return read.model_copy(update={"title": notebook.metadata.title or read.title, "licence": licence})


def _parsed(text: str) -> _Notebook:
    try:
        parts = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotReadable("unreadable", "the notebook is no JSON") from error
    if not isinstance(parts, dict) or not ("cells" in parts or "worksheets" in parts):
        raise NotReadable("unreadable", "the file holds data, no text")
    try:
        return _Notebook.model_validate(parts)
    except ValidationError as error:
        raise NotReadable("unreadable", "the notebook has no cells that can be read") from error


def _blocks(cell: _Cell, language: str) -> Iterator[str]:
    source = _joined(cell.source or cell.input)
    match cell.cell_type:
        case "markdown":
            yield _closed(_CHROME.sub("", source))
        case "heading":
            yield f"{'#' * cell.level} {source}"
        case "code" if source.strip() and not _NO_CODE.match(source):
            yield fenced(source.rstrip(), cell.language or language.lower().removesuffix("3"))
            yield from _printed(cell.outputs)


def _closed(source: str) -> str:
    """A text cell whose open fence cannot swallow the cells behind it."""
    marks = re.findall(r"^[ \t]*(`{3,}|~{3,})", source, re.MULTILINE)
    return f"{source}\n{marks[-1]}" if len(marks) % 2 else source


def _printed(outputs: list[_Output]) -> Iterator[str]:
    """The first lines that a cell printed, as a block of text; pictures and tables drawn in HTML are left out."""
    shown = "\n".join(_joined(output.text) or _plain(output) for output in outputs)
    lines = [line.rstrip()[:_OUTPUT_WIDTH] for line in _ANSI.sub("", shown).split("\n") if line.strip()]
    if lines and not lines[0].startswith(("<Figure", "<matplotlib", "<Axes", "<IPython")):
        yield fenced("\n".join(lines[:_OUTPUT_LINES]), "text")


def _plain(output: _Output) -> str:
    found = output.data.get("text/plain", "")
    return "".join(map(str, found)) if isinstance(found, list) else str(found)


def _joined(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)
