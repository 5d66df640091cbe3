"""Spikes on bending and guarded holds of a recording: each of them, how many a bend, and what could be heard at all."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from unguard._core import BendingDetector
from unguard.benchmark.alarms import poisson_interval
from unguard.trend import Estimate

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

SPIKE, GUARDING = "SPIKE ON BENDING", "GUARDING"
COLUMNS = ("bend", "muscle", "kind", "onset_s", "offset_s", "angle_deg", "peak_uV", "confidence")
#: Of a phase that has to be heard, as of a level.
_LEAST_SHARE = 0.5


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
    times: as loud as good bends the way down was as a whole, the median over its moments; NaN where that is not known.
        A bend that is louder from end to end is called spikes where it stands out most.
    """

    bend: int
    muscle: str
    bending: float
    hold: float
    spikes: int
    guarded: bool
    times: float = math.nan

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
        told = [
            f"Spikes on bending and guarding in full flexion are told against {self.against}: electrodes that were "
            "placed anew since, another load and another speed change levels by more than good bends differ."
        ]
        for muscle in self.muscles:
            of = self.counted(muscle)
            loud = [h for h in of if self.is_louder(h)]
            if loud:
                told.append(
                    f"{muscle}: on the way down {len(loud)} of {len(of)} bends were louder than good ones as a whole: "
                    "what is counted as spikes there may be that."
                )
        return tuple(told)

    def is_louder(self, heard: HeardBend) -> bool:
        """Return whether a bend was louder as a whole than is still expected: `margin` of the rule."""
        return self.rule is not None and heard.times > self.rule.margin

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
