"""Fatigue: slopes of spectrum and amplitude, what they say together, and windows that may be compared.

Everything here takes one value a window: when (its middle, in seconds), what its spectrum comes to (MDF, MNF or
FInsm5), and its RMS.

>>> from unguard import fatigue
>>> found = fatigue.jasa(seconds, mdf_hz, rms_uv, filters=chain)
>>> found.quadrant, found.spectrum.normalised
('fatigue', Estimate(value=-0.31, low=-0.44, high=-0.18))
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unguard._core import (
    Chain,
    CyclePoint,
    FatigueIndicator,
    TrendLine,
    _cycle_frames,
    _fatigue,
    _highpass_corner,
    _LiveFatigueIndicator,
    _windows_at,
)
from unguard.arguments import number, object_of
from unguard.errors import ConfigError
from unguard.trend import Estimate, Trend, course, trend, trend_of

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

    from unguard._core import Spec

__all__ = [
    "HIGHEST_HIGHPASS_HZ",
    "SLOPE_CHANGE_LIMIT",
    "Estimate",
    "Fatigue",
    "HighpassBeforeFatigue",
    "LiveFatigue",
    "Trend",
    "check_highpass",
    "cycles",
    "jasa",
    "trend",
    "windows_at",
]

#: %/s: slopes of MDF, and changes in them, below this are within what the same back shows on two days.
SLOPE_CHANGE_LIMIT = 0.5
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
        frequencies up), "less force" (both down); "uncertain" where either interval holds 0.
    below_change_limit: the slope of MDF or MNF, and so any change in it, is below 0.5 %/s: noise from day to day.
        Never said of FInsm5.
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


def check_highpass(filters: Spec | Chain | float | str) -> float | None:
    """Return the highest lower corner among filters, in Hz, and warn where fatigue is not to be measured behind it.

    Parameters
    ----------
    filters: a filter or a Chain; or the corner as a number, Hz; or text, as filters are told in provenance.

    Warns
    -----
    HighpassBeforeFatigue: from 30 Hz on. Fix one pipeline for each measure: what suits a level (30 Hz, for the heart)
        does not suit a slope.
    """
    if isinstance(filters, (int, float)):
        corner: float | None = number("filters", filters, "a corner of at least 0 Hz")
        if filters < 0:
            raise ConfigError("filters", filters, "a corner of at least 0 Hz")
    else:
        corner = _highpass_corner(filters)
    if corner is not None and corner >= HIGHEST_HIGHPASS_HZ:
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
    filters: Spec | Chain | float | str | None = None,
) -> Fatigue:
    """Analyse spectrum and amplitude jointly: does the muscle tire, recover, or carry another load?

    Parameters
    ----------
    seconds: the middle of each window, s, ascending.
    spectrum: MDF or MNF in Hz, or FInsm5. amplitude: RMS in uV. A window that lacks either (NaN) is left out of both.
    index: which of them: "MDF", "MNF" or "FInsm5".
    fit, level: as `trend()` has them.
    filters: what came before, for `check_highpass()`; None where nothing is known.

    Raises
    ------
    ConfigError: naming the argument.

    Source: Luttmann, Jaeger & Laurig 2000, Int. J. Ind. Ergon. 25:645. Not causal; live: `LiveFatigue`.
    """
    if filters is not None:
        check_highpass(filters)
    told = _fatigue(course(seconds), course(spectrum), course(amplitude), index, TrendLine(fit=fit, level=level))
    return _fatigue_of(told, index)


def cycles(
    angle: ArrayLike, *, fs: float, at: float = 45.0, crossing: str = "upward", swing: float = 5.0
) -> NDArray[np.float64]:
    """Return when each repetition gets to an angle, in seconds: where its EMG is to be compared with the others'.

    Parameters
    ----------
    angle: (samples,), degrees, one for each sample; what is not finite is not known.
    fs: rate of the angle, Hz.
    at: the angle, degrees. crossing: "upward" or "downward".
    swing: how far it must have been on the other side before it counts again, degrees.

    Source: Bonato, Roy, Knaflitz & De Luca 2001, IEEE Trans. Biomed. Eng. 48:745, on repeated tasks.
    """
    rate = number("fs", fs, "a rate above 0 Hz")
    if rate <= 0:
        raise ConfigError("fs", fs, "a rate above 0 Hz")
    frames = _cycle_frames(angle, CyclePoint(angle=at, crossing=crossing, swing=swing))
    return np.asarray(frames, dtype=np.float64) / rate


def windows_at(seconds: ArrayLike, points: ArrayLike, *, reach: float) -> NDArray[np.intp]:
    """Return for each point in time which window is nearest to it; points without a window within reach are left out.

    Parameters
    ----------
    seconds: the middle of each window, s, ascending.
    points: of `cycles()`, or of markers, s, ascending. reach: s.
    """
    found = _windows_at(seconds, points, reach)
    return np.array([w for w in found if w is not None], dtype=np.intp)


class LiveFatigue:
    """Fatigue while it happens: the trends so far, brought up to date by every window; memory does not grow.

    Ordinary least squares; the bits of `jasa()` over the same windows where they come at exactly the step of the spec
    (0.5 s is exact, 0.1 s to the last digits). It belongs to one thread at a time. Latency: a slope belongs to the
    middle of the effort so far.
    """

    def __init__(self, spec: FatigueIndicator | None = None) -> None:
        self.spec = FatigueIndicator() if spec is None else spec
        object_of("spec", self.spec, FatigueIndicator, "a FatigueIndicator, or None")
        self._live = _LiveFatigueIndicator(self.spec)

    def push(self, seconds: float, spectrum: float, amplitude: float) -> None:
        """Take a window: its middle in s, its MDF, MNF (Hz) or FInsm5, its RMS in uV. NaN: left out and counted.

        Raises ConfigError for a time that is not later than the one before it.
        """
        self._live.push(seconds, spectrum, amplitude)

    def reading(self) -> Fatigue | None:
        """Return what can be said so far; None, not yet, below `spec.least` windows."""
        told = self._live.reading()
        return None if told is None else _fatigue_of(told, self.spec.index)

    @property
    def windows(self) -> int:
        """How many windows went into it."""
        return self._live.windows

    @property
    def left_out(self) -> int:
        """How many had no value."""
        return self._live.left_out

    def reset(self) -> None:
        """Begin anew."""
        self._live.reset()


def _fatigue_of(told: dict[str, Any], index: str) -> Fatigue:
    return Fatigue(
        spectrum=trend_of(told["spectrum"]),
        amplitude=trend_of(told["amplitude"]),
        quadrant=told["quadrant"],
        below_change_limit=told["below_change_limit"],
        index=index,
    )
