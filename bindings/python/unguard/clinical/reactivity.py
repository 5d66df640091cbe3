"""What a stressor, a movement, a word or a place does to a muscle, once and again, against a control site.

>>> found = responses({"longissimus L": level, "trapezius L": other}, markers, fs=10, control="trapezius L")
>>> found.to_dataframe()
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats  # type: ignore[import-untyped]

from unguard._core import ResponseWindows, _response
from unguard.arguments import number
from unguard.clinical.trial_windows import TrialWindows, of_markers
from unguard.errors import ConfigError
from unguard.trend import Estimate

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

#: Fewest responses that an interval is told of.
FEWEST = 3
#: In the place of a muscle, where something holds for all of them.
EVERY = "every muscle"
_RESAMPLES = 4000
_SEED = 20_000_501


@dataclass(frozen=True)
class Response:
    """One response of one muscle.

    Attributes
    ----------
    baseline: median level before the marker, in the unit of the levels. task: the same behind it.
    reactivity: ln(task / baseline), without a unit.
    peak: strongest piece of the task. peak_at_s: its middle, behind the marker.
    latency_s: of the first piece half way to the peak; None: nothing rose.
    area_s: of ln(level / baseline) above 0 over the recovery, s; None: no recovery could be looked at.
    half_time_s: of the recovery; None: censored, nothing to come back from, or no recovery.
    censored: not half way back within the recovery.
    share: of the windows that had levels, 0 to 1.
    recovery_s: how long the recovery was looked at; None where there was none, and no_recovery says why.
    """

    baseline: float
    task: float
    reactivity: float
    peak: float
    peak_at_s: float
    latency_s: float | None
    area_s: float | None
    half_time_s: float | None
    censored: bool
    share: float
    recovery_s: float | None = None
    no_recovery: str = ""


def response(levels: ArrayLike, *, fs: float, at: int, windows: ResponseWindows | None = None) -> Response:
    """Return the response of one channel to one marker.

    Parameters
    ----------
    levels: (samples,), without noise and heart, such as a moving RMS; NaN where there is none. fs: of the levels, Hz.
    at: index of the marker's sample. windows: before, during and behind it.

    Raises
    ------
    ConfigError: naming the argument.

    Source: Flor, Turk & Birbaumer 1985, doi:10.1037/0022-006X.53.3.354; recovery as its own outcome: Burns 2006,
    doi:10.1037/1528-3542.6.2.309. Offline.
    """
    spec = windows or ResponseWindows()
    return Response(**_response(spec, levels, fs=fs, at=at), recovery_s=spec.recovery)


def response_within(levels: ArrayLike, trial: TrialWindows, *, fs: float, spec: ResponseWindows) -> Response:
    """Return the response to a trial whose baseline, task and recovery are where the trial says; as `response()`.

    spec: of it `piece` and `held`. Raises ConfigError naming the window without levels, or "at" where the recording
    does not hold it.
    """
    x = np.asarray(levels, dtype=np.float64)
    first, last = trial.baseline[0], trial.recovery[1] if trial.recovery else trial.task[1]
    if first < 0 or last > len(x):
        raise ConfigError("at", trial.at, f"a trial with its windows within {len(x)} samples")
    before, during = (x[slice(*window)] for window in (trial.baseline, trial.task))
    # Where there is no recovery, the engine is given one without levels, and nothing of what it says of that is told.
    least = math.ceil(max(spec.piece, spec.held / 10, 0.1) * fs)
    after = np.full(least, np.nan) if trial.recovery is None else x[slice(*trial.recovery)]
    windows = spec.replace(baseline=len(before) / fs, task=len(during) / fs, recovery=len(after) / fs)
    made = response(np.concatenate([before, during, after]), fs=fs, at=len(before), windows=windows)
    if trial.recovery is not None:
        return made
    there = np.isfinite(np.concatenate([before, during]))
    return dataclasses.replace(
        made, area_s=None, half_time_s=None, censored=False, share=float(there.mean()), recovery_s=None,
        no_recovery=trial.no_recovery,
    )  # fmt: skip


@dataclass(frozen=True)
class ResponseSummary:
    """All responses of one muscle to one kind of marker, or of the muscle less the control site.

    Attributes
    ----------
    muscle, kind: of what, to what. responses: how many.
    reactivity: their mean, with a 95 % interval by bootstrap (BCa: Efron 1987, doi:10.2307/2289144); None for fewer
        than three.
    specificity: mean of reactivity less that of the control site, likewise; above 0 is specific to the muscle. None
        without a control, or for the control itself.
    half_time_s: median of the recoveries, those that were not over counted as longer than any; None where more than
        half were not over. censored: how many were not. recoveries: how many there were to be told, those included.
    habituation: slope of reactivity over repetitions, a repetition (Theil-Sen), with its 95 % interval; below 0 it
        wears off. None for fewer than five.
    """

    muscle: str
    kind: str
    responses: int
    reactivity: Estimate | None
    specificity: Estimate | None
    half_time_s: float | None
    censored: int
    habituation: Estimate | None
    recoveries: int = 0


@dataclass(frozen=True)
class Responses:
    """Every response, and what they say together.

    Attributes
    ----------
    each: (muscle, kind, sample, response), in order of time. refused: (muscle, kind, sample, why); "every muscle" where
        it is the marker that cannot be read.
    summaries: one a muscle and kind of marker.
    control: the site that the others are compared with, or None.
    """

    each: tuple[tuple[str, str, int, Response], ...]
    refused: tuple[tuple[str, str, int, str], ...]
    summaries: tuple[ResponseSummary, ...]
    control: str | None
    fs: float

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a response: muscle, kind, at_s, and what a Response has."""
        import pandas as pd

        rows: list[dict[str, Any]] = [
            {"muscle": muscle, "kind": kind, "at_s": at / self.fs, **vars(r)} for muscle, kind, at, r in self.each
        ]
        return pd.DataFrame(rows)

    def summary(self) -> pd.DataFrame:
        """Return one row a muscle and kind: muscle, kind, responses, reactivity, specificity and habituation with _low
        and _high, half_time_s, censored, recoveries; NaN where not known."""
        import pandas as pd

        rows = []
        for s in self.summaries:
            row: dict[str, Any] = {"muscle": s.muscle, "kind": s.kind, "responses": s.responses}
            for name in ("reactivity", "specificity", "habituation"):
                e = getattr(s, name) or Estimate(math.nan, math.nan, math.nan)
                row |= {name: e.value, f"{name}_low": e.low, f"{name}_high": e.high}
            half = math.nan if s.half_time_s is None else s.half_time_s
            rows.append(row | {"half_time_s": half, "censored": s.censored, "recoveries": s.recoveries})
        return pd.DataFrame(rows)


def responses(
    levels: Mapping[str, ArrayLike],
    markers: Sequence[tuple[str, int]],
    *,
    fs: float,
    control: str | None = None,
    windows: ResponseWindows | None = None,
) -> Responses:
    """Return the responses of muscles to markers, one by one and together.

    Parameters
    ----------
    levels: muscle to levels, (samples,) each, as `response()` takes them. markers: (kind, sample), in order.
    fs: of the levels, Hz. control: the muscle that is no part of the complaint, such as the trapezius. windows: as
        `response()`.

    A marker whose windows are not all there, or whose levels are not, is refused and said so; so is one whose baseline
    or task lies in the task of another marker. Where the recovery does, it is not told: what is seen there is the other
    task. Trials that follow each other and share one baseline: `responses_to`. Compare with a neutral marker of another
    kind: any task raises levels. Means are of the logarithm.

    Raises
    ------
    ConfigError: naming the argument.

    Source: symptom specificity, Flor, Turk & Birbaumer 1985, doi:10.1037/0022-006X.53.3.354; Theil-Sen, Sen 1968,
    doi:10.1080/01621459.1968.10480934. Levels from second to second are no repetitions: each response counts once.
    """
    spec = windows or ResponseWindows()
    rate = number("fs", fs, "a sampling rate above 0 Hz")
    trials, refused = of_markers(markers, fs=rate, windows=spec)
    return responses_to(levels, trials, fs=rate, control=control, spec=spec, refused=refused)


def responses_to(
    levels: Mapping[str, ArrayLike],
    trials: Sequence[TrialWindows],
    *,
    fs: float,
    control: str | None = None,
    spec: ResponseWindows | None = None,
    refused: Sequence[tuple[str, int, str]] = (),
) -> Responses:
    """Return the responses of muscles to trials whose windows are known, such as those that share one baseline.

    Parameters
    ----------
    levels, fs, control: as `responses()`. trials: with their windows. spec: of it `piece` and `held` count.
    refused: (kind, sample, why) of trials that have no windows: handed on, for every muscle.

    Raises
    ------
    ConfigError: naming the argument.
    """
    if not levels:
        raise ConfigError("levels", "none", "the levels of at least one muscle")
    if control is not None and control not in levels:
        raise ConfigError("control", repr(control), "one of " + ", ".join(levels))
    rate = number("fs", fs, "a sampling rate above 0 Hz")
    each: list[tuple[str, str, int, Response]] = []
    against = [(EVERY, kind, at, why) for kind, at, why in refused]
    for trial in trials:
        for muscle, values in levels.items():
            try:
                made = response_within(values, trial, fs=rate, spec=spec or ResponseWindows())
                each.append((muscle, trial.kind, trial.at, made))
            except ConfigError as cause:
                if cause.parameter not in ("at", "baseline", "task"):
                    raise
                against.append((muscle, trial.kind, trial.at, str(cause)))
    kinds = list(dict.fromkeys(trial.kind for trial in trials))
    made_of = [_summary(each, muscle, kind, control) for muscle in levels for kind in kinds]
    return Responses(tuple(each), tuple(against), tuple(s for s in made_of if s.responses), control, rate)


def _summary(
    each: Sequence[tuple[str, str, int, Response]], muscle: str, kind: str, control: str | None
) -> ResponseSummary:
    of = [(at, r) for m, k, at, r in each if m == muscle and k == kind]
    reacted = np.array([r.reactivity for _, r in of])
    others = {at: r.reactivity for m, k, at, r in each if m == control and k == kind}
    less = np.array([r.reactivity - others[at] for at, r in of if at in others and muscle != control])
    times = [r.half_time_s for _, r in of if r.half_time_s is not None]
    censored = sum(r.censored and r.reactivity > 0 for _, r in of)
    return ResponseSummary(
        muscle,
        kind,
        len(of),
        _mean(reacted),
        _mean(less),
        _median_of_censored(times, censored),
        censored,
        _habituation(reacted),
        len(times) + censored,
    )


def _mean(values: NDArray[np.float64]) -> Estimate | None:
    if len(values) < FEWEST or float(np.ptp(values)) == 0:
        return None
    made = stats.bootstrap(
        (values,), np.mean, n_resamples=_RESAMPLES, method="BCa", rng=np.random.default_rng(_SEED)
    ).confidence_interval
    # Of few values a bootstrap is too narrow by sqrt(n / (n - 1)) and by the tails of Student's t.
    n = len(values)
    wider = math.sqrt(n / (n - 1)) * float(stats.t.ppf(0.975, n - 1)) / 1.959963984540054
    middle = float(values.mean())
    return Estimate(middle, middle - wider * (middle - float(made.low)), middle + wider * (float(made.high) - middle))


def _median_of_censored(times: Sequence[float], censored: int) -> float | None:
    ordered = [*sorted(times), *([math.inf] * censored)]
    if not ordered:
        return None
    middle = float(np.median(ordered)) if not censored or len(times) > censored else math.inf
    return middle if math.isfinite(middle) else None


def _habituation(reacted: NDArray[np.float64]) -> Estimate | None:
    if len(reacted) < 5:
        return None
    slope, _, low, high = stats.theilslopes(reacted, np.arange(len(reacted)), 0.95)
    return Estimate(float(slope), float(low), float(high))
