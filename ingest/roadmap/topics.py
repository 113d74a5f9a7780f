"""Lists the topics of a stage as they are written: items, cells and bold leads that are names, not its resources."""

import re
from collections.abc import Iterator

from ingest.roadmap.markers import labelled_duration
from ingest.roadmap.names import Names, clean_name, is_name, is_task
from ingest.roadmap.plain import BOLD, plain
from ingest.roadmap.rows import Row
from ingest.roadmap.sections import Section
from ingest.values import Value

# How the name of a group ends whose items are no topics: resources, projects, goals.
_ASIDE = re.compile(
    r"(?:资源|参考|资料|参考文献|链接|书籍?|书单|视频|课程|论文|阅读|必读|必看|项目|任务|作业|练习|检验|自测|产出|目标|成果|清单|里程碑|输出|验收|验收标准|关键指标|建议|策略|总览|时间|时长|周期|难度|提示|网站|回答|学习目标|目标定位|动手尝试|推荐|工具（[^）]*）)"
    r"(?:（[^）]*）|\([^)]*\))?$"
    r"|\b(?:resources?|references?|readings?|reading list|watch|links?|books?|papers?|courses?|videos?|tutorials?|(?:mini-?|capstone |final )?projects?|exercises?|assignments?"
    r"|deliverables?|goals?|objectives?|(?:learning )?outcomes?|outputs?|milestones?|checkpoints?|key metrics|quiz(?:zes)?|homework|duration|time|difficulty|tips?|practice|success criteria|labs?|hands-on|build)"
    r"(?:\s*\([^)]*\))?$|^you should be able|^(?:必读|必看|must[- ]read|further reading|资料|参考)",
    re.IGNORECASE,
)
_LISTS = re.compile(
    r"^(?:学习|核心|主要|关键|重点|具体|本周|必备)*(?:内容|要点|概念|主题|知识点?|技能|算法|技术|模型|框架|重点|包括|话题)(?:包括|有)?$"
    r"|^(?:(?:key|core|main|learning|important)\s+)*(?:topics?|concepts?|content|skills?|learn|what (?:to|you(?:'ll)?) (?:will )?learn|covers?|includes?|subjects?|focus|study|theory)$",
    re.IGNORECASE,
)
_RESOURCE = re.compile(
    r"《|<a\s|\]\([^)]*\)\s*(?:by|-|–|—)\s|^(?:📄|📕|📘|📗|📙|📖|🎬|🎥|🎓|🖼|💻)|\.(?:md|py|ipynb)\b",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?<![(<\"'])https?://")
_NOTE = re.compile(r"\s*(?:：|:\s|:$|\s[-–—]\s|——|—(?=\S)|\s\|\s).*$")
_LISTED = re.compile(r"\s*[、,，;；]\s*(?:and\s+|和)?")
_VERB = re.compile(
    r"^(?:再|先|然后)?(?:学习|掌握|了解|理解|熟悉|初步了解|深入理解|学会|懂|搞懂|弄懂|learn(?:ing)?(?: about| how)?|understand(?:ing)?|study(?:ing)?|master(?:ing)?|get familiar with|review|introduction to|intro to)\s*(?=\S)",
    re.IGNORECASE,
)
_LONGEST_LABEL = 30
_LONGEST_CLAUSE = 8


class Listed(Value):
    """A topic as written, and the row that lists it."""

    name: str
    row: Row


def listed_topics(section: Section, names: Names) -> list[Listed]:
    """The topics that a stage lists, in order, each once; its resources, projects and sentences are none."""
    found: dict[str, Listed] = {}
    for row, text in _texts(section):
        for name in _names(text, names):
            found.setdefault(name.lower(), Listed(name=name, row=row))
    return list(found.values())


def ends_aside(heading: str) -> bool:
    """Whether a heading announces resources, projects or goals."""
    return bool(_ASIDE.search(plain(heading).rstrip("：: ")))


def named_in_title(section: Section, names: Names) -> list[str]:
    """What the title itself names, of a stage that lists nothing."""
    title = section.title
    known = [title[mention.start : mention.end] for mention in names.glossary.find(title)]
    return list(dict.fromkeys(known)) or ([title] if is_name(title) else [])


def _texts(section: Section) -> Iterator[tuple[Row, str]]:
    """The parts of a stage that may name topics, those below a label such as 推荐资源 left out."""
    if section.columns:
        title, topics = (part(section.opener.cells) for part in (section.columns.title_of, section.columns.topics_of))
        for cell in (topics, "" if topics and plain(title) == section.title else title):
            yield from ((section.opener, part) for part in re.split(r"<br\s*/?>", cell) if part.strip())
        return
    aside = _Aside()
    first = section.opener
    if first.form != "heading" and (behind := _behind(first)):
        yield first, behind
    for row in section.rows[1:]:
        if not aside.skips(row) and row.form in {"item", "bold"} and not labelled_duration(row.text):
            yield row, row.content


def _behind(row: Row) -> str:
    """What stands behind the lead of an opening line: `**Week 1**: Python, NumPy`."""
    bold = BOLD.match(row.content)
    rest = bold["rest"] if bold else row.content
    parts = re.split(r"\s*(?:：|:\s)\s*", rest, maxsplit=1)
    return f"Topics: {parts[1]}" if len(parts) > 1 and parts[1].strip() else ""


class _Aside:
    """Whether a row stands below a heading, a label or an item that announces resources, projects or goals."""

    def __init__(self) -> None:
        self.heading = self.label = False
        self.item = -1

    def skips(self, row: Row) -> bool:
        """Reads the next row of the stage; true when it lists no topics."""
        if labelled_duration(row.text):
            return True
        lead = _label(row)
        if row.form == "heading":
            self.heading, self.label, self.item = ends_aside(row.content), False, -1
            return True
        if row.form != "item":
            self.item = -1
            aside = bool(_ASIDE.search(lead))
            self.label = aside and not _says_more(row) if lead else self.label
            return self.heading or self.label or aside
        if 0 <= self.item < row.depth:
            return True
        self.item = row.depth if lead and _ASIDE.search(lead) else -1
        return self.heading or self.label or self.item >= 0


def _label(row: Row) -> str:
    """What a row announces: its bold lead, what stands before its colon, or a short line by itself; "" for nothing."""
    bold = BOLD.match(row.content)
    if bold:
        return plain(bold["text"]).strip("：: ")
    parts = re.split(r"\s*(?:：|:\s|:$)", plain(row.content), maxsplit=1)
    alone = row.form != "item" and len(parts[0]) < _LONGEST_LABEL
    return parts[0] if len(parts) > 1 or alone else ""


def _says_more(row: Row) -> bool:
    """Whether something stands behind the colon of a label, so that it announces nothing below."""
    return bool(re.search(r"[：:]\s*\S", plain(row.content)))


def _names(text: str, names: Names) -> Iterator[str]:
    """The names of an item: its lead; where that says only `要点` or "Topics", the names behind it; those of a path."""
    stations = re.split(r"\s*(?:→|->|⇒|➜)\s*", re.sub(r"^[^：:→>]*[：:]\s*", "", plain(text)))
    if len(stations) > 1:
        yield from (topic for station in stations if (topic := _name(station, names)))
        return
    bold = BOLD.match(text)
    lead = bold["text"] if bold else text
    if _RESOURCE.search(lead if bold and bold["rest"].strip() else text) or _BARE.search(text):
        return
    words = plain(text)
    parts = re.split(r"\s*(?:：|:\s|:$)\s*", words, maxsplit=1)
    listed = len(parts) > 1 and bool(_LISTS.match(parts[0].strip()))
    behind = bold and re.match(r"\s*[（(/+、与和]", bold["rest"])
    name = parts[1] if listed else _NOTE.sub("", plain(lead).rstrip("：:") if bold and not behind else words)
    if re.search(r"[。！!？?]|(?<=[a-z]{3})\.(?:\s|$)", name):
        return
    pieces = _outside(name)
    if len(pieces) > 1 and "，" in name and any(len(piece) > _LONGEST_CLAUSE for piece in pieces):
        return
    short = len(pieces) > 1 and all(_name(piece, names) or len(piece) < 3 for piece in pieces)
    for piece in pieces if short or listed else [name]:
        if topic := _name(piece, names):
            yield topic


def _outside(name: str) -> list[str]:
    """The parts of a list whose separators stand outside brackets."""
    masked = re.sub(r"[（(][^）)]*[）)]", lambda found: "\0" * len(found.group()), name)
    parts, start = [], 0
    for separator in _LISTED.finditer(masked):
        parts.append(name[start : separator.start()])
        start = separator.end()
    return [part for part in (*parts, name[start:]) if part.strip()]


def _name(piece: str, names: Names) -> str:
    cleaned = clean_name(piece)
    if names.known(cleaned):
        return _VERB.sub("", cleaned).strip() or cleaned
    name = _VERB.sub("", cleaned).strip()
    return name if is_name(name) and not is_task(name) else ""
