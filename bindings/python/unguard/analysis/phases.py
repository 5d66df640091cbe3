"""How strong each channel is while the person stands, bends, hangs and returns, as far as somebody marked it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unguard.analysis.declared import PHASE_ANNOTATIONS
from unguard.analysis.method import Method


@dataclass(frozen=True)
class PhaseLevel:
    """The envelope of one channel in all stretches of one marked phase.

    Attributes
    ----------
    phase: "rest", "standing", "bending", "full flexion" or "returning".
    times: how often it was marked. seconds: that can be believed, in sum.
    median_uV: of the envelope in them; None where nothing can be believed.
    """

    phase: str
    times: int
    seconds: float
    median_uV: float | None


def phase_levels(time_s: NDArray[np.float64], envelope_uV: NDArray[np.float64], method: Method) -> list[PhaseLevel]:
    """Return the level in each phase that was marked, in the order of the protocol.

    Parameters
    ----------
    time_s: seconds of the recording, shape (values,). envelope_uV: shape (values,), NaN where it cannot be believed.
    """
    spans = {"rest": list(method.rests_s)}
    for phase in PHASE_ANNOTATIONS:
        spans[phase] = [(start, end) for what, start, end in method.phases_s if what == phase]
    found = []
    for phase, stretches in spans.items():
        if not stretches:
            continue
        inside = np.zeros(len(time_s), dtype=bool)
        for start, end in stretches:
            inside |= (time_s >= start) & (time_s < end)
        values = envelope_uV[inside]
        values = values[np.isfinite(values)]
        median = float(np.median(values)) if len(values) else None
        found.append(PhaseLevel(phase, len(stretches), len(values) * method.envelope_step / method.fs, median))
    return found
