"""The BMC notebooks' linear envelope and onset detector, to their numbers: NeuroKit2's come from them.

Follows `linear_envelope.py` 1.0.1 and `detecta` 0.1.0 (`detect_onset` 1.0.7).

**What this convention gets wrong, and what to use instead.** The envelope is one of the future, too: use
`unguard.LinearEnvelope(cutoff=8)` live, `unguard.zero_phase` where there is no hurry. Forward and backward, its edges
are where half is left, not -3 dB, and the low-pass undershoots: an amplitude below 0. Its "rms" fades to its ends, by
half a window at each; `unguard.Rms` says by a mark what it does not know yet. The detector's threshold is any number:
nothing says how often rest alone exceeds it. `unguard.ActivityDetector` states that, in false alarms an hour.

Source: Duarte & Watanabe, Notes on Scientific Computing for Biomechanics and Motor Control, doi:10.5281/zenodo.4599319.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import signal  # type: ignore[import-untyped]

from unguard.arguments import number, pair
from unguard.errors import ConfigError
from unguard.presets.forward_backward import filtfilt
from unguard.presets.given_signal import channel, count, positive, rate
from unguard.runs import runs_of

__all__ = ["detect_onset", "linear_envelope"]


def linear_envelope(
    x: ArrayLike,
    *,
    fs: float,
    band: Sequence[float] | None = (10, 400),
    lowpass: float = 8,
    method: str = "rect",
) -> NDArray[np.float64]:
    """Return the envelope: band-pass forward and backward, then |x| and a low-pass likewise, or a centred RMS.

    Both Butterworth of order 2 as polynomials.

    Parameters
    ----------
    x: (samples,), uV; more than 15 samples with a band, 9 without. fs: Hz, above twice the edges.
    band: edges, Hz, or None for none. lowpass: edge, Hz.
    method: "rect", or "rms", the root of a boxcar over x^2 whose length is the nearest to fs / lowpass samples.

    Source: BMC, functions/linear_envelope.py.
    """
    y, lowpass = channel(x), positive("lowpass", lowpass, "an edge above 0 Hz")
    fs = rate(fs, above=2 * lowpass)
    if method not in ("rect", "rms"):
        raise ConfigError("method", repr(method), '"rect" or "rms"')
    if band is not None:
        low, high = pair("band", band, "two edges, Hz, the lower first, or None")
        if not 0 < low < high < np.inf:
            raise ConfigError("band", repr(band), "two edges, Hz, above 0, the lower first, or None")
        y = filtfilt(signal.butter(2, np.array([low, high]) / (rate(fs, above=2 * high) / 2), "bandpass"), y, fs)
    if method == "rect":
        return filtfilt(signal.butter(2, lowpass / (fs / 2), "lowpass"), np.abs(y), fs)
    size = int(np.round(fs / lowpass))
    power: NDArray[np.float64] = signal.convolve(y * y, np.ones(size) / size, "same", method="direct")
    return np.sqrt(power)


def detect_onset(
    x: ArrayLike,
    *,
    threshold: float = 0,
    n_above: int = 1,
    n_below: int = 0,
    threshold2: float | None = None,
    n_above2: int = 1,
) -> NDArray[np.int64]:
    """Return (events, 2): the first and the last sample of what `detecta.detect_onset` finds.

    Samples at or above the threshold are one event with `n_below` or fewer below it between them.

    Parameters
    ----------
    x: (samples,), uV. threshold: uV. n_above: least length of an event, samples.
    threshold2: uV, which `n_above2` samples of an event must reach, or None.

    Source: detecta 0.1.0, detect_onset.py.
    """
    y = channel(x)
    above = y >= number("threshold", threshold, "a finite number in microvolts")
    shortest = count("n_above", n_above, least=0)
    bridged = count("n_below", n_below, least=0)
    found: list[tuple[int, int]] = []
    for begin, end in runs_of(above):
        if found and begin - found[-1][1] <= bridged + 1:
            found[-1] = (found[-1][0], end - 1)
        else:
            found.append((begin, end - 1))
    found = [(a, b) for a, b in found if b - a >= shortest - 1]
    least = count("n_above2", n_above2, least=0)
    if threshold2 is not None:
        second = y >= number("threshold2", threshold2, "a finite number in microvolts, or None")
        found = [(a, b) for a, b in found if np.count_nonzero(second[a : b + 1]) >= least]
    return np.array(found, dtype=np.int64).reshape(-1, 2)
