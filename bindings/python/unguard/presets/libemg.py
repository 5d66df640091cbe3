"""LibEMG's features, to their numbers: MAV, RMS, WL, ZC, SSC, WAMP, MDF and MNF. Follows version 2.0.3.

x is (samples,) or (samples, channels); window and step in seconds, from one start to the next; only whole windows
count. Values are (windows,) or (windows, channels).

**What this convention gets wrong, and what to use instead.** Its zero crossings have no threshold, so that rest counts
more of them than a contraction does, and a crossing by way of an exact 0 counts nowhere; its slope sign changes count
every flat step; its default threshold of WAMP, 2e-3, is in volts or millivolts and lets everything through in
microvolts. Use `unguard.features`, whose thresholds have no default and are in microvolts. Its median and mean
frequency take 1000 Hz for the rate unless they are told, here they are; they are of one unwindowed spectrum with its
mean left in: an offset pulls them to 0. Use `unguard.spectrum.welch(x, fs=fs).mdf(20, 450)`.

Source: Eddy et al. 2023, doi:10.1109/ACCESS.2023.3304544; Phinyomark, Phukpattaranont & Limsakul 2012,
doi:10.1016/j.eswa.2012.01.102.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from unguard import features
from unguard.arguments import number
from unguard.errors import ConfigError
from unguard.presets.given_signal import positive, rate, record
from unguard.samples import samples_in

__all__ = ["mav", "mdf", "mnf", "rms", "ssc", "wamp", "wl", "zc"]

#: Windows whose spectra are held at once.
_AT_ONCE = 1024


def mav(x: ArrayLike, *, fs: float, window: float, step: float) -> NDArray[np.float64]:
    """Return the mean absolute value as `getMAVfeat` has it: sum |x| / N. In uV. Source: libemg 2.0.3."""
    return features.mav(record(x), fs=rate(fs), window=window, step=step)


def rms(x: ArrayLike, *, fs: float, window: float, step: float) -> NDArray[np.float64]:
    """Return the root mean square as `getRMSfeat` has it: sqrt(sum x^2 / N). In uV. Source: libemg 2.0.3."""
    energy = features.ssi(record(x), fs=rate(fs), window=window, step=step)
    return np.sqrt(energy / samples_in(window, fs))


def wl(x: ArrayLike, *, fs: float, window: float, step: float) -> NDArray[np.float64]:
    """Return the waveform length as `getWLfeat` has it: sum |x[n+1] - x[n]|. In uV. Source: libemg 2.0.3."""
    return features.wl(record(x), fs=rate(fs), window=window, step=step)


def zc(x: ArrayLike, *, fs: float, window: float, step: float) -> NDArray[np.int64]:
    """Return the zero crossings as `getZCfeat` has them: neighbours of opposite sign; 0 has none. A count.

    Source: libemg 2.0.3.
    """
    y, starts, size = _windows(x, fs, window, step)
    return _counted(np.abs(np.diff(np.sign(y), axis=0)) == 2, starts, size - 1)


def ssc(x: ArrayLike, *, fs: float, window: float, step: float, threshold: float = 0.0) -> NDArray[np.int64]:
    """Return the slope sign changes as `getSSCfeat` has them: the product of both steps is the threshold or more.

    A count.

    Parameters
    ----------
    threshold: uV^2; at the peer's default, 0, every step without a change counts, too.

    Source: libemg 2.0.3.
    """
    level = number("threshold", threshold, "a finite number in squared microvolts")
    y, starts, size = _windows(x, fs, window, step)
    return _counted((y[1:-1] - y[:-2]) * (y[1:-1] - y[2:]) >= level, starts, size - 2)


def wamp(x: ArrayLike, *, fs: float, window: float, step: float, threshold: float = 2e-3) -> NDArray[np.int64]:
    """Return the Willison amplitude as `getWAMPfeat` has it: neighbours more than the threshold apart. A count.

    Parameters
    ----------
    threshold: uV; the peer's default is meant for another unit.

    Source: libemg 2.0.3.
    """
    level = number("threshold", threshold, "a finite number in microvolts")
    y, starts, size = _windows(x, fs, window, step)
    return _counted(np.abs(np.diff(y, axis=0)) > level, starts, size - 1)


def mdf(x: ArrayLike, *, fs: float, window: float, step: float) -> NDArray[np.float64]:
    """Return the median frequency as `getMDFfeat` has it: the first bin up to which there is more than half the power.

    Of the window padded with zeros to a power of two, without taper, its mean left in; the bin of half the rate is left
    out. In Hz; NaN where there is no power, where the peer fails. Source: libemg 2.0.3.
    """
    return _spectral(x, fs, window, step, _median_frequency)


def mnf(x: ArrayLike, *, fs: float, window: float, step: float) -> NDArray[np.float64]:
    """Return the mean frequency as `getMNFfeat` has it: of the spectrum of `mdf`, weighted by power.

    In Hz; NaN where there is no power. Source: libemg 2.0.3.
    """
    return _spectral(x, fs, window, step, _mean_frequency)


def _windows(x: ArrayLike, fs: float, window: float, step: float) -> tuple[NDArray[np.float64], NDArray[np.int64], int]:
    """Return the samples, where each window begins and how long it is: the windows of `unguard.features`."""
    y, fs = record(x), rate(fs)
    size = samples_in(positive("window", window, "a duration above 0 s"), fs)
    every = samples_in(positive("step", step, "a duration above 0 s"), fs)
    if size < 3:
        raise ConfigError("window", f"{window:g} s", f"at least 3 samples, {3 / fs:g} s")
    if every < 1:
        raise ConfigError("step", f"{step:g} s", f"at least a sample, {1 / fs:g} s")
    return y, np.arange(0, len(y) - size + 1, every), size


def _counted(flags: NDArray[np.bool_], starts: NDArray[np.int64], within: int) -> NDArray[np.int64]:
    """Return how many of the flags from the start of each window on are set, `within` of them."""
    if not len(starts):
        return np.zeros((0, *flags.shape[1:]), dtype=np.int64)
    sums = np.concatenate([np.zeros((1, *flags.shape[1:]), dtype=np.int64), np.cumsum(flags, axis=0)])
    return np.asarray(sums[starts + within] - sums[starts])


def _spectral(
    x: ArrayLike,
    fs: float,
    window: float,
    step: float,
    measure: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]],
) -> NDArray[np.float64]:
    y, starts, size = _windows(x, fs, window, step)
    found = np.full((len(starts), *y.shape[1:]), np.nan)
    if not len(starts):
        return found
    bins = 2 ** math.ceil(math.log2(size)) // 2
    hertz = fs / 2 * np.arange(bins) / bins
    every = sliding_window_view(y, size, axis=0)
    for first in range(0, len(starts), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        spectrum = np.fft.fft(every[starts[part]], 2 * bins, axis=-1)[..., :bins] / size
        found[part] = measure(np.real(spectrum * np.conj(spectrum)), hertz)
    return found


def _median_frequency(power: NDArray[np.float64], hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    over = np.cumsum(power, axis=-1) > power.sum(axis=-1, keepdims=True) / 2
    return np.where(over.any(axis=-1), hertz[over.argmax(axis=-1)], np.nan).astype(np.float64, copy=False)


def _mean_frequency(power: NDArray[np.float64], hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    total = power.sum(axis=-1)
    weighted = (power * hertz).sum(axis=-1)
    mean: NDArray[np.float64] = np.divide(weighted, total, out=np.full(total.shape, np.nan), where=total > 0)
    return mean
