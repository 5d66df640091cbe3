"""Periodogram, Welch and spectrogram. Truth: scipy.signal, to 1e-12 of the peak."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.signal
from unguard import spectrum

FS = 2000.0
#: Ours, SciPy's.
WINDOWS: dict[str, Any] = {
    "rectangular": "boxcar",
    "hann": "hann",
    "hamming": "hamming",
    "blackman": "blackman",
    "blackman-harris": "blackmanharris",
    "flat top": "flattop",
    "kaiser": ("kaiser", 8.6),
}
DETREND: dict[str, Any] = {"none": False, "constant": "constant", "linear": "linear"}
BAR = 1e-12


def record(samples: int, channels: int) -> np.ndarray:
    """Return coloured noise of 30 uV on offsets and drifts that a real electrode may have."""
    rng = np.random.default_rng(samples + channels)
    x = scipy.signal.lfilter([1], [1, -0.9], rng.normal(0, 30, (samples, channels)), axis=0)
    return x + np.linspace(0, 500, samples)[:, None] + 1000 * np.arange(channels)


def options(window: str, detrend: str) -> tuple[dict[str, Any], dict[str, Any]]:
    ours = {"window": window, "detrend": detrend, "beta": 8.6 if window == "kaiser" else None}
    return ours, {"window": WINDOWS[window], "detrend": DETREND[detrend], "axis": 0}


def off_by(found: np.ndarray, truth: np.ndarray) -> float:
    assert found.shape == truth.shape
    return float(np.abs(found - truth).max() / truth.max())


@pytest.mark.parametrize("nfft", [None, 4096, 3003])
@pytest.mark.parametrize("samples", [1995, 2000])
@pytest.mark.parametrize("detrend", DETREND)
@pytest.mark.parametrize("window", WINDOWS)
def test_periodogram(window: str, detrend: str, samples: int, nfft: int | None, record_property: Any) -> None:
    x = record(samples, 3)
    ours, theirs = options(window, detrend)
    found = spectrum.periodogram(x, fs=FS, nfft=nfft, **ours)
    f, truth = scipy.signal.periodogram(x, FS, nfft=nfft, **theirs)
    np.testing.assert_allclose(found.frequency_hz, f, rtol=1e-14)
    worst = off_by(found.density, truth)
    record_property("off_by", worst)
    assert worst <= BAR
    np.testing.assert_array_equal(spectrum.periodogram(x[:, 1], fs=FS, nfft=nfft, **ours).density, found.density[:, 1])


#: Samples of a segment, of the overlap, of the transform.
CUTS = [
    (256, 128, None),
    (255, 127, None),
    (500, 0, None),
    (500, 375, 512),
    (301, 100, 1000),
    (999, 500, None),
    (4, 0, 8),
]


@pytest.mark.parametrize(("segment", "overlap", "nfft"), CUTS)
@pytest.mark.parametrize("detrend", DETREND)
@pytest.mark.parametrize("window", WINDOWS)
def test_welch_and_spectrogram(
    window: str, detrend: str, segment: int, overlap: int, nfft: int | None, record_property: Any
) -> None:
    x = record(4001, 3)
    ours, theirs = options(window, detrend)
    cut = {"segment": segment / FS, "overlap": overlap / segment}
    found = spectrum.welch(x, fs=FS, nfft=nfft, **cut, **ours)
    f, truth = scipy.signal.welch(x, FS, nperseg=segment, noverlap=overlap, nfft=nfft, **theirs)
    np.testing.assert_allclose(found.frequency_hz, f, rtol=1e-14)
    worst = off_by(found.density, truth)

    shown = spectrum.spectrogram(x, fs=FS, nfft=nfft, **cut, **ours)
    f, t, columns = scipy.signal.spectrogram(x, FS, nperseg=segment, noverlap=overlap, nfft=nfft, **theirs)
    np.testing.assert_allclose(shown.time_s, t, rtol=1e-14)
    worst = max(worst, off_by(shown.density, np.moveaxis(columns, 1, 2)))
    np.testing.assert_array_equal(found.segments, [len(t)] * 3)
    record_property("off_by", worst)
    assert worst <= BAR
    alone = spectrum.spectrogram(x[:, 2], fs=FS, nfft=nfft, **cut, **ours)
    np.testing.assert_array_equal(alone.density, shown.density[:, :, 2])


@pytest.mark.parametrize(
    ("samples", "half_bandwidth", "count"), [(500, 4.0, 7), (999, 2.5, 4), (64, 3.0, 6), (5, 1.5, 3)]
)
def test_multitaper_by_dpss(samples: int, half_bandwidth: float, count: int) -> None:
    x = record(samples, 2)
    found = spectrum.multitaper(x, fs=FS, tapers="dpss", half_bandwidth=half_bandwidth, count=count)
    tapers = scipy.signal.windows.dpss(samples, half_bandwidth, count)
    truth = np.mean([scipy.signal.periodogram(x, FS, window=t, axis=0)[1] for t in tapers], axis=0)
    assert off_by(found.density, truth) <= 1e-9  # what SciPy's tapers have lost


@pytest.mark.parametrize(("samples", "nfft"), [(1000, None), (999, 2048)])
def test_multitaper_by_sines(samples: int, nfft: int | None) -> None:
    x = record(samples, 2)
    n = np.arange(1, samples + 1)
    tapers = [np.sin(np.pi * k * n / (samples + 1)) for k in (1, 2, 3)]
    truth = np.mean([scipy.signal.periodogram(x, FS, window=t, nfft=nfft, axis=0)[1] for t in tapers], axis=0)
    assert off_by(spectrum.multitaper(x, fs=FS, nfft=nfft).density, truth) <= BAR


def burg(x: np.ndarray, order: int) -> tuple[np.ndarray, float]:
    """Return (1, a1, a2, ...) and the error's power by Burg's recursion, written anew."""
    a, power = np.ones(1), float(np.mean(x * x))
    forward, backward = x[1:], x[:-1]
    for _ in range(order):
        k = -2 * (forward @ backward) / (forward @ forward + backward @ backward)
        a = np.append(a, 0) + k * np.append(a, 0)[::-1]
        power *= 1 - k * k
        forward, backward = (forward + k * backward)[1:], (backward + k * forward)[:-1]
    return a, power


@pytest.mark.parametrize("nfft", [2000, 1001, 8])
def test_ar_spectrum(nfft: int) -> None:
    x = record(3000, 1)[:, 0]
    found = spectrum.ar_spectrum(x, fs=FS, order=9, nfft=nfft)
    a, power = burg(x - x.mean(), 9)
    _, answer = scipy.signal.freqz(1, a, worN=found.frequency_hz, fs=FS)
    truth = 2 * power / FS * np.abs(answer) ** 2
    truth[0] /= 2
    if nfft % 2 == 0:
        truth[-1] /= 2
    assert off_by(found.density, truth) <= 1e-10
