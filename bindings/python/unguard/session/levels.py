"""How hard each muscle works over a session: load and rest, in percent of the plan's reference where there is one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import unguard
from unguard.clinical.load import Load, RestTime, load, muscle_rest
from unguard.plan import Plan, Reference
from unguard.recording import Recording
from unguard.session.measure import WHOLE, Measure

#: Of the levels that are kept, for load, reactivity and pictures.
RATE_HZ = 20.0


@dataclass(frozen=True, eq=False)
class Levels:
    """Levels of every muscle of the plan in its level band, without the heart.

    Attributes
    ----------
    uV: (values, muscles), NaN where they cannot be believed. fs: of the values, Hz. muscles: names.
    """

    uV: NDArray[np.float64]
    fs: float
    muscles: tuple[str, ...]

    def of(self, muscle: str) -> NDArray[np.float64]:
        """Return the levels of one muscle."""
        return np.ascontiguousarray(self.uV[:, self.muscles.index(muscle)])


@dataclass(frozen=True)
class MuscleLoad:
    """Of one muscle.

    Attributes
    ----------
    reference: its name, "" for microvolts. rest: None for all but % MVC, of which alone its limits are.
    noise_off: whether the level of rest was taken off, as the reference keeps it.
    """

    muscle: str
    load: Load
    rest: RestTime | None
    reference: str
    noise_off: bool


def levels_of(cleaned: Recording, marks: NDArray[np.uint32], plan: Plan) -> Levels:
    """Return the levels of a recording that was cleaned in the plan's level band."""
    window = unguard.Rms(window=plan.processing.window_s)
    detector = window if plan.processing.detector == "RMS" else unguard.Arv(window=plan.processing.window_s)
    level, level_marks = detector(cleaned.data, fs=cleaned.fs, marks=marks)
    step = max(1, round(cleaned.fs / RATE_HZ))
    late = round(plan.processing.window_s * cleaned.fs / 2)
    at = np.minimum(np.arange(step // 2, len(level), step) + late, len(level) - 1)
    level, level_marks = level.reshape(len(level), -1)[at], level_marks.reshape(len(level), -1)[at]
    return Levels(np.where(level_marks == 0, level, np.nan), cleaned.fs / step, tuple(cleaned.names))


def loads(levels: Levels, plan: Plan) -> list[MuscleLoad]:
    """Return the load of every muscle of which there is anything."""
    found = []
    for muscle in levels.muscles:
        uV = levels.of(muscle)
        if not np.isfinite(uV).any():
            continue
        known = _reference(plan, muscle)
        if known is None:
            found.append(MuscleLoad(muscle, load(uV, unit="uV"), None, "", False))
            continue
        reference, level, rest = known
        share = 100 * np.sqrt(np.maximum(0, uV**2 - (rest or 0.0) ** 2) / level**2)
        unit = "% MVC" if reference.effort == "maximal" else "% RVE"
        resting = muscle_rest(share, fs=levels.fs) if levels.fs >= 10 and unit == "% MVC" else None
        found.append(MuscleLoad(muscle, load(share, unit=unit), resting, reference.name, rest is not None))
    return found


def load_remarks(found: list[MuscleLoad]) -> list[str]:
    """Return why a muscle has no rest time, or one that is not to be trusted."""
    told = []
    submaximal = [one.muscle for one in found if one.load.unit == "% RVE"]
    if submaximal:
        told.append(
            f"{', '.join(submaximal)}: rest time is told of % MVC alone, for its limits, 0.3 and 0.5 %, are of that; "
            "the reference is sub-maximal."
        )
    noisy = [one.muscle for one in found if one.reference and not one.noise_off]
    if noisy:
        told.append(
            f"{', '.join(noisy)}: the reference has no level of rest, so no noise was taken off: low loads come out "
            "too high, and rest too short."
        )
    return told


def load_measures(found: list[MuscleLoad]) -> list[Measure]:
    """Return median load and rest time; which way is better depends on what was done."""
    measures = []
    for one in found:
        made = one.load
        measures.append(
            Measure("median load", one.muscle, WHOLE, made.median, made.median, made.median, made.unit, False, "",
                    made.samples)
        )  # fmt: skip
        if one.rest is not None:
            share = 100 * one.rest.rest_share
            measures.append(Measure("rest time", one.muscle, WHOLE, share, share, share, "%", False, "", one.rest.gaps))
    return measures


def _reference(plan: Plan, muscle: str) -> tuple[Reference, float, float | None] | None:
    """Return the reference that the plan has of a muscle, its level and that of rest, microvolts; None: not known."""
    for reference in plan.references:
        for kept in plan.calibrations:
            if kept.id != reference.calibration or muscle not in kept.channels:
                continue
            if kept.band != plan.processing.level_band:
                continue  # microvolts of another band
            values = kept.restore().to_dict()
            i = kept.channels.index(muscle)
            rest = values.get("rest")
            taken_off = None if not rest else float(rest["per_channel"][i]["value"])
            return reference, float(values["level"]["per_channel"][i]["value"]), taken_off
    return None
