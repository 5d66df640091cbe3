"""Drivers as a picture: every context with its effect and interval, the largest on top."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from unguard.arguments import object_of
from unguard.clinical.drivers import Drivers
from unguard.report.colours import BAND, BEFORE, INK
from unguard.report.drawing import short, style

_WIDE_IN, _HIGH_IN, _ROW_IN = 7.2, 1.1, 0.28


def plot_drivers(found: Drivers, *, axes: Any = None) -> Any:
    """Draw a forest plot and return its Axes: one row a context, the largest shrunk effect on top.

    Squares and lines: effects and their 95 % intervals, filled and dark where they drive, open and grey where they are
    not told from chance; the square's area goes with the observations. Diamonds: the shrunk effects. Behind each the
    observations and q stand in words.

    Parameters
    ----------
    found: of `drivers`. axes: to draw into; by default those of a new figure.

    Raises
    ------
    ConfigError: something else than Drivers.
    """
    object_of("found", found, Drivers, "what drivers() returns")
    rows = len(found.found)
    with style():
        if axes is None:
            axes = Figure(figsize=(_WIDE_IN, _HIGH_IN + _ROW_IN * max(rows, 1)), layout="constrained").subplots()
        axes.axvline(0, color=INK, lw=1)
        most = max((d.observations for d in found.found), default=1)
        for at, d in enumerate(found.found):
            look = BAND if d.drives else BEFORE
            e = d.effect
            axes.plot([e.low, e.high], [at, at], color=look, lw=2.2 if d.drives else 1, solid_capstyle="butt")
            size = 3 + 5 * (d.observations / most) ** 0.5
            axes.plot([e.value], [at], "s", ms=size, color=look if d.drives else "white", mec=look)
            axes.plot([d.shrunk.value], [at], "D", ms=4.5, color="white", mec=INK, zorder=3)
            axes.annotate(f"{d.observations}, q {_chance(d.q)}", (1.01, at), xycoords=("axes fraction", "data"),
                          va="center", fontsize=8, color=INK)  # fmt: skip
        axes.set_yticks(range(rows), [short(f"{d.factor}: {d.context}") for d in found.found])
        for label, d in zip(axes.get_yticklabels(), found.found, strict=True):
            label.set_fontweight("bold" if d.drives else "normal")
        axes.set_ylim(max(rows, 1) - 0.4, -0.6)
        axes.set_xlabel(f"effect on {found.outcome} [standard deviations]; diamond: shrunk")
        kept = f"{100 * found.false_discoveries:g} % of the drivers may be none"
        axes.set_title(f"goes with less  |  goes with more    ({found.observations} observations; {kept})",
                       fontweight="normal")  # fmt: skip
        axes.grid(True, axis="x")
        axes.set_axisbelow(True)
    return axes


def _chance(q: float) -> str:
    return "< 0.001" if q < 0.001 else f"{q:.3f}"
