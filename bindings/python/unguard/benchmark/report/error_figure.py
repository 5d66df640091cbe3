"""Onset error against signal-to-noise ratio, at the best setting of each method; an event that was missed counts."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from unguard.benchmark.comparison import Comparison
from unguard.benchmark.report.looks import Look, looks
from unguard.benchmark.report.panels import handles_of, legend, legend_height_in, panels
from unguard.benchmark.score import TrueEvent
from unguard.benchmark.search import Searched

_HEIGHT_IN = 3.1
#: Width of the steps of the ratio, decibels, and the fewest events in one.
_STEP_DB = 5.0
_FEWEST = 3
#: Of the axis, where the ratios are all but the same.
_LEAST_SPAN_DB = 10.0
_LEAST_MS, _MOST_MS = 1.0, 1000.0


def error_figure(made: Comparison) -> Figure:
    """Draw it, in the style that is set."""
    sets = [d for d in made.datasets if d.true_events and d.edges]
    look = looks(made)
    figure, rows = panels(len(sets), _HEIGHT_IN, ends_in=legend_height_in(len(look)))
    drawn = [axes for row in rows for axes in row]
    for axes, data in zip(drawn, sets, strict=False):
        for s in made.of(data.name):
            _method(axes, s, look[s.family.name])
        _dress(axes, data.name)
    for row in rows:
        row[0].set_ylabel("median |onset error| [ms]")
    legend(figure, handles_of(drawn), look)
    return figure


def by_ratio(events: tuple[TrueEvent, ...]) -> list[tuple[float, float]]:
    """Return (ratio in dB, median absolute onset error in ms) of steps of 5 dB with three events or more.

    The ratio is the median of the step. Missed events are infinitely far off: where half are missed, so is the median.
    """
    known = [e for e in events if not math.isnan(e.snr_dB)]
    steps = sorted({math.floor(e.snr_dB / _STEP_DB) for e in known})
    made = []
    for step in steps:
        here = [e for e in known if math.floor(e.snr_dB / _STEP_DB) == step]
        if len(here) < _FEWEST:
            continue
        errors = [abs(e.onset_ms) if e.was_found else math.inf for e in here]
        made.append((float(np.median([e.snr_dB for e in here])), float(np.median(errors))))
    return made


def _method(axes: Axes, s: Searched, look: Look) -> None:
    outcome = s.best or s.documented
    points = [] if outcome.failed else by_ratio(outcome.whole.events)
    if not points:
        return
    ratio, error = zip(*points, strict=True)
    shown = [min(max(e, _LEAST_MS), _MOST_MS) for e in error]
    axes.plot(
        ratio,
        shown,
        color=look.colour,
        lw=look.width,
        marker=look.marker,
        ms=8 if look.ours else 5.5,
        mfc=look.colour if look.ours else "white",
        zorder=4 if look.ours else 2,
        clip_on=False,
        label=s.family.name,
    )


def _dress(axes: Axes, title: str) -> None:
    axes.set_title(title, pad=11)
    if not axes.lines:
        text = f"fewer than {_FEWEST} events in any {_STEP_DB:g} dB"
        axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", fontsize=8, style="italic", color="#777777")
    axes.set_yscale("log")
    axes.set_ylim(_LEAST_MS, _MOST_MS)
    axes.set_xlabel("signal-to-noise ratio [dB]")
    axes.margins(x=0.12)
    low, high = axes.get_xlim()
    room = max(0.0, _LEAST_SPAN_DB - (high - low)) / 2
    axes.set_xlim(low - room, high + room)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.grid(True)
    axes.set_axisbelow(True)
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(FuncFormatter(_tick))


def _tick(value: float, _: object) -> str:
    if value >= _MOST_MS:
        return "farther,\nor missed"
    return f"≤ {value:g}" if value <= _LEAST_MS else f"{value:g}"
