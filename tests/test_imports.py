"""Offline, a question is answered without the heavy vendors."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpora import process_environment

REPORT = """
import json, sys
from app.cli import main
code = main(sys.argv[1:])
print(json.dumps({"code": code, "modules": sorted(sys.modules)}))
"""
HEAVY = {"gradio", "openai", "llama_index", "qdrant_client", "sqlalchemy", "fastapi"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", "什么是LSTM？", "--json"],
        ["ask", "Why do transformers need positional encoding?", "--json"],
        ["search", "attention", "--json"],
        ["next", "RNN", "--json"],
        ["quiz", "transformer", "--json"],
        ["topics", "--json"],
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_a_question_offline_imports_no_heavy_vendor(corpus_data: Path, tmp_path: Path, arguments: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", REPORT, *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        cwd=tmp_path,
        env=process_environment(TUTOR_DATA=str(corpus_data)),
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    report = json.loads(ran.stdout.splitlines()[-1])
    assert report["code"] == 0
    assert "qdrant_edge" in report["modules"]
    assert HEAVY & {module.partition(".")[0] for module in report["modules"]} == set()
