"""A limit on the time a detector may take."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TookTooLong(RuntimeError):
    """A detector was stopped."""


@contextmanager
def time_limit(limit: float, left: float) -> Iterator[None]:
    """Raise TookTooLong, which names the limit, inside the block after what is left of it, in seconds.

    It interrupts Python, on POSIX systems and in the main thread; elsewhere, and inside one long call of compiled code,
    the block goes on. Raises what the block raises.
    """
    if left <= 0:
        raise TookTooLong(f"stopped after {limit:g} s")
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise TookTooLong(f"stopped after {limit:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, left)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
