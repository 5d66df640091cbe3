"""All channels on one time axis: when each muscle was active, and what was marked."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from unguard.analysis import Analysis
from unguard.analysis.result import HUM
from unguard.report.colours import (
    HUMMING,
    INK,
    MEANING,
    NOT_BELIEVED,
    REST,
    colour_of,
    colour_of_kind,
)
from unguard.report.drawing import stretches, style, svg, time_axis, time_label
from unguard.report.words import kinds_present

_WIDTH_IN = 10.6
_HEIGHT_OF_ALL_BUT_CHANNELS_IN = 1.15
_HEIGHT_OF_CHANNEL_IN = 0.27
_LONGEST_NAME = 24
#: A phase that is drawn narrower than this share of the page has no room for its name.
_LETTER = 0.0085


def overview(made: Analysis) -> str:
    """Return the overview as SVG."""
    with style():
        count = len(made.channels)
        height = _HEIGHT_OF_ALL_BUT_CHANNELS_IN + _HEIGHT_OF_CHANNEL_IN * count
        figure = Figure(figsize=(_WIDTH_IN, height), layout="constrained")
        axes = figure.add_subplot()
        unit = time_axis(axes, made.duration_s)
        for row, channel in enumerate(made.channels):
            width = made.duration_s / max(1, len(channel.trace_bad)) / unit
            bad = [(a * width, (b - a) * width) for a, b in stretches(channel.trace_bad)]
            axes.broken_barh(bad, (row - 0.36, 0.72), facecolor="white", edgecolor=NOT_BELIEVED, hatch="/////", lw=0)
            for event in channel.events:
                colour = colour_of(event)
                bar = [(event.onset_s / unit, event.duration_s / unit)]
                axes.broken_barh(bar, (row - 0.36, 0.72), facecolor=colour, edgecolor=colour, linewidth=0.8)
        axes.set_yticks(range(count), [_short(c.name) for c in made.channels])
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(count - 0.4, -1.45 if _marked(made) else -0.6)
        axes.set_xlabel(time_label(made.duration_s))
        axes.xaxis.grid(True)
        axes.set_axisbelow(True)
        _phases(axes, made, unit)
        handles = _legend(made)
        if handles:
            figure.legend(
                handles=handles, loc="outside upper left", ncols=len(handles), frameon=False, fontsize=8.5,
                handlelength=1.4, columnspacing=1.6,
            )
        return svg(figure, "overview")


def _marked(made: Analysis) -> list[tuple[str, float, float]]:
    return sorted([("declared rest", *r) for r in made.method.rests_s] + list(made.method.phases_s), key=lambda p: p[1])


def _phases(axes: Axes, made: Analysis, unit: float) -> None:
    shades = {"declared rest": REST, "standing": "#cfd6dd", "bending": "#aab6c2", "full flexion": "#7f8fa0",
              "returning": "#aab6c2"}  # fmt: skip
    for what, start, end in _marked(made):
        axes.broken_barh(
            [(start / unit, (end - start) / unit)], (-1.3, 0.62), facecolor=shades[what], edgecolor="white", lw=1
        )
        if (end - start) / made.duration_s > _LETTER * len(what):
            dark = what in ("declared rest", "full flexion")
            axes.text(
                (start + end) / 2 / unit, -0.99, what, ha="center", va="center", fontsize=8,
                color="white" if dark else INK,
            )


def _legend(made: Analysis) -> list[Patch]:
    handles = [
        Patch(color=colour_of_kind(k), label=MEANING[k])
        for k in kinds_present(e for e in made.events if HUM not in e.reasons)
    ]
    if any(HUM in e.reasons for e in made.events):
        handles.append(Patch(color=HUMMING, label="nearly all mains hum"))
    if any(c.trace_bad.any() for c in made.channels):
        handles.append(Patch(facecolor="white", edgecolor=NOT_BELIEVED, hatch="/////", lw=0, label="not to be believed"))
    return handles


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
