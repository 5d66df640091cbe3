"""Onset error against signal-to-noise ratio, at the best setting of each method; an event that was missed counts."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from unguard.benchmark.comparison import Comparison
from unguard.benchmark.report.looks import Look, looks
from unguard.benchmark.score import TrueEvent
from unguard.benchmark.search import Searched

_WIDTH_IN = 10.6
_HEIGHT_IN = 3.9
#: Width of the steps of the ratio, decibels, and the fewest events in one.
_STEP_DB = 5.0
_FEWEST = 3
_LEAST_MS, _MOST_MS = 1.0, 1000.0


def error_figure(made: Comparison) -> Figure:
    """Draw it, in the style that is set."""
    sets = [d for d in made.datasets if d.true_events and d.edges]
    look = looks(made)
    figure = Figure(figsize=(_WIDTH_IN, _HEIGHT_IN), layout="constrained")
    panels = figure.subplots(1, max(1, len(sets)), sharey=True, squeeze=False)[0]
    handles: dict[str, Artist] = {}
    for axes, data in zip(panels, sets, strict=False):
        for s in made.of(data.name):
            _method(axes, s, look[s.family.name], handles)
        _dress(axes, data.name)
    panels[0].set_ylabel("median |onset error| [ms]")
    names = [n for n in look if n in handles]
    chosen = [handles[n] for n in names]
    figure.legend(chosen, names, loc="outside lower center", ncols=5, frameon=False, fontsize=8)
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


def _method(axes: Axes, s: Searched, look: Look, handles: dict[str, Artist]) -> None:
    outcome = s.best or s.documented
    points = [] if outcome.failed else by_ratio(outcome.whole.events)
    if not points:
        return
    ratio, error = zip(*points, strict=True)
    shown = [min(max(e, _LEAST_MS), _MOST_MS) for e in error]
    (line,) = axes.plot(
        ratio,
        shown,
        color=look.colour,
        lw=look.width,
        marker=look.marker,
        ms=8 if look.ours else 5.5,
        mfc=look.colour if look.ours else "white",
        zorder=4 if look.ours else 2,
        clip_on=False,
    )
    handles.setdefault(s.family.name, line)


def _dress(axes: Axes, title: str) -> None:
    axes.set_title(title)
    axes.set_yscale("log")
    axes.set_ylim(_LEAST_MS, _MOST_MS)
    axes.set_xlabel("signal-to-noise ratio in the band [dB]")
    axes.margins(x=0.12)
    axes.grid(True)
    axes.set_axisbelow(True)
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: "farther,\nor missed" if v >= _MOST_MS else f"{v:g}"))
