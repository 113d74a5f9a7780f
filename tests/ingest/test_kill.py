"""A process that is killed at any moment leaves an index that serves whole, and files that are whole."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.generations import Generations
from ingest.library import open_library
from ingest.values import Where
from tests.corpora import build, process_environment, settings, write_corpus

DOCUMENTS = 120
KILLS = 20
WRITES = 10
# Files of two contents in turn, larger than one write; a line for each tells that the file is there.
WRITER = """
import sys
from pathlib import Path
from ingest.files import write_whole
while True:
    for letter in b"ab":
        write_whole(Path(sys.argv[1]), bytes([letter]) * 3_000_000)
        print("written", flush=True)
"""


def note(number: int) -> str:
    parts = "\n\n".join(f"## Part {part}\n\nPart{part} of note{number} tells of gates." for part in range(3))
    return f"# Note {number}\n\nSubject{number} is told here.\n\n{parts}"


def write_round(corpus: Path, number: int) -> str:
    """Change the corpus, and return what is told in it now."""
    told = f"# Round\n\nThis is round{number} of the corpus."
    write_corpus(corpus, {"round.md": told})
    return told


def told_by(data: Path, corpus: Path) -> str:
    """What the index that serves tells of the round, after a look at whether it is whole."""
    library = open_library(settings(data, corpus))
    try:
        assert library.index.count() == library.manifest.chunks == len(library.index.chunks(Where()))
        [known] = library.search("Subject17", limit=1, where=Where())
        assert known.chunk.document == "note17"
        [round_told] = library.index.chunks(Where(document="round"))
        return round_told.text
    finally:
        library.close()


def start(data: Path, corpus: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli", "ingest"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=process_environment(TUTOR_DATA=str(data), TUTOR_CORPUS=str(corpus), PYTHONUNBUFFERED="1"),
        cwd=corpus,
        text=True,
    )


def spans(process: subprocess.Popen[str]) -> list[float]:
    """How long each line of progress lasted until the next one, the last one until the end; in seconds."""
    with process:
        assert process.stderr is not None
        times = [time.monotonic() for _ in process.stderr]
    return [later - earlier for earlier, later in zip(times, [*times[1:], time.monotonic()], strict=True)]


def kill(process: subprocess.Popen[str], line: int, delay: float) -> bool:
    """Kill a build so many seconds after a line of its progress; whether it was still running."""
    assert process.stderr is not None
    for _ in range(line + 1):
        process.stderr.readline()
    time.sleep(delay)
    process.kill()
    process.communicate()
    return process.returncode == -signal.SIGKILL


def left_over(data: Path) -> set[str]:
    """What lies beside the generations, the pointer and this data directory's name."""
    names = {path.name for path in (data / "index").iterdir()}
    return names - {kept.name for kept in Generations(data).kept()} - {"current", "installation"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A data directory with an index, and its corpus."""
    folder = tmp_path_factory.mktemp("kill")
    corpus = write_corpus(folder / "corpus", {f"note{n}.md": note(n) for n in range(DOCUMENTS)})
    write_corpus(corpus, {"glossary.yaml": "[]"})
    write_round(corpus, 0)
    build(folder / "data", corpus)
    return folder / "data", corpus


def test_a_build_killed_at_any_moment_leaves_the_old_index_or_the_new_one(built: tuple[Path, Path]) -> None:
    data, corpus = built
    chance = random.Random(20261122)
    old = write_round(corpus, 1)
    lasted = spans(start(data, corpus))  # reading, one line a batch while indexing, then optimising and publishing
    assert len(lasted) >= 4
    killed = switched = 0
    for number in range(2, 2 + KILLS):
        new = write_round(corpus, number)
        line = len(lasted) - 1 if number % 2 else chance.randrange(len(lasted) - 1)
        killed += kill(start(data, corpus), line, chance.uniform(0, lasted[line]))
        serves = told_by(data, corpus)
        assert serves in {old, new}
        switched += serves == new
        assert build(data, corpus).built == (serves == old)
        assert told_by(data, corpus) == new
        Generations(data).tidy()  # as `tutor ingest` does where nothing is to be built
        assert left_over(data) == set()
        assert len(Generations(data).kept()) == 2
        old = new
    assert killed > KILLS // 2
    assert switched < KILLS


def test_a_file_that_is_being_written_is_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    chance = random.Random(20261122)
    path = tmp_path / "file"
    for _ in range(WRITES):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)],
            stdout=subprocess.PIPE,
            env=process_environment(),
            text=True,
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.02))
        process.kill()
        process.communicate()
        content = path.read_bytes()
        assert content in {b"a" * 3_000_000, b"b" * 3_000_000}
