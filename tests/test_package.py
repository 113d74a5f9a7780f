"""What is shipped: the pinned requirements, and the package as someone else installs it."""

import json
import os
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from app.settings import AppSettings
from ingest.settings import PROJECT, IngestSettings

LOCKS = ("requirements.txt", "requirements-dev.txt")
# `name==version ; marker \` and below it `    --hash=sha256:…`
PINNED = re.compile(
    r"^([a-z0-9-]+)(?:\[[a-z0-9,-]+\])?==(\S+)(?: ; .+)? \\\n {4}--hash=sha256:[0-9a-f]{64}", re.MULTILINE
)
Pins = dict[str, set[str]]


def run(command: list[str | Path], *, cwd: Path, **variables: str) -> str:
    done = subprocess.run(command, cwd=cwd, env=os.environ | variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def pins(lock: str) -> Pins:
    found: Pins = {}
    for name, version in PINNED.findall((PROJECT / lock).read_text("utf-8")):
        found.setdefault(name, set()).add(version)
    return found


def declared() -> dict[str, list[str]]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    runtime = project["project"]["dependencies"] + project["dependency-groups"]["build"]
    return {
        "requirements.txt": runtime,
        "requirements-dev.txt": runtime + project["project"]["optional-dependencies"]["dev"],
    }


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_with_hashes_to_a_public_version(lock: str) -> None:
    entries = re.findall(r"^[^\s#].*$", (PROJECT / lock).read_text("utf-8"), re.MULTILINE)

    assert len(entries) == len(PINNED.findall((PROJECT / lock).read_text("utf-8")))
    assert not [version for versions in pins(lock).values() for version in versions if "+" in version]


@pytest.mark.parametrize("lock", LOCKS)
def test_the_pinned_requirements_name_no_registry_and_no_folder(lock: str) -> None:
    assert not re.findall(r"://|file:|^--\S+|^\s*-\w\s.*", (PROJECT / lock).read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_declared_dependency_is_pinned_within_its_range(lock: str) -> None:
    pinned = pins(lock)
    wanted = [Requirement(line) for line in declared()[lock]]

    outside = [
        str(requirement)
        for requirement in wanted
        if not all(map(requirement.specifier.contains, pinned.get(canonicalize_name(requirement.name), {"0"})))
    ]
    assert outside == []


def test_the_tests_run_with_the_versions_that_the_page_runs_with() -> None:
    development = pins("requirements-dev.txt")

    assert {name: development.get(name) for name in pins("requirements.txt")} == pins("requirements.txt")


def test_the_example_file_shows_every_setting_with_its_default() -> None:
    shown = dict(re.findall(r"^#([A-Z_]+)=(.*)$", (PROJECT / ".env.example").read_text("utf-8"), re.MULTILINE))
    fields = [field for model in (AppSettings, IngestSettings) for field in model.model_fields.values()]
    folders = {"TUTOR_DATA": "", "TUTOR_CORPUS": ""}  # their defaults are folders of the machine

    assert shown == {str(field.validation_alias): str(field.default) for field in fields} | folders


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that `python -m build` makes from the sdist, with the build backend that is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, PROJECT], cwd=folder)
    [made] = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment that holds the wheel, and of this one only the packages it depends on.

    A path in a .pth file is not searched for .pth files of its own, so this project's editable install stays behind.
    """
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    python = home / "bin" / "python"
    run([sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel], cwd=home)
    [packages] = home.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(f"{Path(pytest.__file__).parents[1]}\n", "utf-8")
    return home / "bin"


@pytest.mark.package
def test_the_wheel_carries_every_file_that_the_program_reads(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    kept = [
        path.relative_to(PROJECT).as_posix()
        for folder in ("app", "ingest", "evals", "corpus", "prompts")
        for path in (PROJECT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]

    assert {"app/texts.yaml", "ingest/t2s.txt", "ingest/stopwords.txt", "prompts/answer.md"} <= names
    assert sorted(set(kept) - names) == []
    assert {"LICENSE", "NOTICE"} <= {Path(name).name for name in names}
    assert not [name for name in names if name.startswith("tests/")]


@pytest.mark.package
def test_the_installed_package_answers_from_its_own_corpus(installed: Path, tmp_path: Path) -> None:
    home = run([installed / "python", "-c", "import app; print(app.__file__)"], cwd=tmp_path, PYTHONPATH="")
    answer = json.loads(
        run(
            [installed / "tutor", "ask", "什么是LSTM？", "--json"],
            cwd=tmp_path,
            PYTHONPATH="",
            TUTOR_DATA=str(tmp_path / "data"),
            TUTOR_CORPUS="",
            QDRANT_URL="",
            OPENAI_API_KEY="",
            OPENAI_BASE_URL="",
        )
    )

    assert Path(home.strip()).is_relative_to(installed.parent)
    assert answer["outcome"] == "answered"
    assert answer["citations"][0]["document"] == "lessons/lstm/zh"
