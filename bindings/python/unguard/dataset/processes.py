"""Work given to processes of this machine, by loky as joblib brings it; one that dies takes no other work with it."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from unguard.extras import module

T = TypeVar("T")
R = TypeVar("R")
#: Each process computes with one thread: there are as many processes as there are to be threads.
_ONE_THREAD = {
    name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
}
#: So often a process looks whether the one that started it is still there.
_LOOK_S = 0.5
LOST = "the worker process died while it was at this recording, twice (killed, or out of memory)"


@dataclass(frozen=True)
class Finished(Generic[T, R]):
    """What came of one piece of work; `lost` is a sentence where no result came, and `attempts` how often it began."""

    item: T
    result: R | None
    lost: str
    attempts: int | None


def in_processes(work: Callable[[T], R], items: Sequence[T], workers: int) -> Iterator[Finished[T, R]]:
    """Yield the result of every item as it is ready, from so many processes.

    Only what is being worked on is handed out. When a process dies, what was being worked on is tried once more, each
    by itself, so that what kills its process is known; the rest goes on.

    Parameters
    ----------
    work: a function of a module, which raises nothing. items: what it is called with; both are pickled.
    """
    waiting = list(items)[::-1]
    while waiting:
        suspects: list[T] = []
        with _Pool(workers) as pool:
            in_flight: dict[Future[R], T] = {}
            while waiting or in_flight:
                while waiting and len(in_flight) < workers and not suspects:
                    future = pool.submit(work, waiting[-1])
                    if future is None:
                        break
                    in_flight[future] = waiting.pop()
                if not in_flight:
                    break
                # A pool in which a process died fails all that it was given, and takes no more.
                done, _ = wait(in_flight, return_when=FIRST_COMPLETED)
                for future in done:
                    item = in_flight.pop(future)
                    if pool.is_broken_by(future):
                        suspects.append(item)
                    else:
                        yield Finished(item, future.result(), "", 1)
        for item in suspects:
            yield _alone(work, item)


def _alone(work: Callable[[T], R], item: T) -> Finished[T, R]:
    with _Pool(1) as pool:
        future = pool.submit(work, item)
        if future is None or pool.is_broken_by(future):
            return Finished(item, None, LOST, 2)
        return Finished(item, future.result(), "", 2)


class _Pool:
    """Processes that end with the block, whatever they are at."""

    def __init__(self, workers: int) -> None:
        loky = module("joblib.externals.loky", "joblib", "datasets")
        self._broken = loky.BrokenProcessPool
        self._executor: Any = loky.ProcessPoolExecutor(
            max_workers=workers, initializer=_begin, initargs=(os.getpid(),), env=_ONE_THREAD
        )

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self._executor.shutdown(wait=True, kill_workers=True)

    def submit(self, work: Callable[[T], R], item: T) -> Future[R] | None:
        """Hand out work; None where a process has died meanwhile."""
        try:
            future: Future[R] = self._executor.submit(work, item)
        except self._broken:
            return None
        return future

    def is_broken_by(self, future: Future[Any]) -> bool:
        """Wait for a result, and return whether there is none, for a process has died."""
        return isinstance(future.exception(), self._broken)


def _begin(parent: int) -> None:
    """Get a process ready: it is quiet, and does not outlive the one that started it."""
    logging.getLogger("unguard").addHandler(logging.NullHandler())
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_S)
    os._exit(1)
