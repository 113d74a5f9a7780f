"""Does the same work on many items in several processes, and in this one where that cannot be."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context, parent_process
from typing import TypeVar, cast

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def in_order(
    make: Callable[[], Callable[[_Item], _Result]], items: Sequence[_Item], processes: int
) -> Iterator[_Result]:
    """The result of each item, in order. `make` is called once in each process and gives the function that does the work.

    With more than one process, `make`, items and results must be picklable, and the caller's main module is imported by
    each, as multiprocessing does. What a process that dies leaves undone is done in this one.
    """
    done = 0
    if processes > 1:
        try:
            with ProcessPoolExecutor(processes, get_context("spawn"), _start, (make,)) as pool:
                for result in pool.map(cast(Callable[[_Item], _Result], _work), items):
                    yield result
                    done += 1
        except (BrokenProcessPool, OSError):  # killed, or the system gives no more processes
            pass
    if done < len(items):
        work = make()
        yield from map(work, islice(items, done, None))


_works: list[Callable[..., object]] = []  # of a worker process: the one that it was started with


def _start(make: Callable[[], Callable[..., object]]) -> None:
    """Get a worker ready; it ends with the process that started it, which may be killed."""
    _works.append(make())
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _work(item: object) -> object:
    return _works[0](item)
