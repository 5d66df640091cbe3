"""The latencies of one frame as histograms, with their percentiles."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from unguard.report.colours import BAND, BEFORE, REST, SIGNAL
from unguard.report.drawing import style

from bench.evidence.latency import CHANNELS, QUANTILES, Latencies, duration

#: What is drawn, in which colour, and the bars of p50 and p99.9 in nanoseconds.
PANELS = {
    "C++": (BAND, {"p50": 500, "p99.9": 10_000}),
    "C++, a frame every 0.5 ms": (BAND, {}),
    "Python": (SIGNAL, {"p50": 5000}),
}
BINS_A_DECADE = 16
LEFT_NS, RIGHT_NS = 40, 2e7
#: Names of percentiles that would cover one another stand in steps this far apart, in the logarithm of time.
APART = 0.4


def draw(found: dict[str, Latencies], path: Path) -> None:
    """Write the picture."""
    with style():
        figure = Figure(figsize=(9.2, 7.2), layout="constrained")
        drawn = figure.subplots(len(PANELS), 1, sharex=True)
        for axes, (name, (colour, bars)) in zip(drawn, PANELS.items(), strict=True):
            _panel(axes, found[name], colour, bars)
            axes.set_title(f"{name}: {found[name].frames:,} frames")
        drawn[-1].set_xlabel("from the call to its return, the clock's own time included")
        figure.suptitle(f"One frame a call, {CHANNELS} channels: band-pass, notch, |x|, low-pass", fontsize=10.5)
        figure.savefig(path, dpi=140)


def _panel(axes: Axes, one: Latencies, colour: str, bars: dict[str, int]) -> None:
    edges = np.geomspace(LEFT_NS, RIGHT_NS, 1 + round(BINS_A_DECADE * np.log10(RIGHT_NS / LEFT_NS)))
    axes.hist(one.nanoseconds.clip(LEFT_NS, RIGHT_NS), bins=edges, weights=one.how_often, color=colour, alpha=0.55)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_ylim(0.6, 1e8)
    axes.set_xlim(LEFT_NS, RIGHT_NS)
    axes.set_ylabel("frames")
    decades = 10 ** np.arange(0, 7, 2)
    axes.set_yticks(decades, [f"{n:,}" for n in decades])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_xticks(10.0 ** np.arange(2, 8), ["100 ns", "1 us", "10 us", "100 us", "1 ms", "10 ms"])
    axes.grid(axis="x")
    axes.set_axisbelow(True)
    right_of = -np.inf
    for name in QUANTILES:
        value = one.at(name)
        axes.axvline(value, color=BEFORE, lw=0.9, ymax=0.8)
        # To the right of the one before it where they are close.
        at = max(np.log10(value), right_of)
        right_of = at + APART
        axes.annotate(
            f"{name}\n{duration(value)}",
            (value, 0.8),
            xycoords=("data", "axes fraction"),
            xytext=(10**at, 0.985),
            textcoords=("data", "axes fraction"),
            fontsize=8,
            ha="center",
            va="top",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            arrowprops={"arrowstyle": "-", "color": BEFORE, "lw": 0.7},
        )
    for name, bar in bars.items():
        axes.axvline(bar, color=REST, lw=1.1, ls=(0, (4, 2)), ymax=0.62)
        axes.annotate(
            f"bar of {name}: {duration(bar)}",
            (bar, 0.6),
            xycoords=("data", "axes fraction"),
            xytext=(4, 0),
            textcoords="offset points",
            fontsize=8,
            va="top",
            color=REST,
        )
