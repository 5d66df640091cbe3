"""The slope of values over time, with an interval that holds though neighbours are correlated.

>>> from unguard.trend import trend
>>> trend(seconds, mdf_hz).slope
Estimate(value=-0.21, low=-0.35, high=-0.07)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from unguard._core import TrendLine, _trend

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]


@dataclass(frozen=True)
class Estimate:
    """A number and the interval that holds the truth with the chance that was asked for."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.4g} [{self.low:.4g}, {self.high:.4g}]"


@dataclass(frozen=True)
class Trend:
    """A straight line over time.

    Attributes
    ----------
    slope: in the values' unit a second.
    intercept: at the first value's time, in the values' unit.
    normalised: 100 slope / intercept, % a second; None where the intercept may be 0.
    correlation: of neighbouring values about the line, -1 to 1.
    nearly_random_walk: whether that correlation may be above 0.9 (a chance of 15 % and more): values that wander so
        have no slope to be sure of, and the intervals are too short.
    values: how many went into it. left_out: how many were not finite.
    level: of the intervals. Their ends are infinite where too few values say nothing of them.
    """

    slope: Estimate
    intercept: Estimate
    normalised: Estimate | None
    correlation: float
    nearly_random_walk: bool
    values: int
    left_out: int
    level: float

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a quantity: quantity, value, low, high, level."""
        import pandas as pd

        told = {"slope": self.slope, "intercept": self.intercept, "normalised slope": self.normalised}
        rows = [(name, e.value, e.low, e.high, self.level) for name, e in told.items() if e is not None]
        return pd.DataFrame(rows, columns=["quantity", "value", "low", "high", "level"])

    def __str__(self) -> str:
        relative = "" if self.normalised is None else f", {self.normalised} %/s"
        wanders = ", nearly a random walk: intervals too short" if self.nearly_random_walk else ""
        return f"{self.slope} /s{relative}, {100 * self.level:g} %, {self.values} values{wanders}"


def trend(seconds: ArrayLike, values: ArrayLike, *, fit: str = "least squares", level: float = 0.95) -> Trend:
    """Lay a straight line through values over time.

    The intervals are those of a line through noise that is correlated from one value to the next, by
    phi^(gap / median gap); phi is not taken as known, but every phi counts as much as restricted likelihood gives it.
    Measured on 2,000 courses of 90 values: `scripts/evidence spectrum`. Without that, or with a plain block bootstrap,
    intervals of a course of EMG are too short. They are so here from a correlation of 0.9 on, too, which
    `nearly_random_walk` says.

    Parameters
    ----------
    seconds: when, s, ascending; they need not be even.
    values: (values,); what is not finite is left out and counted. At least 5 must be finite.
    fit: "least squares", or "Theil-Sen" (the median of all slopes between two), which bears values that are far off;
        at most 5,000 values.
    level: the chance with which the intervals hold the truth, 0.5 to 0.999.

    Raises
    ------
    ConfigError: naming the argument.

    Source: Sen 1968, doi:10.1080/01621459.1968.10480934; Patterson & Thompson 1971, doi:10.1093/biomet/58.3.545;
    Hamed & Rao 1998, doi:10.1016/S0022-1694(97)00125-X. Not causal: a slope belongs to the whole course.
    """
    return trend_of(_trend(column(seconds), column(values), TrendLine(fit=fit, level=level)))


def trend_of(told: dict[str, Any]) -> Trend:
    """Return what the engine says as a Trend."""
    ratio = told["normalised"]
    return Trend(
        slope=Estimate(*told["slope"]),
        intercept=Estimate(*told["intercept"]),
        normalised=None if ratio is None else Estimate(*ratio),
        correlation=told["correlation"],
        nearly_random_walk=told["nearly_random_walk"],
        values=told["values"],
        left_out=told["left_out"],
        level=told["level"],
    )


def column(values: ArrayLike) -> ArrayLike:
    """Return a column of a table as an array, whatever its index; anything else as it came."""
    return np.asarray(values.to_numpy()) if hasattr(values, "to_numpy") else values
