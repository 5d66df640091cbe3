"""Whether chances keep their word: of what is said with chance p, a share p is true."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.stats
from numpy.typing import NDArray

Chances = NDArray[np.float64]
Truths = NDArray[np.bool_]
BINS = 10
DRAWS = 1000


@dataclass(frozen=True)
class Bin:
    """What was said with chances in one range: their mean, the share that is true with its 95 % interval, how many."""

    chance: float
    share: float
    low: float
    high: float
    count: int


def by_width(chance: Chances) -> NDArray[np.intp]:
    """Return each one's bin, of bins of equal width."""
    return np.minimum((chance * BINS).astype(np.intp), BINS - 1)


def by_count(chance: Chances) -> NDArray[np.intp]:
    """Return each one's bin, of bins that hold equally many; equal chances stay together."""
    edges = np.quantile(chance, np.arange(1, BINS) / BINS)
    return np.searchsorted(edges, chance, side="right")


def expected_calibration_error(chance: Chances, true: Truths, bins: NDArray[np.intp]) -> float:
    """Return the mean distance, over all, between the share that is true in a bin and the mean chance there.

    Naeini, Cooper & Hauskrecht 2015, doi:10.1609/aaai.v29i1.9602.
    """
    off = np.bincount(bins, weights=chance - true, minlength=BINS)
    return float(np.abs(off).sum() / len(chance))


@dataclass(frozen=True)
class CalibrationError:
    """The error by both kinds of bins, with a 95 % bootstrap interval, and that of chances that keep their word.

    perfect: the mean error of as many, said with the same chances, whose truth is drawn by them; by width.
    """

    width: float
    count: float
    low: float
    high: float
    perfect: float
    events: int
    false: float

    @property
    def worst(self) -> float:
        """The larger of the two."""
        return max(self.width, self.count)

    def __str__(self) -> str:
        return (
            f"{self.width:.3f} ({self.low:.3f} to {self.high:.3f}), equal counts {self.count:.3f}; "
            f"{self.events} events, {100 * self.false:.0f} % false"
        )


def calibration_error(chance: Chances, true: Truths, seed: int = 1) -> CalibrationError:
    """Return the error of what was said with these chances."""
    random = np.random.default_rng(seed)
    wide = by_width(chance)
    n = len(chance)
    picked = (random.integers(0, n, n) for _ in range(DRAWS))
    again = [expected_calibration_error(chance[i], true[i], wide[i]) for i in picked]
    perfect = [expected_calibration_error(chance, random.random(n) < chance, wide) for _ in range(DRAWS)]
    low, high = np.percentile(again, [2.5, 97.5])
    return CalibrationError(
        expected_calibration_error(chance, true, wide),
        expected_calibration_error(chance, true, by_count(chance)),
        float(low), float(high), float(np.mean(perfect)), n, float(1 - np.mean(true)),
    )  # fmt: skip


def reliability(chance: Chances, true: Truths, least: int = 10) -> list[Bin]:
    """Return the bins of equal width that hold enough, for a reliability diagram; intervals by Wilson."""
    made = []
    bins = by_width(chance)
    for k in range(BINS):
        inside = bins == k
        n, right = int(inside.sum()), int(true[inside].sum())
        if n < least:
            continue
        interval = scipy.stats.binomtest(right, n).proportion_ci(0.95, method="wilson")
        made.append(Bin(float(chance[inside].mean()), right / n, float(interval.low), float(interval.high), n))
    return made
