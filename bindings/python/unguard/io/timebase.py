"""Time from a column of time stamps or a counter: the rate, and where samples were lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unguard.io.source import Gap

#: A stamp may be this share of a step off its place (rounding of the stamps, small jitter).
_TOLERANCE = 0.3
#: More jumps than this share of the rows are no losses but stamps that follow no rate.
_MOST_JUMPS = 0.1
#: A column of time without unit is taken for seconds only if its step is shorter than this.
_LONGEST_STEP_S = 0.1


@dataclass(frozen=True)
class Timebase:
    """What a column of time says.

    Attributes
    ----------
    fs: hertz, or None when it cannot be told.
    gaps: where samples are missing.
    problem: why the rate cannot be told, in words that follow "is"; empty when it can.
    remarks: what is worth knowing.
    """

    fs: float | None
    gaps: tuple[Gap, ...] = ()
    problem: str = ""
    remarks: tuple[str, ...] = ()


def read_stamps(
    stamps: NDArray[np.float64], seconds_per_unit: float | None, fs_given: float | None, label: str
) -> Timebase:
    """Derive rate and gaps from time stamps, one per row.

    `seconds_per_unit` is None when the file does not state the unit; then seconds are assumed only where the step
    leaves no doubt, or the unit that agrees with the rate the caller gives. Stamps that are irregular give no rate.
    """
    rows = stamps.size
    if rows < 2:
        return Timebase(None, problem="not to be told from a single row")
    missing = int(np.count_nonzero(~np.isfinite(stamps)))
    if missing:
        good = np.isfinite(stamps)
        if rows - missing < 2:
            return Timebase(None, problem=f"not to be told, as column {label!r} is empty")
        stamps = np.interp(np.arange(rows), np.flatnonzero(good), stamps[good])
    notes = [f"{missing} time stamps are missing: they are interpolated"] if missing else []
    with np.errstate(all="ignore"):
        steps = np.diff(stamps)
        step = float(np.median(steps))
    if not (np.isfinite(step) and step > 0):
        return Timebase(
            None, problem=f"not to be told from the time stamps in column {label!r}, which repeat or go backwards"
        )
    with np.errstate(all="ignore"):
        ratio = np.rint(steps / step)
        # The mean step over all rows is finer than the stamps' own rounding.
        total = float(np.sum(ratio))
        step = float((stamps[-1] - stamps[0]) / total) if total > 0 else step
        off = np.abs(steps / step - ratio)
    wrong = np.flatnonzero((ratio < 1) | ~(off <= _TOLERANCE))
    jumps = np.flatnonzero(ratio > 1)
    if not wrong.size and jumps.size > max(1, _MOST_JUMPS * rows):
        wrong = jumps
    if wrong.size:
        row = int(wrong[0]) + 1
        shown = f"{stamps[row - 1]:.10g} to {stamps[row]:.10g} at row {row}"
        return Timebase(
            None,
            problem=f"not to be told from irregular time stamps in column {label!r} ({wrong.size}; {shown})",
        )
    gaps = tuple((int(i) + 1, int(ratio[i]) - 1) for i in jumps)
    seconds = _seconds_per_step(step, seconds_per_unit, fs_given)
    if seconds is None:
        if fs_given is not None:
            mean = (rows - 1) / float(stamps[-1] - stamps[0])
            notes.append(
                f"column {label!r} (no unit, {mean:.6g} rows per unit) disagrees with fs={fs_given:g}: it is not used"
            )
        problem = f"not to be told, as column {label!r} has no unit and steps by {step:.6g}"
        return Timebase(None, problem=problem, remarks=tuple(notes))
    if seconds_per_unit is None:
        unit = {1.0: "seconds", 1e-3: "milliseconds", 1e-6: "microseconds"}.get(seconds, f"{seconds:g} s")
        notes.append(f"column {label!r} has no unit: it is taken for {unit}")
    return Timebase(_tidy(1.0 / (step * seconds)), gaps, remarks=tuple(notes))


def _seconds_per_step(step: float, seconds_per_unit: float | None, fs_given: float | None) -> float | None:
    if seconds_per_unit is not None:
        return seconds_per_unit
    if fs_given is not None:
        for seconds in (1.0, 1e-3, 1e-6):
            if abs(fs_given * step * seconds - 1.0) < 1e-3:
                return seconds
        return None
    return 1.0 if step < _LONGEST_STEP_S else None


def _tidy(fs: float) -> float:
    """Undo the rounding of stamps: 999.9999998 Hz is 1000 Hz; a rate that is no round number stays as it is."""
    for digits, tolerance in ((0, 1e-6), (1, 1e-9), (2, 1e-9), (3, 1e-9)):
        rounded = round(fs, digits)
        if rounded > 0 and abs(fs - rounded) < tolerance * fs:
            return rounded
    return fs


def is_strictly_regular(values: NDArray[np.float64]) -> bool:
    """Return whether a column rises by one and the same step throughout, as only time or a counter does."""
    if values.size < 3 or not np.all(np.isfinite(values)):
        return False
    with np.errstate(all="ignore"):
        steps = np.diff(values)
        step = float((values[-1] - values[0]) / steps.size)
        return step > 0 and bool(np.all(np.abs(steps - step) <= 0.01 * step + 1e-12 * np.max(np.abs(values))))


def counter_gaps(counter: NDArray[np.float64], name: str, largest: int | None, remarks: list[str]) -> tuple[Gap, ...]:
    """Return where a device's sample counter jumps.

    The counter may wrap (back to a lower number), may go in steps of more than one (two samples make a row), and may
    stick at its `largest` value; from there on no gap can be seen, which is said in `remarks`, as is a counter that
    makes no sense.
    """
    counter = counter.copy()
    if counter.size < 2:
        return ()
    if not np.all(np.isfinite(counter)):
        remarks.append(f"the counter {name} has missing values: gaps are not looked for")
        return ()
    end = counter.size
    if largest is not None and counter[-1] == largest and counter[-2] == largest:
        end = int(np.argmax(counter == largest)) + 1
        remarks.append(f"the counter {name} stays at {largest} from row {end} on: gaps after it would not be seen")
    with np.errstate(all="ignore"):
        steps = np.diff(counter[:end])
        usual = float(np.median(steps)) if steps.size else 0.0
        if usual > 1 and np.all((counter[:end] - counter[0]) % usual == 0):
            counter[:end] = np.floor(counter[:end] / usual)
            steps = np.diff(counter[:end])
        if np.any(steps < 0):
            steps = np.where(steps < 0, steps + np.max(counter[:end]) + 1, steps)
        lost = float(np.sum(np.maximum(steps - 1, 0)))
    if np.any(steps < 1) or np.any(steps != np.rint(steps)) or not lost <= counter.size:
        remarks.append(f"the counter {name} does not count the rows: gaps are not looked for")
        return ()
    return tuple((int(i) + 1, int(steps[i]) - 1) for i in np.flatnonzero(steps > 1))
