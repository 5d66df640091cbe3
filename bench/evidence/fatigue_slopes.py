"""Slopes of known size in noise: how far off, how scattered, how often their intervals hold the truth."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy import linalg, stats
from unguard.trend import Trend, trend

from bench.evidence import mdf_noise
from bench.evidence.emg_model import PRESETS
from bench.evidence.mdf_noise import COURSES, STEP, WINDOW, WINDOWS, Array, Noise
from bench.evidence.table import Evidence

SECONDS = 45.0
SLOPE = -0.3  # %/s
CV = 0.08  # of MDF; assumed where noise is none of EMG
CORRELATIONS = (0.0, 0.5, 0.3, 0.7, -0.3)  # assumed
FITS = ("least squares", "Theil-Sen")
BAR = "bias <= 0.02 %/s, SD <= 1.2x, 92-98 %, width <= 1.3x"


def told(t: Array, noise: Noise, level: Array) -> tuple[float, float]:
    """The standard error of generalised least squares that is told the covariance of noise on that level.

    And the median half width of its 95 % interval, with the size of the noise estimated.
    """
    root = linalg.cholesky(np.outer(level, level) * noise.correlation * noise.size**2, lower=True)
    x = np.c_[np.ones(len(t)), t]
    design, values = (linalg.solve_triangular(root, m, lower=True) for m in (x, level[:, None] * noise.values))
    inverse = np.linalg.inv(design.T @ design)
    rest = values - design @ (inverse @ (design.T @ values))
    error = np.sqrt(inverse[1, 1])
    spread = np.sqrt((rest**2).sum(axis=0) / (len(t) - 2))
    return float(error), float(np.median(stats.t.ppf(0.975, len(t) - 2) * spread * error))


def score(found: list[Trend], bound: float, oracle: float, truth: float = SLOPE, unit: float = 1.0) -> tuple[str, bool]:
    """Say in words what was found of a true slope, %/s of where the line begins, and whether that is enough.

    unit: %, of one unit of the values.
    """
    slopes = unit * np.array([f.slope.value for f in found])
    ends = unit * np.array([(f.slope.low, f.slope.high) for f in found])
    relative = np.array([(f.normalised.low, f.normalised.high) if f.normalised else (np.nan,) * 2 for f in found])
    bias, spread = slopes.mean() - truth, slopes.std() / bound
    covered = 100 * ((ends[:, 0] <= truth) & (ends[:, 1] >= truth)).mean()
    ratio = 100 * ((relative[:, 0] <= truth) & (relative[:, 1] >= truth)).mean()
    width = np.median(ends[:, 1] - ends[:, 0]) / 2 / oracle
    enough = abs(bias) <= 0.02 and spread <= 1.2 and 92 <= covered <= 98 and 92 <= ratio <= 98 and width <= 1.3
    said = (
        f"bias {bias:+.4f} %/s, SD {spread:.3f}x ({slopes.std():.3f} %/s), covers {covered:.1f} %, "
        f"normalised {ratio:.1f} %, width {width:.2f}x"
    )
    return said, bool(enough)


def add_rows(
    e: Evidence, what: str, noise: Noise, *, grows: bool, held: bool, reference: str, fits: tuple[str, ...] = FITS
) -> None:
    """Rows of a fall from 100 in noise that keeps its share of the value (grows), or its size."""
    t = np.arange(len(noise.values)) * SECONDS / len(noise.values)
    mean = 100 + SLOPE * t
    level = mean if grows else np.full(len(t), 100.0)
    values = mean[:, None] + level[:, None] * noise.values
    error, oracle = told(t, noise, level)
    for fit in fits:
        said, enough = score([trend(t, v, fit=fit) for v in values.T], error, oracle)
        e.add(f"{what}: {fit}", BAR if held else "print", said, reference, enough if held else None)


def of_known_noise(e: Evidence) -> None:
    """A fall of 0.3 %/s over 45 s in noise of 8 %, correlated from window to window."""
    for windows in (WINDOWS, WINDOWS // 2):
        for phi in CORRELATIONS:
            add_rows(
                e,
                f"slope {SLOPE} %/s in 45 s, {windows} windows, correlation {phi}",
                mdf_noise.known(windows, phi, CV),
                grows=False,
                held=windows == WINDOWS and phi in (0.0, 0.5),
                reference=f"{COURSES} courses; generalised least squares told the correlation",
            )


def of_simulated_noise(e: Evidence) -> None:
    """The same fall, in the noise that MDF of steady simulated EMG has by course()."""
    for preset in PRESETS:
        for window in (1.0, 0.5):
            noise = mdf_noise.simulated(preset, window)
            add_rows(
                e,
                f"slope {SLOPE} %/s in 45 s, noise of MDF by course() in steady {preset} EMG, {WINDOWS} windows of "
                f"{window:g} s every {STEP:g} s",
                noise,
                grows=True,
                held=True,
                reference=f"{COURSES} records; MDF varies by {100 * noise.size:.1f} %, neighbours correlate by "
                f"{noise.correlation[0, 1]:.2f}; generalised least squares told that, and how the noise "
                f"falls with MDF",
            )


def _of_fitted(e: Evidence, window: float, fitted: mdf_noise.Fitted, *, held: bool, assumed: str) -> None:
    """What was fitted to all holds together, and the fall in courses made of it."""
    order = len(fitted.partial)
    lags = mdf_noise.autoregressive(fitted.partial, 4)[1]
    noise = fitted.noise(WINDOWS)
    drawn = noise.values
    kept = [float((drawn[k:] * drawn[: len(drawn) - k]).mean() / (drawn**2).mean()) for k in (1, 2, 3)]
    e.add(
        f"real: ID_24, MDF of all {len(mdf_noise.holds())} together, {window:g} s every {STEP:g} s, as AR({order}): "
        "CV, correlation at 1, 2, 3 windows",
        "print",
        f"{100 * fitted.size:.1f} %, {_signed(lags[1:])}; Akaike's criterion {fitted.criterion:.1f}",
        "restricted likelihood, for a line takes correlation with it; courses made of it: "
        f"{100 * drawn.std():.1f} %, {_signed(kept)}; {assumed}",
    )
    add_rows(
        e,
        f"slope {SLOPE} %/s in 45 s, noise of MDF of real holds as AR({order}), {WINDOWS} windows of {window:g} s "
        f"every {STEP:g} s",
        noise,
        grows=True,
        held=held,
        reference=f"{COURSES} courses, innovations drawn from the {len(fitted.innovations)} of the holds; generalised "
        f"least squares told the coefficients, and how the noise falls with MDF",
    )


def _signed(values: Iterable[float]) -> str:
    return ", ".join(f"{v:+.2f}" for v in values)


def of_real_noise(e: Evidence) -> None:
    """What MDF and RMS of real holds scatter by, and the same fall in noise made of that."""
    holds = mdf_noise.holds()
    if not holds:
        e.add(f"real: {mdf_noise.HOLDS_FILE}", "print", "not there", "UNGUARD_REAL_DATA")
        return
    assumed = f"assumed of MDF: {100 * CV:g} %, {CORRELATIONS[0]} and {CORRELATIONS[1]}"
    for name, c in holds.items():
        of = [mdf_noise.about_a_line(c.seconds, v) for v in (c.spectrum, c.amplitude)]
        e.add(
            f"real: ID_24, {name}: CV about a line, correlation of neighbours",
            "print",
            f"MDF {c.spectrum.mean():.0f} Hz, {100 * of[0][0]:.1f} %, {of[0][1]:+.2f}; "
            f"RMS {c.amplitude.mean():.0f} uV, {100 * of[1][0]:.1f} %, {of[1][1]:+.2f}",
            f"{len(c.seconds)} windows by course(); {assumed}",
        )
    for window in (1.0, 0.5):
        best = mdf_noise.fitted(window)
        # The criterion hardly tells these apart: all are shown, and the likeliest of the default windows is held to the
        # bar. Of windows that overlap, neighbours are correlated and others are not, which no decay over gaps is: the
        # intervals are wider than they need be.
        for order in sorted({1, 2, len(best.partial)}):
            _of_fitted(
                e,
                window,
                mdf_noise.fitted(window, order),
                held=window == WINDOW and len(best.partial) == order,
                assumed=assumed,
            )
    for name, c in holds.items():
        size, _ = mdf_noise.about_a_line(c.seconds, c.spectrum)
        alone = trend(c.seconds, c.spectrum).correlation
        add_rows(
            e,
            f"slope {SLOPE} %/s in 45 s, size and correlation of {name} alone",
            mdf_noise.known(WINDOWS, alone, size),
            grows=True,
            held=False,
            reference=f"CV {100 * size:.1f} %, AR(1) of {alone:.2f} as trend() has it, which 19 values hardly tell",
            fits=FITS[:1],
        )


def measure(e: Evidence) -> None:
    """All rows."""
    of_known_noise(e)
    of_simulated_noise(e)
    of_real_noise(e)
