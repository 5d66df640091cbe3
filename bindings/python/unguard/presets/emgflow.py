"""EMGFlow's chain, to its numbers: notch, band-pass, rectifier, moving RMS. Follows version 1.1.2, whole segments only.

**What this convention gets wrong, and what to use instead.** Its notch is 12 Hz wide and run twice: with the band of
the muscle it takes away a quarter of its power, and at its default of 60 Hz it leaves most of the hum of mains at 50
Hz. Use `unguard.LineCanceller()`, which follows the hum and takes out 1 Hz around it. Its filters see the future, and
its RMS goes on with zeros beyond the ends and fades there: use `unguard.Rms(window=0.05)`, which says by a mark what it
does not know yet. Gaps shorter than 30 ms are cut out there and what lies on either side is joined, as if nothing had
been between: here they are refused.

Source: Conley & Livingstone, EMGFlow 1.1.2; Orfanidis 1996, ISBN 0-13-209172-0 (scipy.signal.iirnotch).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import signal  # type: ignore[import-untyped]

from unguard._core import Sos, zero_phase
from unguard.arguments import number, pair, several
from unguard.errors import ConfigError
from unguard.presets.forward_backward import filtfilt
from unguard.presets.given_signal import channel, positive, rate

__all__ = ["bandpass", "notch", "process", "rms_smooth"]


def notch(x: ArrayLike, *, fs: float, notches: Iterable[tuple[float, float]] = ((60, 5),)) -> NDArray[np.float64]:
    """Return what `apply_notch_filters` makes of a segment: notches one after the other, forward and backward.

    Parameters
    ----------
    x: (samples,), uV; more than 9 samples. fs: Hz. notches: (Hz, Q) each: Q is the frequency over the width at -3 dB.

    Source: EMGFlow 1.1.2, preprocess_signals.py.
    """
    y, fs = channel(x), rate(fs)
    for one in several("notches", notches, "pairs of frequency, Hz, and Q"):
        hertz, q = pair("notches", one, "pairs of frequency, Hz, and Q")
        if not 0 < hertz < fs / 2 or not 0 < q < np.inf:
            raise ConfigError("notches", repr(one), f"(Hz, Q): above 0 and below half the rate, {fs / 2:g} Hz; above 0")
        y = filtfilt(signal.iirnotch(hertz, q, fs=fs), y, fs)
    return y


def bandpass(x: ArrayLike, *, fs: float, low: float = 20, high: float = 450) -> NDArray[np.float64]:
    """Return what `apply_bandpass_filter` makes of a segment: Butterworth of order 5 as sections, forward and backward.

    Parameters
    ----------
    x: (samples,), uV; more than 33 samples. fs: Hz, above twice `high`. low, high: edges, Hz.

    Source: EMGFlow 1.1.2, preprocess_signals.py.
    """
    low = positive("low", low, "an edge above 0 Hz")
    high = number("high", high, "an edge above low, Hz")
    if high <= low:
        raise ConfigError("high", f"{high:g} Hz", f"above low, {low:g} Hz")
    fs = rate(fs, above=2 * high)
    sections = signal.butter(5, [low, high], "bandpass", output="sos", fs=fs)
    return zero_phase(Sos(rows=sections.ravel()), channel(x), fs=fs)


def rms_smooth(x: ArrayLike, *, fs: float, window: float = 0.05) -> NDArray[np.float64]:
    """Return what `apply_rms_smooth` makes of a segment: the root of a centred boxcar over the square.

    Near the ends it goes on with zeros.

    Parameters
    ----------
    x: (samples,), uV. fs: Hz. window: s, at most as long as the record; rounded down to samples.

    Source: EMGFlow 1.1.2, preprocess_signals.py.
    """
    y, fs = channel(x), rate(fs)
    size = int(1000 * positive("window", window, "a duration above 0 s") * fs / 1000.0)
    if not 1 <= size <= len(y):
        raise ConfigError("window", f"{window:g} s", f"at least a sample and at most the record, {len(y) / fs:g} s")
    return np.sqrt(np.convolve(y**2, np.ones(size) / float(size), "same"))


def process(
    x: ArrayLike,
    *,
    fs: float,
    notches: Iterable[tuple[float, float]] = ((60, 5),),
    low: float = 20,
    high: float = 450,
    window: float = 0.05,
) -> NDArray[np.float64]:
    """Return what the chain of `clean_signals` makes of a segment without gaps: notches, band-pass, |x|, RMS.

    Parameters
    ----------
    x: (samples,), uV. fs: Hz. notches: of `notch`. low, high: of `bandpass`. window: of `rms_smooth`, s.

    Source: EMGFlow 1.1.2, preprocess_signals.py.
    """
    return rms_smooth(
        np.abs(bandpass(notch(x, fs=fs, notches=notches), fs=fs, low=low, high=high)), fs=fs, window=window
    )
