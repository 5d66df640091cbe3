"""False alarms an hour against h: a panel a noise, a line a statistic."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from unguard.report.colours import GRID, INK, NOT_BELIEVED
from unguard.report.drawing import style

#: Colour, sign and line of each statistic, in their order: told apart without colour, too.
LOOKS = (
    ("#0072B2", "o", "-"),
    ("#D55E00", "s", "-"),
    ("#009E73", "^", "--"),
    ("#AA4499", "D", ":"),
    ("#3a3a3a", "v", "-."),
)
#: The "3 SD" that everybody writes.
USUAL = 3.0
_LOWEST, _HIGHEST = 0.1, 4e4


def draw(courses: Mapping[tuple[str, str], Mapping[float, Any]], path: Path) -> None:
    """Draw the counts by (noise, statistic) and h; where none was counted, the upper 95 % limit, unfilled."""
    colours = list(dict.fromkeys(colour for colour, _ in courses))
    names = list(dict.fromkeys(name for _, name in courses))
    with style():
        figure = Figure(figsize=(9.2, 4.1), layout="constrained")
        panels = figure.subplots(1, len(colours), sharey=True)
        for axes, colour in zip(panels, colours, strict=True):
            for name, look in zip(names, LOOKS, strict=True):
                _line(axes, courses[colour, name], look)
            _finish(axes, colour)
        panels[0].set_ylabel("false alarms an hour")
        signs = [
            Line2D([], [], color=c, marker=m, ls=ls, ms=4.5, lw=1.3, label=name)
            for name, (c, m, ls) in zip(names, LOOKS, strict=True)
        ]
        signs.append(
            Line2D([], [], color=INK, marker="o", ls="", mfc="white", ms=4.5, label="none counted: 95 % limit")
        )
        figure.legend(handles=signs, loc="outside lower center", ncols=3, frameon=False, fontsize=8.5, handlelength=3.2)
        figure.savefig(path, dpi=110)


def _line(axes: Axes, course: Mapping[float, Any], look: tuple[str, str, str]) -> None:
    colour, marker, line = look
    h = np.array(list(course))
    rate = np.array([c.per_hour if c.alarms else c.highest_per_hour for c in course.values()])
    none = np.array([c.alarms == 0 for c in course.values()])
    axes.semilogy(h[~none], rate[~none], color=colour, marker=marker, ls=line, lw=1.3, ms=4.5)
    # A limit is no rate: no line leads up to it, and it points down to where the rate may be.
    axes.vlines(h[none], 0.55 * rate[none], rate[none], color=colour, lw=1.1)
    axes.semilogy(h[none], rate[none], color=colour, marker=marker, ls="", ms=4.5, mfc="white")


def _finish(axes: Axes, colour: str) -> None:
    axes.axvline(USUAL, color=NOT_BELIEVED, lw=1, zorder=0)
    axes.annotate("3 SD", (USUAL, _HIGHEST), (3, -9), textcoords="offset points", fontsize=8, color="#666666")
    axes.axhline(1, color=NOT_BELIEVED, lw=1, ls=(0, (1, 2)), zorder=0)
    axes.set_title(f"{colour} noise")
    axes.set_xlabel("h, SD above the mean at rest")
    axes.set_xlim(0.7, 9.3)
    axes.set_ylim(_LOWEST, _HIGHEST)
    axes.set_yticks([0.1, 1, 10, 100, 1000, 10_000], ["0.1", "1", "10", "100", "1000", "10 000"])
    axes.set_xticks(range(1, 10))
    axes.minorticks_off()
    axes.grid(True, axis="y", color=GRID)
