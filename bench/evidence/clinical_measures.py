"""Reactivity, load, rest and smoothness against closed forms. Rows for `clinical`."""

from __future__ import annotations

import math

import numpy as np
import unguard
from unguard.clinical import load, log_dimensionless_jerk, muscle_rest, response, spectral_arc_length

from bench.evidence.people_who_bend import SEEDS
from bench.evidence.table import Evidence

RESPONSES = 300


def _half_times(e: Evidence) -> None:
    """Levels of EMG, moving RMS of 125 ms, that rise in a task and decay behind it."""
    rng = np.random.default_rng(SEEDS + 300_000)
    fs, off, censored = 200.0, [], 0
    windows = unguard.ResponseWindows(baseline=60, task=60, recovery=240, piece=10, held=10)
    rms = unguard.Rms(window=0.125)
    for _ in range(RESPONSES):
        half, rise = float(rng.uniform(10, 90)), float(rng.uniform(0.4, 1.2))
        seconds = np.arange(round(240 * fs)) / fs
        top = math.exp(rise)
        level = np.concatenate(
            [np.ones(round(60 * fs)), np.full(round(60 * fs), top), 1 + (top - 1) * 0.5 ** (seconds / half)]
        )
        x = rms(level * rng.standard_normal(len(level)), fs=fs)
        # The envelope as a chain gives it, 20 values a second.
        found = response(np.asarray(x)[::10], fs=fs / 10, at=round(60 * fs / 10), windows=windows)
        if found.half_time_s is None:
            censored += 1
        else:
            off.append(found.half_time_s / half - 1)
    size = np.abs(off)
    e.add("reactivity: half-time of recovery, 10 to 90 s", "median |error| <= 10 %",
          f"{100 * np.median(size):.1f} %; 90 % within {100 * np.quantile(size, 0.9):.0f} %; mean "
          f"{100 * np.mean(off):+.1f} %; {censored} of {RESPONSES} censored",
          "decay that was written down", float(np.median(size)) <= 0.1 and censored <= 0.05 * RESPONSES)  # fmt: skip


def distribution(e: Evidence) -> None:
    """The APDF, exact and counted live."""
    x = np.abs(np.random.default_rng(SEEDS + 310_000).standard_normal(2_000_000))
    truth = (0.1257, 0.6745, 1.6449)
    exact = load(x, unit="uV")
    counted = unguard.AmplitudeDistribution()
    counted.add(x)
    for how, told in (
        ("exact", (exact.static, exact.median, exact.peak)),
        ("counted live", tuple(map(counted.quantile, (0.1, 0.5, 0.9)))),
    ):
        off = max(abs(a / b - 1) for a, b in zip(told, truth, strict=True))
        e.add(f"APDF of Gaussian |x|, {how}", "within 1 %", ", ".join(f"{v:.4f}" for v in told),
              "0.1257, 0.6745, 1.6449", off <= 0.01)  # fmt: skip


def rest(e: Evidence) -> None:
    """Gaps and rest."""
    rng = np.random.default_rng(SEEDS + 320_000)
    lengths = rng.integers(3, 80, 20_000)
    low = np.arange(len(lengths)) % 2 == 0
    x = np.repeat(np.where(low, 0.1, 5.0), lengths)
    found = muscle_rest(x, fs=100)
    gaps = int(np.count_nonzero(low & (lengths >= 20)))
    resting = float(lengths[low].sum()) / 100
    e.add("gaps and rest of a telegraph signal", "exact", f"{found.gaps} gaps, {found.resting_s:.2f} s",
          f"{gaps} gaps, {resting:.2f} s", found.gaps == gaps and found.resting_s == resting)  # fmt: skip


def _smoothness(e: Evidence) -> None:
    movement = np.exp(-5 * np.arange(-1, 1, 0.01) ** 2)
    for name, told, truth in (
        ("SPARC", spectral_arc_length(movement, fs=100), -1.41403),
        ("log dimensionless jerk", log_dimensionless_jerk(movement, fs=100), -5.81636),
    ):
        e.add(f"{name} of exp(-5 t^2)", "within 1e-5", f"{told:.6f}", f"the authors' program: {truth}",
              abs(told - truth) <= 1e-5)  # fmt: skip


def measure(e: Evidence) -> None:
    """All rows."""
    _half_times(e)
    distribution(e)
    rest(e)
    _smoothness(e)
