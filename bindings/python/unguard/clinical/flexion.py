"""Flexion-relaxation of a recording: how strong every muscle was in each phase of each bend, and their ratios.

>>> found = bends(x, fs=2000, channels=[*muscles, "trunk"], angle="trunk", noise=[0.5])
>>> found.ratio("ERR", "longissimus L")
<4.10 [3.50, 4.81]>
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike
from scipy import stats  # type: ignore[import-untyped]

from unguard._core import (
    ActivityPhases,
    Bend,
    FlexionRelaxation,
    PhaseLevel,
    Ratio,
    _bends_by_activity,
    _bends_by_angle,
    _bends_by_cues,
    bend_ratio,
)
from unguard.arguments import names as names_of
from unguard.arguments import text
from unguard.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

#: ERR is the primary one: of five ratios its associations with pain were the largest (Alschuler et al. 2009).
RATIOS = ("ERR", "FRR", "RR", "SFR", "FER", "hFRR")
#: Levels of a bend, in the order of its phases.
PHASES = ("standing", "flexing", "half", "flexed", "extending")
#: Half of a 95 % interval, in standard errors.
NORMAL_95 = 1.959963984540054
#: Doubts that say how sure a number is, not that the bend is none.
MILD = ("noise unknown",)
#: Doubts with which nothing is told of a bend: what was read may be something else.
NOT_TOLD = ("not upright", "too slow", "below noise", "angle stuck")
#: Of these, doubts with which the angle itself says nothing: how deep and how fast a bend was is not known.
NO_ANGLE = ("not upright", "angle stuck")
#: The same where phases were found in what the muscles do: by cues a muscle that shows none is the finding.
NOT_TOLD_BY_ACTIVITY = (*NOT_TOLD, "phases uncertain")


@dataclass(frozen=True)
class Bends:
    """All bends of a recording.

    Attributes
    ----------
    bends: one a bend and muscle, in order.
    muscles: their names.
    fs: sampling rate, Hz.
    phases_by: "angle", "cues" or "activity".
    spec: how levels were made.
    lost: how many more were cut off by a gap in the angle, or lie in one: nothing is known of them.
    """

    bends: tuple[Bend, ...]
    muscles: tuple[str, ...]
    fs: float
    phases_by: str
    spec: FlexionRelaxation
    lost: int = 0

    def of(self, muscle: str) -> tuple[Bend, ...]:
        """Return the bends of one muscle. Raises ConfigError."""
        if muscle not in self.muscles:
            raise ConfigError("muscle", repr(muscle), "one of " + ", ".join(self.muscles))
        index = self.muscles.index(muscle)
        return tuple(b for b in self.bends if b.channel == index)

    def told(self, muscle: str) -> tuple[Bend, ...]:
        """Return the bends of a muscle that anything is told of.

        Not those whose phases are uncertain because they were found in what the muscles do, not those by an angle that
        seems to count the other way or that stopped dead, not those that were too slow to be cut, not those in which a
        phase is quieter than the noise. All are in the table, with their doubts. Raises ConfigError.
        """
        silent = NOT_TOLD_BY_ACTIVITY if self.phases_by == "activity" else NOT_TOLD
        return tuple(b for b in self.of(muscle) if not set(silent) & set(b.doubts))

    def ratio(self, which: str, muscle: str) -> Ratio | None:
        """Return a ratio over the bends of a muscle that anything is told of (`told`), its geometric mean with a 95 %
        interval; None where no bend has one. which: see `Bend.ratio`. Raises ConfigError.
        """
        return bend_ratio(self.told(muscle), which)

    def silent_share(self, muscle: str) -> tuple[float, float, float, int] | None:
        """Return the share of bends in which full flexion is silent, its 95 % interval, and of how many bends.

        None where no bend has both levels, half of each phase believed. Of groups it follows treatment better than the
        ratio does (Mayer et al. 2009); the interval is Wilson's (1927, doi:10.1080/01621459.1927.10502953). Raises
        ConfigError.
        """
        there = [b for b in self.told(muscle) if believed(b.flexed) and believed(b.extending)]
        if not there:
            return None
        silent = sum(b.silent for b in there)
        interval = stats.binomtest(silent, len(there)).proportion_ci(method="wilson")
        return silent / len(there), float(interval.low), float(interval.high), len(there)

    def clear(self, muscle: str) -> int:
        """Return how many bends of a muscle have a ratio, and nothing speaks against them. Raises ConfigError."""
        return sum(all(d in MILD for d in b.doubts) and bend_ratio([b], "ERR") is not None for b in self.of(muscle))

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a bend and muscle.

        bend, muscle; bending_s, full_s, returning_s, end_s; upright_deg, deepest_deg; for standing, flexing, half,
        flexed and extending, _uV, _low_uV and _high_uV (95 % interval), _share and _at_floor; each ratio with _low,
        _high, _at_least and _at_most; silent; silence_from_deg, silence_to_deg; doubts and reasons, separated by "; ".
        NaN where not known.
        """
        import pandas as pd

        return pd.DataFrame([self._row(b) for b in self.bends])

    def _row(self, b: Bend) -> dict[str, Any]:
        row: dict[str, Any] = {"bend": b.number, "muscle": self.muscles[b.channel]}
        for name in ("bending", "full", "returning", "end"):
            row[f"{name}_s"] = getattr(b, name) / self.fs
        known = self.phases_by == "angle"
        row["upright_deg"] = b.upright_deg if known else math.nan
        row["deepest_deg"] = b.deepest_deg if known else math.nan
        for name in PHASES:
            level = getattr(b, name)
            row[f"{name}_uV"], row[f"{name}_low_uV"], row[f"{name}_high_uV"] = interval(level)
            row[f"{name}_share"] = level.share if level else 0.0
            row[f"{name}_at_floor"] = bool(level and level.at_floor)
        for which in RATIOS:
            r = b.ratio(which)
            row[which] = r.value if r else math.nan
            row[f"{which}_low"] = r.low if r else math.nan
            row[f"{which}_high"] = r.high if r else math.nan
            row[f"{which}_at_least"] = bool(r and r.at_least)
            row[f"{which}_at_most"] = bool(r and r.at_most)
        silence = b.silence_deg if known and b.silence_deg else (math.nan, math.nan)
        row |= {"silent": b.silent, "silence_from_deg": silence[0], "silence_to_deg": silence[1]}
        return row | {"doubts": "; ".join(b.doubts), "reasons": "; ".join(b.reasons)}

    def summary(self) -> pd.DataFrame:
        """Return one row a muscle and quantity: muscle, quantity, value, low, high, at_least, at_most, bends.

        Quantities: the ratios, as `ratio` gives them, and "silent", as `silent_share` does.
        """
        import pandas as pd

        rows: list[tuple[Any, ...]] = []
        for muscle in self.muscles:
            for which in RATIOS:
                r = self.ratio(which, muscle)
                if r:
                    rows.append((muscle, which, r.value, r.low, r.high, r.at_least, r.at_most, r.bends))
            silent = self.silent_share(muscle)
            if silent:
                rows.append((muscle, "silent", *silent[:3], False, False, silent[3]))
        return pd.DataFrame(
            rows, columns=["muscle", "quantity", "value", "low", "high", "at_least", "at_most", "bends"]
        )


def has_angle(doubts: Iterable[str]) -> bool:
    """Return whether the trunk angle of a bend with these doubts can be believed."""
    return not set(NO_ANGLE) & set(doubts)


def believed(level: PhaseLevel | None) -> bool:
    """Return whether at least half of a phase could be believed."""
    return level is not None and level.share >= 0.5


def interval(level: PhaseLevel | None) -> tuple[float, float, float]:
    """Return a level and its 95 % interval, microvolts; NaN where there is none."""
    if level is None:
        return math.nan, math.nan, math.nan
    factor = math.exp(NORMAL_95 * level.spread)
    return level.level_uV, level.level_uV / factor, level.level_uV * factor


def bends(
    x: ArrayLike,
    *,
    fs: float,
    channels: Sequence[str],
    angle: str,
    marks: Any = None,
    spec: FlexionRelaxation | None = None,
    noise: Sequence[float] | None = None,
) -> Bends:
    """Measure every bend of a recording by its trunk angle.

    Parameters
    ----------
    x: (samples, channels): band-passed EMG without the heart, microvolts, and the trunk angle, degrees.
    fs: sampling rate, Hz, from 100.
    channels: names of the columns, `angle` among them.
    angle: the column with the trunk angle.
    marks: reason bits, uint32 of the shape of x, as a chain returns them. What is withheld, and what a heart
        dominates, is left out.
    spec: how phases and levels are made.
    noise: RMS of electrode and amplifier in the band of x, microvolts, one or one a muscle, taken off in power; in
        place of the spec's.

    Raises
    ------
    ConfigError: naming the argument.

    Source: Alschuler et al. 2009, doi:10.1097/AJP.0b013e3181b56db6. The same bits live:
    `FlexionRelaxation.start()`, but that only a whole record shows that it begins and ends bent ("not upright").
    """
    s, names = _with(spec, noise), names_of("channels", channels, "names of the columns")
    if text("angle", angle, "the name of a channel") not in names:
        raise ConfigError("angle", repr(angle), "one of the channels, " + ", ".join(names))
    s = s.replace(phases=s.phases.replace(angle=angle))
    found, lost = _bends_by_angle(s, x, fs=fs, channels=names, marks=marks)
    return Bends(tuple(found), tuple(n for n in names if n != angle), float(fs), "angle", s, lost)


def bends_by_cues(
    x: ArrayLike,
    *,
    fs: float,
    channels: Sequence[str],
    cues: Sequence[tuple[str, int]],
    marks: Any = None,
    spec: FlexionRelaxation | None = None,
    noise: Sequence[float] | None = None,
) -> Bends:
    """Measure the bends that were declared: cues are (kind, sample) of "standing", "bending", "full flexion" and
    "returning"; a bend is bending to the next standing.

    A bend bears the doubt "phases uncertain" where the muscle does not show that the cues were followed. All else, and
    what is raised, as `bends()`; there is no angle among the channels.
    """
    s, names = _with(spec, noise), names_of("channels", channels, "names of the columns")
    found = _bends_by_cues(s, x, fs=fs, channels=names, cues=list(cues), marks=marks)
    return Bends(tuple(found), tuple(names), float(fs), "cues", s)


def bends_by_activity(
    x: ArrayLike,
    *,
    fs: float,
    channels: Sequence[str],
    phases: ActivityPhases | None = None,
    marks: Any = None,
    spec: FlexionRelaxation | None = None,
    noise: Sequence[float] | None = None,
) -> Bends:
    """Measure bends whose phases are found in what the muscles do; the record begins in standing.

    A bend bears the doubt "phases uncertain" where full flexion does not stand out in any muscle: with an angle or
    cues that would be a finding. All else, and what is raised, as `bends()`; there is no angle among the channels.

    Source of the phases: Baum et al. 1970, doi:10.1214/aoms/1177697196.
    """
    s, names = _with(spec, noise), names_of("channels", channels, "names of the columns")
    found = _bends_by_activity(s, phases or ActivityPhases(), x, fs=fs, channels=names, marks=marks)
    return Bends(tuple(found), tuple(names), float(fs), "activity", s)


def _with(spec: FlexionRelaxation | None, noise: Sequence[float] | None) -> FlexionRelaxation:
    made = spec or FlexionRelaxation()
    return made if noise is None else made.replace(noise=noise)
