"""One-to-one matching of found and true events in the order of time, with the largest total overlap.

The rule of tests/detect/scorer.hpp, which scores the engine's own tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unguard.arguments import number, real
from unguard.benchmark.event import SPIKE, ScoredEvent
from unguard.errors import ConfigError
from unguard.samples import samples_in

#: What a pair without overlap is worth, in samples of overlap: less than any overlap, more than no pair.
_LEAST = 1e-3


@dataclass(frozen=True)
class Tolerance:
    """When a found and a true event may be a pair.

    Attributes
    ----------
    onset: seconds the onsets may be apart, 0 or more. spike_onset: the same for a true SPIKE.
    overlap: or the least intersection over union, above 0 to 1.
    both: whether both are asked for, instead of one of them.
    early: seconds a live detector may decide before the true onset and still mean that event: what the times of the
        truth are good for, 0 where they are exact, inf where onsets are not to be judged. It changes no pair.
    """

    onset: float = 0.1
    spike_onset: float = 0.05
    overlap: float = 0.3
    both: bool = False
    early: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what cannot be, by name."""
        for name in ("onset", "spike_onset"):
            expected = "a number of seconds, 0 or more"
            if number(name, getattr(self, name), expected) < 0:
                raise ConfigError(name, getattr(self, name), expected)
        expected = "a number of seconds, 0 or more, or inf"
        if not real("early", self.early, expected) >= 0:
            raise ConfigError("early", self.early, expected)
        expected = "a share above 0, at most 1"
        if not 0 < number("overlap", self.overlap, expected) <= 1:
            raise ConfigError("overlap", self.overlap, expected)


def match(
    found: Sequence[ScoredEvent],
    true: Sequence[ScoredEvent],
    *,
    fs: float,
    tolerance: Tolerance | None = None,
) -> list[tuple[int, int]]:
    """Return pairs of indices (found, true), each event in one pair at most, in the order of time.

    Parameters
    ----------
    found, true: by onset. fs: hertz.
    """
    if not found or not true:
        return []
    value = _worth(found, true, fs, tolerance or Tolerance())
    n, m = value.shape
    best = np.zeros((n + 1, m + 1))
    for i in range(n):
        with_pair = np.where(value[i] > 0, best[i, :-1] + value[i], 0.0)
        best[i + 1, 1:] = np.maximum.accumulate(np.maximum(best[i, 1:], with_pair))
    pairs = []
    i, j = n, m
    while i > 0 and j > 0:
        if best[i, j] == best[i - 1, j]:
            i -= 1
        elif best[i, j] == best[i, j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((i, j))
    return pairs[::-1]


def _worth(
    found: Sequence[ScoredEvent], true: Sequence[ScoredEvent], fs: float, tolerance: Tolerance
) -> NDArray[np.float64]:
    """Return what each pair is worth, shape (found, true); 0 where they may not match."""
    a, b = (np.array([(e.onset, e.offset) for e in events], dtype=np.int64) for events in (found, true))
    near = [samples_in(tolerance.spike_onset if e.kind == SPIKE else tolerance.onset, fs) for e in true]
    close = np.abs(a[:, None, 0] - b[None, :, 0]) <= np.array(near)
    common = np.minimum(a[:, None, 1], b[None, :, 1]) - np.maximum(a[:, None, 0], b[None, :, 0])
    together = np.maximum(a[:, None, 1], b[None, :, 1]) - np.minimum(a[:, None, 0], b[None, :, 0])
    lies_over = common >= tolerance.overlap * together
    may = close & lies_over if tolerance.both else close | lies_over
    return np.asarray(np.where(may, _LEAST + np.maximum(common, 0), 0.0))
