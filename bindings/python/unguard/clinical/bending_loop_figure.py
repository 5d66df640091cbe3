"""Bending loops: how strong a muscle is at which trunk angle, a loop a bend."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from unguard.arguments import object_of, text
from unguard.clinical.bend_analysis import BendAnalysis
from unguard.clinical.spasm_like_rises import SPIKE
from unguard.errors import ConfigError
from unguard.report.colours import colour_of_kind
from unguard.report.drawing import short, style

_SIZE_IN = (4.8, 3.6)
#: On the way down, in full flexion, on the way up: colour, and line for who does not see it.
WAYS = {"down": ("#0072B2", "-"), "full flexion": ("#64758a", ":"), "up": ("#D55E00", "--")}
#: Of a loop one value in so many is drawn; it was smoothed over nine.
_THINNED = 4
#: Where a line stops, to go on elsewhere.
_BROKEN = np.array([np.nan])


def plot_bending_loops(found: BendAnalysis, muscle: str | None = None, *, axes: Axes | None = None) -> Axes:
    """Draw how strong a muscle is at which trunk angle, a loop a bend, and return the Axes.

    A healthy loop falls to nothing in full flexion and is far higher on the way up than on the way down (Floyd & Silver
    1955, doi:10.1113/jphysiol.1955.sp005347); triangles are spikes on bending.

    Parameters
    ----------
    found: of `analyse_bends`, with an angle. muscle: its name; may be left out where there is one only.
    axes: to draw into; by default those of a new figure.

    Raises
    ------
    ConfigError: naming the argument; also where there is no angle.
    """
    object_of("found", found, BendAnalysis, "what analyse_bends() returns")
    if found.angle_deg is None:
        raise ConfigError("found", "bends without a trunk angle", "bends of a recording with one")
    expected = f"one of {', '.join(found.muscles)}"
    if muscle is None and len(found.muscles) > 1:
        raise ConfigError("muscle", "None", expected)
    name = found.muscles[0] if muscle is None else text("muscle", muscle, expected)
    if name not in found.muscles:
        raise ConfigError("muscle", repr(name), expected)
    with style():
        drawn: Axes = Figure(figsize=_SIZE_IN, layout="constrained").subplots() if axes is None else axes
        bending_loops(drawn, found, found.muscles.index(name))
        drawn.set_title(short(name))
        ways = [Line2D([], [], color=colour, ls=line, label=way) for way, (colour, line) in WAYS.items()]
        drawn.legend(handles=ways, loc="upper right", fontsize=8, frameon=False)
    return drawn


def bending_loops(axes: Axes, made: BendAnalysis, m: int) -> None:
    """Draw every bend's way down, hold and way up: one line each, broken between bends, which keeps a page small."""
    degrees = made.angle_deg
    if degrees is None:
        return
    of = made.bends.of(made.muscles[m])
    time = made.time_s[: len(degrees)] * made.fs
    spans_of = {
        "down": [(b.bending, b.full) for b in of],
        "full flexion": [(b.full, b.returning) for b in of],
        "up": [(b.returning, b.end) for b in of],
    }
    for way, spans in spans_of.items():
        colour, line = WAYS[way]
        x: list[NDArray[np.float64]] = [_BROKEN]
        y: list[NDArray[np.float64]] = [_BROKEN]
        for span in spans:
            inside = slice(*np.searchsorted(time, span))
            # Smoothed over more than is left out.
            x += [degrees[inside][::_THINNED], _BROKEN]
            y += [_calm(made.envelope_uV[inside, m])[::_THINNED], _BROKEN]
        axes.plot(np.concatenate(x), np.concatenate(y), color=colour, linestyle=line, linewidth=1.0)
    _mark_angles(axes, made, m)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("trunk angle [°]")
    axes.set_ylabel("RMS [µV]")


def _mark_angles(axes: Axes, made: BendAnalysis, m: int) -> None:
    """Mark spikes on bending at the angle at which they began, as strong as they were."""
    of = [r for r in made.spikes.rises if r.muscle == made.muscles[m] and r.kind == SPIKE]
    axes.plot([r.angle_deg for r in of], [r.peak_uV for r in of], "v", color=colour_of_kind(SPIKE), markersize=4,
              alpha=0.8)  # fmt: skip


def _calm(level: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a level without what chance adds from one value to the next: the mean power of nine of them."""
    if len(level) < 9:
        return level
    power = np.convolve(np.nan_to_num(level) ** 2, np.ones(9), "same")
    count = np.convolve(np.isfinite(level).astype(float), np.ones(9), "same")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.isfinite(level), np.sqrt(power / count), np.nan)
