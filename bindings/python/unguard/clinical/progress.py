"""What changes over sessions, and what only seems to: two steps forward, three back.

>>> p = progress(dates, frr, ends=frr_after, better="higher", log=True, sem=log_sem(FRR_SEM_PERCENT), goal=4.0)
>>> p.verdict
'no change beyond noise'
>>> p.gain, p.retention  # within a session; from its end to the next start
>>> p.plot()
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from unguard.arguments import number, whole
from unguard.clinical.goal_forecast import Forecast, forecast_of
from unguard.clinical.local_trend import local_linear_trend
from unguard.clinical.reliability import mdc
from unguard.clinical.scale import Scale, change_within, scale_of, values_within
from unguard.clinical.session_change import Tau, gain_of, retention_of, tau_of
from unguard.clinical.session_noise import Noise, no_narrower, noise_of
from unguard.clinical.session_verdict import BY_BLOCKS, FEWEST, Verdict, verdict_of
from unguard.clinical.sessions import Array, Sessions, sessions_of
from unguard.errors import ConfigError
from unguard.trend import Estimate, trend

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]


#: Relative; by what a mean of decimal numbers may miss the number that it is: 3 less 1 as 1.9999999999999998.
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Progress:
    """What a person's sessions say.

    Changes are differences, last less first, in the values' unit; where `log`, they are ratios, and 1 is no change.

    Attributes
    ----------
    days: since the first session. first: its date; None where days were given as numbers.
    values, ends: of each at its start and its end, as given; ends None where not given.
    flares: sessions that were declared to be in a flare, and left out of all that is said.
    decision: the verdict, and what it stands on; of logarithms, where `log`. See `unguard.clinical.verdict`.
    with_flares: the verdict as if no flare had been declared: where it differs, it hangs on what was left out.
    slope: Theil-Sen, in the values' unit (their logarithm's, where `log`) a day, with a 95 % interval that holds though
        sessions are correlated, no narrower than what is known of the noise makes it.
    change: of the least-squares line from the first session to the last, with a 95 % interval likewise: what to show,
        for that of few ranks is far wider, of five infinite. Of one look: the verdict asks for more.
    correlation: of neighbouring sessions about that line, -1 to 1.
    least_change: minimal detectable change from one session to one other, chosen beforehand: a difference, or a ratio
        above 1. reliable_change: of the last session against the first, in standard errors of a difference.
    gain: mean change within a session, end against start. retention: mean change from an end to the next start. With
        95 % intervals. What is gained within a session need not be there at the next (Page 2015, JMPT 38:449: the FRR
        rose within sessions, and from session to session it did not).
    tau: against the baseline, its trend taken off.
    smooth, smooth_low, smooth_high: local linear trend of each session and its 95 % band; NaN for a flare.
    forecast: when the goal is reached. goal: as given. scale: as given; no interval of values or changes goes beyond.
    important: whether the change of blocks, for the better, is at least the important one that was given, but for what
        means of decimal numbers are off by.
    missing: what could not be said, and why: names of attributes that are None, or NaN throughout.
    """

    days: Array
    values: Array
    ends: Array | None
    flares: tuple[int, ...]
    decision: Verdict
    with_flares: str
    slope: Estimate | None
    change: Estimate | None
    correlation: float | None
    least_change: float | None
    reliable_change: float | None
    gain: Estimate | None
    retention: Estimate | None
    tau: Tau | None
    smooth: Array
    smooth_low: Array
    smooth_high: Array
    forecast: Forecast | None
    goal: float | None
    important: bool | None
    missing: dict[str, str]
    better: str
    log: bool
    first: pd.Timestamp | None = None
    scale: Scale | None = None

    @property
    def verdict(self) -> str:
        """ "improved", "worse", "no change beyond noise" or "too few sessions"."""
        return self.decision.said

    @property
    def basis(self) -> tuple[Estimate, float] | None:
        """The change that the verdict stands on, with its interval, and the level of that; None of too few sessions.

        Corrected for looks, so it is wide: for the verdict alone; what to show is `change`.

        Where it is by blocks, that of blocks; else the trend of the verdict from the first session to the last. It
        holds no change (0, of ratios 1) where, and only where, the verdict is "no change beyond noise".
        """
        made, blocks = self.decision, self.decision.blocks
        if made.slope is None:
            return None
        if made.by == BY_BLOCKS and blocks is not None and blocks.least is not None:
            ends = Estimate(blocks.change, blocks.change - blocks.least, blocks.change + blocks.least)
            return self._told(ends), blocks.level
        kept = self.days[~np.isin(np.arange(len(self.days)), self.flares) & np.isfinite(self.values)]
        span = float(kept[-1] - kept[0])
        ends = Estimate(span * made.slope.value, span * made.slope.low, span * made.slope.high)
        return self._told(ends), made.level

    def _told(self, ends: Estimate) -> Estimate:
        e = _back(ends, self.log)
        return change_within(e, self.scale) or e

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a session: day, value, end, flare, smooth, smooth_low, smooth_high."""
        import pandas as pd

        return pd.DataFrame(
            {
                "day": self.days,
                "value": self.values,
                "end": np.full(len(self.days), np.nan) if self.ends is None else self.ends,
                "flare": np.isin(np.arange(len(self.days)), self.flares),
                "smooth": self.smooth,
                "smooth_low": self.smooth_low,
                "smooth_high": self.smooth_high,
            }
        )

    def plot(self, axes: Any = None) -> Any:
        """Draw it; see `unguard.clinical.plot_progress`."""
        from unguard.clinical.progress_figure import plot_progress

        return plot_progress(self, axes=axes)

    def __str__(self) -> str:
        told = [f"{self.decision} ({len(self.days)} sessions"]
        told[0] += f", {len(self.flares)} in a flare left out)" if self.flares else ")"
        if self.with_flares != self.verdict:
            told.append(f"with the flares: {self.with_flares}")
        kind = "ratio" if self.log else "change"
        every = ((f"{kind} over all", self.change), (f"{kind} within a session", self.gain),
                 (f"{kind} to the next start", self.retention), ("", self.tau), ("", self.forecast))  # fmt: skip
        for name, one in every:
            if one is not None:
                told.append(f"{name} {one}".strip())
        if self.basis is not None:
            told.append(f"the verdict's own {kind}, for all looks: {self.basis[0]} at {100 * self.basis[1]:.3g} %")
        return "; ".join(told)


def progress(
    days: ArrayLike,
    values: ArrayLike,
    *,
    better: str,
    ends: ArrayLike | None = None,
    flares: Sequence[int] = (),
    sem: float | None = None,
    resolution: float | None = None,
    trials: ArrayLike | None = None,
    scale: Sequence[float] | None = None,
    log: bool = False,
    goal: float | None = None,
    planned: int = 12,
    baseline: int = 0,
    important: float | None = None,
) -> Progress:
    """Tell what a person's sessions say, and how sure that is.

    Parameters
    ----------
    days: of each session: numbers of days, or dates, ascending.
    values: at its start, before any feedback: what was retained. NaN where there is none.
    better: "higher" or "lower".
    ends: the same at the end of each session; NaN where it is not known.
    flares: indices of sessions in a flare, from 0: shown, and left out of all that is said. They are to be declared by
        what the person says of the day, never by the value: whoever leaves out low values finds progress.
    sem: standard error of measurement between sessions, above 0, in the unit of the values; of their natural logarithm,
        where `log`: of the FRR `log_sem(FRR_SEM_PERCENT)`, for 49 % of the mean. On the plain scale its minimal
        detectable change would be 136 % of the mean, and no fall could ever be beyond it.
    resolution: of ratings, of which no SEM is known: the step that they are rounded to, such as 1, above 0. No interval
        is narrower than rounding makes it.
    trials: of shares instead: of how many each is one, 1 or more; no interval is narrower than counting makes it.
    scale: the lowest and the highest value that can be, such as (0, 10); no interval goes beyond. Not where `log`.
    log: whether to reckon with logarithms, as of ratios; all values above 0 then.
    goal: a value, in the unit of the values.
    planned: sessions, 6 to 200, fixed before the first look: `verdict` shares the 5 % out among them.
    baseline: the first sessions, before anything was done, that Tau compares with; 0 where there were none.
    important: the least change of blocks that matters, above 0, such as `important_change("NRS").points`; in the unit
        of the values, and not where `log`.

    Raises
    ------
    ConfigError: naming the argument.

    Caveat: what goes with treatment need not be its effect; one person's course has nothing to compare with but itself.
    Source: `verdict`; Theil-Sen, Sen 1968, doi:10.1080/01621459.1968.10480934; reliable change, Jacobson & Truax 1991,
    doi:10.1037/0022-006X.59.1.12; Tau, Tarlow 2017, doi:10.1177/0145445516666750; local linear trend, Harvey 1989;
    forecast, Fieller 1954, doi:10.1111/j.2517-6161.1954.tb00159.x. Offline.
    """
    course = sessions_of(days, values, better=better, ends=ends, flares=flares, log=log)
    expected = f"a whole number, 0 to {len(course.days)}"
    phase = whole("baseline", baseline, expected)
    if not 0 <= phase <= len(course.days):
        raise ConfigError("baseline", baseline, expected)
    aim = None if goal is None else _aim(goal, log)
    matters = None if important is None else _important(important, log)
    noise = noise_of(course, sem=sem, resolution=resolution, trials=trials)
    ends_of_scale = scale_of(course, scale)
    decision = verdict_of(course, noise=noise, planned=planned)
    missing: dict[str, str] = {}
    t, y = course.days[course.kept], course.values[course.kept]
    few = f"{len(y)} sessions: at least {FEWEST} are needed"
    told = line_of(course, noise)
    if told is None:
        missing |= {"slope": few, "change": few, "correlation": few}
    no_sem = "no standard error of measurement was given"
    if sem is None:
        missing |= {"least_change": no_sem, "reliable_change": no_sem}
    elif len(y) < 2:
        missing["reliable_change"] = f"{len(y)} sessions: at least 2 are needed"
    within = _apart(course, missing)
    forecast = None
    if aim is None:
        missing["forecast"] = "no goal was given"
    elif len(y) < FEWEST:
        missing["forecast"] = few
    else:
        forecast = forecast_of(t, y, aim, course.sign, course.first, least=noise.least(course.values, course.kept))
    weighty = None
    if matters is None or decision.blocks is None:
        missing["important"] = "no important change was given" if matters is None else few
    else:
        weighty = course.sign * decision.blocks.change >= matters * (1 - _ROUNDING)
    smooth = local_linear_trend(course.values, course.kept, sem)
    if isinstance(smooth, str):
        missing["smooth"] = smooth
        smooth = (np.full(len(course.days), np.nan),) * 3
    back = np.exp if log else np.asarray
    return Progress(
        days=course.days,
        values=back(course.values),
        ends=None if course.ends is None else back(course.ends),
        flares=course.flares,
        decision=decision,
        with_flares=verdict_of(course, noise=noise, planned=planned, with_flares=True).said,
        slope=told and told[0],
        change=told and change_within(told[1], ends_of_scale),
        correlation=told and told[2],
        least_change=None if sem is None else float(back(mdc(sem))),
        reliable_change=None if sem is None or len(y) < 2 else float(y[-1] - y[0]) / (math.sqrt(2) * sem),
        gain=change_within(within[0], ends_of_scale),
        retention=change_within(within[1], ends_of_scale),
        tau=_tau(course, t, y, phase, missing),
        smooth=values_within(back(smooth[0]), ends_of_scale),
        smooth_low=values_within(back(smooth[1]), ends_of_scale),
        smooth_high=values_within(back(smooth[2]), ends_of_scale),
        forecast=forecast,
        goal=goal,
        important=weighty,
        missing=missing,
        better=better,
        log=log,
        first=course.first,
        scale=ends_of_scale,
    )


def _aim(goal: float, log: bool) -> float:
    expected = "a number above 0, to take the logarithm of" if log else "a finite number"
    found = number("goal", goal, expected)
    if log and not found > 0:
        raise ConfigError("goal", goal, expected)
    return math.log(found) if log else found


def _important(important: float, log: bool) -> float:
    if log:
        raise ConfigError("important", important, "None where log: it is a difference in the unit of the values")
    found = number("important", important, "a number above 0")
    if not found > 0:
        raise ConfigError("important", important, "a number above 0")
    return found


def line_of(course: Sessions, noise: Noise) -> tuple[Estimate, Estimate, float] | None:
    """Return Theil-Sen's slope, the change of the least-squares line, and the correlation; None of too few sessions."""
    t, y = course.days[course.kept], course.values[course.kept]
    if len(y) < FEWEST:
        return None
    line, even = trend(t, y, fit="Theil-Sen"), trend(t, y)
    slopes, size = [line.slope, even.slope], noise.least(course.values, course.kept)
    if size is not None:
        slopes = [no_narrower(slope, t, size, line.level) for slope in slopes]
    slope, least = slopes
    span = float(t[-1] - t[0])
    return slope, _back(Estimate(span * least.value, span * least.low, span * least.high), course.log), line.correlation


def _back(e: Estimate, log: bool) -> Estimate:
    if not log:
        return e
    with np.errstate(over="ignore"):
        return Estimate(*(float(np.exp(v)) for v in (e.value, e.low, e.high)))


def _apart(course: Sessions, missing: dict[str, str]) -> list[Estimate | None]:
    """Return the gain within sessions, and what is retained at the next start."""
    found: list[Estimate | None] = []
    for name, of in (("gain", gain_of), ("retention", retention_of)):
        made = "no ends were given" if course.ends is None else of(course.values, course.ends, course.kept)
        if isinstance(made, str):
            missing[name] = made
        found.append(None if isinstance(made, str) else _back(made, course.log))
    return found


def _tau(course: Sessions, t: Array, y: Array, baseline: int, missing: dict[str, str]) -> Tau | None:
    # Sessions of the baseline that were in a flare are none of it.
    made = "no baseline was given" if baseline == 0 else tau_of(t, y, int(course.kept[:baseline].sum()))
    if isinstance(made, str):
        missing["tau"] = made
        return None
    return made
