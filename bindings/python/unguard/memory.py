"""How much memory is free, so that what cannot fit is refused before it is begun instead of being killed on the way."""

from __future__ import annotations

import math
import os
from pathlib import Path

from unguard.errors import ConfigError

#: What is free is used up to this share: the rest is for everything else that runs.
_SHARE = 0.9
#: The limit of a container and what it uses (control groups, version 2).
_GROUP = Path("/sys/fs/cgroup")


def free_bytes() -> int | None:
    """Return how much memory this process may still take, or None where the system does not tell."""
    known = [found for found in (_machine(), _group()) if found is not None]
    return min(known) if known else None


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


def _group() -> int | None:
    try:
        limit, used = ((_GROUP / name).read_text(encoding="ascii").strip() for name in ("memory.max", "memory.current"))
        return None if limit == "max" else max(0, int(limit) - int(used))
    except (OSError, ValueError):
        return None
