"""Opens an index, asks it questions, and says how long that took and what memory it holds. A process of its own."""

import sys
import time

from evals.bench.measure import peak_memory
from evals.bench.questions import questions
from ingest.library import open_library
from ingest.settings import ingest_settings
from ingest.values import Value, Where

_QUESTIONS = 200


class Opened(Value):
    """Seconds until the index was open and until the first answer; MiB at the peak, questions asked."""

    opened: float
    first: float
    memory: float


def main() -> Opened:
    """Open the index of the settings and ask it."""
    asked = questions(_QUESTIONS)
    started = time.monotonic()
    library = open_library(ingest_settings())
    opened = time.monotonic() - started
    library.search(asked[0], limit=10, where=Where())
    first = time.monotonic() - started
    for question in asked:
        library.search(question, limit=10, where=Where())
    library.close()
    return Opened(opened=opened, first=first, memory=peak_memory())


if __name__ == "__main__":
    sys.stdout.write(main().model_dump_json())
