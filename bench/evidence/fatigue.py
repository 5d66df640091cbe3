"""Evidence for slopes and fatigue: rows for `scripts/evidence spectrum`."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import unguard
from numpy.typing import NDArray
from scipy import linalg, stats
from unguard import fatigue
from unguard.trend import Trend, trend

from bench.evidence.emg_model import PRESETS, density, tiring
from bench.evidence.table import ROOT, Evidence

Array = NDArray[np.float64]

COURSES = 2000
RECORDINGS = 100
SECONDS = 45.0
SLOPE = -0.3  # %/s
CV = 0.08  # of MDF in windows of half a second
FITS = ("least squares", "Theil-Sen")
FS = 2000.0
WINDOW = 1000  # samples


def ar_noise(windows: int, phi: float) -> Array:
    """(windows, COURSES) of variance 1, correlated by phi from one window to the next."""
    random = np.random.default_rng(20_000 + windows)
    noise = random.standard_normal((windows, COURSES))
    for i in range(1, windows):
        noise[i] = phi * noise[i - 1] + np.sqrt(1 - phi**2) * noise[i]
    return noise


def told(t: Array, noise: Array, correlation: Array) -> tuple[float, float]:
    """The standard error of generalised least squares that is told the noise's covariance, for noise of variance 1;
    and the median half width of its 95 % interval, with the size of the noise estimated."""
    x = np.c_[np.ones(len(t)), t]
    root = linalg.cholesky(correlation, lower=True)
    design, values = (linalg.solve_triangular(root, m, lower=True) for m in (x, noise))
    inverse = np.linalg.inv(design.T @ design)
    rest = values - design @ (inverse @ (design.T @ values))
    error = np.sqrt(inverse[1, 1])
    spread = np.sqrt((rest**2).sum(axis=0) / (len(t) - 2))
    return float(error), float(np.median(stats.t.ppf(0.975, len(t) - 2) * spread * error))


def laid(t: Array, values: Array, fit: str) -> list[Trend]:
    """The trend of every course."""
    return [trend(t, v, fit=fit) for v in values.T]


def add_row(
    e: Evidence, what: str, found: list[Trend], bound: float, oracle: float, *, held: bool, reference: str
) -> None:
    """One row of what was found of a slope of -0.3 from an intercept of 100."""
    slopes = np.array([f.slope.value for f in found])
    ends = np.array([(f.slope.low, f.slope.high) for f in found])
    relative = np.array([(f.normalised.low, f.normalised.high) if f.normalised else (np.nan,) * 2 for f in found])
    bias, spread = slopes.mean() - SLOPE, slopes.std() / bound
    covered = 100 * ((ends[:, 0] <= SLOPE) & (ends[:, 1] >= SLOPE)).mean()
    ratio = 100 * ((relative[:, 0] <= SLOPE) & (relative[:, 1] >= SLOPE)).mean()
    width = np.median(ends[:, 1] - ends[:, 0]) / 2 / oracle
    enough = abs(bias) <= 0.02 and spread <= 1.2 and 92 <= covered <= 98 and 92 <= ratio <= 98 and width <= 1.3
    e.add(
        what,
        "bias <= 0.02 %/s, SD <= 1.2x, 92-98 %, width <= 1.3x" if held else "print",
        f"bias {bias:+.4f} %/s, SD {spread:.3f}x ({slopes.std():.3f} %/s), covers {covered:.1f} %, "
        f"normalised {ratio:.1f} %, width {width:.2f}x",
        reference,
        bool(enough) if held else None,
    )


def slopes(e: Evidence) -> None:
    """A fall of 0.3 %/s over 45 s in noise of 8 %, correlated from window to window."""
    for windows, phis in ((90, (0.0, 0.5, 0.3, 0.7, -0.3)), (45, (0.0, 0.5, 0.3, 0.7, -0.3))):
        t = np.arange(windows) * SECONDS / windows
        for phi in phis:
            noise = ar_noise(windows, phi)
            values = 100 + SLOPE * t[:, None] + 100 * CV * noise
            lags = np.abs(np.subtract.outer(np.arange(windows), np.arange(windows)))
            error, oracle = told(t, noise, np.where(lags == 0, 1.0, np.sign(phi) ** lags * np.abs(phi) ** lags))
            for fit in FITS:
                add_row(
                    e,
                    f"slope {SLOPE} %/s in 45 s, {windows} windows, correlation {phi}: {fit}",
                    laid(t, values, fit),
                    100 * CV * error,
                    100 * CV * oracle,
                    held=windows == 90 and phi in (0.0, 0.5),
                    reference=f"{COURSES} courses; generalised least squares told the correlation",
                )


def gain(spec: object, frequency: Array) -> Array:
    """The power gain of a filter."""
    return np.abs(unguard.response(spec, frequency, fs=FS)) ** 2


def emg(preset: str, seconds: float, records: int, seed: int) -> Iterator[Array]:
    """Stationary EMG of a preset through 20 to 450 Hz, each time as long."""
    n = round(seconds * FS)
    frequency = np.fft.rfftfreq(n, 1 / FS)
    shape = np.sqrt(density(frequency, *PRESETS[preset]) * gain(unguard.Bandpass(low=20, high=450, order=2), frequency))
    random = np.random.default_rng(seed)
    for _ in range(records):
        bins = shape * (random.standard_normal(len(shape)) + 1j * random.standard_normal(len(shape)))
        yield np.fft.irfft(bins, n)


def median_frequencies(x: Array, step: int) -> Array:
    """MDF of windows of half a second with Hann's weights, Hz, between bins by a straight line."""
    windows = np.lib.stride_tricks.sliding_window_view(x, WINDOW)[::step]
    spectrum = np.abs(np.fft.rfft(windows * np.hanning(WINDOW + 1)[:-1], axis=1)) ** 2
    total = np.cumsum(spectrum, axis=1)
    half = total[:, -1:] / 2
    above = (total >= half).argmax(axis=1)
    rows = np.arange(len(total))
    over, under = total[rows, above], total[rows, above - 1]
    return (above - (over - half[:, 0]) / (over - under)) * FS / WINDOW


@lru_cache
def mdf_noise(preset: str, step: int) -> Array:
    """(windows, COURSES): MDF of 45 s of steady EMG, as a share of its mean, less 1. Its own noise, not a model's."""
    seconds = SECONDS + (WINDOW - step) / FS
    every = np.array([median_frequencies(x, step) for x in emg(preset, seconds, COURSES, 77)]).T
    return every / every.mean() - 1


def slopes_of_emg(e: Evidence) -> None:
    """The same fall, in the noise that MDF of simulated EMG has."""
    for preset in PRESETS:
        for overlap, step in ((0, WINDOW), (50, WINDOW // 2)):
            noise = mdf_noise(preset, step)
            t = np.arange(len(noise)) * step / FS
            values = (100 + SLOPE * t[:, None]) * (1 + noise)
            size = noise.std()
            lags = [1.0] + [float((noise[k:] * noise[:-k]).mean() / size**2) for k in (1, 2, 3)]
            correlation = linalg.toeplitz(np.r_[lags, np.zeros(len(noise) - 4)])
            error, oracle = told(t, noise / size, correlation)
            for fit in FITS:
                add_row(
                    e,
                    f"slope {SLOPE} %/s in 45 s of {preset} EMG, {len(noise)} windows of 0.5 s, overlap {overlap} %: "
                    f"{fit}",
                    laid(t, values, fit),
                    100 * size * error,
                    100 * size * oracle,
                    held=True,
                    reference=f"{COURSES} records; MDF varies by {100 * size:.1f} %, neighbours correlate by "
                    f"{lags[1]:.2f}; generalised least squares told that",
                )


def change_limit(e: Evidence) -> None:
    """What is said of a fall of 0.3 %/s: recovered, and below what changes from day to day."""
    noise = mdf_noise("trunk", WINDOW)
    t = np.arange(len(noise)) * WINDOW / FS
    values = (60 + 0.6 * SLOPE * t[:, None]) * (1 + noise)
    amplitude = 30 * (1 + 0.005 * t)
    found = [fatigue.jasa(t, v, amplitude) for v in values.T[:500]]
    said = np.mean([f.below_change_limit for f in found])
    e.add(
        f"MDF falling by {SLOPE} %/s said to be below the limit of change, 0.5 %/s",
        ">= 90 %",
        f"{100 * said:.1f} % of 500 efforts",
        "Elfving et al. 1999: slopes of one back on two days, within 0.4 to 0.5 %/s",
        bool(said >= 0.9),
    )


def recordings(e: Evidence) -> None:
    """The same fall in simulated recordings, by the defaults of assess()."""
    t = np.arange(round(SECONDS * FS)) / FS
    for preset in PRESETS:
        slopes = []
        for seed in range(RECORDINGS):
            emg_of_one = 30 * tiring(t, SLOPE, preset, seed) * (1 + 0.01 * t)
            [found] = fatigue.assess(emg_of_one, fs=FS).values()
            assert found.spectrum.normalised is not None
            slopes.append(found.spectrum.normalised)
        mean, spread = np.mean([s.value for s in slopes]), np.std([s.value for s in slopes])
        held = 100 * np.mean([s.low <= SLOPE <= s.high for s in slopes])
        e.add(
            f"assess(): {SLOPE} %/s in 45 s of simulated {preset} EMG",
            "mean within 0.1 %/s",
            f"mean {mean:+.3f} %/s, SD {spread:.3f} %/s, intervals hold the truth in {held:.0f} %",
            f"{RECORDINGS} recordings; windows of 1 s every 0.5 s; the band from 20 Hz hides a part of the fall",
            bool(abs(mean - SLOPE) <= 0.1),
        )


def quadrants(e: Evidence) -> None:
    """How often the quadrant is the true one, and how often one is named where there is none."""
    noise = mdf_noise("trunk", WINDOW)
    t = np.arange(len(noise)) * WINDOW / FS
    louder = ar_noise(len(t), 0.0)
    for of_spectrum, of_amplitude, truth in (
        (-0.6, 1.0, "fatigue"),
        (0.6, 1.0, "more force"),
        (0.6, -1.0, "recovery"),
        (-0.6, -1.0, "less force"),
        (0.0, 1.0, "uncertain"),
    ):
        said = [
            fatigue.jasa(
                t,
                60 * (1 + 0.01 * of_spectrum * t) * (1 + noise[:, k]),
                30 * (1 + 0.01 * of_amplitude * t) * (1 + 0.07 * louder[:, k]),
            ).quadrant
            for k in range(500)
        ]
        right = 100 * np.mean([s == truth for s in said])
        none = truth == "uncertain"
        e.add(
            f"JASA, MDF {of_spectrum:+} %/s and RMS {of_amplitude:+} %/s in 45 s: said to be {truth}",
            ">= 90 %" if none else "print",
            f"{right:.1f} % of 500 efforts, uncertain {100 * np.mean([s == 'uncertain' for s in said]):.1f} %",
            "trunk EMG simulated; an interval of 95 % names a quadrant wrongly in 5 %",
            bool(right >= 90) if none else None,
        )


def highpass_cost(e: Evidence) -> None:
    """What a high-pass before takes off: closed form on the model spectrum."""
    frequency = np.linspace(0, 1000, 200_001)
    published = {
        ("limb", 20): (0.990, 1.5),
        ("limb", 30): (0.971, 4.5),
        ("limb", 60): (0.865, 22),
        ("limb", 100): (0.689, 57),
        ("trunk", 20): (0.943, 4.5),
        ("trunk", 30): (0.865, 11.1),
        ("trunk", 60): (0.610, 38),
        ("trunk", 100): (0.385, 79),
    }

    def median(p: Array) -> float:
        total = np.cumsum(p)
        return float(np.interp(total[-1] / 2, total, frequency))

    for (preset, corner), (kept, shift) in published.items():
        filters = gain(unguard.Highpass(cutoff=float(corner), order=4), frequency)
        p = density(frequency, *PRESETS[preset])
        tired = density(frequency / 0.8, *PRESETS[preset])  # muscle fibres conduct at 0.8 of what they did
        share = np.sqrt((p * filters).sum() / p.sum())
        moved = median(p * filters) - median(p)
        falls = 100 * (1 - median(tired * filters) / median(p * filters))
        e.add(
            f"high-pass {corner} Hz before, {preset}: RMS kept, MDF moved, fall of 20 % seen as",
            f"{kept:.3f} +- 0.002, {shift:+} +- 0.5 Hz",
            f"{share:.3f}, {moved:+.1f} Hz, {falls:.1f} %",
            "model spectrum, closed form",
            bool(abs(share - kept) <= 0.002 and abs(moved - shift) <= 0.5),
        )


def real(e: Evidence) -> None:
    """A real contraction: the trend is shown, nothing is demanded."""
    folder = Path(os.environ.get("UNGUARD_REAL_DATA", ROOT / "../shared/data"))
    file = folder / REAL_FILE
    if not file.is_file():
        e.add(f"real: {REAL_FILE}", "print", "not there", "UNGUARD_REAL_DATA")
        return
    recording = unguard.io.read(file)
    clean = unguard.Bandpass()(recording.data[:, 0], fs=recording.fs)
    window = round(0.5 * recording.fs)
    starts = np.arange(0, len(clean) - window + 1, window)
    parts = np.array([clean[s : s + window] for s in starts])
    level = np.sqrt((parts**2).mean(axis=1))
    busy = level > 0.3 * np.quantile(level, 0.95)
    spectrum = np.abs(np.fft.rfft(parts * np.hanning(window + 1)[:-1], axis=1)) ** 2
    total = np.cumsum(spectrum, axis=1)
    mdf = (total >= total[:, -1:] / 2).argmax(axis=1) * recording.fs / window
    t = (starts + window / 2) / recording.fs
    found = fatigue.jasa(
        t,
        np.where(busy, mdf, np.nan),
        np.where(busy, level, np.nan),
        filters=unguard.Bandpass(),
        fs=recording.fs,
    )
    e.add(
        f"real: {REAL_FILE}, {found.spectrum.values} windows with activity",
        "print",
        str(found),
        "no truth; windows at rest left out by name",
    )


REAL_FILE = "plux/emg_bursts.h5"


def cost(e: Evidence) -> None:
    """Time of one trend, and of a window of the live indicator."""
    t = np.arange(90) * 0.5
    y = 100 + SLOPE * t + 8 * ar_noise(90, 0.3)[:, 0]

    def each(work: Callable[[], object], times: int) -> float:
        began = time.perf_counter()
        for _ in range(times):
            work()
        return (time.perf_counter() - began) / times

    for fit in FITS:
        e.add(
            f"one trend of 90 windows: {fit}",
            "print",
            f"{1e3 * each(lambda f=fit: trend(t, y, fit=f), 200):.2f} ms",
            "",
        )  # type: ignore[misc]
    live = unguard.FatigueIndicator(step=0.5).start()
    began = time.perf_counter()
    for i in range(20_000):
        live.push(0.5 * i, 100.0 + i % 7, 30.0 + i % 5)
    e.add(
        "live indicator: a window, both trends", "print", f"{(time.perf_counter() - began) / 20_000 * 1e6:.1f} us", ""
    )
    e.add(
        "live indicator: a reading with intervals", "print", f"{1e3 * each(live.reading, 5):.1f} ms", "20,000 windows"
    )


def measure(e: Evidence) -> None:
    """All rows."""
    highpass_cost(e)
    slopes(e)
    slopes_of_emg(e)
    change_limit(e)
    recordings(e)
    quadrants(e)
    real(e)
    cost(e)
