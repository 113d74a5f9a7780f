"""The README tells the truth: its settings, commands, folders, prompts and JSON are the real ones."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import AppSettings
from ingest.settings import PROJECT, IngestSettings
from tests.conftest import Run

README = (PROJECT / "README.md").read_text("utf-8")
ALIASES = [
    str(field.validation_alias) for model in (IngestSettings, AppSettings) for field in model.model_fields.values()
]


@pytest.mark.parametrize("alias", ALIASES)
def test_every_setting_is_in_the_readme_and_in_the_example_file(alias: str) -> None:
    assert f"| `{alias}` |" in README
    assert alias in (PROJECT / ".env.example").read_text("utf-8")


def test_the_readme_lists_no_setting_that_does_not_exist() -> None:
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)) == set(ALIASES)


def test_every_command_is_in_the_readme() -> None:
    shown = subprocess.run([sys.executable, "-m", "app.cli", "--help"], capture_output=True, text=True, cwd=PROJECT)
    commands = re.findall(r"^    ([a-z]+) ", shown.stdout, re.MULTILINE)
    assert len(commands) >= 9
    assert [command for command in commands if f"tutor {command}" not in README] == []


def test_every_folder_of_the_map_exists() -> None:
    folders = re.findall(r"^\| `([a-z/]+/)` \|", README, re.MULTILINE)
    assert len(folders) >= 6
    assert [folder for folder in folders if not (PROJECT / folder).is_dir()] == []


def test_every_prompt_is_in_the_readme() -> None:
    assert [path.name for path in (PROJECT / "prompts").glob("*.md") if f"`{path.name}`" not in README] == []


def test_the_screenshot_is_there() -> None:
    [path] = re.findall(r"!\[[^\]]+\]\((docs/[^)]+)\)", README)
    assert (PROJECT / path).read_bytes().startswith(b"\x89PNG")


def _documented_fields(command: str) -> set[str]:
    """The outer names of a row's first code span: `after[{topic, …}], before[…]` is after and before."""
    row = next(line for line in README.splitlines() if line.startswith(f"| `tutor {command}"))
    described = row.split("`")[3]
    while re.search(r"[\[({][^\[\](){}]*[\])}]", described):
        described = re.sub(r"[\[({][^\[\](){}]*[\])}]", "", described)
    return {name.strip() for name in described.split(",")}


def test_the_fields_of_a_row_are_read_right() -> None:
    assert _documented_fields("next") == {"topic", "after", "before"}


@pytest.mark.parametrize(
    "arguments",
    [
        'ask "什么是LSTM？"',
        'search "gradient vanishing" -k 5',
        "next RNN",
        "quiz transformer -n 5",
        "topics",
        "ingest",
        "corpus check",
    ],
)
def test_the_commands_of_the_readme_run_and_print_the_documented_fields(
    arguments: str, corpus_data: Path, run_tutor: Run
) -> None:
    done = run_tutor(*shlex.split(arguments), "--json", data=corpus_data)
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)) == _documented_fields(arguments.split()[0])
