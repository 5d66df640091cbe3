"""A figure with a panel for every data set, in rows that leave each room for its title and axis."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from unguard.benchmark.report.looks import Look

_WIDTH_IN = 10.6
_MOST_IN_A_ROW = 4
#: Of the legend, and the height of its rows.
_NAMES_IN_A_ROW, _ROW_IN = 4, 0.165


def panels(count: int, height_in: float, *, ends_in: float = 0.0) -> tuple[Figure, list[list[Axes]]]:
    """Return a figure and its panels by row, at least one panel; all have the same vertical axis.

    Parameters
    ----------
    height_in: of a row, inches. ends_in: beside the rows, as for a legend.
    """
    count = max(count, 1)
    rows = math.ceil(count / _MOST_IN_A_ROW)
    columns = math.ceil(count / rows)
    figure = Figure(figsize=(_WIDTH_IN, rows * height_in + ends_in), layout="constrained")
    grid = figure.subplots(rows, columns, sharey=True, squeeze=False)
    made: list[list[Axes]] = [list(row) for row in grid]
    spare = rows * columns - count
    for axes in made[-1][columns - spare :]:
        axes.remove()
    made[-1] = made[-1][: columns - spare]
    return figure, made


def legend(figure: Figure, handles: dict[str, Artist], look: dict[str, Look], title: str | None = None) -> None:
    """Put the names of what was drawn below the panels, in the order of the tables, and a title above them."""
    names = [n for n in look if n in handles]
    shown = [handles[n] for n in names]
    place: dict[str, Any] = {"loc": "outside lower center", "ncols": _NAMES_IN_A_ROW, "frameon": False}
    figure.legend(shown, names, title=title, fontsize=8, title_fontsize=8, **place)


def legend_height_in(names: int, *, title: bool = False) -> float:
    """Return the height of a legend of so many names, inches."""
    return _ROW_IN * (math.ceil(names / _NAMES_IN_A_ROW) + title) + 0.1


def handles_of(panels: Iterable[Axes]) -> dict[str, Artist]:
    """Return what was drawn with a label, each label once."""
    found: dict[str, Artist] = {}
    for axes in panels:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            found.setdefault(label, handle)
    return found
