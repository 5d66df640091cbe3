"""An envelope as a picture: over the EMG that it was made of, where it cannot be believed left out."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from unguard.arguments import number
from unguard.errors import ConfigError
from unguard.report.colours import ENVELOPE, NOT_BELIEVED, REST, SIGNAL
from unguard.report.drawing import as_shown, bars, style, time_label
from unguard.runs import runs_of

_SIZE_IN = (9.2, 2.7)


def plot_envelope(
    level: ArrayLike,
    *,
    fs: float,
    x: ArrayLike | None = None,
    marks: ArrayLike | None = None,
    delay: float = 0.0,
    rest: float | None = None,
    axes: Axes | None = None,
) -> Axes:
    """Draw an envelope over time, and the EMG behind it; return the Axes.

    Parameters
    ----------
    level: one channel, (samples,), microvolts, as a Chain with an envelope returns it.
    fs: sampling rate, Hz.
    x: the EMG that it was made of, (samples,), microvolts, drawn behind it; None for none.
    marks: reason bits of every value, uint32, (samples,), as the Chain returns them beside it; what is marked is
        hatched. None: all is believed.
    delay: of the envelope, s, as the chain's latency says; it is drawn that much earlier, over what it is of.
    rest: a level at rest, microvolts, as a line; None for none.
    axes: to draw into; by default those of a new figure.

    Raises
    ------
    ConfigError: naming the argument.
    """
    values = _one_channel("level", level)
    rate = number("fs", fs, "a sampling rate above 0 Hz")
    if not rate > 0:
        raise ConfigError("fs", f"{rate:g}", "a sampling rate above 0 Hz")
    late = number("delay", delay, "a delay of 0 s or more")
    if late < 0:
        raise ConfigError("delay", f"{late:g} s", "a delay of 0 s or more")
    seconds = len(values) / rate
    unit = 60.0 if seconds >= 600 else 1.0
    time = np.arange(len(values)) / rate / unit
    with style():
        drawn: Axes = axes if axes is not None else Figure(figsize=_SIZE_IN, layout="constrained").subplots()
        drawn.set_xlim(0, seconds / unit)
        if x is not None:
            emg = _one_channel("x", x)
            if len(emg) != len(values):
                raise ConfigError("x", f"{len(emg)} samples", f"as many as level has, {len(values)}")
            drawn.plot(*as_shown(time, emg), color=SIGNAL, lw=0.4, alpha=0.45, label="EMG")
        drawn.plot(*as_shown(time - late / unit, values), color=ENVELOPE, lw=1.2, label="envelope")
        if marks is not None:
            _hatch(drawn, _bits(marks, len(values)), rate, unit, late)
        if rest is not None:
            level_at_rest = number("rest", rest, "microvolts, or None")
            drawn.axhline(level_at_rest, color=REST, lw=1.2, ls=(0, (4, 2)), label="rest")
        drawn.set_xlabel(time_label(seconds))
        drawn.set_ylabel("[µV]")
        drawn.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3, fontsize=8, frameon=False, borderaxespad=0)
    return drawn


def _one_channel(name: str, given: ArrayLike) -> NDArray[np.float64]:
    found = np.asarray(given)
    if found.dtype.kind not in "fiu" or found.ndim != 1 or not len(found):
        raise ConfigError(name, f"{found.dtype} of shape {found.shape}", "samples of one channel, (samples,)")
    return np.asarray(found, dtype=np.float64)


def _bits(marks: ArrayLike, count: int) -> NDArray[np.bool_]:
    found = np.asarray(marks)
    if found.dtype.kind not in "ui" or found.shape != (count,):
        raise ConfigError("marks", f"{found.dtype} of shape {found.shape}", f"uint32 of shape ({count},), or None")
    return np.asarray(found != 0)


def _hatch(axes: Axes, marked: NDArray[np.bool_], fs: float, unit: float, late: float) -> None:
    spans = [((a / fs - late) / unit, (b / fs - late) / unit) for a, b in runs_of(marked)]
    bars(axes, spans, 0, 1, inside_axes=True, facecolor="none", edgecolor=NOT_BELIEVED, hatch="/////", lw=0)
