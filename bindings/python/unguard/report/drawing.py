"""Figures as SVG that may stand in one page beside others: the same bytes every time, text kept as text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from unguard.report.colours import GRID, INK

#: More columns than a page shows are not drawn.
COLUMNS = 1000
#: From this length on a time axis is in minutes.
MINUTES_FROM_S = 600.0
_LONGEST_NAME = 24

_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "unguard",
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "axes.edgecolor": "#888888",
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "path.simplify": True,
    "path.simplify_threshold": 0.15,
}


@contextmanager
def style() -> Iterator[None]:
    """Draw inside this block in the report's style, whatever the caller's own settings are."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        yield


def svg(figure: Figure, name: str) -> str:
    """Return a figure as an SVG element that fills the width it is given.

    Parameters
    ----------
    name: a word that no other figure of the page has; put before the ids inside, so that figures do not mix.
    """
    FigureCanvasSVG(figure)
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->\n?", "", text, flags=re.DOTALL)
    text = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)
    used = set(re.findall(r'(?:url\(|href=")#([^")]+)', text))
    text = re.sub(r' id="([^"]+)"', lambda m: f' id="{name}-{m[1]}"' if m[1] in used else "", text)
    text = re.sub(r'(url\(|href=")#', rf"\g<1>#{name}-", text)
    # A hundredth of a point is not seen, and the digits behind it are most of the file.
    text = re.sub(r' d="[^"]*"', lambda m: re.sub(r"(\.\d{2})\d+", r"\1", m[0]), text)
    return re.sub(r'font: ([^;"]*?)\'DejaVu Sans\'[^;"]*', r"font: \1 sans-serif", text)


def time_axis(axes: Axes, duration_s: float) -> float:
    """Set the time axis to the recording and return how many seconds one unit of it is."""
    unit = 60.0 if duration_s >= MINUTES_FROM_S else 1.0
    axes.set_xlim(0, duration_s / unit)
    axes.margins(x=0)
    return unit


def time_label(duration_s: float) -> str:
    """Return the label of a time axis."""
    return "time [min]" if duration_s >= MINUTES_FROM_S else "time [s]"


def short(name: str) -> str:
    """Return the name of a channel as it fits beside an axis."""
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def columns(values: NDArray[np.float64], how: np.ufunc) -> NDArray[np.float64]:
    """Return at most COLUMNS values: the least or greatest (np.fmin, np.fmax) of equal stretches."""
    width = -(-len(values) // COLUMNS)
    return np.asarray(how.reduceat(values, np.arange(0, len(values), width))) if width > 1 else values


def as_shown(time: NDArray[np.float64], values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a curve as a page shows it: of more than two values a column, the least and the greatest of each."""
    if len(values) <= 2 * COLUMNS:
        return time, values
    with np.errstate(invalid="ignore"):
        low, high = columns(values, np.fmin), columns(values, np.fmax)
    at = columns(time, np.fmin)
    return np.repeat(at, 2), np.column_stack([low, high]).reshape(-1)


def bars(
    axes: Axes, spans: Sequence[tuple[float, float]], low: float, high: float, *, inside_axes: bool = False, **look: Any
) -> None:
    """Draw spans (start, end) of the time axis as one shape, which keeps a page of thousands of events small.

    Parameters
    ----------
    low, high: on the value axis, or as shares of the height when `inside_axes`.
    """
    if not len(spans):
        return
    limit = axes.get_xlim()
    least = (limit[1] - limit[0]) / COLUMNS / 4
    corners = []
    for start, end in _joined(spans, least):
        corners.append(Path([(start, low), (end, low), (end, high), (start, high), (start, low)], closed=True))
    patch = PathPatch(Path.make_compound_path(*corners), **look)
    if inside_axes:
        patch.set_transform(axes.get_xaxis_transform())
        patch.set_clip_on(high <= 1)
        axes.add_artist(patch)
    else:
        axes.add_patch(patch)


def _joined(spans: Sequence[tuple[float, float]], gap: float) -> list[tuple[float, float]]:
    """Return the spans in order, with those that no eye could tell apart made one."""
    found: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if found and start - found[-1][1] < gap:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
