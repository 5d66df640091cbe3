"""All channels on one time axis: when each muscle was active, and what was marked."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from unguard.analysis import Analysis
from unguard.report.colours import NOT_BELIEVED, PHASES, by_colour
from unguard.report.drawing import bars, short, style, svg, time_axis, time_label
from unguard.report.words import marked
from unguard.runs import runs_of

_WIDTH_IN = 10.6
_HEIGHT_OF_ALL_BUT_CHANNELS_IN = 0.85
_HEIGHT_OF_CHANNEL_IN = 0.27
_MANY = 150


def overview(made: Analysis) -> str:
    """Return the overview as SVG."""
    with style():
        count = len(made.channels)
        height = _HEIGHT_OF_ALL_BUT_CHANNELS_IN + _HEIGHT_OF_CHANNEL_IN * count
        figure = Figure(figsize=(_WIDTH_IN, height), layout="constrained")
        axes = figure.add_subplot()
        unit = time_axis(axes, made.duration_s)
        for row, channel in enumerate(made.channels):
            low, high = row - 0.36, row + 0.36
            for colour, spans in by_colour(channel.events, unit).items():
                # The edge keeps a spike visible; among hundreds of events it would paint over the gaps.
                edge = 0.8 if len(channel.events) < _MANY else 0.1
                bars(axes, spans, low, high, facecolor=colour, edgecolor=colour, linewidth=edge)
            width = made.duration_s / max(1, len(channel.trace_bad)) / unit
            bad = [(a * width, b * width) for a, b in runs_of(channel.trace_bad)]
            bars(axes, bad, low, high, facecolor="none", edgecolor=NOT_BELIEVED, hatch="/////", lw=0)
        axes.set_yticks(range(count), [short(c.name) for c in made.channels])
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(count - 0.4, -1.3 if marked(made) else -0.6)
        axes.set_xlabel(time_label(made.duration_s))
        axes.xaxis.grid(True)
        axes.set_axisbelow(True)
        _strip(axes, made, unit)
        return svg(figure, "overview")


def _strip(axes: Axes, made: Analysis, unit: float) -> None:
    for what, start, end in marked(made):
        bars(axes, [(start / unit, end / unit)], -1.2, -0.7, facecolor=PHASES[what], edgecolor="white", lw=0.8)
