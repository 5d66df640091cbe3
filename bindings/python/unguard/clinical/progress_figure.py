"""A course of sessions as a picture: every start, every end, what is noise, and the way to the goal."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from unguard.arguments import object_of
from unguard.clinical.progress import Progress
from unguard.clinical.sessions import Array
from unguard.report.colours import BAND, BEFORE, INK, NOT_BELIEVED, REST
from unguard.report.drawing import style

_SIZE_IN = (7.6, 3.8)
#: Beyond the ends of a scale, so that a dot on one is whole.
_ROOM = 0.05


def plot_progress(found: Progress, *, axes: Any = None) -> Any:
    """Draw a course of sessions and return the Axes.

    Dots: starts; an arrow from each to the end of its session. Crosses: flares, which are left out. Grey band: what the
    mean of the first block of sessions may differ by in noise alone, as the verdict asks; only a block outside of it
    counts. Line and blue band: the local linear trend. Dotted: the goal.

    Parameters
    ----------
    found: of `progress`. axes: to draw into; by default those of a new figure.

    Raises
    ------
    ConfigError: something else than a Progress.
    """
    object_of("found", found, Progress, "what progress() returns")
    day, value = _when(found), found.values
    flare = np.isin(np.arange(len(day)), found.flares)
    with style():
        if axes is None:
            axes = Figure(figsize=_SIZE_IN, layout="constrained").subplots()
        if found.log:
            axes.set_yscale("log")
            # The style takes no mathematics, in which matplotlib writes powers of ten.
            axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 3, 5, 7)))
            axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
            axes.yaxis.set_minor_formatter(NullFormatter())
        _noise(axes, found, ~flare & np.isfinite(value))
        drawn = np.isfinite(found.smooth)
        if drawn.any():
            axes.fill_between(day[drawn], found.smooth_low[drawn], found.smooth_high[drawn], color=BAND, alpha=0.18,
                              lw=0, label="its 95 % band")  # fmt: skip
            axes.plot(day[drawn], found.smooth[drawn], color=BAND, lw=1.6, label="local linear trend")
        if found.ends is not None:
            arrow = {"arrowstyle": "->", "color": BEFORE, "lw": 1, "shrinkA": 3, "shrinkB": 0}
            for i in np.flatnonzero(np.isfinite(value) & np.isfinite(found.ends) & ~flare):
                axes.annotate("", (day[i], found.ends[i]), (day[i], value[i]), arrowprops=arrow)
            axes.plot(day[~flare], found.ends[~flare], "^", ms=4, color="white", mec=BEFORE, label="end")
        axes.plot(day[~flare], value[~flare], "o", ms=5, color=INK, label="start of a session")
        if flare.any():
            axes.plot(day[flare], value[flare], "x", ms=7, mew=1.6, color=NOT_BELIEVED, label="flare, left out")
        if found.goal is not None:
            axes.axhline(found.goal, color=REST, lw=1.4, ls=(0, (1, 1.5)), label="goal")
        if found.first is None:
            axes.set_xlabel("day")
        else:
            locator = AutoDateLocator(minticks=3, maxticks=8)  # type: ignore[no-untyped-call]
            axes.xaxis.set_major_locator(locator)
            axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
        if found.scale is not None:
            room = _ROOM * (found.scale[1] - found.scale[0])
            axes.set_ylim(found.scale[0] - room, found.scale[1] + room)
        axes.set_ylabel(f"value ({found.better} is better)")
        axes.set_title(str(found.decision), fontweight="normal", loc="left", pad=36)
        axes.grid(True, axis="y")
        axes.set_axisbelow(True)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, fontsize=8, frameon=False, borderaxespad=0.2,
                    handlelength=1.4, columnspacing=1.0)  # fmt: skip
    return axes


def _when(found: Progress) -> Array:
    """Return the dates of the sessions as matplotlib counts them; days since the first where they have none."""
    if found.first is None:
        return found.days
    begins: float = date2num(found.first)  # type: ignore[no-untyped-call]
    return found.days + begins


def _noise(axes: Any, found: Progress, kept: Any) -> None:
    """Draw the band that the mean of a block has to leave, and the blocks themselves."""
    blocks = found.decision.blocks
    if blocks is None:
        return
    scale, back = (np.log, np.exp) if found.log else (np.asarray, np.asarray)
    day, value = _when(found)[kept], scale(found.values[kept])
    n = blocks.sessions
    if blocks.least is not None:
        low, high = (float(back(value[:n].mean() + s * blocks.least)) for s in (-1, 1))
        if found.scale is not None:
            low, high = max(low, found.scale[0]), min(high, found.scale[1])
        axes.axhspan(low, high, color="#b4bfcb", alpha=0.35, lw=0, label="noise of a block")
    for part in (slice(0, n), slice(len(day) - n, None)):
        axes.plot(day[part][[0, -1]], [float(back(value[part].mean()))] * 2, color=INK, lw=2.5, solid_capstyle="butt")
