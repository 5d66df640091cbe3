"""From EMG that tires to what is said of it: `fatigue.course()` and `fatigue.jasa()` behind 20 to 450 Hz."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import unguard
from unguard import fatigue

from bench.evidence import mdf_noise
from bench.evidence.emg_model import PRESETS, density, sampled, tiring
from bench.evidence.fatigue_slopes import BAR, SLOPE, score, told
from bench.evidence.mdf_noise import FILTERS, FS, STEP, WINDOW, WINDOWS, Array
from bench.evidence.table import Evidence

#: So many that of intervals which hold the truth in 95 %, 92 to 98 do so in 999 of 1,000 tries.
RECORDINGS = 600
EFFORTS = 200
UV = 30.0
LOUDER = 1.0  # %/s


@lru_cache
def efforts(preset: str, of_spectrum: float, of_amplitude: float, count: int) -> list[fatigue.Fatigue]:
    """Return what is said of recordings whose frequencies and amplitude change so, %/s, by the defaults of course()."""
    t = np.arange(round(((WINDOWS - 1) * STEP + WINDOW) * FS)) / FS
    found = []
    for seed in range(count):
        x = FILTERS(UV * tiring(t, of_spectrum, preset, seed) * (1 + 0.01 * of_amplitude * t), fs=FS)
        made = fatigue.course(x, fs=FS)
        found.append(fatigue.jasa(made.seconds, made.spectrum, made.amplitude, filters=FILTERS, fs=FS))
    return found


def of_model(preset: str, seconds: Array) -> Array:
    """Return MDF of the model that tires, Hz, at each time: 20 to 450 Hz of its density behind the filters, summed."""

    passed = np.abs(unguard.response(FILTERS, sampled(np.ones_like).frequency_hz, fs=FS)) ** 2

    def at(slower: float) -> float:
        return float(sampled(lambda f: density(f / slower, *PRESETS[preset]) * passed).mdf(20, 450))

    return np.array([at(1 + 0.01 * SLOPE * s) for s in seconds])


def slopes(e: Evidence) -> None:
    """A fall of 0.3 %/s over 45 s: recovered, and how much of it is lost on the way."""
    t = WINDOW / 2 + STEP * np.arange(WINDOWS, dtype=np.float64)
    for preset in PRESETS:
        found = [f.spectrum for f in efforts(preset, SLOPE, LOUDER, RECORDINGS)]
        assert all(f.values == WINDOWS for f in found)
        relative = [f.normalised for f in found if f.normalised is not None]
        assert len(relative) == RECORDINGS
        mean, spread = np.mean([r.value for r in relative]), np.std([r.value for r in relative])
        model = of_model(preset, t)
        of_line, begin = np.polyfit(t - t[0], model, 1)
        behind = 100 * of_line / begin
        held, of_own = (100 * np.mean([r.low <= truth <= r.high for r in relative]) for truth in (SLOPE, behind))
        what = f"course(), jasa(): {SLOPE} %/s in 45 s of {preset} EMG that tires"
        e.add(
            f"{what}, normalised slope against {SLOPE}, that before the filters",
            "print",
            f"mean {mean:+.3f}, bias {mean - SLOPE:+.4f} %/s, SD {spread:.3f} %/s, covers {held:.1f} %",
            f"{RECORDINGS} recordings behind {FILTERS!r}, {WINDOWS} windows of {WINDOW:g} s every {STEP:g} s; of the "
            f"bias, the edges of the band make {behind - SLOPE:+.4f} and estimation {mean - behind:+.4f} %/s",
        )
        e.add(
            f"{what}, normalised slope against that of the model's MDF behind the filters, {behind:+.3f}",
            "bias <= 0.02 %/s, 92-98 %",
            f"bias {mean - behind:+.4f} %/s, covers {of_own:.1f} %",
            f"the model integrated at every window's middle, a line through it: {begin:.1f} Hz at first",
            bool(abs(mean - behind) <= 0.02 and 92 <= of_own <= 98),
        )
        noise = mdf_noise.simulated(preset, WINDOW)
        error, oracle = told(t, noise, 100 * model / begin)
        said, enough = score(found, error, oracle, truth=behind, unit=100 / begin)
        e.add(
            f"{what}, slope against that of the model's MDF",
            BAR,
            said,
            f"in % of {begin:.1f} Hz; generalised least squares told the covariance of MDF of steady EMG, and how it "
            f"falls with MDF: {100 * noise.size:.1f} %, neighbours {noise.correlation[0, 1]:.2f}",
            enough,
        )


def change_limit(e: Evidence) -> None:
    """What is said of a fall of 0.3 %/s: below what changes from day to day."""
    said = np.mean([f.below_change_limit for f in efforts("trunk", SLOPE, LOUDER, RECORDINGS)])
    e.add(
        f"MDF falling by {SLOPE} %/s said to be below the limit of change, {unguard.Jasa().change_limit:g} %/s",
        ">= 90 %",
        f"{100 * said:.1f} % of {RECORDINGS} recordings of trunk EMG that tires",
        "Elfving et al. 1999: slopes of one back on two days, within 0.4 to 0.5 %/s",
        bool(said >= 0.9),
    )


def quadrants(e: Evidence) -> None:
    """How often the quadrant is the true one, and how often one is named where there is none."""
    for of_spectrum, of_amplitude, truth in (
        (-0.6, 1.0, "fatigue"),
        (0.6, 1.0, "more force"),
        (0.6, -1.0, "recovery"),
        (-0.6, -1.0, "less force"),
        (0.0, 1.0, "uncertain"),
    ):
        said = [f.quadrant for f in efforts("trunk", of_spectrum, of_amplitude, EFFORTS)]
        right = 100 * np.mean([s == truth for s in said])
        none = truth == "uncertain"
        e.add(
            f"JASA, frequencies {of_spectrum:+} %/s and amplitude {of_amplitude:+} %/s in 45 s: said to be {truth}",
            ">= 90 %" if none else "print",
            f"{right:.1f} % of {EFFORTS} efforts, uncertain {100 * np.mean([s == 'uncertain' for s in said]):.1f} %",
            "MDF and RMS of the same simulated trunk EMG by course(); an interval of 95 % names a quadrant wrongly in "
            "5 %",
            bool(right >= 90) if none else None,
        )


def measure(e: Evidence) -> None:
    """All rows."""
    slopes(e)
    change_limit(e)
    quadrants(e)
