"""What a filter does, as a picture: gain, group delay, and its answer to a step."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from unguard import _core
from unguard.errors import ConfigError
from unguard.report.colours import BAND, BEFORE, REST
from unguard.report.drawing import style
from unguard.response_frequencies import response_frequencies
from unguard.response_numbers import (
    STEP_UV,
    UNKNOWN,
    noise_bandwidth_in_words,
    settle_time_of,
    time_in_words,
    unit_of_time,
)

_SIZE_IN = (9.2, 6.4)
#: Gains so far below the largest are drawn at the bottom.
_DEEPEST_DB = 100.0
#: What is shown below the largest gain.
_SHOWN_DB = 83.0
_HALF_POWER_DB = 10 * np.log10(2)
#: Of an answer of unknown length, its beginning is shown.
_BEGINNING = 200_000
#: A longer answer is drawn by the least and the largest value of so many stretches.
_MOST_SAMPLES = 100_000
_STRETCHES = 4000


def plot_response(spec: Any, *, fs: float, axes: Any = None) -> NDArray[Any]:
    """
    Draw the gain (dB), the group delay (ms) and the answer to a step of 1 mV (uV) of a linear filter or chain.

    Times are in seconds where they are long.

    Parameters
    ----------
    spec: a filter such as Bandpass() or Chain(Bandpass(), Notch()); linear, or ConfigError is raised.
    fs: sampling rate in Hz.
    axes: three Axes to draw into; by default those of a new figure.

    Returns the three Axes. Source: Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 5.
    """
    settled_s = settle_time_of(spec, fs=fs)  # refuses what is no rate and no linear filter
    fs = float(fs)
    frequency = response_frequencies(spec, fs)
    gain_db = _decibels(np.abs(_core.response(spec, frequency, fs=fs)))
    delay_s = _core.group_delay(spec, frequency, fs=fs) / fs
    with style():
        if axes is None:
            axes = Figure(figsize=_SIZE_IN, layout="constrained").subplots(3, 1, height_ratios=(1.5, 1, 1))
        drawn = np.asarray(axes, dtype=object).ravel()
        if len(drawn) != 3:
            raise ConfigError("axes", f"{len(drawn)} of them", "three Axes: gain, group delay, answer to a step")
        _gain(drawn[0], frequency, gain_db, noise_bandwidth_in_words(spec, fs=fs))
        _delay(drawn[1], frequency, delay_s, gain_db)
        _step(drawn[2], spec, fs, settled_s)
    return drawn


def response_figure(spec: Any, *, fs: float, title: str) -> Figure:
    """Return the picture of plot_response() with a title over it."""
    axes = plot_response(spec, fs=fs)
    figure: Figure = axes[0].figure
    figure.suptitle("\n".join(textwrap.wrap(title, 100)), fontsize=10, parse_math=False)
    return figure


def _decibels(gain: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return gains in decibels; where nothing gets through at any frequency, all at the bottom."""
    if not gain.max() > 0:
        return np.full(len(gain), -_DEEPEST_DB)
    gain_db: NDArray[np.float64] = 20 * np.log10(np.maximum(gain, gain.max() * 10 ** (-_DEEPEST_DB / 20)))
    return gain_db


def _gain(axes: Axes, frequency: NDArray[np.float64], gain_db: NDArray[np.float64], noise_bandwidth: str) -> None:
    axes.semilogx(frequency, gain_db, color=BAND, lw=1.4)
    largest = float(gain_db.max())
    axes.axhline(largest - _HALF_POWER_DB, color=BEFORE, lw=0.7, ls=":")
    axes.annotate(
        "3 dB below\nthe largest",
        (1, largest - _HALF_POWER_DB),
        xycoords=("axes fraction", "data"),
        xytext=(3, 0),
        textcoords="offset points",
        fontsize=8,
        va="center",
        color=BEFORE,
    )
    axes.set_ylim(largest - _SHOWN_DB, largest + 3)
    axes.set_ylabel("gain [dB]")
    axes.set_title(f"equivalent noise bandwidth {noise_bandwidth}", fontweight="normal")
    _grid(axes, frequency)


def _delay(
    axes: Axes, frequency: NDArray[np.float64], delay_s: NDArray[np.float64], gain_db: NDArray[np.float64]
) -> None:
    heard = gain_db > gain_db.max() - 20
    shown = delay_s[heard & np.isfinite(delay_s)]
    factor, unit = unit_of_time(float(np.abs(shown).max()) if len(shown) else 0.0)
    axes.semilogx(frequency, factor * delay_s, color=BEFORE, lw=0.8)
    axes.semilogx(frequency, np.where(heard, factor * delay_s, np.nan), color=BAND, lw=1.4)
    if len(shown):
        low, high = min(0.0, factor * float(shown.min())), max(factor * float(shown.max()), 1e-3)
        axes.set_ylim(1.1 * low, 1.15 * high)
    axes.set_ylabel(f"group delay [{unit}]")
    axes.set_xlabel("frequency [Hz]")
    axes.set_title("where less than 20 dB of the largest gain are lost; grey elsewhere", fontweight="normal")
    _grid(axes, frequency)


def _step(axes: Axes, spec: Any, fs: float, settled_s: float | None) -> None:
    samples = _BEGINNING if settled_s is None else max(16, round(1.25 * settled_s * fs))
    before = max(2, samples // 20)
    x = np.zeros(before + samples)
    x[before:] = STEP_UV
    chain = spec if isinstance(spec, _core.Chain) else _core.Chain(spec)
    y = chain(x, fs=fs)
    factor, unit = unit_of_time(samples / fs)
    time = factor * (np.arange(len(x)) - before) / fs
    kept = _kept(y, before)
    # A sample holds until the next one comes: a line between them would begin to rise before the step.
    axes.plot(time[kept], x[kept], color=BEFORE, lw=0.9, drawstyle="steps-post")
    axes.plot(time[kept], y[kept], color=BAND, lw=1.4, drawstyle="steps-post")
    axes.set_xlim(time[0], time[-1])
    axes.set_ylabel("answer to 1 mV\n[µV]")
    axes.set_xlabel(f"time after the step [{unit}]")
    if settled_s is None:
        axes.set_title(f"the beginning; settle time {UNKNOWN}", fontweight="normal")
    else:
        axes.axvline(factor * settled_s, color=REST, lw=1.1, ls=(0, (4, 2)))
        axes.set_title(f"within 1 µV of its final value after {time_in_words(settled_s)}", fontweight="normal")
    axes.grid(True)


def _kept(y: NDArray[np.float64], step: int) -> NDArray[np.intp]:
    """Return which samples are drawn: all, or of many those that a picture shows; always those around the step."""
    if len(y) <= _MOST_SAMPLES:
        return np.arange(len(y))
    width = len(y) // _STRETCHES
    stretches = y[: _STRETCHES * width].reshape(_STRETCHES, width)
    first = width * np.arange(_STRETCHES)
    ends = np.array([0, step - 1, step, len(y) - 1])
    return np.unique(np.concatenate([first + stretches.argmin(axis=1), first + stretches.argmax(axis=1), ends]))


def _grid(axes: Axes, frequency: NDArray[np.float64]) -> None:
    axes.set_xlim(frequency[0], frequency[-1])
    axes.grid(True, which="major")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
