"""Evidence for slopes and fatigue: rows for `scripts/evidence spectrum`."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import numpy as np
import unguard
from unguard import fatigue
from unguard.spectrum import PowerSpectrum
from unguard.trend import trend

from bench.evidence import fatigue_recordings, fatigue_slopes, mdf_noise
from bench.evidence.emg_model import PRESETS, density, sampled
from bench.evidence.table import Evidence

FS = 2000.0
REAL_FILE = "plux/emg_bursts.h5"


def _of(power: mdf_noise.Array) -> PowerSpectrum:
    return sampled(lambda _: power)


def highpass_cost(e: Evidence) -> None:
    """What a high-pass before takes off: closed form on the model spectrum."""
    frequency = sampled(np.ones_like).frequency_hz
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
    for (preset, corner), (kept, shift) in published.items():
        filters = np.abs(unguard.response(unguard.Highpass(cutoff=float(corner), order=4), frequency, fs=FS)) ** 2
        rested = density(frequency, *PRESETS[preset])
        tired = density(frequency / 0.8, *PRESETS[preset])  # muscle fibres conduct at 0.8 of what they did
        before, found, later = (_of(p) for p in (rested, rested * filters, tired * filters))
        share = np.sqrt(float(found.band_power()) / float(before.band_power()))
        moved = float(found.mdf()) - float(before.mdf())
        falls = 100 * (1 - float(later.mdf()) / float(found.mdf()))
        e.add(
            f"high-pass {corner} Hz before, {preset}: RMS kept, MDF moved, fall of 20 % seen as",
            f"{kept:.3f} +- 0.002, {shift:+} +- 0.5 Hz",
            f"{share:.3f}, {moved:+.1f} Hz, {falls:.1f} %",
            "model spectrum, closed form",
            bool(abs(share - kept) <= 0.002 and abs(moved - shift) <= 0.5),
        )


def real(e: Evidence) -> None:
    """A real contraction: the trend is shown, nothing is demanded."""
    file = mdf_noise.real_data() / REAL_FILE
    if not file.is_file():
        e.add(f"real: {REAL_FILE}", "print", "not there", "UNGUARD_REAL_DATA")
        return
    recording = unguard.io.read(file)
    clean = unguard.Bandpass()(recording.data[:, 0], fs=recording.fs)
    made = fatigue.course(clean, fs=recording.fs, window=0.5, step=0.5)
    busy = made.amplitude > 0.3 * np.nanquantile(made.amplitude, 0.95)
    found = fatigue.jasa(
        made.seconds,
        np.where(busy, made.spectrum, np.nan),
        np.where(busy, made.amplitude, np.nan),
        filters=unguard.Bandpass(),
        fs=recording.fs,
    )
    e.add(
        f"real: {REAL_FILE}, {found.spectrum.values} windows with activity",
        "print",
        str(found),
        "no truth; windows at rest left out by name",
    )


def cost(e: Evidence) -> None:
    """Time of one trend, and of a window of the live indicator."""
    t = np.arange(90) * 0.5
    y = 100 + fatigue_slopes.SLOPE * t + 100 * mdf_noise.known(90, 0.3, 0.08).values[:, 0]

    def each(work: Callable[[], object], times: int) -> float:
        began = time.perf_counter()
        for _ in range(times):
            work()
        return (time.perf_counter() - began) / times

    for fit in fatigue_slopes.FITS:
        took = each(partial(trend, t, y, fit=fit), 200)
        e.add(f"one trend of 90 windows: {fit}", "print", f"{1e3 * took:.2f} ms", "")
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
    fatigue_slopes.measure(e)
    fatigue_recordings.measure(e)
    real(e)
    cost(e)
