"""Pictures of a session and of a course of sessions."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from unguard.clinical.drivers_figure import plot_drivers
from unguard.clinical.progress_figure import plot_progress
from unguard.report.colours import INK, SIGNAL
from unguard.report.drawing import short, style, svg, time_axis, time_label
from unguard.session.course import Course
from unguard.session.result import SessionAnalysis

_WIDTH_IN = 9.6


def levels_figure(made: SessionAnalysis) -> str:
    """Return the level of every muscle over the session, with the trials that were marked, as SVG."""
    muscles = made.levels.muscles
    with style():
        figure = Figure(figsize=(_WIDTH_IN, 0.6 + 0.95 * len(muscles)), layout="constrained")
        axes = np.atleast_1d(figure.subplots(len(muscles), 1, sharex=True))
        seconds = np.arange(len(made.levels.uV)) / made.levels.fs
        for one, muscle in zip(axes, muscles, strict=True):
            unit = time_axis(one, made.duration_s)
            one.plot(seconds / unit, made.levels.of(muscle), color=SIGNAL, linewidth=0.7)
            one.set_title(short(muscle))
            one.set_ylabel("[µV]")
            one.set_ylim(bottom=0)
            for _, kind, at, _ in made.responses.each if made.responses else ():
                one.axvline(at / made.levels.fs / unit, color=INK, linewidth=0.8, linestyle="--")
                if one is axes[0]:
                    one.annotate(kind, (at / made.levels.fs / unit, 1), xycoords=("data", "axes fraction"), fontsize=8)
        axes[-1].set_xlabel(time_label(made.duration_s))
        return svg(figure, "levels")


def progress_figure(made: Course, name: str, number: int) -> str:
    """Return the course of one measure with its noise band, as SVG."""
    with style():
        figure = Figure(figsize=(_WIDTH_IN, 3.4), layout="constrained")
        axes = figure.subplots()
        plot_progress(made.progress[name], axes=axes)
        axes.set_ylabel(f"{short(name)} [{made.units[name]}]")
        return svg(figure, f"progress-{number}")


def drivers_figure(made: Course) -> str:
    """Return the contexts as a forest plot, as SVG; "" where there is none."""
    if made.drivers is None or not made.drivers.found:
        return ""
    with style():
        figure = Figure(figsize=(_WIDTH_IN, 1.0 + 0.34 * len(made.drivers.found)), layout="constrained")
        plot_drivers(made.drivers, axes=figure.subplots())
        return svg(figure, "drivers")
