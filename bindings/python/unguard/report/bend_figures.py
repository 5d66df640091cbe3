"""Pictures of bends that clinics know: EMG and angle over time, EMG against angle, and the ratio of each bend."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from unguard._core import Ratio
from unguard.clinical.bend_analysis import BendAnalysis
from unguard.clinical.bending_loop_figure import bending_loops
from unguard.clinical.spasm_like_rises import GUARDING, SPIKE
from unguard.report.colours import INK, PHASES, SIGNAL, colour_of_kind
from unguard.report.drawing import as_shown, bars, short, style, svg, time_axis, time_label

_WIDTH_IN = 9.6
_RATIO_COLOURS = {"ERR": "#0072B2", "FRR": "#D55E00"}
_RATIO_SHAPES = {"ERR": "o", "FRR": "s"}
#: More numbers of bends than fit beside each other under a panel are not written.
_MOST_TICKS = 12


def course_figure(made: BendAnalysis) -> str:
    """Return EMG of every muscle and the angle over time, the phases shaded, as SVG."""
    rows = len(made.muscles) + (made.angle_deg is not None)
    with style():
        figure = Figure(figsize=(_WIDTH_IN, 0.5 + 1.15 * rows), layout="constrained")
        axes = np.atleast_1d(figure.subplots(rows, 1, sharex=True))
        for m, muscle in enumerate(made.muscles):
            _shade(axes[m], made, m)
            unit = time_axis(axes[m], made.duration_s)
            axes[m].plot(*as_shown(made.time_s / unit, made.envelope_uV[:, m]), color=SIGNAL, linewidth=0.9)
            axes[m].set_title(short(muscle))
            axes[m].set_ylabel("RMS [µV]")
            axes[m].set_ylim(bottom=0)
            _mark(axes[m], made, muscle, unit)
        if made.angle_deg is not None:
            _shade(axes[-1], made, 0)
            unit = time_axis(axes[-1], made.duration_s)
            time = made.time_s[: len(made.angle_deg)] / unit
            axes[-1].plot(*as_shown(time, made.angle_deg), color=INK, linewidth=1.1)
            axes[-1].set_title(short(made.angle or "angle"))
            axes[-1].set_ylabel("angle [°]")
        axes[-1].set_xlabel(time_label(made.duration_s))
        return svg(figure, "course")


def _shade(axes: Axes, made: BendAnalysis, muscle: int) -> None:
    unit = time_axis(axes, made.duration_s)
    scale = made.fs * unit
    of = made.bends.of(made.muscles[muscle])
    for what, spans in (
        ("bending", [(b.bending, b.full) for b in of]),
        ("full flexion", [(b.full, b.returning) for b in of]),
        ("returning", [(b.returning, b.end) for b in of]),
    ):
        seen = [(start / scale, end / scale) for start, end in spans if end > start]
        bars(axes, seen, 0, 1, inside_axes=True, color=PHASES[what], alpha=0.55, linewidth=0, zorder=0)


def _mark(axes: Axes, made: BendAnalysis, muscle: str, unit: float) -> None:
    """Mark spikes on bending above the curve, and guarded holds as bars there."""
    of = [r for r in made.spikes.rises if r.muscle == muscle]
    at = [(r.onset_s + r.offset_s) / 2 / unit for r in of if r.kind == SPIKE]
    if at:  # nothing at all has no size that a layout could use
        axes.plot(at, [0.95] * len(at), "v", color=colour_of_kind(SPIKE), markersize=5, clip_on=False,
                  transform=axes.get_xaxis_transform())  # fmt: skip
    holds = [(r.onset_s / unit, r.offset_s / unit) for r in of if r.kind == GUARDING]
    bars(axes, holds, 0.9, 0.99, inside_axes=True, color=colour_of_kind(GUARDING), linewidth=0)


def loop_figure(made: BendAnalysis) -> str:
    """Return EMG against trunk angle, a loop a bend, as SVG; "" without an angle or a bend."""
    if made.angle_deg is None or not made.count:
        return ""
    columns = min(4, len(made.muscles))
    rows = math.ceil(len(made.muscles) / columns)
    with style():
        figure = Figure(figsize=(_WIDTH_IN, 0.4 + 2.4 * rows), layout="constrained")
        axes = np.atleast_1d(figure.subplots(rows, columns, sharex=True)).reshape(-1)
        for m, muscle in enumerate(made.muscles):
            bending_loops(axes[m], made, m)
            axes[m].set_title(short(muscle))
            if m % columns:
                axes[m].set_ylabel("")
        for spare in axes[len(made.muscles) :]:
            spare.set_axis_off()
        return svg(figure, "loop")


def ratio_figure(made: BendAnalysis) -> str:
    """Return ERR and FRR of each bend and of all, with their intervals, as SVG; "" where no bend has one."""
    known = [m for m in made.muscles if any(made.bends.ratio(w, m) for w in _RATIO_COLOURS)]
    if not known:
        return ""
    columns = min(4, len(known))
    rows = math.ceil(len(known) / columns)
    with style():
        figure = Figure(figsize=(_WIDTH_IN, 0.4 + 2.2 * rows), layout="constrained")
        axes = np.atleast_1d(figure.subplots(rows, columns, sharey=True)).reshape(-1)
        # Of all panels at once, for they share it.
        axes[0].set_yscale("log")
        axes[0].yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes[0].yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
        axes[0].yaxis.set_minor_locator(NullLocator())
        for i, muscle in enumerate(known):
            _ratios(axes[i], made, muscle)
            if i % columns == 0:
                axes[i].set_ylabel("ratio")
        for spare in axes[len(known) :]:
            spare.set_axis_off()
        axes[0].legend(loc="best", frameon=False, fontsize=8)
        return svg(figure, "ratios")


def _off(r: Ratio) -> list[list[float]]:
    """Return how far the interval goes down and up; an open end is not drawn."""
    return [[0.0 if r.at_most else r.value - r.low], [0.0 if r.at_least else r.high - r.value]]


def _ratios(axes: Axes, made: BendAnalysis, muscle: str) -> None:
    of = made.bends.of(muscle)
    last = max(b.number for b in of)
    for k, which in enumerate(_RATIO_COLOURS):
        look: dict[str, Any] = {
            "color": _RATIO_COLOURS[which],
            "fmt": _RATIO_SHAPES[which],
            "capsize": 2,
            "linewidth": 1,
        }
        shift = 0.12 * (2 * k - 1)
        each = [(b.number + shift, r) for b in of if (r := b.ratio(which))]
        if each:
            off = np.concatenate([_off(r) for _, r in each], axis=1)
            axes.errorbar([at for at, _ in each], [r.value for _, r in each], off, markersize=4, alpha=0.75, **look)
        for at, r in each:
            if r.at_least or r.at_most:
                sign = "≥" if r.at_least else "≤"
                axes.annotate(sign, (at, r.value), (0, 5), textcoords="offset points", ha="center", fontsize=8)
        whole = made.bends.ratio(which, muscle)
        if whole:
            axes.errorbar(last + 1.2 + shift, whole.value, _off(whole), markersize=7, label=which, **look)
    axes.axhline(1, color="#888888", linewidth=0.8, linestyle=":")
    step = -(-last // _MOST_TICKS)
    shown = range(1, last + 1, step)
    axes.set_xticks([*shown, last + 1.2], [*(str(n) for n in shown), "all"])
    axes.set_title(short(muscle))
    axes.set_xlabel("bend")
