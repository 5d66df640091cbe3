"""Delay against false alarms: the settings of each method that no other of its settings beats.

All on the tuning part: of a data set with many records, a grid hears no others.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from unguard.benchmark.comparison import Comparison
from unguard.benchmark.datasets.dataset import Dataset
from unguard.benchmark.outcome import Outcome
from unguard.benchmark.report.looks import Look, looks
from unguard.benchmark.report.panels import handles_of, legend, legend_height_in, panels
from unguard.benchmark.roc import Roc, RocPoint, roc
from unguard.benchmark.search import Searched

_HEIGHT_IN = 3.1
#: Delays beyond are drawn at the edge, milliseconds.
_MOST_MS = 600.0
#: So few alarms an hour are drawn as none.
_LINEAR_TO = 1.0
#: Above the names of the methods.
_TITLE = "symbols: as documented; lines: settings of the grid; both on the tuning part, where there is one"


def delay_figure(made: Comparison) -> Figure:
    """Draw it, in the style that is set."""
    sets = [d for d in made.datasets if d.true_events and d.edges]
    look = looks(made)
    figure, rows = panels(len(sets), _HEIGHT_IN, ends_in=legend_height_in(len(look), title=True))
    drawn = [axes for row in rows for axes in row]
    for axes, data in zip(drawn, sets, strict=False):
        for s in made.of(data.name):
            _method(axes, s, data, look[s.family.name])
        _dress(axes, data.name)
    for row in rows:
        row[0].set_ylabel("median delay of the onset [ms]")
    legend(figure, handles_of(drawn), look, title=_TITLE)
    return figure


def drawn_points(s: Searched, data: Dataset) -> tuple[Roc, RocPoint | None]:
    """Return delay against false alarms of all settings of a method, and of the documented one: of the same trials.

    A grid is searched on the records that have a tuning part, the documented setting runs on all.
    """
    tuned = any(t.tuning[1] > t.tuning[0] for t in data.trials)

    def points(outcomes: Iterable[Outcome]) -> Roc:
        return roc((o.settings, o.tuning if tuned else o.whole) for o in outcomes if not o.failed)

    alone = points([s.documented]).points
    return points([s.documented, *s.tried]), alone[0] if alone else None


def _method(axes: Axes, s: Searched, data: Dataset, look: Look) -> None:
    points, point = drawn_points(s, data)
    front = points.front
    line: dict[str, Any] = {"color": look.colour, "lw": look.width, "zorder": 3 if look.ours else 2}
    if front:
        # From one setting to the next nothing is between: steps, and not a slope.
        axes.plot([p.per_hour for p in front], [_shown(p) for p in front], drawstyle="steps-post", alpha=0.8, **line)
        axes.scatter([p.per_hour for p in front], [_shown(p) for p in front], s=7, color=look.colour, zorder=3)
    if point is not None:
        axes.plot(
            [point.per_hour],
            [_shown(point)],
            look.marker,
            ms=8 if look.ours else 6,
            mfc=look.colour if look.ours else "white",
            mec=look.colour,
            mew=1.2,
            zorder=4,
            clip_on=False,
            label=s.family.name,
        )


def _shown(point: RocPoint) -> float:
    return min(point.delay_ms, _MOST_MS)


def _dress(axes: Axes, title: str) -> None:
    axes.set_title(title, pad=11)
    axes.set_xscale("symlog", linthresh=_LINEAR_TO, linscale=0.5)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlim(-0.25, 5e4)
    axes.set_ylim(0, _MOST_MS)
    axes.set_xlabel("false alarms per hour")
    axes.grid(True)
    axes.set_axisbelow(True)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}" if v < 1000 else f"{v / 1000:g}k"))
    axes.yaxis.set_major_formatter(FuncFormatter(_tick))


def _tick(value: float, _: object) -> str:
    if value >= _MOST_MS:
        return "later,\nor never"
    return f"{value:g}"
