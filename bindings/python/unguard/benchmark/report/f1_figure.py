"""F1 of every method on every data set: as documented, and at the best setting that was found."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from unguard.benchmark.comparison import Comparison
from unguard.benchmark.outcome import Outcome
from unguard.benchmark.report.looks import Look, looks
from unguard.benchmark.report.panels import panels
from unguard.benchmark.search import Searched

#: Of a method, and of what is above and below all of them.
_ROW_IN, _ENDS_IN = 0.3, 1.0
_PALE = 0.4


def f1_figure(made: Comparison) -> Figure:
    """Draw the bars, in the style that is set."""
    sets = [d for d in made.datasets if d.true_events]
    names, look = made.families, looks(made)
    figure, rows = panels(len(sets), _ENDS_IN + _ROW_IN * len(names))
    for axes, data in zip((axes for row in rows for axes in row), sets, strict=False):
        by_name = {s.family.name: s for s in made.of(data.name)}
        for at, name in enumerate(names):
            if name in by_name:
                _bars(axes, at, by_name[name], look[name])
        axes.set_title(f"{data.name}\n{data.true_events} events")
        axes.set_xlim(0, 1.12)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "", "0.5", "", "1"])
        axes.set_xlabel("F1")
        axes.xaxis.grid(True)
        axes.set_axisbelow(True)
        axes.tick_params(axis="y", length=0)
    for row in rows:
        row[0].set_yticks(range(len(names)), names)
        row[0].set_ylim(len(names) - 0.4, -0.6)
        for label, name in zip(row[0].get_yticklabels(), names, strict=True):
            label.set_fontweight("bold" if look[name].ours else "normal")
    return figure


def _bars(axes: Axes, at: int, s: Searched, look: Look) -> None:
    _bar(axes, at - 0.19, s.documented, look.colour, _PALE)
    if s.best is not None:
        _bar(axes, at + 0.19, s.best, look.colour, 1.0)


def _bar(axes: Axes, at: float, o: Outcome, colour: str, strength: float) -> None:
    if o.failed:
        text = "too slow" if "TookTooLong" in o.error else "failed"
        axes.text(0.01, at, text, va="center", fontsize=7, color="#777777", style="italic")
        return
    axes.barh(at, o.whole.f1, height=0.36, color=colour, alpha=strength, lw=0)
    axes.text(o.whole.f1 + 0.012, at, f"{o.whole.f1:.2f}", va="center", fontsize=7)
