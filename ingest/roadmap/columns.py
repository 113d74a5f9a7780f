"""Tells what the columns of a stage table hold: the stage, its title, its topics, its duration."""

import re
from collections.abc import Sequence

from ingest.roadmap.markers import read_duration
from ingest.roadmap.plain import plain
from ingest.values import Value

_STAGE = re.compile(
    r"^(?:第?几?(?P<zh>周|周次|周数|阶段|天|天数|月|月份|步骤|模块|单元|级别|等级)|(?P<en>weeks?|phases?|stages?|days?|months?|steps?|modules?|levels?|units?|parts?|chapters?|lessons?|sprints?)(?:\s*(?:#|no\.?|number))?|(?P<bare>#|序号|编号|no\.?|时间|time(?:line)?))$",
    re.IGNORECASE,
)
_TITLE = re.compile(r"主题|名称|标题|方向|theme|title|focus|name|topic|subject|area", re.IGNORECASE)
_TOPICS = re.compile(
    r"内容|知识点|要点|主题|重点|核心|技能|学习|topics?|content|subject|concepts?|skills?|learn|what|cover|focus|key|study|material",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"资源|资料|链接|产出|项目|任务|作业|成果|目标|状态|时长|时间|resource|link|output|project|goal|deliver|status|duration|hours|outcome|practice|reading|exercise|notes?|why",
    re.IGNORECASE,
)
_DURATION = re.compile(r"时长|时间|周期|用时|耗时|duration|\btime\b|length|hours|weeks?$", re.IGNORECASE)
_FAMILIES = {"周": "week", "周次": "week", "周数": "week", "天": "day", "天数": "day", "月": "month", "月份": "month"}


class Columns(Value):
    """The places of the columns, counted from 0; -1 for one that the table does not have.

    `family` is the word that the stages are counted by; `bare` says that they are only numbered.
    """

    stage: int
    title: int
    topics: int
    duration: int
    family: str
    bare: bool

    def stage_of(self, cells: Sequence[str]) -> str:
        """What the stage column says."""
        return plain(_cell(cells, self.stage))

    def title_of(self, cells: Sequence[str]) -> str:
        """The title of the row's stage."""
        return _cell(cells, self.title)

    def topics_of(self, cells: Sequence[str]) -> str:
        """The cell that lists topics; "" when only the title names any."""
        return _cell(cells, self.topics) if self.topics >= 0 else ""

    def duration_of(self, cells: Sequence[str]) -> str:
        """How long the row's stage takes, as the table says."""
        cell = plain(_cell(cells, self.duration)) if self.duration >= 0 else ""
        return read_duration(f"（{cell}）")[0] or cell


def _cell(cells: Sequence[str], column: int) -> str:
    return cells[column] if 0 <= column < len(cells) else ""


def read_columns(names: Sequence[str]) -> Columns | None:
    """The columns of a table by its head; None when it has no column of stages, or nothing beside it."""
    heads = [plain(name) for name in names]
    match = _STAGE.match(heads[0]) if len(heads) > 1 else None
    if not match:
        return None
    others = range(1, len(heads))
    title = next((n for n in others if _TITLE.search(heads[n]) and not _OTHER.search(heads[n])), -1)
    topics = [n for n in others if n != title and _TOPICS.search(heads[n]) and not _OTHER.search(heads[n])]
    if title < 0 and topics:
        title = topics.pop(0)
    if title < 0:
        title = next((n for n in others if not _OTHER.search(heads[n])), -1)
    if title < 0:
        return None
    word = (match["zh"] or match["en"] or "step").lower()
    return Columns(
        stage=0,
        title=title,
        topics=topics[0] if topics else -1,
        duration=next((n for n in others if n not in {title, *topics[:1]} and _DURATION.search(heads[n])), -1),
        family=_FAMILIES.get(word, word.rstrip("s") if word.isascii() else word),
        bare=bool(match["bare"]),
    )
