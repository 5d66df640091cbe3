"""Spectra: closed forms, agreement with SciPy, how steady MDF and MNF are, and bursts of a real muscle."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import scipy.signal
import unguard
from matplotlib.figure import Figure
from numpy.typing import NDArray
from unguard import spectrum
from unguard.report.colours import BAND, BEFORE
from unguard.report.drawing import style

from bench.evidence import fatigue, tests_said
from bench.evidence.emg_model import PRESETS, density, sampled
from bench.evidence.table import ROOT, Evidence

TESTS = "bindings/python/tests/spectrum"
FS = 2000.0
Floats = NDArray[np.float64]


def closed_forms(e: Evidence) -> None:
    """The model's own numbers, and what filters and fatigue make of them."""
    for name, expected in (("limb", (95.6, 121.0, 205.0)), ("trunk", (47.9, 61.3, 103.0))):
        corners = PRESETS[name]
        of = sampled(lambda f, c=corners: density(f, *c))  # type: ignore[misc]
        found = (float(of.mdf()), float(of.mnf()), float(of.statistical_bandwidth()))
        off = max(abs(a - b) / b for a, b in zip(found, expected, strict=True))
        e.add(
            f"MDF, MNF, B_s of the {name} model",
            " / ".join(f"{v:g}" for v in expected) + " Hz within 0.5 %",
            f"{found[0]:.2f} / {found[1]:.2f} / {found[2]:.1f} Hz",
            "methods 10, number 2",
            off <= 0.005,
        )
    corners = PRESETS["trunk"]
    before = sampled(lambda f: density(f, *corners))
    high = unguard.Highpass(cutoff=30, order=4)
    behind = sampled(lambda f: density(f, *corners) * np.abs(unguard.response(high, f, fs=FS)) ** 2)
    rms = float(np.sqrt(behind.band_power() / before.band_power()))
    shift = float(behind.mdf()) - float(before.mdf())
    e.add(
        "30 Hz high-pass of order 4 on the trunk model: RMS, MDF",
        "x0.865, +11.1 Hz +- 0.5",
        f"x{rms:.4f}, {shift:+.2f} Hz",
        "methods 10, number 3",
        abs(rms - 0.865) <= 0.001 and abs(shift - 11.1) <= 0.5,
    )
    for name, corners in PRESETS.items():
        rested, tired = (sampled(lambda f, c=corners, s=s: density(f / s, *c) / s) for s in (1.0, 0.68))  # type: ignore[misc]
        index = float(tired.finsm()) / float(rested.finsm())
        median = float(tired.mdf(8, 500)) / float(rested.mdf(8, 500))
        e.add(
            f"conduction at 0.68, {name}, 8-500 Hz: FInsm5, MDF",
            "x3.9 to x4.1 to one decimal, x0.68 +- 2 %",
            f"x{index:.3f}, x{median:.4f}",
            "methods 10, number 30: the integral itself",
            39 <= round(10 * index) <= 41 and abs(median / 0.68 - 1) <= 0.02,
        )


def agreement(e: Evidence) -> None:
    """SciPy's numbers."""
    passed, said, count = tests_said.python(f"{TESTS}/test_against_scipy.py")
    worst = said.worst("off_by")
    e.add(
        "periodogram, welch, spectrogram: 7 windows, 3 detrends, overlaps, nfft, odd and even lengths",
        "<= 1e-12 of the peak",
        f"{worst:.1e}, {count} tests",
        f"SciPy {scipy.__version__}",
        passed and worst <= 1e-12,
    )


def accuracy(e: Evidence) -> None:
    """MDF and MNF by what unguard takes by default."""
    passed, said, _ = tests_said.python(f"{TESTS}/test_accuracy.py")
    for preset in PRESETS:
        for measure in ("MDF", "MNF"):
            for case, words in (("clean", ""), ("noisy", ", 20 dB of white noise subtracted")):
                truth, bias, ratio, sd, bound = (float(v) for v in said.one(f"{preset} {measure} {case}").split())
                where = f"{measure}, {preset} behind 20-450 Hz{words}, 5,000 windows of 0.5 s"
                e.add(
                    f"bias of {where}",
                    "<= 2 %",
                    f"{bias:+.2f} %",
                    f"{truth:.2f} Hz, the model integrated",
                    passed and abs(bias) <= 2,
                )
                e.add(
                    f"SD of {where}",
                    "<= 1.1x",
                    f"{ratio:.3f}x: {sd:.2f} Hz",
                    f"SciPy's rectangular periodogram; Cramer-Rao bound at 20 dB, level unknown: {bound:.2f} Hz",
                    passed and ratio <= 1.1,
                )


def _given(f: Floats, p: Floats) -> spectrum.PowerSpectrum:
    """Return a density that another package gives as one of ours; the bins that it leaves out are 0."""
    nfft = round(FS / (f[1] - f[0]))
    density = np.zeros(nfft // 2 + 1)
    density[np.round(f * nfft / FS).astype(int)] = p
    return spectrum.PowerSpectrum(density, FS, nfft, 1, "a peer")


def peers(e: Evidence) -> None:
    """What the spectra of other packages make of the same windows; neither has an MDF of its own for EMG."""
    import biosppy.signals.tools as biosppy
    import neurokit2

    test = tests_said.module(f"{TESTS}/test_accuracy.py")  # whose signals it takes
    low, high, count = test.LOW, test.HIGH, 500
    for preset, corners in PRESETS.items():
        x = test.windows_of(lambda f, c=corners: test.model(f, *c), seed=2024)[:, :count]
        truth, reference = test.nominal(*corners), test.by_scipy(x)

        def neurokit(w: Floats) -> spectrum.PowerSpectrum:
            found = neurokit2.signal_psd(w, sampling_rate=2000, method="welch", normalize=False)
            return _given(found["Frequency"].to_numpy(), found["Power"].to_numpy())

        def bio(w: Floats) -> spectrum.PowerSpectrum:
            return _given(*biosppy.power_spectrum(w, sampling_rate=FS, decibel=False))

        for name, by in (("NeuroKit2 signal_psd, Welch", neurokit), ("BioSPPy power_spectrum", bio)):
            found = np.array([(of.mdf(low, high), of.mnf(low, high)) for of in map(by, x.T)]).T
            bias = 100 * (found.mean(axis=1) / truth - 1)
            ratio = found.std(axis=1) / reference.std(axis=1)
            e.add(
                f"{name}, {preset}: bias, SD of MDF; of MNF",
                "print",
                f"{bias[0]:+.2f} %, {ratio[0]:.3f}x; {bias[1]:+.2f} %, {ratio[1]:.3f}x",
                f"the first {count} of these windows; its density, our sums",
            )


def estimators(e: Evidence) -> None:
    """Which estimator scatters MDF and MNF how much, on the same windows."""
    test = tests_said.module(f"{TESTS}/test_accuracy.py")  # whose signals it takes
    low, high = test.LOW, test.HIGH
    by: dict[str, Callable[[Floats], spectrum.PowerSpectrum]] = {
        "rectangular periodogram": lambda x: spectrum.periodogram(x, fs=FS),
        "Hann periodogram": lambda x: spectrum.periodogram(x, fs=FS, window="hann"),
        "Hamming periodogram": lambda x: spectrum.periodogram(x, fs=FS, window="hamming"),
        "Welch, Hann, 0.25 s": lambda x: spectrum.welch(x, fs=FS, segment=0.25),
        "2 sine tapers": lambda x: spectrum.multitaper(x, fs=FS, count=2),
        "3 sine tapers (default)": lambda x: spectrum.multitaper(x, fs=FS),
        "5 sine tapers": lambda x: spectrum.multitaper(x, fs=FS, count=5),
        "7 sine tapers": lambda x: spectrum.multitaper(x, fs=FS, count=7),
        "3 DPSS, N W = 2": lambda x: spectrum.multitaper(x, fs=FS, tapers="dpss", half_bandwidth=2, count=3),
        "5 DPSS, N W = 3": lambda x: spectrum.multitaper(x, fs=FS, tapers="dpss", half_bandwidth=3, count=5),
        "AR of order 12": lambda x: spectrum.ar_spectrum(x, fs=FS),
    }
    for preset, corners in PRESETS.items():
        x = test.windows_of(lambda f, c=corners: test.model(f, *c), seed=2024)
        truth, reference = test.nominal(*corners), test.in_parts(x, test.by_scipy)
        for name, estimate in by.items():

            def measure(part: Floats, estimate: Any = estimate) -> Floats:
                found = estimate(part)
                return np.array([found.mdf(low, high), found.mnf(low, high)])

            found = test.in_parts(x, measure)
            bias = 100 * (found.mean(axis=1) / truth - 1)
            ratio = found.std(axis=1) / reference.std(axis=1)
            e.add(
                f"{name}, {preset}: bias, SD of MDF; of MNF",
                "print",
                f"{bias[0]:+.2f} %, {ratio[0]:.3f}x; {bias[1]:+.2f} %, {ratio[1]:.3f}x",
                "as above, without noise",
            )


def bursts(e: Evidence) -> None:
    """MDF of every contraction of a real muscle."""
    folder = Path(os.environ.get("UNGUARD_REAL_DATA", ROOT / "../shared/data"))
    recording = unguard.io.read(folder / "plux/emg_bursts.h5")
    edges = np.loadtxt(folder / "plux/emg_bursts_annotations.csv", delimiter=",", skiprows=1)
    fs = recording.fs
    x = unguard.Chain(unguard.Priming(), unguard.Bandpass())(np.ascontiguousarray(recording.data[:, 0]), fs=fs)
    of_each = [spectrum.welch(x[round(a * fs) : round(b * fs)], fs=fs) for a, b in edges[:, :2]]
    median, mean = ([float(getattr(s, m)(20, 450)) for s in of_each] for m in ("mdf", "mnf"))
    e.add(
        "plux/emg_bursts.h5 (biceps), MDF of each contraction",
        "print",
        " ".join(f"{v:.0f}" for v in median) + " Hz",
        f"Welch, 0.5 s; annotations; MNF {min(mean):.0f} to {max(mean):.0f} Hz",
        None,
    )
    live = unguard.SlidingSpectrum(window=0.5, interval=0.1).start(fs=fs)
    readings = [r for r in live.process(x) if r.mdf_hz is not None]
    with style():
        figure = Figure(figsize=(9.2, 5.2), layout="constrained")
        trace, course = figure.subplots(2, 1, sharex=True)
        trace.plot(np.arange(len(x)) / fs, x, color=BEFORE, lw=0.4)
        trace.set_ylabel("EMG [µV]")
        at = np.array([r.at / fs - 0.25 for r in readings])
        found = np.array([r.mdf_hz for r in readings])
        inside = np.array([any(a + 0.25 <= t <= b - 0.25 for a, b in edges[:, :2]) for t in at])
        course.scatter(at[~inside], found[~inside], s=5, color=BEFORE, label="rest and edges")
        course.scatter(at[inside], found[inside], s=9, color=BAND, label="windows of a contraction")
        for (a, b), m in zip(edges[:, :2], median, strict=True):
            course.plot([a, b], [m, m], color="#D55E00", lw=1.4)
            trace.axvspan(a, b, color=BAND, alpha=0.08)
        course.set_ylabel("MDF, 20-450 Hz [Hz]")
        course.set_xlabel("time [s]")
        course.legend(loc="upper right", fontsize=8)
        course.set_ylim(0, 250)
        path = e.picture(
            "bursts", "MDF over nine contractions of a biceps: live windows of 0.5 s and, orange, Welch over each"
        )
        figure.savefig(path, dpi=110)


def measure() -> Evidence:
    """Measure everything."""
    e = Evidence("spectrum")
    closed_forms(e)
    agreement(e)
    accuracy(e)
    estimators(e)
    peers(e)
    bursts(e)
    fatigue.measure(e)
    return e
