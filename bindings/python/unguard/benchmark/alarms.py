"""False alarms per hour with the exact interval of a Poisson count."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from unguard.arguments import number
from unguard.errors import ConfigError

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped]


def poisson_interval(count: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact central interval of the mean of a Poisson count; the lower end is 0 for a count of 0.

    Source: Garwood 1936, Biometrika 28:437, doi:10.1093/biomet/28.3-4.437.

    Parameters
    ----------
    count: 0 or more. confidence: between 0 and 1.
    """
    from scipy.stats import chi2  # type: ignore[import-untyped]

    expected = "a whole number, 0 or more"
    if isinstance(count, bool) or number("count", count, expected) != int(count) or count < 0:
        raise ConfigError("count", count, expected)
    if not 0 < number("confidence", confidence, "a share between 0 and 1") < 1:
        raise ConfigError("confidence", confidence, "a share between 0 and 1")
    tail = (1 - confidence) / 2
    low = float(chi2.ppf(tail, 2 * count)) / 2 if count else 0.0
    return low, float(chi2.ppf(1 - tail, 2 * count + 2)) / 2


@dataclass(frozen=True)
class AlarmRate:
    """False alarms in so many hours.

    Attributes
    ----------
    count: alarms. hours: of scored time without true events.
    """

    count: int = 0
    hours: float = 0.0

    @property
    def per_hour(self) -> float:
        """Alarms per hour; NaN where there was no time."""
        return self.count / self.hours if self.hours > 0 else math.nan

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Return the exact central interval per hour (Garwood 1936); NaN where there was no time."""
        if not self.hours > 0:
            return math.nan, math.nan
        low, high = poisson_interval(self.count, confidence=confidence)
        return low / self.hours, high / self.hours

    @property
    def upper(self) -> float:
        """The rate that is exceeded with a confidence of 5 % only: 3.0 / hours after no alarm at all."""
        return self.interval(0.9)[1]

    def __add__(self, other: AlarmRate) -> AlarmRate:
        """Return both together."""
        return AlarmRate(self.count + other.count, self.hours + other.hours)

    def to_dataframe(self) -> pandas.DataFrame:
        """Return one row: count, hours, per_hour, low, high, upper."""
        import pandas

        low, high = self.interval()
        row = (self.count, self.hours, self.per_hour, low, high, self.upper)
        return pandas.DataFrame([row], columns=["count", "hours", "per_hour", "low", "high", "upper"])
