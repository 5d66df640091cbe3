"""Before and after, on recordings of others and on faults that are known."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import unguard
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from unguard.report.colours import BAND, BEFORE, NOT_BELIEVED, REST
from unguard.report.drawing import style

#: Recordings with hum: file, column, mains frequency.
HUMMING = (("plux/game_0_1.txt", 0, 50.0), ("plux/game_3_1.txt", 0, 50.0))
#: From here on the canceller has had its second.
SETTLED_S = 1.5
SECONDS = 40
#: Of a recording of 550 s: from when on the heart is known.
HEART_S = (40.0, 75.0)
TRUST = {"WARMUP": NOT_BELIEVED, "OK": REST, "DEGRADED": "#E69F00", "HOLD": "#D55E00", "INVALID": "#7a1f1f"}


def _spectrum(x: NDArray[np.float64], fs: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    window = np.hanning(len(x))
    power = np.abs(np.fft.rfft(x * window)) ** 2 / (fs * np.sum(window**2)) * 2
    return np.fft.rfftfreq(len(x), 1 / fs), np.sqrt(power)


def hum(folder: Path, path: Path) -> list[str]:
    """Draw recordings before and after the canceller; return what is to be said of each."""
    said = []
    with style():
        figure = Figure(figsize=(9.2, 2.6 * len(HUMMING)), layout="constrained")
        rows = figure.subplots(len(HUMMING), 2, squeeze=False)
        for (name, column, mains), (trace, spectrum) in zip(HUMMING, rows, strict=True):
            recording = unguard.io.read(folder / name)
            fs, x = recording.fs, np.ascontiguousarray(recording.data[:, column])
            band = unguard.Bandpass(high=min(450.0, 0.45 * fs))
            before = unguard.Chain(unguard.Priming(), band)(x, fs=fs)
            after = unguard.Chain(unguard.Priming(), band, unguard.LineCanceller(frequency=mains))(x, fs=fs)
            settled = slice(round(SETTLED_S * fs), None)
            level = [float(np.sqrt(np.mean(y[settled] ** 2))) for y in (before, after)]
            said.append(f"{name}: {level[0]:.3g} to {level[1]:.3g} uV RMS")
            time = np.arange(len(x)) / fs
            shown = slice(0, round(2 * fs))
            trace.plot(time[shown], before[shown], color=BEFORE, lw=0.7, label="band-pass")
            trace.plot(time[shown], after[shown], color=BAND, lw=0.8, label="and canceller")
            trace.set_title(f"{name}, from its beginning")
            trace.set_xlabel("s")
            trace.set_ylabel("uV")
            trace.legend(loc="upper right", fontsize=8, frameon=False)
            for y, colour in ((before, BEFORE), (after, BAND)):
                frequency, density = _spectrum(y[settled], fs)
                spectrum.semilogy(frequency, np.maximum(density, 1e-6), color=colour, lw=0.8)
            spectrum.set_xlim(10, 0.45 * fs)
            spectrum.set_ylim(1e-2, 1e2)
            spectrum.set_yticks([0.01, 0.1, 1, 10, 100], ["0.01", "0.1", "1", "10", "100"])
            spectrum.set_title(f"from {SETTLED_S:g} s on: {level[0]:.3g} to {level[1]:.3g} uV RMS")
            spectrum.set_xlabel("Hz")
            spectrum.set_ylabel("uV / sqrt(Hz)")
        figure.savefig(path, dpi=140)
    return said


def heart(folder: Path, path: Path) -> str:
    """Draw a muscle with a loud heart, before and after both live ways; return how high the level is between bursts."""
    recording = unguard.io.read(folder / "emggo" / "ta_250hz.csv", unit="uV")
    fs, x = recording.fs, np.ascontiguousarray(recording.data[: round(HEART_S[1] * recording.fs), 0])
    band = unguard.Bandpass(high=100)
    naive = unguard.Chain(unguard.Priming(), band, unguard.Rms(window=0.25))(x, fs=fs)
    ways = {"heart taken off": unguard.EcgSubtraction(), "beats left out": unguard.HeartGate()}
    told = {}
    for name, way in ways.items():
        plan = unguard.Pipeline(
            unguard.Chain(unguard.Priming(), band), heart=way, readings=unguard.Levels(interval=0.02)
        )
        told[name], _ = plan(x, fs=fs)
    with style():
        figure = Figure(figsize=(9.2, 6), layout="constrained")
        raw, level, *trusts = figure.subplots(4, 1, sharex=True, height_ratios=[2, 3, 0.4, 0.4])
        raw.plot(np.arange(len(x)) / fs, unguard.Chain(unguard.Priming(), band)(x, fs=fs), color=BEFORE, lw=0.5)
        raw.set_ylabel("uV")
        raw.set_ylim(-700, 700)
        raw.set_title("emggo/ta_250hz.csv, band-passed: bursts of a muscle, and its heart")
        level.semilogy(np.arange(len(x)) / fs, naive, color=BEFORE, lw=1, label="band-pass and RMS, nothing else")
        for (name, readings), colour, trust in zip(told.items(), (BAND, REST), trusts, strict=True):
            time = np.array([r.at / fs for r in readings])
            value = np.array([np.nan if r.value_uV is None else r.value_uV for r in readings])
            level.semilogy(time, value, color=colour, lw=1, label=name)
            for begin, r in zip(time, readings, strict=True):
                if begin >= HEART_S[0]:
                    trust.axvspan(begin - 0.02, begin, color=TRUST[r.trust], lw=0)
            trust.set_yticks([])
            trust.set_ylabel(name.replace(" ", "\n", 1), fontsize=7, rotation=0, ha="right", va="center")
        level.set_ylim(1, 2000)
        level.set_yticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
        level.set_ylabel("level, uV")
        level.legend(loc="upper left", fontsize=8, frameon=False, ncols=3)
        _name_trusts(trusts[-1], -1.5)
        trusts[-1].set_xlim(*HEART_S)
        trusts[-1].set_xlabel("s")
        figure.savefig(path, dpi=140)
    # Half of the time there is no burst, nor has there just been one.
    quiet = [float(np.percentile(naive[round(HEART_S[0] * fs) :], 25))]
    for readings in told.values():
        values = [r.value_uV for r in readings if r.value_uV is not None and r.at > HEART_S[0] * fs]
        quiet.append(float(np.percentile(values, 25)))
    return f"lower quartile of the level {quiet[0]:.3g} uV untreated, {quiet[1]:.3g} taken off, {quiet[2]:.3g} left out"


def _name_trusts(below: Axes, height: float) -> None:
    for i, (name, colour) in enumerate(TRUST.items()):
        below.annotate(
            name, (0.01 + 0.12 * i, height), xycoords="axes fraction", fontsize=8, color=colour, weight="bold"
        )


def _faulty() -> tuple[float, NDArray[np.float64], NDArray[np.float64], list[tuple[float, float, str]]]:
    """EMG with bursts, and what happens to it: (fs, as recorded, EMG alone, faults)."""
    fs, random = 2000.0, np.random.default_rng(4)
    n = round(SECONDS * fs)
    time = np.arange(n) / fs
    noise = unguard.Bandpass(low=30, high=150, order=2)(random.normal(0, 1, n), fs=fs)
    noise /= noise.std()
    loud = np.where((time % 8 > 5) & (time % 8 < 6), 20.0, 2.0)
    clean = loud * noise
    x = clean + 1000
    x = x + np.where(time > 4, 100 * np.sqrt(2) * np.sin(2 * np.pi * 50.1 * time), 0)
    faults = [(9.0, 12.0, "electrode off: flat"), (17.0, 20.0, "electrode off: open"), (25.0, 25.0, "step of 5 mV")]
    x[round(9 * fs) : round(12 * fs)] = 0
    off = slice(round(17 * fs), round(20 * fs))
    x[off] = 800 * np.sin(2 * np.pi * 50.1 * time[off]) + random.normal(0, 1, off.stop - off.start)
    x[round(25 * fs) :] += 5000
    tug = slice(round(30 * fs), round(30.2 * fs))
    x[tug] += 3000 * np.sin(np.pi * np.arange(tug.stop - tug.start) / (tug.stop - tug.start))
    faults.append((30.0, 30.2, "cable tug"))
    x[round(35 * fs) : round(35.4 * fs)] = np.nan
    faults.append((35.0, 35.4, "no numbers"))
    return fs, x, clean, [(4.0, float(SECONDS), "hum of 100 uV"), *faults]


def session(path: Path) -> tuple[float, float]:
    """Draw a session with faults; return the shares of values given and of values more than half off."""
    fs, x, clean, faults = _faulty()
    truth = unguard.Chain(unguard.Priming(), unguard.Bandpass(), unguard.Rms(window=0.25))(clean, fs=fs)
    naive = unguard.Chain(unguard.Bandpass(), unguard.Rms(window=0.25))(np.nan_to_num(x), fs=fs)
    cleaning = unguard.Chain(unguard.Priming(), unguard.Bandpass())
    mains, every = unguard.LineCanceller(frequency=50), unguard.Levels(interval=0.02)
    readings, _ = unguard.Pipeline(cleaning, mains=mains, readings=every)(x, fs=fs)
    time = [r.at / fs for r in readings]
    value = [np.nan if r.value_uV is None else r.value_uV for r in readings]
    with style():
        figure = Figure(figsize=(9.2, 6.4), layout="constrained")
        raw, level, trust = figure.subplots(3, 1, sharex=True, height_ratios=[2, 3, 0.6])
        raw.plot(np.arange(len(x)) / fs, (x - 1000) / 1000, color=BEFORE, lw=0.4)
        raw.set_ylabel("mV")
        raw.set_title("what the device hands over")
        raw.set_ylim(-3, 9)
        for number, (begin, end, what) in enumerate(faults):
            raw.axvspan(begin, max(end, begin + 0.1), color="#f3d9c4" if number else "#eef2f6", lw=0, zorder=0)
            raw.annotate(what, (begin, 8.6 - 1.3 * (number % 2)), fontsize=7.5, va="top")
        at = np.array([r.at for r in readings])
        level.semilogy(time, np.maximum(naive[at], 0.3), color=BEFORE, lw=1, label="band-pass and RMS, nothing else")
        level.semilogy(time, truth[at], color=REST, lw=1, label="EMG alone")
        level.semilogy(time, value, color=BAND, lw=1, label="the session's readings")
        level.set_ylim(0.8, 3000)
        level.set_yticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
        level.set_ylabel("level, uV")
        level.legend(loc="upper left", fontsize=8, frameon=False, ncols=3)
        for begin, r in zip(time, readings, strict=True):
            trust.axvspan(begin - 0.02, begin, color=TRUST[r.trust], lw=0)
        trust.set_yticks([])
        trust.set_ylabel("trust")
        _name_trusts(trust, -0.9)
        trust.set_xlabel("s")
        figure.savefig(path, dpi=140)
    given = np.isfinite(value)
    # A reading is that of so long ago, for what may yet be found against it.
    waited = round(unguard.GatedRms().wait * fs)
    off = np.abs(np.log(np.array(value)[given] / truth[at[given] - waited])) > np.log(1.5)
    return float(given.mean()), float(off.mean())


def real_data() -> Path:
    """Return where the recordings of others are."""
    return Path(os.environ.get("UNGUARD_REAL_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
