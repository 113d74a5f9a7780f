"""Where built indexes lie: one folder a generation, and a pointer that switches between them at once.

<data>/index/current            the name of the generation that serves, and below it the one before
<data>/index/installation       a random name, by which a Qdrant server tells this data directory's collections apart
<data>/index/<generation>/      manifest.json, graph.json, glossary.json, lessons.json, documents.json, words.json, shard/
<data>/index/building-<pid>/    a generation in the making
<data>/index/removed-<name>/    a generation on its way out
"""

import fcntl
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from ingest.errors import ConfigurationError, IndexDamaged, IndexMissing
from ingest.files import write_whole
from ingest.values import Value

MANIFEST = "manifest.json"
SHARD = "shard"
EMBEDDED = "embedded"
_COLLECTION = "collection"
_BUILDING, _REMOVED = "building-", "removed-"
# The embedded index maps its files into memory: on a full disk the process is killed, not told.
_ROOM = 200_000_000
_PART = re.compile(r"\.\w{8}\.part")  # as `ingest.files` names them
_NONE = "none"
_LONGEST_WRITE = 3600.0  # seconds
_NOTHING_BEFORE = "there is no earlier index to go back to; build one with 'tutor ingest'"


class Embedding(Value):
    """What made an index's dense vectors: the model, the dimensions asked of it (0: as it gives) and got.

    `probe` is the vector of a text that never changes, by which the same model is known again: its numbers are rounded,
    and compared by cosine, for one model gives a text slightly different vectors from batch to batch.
    """

    model: str
    asked: int
    dimensions: int
    probe: tuple[float, ...]


class Manifest(Value):
    """What an index was built from and by; two that differ in a version do not understand each other.

    `embedding` is None for an index that knows words alone.
    """

    generation: str
    encoder: str
    chunker: str
    corpus: str
    documents: dict[str, str]
    chunks: int
    average_length: float
    collection: str = ""
    embedding: Embedding | None = None


class Generation(Value):
    """A built index as it is told of: `built` is ISO time in UTC, `place` "embedded" or the name of a collection.

    `problem` is one sentence, or "" for a generation that can serve; with a problem only `name` and `current` count.
    """

    name: str
    current: bool
    built: str = ""
    chunks: int = 0
    documents: int = 0
    encoder: str = ""
    chunker: str = ""
    place: str = ""
    problem: str = ""


class Dropped(Value):
    """A generation whose folder is gone; `collection` is what it left on a server, or ""."""

    name: str
    collection: str


class Generations:
    """The generations of one data directory."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "index"
        self._pointer = self.folder / "current"

    def current(self) -> str:
        """The name of the generation that serves, or "" when there is none."""
        return self._pointed()[0]

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

    def kept(self) -> tuple[Generation, ...]:
        """Every generation that is there, and the one that should serve if it is not; newest first."""
        current = self.current()
        names = {folder.name for folder in self._folders()} | ({current} if current else set())
        found = [self._describe(name, is_current=name == current) for name in names]
        return tuple(sorted(found, key=lambda generation: (generation.built, generation.name), reverse=True))

    def _describe(self, name: str, *, is_current: bool) -> Generation:
        try:
            manifest = self.manifest(name)
            written = (self.path(name) / MANIFEST).stat().st_mtime
        except (IndexDamaged, OSError) as error:
            return Generation(name=name, current=is_current, problem=str(error))
        return Generation(
            name=name,
            current=is_current,
            built=datetime.fromtimestamp(written, UTC).isoformat(timespec="milliseconds"),
            chunks=manifest.chunks,
            documents=len(manifest.documents),
            encoder=manifest.encoder,
            chunker=manifest.chunker,
            place=manifest.collection or EMBEDDED,
        )

    def fresh_name(self, corpus: str) -> str:
        """A name for a new generation: the time, and the beginning of the corpus's fingerprint."""
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{corpus[:8]}"
        while self.path(name).exists():
            name += "b"
        return name

    def collection_prefix(self) -> str:
        """What the names of this data directory's collections begin with, on a server that others may use too."""
        path = self.folder / "installation"
        try:
            name = path.read_text("utf-8").strip()
        except OSError:
            name = ""
        if not name:
            name = uuid.uuid4().hex[:8]
            write_whole(path, f"{name}\n".encode())
        return f"roadmap-tutor-{name}-"

    def claim(self, building: Path, collection: str) -> None:
        """Note that the build in this folder writes that collection, so that no other build takes it for a leftover."""
        write_whole(building / _COLLECTION, f"{collection}\n".encode())

    def collections(self) -> frozenset[str]:
        """The collections that are in use: of builds under way, and of generations that can serve."""
        claimed = {_claimed(path) for path in self.folder.glob(f"{_BUILDING}*/{_COLLECTION}")}
        # Read after the claims: a build that is published in between is found here.
        built = {generation.place for generation in self.kept() if generation.place != EMBEDDED}
        return frozenset((claimed | built) - {""})

    def begin(self) -> Path:
        """An empty folder to build in, beside what serves; what killed builds left is removed.

        Raises ConfigurationError when nothing can be written.
        """
        building = self.folder / f"{_BUILDING}{os.getpid()}"
        self.tidy()
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

    def tidy(self) -> tuple[Dropped, ...]:
        """Remove what killed processes left, and generations that are neither the current one nor the one before.

        Returns those generations: their collections are the caller's to drop. Builds under way are left alone.
        """
        if not self.folder.is_dir():
            return ()
        for left in self.folder.glob(f"{_BUILDING}*"):
            process = left.name.removeprefix(_BUILDING)
            if process.isdecimal() and (int(process) == os.getpid() or not _is_running(int(process))):
                shutil.rmtree(left, ignore_errors=True)
        for left in self.folder.glob(f"{_REMOVED}*"):
            shutil.rmtree(left, ignore_errors=True)
        for folder in (self.folder.parent, self.folder):
            remove_parts(folder)
        with self._alone():
            current, before = self._pointed()
            return self._drop_all_but(current, before) if current else ()

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

    def publish(self, building: Path, generation: str) -> tuple[Dropped, ...]:
        """Let a finished folder serve from now on; the one that served before is kept, all others are removed.

        Returns those that were removed: their collections are the caller's to drop. When what served cannot be read,
        the one before it is kept instead.
        """
        with self.writing():
            _to_disk(building)
        with self._alone():
            before = next((name for name in self._pointed() if self._is_readable(name)), "")
            with self.writing():
                building.rename(self.path(generation))
            self._point_to(generation, before)
            return self._drop_all_but(generation, before)

    def rollback(self) -> str:
        """Let the generation before the current one serve again, and return its name.

        Raises IndexMissing when no other generation is kept.
        """
        if not self.current():
            raise IndexMissing(_NOTHING_BEFORE)
        with self._alone():
            current, before = self._pointed()
            if not self._is_readable(before):
                raise IndexMissing(_NOTHING_BEFORE)
            self._point_to(before, current)
            return before

    def _drop_all_but(self, *kept: str) -> tuple[Dropped, ...]:
        return tuple(self._drop(folder) for folder in self._folders() if folder.name not in kept)

    def _drop(self, folder: Path) -> Dropped:
        """Take a generation away in one step, so that a kill leaves no half of it under its name."""
        collection = self.manifest(folder.name).collection if self._is_readable(folder.name) else ""
        removed = folder.with_name(f"{_REMOVED}{folder.name}")
        with self.writing():
            folder.rename(removed)
        shutil.rmtree(removed, ignore_errors=True)
        return Dropped(name=folder.name, collection=collection)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time switches and removes; the lock goes with a process that is killed."""
        with self.writing():
            handle = os.open(self.folder, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                yield
            finally:
                os.close(handle)

    def _folders(self) -> list[Path]:
        found = self.folder.iterdir() if self.folder.is_dir() else iter(())
        return [path for path in found if path.is_dir() and not path.name.startswith((_BUILDING, _REMOVED))]

    def _is_readable(self, generation: str) -> bool:
        try:
            return bool(self.manifest(generation))
        except (IndexMissing, IndexDamaged):
            return False

    def _pointed(self) -> tuple[str, str]:
        """The generation that serves, and the one before it; "" for none."""
        try:
            lines = self._pointer.read_text("utf-8").split()
        except FileNotFoundError:
            lines = []
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "its pointer is not text"
            raise ConfigurationError(
                f"the data directory {str(self.folder.parent)!r} cannot be read: {reason}"
            ) from error
        if len(lines) == 1:  # as versions without a second line wrote it
            lines += [folder.name for folder in self._folders() if folder.name != lines[0]][:1]
        current, before = ("" if name == _NONE else name for name in (*lines, _NONE, _NONE)[:2])
        return current, before

    def _point_to(self, generation: str, before: str) -> None:
        write_whole(self._pointer, f"{generation}\n{before or _NONE}\n".encode())


def _claimed(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except FileNotFoundError:
        return ""


def remove_parts(folder: Path) -> None:
    """Remove the halves of files that a killed process was writing into this folder (not those below it)."""
    for part in folder.glob(".*.part"):
        try:
            if _PART.fullmatch(part.name) and time.time() - part.stat().st_mtime > _LONGEST_WRITE:
                part.unlink()
        except FileNotFoundError:  # another process tidies too
            continue


def _to_disk(folder: Path) -> None:
    """Flush the files beside a shard (which flushes its own), so that after a power cut they are as whole as the pointer."""
    for path in folder.iterdir():
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
