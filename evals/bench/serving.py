"""Serves searches while `tutor ingest --rebuild` runs beside it, and notes how long it stood still. A process of its own."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from itertools import cycle

from app.settings import app_settings
from app.web.serving import Serving
from evals.bench.measure import command, environment, percentile
from evals.bench.questions import questions
from ingest.settings import ingest_settings
from ingest.values import Value, Where

_TICK = 0.005
_QUIET = 5.0  # seconds of searching without a build, before and after
_PAUSE = 0.01  # between two searches

Span = tuple[float, float]


class Stalls(Value):
    """Longest gaps of a 5 ms ticker in milliseconds: before the build, beside it, and while the new index was opened.

    `searches` is how many were answered beside the build, `p95` of those in milliseconds.
    """

    alone: float
    beside: float
    switch: float
    build: float
    searches: int
    p95: float


class _Ticker:
    """Notes every gap between two ticks, in a thread of its own."""

    def __init__(self) -> None:
        self.gaps: list[Span] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)
        self._thread.start()

    def _tick(self) -> None:
        last = time.perf_counter()
        while not self._stop.wait(_TICK):
            now = time.perf_counter()
            self.gaps.append((last, now))
            last = now

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()


class _Learner:
    """Asks one question after the other, and notes each search and the moments at which another index came to serve."""

    def __init__(self, serving: Serving) -> None:
        self.searches: list[Span] = []
        self.switches: list[Span] = []
        self._serving = serving
        self._questions = cycle(questions(200))
        self._generation = ""

    def ask_while(self, holds: Callable[[], bool]) -> Span:
        """Ask for as long as that holds; returns the span of time."""
        started = time.perf_counter()
        while holds():
            self._ask()
            time.sleep(_PAUSE)
        return started, time.perf_counter()

    def _ask(self) -> None:
        called = time.perf_counter()
        with self._serving.tutor() as tutor:
            lent = time.perf_counter()
            tutor.library.search(next(self._questions), limit=10, where=Where())
            generation = tutor.library.manifest.generation
        self.searches.append((lent, time.perf_counter()))
        if self._generation not in {"", generation}:
            self.switches.append((called, lent))
        self._generation = generation


def main() -> Stalls:
    """Serve the index of the settings, rebuild it in a child process, and measure."""
    settings = ingest_settings()
    serving = Serving(app_settings(), settings)
    ticker, learner = _Ticker(), _Learner(serving)
    alone = _for_a_while(learner)
    child = subprocess.Popen(  # noqa: S603  # our own module
        command("app.cli", "ingest", "--rebuild"),
        env=environment(settings.data, settings.corpus),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    beside = learner.ask_while(lambda: child.poll() is None)
    _for_a_while(learner)
    ticker.stop()
    serving.close()
    if child.returncode or not learner.switches:
        raise RuntimeError(f"the rebuild ended with {child.returncode}, {len(learner.switches)} new indexes served")
    switching = [gap for gap in ticker.gaps if any(_meet(gap, switch) for switch in learner.switches)]
    others = [gap for gap in ticker.gaps if gap not in switching]
    searches = [end - start for start, end in learner.searches if _meet((start, end), beside)]
    return Stalls(
        alone=_longest(others, alone),
        beside=_longest(others, beside),
        switch=_longest(switching, (0.0, time.perf_counter())),
        build=beside[1] - beside[0],
        searches=len(searches),
        p95=1000 * percentile(searches, 0.95),
    )


def _for_a_while(learner: _Learner) -> Span:
    until = time.perf_counter() + _QUIET
    return learner.ask_while(lambda: time.perf_counter() < until)


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _longest(gaps: Sequence[Span], within: Span) -> float:
    """The longest gap that meets a span of time, in milliseconds."""
    return 1000 * max((end - start for start, end in gaps if _meet((start, end), within)), default=0.0)


if __name__ == "__main__":
    sys.stdout.write(main().model_dump_json())
