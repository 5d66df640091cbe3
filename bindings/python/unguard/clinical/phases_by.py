"""By what the phases of bends are found: the trunk angle, marks set while recording, or what the muscles do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from unguard.analysis.declared import PHASE_ANNOTATIONS, declared
from unguard.errors import ConfigError, FormatError
from unguard.io.units import plain_unit
from unguard.recording import Recording


def choose_phases(
    recording: Recording, angle: str | None, by: str | None, where: str
) -> tuple[str, str | None, list[tuple[str, int]], tuple[str, ...]]:
    """Return by what phases are found, the angle's channel, the cues, and remarks."""
    if by not in (None, "angle", "cues", "activity"):
        raise ConfigError("phases_by", repr(by), '"angle", "cues", "activity" or None')
    in_degrees = [c.name for c in recording.channels if plain_unit(c.unit) == "deg"]
    if angle is not None:
        if angle not in recording.names:
            raise ConfigError("angle", repr(angle), "one of " + ", ".join(recording.names))
        unit = recording.channels[recording.names.index(angle)].unit
        if plain_unit(unit) != "deg":
            raise ConfigError("angle", f"{angle!r} in {unit or 'no stated unit'}", "a channel in deg")
    elif len(in_degrees) == 1:
        angle = in_degrees[0]
    elif in_degrees and by in (None, "angle"):
        raise ConfigError("angle", "not given", "one of the channels in degrees: " + ", ".join(in_degrees))
    said = declared(recording)
    spans = [(what, start, end) for what, start, end in said.phases if what in PHASE_ANNOTATIONS]
    cues = _cues(spans, recording.fs)
    if by == "angle" and angle is None:
        raise FormatError(where, "the file", "without a channel in degrees", "the trunk angle, for phases by angle")
    if by == "cues" and not cues:
        expected = 'annotations "standing", "bending", "full flexion" and "returning" with durations'
        raise FormatError(where, "the annotations", "no phases", expected)
    chosen = by or ("angle" if angle is not None else "cues" if cues else "activity")
    remarks = said.phase_remarks if chosen == "cues" else ()
    return chosen, angle, cues, remarks


def _cues(spans: Sequence[tuple[str, float, float]], fs: float) -> list[tuple[str, int]]:
    """Return the phases that were marked as cues: each where it begins, and standing where a return ends."""
    cues = []
    for i, (what, start, end) in enumerate(spans):
        cues.append((what, round(start * fs)))
        follows = spans[i + 1][1] if i + 1 < len(spans) else np.inf
        if what == "returning" and not (i + 1 < len(spans) and spans[i + 1][0] == "standing" and follows - end < 1):
            cues.append(("standing", round(end * fs)))
    return cues
