"""biosignalsnotebooks' detector of activity, to its numbers: `detect_emg_activations`. Follows version 0.6.14.

**What this convention gets wrong, and what to use instead.** Its band-pass of order 6 is one polynomial of degree 12
and causal, and nobody subtracts what it delays; from 4 kHz on it has lost so many digits that the filter is unstable.
Its threshold is a tenth of the largest value of the record: one artefact hides every weaker activation, and a record of
rest alone is one from end to end. It compares an average over 0.4 s, and within 0.2 s of either end nothing is found.
Use `unguard.TkeoOnset`, the method as published, or `unguard.ActivityDetector`.

Source: Li, Zhou & Aruin 2007, doi:10.1007/s10439-007-9320-z.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray
from scipy import signal, stats  # type: ignore[import-untyped]

from unguard.arguments import number
from unguard.errors import ConfigError
from unguard.presets.given_signal import channel, positive, rate
from unguard.presets.teager_kaiser import energy

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

__all__ = ["detect_emg_activations"]


@dataclass(frozen=True, repr=False)
class Activations:
    """What `detect_emg_activations` finds.

    Attributes
    ----------
    begins: the last sample before each activation. ends: its last sample; one that lasts to the end has none.
    smoothed: (samples,), what was compared, uV^2; 0 near the ends, where the peer does not look.
    threshold: uV^2.
    fs: Hz.
    """

    begins: NDArray[np.int64]
    ends: NDArray[np.int64]
    smoothed: NDArray[np.float64]
    threshold: float
    fs: float

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row an activation: begin_s, end_s (NaN where there is none); s from the first sample."""
        import pandas as pd

        ends = np.full(len(self.begins), np.nan)
        ends[: len(self.ends)] = self.ends / self.fs
        return pd.DataFrame({"begin_s": self.begins / self.fs, "end_s": ends})

    def __len__(self) -> int:
        return len(self.begins)

    def __repr__(self) -> str:
        return f"<{len(self)} activations at {self.fs:g} Hz, as biosignalsnotebooks has them>"


def detect_emg_activations(
    x: ArrayLike, *, fs: float, smooth_level: float = 20, threshold_level: float = 10
) -> Activations:
    """Return activations as `detect_emg_activations` has them: smoothed energy over a share of its largest value.

    The mean is taken off; 10-300 Hz, Butterworth of order 6, causal; |energy|, at both ends the signal itself; a causal
    moving average over a tenth of a second, and the mean of what lies around; threshold. The filter is SciPy's: the
    engine refuses polynomials of so high a degree.

    Parameters
    ----------
    x: (samples,), uV. fs: Hz, above 600.
    smooth_level: half the width of the second average, % of a second. threshold_level: % of the largest value.

    Source: biosignalsnotebooks 0.6.14, detect.py, aux_functions.py.
    """
    fs, y = rate(fs, above=600), channel(x)
    half = int(positive("smooth_level", smooth_level, "a percentage of a second above 0") / 100 * fs)
    percent = number("threshold_level", threshold_level, "a percentage of the largest value")
    short = int(fs / 10)
    if half < 1:
        raise ConfigError("smooth_level", f"{smooth_level:g} %", f"at least a sample, {100 / fs:g} %")
    if len(y) <= max(short, 2):
        raise ConfigError("x", f"{len(y)} samples", f"more than {max(short, 2)}, a tenth of a second")
    nyquist = 0.5 * fs
    filtered = signal.lfilter(*signal.butter(6, [10 / nyquist, 300 / nyquist], "bandpass"), y - np.average(y))
    with np.errstate(over="ignore", invalid="ignore"):
        overflows = not np.isfinite(np.std(filtered**2))
    if overflows:
        raise ConfigError("fs", f"{fs:g} Hz", "a rate at which the peer's filter is stable; here it overflows")
    moving = _moving_average(np.abs(np.concatenate([filtered[:1], energy(filtered), filtered[-1:]])), short)
    smoothed = np.zeros(len(y))
    if len(y) > 2 * half + 1:
        smoothed[half + 1 : len(y) - half] = sliding_window_view(moving, 2 * half)[1:-1].mean(axis=-1)
    threshold = _share(percent, smoothed, filtered)
    change = np.diff((smoothed >= threshold).astype(np.int8))
    return Activations(np.flatnonzero(change == 1), np.flatnonzero(change == -1), smoothed, threshold, fs)


def _moving_average(x: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Return the causal average by cumulated sums, 0 until there are enough samples."""
    sums = np.cumsum(x)
    sums[size:] = sums[size:] - sums[:-size]
    return np.concatenate((np.zeros(size - 1), sums[size - 1 :] / size))


def _share(percent: float, smoothed: NDArray[np.float64], filtered: NDArray[np.float64]) -> float:
    """Return a percentage of the largest value, by the peer's regression between two points, for its digits."""
    mean, spread = np.average(filtered), np.std(filtered)
    if spread == 0:
        raise ConfigError("x", "constant", "samples that vary: the peer divides by their spread")
    line = stats.linregress([0, 100], [-mean / float(spread), (np.max(smoothed) - mean) / float(spread)])
    return float(mean + (line.slope * percent + line.intercept) * spread)
