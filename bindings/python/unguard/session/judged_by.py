"""What the measures of a session are judged by over several: their noise, their scale, and what change matters."""

from __future__ import annotations

from dataclasses import dataclass

from unguard.clinical.important_change import important_change
from unguard.clinical.reliability import FRR_SEM_PERCENT, log_sem


@dataclass(frozen=True)
class Judged:
    """What is known of a measure beforehand; None and False: nothing.

    Attributes
    ----------
    sem: standard error of measurement between sessions; of the logarithm of ratios.
    resolution: the step of a rating. counted: it is a share, of as many as it counts.
    scale: the lowest and the highest value. important: the least change that matters to people, in its unit.
    """

    sem: float | None = None
    resolution: float | None = None
    counted: bool = False
    scale: tuple[float, float] | None = None
    important: float | None = None


_PAIN = important_change("NRS")
_RATING = Judged(resolution=1.0, scale=(0.0, _PAIN.highest))
#: By the name of a measure. A standard error is published of the FRR; none is of the ERR, whose denominator, full
#: flexion, is the same and makes most of the error. Of pain the minimal important change is known (Ostelo et al. 2008,
#: doi:10.1097/BRS.0b013e31815e3a10); of fear and tension on the same scale it is not.
_KNOWN = {
    "FRR": Judged(sem=log_sem(FRR_SEM_PERCENT)),
    "ERR": Judged(sem=log_sem(FRR_SEM_PERCENT)),
    "pain": Judged(resolution=1.0, scale=_RATING.scale, important=_PAIN.points),
    "fear": _RATING,
    "tension": _RATING,
    "silent bends": Judged(counted=True, scale=(0.0, 1.0)),
}


def judged_by(measure: str) -> Judged:
    """Return what is known of a measure, by its name without the muscle."""
    return _KNOWN.get(measure, Judged())
