"""What changes over sessions, and what only seems to: two steps forward, three back.

>>> p = progress(days, starts, ends=ends, better="higher", sem=0.4, goal=3.0)
>>> p.verdict
'improved'
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from unguard.errors import ConfigError
from unguard.trend import Estimate, Trend, trend

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

#: Sessions from which on anything is said.
FEWEST = 5
#: Sessions of a block whose mean is compared.
BLOCK = 4
#: Chance that "improved" or "worse" is said once or more of somebody who did not change, over all planned sessions.
ERROR = 0.05

IMPROVED, WORSE, NOISE, TOO_FEW = "improved", "worse", "no change beyond noise", "too few sessions"


@dataclass(frozen=True)
class BlockChange:
    """The last block of sessions against the first.

    Attributes
    ----------
    change: of the means. least: the minimal detectable change of two such means, 1.96 sqrt(2) SEM / sqrt(sessions), if
        sessions were independent; None where no SEM is known. sessions: of each block.
    """

    change: float
    least: float | None
    sessions: int

    @property
    def detectable(self) -> bool | None:
        """Whether the change is larger; None where no SEM is known."""
        return None if self.least is None else abs(self.change) > self.least


@dataclass(frozen=True)
class Forecast:
    """When the line reaches the goal: days since the first session, with what the slope's interval leaves.

    Attributes
    ----------
    day, earliest, latest: infinite where the line does not get there, or need not.
    reached: the line is there already.
    """

    day: float
    earliest: float
    latest: float
    reached: bool


@dataclass(frozen=True)
class Progress:
    """What a person's sessions say.

    Attributes
    ----------
    verdict: "improved", "worse", "no change beyond noise" or "too few sessions". The first two only where the slope's
        interval does not hold 0 at `level`, which allows for a look after every planned session.
    trend: of the value at the start of sessions (Theil-Sen), in its unit (its logarithm's, where `log`) a day, with 95 %
        intervals that hold though sessions are correlated; None for fewer than five.
    level: of the interval that the verdict goes by.
    blocks: the last sessions against the first; None for fewer than two.
    reliable_change: of the last session against the first (Jacobson & Truax 1991), in SEMs of a difference; None
        without a SEM.
    least_change: minimal detectable change from one session to another, 1.96 sqrt(2) SEM; None without a SEM.
    gain: mean change within a session, end less start; retention: mean change from the end of one to the start of the
        next. They are two things: what is gained within a session need not be there at the next. None where `ends` are
        not known.
    tau: baseline-corrected Tau, -1 to 1, of the sessions behind the baseline against those in it; None for fewer than
        three of either.
    smooth, smooth_low, smooth_high: local linear trend of each session, with its 95 % band; NaN for a flare.
    forecast: of the goal; None without one.
    flares: sessions that were left out of all this, because they were declared to be.
    """

    days: np.ndarray
    values: np.ndarray
    flares: tuple[int, ...]
    verdict: str
    trend: Trend | None
    level: float
    blocks: BlockChange | None
    reliable_change: float | None
    least_change: float | None
    gain: Estimate | None
    retention: Estimate | None
    tau: float | None
    smooth: np.ndarray
    smooth_low: np.ndarray
    smooth_high: np.ndarray
    forecast: Forecast | None
    better: str
    log: bool

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a session: day, value, flare, smooth, smooth_low, smooth_high."""
        import pandas as pd

        return pd.DataFrame(
            {
                "day": self.days,
                "value": self.values,
                "flare": [i in self.flares for i in range(len(self.days))],
                "smooth": self.smooth,
                "smooth_low": self.smooth_low,
                "smooth_high": self.smooth_high,
            }
        )


def progress(
    days: ArrayLike,
    values: ArrayLike,
    *,
    better: str,
    ends: ArrayLike | None = None,
    flares: Sequence[int] = (),
    sem: float | None = None,
    log: bool = False,
    goal: float | None = None,
    planned: int = 12,
    baseline: int = 3,
) -> Progress:
    """Tell what a person's sessions say, and how sure that is.

    Parameters
    ----------
    days: of each session, ascending; since any day. values: at its start, before any feedback: what was retained.
    better: "higher" or "lower".
    ends: the same at the end of each session; NaN where it is not known.
    flares: indices of sessions in a flare: shown, and left out of all that is said.
    sem: standard error of measurement, in the unit of the values (of their logarithm, where `log`).
    log: whether to reckon with logarithms, as of ratios; values above 0.
    goal: a value. planned: sessions, 6 to 200: how often somebody looks.
    baseline: the first sessions, that Tau compares with.

    Raises
    ------
    ConfigError: naming the argument.

    Source: Theil-Sen, Sen 1968, doi:10.1080/01621459.1968.10480934; restricted likelihood of the correlation, Patterson &
    Thompson 1971, doi:10.1093/biomet/58.3.545; Bonferroni over looks; Tau, Tarlow 2017, doi:10.1177/0145445516666750;
    reliable change, Jacobson & Truax 1991, doi:10.1037/0022-006X.59.1.12; local linear trend, Harvey 1989. Offline.
    """
    day, value, end, left = _checked(days, values, better, ends, flares, sem, log, goal, planned, baseline)
    sign = 1.0 if better == "higher" else -1.0
    kept = np.array([i not in left and np.isfinite(value[i]) for i in range(len(day))], dtype=bool)
    y, t = value[kept], day[kept]
    level = 1 - ERROR / max(1, planned - FEWEST + 1)
    line, verdict = None, TOO_FEW
    if len(y) >= FEWEST:
        line = trend(t, y, fit="Theil-Sen")
        slope = trend(t, y, fit="least squares", level=level).slope
        verdict = NOISE
        if slope.low > 0 or slope.high < 0:
            verdict = IMPROVED if sign * slope.value > 0 else WORSE
    smooth, low, high = _smoothed(value, kept)
    gain, retention = _within(value, end, kept)
    aim = None if goal is None else (math.log(goal) if log else goal)
    back = np.exp if log else np.asarray
    return Progress(
        days=day,
        values=back(value),
        flares=left,
        verdict=verdict,
        trend=line,
        level=level,
        blocks=_blocks(y, sem),
        reliable_change=None if sem is None or len(y) < 2 else float((y[-1] - y[0]) / (math.sqrt(2) * sem)),
        least_change=None if sem is None else 1.959964 * math.sqrt(2) * sem,
        gain=gain,
        retention=retention,
        tau=_tau(t, y, baseline),
        smooth=back(smooth),
        smooth_low=back(low),
        smooth_high=back(high),
        forecast=None if aim is None or line is None else _forecast(t, y, line, aim, sign),
        better=better,
        log=log,
    )


def _checked(
    days: ArrayLike, values: ArrayLike, better: str, ends: ArrayLike | None, flares: Sequence[int], sem: float | None,
    log: bool, goal: float | None, planned: int, baseline: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None, tuple[int, ...]]:  # fmt: skip
    if better not in ("higher", "lower"):
        raise ConfigError("better", better, '"higher" or "lower"')
    day, value = np.asarray(days, dtype=float), np.asarray(values, dtype=float)
    if day.ndim != 1 or value.shape != day.shape:
        raise ConfigError("values", f"an array of shape {value.shape}", f"one value for each of {day.size} days")
    if not np.all(np.isfinite(day)) or np.any(np.diff(day) <= 0):
        raise ConfigError("days", "not ascending", "finite numbers, each larger than the one before")
    end = None if ends is None else np.asarray(ends, dtype=float)
    if end is not None and end.shape != day.shape:
        raise ConfigError("ends", f"an array of shape {end.shape}", f"one value for each of {day.size} days")
    if sem is not None and not (math.isfinite(sem) and sem > 0):
        raise ConfigError("sem", sem, "a finite number above 0")
    if not 6 <= planned <= 200:
        raise ConfigError("planned", planned, "6 to 200")
    if baseline < 1:
        raise ConfigError("baseline", baseline, "at least 1")
    for i in flares:
        if not 0 <= i < len(day):
            raise ConfigError("flares", i, f"indices of sessions, 0 to {len(day) - 1}")
    if log:
        for name, some in (("values", value), ("ends", end), ("goal", None if goal is None else np.array([goal]))):
            if some is not None and np.any(some[np.isfinite(some)] <= 0):
                raise ConfigError(name, float(np.nanmin(some)), "numbers above 0, to take logarithms of")
        value = np.log(value)
        end = None if end is None else np.log(end)
    return day, value, end, tuple(sorted(set(flares)))


def _blocks(y: np.ndarray, sem: float | None) -> BlockChange | None:
    n = min(BLOCK, len(y) // 2)
    if n < 1:
        return None
    least = None if sem is None else 1.959964 * math.sqrt(2 / n) * sem
    return BlockChange(float(y[-n:].mean() - y[:n].mean()), least, n)


def _mean(x: np.ndarray) -> Estimate | None:
    x = x[np.isfinite(x)]
    if len(x) < 2:
        return None
    off = float(stats.t.ppf(0.975, len(x) - 1)) * x.std(ddof=1) / math.sqrt(len(x))
    return Estimate(float(x.mean()), float(x.mean() - off), float(x.mean() + off))


def _within(value: np.ndarray, end: np.ndarray | None, kept: np.ndarray) -> tuple[Estimate | None, Estimate | None]:
    if end is None:
        return None, None
    gain = (end - value)[kept]
    follows = kept[1:] & kept[:-1]
    return _mean(gain), _mean((value[1:] - end[:-1])[follows])


def _tau(t: np.ndarray, y: np.ndarray, baseline: int) -> float | None:
    if baseline < 3 or len(y) - baseline < 3:
        return None
    a = y[:baseline]
    # A trend in the baseline would go on by itself: it is taken off, if it is more than chance.
    if stats.kendalltau(t[:baseline], a).pvalue < 0.05:
        slope, intercept = stats.theilslopes(a, t[:baseline])[:2]
        y = y - (intercept + slope * t)
    signs = np.sign(y[baseline:][None, :] - y[:baseline][:, None])
    return float(signs.mean())


def _smoothed(value: np.ndarray, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    nothing = np.full(len(value), np.nan)
    if kept.sum() < FEWEST or np.nanstd(value[kept]) == 0:
        return nothing, nothing.copy(), nothing.copy()
    import warnings

    from statsmodels.tsa.statespace.structural import UnobservedComponents

    with warnings.catch_warnings():
        # Few values: the likelihood is flat, and its search says so.
        warnings.simplefilter("ignore")
        fitted = UnobservedComponents(np.where(kept, value, np.nan), "local linear trend").fit(disp=False)
    level, variance = fitted.smoothed_state[0], fitted.smoothed_state_cov[0, 0]
    off = 1.959964 * np.sqrt(np.maximum(variance, 0))
    smooth = np.where(kept, level, np.nan)
    return smooth, smooth - off, smooth + off


def _forecast(t: np.ndarray, y: np.ndarray, line: Trend, aim: float, sign: float) -> Forecast:
    centre, middle = float(t.mean()), float(np.median(y - line.slope.value * (t - t.mean())))
    now = middle + line.slope.value * (float(t[-1]) - centre)
    if sign * (now - aim) >= 0:
        return Forecast(float(t[-1]), float(t[-1]), float(t[-1]), True)

    def when(slope: float) -> float:
        return centre + (aim - middle) / slope if sign * slope > 0 else math.inf

    found = sorted(max(when(s), float(t[-1])) for s in (line.slope.low, line.slope.high))
    return Forecast(max(when(line.slope.value), float(t[-1])), found[0], found[1], False)
