"""Reads arrow paths: `A → B → C` on a line or over several, in text, in table cells and in fenced diagrams."""

import re
from collections.abc import Iterable, Iterator

from ingest.glossary import Glossary
from ingest.roadmap.names import Names, clean_name, is_task, is_vague
from ingest.roadmap.plain import ITEM, plain
from ingest.roadmap.rows import PROSE, Diagram, Row
from ingest.values import Value

_ARROW = re.compile(r"\s*(?:[-=–—─━]*(?:→|⇒|➜|⟶|➔|➡️?|⟹|➞|➝|►)|(?<![<|])[-=–—─━]+(?:>|►|▶)|(?<=\S)\s*▶(?=\s*\S))\s*")
_LESS = re.compile(r"\s+>{1,2}\s+")
_BACK = re.compile(r"[←↔⇔⇐]|<-+>?|<=+>")
_DOWN = re.compile(r"^[\s>│|┃]*[↓⬇▼⇓⏬v]\ufe0f?[\s↓⬇▼⇓]*$")
_COMMENT = re.compile(r"<!--.*?(?:-->|$)|^.*-->\s*$")
_ONLY_LINES = re.compile(r"[\s|│┃]*")
_SPAN = re.compile(r"`[^`]*`|(?<!\w)'[^']*'|[“「『][^”」』]*[”」』]|\"[^\"]*\"")
_LABEL = re.compile(r"^(?P<label>[^（(：:]{1,40}(?:[（(][^）)]*[）)])?)\s*(?:：|:(?=\s|[^\x00-\x7f]))\s*(?=\S)")
_NOTE = re.compile(r"\s*(?:：|:\s).*$")
_BOX = re.compile(r"[│┃┌┐└┘├┤┬┴┼─━╔╗╚╝║═]+|[+|]-{2,}[+|]")
_CLAUSE = re.compile(r"[。；;！!？?，]|(?<=[a-z])\.(?:\s|$)|,(?=\s*(?:and |then |which ))")
_LEAD = re.compile(r"^.*(?:[。；，]|[.;]\s)(?=\S)")
_DATA = re.compile(
    r"\b(?:inputs?|outputs?|answers?|responses?|request|query|user|tokens?|images?|text|prompt|audio|video|result|backward|logits)$"
    r"|(?:输入|输出|答案|回答|用户|请求|查询|问题|结果|响应|文本|图像|图片|数据|文档)$",
    re.IGNORECASE,
)
_KINDS_OF_LEARNING = ["深度", "机器", "强化", "迁移", "表示", "监督", "习惯", "联邦", "对比", "集成"]
LEARNING = re.compile(
    r"路线|路径|"
    + "".join(f"(?<!{kind})" for kind in _KINDS_OF_LEARNING)
    + r"学习(?!率)|入门|从零|零基础|进阶|\d+\s*(?:天|周)"
    r"|road-?\s?map|\bpaths?\b|curriculum|syllabus|\d+[- ](?:days?|weeks?|months?)\b|study|how to learn|beginner|learning (?:order|plan|journey|track)|(?:llm|ai) course",
    re.IGNORECASE,
)
_PURPOSE = re.compile(r"理解|学习|解决|掌握|了解|实现|用于|to |for |understand|learn", re.IGNORECASE)
_ROUTE = re.compile(r"路线|路径|顺序|\bpath\b|\broute\b|\border\b|roadmap", re.IGNORECASE)
_REFERENCE = re.compile(r"\d")
_LONGEST_STEP = 40


class Stop(Value):
    """A station as written and the line that it stands in."""

    text: str
    number: int
    line: str
    heading: tuple[str, ...]


Path = tuple[Stop, ...]


def paths_of(rows: list[Row], diagrams: Iterable[Diagram], glossary: Glossary, learning: bool) -> Iterator[Path]:
    """Every path that orders what is learned; `learning` says whether the whole document is about an order to learn in.

    What flows through a program (`input → encoder → answer`) and arrows inside a quotation are no path.
    """
    for path in (*_in_rows(rows), *_in_diagrams(diagrams)):
        if len(path) > 1 and orders_learning(path, glossary, learning):
            yield path


def orders_learning(path: Path, glossary: Glossary, learning: bool) -> bool:
    """Whether stations are steps of learning: not data and not tasks, and known topics unless a roadmap names them."""
    if any(_DATA.search(clean_name(path[end].text)) for end in (0, -1)):
        return False
    names = Names(glossary)
    named = [clean_name(stop.text) for stop in path]
    if all(_REFERENCE.search(name) and is_vague(name) for name in named):
        return False
    if 2 * sum(is_task(name) for name in named) >= len(path):
        return False
    known = sum(
        all(topic not in names.unknown for topic in names.station(name)) for name in named if not is_vague(name)
    )
    announced = bool(LEARNING.search(" ".join([*path[0].heading[1:], path[0].line])))
    if len(path) == 2 and (_PURPOSE.match(named[1]) or not (known or _ROUTE.search(path[0].line))):
        return False
    return learning or announced or 2 * known >= len(path)


def _in_rows(rows: list[Row]) -> Iterator[Path]:
    for group in _groups((row.number, row.text, row.heading) for row in rows if row.form not in {"heading", "table"}):
        yield from _join(group)
    for row in rows:
        if row.form == "heading":
            yield _split(row.content, row.number, row.text, row.heading)
        for cell in row.cells:
            yield _split(cell, row.number, row.text, row.heading)


def _in_diagrams(diagrams: Iterable[Diagram]) -> Iterator[Path]:
    for diagram in diagrams:
        if diagram.info in PROSE and not _is_mermaid(diagram):
            lines = [(number, _BOX.sub(" ", text), diagram.heading) for number, text in diagram.lines if text.strip()]
            yield from _join(lines)


def _is_mermaid(diagram: Diagram) -> bool:
    return (
        bool(re.match(r"\s*(?:graph|flowchart|mindmap|\w+Diagram)\b", diagram.lines[0][1])) if diagram.lines else False
    )


_Raw = tuple[int, str, tuple[str, ...]]


def _groups(lines: Iterable[_Raw]) -> Iterator[list[_Raw]]:
    """Lines under one heading."""
    group: list[_Raw] = []
    for line in lines:
        if group and line[2] != group[-1][2]:
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _join(lines: list[_Raw]) -> Iterator[Path]:
    """The path of each line; lines are joined where an arrow ends or begins one, or stands between two."""
    path: list[Stop] = []
    joined = False
    for number, text, heading in lines:
        if _DOWN.match(text) or _ONLY_LINES.fullmatch(text):
            joined = bool(path) and (joined or bool(_DOWN.match(text)))
            continue
        starts = bool(re.match(rf"^(?:\s*[-*+]\s+)?{_ARROW.pattern}(?=\S)", text))
        if path and not (joined or starts):
            yield tuple(path)
            path = []
        path.extend(_split(text, number, text, heading, alone=True))
        joined = bool(re.search(rf"{_ARROW.pattern}$", text))
    if path:
        yield tuple(path)


def _split(text: str, number: int, line: str, heading: tuple[str, ...], *, alone: bool = False) -> Path:
    """The stations of one line; a line without an arrow is one station where that may continue, else none."""
    item = ITEM.match(text)
    words = _unquoted(item["content"] if item else text)
    if _BACK.search(words):
        return ()
    parts = _ARROW.split(words)
    if len(parts) == 1:
        parts = _steps(words)
    if len(parts) == 1 and not alone:
        return ()
    last = len(parts) - 1
    stations = [_station(part, first=n == 0, last=n == last, single=last == 0) for n, part in enumerate(parts)]
    return tuple(Stop(text=found, number=number, line=line, heading=heading) for found in stations if found)


def _steps(words: str) -> list[str]:
    """`A > B > C`: three or more short parts."""
    parts = _LESS.split(words)
    fits = len(parts) > 2 and all(0 < len(part) <= _LONGEST_STEP for part in parts) and "<" not in words
    return parts if fits else [words]


def _unquoted(text: str) -> str:
    """The text without arrows in code and quotations, unless one is all that stands behind a label."""
    text = _COMMENT.sub(" ", text)
    bare = text.strip().strip("*_ ")
    label = _LABEL.match(bare)
    behind = bare[label.end() :].strip() if label else bare
    if re.fullmatch(r"`[^`]+`", behind):
        return text.replace("`", "")
    return _SPAN.sub(lambda span: " " if _ARROW.search(span.group()) else span.group(), text)


def _station(part: str, *, first: bool, last: bool, single: bool) -> str:
    text = plain(part)
    if single:
        return text
    if first:
        label = _LABEL.match(text)
        text = text[label.end() :] if label else text
        text = _LEAD.sub("", text)
    else:
        text = _NOTE.sub("", text)
    if last:
        text = _CLAUSE.split(text)[0]
    return clean_name(text) and text.strip()


def written(path: Path) -> tuple[str, ...]:
    """The stations of a path as names."""
    return tuple(clean_name(stop.text) for stop in path)


def names_nothing(stop: Stop) -> bool:
    """Whether a station is an exercise or a general word."""
    name = clean_name(stop.text)
    return is_vague(name) or is_task(name)
