"""The page's process ends when it is told to, also while it is starting."""

import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.corpora import process_environment


def test_a_server_that_is_told_to_stop_while_starting_stops_at_once(data: Path) -> None:
    environment = process_environment(TUTOR_DATA=str(data), TUTOR_PORT="0")
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve"], env=environment, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr
    process.stderr.readline()  # the build of the index has begun
    asked = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 128 + signal.SIGTERM
    assert time.monotonic() - asked < 10
