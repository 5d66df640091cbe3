"""What the time stamps of an XDF stream say: its rate as measured, and where samples were lost.

Stamps that follow the rate are taken as they stand, and every lost sample shows. Those of most devices jitter with the
arrival of packets: then, as pyxdf does, each unbroken stretch lies on one line, and a loss shows only as a jump of that
line after an interruption.

Stamps that step back by more than jitter can (a clock that was set anew, chunks out of order or twice) do not tell
where their samples belong. pyxdf lays a line through each side of the step and lets the two overlap; here there is no
rate, and no annotation has a place among the samples.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unguard.io.source import Gap
from unguard.io.timebase import Timebase, read_stamps

#: An interruption of stamps that jitter: longer than both. Packets of radios come up to 0.1 s late.
_BREAK_S = 0.1
_BREAK_SAMPLES = 10
#: The line of a stretch is taken from so much of it beside the interruption: clocks drift.
_BESIDE_S = 10.0
#: Nominal and measured rate may differ by this share: clocks and their estimate, not lost samples.
_TOLERANCE = 0.01


@dataclass(frozen=True)
class StreamTime:
    """What is known of the time of a stream.

    Attributes
    ----------
    timebase: rate and gaps. start_s: when the first sample was, by the clock of the stamps.
    measured: hertz by the stamps; the nominal rate where they are too few to tell.
    lost: why the stamps place nothing among the samples, in words that follow "its time stamps"; empty where they do.
    """

    timebase: Timebase
    start_s: float
    measured: float
    lost: str = ""


def stream_time(stamps: NDArray[np.float64], nominal: float, name: str, remarks: list[str]) -> StreamTime:
    """Return the time of a regular stream; what is worth knowing goes to `remarks`.

    The rate is the nominal one where the stamps agree to 1 %, else it cannot be told.
    """
    lost = _lost(stamps, nominal)
    if lost:
        problem = f"not to be told, as the time stamps of {name} {lost}"
        return StreamTime(Timebase(None, problem=problem), float(np.nan_to_num(stamps[0])), nominal, lost)
    start = float(stamps[0])
    if stamps.size < 2:
        return StreamTime(Timebase(nominal), start, nominal)
    exact = read_stamps(stamps, 1.0, None, name)
    if exact.fs is not None:
        gaps, measured, late = exact.gaps, exact.fs, 0.0
        said = "the time stamps follow the rate"
    else:
        gaps, measured, late, said = _jittering(stamps, nominal)
    if not abs(measured - nominal) <= _TOLERANCE * nominal:
        problem = f"not one: {nominal:g} Hz nominal, {measured:.6g} Hz by the time stamps of {name}"
        return StreamTime(Timebase(None, problem=problem), start, measured)
    remarks.append(f"{name}: {nominal:g} Hz nominal, {measured:.7g} Hz effective; {said}")
    return StreamTime(Timebase(nominal, gaps), start - late, measured)


def _lost(stamps: NDArray[np.float64], nominal: float) -> str:
    """Return why stamps do not tell where their samples belong; empty where they do."""
    if not np.all(np.isfinite(stamps)):
        return "are no numbers"
    steps = np.diff(stamps)
    back = np.flatnonzero(steps < 0)
    far = back[-steps[back] > _longest_jitter(nominal)]
    if far.size:
        return _stepping_back(stamps, far)
    if back.size:
        # Jitter does not fall on a grid: stamps that do when they are sorted are out of order, or come twice.
        once = read_stamps(np.unique(stamps), 1.0, None, "")
        if once.fs is not None and abs(once.fs - nominal) <= _TOLERANCE * nominal:
            return _stepping_back(stamps, back)
    return ""


def _stepping_back(stamps: NDArray[np.float64], rows: NDArray[np.intp]) -> str:
    row = int(rows[0]) + 1
    often = f", {rows.size} times in all" if rows.size > 1 else ""
    return f"step back by {stamps[row - 1] - stamps[row]:.6g} s at row {row}{often}"


def _longest_jitter(nominal: float) -> float:
    return max(_BREAK_S, _BREAK_SAMPLES / nominal)


def _jittering(stamps: NDArray[np.float64], nominal: float) -> tuple[tuple[Gap, ...], float, float, str]:
    """Return gaps, measured rate, how late the first stamp is on its line, and what was done, of stamps that jitter."""
    longest = _longest_jitter(nominal)
    breaks = np.flatnonzero(np.abs(np.diff(stamps)) > longest) + 1
    edges = [0, *breaks.tolist(), stamps.size]
    beside = max(2, round(_BESIDE_S * nominal))
    index = np.arange(stamps.size)
    gaps: list[Gap] = []
    for before, at, after in zip(edges, edges[1:], edges[2:], strict=False):
        # Lag of the stamps behind a clock of the nominal rate, on both sides of the interruption.
        left = slice(max(before, at - beside), at)
        right = slice(at, min(after, at + beside))
        lag = [float(np.median(stamps[part] - index[part] / nominal)) for part in (left, right)]
        missing = round((lag[1] - lag[0]) * nominal)
        if missing > 0:
            gaps.append((at, missing))
    start, stop = max(itertools.pairwise(edges), key=lambda edge: edge[1] - edge[0])
    line = np.polynomial.Polynomial.fit(index[start:stop] - start, stamps[start:stop] - stamps[start], 1)
    step = float(line.convert().coef[-1]) if stop - start > 1 else 0.0
    off = stamps[start:stop] - stamps[start] - line(index[start:stop] - start)
    said = (
        f"the time stamps jitter by up to {1e3 * float(np.max(np.abs(off))):.3g} ms, and each unbroken stretch is "
        f"taken for one line: losses and steps back shorter than {longest:g} s would not be seen"
    )
    first = slice(0, min(edges[1], beside))
    late = float(stamps[0] - np.median(stamps[first] - index[first] / nominal))
    return tuple(gaps), 1.0 / step if step > 0 else float("nan"), late, said
