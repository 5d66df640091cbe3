"""Improved, or only seems so: one word about a course of sessions, however often somebody looks.

>>> verdict(days, numpy.log(frr), better="higher", sem=log_sem(FRR_SEM_PERCENT), planned=12).said
'no change beyond noise'
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats  # type: ignore[import-untyped]

from unguard.arguments import whole
from unguard.clinical.reliability import mdc
from unguard.clinical.session_noise import CORRELATIONS, Noise, correlated, no_narrower, noise_of, spread
from unguard.clinical.sessions import Array, Sessions, sessions_of
from unguard.errors import ConfigError
from unguard.trend import Estimate, trend

#: Sessions from which on anything is said.
FEWEST = 5
#: Sessions of a block whose mean is compared; fewer while there are not twice as many.
BLOCK = 4
#: Chance that "improved" or "worse" is said once or more of somebody who did not change, over all planned sessions.
ERROR = 0.05
#: What of it the change of blocks has, where the SEM is known; the trend has the rest.
OF_BLOCKS = 0.8
#: The same of ratings and shares, whose blocks have to find the noise too: the trend sees steady changes sooner.
OF_BLOCKS_ALONE = 0.5
#: Of a look at the trend: no interval of it is wider than one of 99.9 %.
_LEAST_SHARE = 0.001

IMPROVED, WORSE, NOISE, TOO_FEW = "improved", "worse", "no change beyond noise", "too few sessions"
BY_BLOCKS, BY_TREND = "change of blocks beyond the minimal detectable change", "interval of the trend without 0"


@dataclass(frozen=True)
class BlockChange:
    """The last block of sessions against the first.

    Attributes
    ----------
    change: of the means, last less first, in the values' unit (of logarithms, where those are reckoned with).
    mdc: minimal detectable change of two such means, 1.96 sqrt(2) SEM / sqrt(sessions): of one look at independent
        sessions; None without a SEM.
    least: what the verdict asks for instead: corrected for looks, under any correlation of neighbours from 0 to 0.5,
        and where this person's sessions scatter more than is known beforehand, by that; None where nothing is known.
    sessions: of each block. level: of the interval change - least to change + least.
    """

    change: float
    mdc: float | None
    least: float | None
    sessions: int
    level: float


@dataclass(frozen=True)
class Verdict:
    """One word about a course, and what it stands on.

    Attributes
    ----------
    said: "improved", "worse", "no change beyond noise" or "too few sessions" (fewer than 5).
    by: what told so: the blocks, or the trend; "" where nothing did.
    slope: least squares, in the values' unit a day, with an interval that holds with the chance `level`, though
        sessions are correlated; None for too few sessions.
    level: 1 less the trend's share of the 5 %, shared out among all planned looks.
    blocks: None for too few sessions.
    """

    said: str
    by: str
    slope: Estimate | None
    level: float
    blocks: BlockChange | None

    def __str__(self) -> str:
        return self.said + (f", by {self.by}" if self.by else "")


def verdict(
    days: ArrayLike,
    values: ArrayLike,
    *,
    better: str,
    sem: float | None = None,
    resolution: float | None = None,
    trials: ArrayLike | None = None,
    planned: int = 12,
) -> Verdict:
    """Say whether a course of sessions has improved, with an error of 5 % though somebody looks after every session.

    "Improved" (or "worse") is said where one of two rules says so. The first has 4 % of the error: the mean of the last
    block of up to 4 sessions differs from that of the first by more than z sqrt(w' R w) s, with z for its share of each
    look after session 5 to the last that is planned (Bonferroni); w: weights of the sessions in that difference; R: the
    correlation of neighbours, from 0 to 0.5, that makes most of it; s: the SEM, or this person's scatter from session
    to session (von Neumann 1941, without the largest step between others) where that is larger. One session that is far
    off is no change. The second has 1 %: the interval of the trend, which holds though sessions are correlated and is
    no narrower than the SEM makes it, does not hold 0.

    Of ratings and shares no SEM between sessions is known, only what rounding or counting makes of it, and the first
    rule asks for t sqrt(w' R w) s instead: s from how values scatter within both blocks, Student's t on that, no less
    than rounding alone (t, for rounded values flip together) or counting alone (z) would be; it has half of the error.
    Where nothing is known there is the second rule alone, with all 5 %: it sees steady changes, late; and a step hardly
    ever. Where many sessions are planned, the trend is looked at after every second of them, or fewer, so that no look
    needs an interval of more than 99.9 %.

    Parameters
    ----------
    days: of each session, ascending numbers, or dates. values: at its start; of ratios, their logarithms. NaN: none.
    better: "higher" or "lower". sem: standard error of measurement between sessions, in the values' unit, above 0.
    resolution: of ratings instead: the step that they are rounded to, such as 1, above 0.
    trials: of shares instead: (sessions,), of how many each is one, 1 or more.
    planned: sessions, 6 to 200, no fewer than there are: it is fixed before the first look.

    Raises
    ------
    ConfigError: naming the argument.

    Caveat: the chance of 5 % counts improved and worse together. It is kept where the SEM is that of this person (of
    ratings and shares whatever it is) and neighbours correlate by 0.5 or less; measured: `scripts/evidence clinical`.
    It says nothing of whether a change matters, and nothing of what made it. Source: Weir 2005, doi:10.1519/15184.1
    (MDC); von Neumann 1941, doi:10.1214/aoms/1177731677; Patterson & Thompson 1971, doi:10.1093/biomet/58.3.545
    (trend); Dunn 1961, doi:10.1080/01621459.1961.10482090 (looks). Offline.
    """
    course = sessions_of(days, values, better=better)
    noise = noise_of(course, sem=sem, resolution=resolution, trials=trials)
    return verdict_of(course, noise=noise, planned=planned)


def verdict_of(sessions: Sessions, *, noise: Noise, planned: int, with_flares: bool = False) -> Verdict:
    """Return the verdict on sessions that have been checked; where `with_flares`, as if none had been declared."""
    count = whole("planned", planned, "6 to 200 sessions")
    if not 6 <= count <= 200:
        raise ConfigError("planned", planned, "6 to 200 sessions")
    if count < len(sessions.days):
        raise ConfigError("planned", count, f"at least the {len(sessions.days)} sessions there are; fixed beforehand")
    kept = np.isfinite(sessions.values) if with_flares else sessions.kept
    t, y = sessions.days[kept], sessions.values[kept]
    size = noise.least(sessions.values, kept)
    looks = count - FEWEST + 1
    of_blocks = 0.0 if size is None else OF_BLOCKS if noise.sem is not None else OF_BLOCKS_ALONE
    error = ERROR * (1 - of_blocks)
    every = math.ceil(looks / round(error / _LEAST_SHARE))
    level = min(1 - error / math.ceil(looks / every), 1 - _LEAST_SHARE)
    if len(y) < FEWEST:
        return Verdict(TOO_FEW, "", None, level, None)
    blocks = _blocks(t, y, noise, size, of_blocks * ERROR / looks)
    seen = len(y) - (len(y) - FEWEST) % every
    slope = trend(t[:seen], y[:seen], level=level).slope
    if size is not None:
        slope = no_narrower(slope, t[:seen], size, level)
    change, by = 0.0, ""
    if blocks.least is not None and abs(blocks.change) > blocks.least:
        change, by = blocks.change, BY_BLOCKS
    elif slope.low > 0 or slope.high < 0:
        change, by = slope.value, BY_TREND
    said = NOISE if not by else IMPROVED if sessions.sign * change > 0 else WORSE
    return Verdict(said, by, slope, level, blocks)


def _blocks(t: Array, y: Array, noise: Noise, size: float | None, share: float) -> BlockChange:
    n = min(BLOCK, len(y) // 2)
    weights = np.zeros(len(y))
    weights[:n], weights[-n:] = -1 / n, 1 / n
    change = float(weights @ y)
    if size is None:
        return BlockChange(change, None, None, n, 1 - share)
    z = NormalDist().inv_cdf(1 - share / 2)
    if noise.sem is not None:
        return BlockChange(change, mdc(noise.sem, sessions=n), z * _scatter(t, y, weights, noise.sem), n, 1 - share)
    rounded = size if noise.resolution is not None else 0.0
    student = float(stats.t.ppf(1 - share / 2, 2 * (n - 1)))
    least = max(
        student * _within_blocks(t, y, weights, n, rounded), z * size * math.sqrt(float(np.max(spread(t, weights))))
    )
    return BlockChange(change, None, least, n, 1 - share)


def _scatter(t: Array, y: Array, weights: Array, sem: float) -> float:
    """Return the standard deviation of the weighted sum, by the correlation that makes most of it."""
    usual = np.median(np.diff(t))
    steps = np.diff(y)
    # The largest may be the change itself, at one stroke; but not the first or the last, for what one session alone
    # shows may be a bad electrode.
    others = np.delete(np.arange(len(steps)), 1 + np.argmax(np.abs(steps[1:-1])))
    correlated_steps = CORRELATIONS[:, None] ** (np.diff(t)[others] / usual)
    own = np.mean(steps[others] ** 2 / (2 * (1 - correlated_steps)), axis=1)
    return math.sqrt(float(np.max(np.maximum(sem**2, own) * spread(t, weights))))


def _within_blocks(t: Array, y: Array, weights: Array, n: int, least: float) -> float:
    """Return the same by how values scatter within the first and the last n, which no step between them makes more.

    Neighbours that are alike scatter less within a block than sessions do: by the mean correlation of two of a block.
    """
    of = correlated(t)
    found = np.zeros(len(CORRELATIONS))
    for block in (slice(0, n), slice(len(y) - n, None)):
        alike = (of[:, block, block].sum(axis=(1, 2)) - n) / (n * (n - 1))
        found += float(np.var(y[block], ddof=1)) / (1 - alike) / 2
    return math.sqrt(float(np.max(np.maximum(least**2, found) * spread(t, weights))))
