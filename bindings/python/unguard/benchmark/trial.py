"""A record with its truth, as the benchmark runs detectors on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from unguard.arguments import object_of
from unguard.benchmark.event import ScoredEvent
from unguard.benchmark.matching import Tolerance
from unguard.benchmark.scored_time import Span, stretch, stretches
from unguard.errors import ConfigError


@dataclass(frozen=True, eq=False)
class Trial:
    """One record and what is known of it.

    Attributes
    ----------
    name: for tables. fs: hertz.
    x: as recorded, microvolts, shape (samples,).
    rest: stretch (from, to) known to be rest; of it detectors learn.
    truth: true events, by onset; None where nobody knows: then nothing is scored.
    unscored, moving: stretches without known truth, and of declared movement.
    declared: stretches declared to be rest, whatever goes on in them: there true events have kinds of their own.
    tuning: the stretch whose truth settings may be chosen by; the rest is held out.
    snr_dB: of a simulated event, in the band; None: measured event by event.
    """

    name: str
    x: NDArray[np.float64]
    fs: float
    rest: Span
    truth: tuple[ScoredEvent, ...] | None
    unscored: tuple[Span, ...] = ()
    moving: tuple[Span, ...] = ()
    tolerance: Tolerance = field(default_factory=Tolerance)
    tuning: Span = (0, 0)
    snr_dB: float | None = None
    declared: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no record, by name."""
        object_of("x", self.x, np.ndarray, "an array of shape (samples,)")
        if self.x.ndim != 1 or not len(self.x):
            raise ConfigError("x", f"of shape {self.x.shape}", "shape (samples,)")
        for name in ("rest", "tuning"):
            stretch(name, getattr(self, name), self.samples)
        for name in ("unscored", "moving", "declared"):
            stretches(name, getattr(self, name), self.samples)

    @property
    def samples(self) -> int:
        """Length of the record."""
        return len(self.x)

    @property
    def held_out(self) -> tuple[Span, ...]:
        """The stretches that no setting is chosen by."""
        first, last = self.tuning
        return tuple(s for s in ((0, first), (last, self.samples)) if s[1] > s[0])


def first_share(truth: Sequence[ScoredEvent], share: float) -> Span:
    """Return the stretch from 0 that holds the first share of the events, to the middle of the gap behind them."""
    count = round(share * len(truth))
    if count == 0:
        return 0, 0
    if count >= len(truth):
        raise ConfigError("share", share, f"a share that leaves some of {len(truth)} events")
    return 0, (truth[count - 1].offset + truth[count].onset) // 2


def quietest_gap(truth: Sequence[ScoredEvent], y: NDArray[np.float64], margin: int, least: int) -> Span:
    """Return the stretch without true events that has the least power; the longest where none is long enough.

    Parameters
    ----------
    y: the record in the band, shape (samples,). margin: samples from an event. least: samples that are long enough.
    """
    edges = [0, *(i for e in truth for i in (e.onset, e.offset)), len(y)]
    last = len(edges) // 2 - 1
    gaps = []
    for i, (a, b) in enumerate(zip(edges[::2], edges[1::2], strict=True)):
        first, end = a + (margin if i else 0), b - (margin if i < last else 0)
        gaps.append((first, max(end, first)))
    enough = [g for g in gaps if g[1] - g[0] >= max(least, 1)]
    if enough:
        return min(enough, key=lambda g: float(np.mean(y[g[0] : g[1]] ** 2)))
    return max(gaps, key=lambda g: g[1] - g[0])
