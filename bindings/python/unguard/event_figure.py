"""Events as a picture: the EMG they were found in, what was declared, and what was reported when.

>>> found = unguard.Events(unguard.detect(spec, x, fs=2000, markers=markers), fs=2000)
>>> unguard.plot_events(found, x, markers=markers, begin=20, end=30)
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import ArrayLike, NDArray

from unguard._core import Event
from unguard.arguments import number, object_of, text
from unguard.errors import ConfigError
from unguard.event_table import Events
from unguard.report.colours import GRID, INK, PHASES, SIGNAL, colour_of_kind
from unguard.report.drawing import short, style

_SIZE_IN = (7.6, 2.7)
#: Heights, in halves of the EMG's: of a row of events, and of the strip with what was declared.
_ROW, _STRIP = 0.36, 0.3
#: Width of a letter, as a share of the picture: names do not run into each other.
_LETTER = 0.0115
#: Context after a marker; the others are moments.
_CONTEXTS = {
    "rest begins": "declared rest",
    "rest ends": "",
    "bending": "bending",
    "full flexion": "full flexion",
    "returning": "returning",
    "standing": "standing",
}


@dataclass(frozen=True)
class _Life:
    """The reports of one event: its OPEN and its last."""

    first: Event
    last: Event

    @property
    def cancelled(self) -> bool:
        return self.last.report == "CANCEL"


def plot_events(
    events: Events,
    x: ArrayLike,
    *,
    channel: str | None = None,
    markers: Sequence[tuple[str, int]] = (),
    begin: float = 0.0,
    end: float | None = None,
    axes: Axes | None = None,
) -> Axes:
    """Draw the EMG of a channel, what was declared, and its events: OPEN, onset, offset, CANCEL, and the kind.

    Times are of the detector's own input, which x is: the delay of filters in front of it is not taken off.

    Parameters
    ----------
    events: of a detector.
    x: what it was given of that channel, (samples,), microvolts.
    channel: its name; may be left out where there is one only.
    markers: what was declared, as `detect()` takes it: (kind, sample).
    begin, end: what is shown, s; by default all.
    axes: to draw into; by default those of a new figure.

    Raises
    ------
    ConfigError: naming the argument.
    """
    object_of("events", events, Events, "Events of a recording")
    y = np.asarray(x)
    if y.dtype.kind not in "fiu" or y.ndim != 1 or len(y) == 0:
        raise ConfigError("x", f"{y.dtype} of shape {y.shape}", "samples of one channel, (samples,), microvolts")
    fs = events.fs
    index = _index(events, channel)
    whole = "seconds within the record, begin before end"
    first, last = number("begin", begin, whole), len(y) / fs if end is None else number("end", end, whole)
    if not 0 <= first < last or last > len(y) / fs + 1 / fs:
        raise ConfigError("end", f"{last:g} s", f"after begin, {first:g} s, and within the record, {len(y) / fs:g} s")
    declared = _declared(markers)
    with style():
        if axes is None:
            axes = Figure(figsize=_SIZE_IN, layout="constrained").subplots()
        top = _signal(axes, y, fs, first, last)
        shown = [v for v in _lives(events, index) if v.first.onset / fs < last and _end(v, len(y)) / fs > first]
        rows = _events(axes, shown, fs, top, first, last, len(y))
        _contexts(axes, declared, fs, top, first, last)
        axes.set_xlim(first, last)
        axes.set_ylim(-(1.1 + 1.4 * _STRIP) * top, (1.15 + _ROW * max(rows, 1)) * top)
        axes.set_xlabel("time [s]")
        axes.set_ylabel(f"{short(events.channel_name(index))} [µV]")
        _legend(axes, any(v.cancelled for v in shown))
    return axes


def _index(events: Events, channel: str | None) -> int:
    # What nothing was reported of is one channel, too.
    names = events.channel_names or (events.channel_name(0),)
    expected = f"one of {', '.join(names)}"
    if channel is None:
        if len(names) > 1:
            raise ConfigError("channel", "None", expected)
        return 0
    if text("channel", channel, expected) not in names:
        raise ConfigError("channel", repr(channel), expected)
    return names.index(channel)


def _lives(events: Events, index: int) -> list[_Life]:
    first: dict[int, Event] = {}
    last: dict[int, Event] = {}
    for e in events.reports:
        if e.channel == index:
            first.setdefault(e.id, e)
            last[e.id] = e
    return [_Life(first[i], last[i]) for i in first]


def _end(life: _Life, samples: int) -> int:
    return life.last.offset if life.last.report in ("CLOSE", "CANCEL") else samples


def _said(life: _Life) -> str:
    """Return what an event is called in the picture: its kind or CANCEL, and why not to believe all of it."""
    called = "CANCEL" if life.cancelled else life.last.kind
    return f"{called} ({', '.join(life.last.reasons)})" if life.last.reasons else called


def _signal(axes: Axes, y: NDArray[Any], fs: float, first: float, last: float) -> float:
    """Draw the EMG and return half the height that it needs."""
    shown = slice(int(first * fs), math.ceil(last * fs) + 1)
    seen = y[shown]
    top = float(np.max(np.abs(seen[np.isfinite(seen)]), initial=0.0)) or 1.0
    axes.plot(np.arange(shown.start, shown.start + len(seen)) / fs, seen, color=SIGNAL, lw=0.5)
    nice = float(f"{0.8 * top:.0e}")
    axes.set_yticks([-nice, 0, nice], [f"{v:g}" for v in (-nice, 0, nice)])
    return top


def _events(axes: Axes, shown: Sequence[_Life], fs: float, top: float, first: float, last: float, samples: int) -> int:
    """Draw every event in a row of its own height where they overlap; return how many rows there are."""
    taken: list[float] = []
    for life in shown:
        onset, offset, decided = life.last.onset / fs, _end(life, samples) / fs, life.first.decided / fs
        said = _said(life)
        left, right = max(first, min(onset, decided)), min(last, max(offset, decided))
        # The name stands behind the event, or before it where the picture ends.
        wide = _LETTER * (len(said) + 2) * (last - first)
        behind = right + wide <= last
        reach = (left, right + wide) if behind else (left - wide, right)
        row = next((i for i, free in enumerate(taken) if reach[0] > free), len(taken))
        taken[row : row + 1] = [reach[1]]
        low, high = (1.12 + _ROW * row) * top, (1.12 + _ROW * (row + 0.7)) * top
        look: dict[str, Any] = {"facecolor": colour_of_kind(life.last.kind), "edgecolor": INK, "lw": 0.6}
        if life.cancelled:
            look = {"facecolor": "white", "edgecolor": INK, "hatch": "//////", "lw": 0.6}
        axes.broken_barh([(onset, offset - onset)], (low, high - low), **look)
        axes.vlines([onset, offset], -1.05 * top, low, color=INK, lw=0.8, ls=[(0, (5, 2)), (0, (1, 2))])
        axes.plot([decided], [0.5 * (low + high)], "v", color="white", mec=INK, ms=6, mew=1)
        axes.annotate(said, (right if behind else left, 0.5 * (low + high)), (7 if behind else -7, 0),
                      textcoords="offset points", va="center", ha="left" if behind else "right", fontsize=8,
                      weight="bold", bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})  # fmt: skip
    return len(taken)


def _declared(markers: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    expected = "markers as (kind, sample)"
    if isinstance(markers, (str, bytes)) or not isinstance(markers, Sequence):
        raise ConfigError("markers", repr(markers), expected)
    for one in markers:
        if not isinstance(one, (tuple, list)) or len(one) != 2 or not isinstance(one[0], str):
            raise ConfigError("markers", repr(one), expected)
        number("markers", one[1], expected)
    return sorted(((kind, at) for kind, at in markers), key=lambda m: m[1])


def _contexts(
    axes: Axes, declared: Sequence[tuple[str, int]], fs: float, top: float, first: float, last: float
) -> None:
    """Draw the strip below the EMG: what was declared, and moments as marks in it."""
    low, high = -(1.1 + 1.3 * _STRIP) * top, -(1.1 + 0.3 * _STRIP) * top
    phases = [(_CONTEXTS[kind], at / fs) for kind, at in declared if kind in _CONTEXTS]
    for (name, since), (_, until) in itertools.pairwise([*phases, ("", math.inf)]):
        begin, end = max(first, since), min(last, until)
        if not name or begin >= end:
            continue
        axes.broken_barh([(begin, end - begin)], (low, high - low), facecolor=PHASES[name], edgecolor="white", lw=1)
        if (end - begin) / (last - first) > _LETTER * len(name):
            dark = name in ("declared rest", "full flexion")
            axes.text(0.5 * (begin + end), 0.5 * (low + high), name, ha="center", va="center", fontsize=8,
                      color="white" if dark else INK)  # fmt: skip
    for kind, at in declared:
        if kind not in _CONTEXTS and first <= at / fs <= last:
            axes.vlines(at / fs, low, 1.05 * top, color=GRID, lw=1, zorder=0)
            axes.annotate(kind, (at / fs, low), (3, 2), textcoords="offset points", fontsize=8)


def _legend(axes: Axes, cancelled: bool) -> None:
    """Say what the signs are, above the picture."""
    signs: list[Any] = [
        Line2D([], [], marker="v", ls="", color="white", mec=INK, ms=6, label="OPEN: decided"),
        Line2D([], [], color=INK, lw=0.8, ls=(0, (5, 2)), label="onset"),
        Line2D([], [], color=INK, lw=0.8, ls=(0, (1, 2)), label="offset"),
    ]
    if cancelled:
        signs.append(Patch(facecolor="white", edgecolor=INK, hatch="//////", lw=0.6, label="CANCEL: taken back"))
    axes.legend(handles=signs, loc="lower right", bbox_to_anchor=(1, 1), ncols=4, fontsize=8, frameon=False,
                borderaxespad=0, handlelength=1.6, columnspacing=1.2)  # fmt: skip
