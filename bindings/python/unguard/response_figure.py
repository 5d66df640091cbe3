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
from unguard.report.colours import BAND, BEFORE, GRID, REST
from unguard.report.drawing import style

_SIZE_IN = (9.2, 6.4)
_POINTS = 2000
#: The step that is shown: an electrode's offset.
STEP_UV = 1000.0
#: Gains below are drawn at the bottom.
_FLOOR_DB = -100.0


def plot_response(spec: Any, *, fs: float, axes: Any = None) -> NDArray[Any]:
    """
    Draw the gain (dB), the group delay (ms) and the answer to a step of 1 mV (uV) of a linear filter or chain.

    Parameters
    ----------
    spec: a filter such as Bandpass() or Chain(Bandpass(), Notch()); linear, or ConfigError is raised.
    fs: sampling rate in Hz.
    axes: three Axes to draw into; by default those of a new figure.

    Returns the three Axes. Source: Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 5.
    """
    settled_s = _core.settle_time(spec, fs=fs, step=STEP_UV, within=1.0)  # refuses what is no rate and no linear filter
    fs = float(fs)
    gain_db, delay_ms, frequency = _measured(spec, fs)
    with style():
        if axes is None:
            axes = Figure(figsize=_SIZE_IN, layout="constrained").subplots(3, 1, height_ratios=(1.5, 1, 1))
        drawn = np.asarray(axes, dtype=object).ravel()
        if len(drawn) != 3:
            raise ConfigError("axes", f"{len(drawn)} of them", "three Axes: gain, group delay, answer to a step")
        _gain(drawn[0], frequency, gain_db, spec, fs)
        _delay(drawn[1], frequency, delay_ms, gain_db)
        _step(drawn[2], spec, fs, settled_s)
    return drawn


def response_figure(spec: Any, *, fs: float, title: str) -> Figure:
    """Return the picture of plot_response() with a title over it."""
    axes = plot_response(spec, fs=fs)
    figure: Figure = axes[0].figure
    figure.suptitle("\n".join(textwrap.wrap(title, 100)), fontsize=10, parse_math=False)
    return figure


def _measured(spec: Any, fs: float) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    lowest = max(1e-4 * fs, min(0.5, fs / 100))
    # Round numbers too: a notch lies at one, and is missed between two points.
    whole = np.arange(np.ceil(lowest), min(fs / 2, _POINTS))
    frequency = np.union1d(np.append(np.geomspace(lowest, fs / 2, _POINTS)[:-1], fs / 2), whole)
    gain = np.abs(_core.response(spec, frequency, fs=fs))
    with np.errstate(divide="ignore"):
        gain_db = np.maximum(20 * np.log10(gain), _FLOOR_DB)
    return gain_db, 1000 / fs * _core.group_delay(spec, frequency, fs=fs), frequency


def _gain(axes: Axes, frequency: NDArray[np.float64], gain_db: NDArray[np.float64], spec: Any, fs: float) -> None:
    axes.semilogx(frequency, gain_db, color=BAND, lw=1.4)
    axes.axhline(-3.0103, color=BEFORE, lw=0.7, ls=":")
    axes.annotate(
        "-3 dB",
        (1, -3.0103),
        xycoords=("axes fraction", "data"),
        xytext=(3, 0),
        textcoords="offset points",
        fontsize=8,
        va="center",
        color=BEFORE,
    )
    top = max(3.0, float(gain_db.max()) + 3)
    axes.set_ylim(max(_FLOOR_DB, min(-60.0, float(gain_db.max()) - 63)), top)
    axes.set_ylabel("gain [dB]")
    axes.set_title(f"equivalent noise bandwidth {_core.noise_bandwidth(spec, fs=fs):.4g} Hz", fontweight="normal")
    _grid(axes, frequency)


def _delay(
    axes: Axes, frequency: NDArray[np.float64], delay_ms: NDArray[np.float64], gain_db: NDArray[np.float64]
) -> None:
    axes.semilogx(frequency, delay_ms, color=GRID, lw=1.0)
    heard = gain_db > gain_db.max() - 20
    axes.semilogx(frequency, np.where(heard, delay_ms, np.nan), color=BAND, lw=1.4)
    shown = delay_ms[heard & np.isfinite(delay_ms)]
    if len(shown):
        low, high = min(0.0, float(shown.min())), max(float(shown.max()), 1e-3)
        axes.set_ylim(1.1 * low, 1.15 * high)
    axes.set_ylabel("group delay [ms]")
    axes.set_xlabel("frequency [Hz]")
    axes.set_title("where less than 20 dB are lost; grey elsewhere", fontweight="normal")
    _grid(axes, frequency)


def _step(axes: Axes, spec: Any, fs: float, settled: float) -> None:
    before = max(2, round(0.06 * settled * fs))
    samples = min(200_000, max(16, round(1.25 * settled * fs)))
    x = np.zeros(before + samples)
    x[before:] = STEP_UV
    chain = spec if isinstance(spec, _core.Chain) else _core.Chain(spec)
    y = chain(x, fs=fs)
    time_ms = 1000 * (np.arange(len(x)) - before) / fs
    axes.plot(time_ms, x, color=GRID, lw=1.2, drawstyle="steps-post")
    axes.plot(time_ms, y, color=BAND, lw=1.4)
    axes.axvline(1000 * settled, color=REST, lw=1.1, ls=(0, (4, 2)))
    axes.set_xlim(time_ms[0], time_ms[-1])
    axes.set_ylabel("answer to 1 mV\n[µV]")
    axes.set_xlabel("time after the step [ms]")
    axes.set_title(f"within 1 µV of its final value after {1000 * settled:.4g} ms", fontweight="normal")
    axes.grid(True)


def _grid(axes: Axes, frequency: NDArray[np.float64]) -> None:
    axes.set_xlim(frequency[0], frequency[-1])
    axes.grid(True, which="major")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
