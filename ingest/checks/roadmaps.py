"""Recounts what the roadmaps hold, and compares it with the table in the corpus's README."""

import re
from collections.abc import Iterable, Iterator

from ingest.documents import Document, Problem
from ingest.roadmap import STAGE
from ingest.values import Value

_ADDRESS = re.compile(r"https?://[^\s)）>，。；]+")
_RESOURCES = re.compile("资源|参考|数据集|链接|resources|references", re.IGNORECASE)
_PROJECTS = re.compile("项目|projects", re.IGNORECASE)
_ROW = re.compile(r"^\|.*?\| `(?P<path>[^`]+\.md)` \|[^|]*\|(?P<counts>(?: *\d+ *\|)+)\s*$")


class Counts(Value):
    """Stages, topics (list items and steps of paths inside stages), resources, distinct addresses and projects."""

    stages: int
    topics: int
    resources: int
    addresses: int
    projects: int


def count_roadmap(document: Document) -> Counts:
    """The counts of one roadmap; its README tells how they are made."""
    stages = topics = resources = projects = 0
    inside, group = False, ""
    for line in document.body.split("\n"):
        text = line.strip()
        if text.startswith("## "):
            inside = bool(STAGE.match(text[3:]))
            stages += inside
            group = _group(text)
        elif text.startswith("### "):
            group = "" if inside else group
        elif text.endswith(("：", ":")) and not text.startswith("-"):
            group = _group(text) or "other"
        elif text.startswith("- **"):
            projects += 1
        elif text.startswith("- ") and group == "resources":
            resources += 1
        elif text.startswith("- ") and inside and not group and not text.endswith("。"):
            topics += text.count("→") + 1
    return Counts(
        stages=stages,
        topics=topics,
        resources=resources,
        addresses=len(set(_ADDRESS.findall(document.body))),
        projects=projects,
    )


def _group(title: str) -> str:
    if _RESOURCES.search(title):
        return "resources"
    return "projects" if _PROJECTS.search(title) else ""


def distinct_addresses(roadmaps: Iterable[Document]) -> int:
    """How many different web addresses the roadmaps recommend."""
    return len({address for document in roadmaps for address in _ADDRESS.findall(document.body)})


def check_table(readme: str, roadmaps: Iterable[Document]) -> Iterator[Problem]:
    """Rows of the README's table that miscount a roadmap, and roadmaps without a row."""
    rows = {
        row["path"]: (line, row["counts"])
        for line, text in enumerate(readme.split("\n"), start=1)
        if (row := _ROW.match(text))
    }
    for document in roadmaps:
        line, counted = rows.get(document.path, (0, ""))
        told = [int(number) for number in re.findall(r"\d+", counted)]
        found = list(count_roadmap(document).model_dump().values())
        if told != found:
            message = f"the table says {told or 'nothing'} of {document.path}, which holds {found}; mend the row"
            yield Problem(path="README.md", line=line, message=message)
