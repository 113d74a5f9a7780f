"""Where built indexes lie: one folder a generation, and a pointer that switches between them at once.

<data>/index/current            the name of the generation that serves
<data>/index/<generation>/      manifest.json, graph.json, glossary.json, lessons.json, titles.json, words.json, shard/
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from ingest.errors import ConfigurationError, IndexDamaged, IndexMissing
from ingest.values import Value

MANIFEST = "manifest.json"
SHARD = "shard"
# The embedded index maps its files into memory: on a full disk the process is killed, not told.
_ROOM = 200_000_000


class Manifest(Value):
    """What an index was built from and by; two that differ in a version do not understand each other."""

    generation: str
    encoder: str
    chunker: str
    corpus: str
    documents: dict[str, str]
    chunks: int
    average_length: float
    collection: str = ""


class Generations:
    """The generations of one data directory."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "index"
        self._pointer = self.folder / "current"

    def current(self) -> str:
        """The name of the generation that serves, or "" when there is none."""
        try:
            return self._pointer.read_text("utf-8").strip()
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise ConfigurationError(
                f"the data directory {str(self.folder.parent)!r} cannot be read: {error.strerror}"
            ) from error

    def path(self, generation: str) -> Path:
        """The folder of a generation."""
        return self.folder / generation

    def manifest(self, generation: str) -> Manifest:
        """Raises IndexMissing when nothing was built, IndexDamaged when the manifest is gone or unreadable."""
        if not generation:
            raise IndexMissing(f"no index in {str(self.folder.parent)!r}; build one with 'tutor ingest'")
        try:
            return Manifest.model_validate_json((self.path(generation) / MANIFEST).read_bytes())
        except (OSError, ValidationError) as error:
            raise IndexDamaged(
                f"the index {str(self.path(generation))!r} has no readable manifest; rebuild it with 'tutor ingest --rebuild'"
            ) from error

    def begin(self) -> Path:
        """An empty folder to build in, beside what serves. Raises ConfigurationError when nothing can be written."""
        building = self.folder / f"building-{os.getpid()}"
        for left in self.folder.glob("building-*"):
            process = left.name.removeprefix("building-")
            if left == building or (process.isdecimal() and not _is_running(int(process))):
                shutil.rmtree(left, ignore_errors=True)
        with self.writing():
            self.folder.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(self.folder).free
            if free < _ROOM:
                raise ConfigurationError(
                    f"the disk of the data directory {str(self.folder.parent)!r} has {free // 1_000_000} MB left and "
                    f"{_ROOM // 1_000_000} MB are needed; free some or name another with TUTOR_DATA"
                )
            building.mkdir()
        return building

    @contextmanager
    def writing(self) -> Iterator[None]:
        """What the system says of a file that cannot be written, as a ConfigurationError."""
        try:
            yield
        except OSError as error:
            raise ConfigurationError(
                f"the data directory {str(self.folder.parent)!r} cannot be written ({error.strerror}); "
                "make it writable or name another with TUTOR_DATA"
            ) from error

    def publish(self, building: Path, generation: str) -> None:
        """Let a finished folder serve from now on; the one before it is kept, older ones are removed."""
        before = self.current()
        with self.writing():
            building.rename(self.path(generation))
        self._point_to(generation)
        for folder in self.folder.iterdir():
            if folder.is_dir() and folder.name not in {before, generation} and not folder.name.startswith("building-"):
                shutil.rmtree(folder, ignore_errors=True)

    def rollback(self) -> str:
        """Let the generation before the current one serve again, and return its name.

        Raises IndexMissing when no other generation is kept.
        """
        current = self.current()
        others = sorted(
            (folder for folder in self.folder.glob("*/") if folder.name != current and (folder / MANIFEST).is_file()),
            key=lambda folder: folder.stat().st_mtime,
        )
        if not others:
            raise IndexMissing("there is no earlier index to go back to; build one with 'tutor ingest'")
        self._point_to(others[-1].name)
        return others[-1].name

    def _point_to(self, generation: str) -> None:
        fresh = self._pointer.with_suffix(".new")
        with self.writing():
            fresh.write_text(generation + "\n", "utf-8")
            fresh.replace(self._pointer)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
