"""`tutor corpus check` names the file and line of every fault, and finds none where there is none."""

import json
import re
import shutil
from pathlib import Path

import pytest

from ingest.checks.copies import longest_runs
from ingest.checks.corpus import CorpusReport, check_corpus
from ingest.checks.parts import numbers
from ingest.documents import read_corpus
from ingest.settings import PROJECT
from tests.conftest import Run
from tests.corpora import write_corpus

GLOSSARY = """- {id: linear-algebra, zh: [线性代数], en: [linear algebra], field: maths}
- {id: calculus, zh: [微积分], en: [calculus], field: maths}
- {id: matrix, zh: [矩阵], en: [matrix], field: maths, part_of: linear-algebra}
- {id: geometry, zh: [几何], en: [geometry], field: maths}
- {id: forum, zh: [论坛], en: [forum], field: maths, taught: false}
"""
ROADMAP = """---
id: map
kind: roadmap
title: {zh: 路线, en: Map}
source: us
level: any
---

# 路线

## 阶段 1：数学
- 线性代数 → 微积分
- 论坛
"""
README = """# Corpus

| source | our document | dated | stages | topics | resources | addresses | projects |
| --- | --- | --- | --: | --: | --: | --: | --: |
| us | `roadmaps/map.md` | – | 1 | 3 | 0 | 0 | 0 |
"""
TOPICS = ("linear-algebra", "calculus")
ZH, EN = "lessons/linear-algebra/zh.md", "lessons/linear-algebra/en.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two lessons of the project in both languages, a glossary, a roadmap and the table of a README."""
    files: dict[str, str | bytes] = {"glossary.yaml": GLOSSARY, "roadmaps/map.md": ROADMAP, "README.md": README}
    write_corpus(tmp_path, files)
    for topic in TOPICS:
        shutil.copytree(PROJECT / "corpus" / "lessons" / topic, tmp_path / "lessons" / topic)
    return tmp_path


def found(folder: Path) -> list[str]:
    return [str(problem) for problem in check_corpus(folder).problems]


def test_a_sound_corpus_has_no_problem(folder: Path) -> None:
    report = check_corpus(folder)
    assert report.problems == ()
    assert (report.topics, report.lessons, report.glossary_entries, report.roadmaps) == (2, 4, 5, 1)
    assert report.chain
    assert (report.chain.roots, report.chain.longest) == (1, TOPICS)
    assert report.copied is None


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        (EN, "level: 1", "level: high", r"en.md:6: front matter level"),
        (EN, "topic: linear-algebra", "topic: algebra", r"en.md:1: expected at lessons/algebra/en.md"),
        (EN, "## Exercise", "## Homework", r"en.md: has no section for its exercise"),
        (EN, "## Exercise", "## Homework", r"en.md:\d+: this section is none of the ten"),
        (EN, "## Exercise", "## Self-check", r"the section for the check stands here more than once"),
        (EN, "- **Q:**", "- **Question:**", r"en.md: has 0 self-checks; write three"),
        (EN, "[la-matmul-commutes, ", "[", r"has 3 misconceptions and 2 ids"),
        (EN, "    minutes: 120\n", "", r"en.md:12: the resource .* does not say what to read"),
        (EN, "https://d2l.ai/", "https://nowhere/", r"en.md:16: the resource .* has no address"),
        (EN, "A word, an image", "A\nword, an image", r"en.md:34: a paragraph goes on below"),
        (EN, "W @ x", "W @ x + 1", r"en.md:\d+: the snippet fails: AssertionError|its Python code differs"),
        (EN, "16777216 numbers", "16777217 numbers", r"only in zh 16777216; only in en 16777217"),
        (EN, "## Exercise\n", "## Exercise\n\nOne more line.\n", r"en.md:\d+: the section has 0 list items and"),
        (EN, "minutes: 18", "minutes: 19", r"en.md:7: 'minutes' differs from that of zh.md"),
        (EN, "url: https://d2l.ai/", "url: https://d3l.ai/", r"'resources' differs from that of zh.md"),
        (EN, "A^{-1}A=I", "A^{-1}B=I", r"(?s)^$"),
        (EN, "prerequisites: []", "prerequisites: [{topic: topology, reason: R.}]", r"'topology' has no lesson"),
        (EN, "prerequisites: []", "prerequisites: [{topic: calculus, reason: R.}]", r"lead in a circle: "),
        (EN, "[matrix algebra,", "[calculus,", r"en.md: the name 'calculus' stands for calculus and linear-algebra"),
        (EN, "[matrix algebra,", "[matrix,", r"(?s)^$"),
        ("glossary.yaml", "zh: [几何]", "zh: [几何, 矩阵]", r"the name '矩阵' stands for geometry and matrix"),
        ("glossary.yaml", "part_of: linear-algebra", "part_of: maths", r"matrix is part of 'maths', which is no entry"),
        ("glossary.yaml", "- {id: calculus", "- {id: calculi", r"zh.md:1: the topic 'calculus' is not in glossary"),
        ("roadmaps/map.md", "- 论坛", "- 几何", r"roadmaps/map.md:13: names 几何 \(geometry\), which has no lesson"),
        ("roadmaps/map.md", "- 论坛", "- 矩阵", r"(?s)^$"),
        ("roadmaps/map.md", "- 论坛", "- 论坛\n- 论坛", r"README.md:5: the table says \[1, 3, .* holds \[1, 4"),
        ("README.md", "`roadmaps/map.md`", "`roadmaps/other.md`", r"the table says nothing of roadmaps/map.md"),
    ],
)
def test_a_fault_is_named_with_its_file_and_line(folder: Path, file: str, old: str, new: str, problem: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    problems = found(folder)
    assert any(re.search(problem, line) for line in problems or [""]), problems


def test_a_lesson_without_its_twin_is_named(folder: Path) -> None:
    (folder / ZH).unlink()
    assert f"{EN}: has no twin {ZH}; write it" in found(folder)


def test_a_prerequisite_of_a_higher_level_is_named(folder: Path) -> None:
    for language in ("zh", "en"):
        path = folder / "lessons" / "linear-algebra" / f"{language}.md"
        path.write_text(path.read_text("utf-8").replace("level: 1", "level: 4"), "utf-8")
    [*_, last] = found(folder)
    assert re.fullmatch(
        r"lessons/calculus/zh.md:\d+: the prerequisite 'linear-algebra' is of level 4, .* level 1", last
    )


@pytest.mark.parametrize(("kept", "fault"), [(0, "too thin"), (40, "too long")])
def test_thin_and_long_lessons_are_named(folder: Path, kept: int, fault: str) -> None:
    path = folder / EN
    problem = re.compile(r"(?<=## The problem it solves\n).*?(?=## How)", re.DOTALL)
    mechanism = re.compile(r"(?<=## How it works\n).*?(?=## Example)", re.DOTALL)
    filled = "\n" + "A vector is a list of twelve quite ordinary numbers.\n\n" * 2 * kept
    text = problem.sub("\nVectors.\n\n", path.read_text("utf-8"))
    path.write_text(mechanism.sub(lambda _: filled + "Matrices.\n\n", text), "utf-8")
    if kept == 0:
        path.write_text(
            re.sub(r"(?<=## When to use it\n).*?(?=## Common)", "\nNow.\n\n", path.read_text("utf-8"), flags=re.DOTALL),
            "utf-8",
        )
    assert any(f"{EN}: {fault}" in line for line in found(folder))


def test_a_failing_snippet_is_named_with_its_line(folder: Path) -> None:
    for language in ("zh", "en"):
        path = folder / "lessons" / "linear-algebra" / f"{language}.md"
        path.write_text(path.read_text("utf-8").replace("d, r = 4096, 8", "d, r = 4096, 0"), "utf-8")
    [problem] = check_corpus(folder).problems
    lines = (folder / problem.path).read_text("utf-8").split("\n")
    assert problem.message.startswith("the snippet fails: ")
    assert "4096" in lines[problem.line - 1] or "d * d" in lines[problem.line - 1]


def test_a_copied_run_is_named(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    sources = tmp_path_factory.mktemp("sources")
    sentence = "线性变换无论叠加多少层都仍然是线性的所以异或这样的关系需要在层与层之间加入非线性激活函数才能表示"
    (sources / "source.md").write_text(f"# 原文\n\n{sentence}。\n", "utf-8")
    path = folder / "roadmaps" / "map.md"
    path.write_text(ROADMAP + f"\n## 建议\n作者说：{sentence}。\n", "utf-8")
    [problem] = check_corpus(folder, sources).problems
    assert str(problem).startswith(f"roadmaps/map.md:16: copies {len(sentence)} characters and 0 words")


@pytest.mark.parametrize(
    "line",
    [
        "[一篇标题很长很长的文章它讲线性变换和矩阵乘法以及特征值分解](https://example.org/)",
        "向量、矩阵、张量、导数、梯度、条件概率、贝叶斯定理、信息熵、特征值分解、链式法则",
    ],
)
def test_titles_and_lists_of_terms_are_no_copies(
    folder: Path, line: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    sources = tmp_path_factory.mktemp("sources")
    (sources / "source.md").write_text(f"- {line}\n", "utf-8")
    (folder / "roadmaps" / "map.md").write_text(ROADMAP + f"\n## 其他\n- {line}\n", "utf-8")
    assert not any("copies" in problem.message for problem in check_corpus(folder, sources).problems)


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("1750 亿个参数", "175 billion parameters"),
        ("1.4 万亿个词元", "1.4 trillion tokens"),
        ("一百 13,000 次", "13000 times"),
        ("两亿", "two hundred million, or 200 million"),
        ("2017 年的 3 个阶段", "three stages of 2017"),
        ("几十万条、数十亿个", "hundreds of thousands, billions"),
    ],
)
def test_a_number_is_the_same_in_both_languages(tmp_path: Path, zh: str, en: str) -> None:
    write_corpus(tmp_path, {"zh.md": f"## 一\n\n{zh}。", "en.md": f"## One\n\n{en}."})
    first, second = read_corpus(tmp_path).documents
    assert numbers(first) == numbers(second)


def test_a_template_is_written_once_and_read_by_the_check(folder: Path, run_tutor: Run) -> None:
    done = run_tutor("corpus", "new", "geometry", "--corpus", str(folder), "--json", data=folder / "data")
    assert done.returncode == 0, done.stderr
    assert [Path(path).name for path in json.loads(done.stdout)["written"]] == ["zh.md", "en.md"]
    problems = [problem for problem in check_corpus(folder).problems if problem.path.startswith("lessons/geometry")]
    assert {problem.path for problem in problems} == {"lessons/geometry/zh.md", "lessons/geometry/en.md"}
    assert any("too thin" in problem.message for problem in problems)
    assert not any("front matter" in problem.message for problem in problems)
    again = run_tutor("corpus", "new", "geometry", "--corpus", str(folder), data=folder / "data")
    assert again.returncode == 2
    assert "is there already" in again.stderr


def test_an_id_of_another_form_is_refused(folder: Path, run_tutor: Run) -> None:
    done = run_tutor("corpus", "new", "../Geometry", "--corpus", str(folder), data=folder / "data")
    assert (done.returncode, list((folder / "lessons").glob("*eometry"))) == (2, [])
    assert "is no topic id" in done.stderr


def test_the_command_prints_the_problems_and_fails(folder: Path, run_tutor: Run) -> None:
    assert run_tutor("corpus", "check", "--corpus", str(folder), data=folder / "data").returncode == 0
    (folder / ZH).unlink()
    done = run_tutor("corpus", "check", "--corpus", str(folder), data=folder / "data")
    assert done.returncode == 1
    assert f"! {EN}: has no twin" in done.stdout
    done = run_tutor(
        "corpus", "check", "--corpus", str(folder), "--sources", str(folder / "none"), data=folder / "data"
    )
    assert (done.returncode, "no folder of sources" in done.stderr) == (2, True)


@pytest.fixture(scope="module")
def report() -> CorpusReport:
    return check_corpus(PROJECT / "corpus")


def test_the_projects_corpus_has_no_problem(report: CorpusReport) -> None:
    assert [str(problem) for problem in report.problems] == []


def test_the_projects_corpus_is_as_large_as_it_says(report: CorpusReport) -> None:
    assert report.topics >= 150
    assert report.lessons == 2 * report.topics
    assert report.glossary_entries >= 500
    assert report.addresses == 35
    assert report.chain
    assert len(report.chain.longest) >= 5


def test_the_projects_corpus_copies_nothing() -> None:
    originals = PROJECT.parent / "shared" / "roadmaps"
    if not originals.is_dir():
        pytest.skip("not run: the folder of the roadmaps' originals is absent")
    runs = longest_runs(read_corpus(PROJECT / "corpus").documents, sorted(originals.glob("*.md")))
    assert not any(run.too_long for run in runs), runs
