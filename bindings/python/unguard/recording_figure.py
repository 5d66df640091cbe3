"""A recording as a picture: every channel in a row of its own, what was held, what was written down beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from unguard.arguments import names as names_of
from unguard.arguments import number
from unguard.errors import ConfigError
from unguard.report.colours import BEFORE, INK, NOT_BELIEVED, PHASES, SIGNAL
from unguard.report.drawing import as_shown, bars, short, style, time_label
from unguard.runs import runs_of

if TYPE_CHECKING:
    from unguard.recording import Recording

_WIDTH_IN, _ROW_IN, _ROOM_IN = 9.2, 0.95, 0.7
#: A figure of more rows is a wall of text.
_MOST_ROWS = 32
#: Width of a letter, as a share of the picture: words do not run into each other.
_LETTER = 0.0085


def drawn(
    recording: Recording, channels: Iterable[str] | None, begin: float, end: float | None, axes: Any
) -> NDArray[Any]:
    """Return the Axes with the recording: one a channel, from the top; see Recording.plot."""
    wanted = _wanted(recording, channels)
    first, last = _stretch(recording, begin, end)
    unit = 60.0 if last - first >= 600 else 1.0
    with style():
        rows = _rows(axes, len(wanted))
        for row, index in zip(rows, wanted, strict=True):
            _channel(row, recording, index, first, last, unit)
        for row in rows[:-1]:
            row.tick_params(labelbottom=False)
        rows[-1].set_xlabel(time_label(last - first))
        _written(rows, recording, [recording.names[i] for i in wanted], first, last, unit)
    return rows


def _wanted(recording: Recording, channels: Iterable[str] | None) -> list[int]:
    expected = f"one or more of {', '.join(recording.names)}"
    if channels is None:
        if len(recording.channels) > _MOST_ROWS:
            raise ConfigError("channels", f"None, of {len(recording.channels)}", f"at most {_MOST_ROWS} of them")
        return list(range(len(recording.channels)))
    asked = names_of("channels", channels, expected)
    if not 1 <= len(asked) <= _MOST_ROWS:
        raise ConfigError("channels", f"{len(asked)} names", f"1 to {_MOST_ROWS} of {', '.join(recording.names)}")
    for name in asked:
        if name not in recording.names:
            raise ConfigError("channels", repr(name), expected)
    return [recording.names.index(name) for name in asked]


def _stretch(recording: Recording, begin: float, end: float | None) -> tuple[float, float]:
    whole = "seconds within the recording, begin before end"
    first = number("begin", begin, whole)
    last = recording.duration_s if end is None else number("end", end, whole)
    if not 0 <= first < recording.duration_s:
        raise ConfigError("begin", f"{first:g} s", f"from 0 to less than {recording.duration_s:g} s")
    if not first < last <= recording.duration_s * (1 + 1e-12):
        raise ConfigError("end", f"{last:g} s", f"after begin, {first:g} s, and at most {recording.duration_s:g} s")
    return first, last


def _rows(axes: Any, count: int) -> NDArray[Any]:
    if axes is None:
        figure = Figure(figsize=(_WIDTH_IN, _ROOM_IN + _ROW_IN * count), layout="constrained")
        return np.atleast_1d(figure.subplots(count, 1, sharex=True))
    given = np.asarray(axes, dtype=object).ravel()
    if len(given) != count or not all(isinstance(one, Axes) for one in given):
        raise ConfigError("axes", f"{len(given)} of them", f"one Axes for each of {count} channels")
    return given


def _channel(axes: Axes, recording: Recording, index: int, first: float, last: float, unit: float) -> None:
    channel = recording.channels[index]
    shown = slice(round(first * recording.fs), max(round(last * recording.fs), round(first * recording.fs) + 1))
    time = np.arange(shown.start, min(shown.stop, recording.samples)) / recording.fs / unit
    axes.plot(*as_shown(time, recording.data[shown, index]), color=SIGNAL, lw=0.5)
    axes.set_xlim(first / unit, last / unit)
    if recording.valid is not None:
        held = runs_of(~recording.valid[shown, index])
        spans = [((shown.start + a) / recording.fs / unit, (shown.start + b) / recording.fs / unit) for a, b in held]
        bars(axes, spans, 0, 1, inside_axes=True, facecolor="white", edgecolor=NOT_BELIEVED, hatch="/////", lw=0)
    written = "µV" if channel.unit == "uV" else channel.unit
    label = short(channel.name) + (f" [{written}]" if written else "")
    axes.set_ylabel(label, rotation=0, ha="right", va="center")
    axes.locator_params(axis="y", nbins=3)


def _written(
    rows: NDArray[Any], recording: Recording, names: list[str], first: float, last: float, unit: float
) -> None:
    """Draw what was written down: a phase as a strip on top, all else as a line through the rows it is about."""
    free = first
    for note in recording.annotations:
        until = note.onset_s + note.duration_s
        if until < first or note.onset_s > last or (note.channel is not None and note.channel not in names):
            continue
        at = max(first, note.onset_s)
        colour = PHASES.get(note.text, BEFORE)
        of = rows if note.channel is None else rows[[names.index(note.channel)]]
        if note.duration_s > 0:
            span = [(at / unit, min(last, until) / unit)]
            bars(of[0], span, 1.02, 1.12, inside_axes=True, facecolor=colour, edgecolor="white", lw=0.5)
        for row in of:
            row.axvline(at / unit, color=colour, lw=0.6, ls=(0, (4, 2)), zorder=0)
        # Of notes that would run into one another the first is written, as many as there is room for.
        if at >= free:
            of[0].annotate(
                short(note.text), (at / unit, 1.14), (2, 0), xycoords=("data", "axes fraction"),
                textcoords="offset points", fontsize=7.5, color=INK, va="bottom", annotation_clip=False,
            )  # fmt: skip
            free = at + (len(short(note.text)) + 2) * _LETTER * (last - first)
