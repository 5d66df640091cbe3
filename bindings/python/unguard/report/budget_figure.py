"""What the raw power of every channel is made of: one bar a channel, from hum to muscle."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from unguard.analysis import Analysis, NoiseBudget
from unguard.report.colours import PARTS
from unguard.report.drawing import short, style, svg
from unguard.report.words import level

_WIDTH_IN = 10.6
_HEIGHT_OF_ALL_BUT_CHANNELS_IN = 0.75
_HEIGHT_OF_CHANNEL_IN = 0.3
#: A share that is written into its part of the bar.
_LEAST_WRITTEN = 0.06
#: Parts on which white is read best.
_DARK = ("muscle", "heart", "converter")


def budget_figure(made: Analysis) -> str:
    """Return the noise budgets of all channels as SVG."""
    with style():
        return svg(drawn_budgets(made), "budget")


def drawn_budgets(made: Analysis) -> Figure:
    """Return the same as a figure, drawn in the style that is set."""
    count = len(made.channels)
    height = _HEIGHT_OF_ALL_BUT_CHANNELS_IN + _HEIGHT_OF_CHANNEL_IN * count
    figure = Figure(figsize=(_WIDTH_IN, height), layout="constrained")
    bars, below = figure.subplots(1, 2, sharey=True, width_ratios=(4, 1))
    known = [c.budget for c in made.channels if c.budget is not None]
    for row, channel in enumerate(made.channels):
        if channel.budget is None:
            bars.text(1, row, "no stretch of a second can be used", va="center", color="#555555")
        else:
            _bar(bars, channel.budget, row)
            _below(below, channel.budget, row)
    bars.set_yticks(range(count), [short(c.name) for c in made.channels])
    for axes in (bars, below):
        axes.tick_params(axis="y", length=0)
        axes.xaxis.grid(True)
        axes.set_axisbelow(True)
    bars.set_ylim(count - 0.4, -0.6)
    bars.set_xlim(0, 112)
    bars.set_xticks(range(0, 101, 20))
    band = f"{known[0].low_hz:g} to {known[0].high_hz:g} Hz" if known else "the band"
    bars.set_xlabel(f"share of the raw power, {band} [%]")
    top = max((b.below_uV for b in known), default=0.0)
    below.set_xlim(0, 1.45 * top if top > 0 else 1)
    below.set_xlabel("2 to 20 Hz [µV RMS]")
    return figure


def shares(budget: NoiseBudget) -> list[tuple[str, float]]:
    """Return (part, share of the power) in the order of the legend; what is not known has none."""
    parts = [
        ("muscle", budget.muscle_uV),
        ("floor", budget.floor_uV),
        ("heart", budget.heart_uV),
        ("hum", budget.hum_uV),
        ("converter", budget.converter_uV),
    ]
    total = sum(part**2 for _, part in parts if part is not None)
    return [(name, part**2 / total) for name, part in parts if part is not None and total > 0]


def _bar(axes: Axes, budget: NoiseBudget, row: int) -> None:
    left = 0.0
    for name, share in shares(budget):
        axes.barh(row, 100 * share, left=left, height=0.72, color=PARTS[name], lw=0)
        if share >= _LEAST_WRITTEN:
            colour = "white" if name in _DARK else "#222222"
            text = "> 99" if 0.995 <= share < 1 else f"{100 * share:.0f}"
            axes.text(left + 50 * share, row, text, ha="center", va="center", fontsize=8, color=colour)
        left += 100 * share
    axes.text(101, row, f"{level(budget.total_uV)} µV", va="center", fontsize=8.5)


def _below(axes: Axes, budget: NoiseBudget, row: int) -> None:
    axes.barh(row, budget.below_uV, height=0.72, color=PARTS["below"], lw=0)
    # Powers add up, not levels: movement is drawn inside the whole and not beside a rest.
    axes.barh(row, budget.movement_uV, height=0.3, color=PARTS["movement"], lw=0)
    axes.annotate(
        level(budget.below_uV), (budget.below_uV, row), (4, 0), textcoords="offset points", va="center", fontsize=8.5
    )
