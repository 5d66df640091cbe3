"""What a sample and channel costs by channels, sections and frames a call: processor time, medians of runs in turns.

python -m bench.evidence.curves
"""

from __future__ import annotations

import statistics
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from bench.evidence import chain_times, programs

RUNS = 5
#: Of one run: a few tens of milliseconds.
SAMPLES = 6_000_000
CHANNELS = tuple(range(1, 65))
SECTIONS = tuple(range(1, 13))
FRAMES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096)
#: The lines of the panels whose axis is not the channels.
SOME_CHANNELS = (1, 4, 8, 16, 64)


@dataclass(frozen=True)
class Curve:
    """Nanoseconds a sample and channel (y) over x."""

    label: str
    x: tuple[int, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class Curves:
    """All panels, and the sizes of the first two caches in bytes; 0 where the system does not say."""

    by_channels: list[Curve]
    by_sections: list[Curve]
    by_frames: list[Curve]
    caches: tuple[int, int]


def _medians(x: tuple[int, ...], cost: Callable[[int], float]) -> tuple[float, ...]:
    # All points, then all again: what disturbs the machine for a while is in one run of several points.
    runs = [[cost(each) for each in x] for _ in range(RUNS)]
    return tuple(statistics.median(costs) for costs in zip(*runs, strict=True))


def _chain(channels: int, frames: int) -> float:
    return chain_times.nanoseconds("count_chain", "compiled", channels=channels, frames=frames, samples=SAMPLES)


def _sections(sections: int, channels: int) -> float:
    return chain_times.nanoseconds("count_sos", sections, channels=channels, samples=SAMPLES)


def _cache(level: str) -> int:
    said = subprocess.run(["getconf", level], capture_output=True, text=True, check=False).stdout.strip()
    return int(said) if said.isdigit() else 0


def measure() -> Curves:
    """Measure all curves."""
    programs.build("count_chain", "count_sos")
    return Curves(
        [_by_channels(frames) for frames in (256, 1)],
        [_by_sections(c) for c in SOME_CHANNELS],
        [_by_frames(c) for c in SOME_CHANNELS],
        (_cache("LEVEL1_DCACHE_SIZE"), _cache("LEVEL2_CACHE_SIZE")),
    )


def _by_channels(frames: int) -> Curve:
    label = "1 frame a call" if frames == 1 else f"{frames} frames a call"
    return Curve(label, CHANNELS, _medians(CHANNELS, lambda c: _chain(c, frames)))


def _by_sections(channels: int) -> Curve:
    return Curve(_named(channels), SECTIONS, _medians(SECTIONS, lambda s: _sections(s, channels)))


def _by_frames(channels: int) -> Curve:
    return Curve(_named(channels), FRAMES, _medians(FRAMES, lambda n: _chain(channels, n)))


def _named(channels: int) -> str:
    return "1 channel" if channels == 1 else f"{channels} channels"


if __name__ == "__main__":
    found = measure()
    for curve in found.by_channels + found.by_sections + found.by_frames:
        print(curve.label, dict(zip(curve.x, curve.y, strict=True)))
