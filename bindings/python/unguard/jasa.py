"""What spectrum and amplitude do together over an effort (JASA), and the high-pass that would hide it.

Everything here is also `unguard.fatigue`'s.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike

from unguard._core import Chain, Jasa, TrendLine, _biases_fatigue, _highpass_corner, _jasa
from unguard.arguments import number
from unguard.errors import ConfigError
from unguard.trend import Trend, column, trend_of

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

    from unguard._core import Spec

#: %/s: slopes of MDF, and changes in them, below this are within what the same back shows on two days, after 45 s at
#: 80 % of its strength. Elfving, Nemeth, Arvidsson & Lamontagne 1999, doi:10.1016/S1050-6411(98)00049-2.
SLOPE_CHANGE_LIMIT = Jasa().change_limit
#: Hz: a high-pass from here on is said by name.
HIGHEST_HIGHPASS_HZ = 30.0


class HighpassBeforeFatigue(UserWarning):
    """A high-pass at or above 30 Hz came before fatigue was measured: it takes off what fatigue moves.

    Butterworth of order 4 on the model spectrum of trunk muscle (median 47.9 Hz): at 30 Hz the RMS is 0.865 of what it
    was and the median frequency 11 Hz too high, at 60 Hz 0.61 and 38 Hz; at 20 Hz it is 4.5 Hz.
    """


@dataclass(frozen=True)
class Fatigue:
    """What spectrum and amplitude do over an effort.

    Attributes
    ----------
    spectrum: trend of the index, in its unit. amplitude: trend of the RMS, uV.
    quadrant: "fatigue" (amplitude up, frequencies down), "more force" (both up), "recovery" (amplitude down,
        frequencies up), "less force" (both down); "uncertain" where either interval holds 0, or
        either trend is nearly a random walk.
    below_change_limit: the slope of MDF or MNF, and so any change in it, is below `change_limit`: noise from day to
        day. Never said of FInsm5.
    index: "MDF", "MNF" or "FInsm5".
    """

    spectrum: Trend
    amplitude: Trend
    quadrant: str
    below_change_limit: bool
    index: str

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a quantity of each of both: of, quantity, value, low, high, level, quadrant."""
        import pandas as pd

        both = [(self.index, self.spectrum), ("RMS", self.amplitude)]
        table = pd.concat([t.to_dataframe().assign(of=name) for name, t in both], ignore_index=True)
        return table.assign(quadrant=self.quadrant)[["of", "quantity", "value", "low", "high", "level", "quadrant"]]

    def __str__(self) -> str:
        limit = "; below the limit of change" if self.below_change_limit else ""
        return f"{self.quadrant}: {self.index} {self.spectrum}; RMS {self.amplitude}{limit}"


@dataclass(frozen=True)
class NotAssessed:
    """A channel of which nothing is said, and why. It has no trends: what asks it for a number gets none.

    Attributes
    ----------
    reason: in words: how many windows have a value, how many are needed, and what the others lack, by the names of
        `MARKS`; "low_snr" is said of a channel without power, too.
    values: windows of the effort with a value. left_out: those without.
    index: "MDF", "MNF" or "FInsm5". quadrant: "not assessed".
    """

    reason: str
    values: int
    left_out: int
    index: str
    quadrant: str = "not assessed"

    def to_dataframe(self) -> pd.DataFrame:
        """Return the rows that a Fatigue has, without numbers, and a column `reason`."""
        import pandas as pd

        rows = [(of, quantity) for of in (self.index, "RMS") for quantity in ("slope", "intercept", "normalised slope")]
        numbers = dict.fromkeys(("value", "low", "high", "level"), math.nan)
        table = pd.DataFrame(rows, columns=["of", "quantity"])
        return table.assign(**numbers, quadrant=self.quadrant, reason=self.reason)

    def __str__(self) -> str:
        return f"{self.quadrant}: {self.reason}"


def check_highpass(filters: Spec | Chain | float | str, *, fs: float | None = None) -> float | None:
    """Return the lower corner of what filters do together, in Hz, and warn where fatigue is not to be measured behind.

    Parameters
    ----------
    filters: a filter or a Chain, which are asked for their response: the lowest frequency at which half of the largest
        power passes; or the corner as a number, Hz; or text, as provenance has it, in which high- and band-passes are
        found by their names.
    fs: the rate at which a filter or Chain runs, Hz; without one of these it is not asked for.

    Warns
    -----
    HighpassBeforeFatigue: from 30 Hz on. Fix one pipeline for each measure: what suits a level (30 Hz, for the heart)
        does not suit a slope. A band-stop or notch is not heard: it passes at 0 Hz.
    """
    if isinstance(filters, (int, float)):
        corner: float | None = number("filters", filters, "a corner of at least 0 Hz")
        if filters < 0:
            raise ConfigError("filters", filters, "a corner of at least 0 Hz")
    else:
        corner = _highpass_corner(filters, fs)
    if corner is not None and _biases_fatigue(corner):
        warnings.warn(
            f"a high-pass at {corner:g} Hz came before: it raises the median frequency and hides its fall; "
            f"measure fatigue behind one below {HIGHEST_HIGHPASS_HZ:g} Hz",
            HighpassBeforeFatigue,
            stacklevel=3,
        )
    return corner


def jasa(
    seconds: ArrayLike,
    spectrum: ArrayLike,
    amplitude: ArrayLike,
    *,
    index: str = "MDF",
    fit: str = "least squares",
    level: float = 0.95,
    change_limit: float = SLOPE_CHANGE_LIMIT,
    filters: Spec | Chain | float | str | None = None,
    fs: float | None = None,
) -> Fatigue:
    """Analyse spectrum and amplitude jointly: does the muscle tire, recover, or carry another load?

    Parameters
    ----------
    seconds: the middle of each window, s, ascending.
    spectrum: MDF or MNF in Hz, or FInsm5. amplitude: RMS in uV. A window that lacks either (NaN) is left out of both.
    index: which of them: "MDF", "MNF" or "FInsm5".
    fit, level: as `trend()` has them.
    change_limit: what slopes of one back differ by on two days, %/s, 0 to 100. The default belongs to 45 s at 80 % of
        strength; another protocol has another.
    filters, fs: what came before, and the rate it ran at, for `check_highpass()`; None where nothing is known.

    Raises
    ------
    ConfigError: naming the argument.

    Source: Luttmann, Jaeger & Laurig 2000, Int. J. Ind. Ergon. 25:645; the limit, Elfving, Nemeth, Arvidsson &
    Lamontagne 1999, doi:10.1016/S1050-6411(98)00049-2. Not causal; live: `LiveFatigueIndicator`.
    """
    if filters is not None:
        check_highpass(filters, fs=fs)
    spec = Jasa(index=index, line=TrendLine(fit=fit, level=level), change_limit=change_limit)
    return _jasa(column(seconds), column(spectrum), column(amplitude), spec)


def fatigue_of(told: dict[str, Any], index: str) -> Fatigue:
    """Return what the engine says as a Fatigue."""
    return Fatigue(
        spectrum=trend_of(told["spectrum"]),
        amplitude=trend_of(told["amplitude"]),
        quadrant=told["quadrant"],
        below_change_limit=told["below_change_limit"],
        index=index,
    )
