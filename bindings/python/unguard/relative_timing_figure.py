"""Latencies as a picture: every repetition in the order of time, the median and its interval."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from unguard.report.colours import BAND, BEFORE, INK, NOT_BELIEVED
from unguard.report.drawing import style

if TYPE_CHECKING:
    from unguard.relative_timing import OnsetLatency

_SIZE_IN = (6.4, 3.2)


def drawn(found: OnsetLatency, axes: Any) -> Any:
    """Return the Axes with the latencies: one row a repetition, the first on top; a cross has no partner."""
    table = found.to_dataframe()
    late, row = table["latency_ms"].to_numpy(), np.arange(1, len(table) + 1)
    alone = np.isnan(late)
    with style():
        if axes is None:
            axes = Figure(figsize=_SIZE_IN, layout="constrained").subplots()
        axes.axvline(0, color=INK, lw=1)
        if math.isfinite(found.low_ms):
            axes.axvspan(found.low_ms, found.high_ms, color=BAND, alpha=0.15, lw=0)
        if len(found):
            axes.axvline(found.median_ms, color=BAND, lw=1.2, ls=(0, (4, 2)))
        told = None if found.sd_ms is None else np.full(len(late), found.sd_ms)[~alone]
        axes.errorbar(late[~alone], row[~alone], xerr=told, fmt="o", ms=4, color=BAND, ecolor=BEFORE, elinewidth=0.8)
        axes.plot(np.zeros(alone.sum()), row[alone], "x", ms=5, color=NOT_BELIEVED)
        axes.set_ylim(len(table) + 0.6, 0.4)
        axes.yaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
        axes.set_xlabel(f"{found.channel} after {found.reference} [ms]")
        axes.set_ylabel("repetition")
        axes.set_title(repr(found)[1:-1].partition(": ")[2], fontweight="normal")
        axes.grid(True, axis="x")
        axes.set_axisbelow(True)
    return axes
