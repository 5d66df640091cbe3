"""Power spectrum of one channel (Welch), its median and mean frequency, and how much of it is mains hum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft  # type: ignore[import-untyped]
from scipy.signal import get_window  # type: ignore[import-untyped]

import unguard
from unguard.analysis.method import Method
from unguard.samples import samples_in

SEGMENT_S = 1.0
_AT_ONCE = 128
#: Half width of a line in a Hann-windowed spectrum of 1 s, and of the neighbourhood it is compared with, in hertz.
_LINE_HZ = 2.0
_NEAR_HZ = 8.0


@dataclass(frozen=True, eq=False)
class Spectrum:
    """One channel's spectrum.

    Attributes
    ----------
    frequency_hz: shape (bins,).
    raw: density before filtering, uV^2/Hz, shape (bins,).
    quietest: density before filtering in the tenth of the segments that are quietest in the band, shape (bins,).
    filtered: density after the band-pass and notches, uV^2/Hz, shape (bins,).
    segments: Hann-windowed segments of `segment_s`, half overlapping, that were averaged; those with samples that
        cannot be used are left out.
    median_hz, mean_hz: of the filtered density in the band; None where there is no power.
    hum_hz: 50 or 60, whichever is stronger.
    hum_share: share of the power in the band, before notches, that stands out at that frequency and its harmonics.
    hum_share_at_rest: the same in the quietest quarter of the segments.
    in_spans: median and mean frequency of the filtered density of the segments within each span that was asked for;
        None where no segment lies within one.
    """

    frequency_hz: NDArray[np.float64]
    raw: NDArray[np.float64]
    quietest: NDArray[np.float64]
    filtered: NDArray[np.float64]
    segments: int
    segment_s: float
    median_hz: float | None
    mean_hz: float | None
    hum_hz: float
    hum_share: float
    hum_share_at_rest: float
    in_spans: tuple[tuple[float | None, float | None], ...] = ()


def spectrum_of(
    x: NDArray[np.float64], bad: NDArray[np.bool_], method: Method, spans: Sequence[tuple[float, float]] = ()
) -> Spectrum | None:
    """Return the spectrum of one unfiltered channel, or None when no whole segment can be used.

    Parameters
    ----------
    x: microvolts, shape (samples,).
    bad: True where a sample cannot be used, shape (samples,).
    spans: (start, end) in seconds, of which median and mean frequency are wanted.
    """
    fs = method.fs
    first, size = _segments(bad, fs)
    if not len(first):
        return None
    f = np.arange(size // 2 + 1, dtype=np.float64) * (fs / size)
    each = np.empty((len(first), len(f)), dtype=np.float32)
    total = np.zeros(len(f))
    for i, density in _densities(x, first, size, fs):
        each[i : i + len(density)] = density
        total += density.sum(axis=0)
    raw = total / len(first)
    gain = np.abs(unguard.response(unguard.Chain(*method.filters), f, fs=fs)) ** 2
    filtered = raw * gain
    plain = np.abs(unguard.response(unguard.Chain(method.band), f, fs=fs)) ** 2
    by_power = np.argsort(each @ plain.astype(np.float32))
    resting = _mean(each, by_power[: max(1, len(first) // 4)]) * plain
    whole = raw * plain
    hum_hz = max((50.0, 60.0), key=lambda mains: _hum(f, resting, mains, method))
    ends = method.band.low, min(method.band.high, fs / 2)

    def middle(density: NDArray[np.float64], count: int) -> tuple[float | None, float | None]:
        measured = unguard.spectrum.PowerSpectrum(density, fs, size, count, "Welch")
        return _of_power(measured.mdf(*ends)), _of_power(measured.mnf(*ends))

    def within(start: float, end: float) -> tuple[float | None, float | None]:
        begin, stop = np.searchsorted(first, [samples_in(start, fs), samples_in(end, fs) - size + 1])
        part = slice(int(begin), int(stop))
        return middle(_mean(each, np.arange(len(first))[part]) * gain, stop - begin) if stop > begin else (None, None)

    median_hz, mean_hz = middle(filtered, len(first))
    return Spectrum(
        frequency_hz=f,
        raw=raw,
        quietest=_mean(each, by_power[: max(1, len(first) // 10)]),
        filtered=filtered,
        segments=len(first),
        segment_s=size / fs,
        median_hz=median_hz,
        mean_hz=mean_hz,
        hum_hz=hum_hz,
        hum_share=_hum(f, whole, hum_hz, method),
        hum_share_at_rest=_hum(f, resting, hum_hz, method),
        in_spans=tuple(within(start, end) for start, end in spans),
    )


def hann_periodograms(x: NDArray[np.float64], fs: float) -> NDArray[np.float64]:
    """Return the density of each row without its mean, under a Hann window, uV^2/Hz, shape (rows, bins).

    As :func:`scipy.signal.periodogram` has it, in a third of the time.

    Parameters
    ----------
    x: microvolts, shape (rows, samples). fs: hertz.
    """
    size = x.shape[1]
    window = get_window("hann", size)
    windowed = x - x.mean(axis=1, keepdims=True)
    windowed *= window
    transforms = rfft(windowed, axis=1)
    density = transforms.real**2
    density += transforms.imag**2
    density *= 2 / (fs * float(np.dot(window, window)))
    # All other frequencies stand for their negative, too.
    density[:, 0] /= 2
    if size % 2 == 0:
        density[:, -1] /= 2
    return np.asarray(density)


def _segments(bad: NDArray[np.bool_], fs: float) -> tuple[NDArray[np.intp], int]:
    """Return the first samples of the segments in which every sample can be used, and their length."""
    size = min(len(bad), samples_in(SEGMENT_S, fs))
    # In 32 bits, and in place: of an hour this is the largest array of all.
    spoilt = np.zeros(len(bad) + 1, dtype=np.int32 if len(bad) < np.iinfo(np.int32).max else np.int64)
    np.cumsum(bad, out=spoilt[1:])
    first = np.arange(0, len(bad) - size + 1, max(1, size // 2))
    return first[spoilt[first + size] == spoilt[first]], size


def _densities(
    x: NDArray[np.float64], first: NDArray[np.intp], size: int, fs: float
) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Yield (index of the first segment, densities of shape (some segments, bins))."""
    windows = np.lib.stride_tricks.sliding_window_view(x, size)
    for i in range(0, len(first), _AT_ONCE):
        part = windows[first[i : i + _AT_ONCE]]
        yield i, hann_periodograms(part, fs)


def _mean(each: NDArray[np.float32], which: NDArray[np.intp]) -> NDArray[np.float64]:
    return np.asarray(each[np.sort(which)].mean(axis=0, dtype=np.float64))


def _hum(f: NDArray[np.float64], density: NDArray[np.float64], mains: float, method: Method) -> float:
    total = float(density.sum())
    return min(1.0, hum_power(f, density, mains, method.band.low, method.band.high) / total) if total > 0 else 0.0


def hum_power(f: NDArray[np.float64], density: NDArray[np.float64], mains: float, low: float, high: float) -> float:
    """Return what stands out at the mains frequency and its harmonics from `low` to `high`, summed over the bins.

    Parameters
    ----------
    f, density: shape (bins,). mains, low, high: hertz.
    """
    above = 0.0
    for line in np.arange(mains, high + 1e-9, mains):
        if line < low:
            continue
        # Only what lies around the line is looked at.
        around = slice(*np.searchsorted(f, [line - 2 * _NEAR_HZ, line + 2 * _NEAR_HZ]))
        here, away = density[around], np.abs(f[around] - line)
        near, beside = away <= _LINE_HZ, (away > _LINE_HZ) & (away <= _NEAR_HZ)
        if not near.any() or not beside.any():
            continue
        usual = _middle(here[beside]) * int(np.count_nonzero(near))
        excess = float(here[near].sum()) - usual
        # Noise makes lines by chance: only what more than doubles the neighbourhood counts.
        if excess > usual:
            above += excess
    return above


def _middle(values: NDArray[np.float64]) -> float:
    """Return the median of a few values: numpy.median's bits, in a tenth of its time."""
    ordered = np.sort(values)
    half = len(ordered) // 2
    return float(ordered[half]) if len(ordered) % 2 else float((ordered[half - 1] + ordered[half]) / 2)


def _of_power(frequency: unguard.spectrum.Numbers) -> float | None:
    return None if np.isnan(frequency) else float(frequency)
