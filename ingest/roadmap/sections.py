"""Finds the stages of a roadmap by their form: headings, bold lines, tables, numbered lists, or plain sections."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.roadmap.columns import Columns, read_columns
from ingest.roadmap.markers import TIMES, WEAK, labelled_duration, read_duration, read_marker
from ingest.roadmap.plain import BOLD, plain, without_stars
from ingest.roadmap.rows import Row
from ingest.values import Value

_ORDERED = re.compile(
    r"路线|路径|顺序|步骤|阶段|计划|规划|进度|节奏|日程|依次|学习方案|大纲"
    r"|road-?\s?map|\bpaths?\b|curriculum|syllabus|\border\b|\bstages?\b|\bphases?\b|\bplan\b|\bsteps?\b|\bsequence|schedule|timeline|\btrack\b|how to learn",
    re.IGNORECASE,
)
# Sections of a roadmap that are no stage of it.
_BESIDE = re.compile(
    r"资源|参考|资料|书单|书籍|总结|建议|目录|前言|背景|简介|概览|总览|概述|目标|说明|常见问题|声明|贡献|许可|致谢|链接|思维导图|检查|清单|附录|项目结构|适合|使用方法|关于|更新|联系|路线|路径|学习方法|先修|前置|工具推荐|问答"
    r"|resources?\b|references?\b|summary|wrap|overview|contents|contribut|licen[cs]e|\bnotes?\b|about|disclaimer|how to|faq|acknowledg|prerequisites?|support|credits|changelog|tips|introduction|books|who |why |what |getting started|installation|structure|appendix|further|star history|usage|roadmap|outputs?|outcomes?|conclusion|projects?$|faq|motivation|goals?|legend|philosophy|methodology",
    re.IGNORECASE,
)
_APPENDIX = re.compile(
    r"(?:资源|参考|资料|文献|数据集|网站|链接|致谢|总结|结语|常见问题|附录)[^和与、]{0,4}$|^(?:resources?|references?|further reading|faq|conclusion|appendix|summary|license|acknowledge?ments?|contributing)\b",
    re.IGNORECASE,
)
_PATH = re.compile(
    r"路线|路径|学习(?:计划|方案|规划|顺序|大纲|指南)|进阶之路|road-?\s?map|\bpath\b|curriculum|syllabus|(?:study|learning) (?:plan|order|track)|how to learn",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"路线|路径|顺序|步骤|阶段|依次|road-?\s?map|\bpath\b|\border\b|\bstages?\b|\bsteps\b|\bsequence", re.IGNORECASE
)
_IN_ORDER = re.compile(
    r"依次|按(?:照)?(?:以下|下列|如下|这个|此)?顺序|in (?:this|the following|that) (?:order|sequence)|(?<!any )(?<!particular )\border\s*[:：]$",
    re.IGNORECASE,
)
_NEAR = 8
_LONGEST_TITLE = 70


class Section(Value):
    """One stage: its title, number and duration, its first row and all its rows, and what its forerunner is.

    `position` is the number as told, None where the document does not number; `strong` says that it is
    a stage by its form alone: numbered by such a word as week or 阶段, or announced as a path; a chapter is not.
    """

    title: str
    position: float | None
    duration: str
    rows: tuple[Row, ...]
    columns: Columns | None = None
    strong: bool = False

    @property
    def opener(self) -> Row:
        """The row that opens the stage."""
        return self.rows[0]

    def follows(self, earlier: "Section") -> bool:
        """Whether this stage comes after another: its number is higher; a list that starts anew is another path."""
        if self.position is None or earlier.position is None:
            return self.position is earlier.position
        return self.position > earlier.position


class _Opener(Value):
    index: int
    form: str
    depth: int
    family: str
    position: float | None
    title: str
    duration: str
    weak: bool


def sections_of(rows: Sequence[Row]) -> list[Section]:
    """The stages of a document, in its order; several paths that each start at 1 stand one after another.

    Numbered headings come first, then bold lines and marked items, tables, numbered lists; last the plain sections
    below a heading such as 学习路线 or Roadmap.
    """
    groups = [group for group in _groups(rows) if _counts_up(group)]
    strong = [group for group in groups if not group[0].weak]
    for chosen in (strong, [group for group in groups if group[0].weak and group[0].form == "heading"]):
        if chosen:
            return _sections(min(chosen, key=lambda group: _rank(group, rows)), rows)
    return _table(rows) or _list(rows) or _plain_sections(rows)


def subsections_of(rows: Sequence[Row], main: Sequence[Section]) -> list[list[Section]]:
    """The stages inside stages (weeks of a phase), where they are numbered by a word of their own."""
    known = {section.opener.number for section in main}
    groups = [
        group for group in _groups(rows) if _counts_up(group) and not group[0].weak and group[0].form == "heading"
    ]
    found = [_sections(group, rows) for group in groups]
    return [sections for sections in found if not any(section.opener.number in known for section in sections)]


def _rank(group: list[_Opener], rows: Sequence[Row]) -> tuple[int, int, int]:
    form = {"heading": 0, "bold": 1, "item": 2}[group[0].form]
    # Of headings at one level, a family that most of the document is divided by; else the outermost.
    return form, group[0].depth, -len(group)


def _groups(rows: Sequence[Row]) -> list[list[_Opener]]:
    groups: dict[tuple[str, int, str], list[_Opener]] = {}
    for opener in _openers(rows):
        groups.setdefault((opener.form, opener.depth, opener.family), []).append(opener)
    return list(groups.values())


def _openers(rows: Sequence[Row]) -> Iterator[_Opener]:
    for index, row in enumerate(rows):
        if row.form in {"heading", "bold", "item"}:
            marker = read_marker(_lead(row))
            if marker and (row.form == "heading" or marker.family):
                yield _Opener(
                    index=index,
                    form=row.form,
                    depth=row.depth,
                    family=marker.family,
                    position=marker.position,
                    title=marker.title,
                    duration=marker.duration,
                    weak=marker.weak,
                )


def _lead(row: Row) -> str:
    """What names a row: a heading, or the bold lead of an item with the brackets behind it."""
    if row.form == "heading":
        return row.content
    bold = BOLD.match(row.content)
    if bold:
        behind = re.match(r"\s*[（(][^）)]*[）)]", bold["rest"])
        lead = bold["text"].strip("：: ") + (behind.group() if behind else "")
        marker = read_marker(lead)
        only_counts = marker is not None and marker.family and lead.startswith(marker.title)
        return plain(row.content) if only_counts and len(plain(row.content)) < _LONGEST_TITLE else lead
    return row.content


def _counts_up(group: list[_Opener]) -> bool:
    """Whether a group of openers counts; one stage alone is a stage only where a heading says so."""
    if len(group) == 1:
        return group[0].form == "heading" and not group[0].weak and group[0].family not in {"day", "year", "天", "日"}
    return any(
        a.position is not None and b.position is not None and a.position < b.position for a, b in pairwise(group)
    )


def _sections(group: list[_Opener], rows: Sequence[Row]) -> list[Section]:
    """The stages of these openers; numbered chapters of resources and the like are none."""
    return [
        _section(opener, _extent(opener, rows, group[n + 1].index if n + 1 < len(group) else len(rows)))
        for n, opener in enumerate(group)
        if not (opener.weak and opener.form == "heading" and _APPENDIX.search(opener.title))
    ]


def _section(opener: _Opener, rows: tuple[Row, ...]) -> Section:
    near = (labelled_duration(row.text) for row in rows[1 : 1 + _NEAR] if not opener.duration)
    return Section(
        title=opener.title,
        position=opener.position,
        duration=opener.duration or next((time for time in near if time), ""),
        rows=rows,
        strong=not opener.weak and (opener.form != "item" or opener.family in TIMES),
    )


def _extent(opener: _Opener, rows: Sequence[Row], limit: int) -> tuple[Row, ...]:
    first = rows[opener.index]
    end = opener.index + 1
    while end < limit and not _closes(first, rows[end]):
        end += 1
    return tuple(rows[opener.index : end])


def _closes(first: Row, row: Row) -> bool:
    if row.form == "heading":
        return first.form != "heading" or row.depth <= first.depth
    return first.form == "item" and row.form == "item" and row.depth <= first.depth


def _table(rows: Sequence[Row]) -> list[Section]:
    """The first table that has a column of stages, at least two rows that count up, and a column of topics."""
    tables: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Row]] = {}
    for row in rows:
        if row.cells and row.columns:
            tables.setdefault((row.heading, row.columns), []).append(row)
    for (heading, names), body in tables.items():
        columns = read_columns(names)
        if columns and (not columns.bare or _ORDERED.search(" ".join(heading))):
            sections = [section for row in body if (section := _table_row(row, columns))]
            if _is_plan(sections, columns, heading):
                return sections
    return []


def _is_plan(sections: list[Section], columns: Columns, heading: tuple[str, ...]) -> bool:
    positions = [section.position for section in sections if section.position is not None]
    if any(a < b for a, b in pairwise(positions)):
        return True
    told = columns.duration >= 0 or bool(_ORDERED.search(" ".join(heading)))
    return len(sections) > 1 and not positions and told and not columns.bare


def _table_row(row: Row, columns: Columns) -> Section | None:
    stage, title = columns.stage_of(row.cells), columns.title_of(row.cells)
    marker = read_marker(stage) or read_marker(f"{columns.family} {stage}")
    if not title or not (marker or stage):
        return None
    told = columns.duration_of(row.cells)
    named = stage if not marker else marker.title if re.search(re.escape(marker.title) + "$", stage) else ""
    own, name = read_duration(plain(title) if not named or read_marker(named) else named)
    return Section(
        title=without_stars(name).strip() or plain(title),
        position=marker.position if marker else None,
        duration=told or (marker.duration if marker else "") or own,
        rows=(row,),
        columns=columns,
        strong=not columns.bare and columns.family not in WEAK,
    )


def _list(rows: Sequence[Row]) -> list[Section]:
    """The first numbered list that is introduced as a path, or whose items say how long they take."""
    for openers in _lists(rows):
        timed = sum(bool(opener.duration) for opener in openers)
        heading, above = rows[openers[0].index].heading, rows[max(openers[0].index - 1, 0)]
        introduced = bool(_ORDERED.search(" ".join([*heading[-1:], above.content if above.form != "item" else ""])))
        nested = any(len(_extent(opener, rows, len(rows))) > 1 for opener in openers)
        if len(openers) > 1 and (2 * timed >= len(openers) or (introduced and nested)):
            strong = 2 * timed >= len(openers)
            return [section.model_copy(update={"strong": strong}) for section in _sections(openers, rows)]
    return []


def _lists(rows: Sequence[Row]) -> list[list[_Opener]]:
    lists: list[list[_Opener]] = []
    for index, row in enumerate(rows):
        if row.form == "item" and row.order is not None and row.depth == 0:
            duration, title = read_duration(plain(_lead(row)))
            opener = _Opener(
                index=index,
                form="item",
                depth=0,
                family="",
                position=float(row.order),
                title=re.split(r"\s*(?:：|:\s|\s[-–—]\s)", without_stars(title))[0].strip("：: "),
                duration=duration,
                weak=True,
            )
            starts = not lists or row.order <= 1 or rows[lists[-1][-1].index].heading != row.heading
            lists.append([opener]) if starts else lists[-1].append(opener)
    return lists


def _plain_sections(rows: Sequence[Row]) -> list[Section]:
    """The sections below the innermost heading that announces a path, where at least two of them hold lists."""
    headings = [index for index, row in enumerate(rows) if row.form == "heading"]
    for index in sorted(headings, key=lambda n: -rows[n].depth):
        if _PATH.search(plain(rows[index].content)):
            openers = [_plain_opener(n, rows[n]) for n in _children(index, headings, rows)]
            found = [_section(opener, _extent(opener, rows, len(rows))) for opener in openers]
            listing = [section for section in found if any(row.form == "item" for row in section.rows)]
            if len(listing) > 1:
                return [section.model_copy(update={"strong": True}) for section in listing]
    return []


def _children(parent: int, headings: list[int], rows: Sequence[Row]) -> list[int]:
    below: list[int] = []
    for index in headings:
        if index > parent:
            if rows[index].depth <= rows[parent].depth:
                break
            below.append(index)
    depth = min((rows[index].depth for index in below), default=0)
    return [index for index in below if rows[index].depth == depth and not _BESIDE.search(plain(rows[index].content))]


def _plain_opener(index: int, row: Row) -> _Opener:
    duration, title = read_duration(plain(row.content))
    return _Opener(
        index=index,
        form="heading",
        depth=row.depth,
        family="",
        position=None,
        title=without_stars(title).strip(),
        duration=duration,
        weak=True,
    )


def asks_for_order(row: Row) -> bool:
    """Whether a line says that the list below it stands in order, even if it is not numbered."""
    return bool(_IN_ORDER.search(row.content))


def introduces_order(row: Row, heading: tuple[str, ...]) -> bool:
    """Whether a line that ends in a colon, or the heading above, announces that what follows stands in order."""
    return bool(_LEAD_IN.search(row.label if row.form != "item" else "") or _ORDERED.search(" ".join(heading[-1:])))
