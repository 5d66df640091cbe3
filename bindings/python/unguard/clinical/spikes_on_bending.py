"""What rises while somebody bends, against that person's own good bends by angle: spikes on bending, guarded holds.

>>> found = analyse_bends(recording, profile=own)  # unguard.session.own_profile(plan) gives what a plan keeps
>>> found.spikes.per_bend("longissimus L")
>>> found.spikes.to_dataframe()  # one row a rise
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from unguard._core import Bandpass, BendingDetector, BendingProfile, Event, detect
from unguard.benchmark.alarms import poisson_interval
from unguard.clinical.bending_profile import forward_degrees, guarded_from
from unguard.clinical.cleaning import Cleaned
from unguard.clinical.flexion import NOT_TOLD, Bends
from unguard.trend import Estimate

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

SPIKE, GUARDING = "SPIKE ON BENDING", "GUARDING"
#: Of a phase that has to be heard, as of a level.
_LEAST_SHARE = 0.5
_NO_PROFILE = (
    "there is no profile of this person's good bends; `unguard profile` makes one and keeps it in the person's plan"
)
#: What the column with the trunk angle is called inside.
_ANGLE = "trunk angle, forward from standing"
COLUMNS = ("bend", "muscle", "kind", "onset_s", "offset_s", "angle_deg", "peak_uV", "confidence")


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


@dataclass(frozen=True)
class SpasmLikeRise:
    """One spasm-like rise above what this person's good bends are at that angle.

    Attributes
    ----------
    bend: its number. muscle: its name. kind: "SPIKE ON BENDING", or "GUARDING" of a whole full flexion.
    onset_s, offset_s: seconds of the recording. angle_deg: of the trunk at the onset, degrees, as it was recorded.
    peak_uV: of a moving RMS of the detector; of GUARDING the RMS of the hold. confidence: as BendingDetector says it.
    """

    bend: int
    muscle: str
    kind: str
    onset_s: float
    offset_s: float
    angle_deg: float
    peak_uV: float
    confidence: float


@dataclass(frozen=True)
class HeardBend:
    """What could be heard of one muscle in one bend.

    Attributes
    ----------
    bend: its number. muscle: its name. bending, hold: share of the way down, and of full flexion, in which signal and
        angle can be believed, 0 to 1; hold is 0 where nothing is known of good ones, or it was too short.
    spikes: on bending. guarded: whether the hold was.
    """

    bend: int
    muscle: str
    bending: float
    hold: float
    spikes: int
    guarded: bool

    @property
    def counts(self) -> bool:
        """Whether at least half of the way down could be heard."""
        return self.bending >= _LEAST_SHARE

    @property
    def hold_counts(self) -> bool:
        """Whether at least half of the hold could be heard."""
        return self.hold >= _LEAST_SHARE


@dataclass(frozen=True)
class SpikesOnBending:
    """Spikes on bending and guarded holds of a recording, against a person's own profile.

    Attributes
    ----------
    rises: by onset. heard: one a bend and muscle that was looked at. muscles: their names.
    why: why nothing is told; "" where it is. against: the profile. rule: the detector, as it was set; None of nothing.
    """

    rises: tuple[SpasmLikeRise, ...]
    heard: tuple[HeardBend, ...]
    muscles: tuple[str, ...]
    why: str
    against: str
    rule: BendingDetector | None = None

    @property
    def told(self) -> bool:
        """Whether anything is told."""
        return not self.why

    @property
    def remarks(self) -> tuple[str, ...]:
        """What to know before trusting it, or why nothing is told."""
        if self.why:
            return (f"Spikes on bending are not told: {self.why}.",)
        return (
            f"Spikes on bending and guarding in full flexion are told against {self.against}: electrodes that were "
            "placed anew since, another load and another speed change levels by more than good bends differ.",
        )

    def counted(self, muscle: str, numbers: Collection[int] | None = None) -> tuple[HeardBend, ...]:
        """Return the bends of a muscle of which at least half could be heard. numbers: of the bends; None: all."""
        return tuple(
            h for h in self.heard if h.muscle == muscle and h.counts and (numbers is None or h.bend in numbers)
        )

    def per_bend(self, muscle: str, numbers: Collection[int] | None = None) -> Estimate | None:
        """Return spikes on bending a bend with an exact 95 % interval; None where no bend could be heard.

        Of a bend that could be heard in part, that part counts as so much of a bend. Spikes that come in clusters
        scatter more than a Poisson count, and the interval is too narrow for them.
        Source: Garwood 1936, doi:10.1093/biomet/28.3-4.437.
        """
        of = self.counted(muscle, numbers)
        if not of:
            return None
        bends, count = sum(h.bending for h in of), sum(h.spikes for h in of)
        low, high = poisson_interval(count)
        return Estimate(count / bends, low / bends, high / bends)

    def guarded_share(
        self, muscle: str, numbers: Collection[int] | None = None
    ) -> tuple[float, float, float, int] | None:
        """Return the share of full flexions that were guarded, its 95 % interval, and of how many; None of none.

        Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.
        """
        from scipy import stats  # type: ignore[import-untyped]

        of = [h for h in self.heard if h.muscle == muscle and h.hold_counts and (numbers is None or h.bend in numbers)]
        if not of:
            return None
        guarded = sum(h.guarded for h in of)
        interval = stats.binomtest(guarded, len(of)).proportion_ci(method="wilson")
        return guarded / len(of), float(interval.low), float(interval.high), len(of)

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a rise: bend, muscle, kind, onset_s, offset_s, angle_deg, peak_uV, confidence."""
        import pandas as pd

        return pd.DataFrame([[getattr(r, name) for name in COLUMNS] for r in self.rises], columns=list(COLUMNS))

    def summary(self) -> pd.DataFrame:
        """Return one row a muscle: muscle, spikes, bends, per_bend with _low and _high; guarded_holds, holds,
        guarded_share with _low and _high. NaN where not known; no row where nothing is told.
        """
        import pandas as pd

        rows = []
        for muscle in self.muscles if self.told else ():
            of, rate, share = self.counted(muscle), self.per_bend(muscle), self.guarded_share(muscle)
            row: dict[str, Any] = {"muscle": muscle, "spikes": sum(h.spikes for h in of), "bends": len(of)}
            values = (rate.value, rate.low, rate.high) if rate else (math.nan,) * 3
            row |= dict(zip(("per_bend", "per_bend_low", "per_bend_high"), values, strict=True))
            known = share or (math.nan, math.nan, math.nan, 0)
            row |= {"guarded_holds": round(known[0] * known[3]) if share else 0, "holds": known[3]}
            row |= dict(zip(("guarded_share", "guarded_share_low", "guarded_share_high"), known[:3], strict=True))
            rows.append(row)
        return pd.DataFrame(rows)


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
    holds = bool(profile.profile.to_dict()["holds"])
    heard = tuple(_heard(made, found, lost, rises, 2 * detector.held * made.fs if holds else math.inf))
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


def _heard(
    made: Cleaned, found: Bends, lost: NDArray[np.uint32], rises: tuple[SpasmLikeRise, ...], shortest_hold: float
) -> list[HeardBend]:
    heard = []
    for b in _looked_at(found):
        for m, muscle in enumerate(found.muscles):
            of = [r.kind for r in rises if r.bend == b.number and r.muscle == muscle]
            good = [
                float(np.mean((made.marks[first:last, m] == 0) & (lost[first:last] == 0))) if last > first else 0.0
                for first, last in ((b.bending, b.full), (b.full, b.returning))
            ]
            hold = good[1] if b.returning - b.full >= shortest_hold else 0.0
            heard.append(HeardBend(b.number, muscle, good[0], hold, of.count(SPIKE), GUARDING in of))
    return heard
