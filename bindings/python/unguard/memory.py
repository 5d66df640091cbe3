"""How much memory is free, what this process may have and what it has taken.

What cannot fit is refused before it is begun instead of being killed on the way.
"""

from __future__ import annotations

import contextlib
import functools
import math
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from unguard.errors import ConfigError

#: What is free is used up to this share: the rest is for everything else that runs.
_SHARE = 0.9
#: The limits of containers and of queues of jobs and what they use (control groups, version 2), and the group that this
#: process is in, which is in others.
_GROUP, _OWN_GROUP = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")


def free_bytes() -> int | None:
    """Return how much memory this process may still take, or None where the system does not tell."""
    known = [] if (machine := _machine()) is None else [machine]
    return min([*known, *(max(0, limit - used) for limit, used in _groups())], default=None)


@functools.cache  # asked for every array of a file, and fixed as long as the process lives
def limit_bytes() -> int | None:
    """Return how much memory this process may take in all, or None where the system does not tell."""
    known = [limit for limit, _ in _groups()]
    with contextlib.suppress(AttributeError, ValueError, OSError):  # not of this system
        known.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    if sys.platform != "win32":
        import resource

        soft, _ = resource.getrlimit(resource.RLIMIT_AS)
        if soft != resource.RLIM_INFINITY:
            known.append(soft)
    return min(known, default=None)


def peak_MiB() -> float:
    """Return the most memory this process has taken, as the system says; NaN where it does not."""
    with contextlib.suppress(OSError):
        # Linux: `ru_maxrss` counts from the size of who started the process, this one from the program's start.
        told = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii", errors="replace"))
        if told is not None:
            return int(told[1]) / 1024
    try:
        import resource
    except ImportError:  # Windows
        return math.nan
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def refuse_longer(parameter: str, seconds: float, fs: float, bytes_per_sample: int) -> None:
    """Raise ConfigError, naming the largest length that would do, when a record does not fit into memory.

    Parameters
    ----------
    parameter: name of the length. seconds: the length. fs: sampling rate, Hz.
    bytes_per_sample: what one moment takes, all channels together.
    """
    free = free_bytes()
    if free is None:
        return
    most = math.floor(_SHARE * free / (bytes_per_sample * fs))
    if seconds > most:
        expected = f"at most {most} at {fs:g} Hz, for which the {free / 1e9:.3g} GB of free memory are enough"
        raise ConfigError(parameter, f"{seconds:.15g}", expected)


def _machine() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None


def _groups() -> Iterator[tuple[int, int]]:
    """Give limit and use of every group of processes that this one is in and that has a limit."""
    try:
        lines = _OWN_GROUP.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        lines = []
    own = next((line.removeprefix("0::").lstrip("/") for line in lines if line.startswith("0::")), "")
    for group in (_GROUP / own, *(_GROUP / own).parents):
        if group == _GROUP.parent:
            return
        with contextlib.suppress(OSError, ValueError):  # none of its own, or "max"
            limit = int((group / "memory.max").read_text(encoding="ascii"))
            yield limit, int((group / "memory.current").read_text(encoding="ascii"))
