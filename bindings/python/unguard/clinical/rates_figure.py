"""Rates as a picture: events an hour of every group, with their intervals."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.figure import Figure

from unguard.arguments import object_of
from unguard.clinical.event_rates import Rates
from unguard.report.colours import BAND, INK
from unguard.report.drawing import short, style

_SIZE_IN = (7.2, 3.0)


def plot_rates(found: Rates, *, axes: Any = None) -> Any:
    """Draw events an hour of every group, as points with exact 95 % intervals, and return the Axes.

    Groups that nothing was recorded of stay empty. Under each its hours stand.

    Parameters
    ----------
    found: of `rates_by_hour` or `rates_by_context`. axes: to draw into; by default those of a new figure.

    Raises
    ------
    ConfigError: something else than Rates.
    """
    object_of("found", found, Rates, "what rates_by_hour() or rates_by_context() returns")
    with style():
        if axes is None:
            axes = Figure(figsize=_SIZE_IN, layout="constrained").subplots()
        for at, r in enumerate(found.rates):
            if math.isnan(r.per_hour.value):
                continue
            axes.plot([at, at], [r.per_hour.low, r.per_hour.high], color=BAND, lw=2, solid_capstyle="butt")
            axes.plot([at], [r.per_hour.value], "o", ms=5, color=INK, clip_on=False, zorder=3)
        hours = [f"{r.hours:.2g} h" if r.hours > 0 else "" for r in found.rates]
        named = [short(r.group) or "nothing said" for r in found.rates]
        axes.set_xticks(range(len(named)), [f"{n}\n{h}" for n, h in zip(named, hours, strict=True)], fontsize=7)
        axes.set_ylim(bottom=0)
        axes.set_xlabel(found.by)
        axes.set_ylabel("events an hour")
        axes.grid(True, axis="y")
        axes.set_axisbelow(True)
    return axes
