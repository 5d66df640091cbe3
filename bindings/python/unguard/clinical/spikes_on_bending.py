"""What rises while somebody bends, against that person's own good bends by angle: BendingDetector on a recording.

>>> found = analyse_bends(recording, profile=own)  # unguard.session.own_profile(plan) gives what a plan keeps
>>> found.spikes.to_dataframe()  # one row a rise
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unguard._core import Bandpass, BendingDetector, BendingProfile, Event, detect
from unguard.clinical.bending_profile import forward_degrees, guarded_from
from unguard.clinical.cleaning import Cleaned
from unguard.clinical.flexion import NOT_TOLD, Bends
from unguard.clinical.spasm_like_rises import GUARDING, SPIKE, HeardBend, SpasmLikeRise, SpikesOnBending

_NO_PROFILE = (
    "there is no profile of this person's good bends; `unguard profile` makes one and keeps it in the person's plan"
)
#: Seconds over which a level is taken, to say how loud a bend is as a whole: as the profile takes them.
_MOMENT_S = 0.05
#: What the column with the trunk angle is called inside.
_ANGLE = "trunk angle, forward from standing"


@dataclass(frozen=True)
class OwnProfile:
    """A person's profile of bending, with what it is only valid for.

    Attributes
    ----------
    profile: as `own_bending` makes it. muscles: that it is of, in order. band, fs: of the EMG, fs in Hz.
    holds: how many full flexions their spread is of; None: not known.
    said: what it is called and when it was made, for a report.
    """

    profile: BendingProfile
    muscles: tuple[str, ...]
    band: Bandpass
    fs: float
    holds: int | None
    said: str


def spikes_on_bending(
    made: Cleaned,
    found: Bends,
    profile: OwnProfile | None,
    *,
    band: Bandpass,
    degrees: NDArray[np.float64] | None,
    degrees_marks: NDArray[np.uint32] | None = None,
    spec: BendingDetector | None = None,
) -> SpikesOnBending:
    """Find what rises above a person's own good bends: while bending, and in full flexion.

    Parameters
    ----------
    made: cleaned EMG, microvolts. found: its bends; their phases by angle declare bending and full flexion.
    profile: of the same muscles, band and sampling rate; with another one, and without, nothing is told, and why.
    band: that `made` was cleaned in.
    degrees, degrees_marks: (samples,), the trunk angle and what of it cannot be believed; None: there is none.
    spec: of the detector; its profile, angle and `guarded` are those of the person.

    Bends by an angle that seems to count the other way, and such that were too slow to be cut, are not looked at.
    A hold is guarded beyond the upper prediction limit of the good ones (`guarded_from`), not at two of their spreads:
    of so few holds a spread is hardly known. Offline, for phases are; the rule itself is live: `BendingDetector`.
    Source: as `BendingDetector`; Hahn 1970, doi:10.2307/2284349.
    """
    why = _why_not(found, profile, band, made)
    if why or profile is None or degrees is None:
        return SpikesOnBending((), (), found.muscles, why or _NO_PROFILE, profile.said if profile else "")
    detector = (spec or BendingDetector()).replace(
        profile=profile.profile, angle=_ANGLE, guarded=guarded_from(profile.holds)
    )
    lost = np.zeros(len(degrees), np.uint32) if degrees_marks is None else degrees_marks
    reports = detect(
        detector,
        np.column_stack([made.emg, forward_degrees(degrees, found)]),
        fs=made.fs,
        channels=[*made.muscles, _ANGLE],
        markers=_declared(found),
        marks=np.column_stack([made.marks, lost]),
    )
    rises = tuple(
        _rise(e, found, degrees) for e in reports if e.report == "CLOSE" and e.kind in (SPIKE, GUARDING)
    )  # fmt: skip
    times = _times(made, forward_degrees(degrees, found), profile.profile)
    holds = bool(profile.profile.to_dict()["holds"])
    heard = tuple(_heard(made, found, lost, times, rises, 2 * detector.held * made.fs if holds else math.inf))
    return SpikesOnBending(
        tuple(sorted(rises, key=lambda r: (r.onset_s, r.muscle))), heard, found.muscles, "", profile.said, detector
    )


def _why_not(found: Bends, profile: OwnProfile | None, band: Bandpass, made: Cleaned) -> str:
    if profile is None:
        return _NO_PROFILE
    if found.phases_by != "angle":
        return "they are told by the trunk angle alone"
    if not found.bends:
        return "no bend was found"
    if profile.muscles != found.muscles:
        return f"{profile.said} is of {', '.join(profile.muscles)}, and not of the muscles that were analysed"
    if profile.band != band:
        return f"{profile.said} was made in another band, {_words(profile.band)}, than {_words(band)}"
    if profile.fs != made.fs:
        return f"{profile.said} was made at {profile.fs:g} Hz, and the recording is of {made.fs:g} Hz"
    return ""


def _words(band: Bandpass) -> str:
    return f"{band.low:g}-{band.high:g} Hz of order {band.order}"


def _looked_at(found: Bends) -> list[Any]:
    """Return the bends, as the first muscle has them, whose phases are what they are called."""
    return [b for b in found.of(found.muscles[0]) if not set(NOT_TOLD) & set(b.doubts)]


def _declared(found: Bends) -> list[tuple[str, int]]:
    """Return the phases as a person would have declared them, by sample."""
    markers: list[tuple[str, int]] = []
    for b in _looked_at(found):
        markers.append(("bending", b.bending))
        if b.returning > b.full:
            markers.append(("full flexion", b.full))
        markers += [("returning", b.returning), ("standing", b.end)]
    return markers


def _rise(e: Event, found: Bends, degrees: NDArray[np.float64]) -> SpasmLikeRise:
    of = _looked_at(found)
    bend = next((b for b in of if e.onset < b.end), of[-1])
    return SpasmLikeRise(
        bend=bend.number,
        muscle=found.muscles[e.channel],
        kind=e.kind,
        onset_s=e.onset / found.fs,
        offset_s=e.offset / found.fs,
        angle_deg=float(degrees[min(e.onset, len(degrees) - 1)]),
        peak_uV=e.peak_uV,
        confidence=e.confidence,
    )


def _times(made: Cleaned, forward: NDArray[np.float64], profile: BendingProfile) -> NDArray[np.float64]:
    """Return how many times as loud as good bends at that angle every moment is, (moments, muscles)."""
    known = profile.to_dict()
    levels = np.reshape(known["levels"], (len(made.muscles), -1))
    step = round(_MOMENT_S * made.fs)
    count = len(made.emg) // step
    good = np.where(made.marks == 0, made.emg, np.nan)[: count * step]
    rms = np.sqrt(np.mean(good.reshape(count, step, -1) ** 2, axis=1))
    at = forward[step // 2 :: step][:count]
    return np.asarray(rms / np.column_stack([np.interp(at, known["angles"], level) for level in levels]))


def _heard(
    made: Cleaned,
    found: Bends,
    lost: NDArray[np.uint32],
    times: NDArray[np.float64],
    rises: tuple[SpasmLikeRise, ...],
    shortest_hold: float,
) -> list[HeardBend]:
    heard = []
    step = round(_MOMENT_S * made.fs)
    for b in _looked_at(found):
        for m, muscle in enumerate(found.muscles):
            of = [r.kind for r in rises if r.bend == b.number and r.muscle == muscle]
            good = [
                float(np.mean((made.marks[first:last, m] == 0) & (lost[first:last] == 0))) if last > first else 0.0
                for first, last in ((b.bending, b.full), (b.full, b.returning))
            ]
            hold = good[1] if b.returning - b.full >= shortest_hold else 0.0
            of_way = times[-(-b.bending // step) : b.full // step, m]
            known = of_way[np.isfinite(of_way)]
            loud = float(np.median(known)) if len(known) else math.nan
            heard.append(HeardBend(b.number, muscle, good[0], hold, of.count(SPIKE), GUARDING in of, loud))
    return heard
