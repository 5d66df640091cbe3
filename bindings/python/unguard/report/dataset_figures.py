"""Figures of the report of a dataset: how measures are distributed over recordings, and what of them is believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator
from numpy.typing import NDArray

from unguard.report.colours import BAND, GRID, INK
from unguard.report.drawing import short, style, svg

#: More muscles than a page can show are left to the table.
MOST_MUSCLES = 24
_WIDTH = 10.5
_ROW = 0.3
#: From lost to believed; told apart in grey, too.
_BELIEF = LinearSegmentedColormap.from_list("belief", ["#D55E00", "#F0E442", "#d7e6f1", "#ffffff"])
#: Sheets of paper: taller than this a picture is squeezed.
_MOST_HEIGHT = 9.0
_WIDE = 5.0


def distributions(values: Mapping[str, Mapping[str, NDArray[np.float64]]], labels: Mapping[str, str]) -> str:
    """Return every recording as a dot, and median and quartiles, of some measures side by side.

    Parameters
    ----------
    values: by measure and muscle, one number a channel of a recording, finite. labels: of the axis of each measure.
    """
    muscles = list(next(iter(values.values())))[:MOST_MUSCLES]
    with style():
        height = 0.9 + _ROW * max(2, len(muscles))
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        panels = figure.subplots(1, len(values), sharey=True, squeeze=False)[0]
        for axes, (measure, of) in zip(panels, values.items(), strict=True):
            for row, muscle in enumerate(muscles):
                _strip(axes, of[muscle], row)
            axes.set_title(labels[measure])
            axes.grid(axis="x")
            axes.set_axisbelow(True)
            _scale(axes, np.concatenate(list(of.values())), labels[measure])
        panels[0].set_yticks(range(len(muscles)), [short(m) for m in muscles])
        panels[0].set_ylim(len(muscles) - 0.5, -0.5)
        return svg(figure, "distributions")


def belief_map(shares: NDArray[np.float64], columns: Sequence[str], rows: int) -> str:
    """Return what a live session would have believed, of every channel of every recording.

    Parameters
    ----------
    shares: 0 to 1, NaN where there is no such channel, shape (recordings, channels). rows: recordings.
    """
    with style():
        height = min(_MOST_HEIGHT, 2.2 + max(0.8, 0.028 * rows))
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        axes = figure.subplots()
        axes.set_facecolor("#eeeeee")
        image = axes.imshow(
            np.ma.masked_invalid(shares), aspect="auto", cmap=_BELIEF, vmin=0, vmax=1, interpolation="nearest"
        )
        for x in range(1, len(columns)):
            axes.axvline(x - 0.5, color=GRID, linewidth=0.6)
        axes.set_xticks(
            range(len(columns)), [short(c) for c in columns], rotation=35, ha="right", rotation_mode="anchor"
        )
        axes.set_ylabel("recordings, by name")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        axes.yaxis.set_major_formatter(lambda y, _: f"{y + 1:.0f}")
        axes.set_ylim(rows - 0.5, -0.5)
        bar = figure.colorbar(image, ax=axes, shrink=0.8, pad=0.01)
        bar.set_label("believed share")
        bar.outline.set_visible(False)
        return svg(figure, "belief")


def _scale(axes: Any, values: NDArray[np.float64], label: str) -> None:
    """Make the axis logarithmic where levels differ by more than the eye follows on a straight one."""
    if len(values) and "µV" in label and values.min() > 0 and values.max() > _WIDE * values.min():
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.xaxis.set_major_formatter(lambda x, _: f"{x:g}")
        axes.xaxis.set_minor_locator(NullLocator())


def _strip(axes: Any, values: NDArray[np.float64], row: int) -> None:
    """Draw dots and quartiles in a row; where many would lie on each other, they are spread the same way every time."""
    if not len(values):
        return
    spread = np.random.default_rng(len(values)).uniform(-0.28, 0.28, len(values))
    size = 9 if len(values) <= 60 else 4
    axes.scatter(values, row + spread, s=size, color=BAND, alpha=0.35, linewidths=0, rasterized=len(values) > 400)
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    axes.plot([low, high], [row, row], color=INK, linewidth=1.4, solid_capstyle="butt")
    axes.plot([middle], [row], marker="|", color=INK, markersize=11, markeredgewidth=2)
