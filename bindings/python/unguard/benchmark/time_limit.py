"""A limit on the processor time a detector may take: what else the machine does has no say in it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from unguard.arguments import number
from unguard.errors import ConfigError

#: Seconds; 30 years. No timer runs for longer than 290 of them.
_MOST_S = 1e9


class TookTooLong(RuntimeError):
    """A detector was stopped."""


def limit_of(limit_s: Any) -> float:
    """Return a limit in seconds; raise ConfigError for what is none."""
    expected = f"a number of seconds above 0, at most {_MOST_S:g}"
    limit = number("limit_s", limit_s, expected)
    if not 0 < limit <= _MOST_S:
        raise ConfigError("limit_s", f"{limit:g} s", expected)
    return limit


@contextmanager
def time_limit(limit: float, left: float) -> Iterator[None]:
    """Raise TookTooLong, which names the limit, inside the block after what is left of it, in seconds.

    Seconds are those of :func:`time.process_time`, of all threads together; while the block waits none pass. It
    interrupts Python, on POSIX systems and in the main thread; elsewhere, and inside one long call of compiled code,
    the block goes on. Raises what the block raises.
    """
    said = f"stopped after {limit:g} s of processor time"
    if left <= 0:
        raise TookTooLong(said)
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise TookTooLong(said)

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, left)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
