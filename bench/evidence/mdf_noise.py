"""How MDF scatters about its line: noise of known correlation, that of simulated EMG, and that of real holds.

Values of EMG are those of `fatigue.course()`. Real ones are of ID_24, who held each of four muscles for 10 s. Nothing
else in ../shared/data holds as long: contractions of plux, uci_lower_limb, bmc and pyomeca last 1 to 4 s, emggo and
uci_gestures are sampled at 250 Hz and less, and what biosppy holds is 6 dB above its floor.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import openpyxl
import unguard
from numpy.typing import NDArray
from scipy import linalg, optimize
from unguard import fatigue

from bench.evidence.emg_model import PRESETS, density
from bench.evidence.table import ROOT

Array = NDArray[np.float64]

COURSES = 2000
WINDOWS = 90
WINDOW = STEP = 0.5  # s, by default
FS = 2000.0
FILTERS = unguard.Bandpass(low=20, high=450)
HOLDS_FILE = "elderly_emg_force/ID_24.xlsx"
MUSCLES = ("VL", "BF", "TA", "GL")
#: A muscle holds where the median of its RMS is at least this, uV, and no window is below a third of it.
LEAST_UV = 20.0
MOST_ORDER = 3


@dataclass(frozen=True, eq=False)
class Noise:
    """Courses of noise, (windows, COURSES), as shares of MDF; its size, and the correlation that a bound is told."""

    values: Array
    size: float
    correlation: Array


def known(windows: int, phi: float, size: float) -> Noise:
    """Correlated by phi from one window to the next."""
    random = np.random.default_rng(20_000 + windows)
    noise = random.standard_normal((windows, COURSES))
    for i in range(1, windows):
        noise[i] = phi * noise[i - 1] + np.sqrt(1 - phi**2) * noise[i]
    return Noise(size * noise, size, linalg.toeplitz(phi ** np.arange(windows)))


def steady(preset: str, records: int, at_once: int = 50) -> Iterator[Array]:
    """Yield stationary EMG of a preset behind the filters, (samples, at_once) each time."""
    n = round((WINDOWS + 1) * STEP * FS)
    frequency = np.arange(n // 2 + 1, dtype=np.float64) * FS / n
    shape = np.sqrt(density(frequency, *PRESETS[preset])) * np.abs(unguard.response(FILTERS, frequency, fs=FS))
    random = np.random.default_rng(77)
    for _ in range(records // at_once):
        parts = random.standard_normal((2, at_once, len(shape)))
        x = np.fft.irfft(shape * (parts[0] + 1j * parts[1]), n)
        yield np.ascontiguousarray((x / x.std()).T)


@lru_cache
def simulated(preset: str, window: float) -> Noise:
    """Of steady EMG; its own noise, not a model's. Neighbours up to three windows away are correlated as they are."""
    every = np.concatenate(
        [fatigue.course(x, fs=FS, window=window, step=STEP).spectrum[:WINDOWS] for x in steady(preset, COURSES)], axis=1
    )
    noise = every / every.mean() - 1
    size = float(noise.std())
    lags = [1.0] + [float((noise[k:] * noise[:-k]).mean() / size**2) for k in (1, 2, 3)]
    return Noise(noise, size, linalg.toeplitz(np.r_[lags, np.zeros(WINDOWS - 4)]))


def real_data() -> Path:
    """Return where the recordings of others are."""
    return Path(os.environ.get("UNGUARD_REAL_DATA", ROOT / "../shared/data"))


@lru_cache
def holds(window: float = WINDOW) -> dict[str, fatigue.Course]:
    """Return MDF and RMS of every muscle that holds, by course(); none where there is no file."""
    file = real_data() / HOLDS_FILE
    if not file.is_file():
        return {}
    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    found = {}
    for sheet in (name for name in book.sheetnames if name.startswith("EMG_")):
        x = np.array(list(book[sheet].iter_rows(values_only=True)), dtype=np.float64)
        made = fatigue.course(x, fs=FS, window=1.0, channels=MUSCLES)
        for column, muscle in enumerate(MUSCLES):
            rms = made.amplitude[:, column]
            if np.median(rms) >= LEAST_UV and rms.min() >= np.median(rms) / 3:
                named = f"{muscle} while {sheet.removeprefix('EMG_')} holds"
                found[named] = fatigue.course(x[:, column], fs=FS, window=window, step=STEP)
    book.close()
    return found


def about_a_line(t: Array, values: Array) -> tuple[float, float]:
    """Return the deviation about the straight line, as a share of the mean, and the correlation of neighbours there."""
    rest = values - np.polyval(np.polyfit(t, values, 1), t)
    size = np.sqrt((rest**2).sum() / (len(t) - 2)) / values.mean()
    return float(size), float((rest[1:] @ rest[:-1]) / (rest @ rest))


def autoregressive(partial: Array, lags: int) -> tuple[Array, Array]:
    """Return the coefficients of an AR process by its partial correlations, and its correlation at 0 to lags - 1."""
    phi, correlation = np.zeros(0), [1.0]
    for k in partial:  # Levinson 1947
        correlation.append(float(phi @ correlation[: -len(phi) - 1 : -1]) + k * (1 - float(phi @ correlation[1:])))
        phi = np.r_[phi - k * phi[::-1], k]
    while len(correlation) < lags:
        correlation.append(float(phi @ correlation[: -len(phi) - 1 : -1]) if len(phi) else 0.0)
    return phi, np.array(correlation[:lags])


def restricted(partial: Array, t: Array, courses: list[Array]) -> tuple[float, Array]:
    """Return the restricted log likelihood of one correlation in all courses about lines of their own, and their sizes.

    A line takes much of the correlation of 19 values with it, which this allows for: Patterson & Thompson 1971.
    """
    root = linalg.cholesky(linalg.toeplitz(autoregressive(partial, len(t))[1]), lower=True)
    design = linalg.solve_triangular(root, np.c_[np.ones(len(t)), t], lower=True)
    free = len(t) - 2
    fixed = np.log(np.diag(root)).sum() + np.linalg.slogdet(design.T @ design)[1] / 2
    rest = [linalg.solve_triangular(root, y, lower=True) for y in courses]
    squares = np.array([((r - design @ np.linalg.lstsq(design, r, rcond=None)[0]) ** 2).sum() for r in rest])
    return float(-len(courses) * fixed - free / 2 * np.log(squares).sum()), np.sqrt(squares / free)


@dataclass(frozen=True, eq=False)
class Fitted:
    """An AR process of what real holds leave about their lines, all together; its innovations are theirs."""

    partial: Array
    size: float
    innovations: Array
    criterion: float  # Akaike's; of the same courses the least is the likeliest

    def noise(self, windows: int) -> Noise:
        """Courses of it, driven by innovations drawn from those of the holds."""
        phi, correlation = autoregressive(self.partial, windows)
        before = 100
        drawn = np.random.default_rng(31).choice(self.innovations, (windows + before, COURSES))
        values = drawn * np.sqrt(np.prod(1 - self.partial**2))
        for i in range(len(phi), len(values)):
            for k, coefficient in enumerate(phi, start=1):
                values[i] += coefficient * values[i - k]
        return Noise(self.size * values[before:], self.size, linalg.toeplitz(correlation))


@lru_cache
def fitted(window: float = 1.0, order: int | None = None) -> Fitted:
    """Fit MDF of all holds: the order, 0 to 3, is Akaike's unless told, the size their root mean square."""
    t = next(iter(holds(window).values())).seconds
    courses = [c.spectrum / c.spectrum.mean() for c in holds(window).values()]

    def likely(order: int) -> tuple[float, Array]:
        if order == 0:
            return -2 * restricted(np.zeros(0), t, courses)[0], np.zeros(0)
        found = optimize.minimize(
            lambda u: -restricted(np.tanh(u), t, courses)[0], np.full(order, 0.3), method="Nelder-Mead"
        )
        return 2 * found.fun + 2 * order, np.tanh(found.x)

    orders = range(MOST_ORDER + 1) if order is None else (order,)
    criterion, partial = min((likely(one) for one in orders), key=lambda one: one[0])
    sizes = restricted(partial, t, courses)[1]
    phi, _ = autoregressive(partial, 1)
    left = []
    for y, size in zip(courses, sizes, strict=True):
        rest = (y - np.polyval(np.polyfit(t, y, 1), t)) / size
        left.append(np.convolve(rest, np.r_[1, -phi], mode="valid"))
    pooled = np.concatenate(left)
    pooled -= pooled.mean()
    return Fitted(partial, float(np.sqrt((sizes**2).mean())), pooled / pooled.std(), criterion)
