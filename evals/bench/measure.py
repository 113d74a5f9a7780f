"""Runs a module as a process of its own and says what that took; medians, percentiles, and the machine's load."""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ingest.settings import PROJECT
from ingest.values import Value


class Took(Value):
    """Seconds of a whole process, start and imports included, seconds of processor time with its children's, and its output."""

    seconds: float
    cpu: float
    output: str


def command(module: str, *arguments: str) -> list[str]:
    """The command line that runs one of our modules."""
    return [sys.executable, "-P", "-m", module, *arguments]


def environment(data: Path, corpus: Path) -> dict[str, str]:
    """The environment of a child process: this project, these folders, the embedded index."""
    folders = {"TUTOR_DATA": str(data), "TUTOR_CORPUS": str(corpus)}
    return {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1", "QDRANT_URL": "", **folders}


def run(module: str, *arguments: str, data: Path, corpus: Path) -> Took:
    """Run a module to its end. Raises CalledProcessError when it fails; it has said why on standard error."""
    started, before = time.monotonic(), _children()
    done = subprocess.run(  # noqa: S603  # our own modules
        command(module, *arguments),
        env=environment(data, corpus),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        sys.stderr.write(done.stderr)
        done.check_returncode()
    return Took(seconds=time.monotonic() - started, cpu=_children() - before, output=done.stdout)


def _children() -> float:
    """Processor seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def middle(runs: Sequence[Took]) -> Took:
    """The run whose seconds are the median (the lower of two)."""
    return sorted(runs, key=lambda took: took.seconds)[(len(runs) - 1) // 2]


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of theirs over ours, pair by pair: what disturbs the machine disturbs both of a pair."""
    return statistics.median(b / a for a, b in zip(ours, theirs, strict=True))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that at least this share of them does not exceed; of 20, p95 is the 19th."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 100) // 100) - 1)]


def peak_memory() -> float:
    """The most memory that this process held so far, in MiB."""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def size_of(folder: Path) -> float:
    """What the files of a folder take on disk, in MiB (blocks, not lengths: an index has sparse files)."""
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file()) / 2**20


def machine() -> str:
    """The processors and how busy they are."""
    return f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} in the last minute"
