"""Writes files so that a kill at any moment leaves the old content or the new, never half of one."""

import os
import tempfile
from pathlib import Path

from ingest.errors import ConfigurationError


def write_whole(path: Path, content: bytes) -> None:
    """Write beside, flush to disk, and put in place. Raises ConfigurationError when the folder cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as part:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
        Path(part.name).replace(path)
    except OSError as error:
        raise ConfigurationError(
            f"{str(path)!r} cannot be written ({error.strerror}); make its folder writable or name another with TUTOR_DATA"
        ) from error
