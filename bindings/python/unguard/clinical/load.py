"""How hard and how long a muscle works, and how often it lets go."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unguard._core import (
    ExposureVariation,
    MuscleRest,
    _exposure_variation,
    _muscle_rest,
    amplitude_quantile,
)
from unguard.arguments import text
from unguard.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

#: Limits for work of more than an hour, % MVC: recommended, and not to be passed (Jonsson 1982, J. Hum. Ergol. 11:73).
JONSSON = {"static": (2.0, 5.0), "median": (10.0, 14.0), "peak": (50.0, 70.0)}
UNITS = ("% MVC", "% RVE", "uV")


@dataclass(frozen=True)
class RestTime:
    """How often and how long a muscle rests.

    Attributes
    ----------
    observed_s: with a value. resting_s: of it below rest_level. rest_share: their ratio; NaN where nothing was
        observed, which is not that it never rested.
    gaps: rests below gap_level for at least least_gap. gaps_a_minute: of observed time, or NaN likewise.
    in_gaps_s: their whole time.
    longest_without_s: the longest time without a gap.
    """

    observed_s: float
    resting_s: float
    rest_share: float
    gaps: int
    gaps_a_minute: float
    in_gaps_s: float
    longest_without_s: float


@dataclass(frozen=True, eq=False)
class Exposure:
    """Time by class of level and length of stretch.

    Attributes
    ----------
    shares: (levels + 1, lengths + 1), of the observed time. observed_s: that time.
    deviation: standard deviation of all shares: the smaller, the more varied.
    spec: the edges between the classes.
    """

    shares: NDArray[np.float64]
    observed_s: float
    deviation: float
    spec: ExposureVariation

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a cell: level_from, level_to, length_from_s, length_to_s, share; last ends are infinite."""
        import pandas as pd

        levels = [0.0, *self.spec.levels, np.inf]
        lengths = [0.0, *self.spec.lengths, np.inf]
        rows = [
            (levels[i], levels[i + 1], lengths[j], lengths[j + 1], float(self.shares[i, j]))
            for i in range(len(levels) - 1)
            for j in range(len(lengths) - 1)
        ]
        return pd.DataFrame(rows, columns=["level_from", "level_to", "length_from_s", "length_to_s", "share"])


@dataclass(frozen=True)
class Load:
    """The amplitude distribution of one channel.

    Attributes
    ----------
    static, median, peak: levels that the lowest 10, 50 and 90 % of the time stay at or below, in `unit`.
    unit: "% MVC", "% RVE" or "uV". samples: that had a value.
    beyond: which of Jonsson's limits are passed, in words; they hold for % MVC only, and None says that nothing can be
        said: on a sub-maximal scale, and in microvolts, there are no such limits.
    """

    static: float
    median: float
    peak: float
    unit: str
    samples: int
    beyond: tuple[str, ...] | None


def load(levels: ArrayLike, *, unit: str) -> Load:
    """Return static, median and peak load of one channel (APDF).

    Parameters
    ----------
    levels: (samples,), such as a moving RMS of 0.1 to 0.25 s; NaN is left out.
    unit: "% MVC", "% RVE" (of a sub-maximal reference) or "uV".

    Raises
    ------
    ConfigError: naming the argument.

    Source: Jonsson 1982, J. Hum. Ergol. 11:73. Live: `unguard.AmplitudeDistribution`.
    """
    if text("unit", unit, "a unit") not in UNITS:
        raise ConfigError("unit", repr(unit), "one of " + ", ".join(UNITS))
    static, median, peak = (amplitude_quantile(levels, share) for share in (0.1, 0.5, 0.9))
    beyond = None
    if unit == "% MVC":
        told = []
        for (name, (recommended, limit)), value in zip(JONSSON.items(), (static, median, peak), strict=True):
            if value > limit:
                told.append(f"{name} load of {value:.3g} % MVC, above {limit:g} %")
            elif value > recommended:
                told.append(f"{name} load of {value:.3g} % MVC, above the recommended {recommended:g} %")
        beyond = tuple(told)
    count = int(np.count_nonzero(~np.isnan(np.asarray(levels, dtype=float))))
    return Load(static, median, peak, unit, count, beyond)


def muscle_rest(levels: ArrayLike, *, fs: float, spec: MuscleRest | None = None) -> RestTime:
    """Return gaps and rest time of one channel.

    Parameters
    ----------
    levels: (samples,), % of a reference with the noise taken off (these levels are often below a microvolt); NaN is no
        time observed. fs: of the levels, Hz. spec: both levels, and how long a gap lasts at least.

    Raises
    ------
    ConfigError: naming the argument.

    Source: Veiersted et al. 2013, doi:10.1016/j.jelekin.2012.12.004; two levels: Hansson et al. 2000, J. Electromyogr.
    Kinesiol. 10:103.
    """
    found = RestTime(**_muscle_rest(spec or MuscleRest(), levels, fs=fs))
    return found if found.observed_s > 0 else dataclasses.replace(found, rest_share=math.nan, gaps_a_minute=math.nan)


def exposure_variation(levels: ArrayLike, *, fs: float, spec: ExposureVariation | None = None) -> Exposure:
    """Return how monotonous the load of one channel is.

    Parameters
    ----------
    levels: (samples,), in the unit of the spec's edges, such as % of a reference; NaN ends a stretch. fs: Hz.

    Raises
    ------
    ConfigError: naming the argument.

    Source: Mathiassen & Winkel 1991, Ergonomics 34:1455.
    """
    made = spec or ExposureVariation()
    return Exposure(**_exposure_variation(made, levels, fs=fs), spec=made)
