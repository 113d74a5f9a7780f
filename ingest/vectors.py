"""Dense vectors that were paid for once, kept in one file by what they were made of."""

import hashlib
import sqlite3
import time
from array import array
from collections.abc import Iterable, Mapping
from pathlib import Path

from ingest.errors import ConfigurationError

_DAY = 86_400
_KEPT_DAYS = 90
_FEW = 500  # SQLite allows so many names in one statement
_TABLE = (
    "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, space TEXT, used INTEGER, vector BLOB) WITHOUT ROWID"
)


class VectorCache:
    """The vectors of one model with one number of dimensions; each call is committed before it returns.

    A file that is no database is made anew. Raises ConfigurationError when it cannot be written.
    """

    def __init__(self, path: Path, model: str, dimensions: int) -> None:
        self._path = path
        self._space = f"{model}\0{dimensions}"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = _open(path)
        except (OSError, sqlite3.Error) as error:
            raise self._unwritable(error) from error

    def of(self, text: str) -> "array[float] | None":
        """The vector of a text, or None when it was never made."""
        return self._get(self._key(text))

    def missing(self, texts: Iterable[str]) -> list[str]:
        """Those texts that have no vector, each once, in order; all others are noted as still used."""
        keys = {text: self._key(text) for text in texts}
        known: set[bytes] = set()
        for some in _runs(list(keys.values())):
            marks = ",".join("?" * len(some))
            try:
                found = self._database.execute(f"SELECT key FROM vectors WHERE key IN ({marks})", some)  # noqa: S608
                known.update(key for (key,) in found)
                self._database.execute(
                    f"UPDATE vectors SET used = ? WHERE key IN ({marks})",  # noqa: S608  # question marks alone
                    (int(time.time()), *some),
                )
            except sqlite3.Error as error:
                raise self._unwritable(error) from error
        return [text for text, key in keys.items() if key not in known]

    def keep(self, vectors: "Mapping[str, array[float]]") -> None:
        """Add the vectors of these texts, all of them or none."""
        now = int(time.time())
        rows = [(self._key(text), self._space, now, vector.tobytes()) for text, vector in vectors.items()]
        try:
            with self._database:
                self._database.execute("BEGIN")
                self._database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)
        except sqlite3.Error as error:
            raise self._unwritable(error) from error

    def forget(self) -> None:
        """Drop every vector of this model."""
        try:
            self._database.execute("DELETE FROM vectors WHERE space = ?", (self._space,))
        except sqlite3.Error as error:
            raise self._unwritable(error) from error

    def forget_unused(self) -> None:
        """Drop what no build has needed for months, of any model: what was paid for is not thrown away in haste."""
        try:
            self._database.execute("DELETE FROM vectors WHERE used < ?", (int(time.time()) - _KEPT_DAYS * _DAY,))
        except sqlite3.Error as error:
            raise self._unwritable(error) from error

    def close(self) -> None:
        """Release the file."""
        self._database.close()

    def _get(self, key: bytes) -> "array[float] | None":
        try:
            row = self._database.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error as error:
            raise self._unwritable(error) from error
        return array("f", row[0]) if row else None

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self._space}\0{text}".encode("utf-8", "surrogatepass")).digest()

    def _unwritable(self, error: Exception) -> ConfigurationError:
        return ConfigurationError(
            f"the cache {str(self._path)!r} cannot be used ({error}); make it writable or remove it"
        )


def _runs(keys: list[bytes]) -> Iterable[list[bytes]]:
    for start in range(0, len(keys), _FEW):
        yield keys[start : start + _FEW]


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _connected(path)
    except sqlite3.OperationalError:  # locked, or not to be written: no reason to throw it away
        raise
    except sqlite3.DatabaseError:
        path.unlink()
        return _connected(path)


def _connected(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, timeout=60)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=NORMAL")  # a power cut may cost the last batches, and no more
    database.execute(_TABLE)
    return database
