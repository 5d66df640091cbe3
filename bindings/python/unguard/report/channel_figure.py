"""One channel: signal, envelope with its events and rest, spectrum with band and mains."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from unguard.analysis import Analysis, ChannelAnalysis
from unguard.report.colours import BAND, BEFORE, ENVELOPE, NOT_BELIEVED, PHASES, REST, SIGNAL, by_colour
from unguard.report.drawing import bars, columns, style, svg, time_axis, time_label
from unguard.report.words import level, marked
from unguard.runs import runs_of

_SIZE_IN = (10.6, 3.3)
_MANY = 150
#: Decades of the spectrum that are shown below its largest value.
_DECADES = 5


def channel_figure(channel: ChannelAnalysis, made: Analysis, name: str) -> str:
    """Return the figure of one channel as SVG; `name` sets it apart from the page's other figures."""
    with style():
        figure = Figure(figsize=_SIZE_IN, layout="constrained")
        grid = figure.add_gridspec(2, 2, width_ratios=(3.3, 1), height_ratios=(1, 1.25))
        signal, envelope = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[1, 0])
        signal.sharex(envelope)
        _signal(signal, channel, made)
        _envelope(envelope, channel, made)
        _spectrum(figure.add_subplot(grid[:, 1]), channel, made)
        figure.align_ylabels([signal, envelope])
        return svg(figure, name)


def _signal(axes: Axes, channel: ChannelAnalysis, made: Analysis) -> None:
    unit = time_axis(axes, made.duration_s)
    low, high = columns(channel.trace_low_uV, np.fmin), columns(channel.trace_high_uV, np.fmax)
    at = np.linspace(0, made.duration_s / unit, len(low) + 1)
    axes.fill_between(
        at, np.append(low, low[-1]), np.append(high, high[-1]), step="post", color=SIGNAL, lw=0.4, ec=SIGNAL
    )
    _hatch(axes, channel, made, unit)
    # What was marked, as a thin strip on top: the eye finds the phase without going back to the overview.
    for what, start, end in marked(made):
        strip = [(start / unit, end / unit)]
        bars(axes, strip, 1.03, 1.1, inside_axes=True, facecolor=PHASES[what], edgecolor="white", lw=0.5)
    extent = np.fmax(np.abs(low), np.abs(high))
    top = _top(extent[np.isfinite(extent)])
    axes.set_ylim(-top, top)
    axes.set_ylabel("signal\n[µV]")
    axes.tick_params(labelbottom=False)
    axes.yaxis.set_major_locator(_few())
    if not np.isfinite(extent).any():
        axes.set_yticks([])
        _say(axes, "nothing here can be believed")
    elif np.nanmax(extent) > top:
        _cut(axes, float(np.nanmax(extent)))


def _envelope(axes: Axes, channel: ChannelAnalysis, made: Analysis) -> None:
    unit = time_axis(axes, made.duration_s)
    axes.set_xlabel(time_label(made.duration_s))
    axes.set_ylabel("envelope\n[µV]")
    time, values = channel.envelope_time_s, channel.envelope_uV
    known = values[np.isfinite(values)]
    top = _top(known) if len(known) else 1.0
    rest = channel.levels.rest_uV
    if rest is not None:
        top = max(top, 3 * rest)
    shown = columns(values, np.fmax)
    at = np.linspace(time[0], time[-1], len(shown)) / unit if len(shown) else time
    edge = 0.8 if len(channel.events) < _MANY else 0.1
    for colour, spans in by_colour(channel.events, unit).items():
        bars(axes, spans, 0, 1, inside_axes=True, facecolor=colour, edgecolor=colour, lw=edge, alpha=0.45)
    _hatch(axes, channel, made, unit)
    axes.plot(at, shown, color=ENVELOPE, lw=0.9)
    if rest is not None:
        axes.axhline(rest, color=REST, lw=1.2, ls=(0, (4, 2)))
    axes.set_ylim(0, top)
    axes.yaxis.set_major_locator(_few())
    if not len(known):
        axes.set_yticks([])
    if len(known) and known.max() > top:
        _cut(axes, float(known.max()))


def _hatch(axes: Axes, channel: ChannelAnalysis, made: Analysis, unit: float) -> None:
    width = made.duration_s / unit / max(1, len(channel.trace_bad))
    bad = [(first * width, last * width) for first, last in runs_of(channel.trace_bad)]
    bars(axes, bad, 0, 1, inside_axes=True, facecolor="white", edgecolor=NOT_BELIEVED, hatch="/////", lw=0)


def _spectrum(axes: Axes, channel: ChannelAnalysis, made: Analysis) -> None:
    found, band = channel.spectrum, made.method.band
    if found is None:
        axes.set_axis_off()
        _say(axes, "no stretch long enough\nto be believed")
        return
    said = "no power in the band" if found.median_hz is None else f"median {found.median_hz:.0f} Hz"
    axes.set_title(f"spectrum, {said}", fontweight="normal")
    right = min(made.fs / 2, 1.25 * band.high)
    inside = (found.frequency_hz <= right) & (found.frequency_hz > 0)
    f, raw, filtered = found.frequency_hz[inside], found.raw[inside], found.filtered[inside]
    axes.axvspan(band.low, min(band.high, right), color=BAND, alpha=0.08, lw=0)
    if found.hum_hz and found.hum_share_at_rest > 0.02:
        for line in np.arange(found.hum_hz, right, found.hum_hz):
            axes.axvline(line, color="#CC3311", lw=0.6, ls=":")
    axes.plot(f, _positive(raw), color=BEFORE, lw=0.8)
    axes.plot(f, _positive(filtered), color=BAND, lw=1.1)
    axes.set_yscale("log")
    top = float(max(filtered.max(), raw[f >= band.low].max(initial=0.0), 1e-12)) * 2.5
    axes.set_ylim(top / 10**_DECADES, top)
    axes.set_xlim(0, right)
    axes.set_xlabel("frequency [Hz]")
    axes.set_ylabel("power [µV²/Hz]")
    axes.grid(True, axis="y")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: np.format_float_positional(value, trim="-")))
    axes.minorticks_off()


def _positive(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(values > 0, values, np.nan)


def _top(values: NDArray[np.float64]) -> float:
    """Return the upper end of an axis: all of the values, unless a few in a thousand dwarf all others."""
    if not len(values) or not values.max() > 0:
        return 1.0
    most = float(np.quantile(values, 0.995))
    largest = float(values.max())
    return 1.08 * largest if largest < 4 * most or most <= 0 else 2 * most


def _few() -> MaxNLocator:
    return MaxNLocator(nbins=4, steps=[1, 2, 5, 10])


def _cut(axes: Axes, largest: float) -> None:
    axes.text(
        0.995,
        0.97,
        f"cut off: up to {level(largest)} µV",
        transform=axes.transAxes,
        ha="right",
        va="top",
        fontsize=8,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.85},
    )


def _say(axes: Axes, text: str) -> None:
    axes.text(
        0.5,
        0.5,
        text,
        transform=axes.transAxes,
        ha="center",
        va="center",
        color="#555555",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 3},
    )
