"""Flexion-relaxation of a recording: how strong every muscle was in each phase of each bend, and their ratios.

>>> found = bends(x, fs=2000, channels=[*muscles, "trunk"], angle="trunk", noise=[0.5])
>>> found.ratio("ERR", "longissimus L")
<4.04 [3.74, 4.37]>
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from unguard._core import (
    ActivityPhases,
    Bend,
    FlexionRelaxation,
    Ratio,
    _bends_by_activity,
    _bends_by_angle,
    _bends_by_cues,
    bend_ratio,
)
from unguard.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

#: ERR is the primary one: of five ratios its associations with pain were the largest (Alschuler et al. 2009).
RATIOS = ("ERR", "FRR", "RR", "SFR", "FER", "hFRR")
_PHASES = ("standing", "flexing", "half", "flexed", "extending")


@dataclass(frozen=True)
class Bends:
    """All bends of a recording.

    Attributes
    ----------
    bends: one a bend and muscle, in order. muscles: their names. fs: Hz.
    phases_by: "angle", "cues" or "activity". spec: how levels were made.
    """

    bends: tuple[Bend, ...]
    muscles: tuple[str, ...]
    fs: float
    phases_by: str
    spec: FlexionRelaxation

    def of(self, muscle: str) -> tuple[Bend, ...]:
        """Return the bends of one muscle. Raises ConfigError."""
        if muscle not in self.muscles:
            raise ConfigError("muscle", muscle, "one of " + ", ".join(self.muscles))
        index = self.muscles.index(muscle)
        return tuple(b for b in self.bends if b.channel == index)

    def ratio(self, which: str, muscle: str) -> Ratio | None:
        """Return a ratio over all bends of a muscle, with its 95 % interval; None where no bend has one."""
        return bend_ratio(self.of(muscle), which)

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a bend and muscle.

        bend, muscle; bending_s, full_s, returning_s, end_s; upright_deg, deepest_deg; for standing, flexing, half, flexed
        and extending, _uV, _low_uV and _high_uV (95 % interval), _share and _at_floor; each ratio with _low, _high and
        _at_least; silent; silence_from_deg, silence_to_deg; doubts and reasons, separated by "; ". NaN where not known.
        """
        import pandas as pd

        return pd.DataFrame([self._row(b) for b in self.bends])

    def _row(self, b: Bend) -> dict[str, Any]:
        row: dict[str, Any] = {"bend": b.number, "muscle": self.muscles[b.channel]}
        for name in ("bending", "full", "returning", "end"):
            row[f"{name}_s"] = getattr(b, name) / self.fs
        known = self.phases_by == "angle"
        row |= {"upright_deg": b.upright_deg if known else np.nan, "deepest_deg": b.deepest_deg if known else np.nan}
        for name in _PHASES:
            level = getattr(b, name)
            value, spread = (level.level_uV, level.spread) if level else (np.nan, np.nan)
            row[f"{name}_uV"] = value
            row[f"{name}_low_uV"] = value * np.exp(-1.959964 * spread)
            row[f"{name}_high_uV"] = value * np.exp(1.959964 * spread)
            row[f"{name}_share"] = level.share if level else 0.0
            row[f"{name}_at_floor"] = bool(level and level.at_floor)
        for which in RATIOS:
            r = b.ratio(which)
            row |= {which: r.value if r else np.nan, f"{which}_low": r.low if r else np.nan,
                    f"{which}_high": r.high if r else np.nan, f"{which}_at_least": bool(r and r.at_least)}  # fmt: skip
        silence = b.silence_deg if known and b.silence_deg else (np.nan, np.nan)
        row |= {"silent": b.silent, "silence_from_deg": silence[0], "silence_to_deg": silence[1]}
        return row | {"doubts": "; ".join(b.doubts), "reasons": "; ".join(b.reasons)}

    def summary(self) -> pd.DataFrame:
        """Return one row a muscle and quantity: muscle, quantity, value, low, high, at_least, bends.

        Quantities: the ratios (geometric means), and "silent", the share of bends with a silence (95 % interval after
        Wilson 1927).
        """
        import pandas as pd
        from scipy.stats import binomtest

        rows = []
        for muscle in self.muscles:
            for which in RATIOS:
                r = self.ratio(which, muscle)
                if r:
                    rows.append((muscle, which, r.value, r.low, r.high, r.at_least, r.bends))
            there = [b for b in self.of(muscle) if b.flexed and b.extending]
            if there:
                silent = sum(b.silent for b in there)
                interval = binomtest(silent, len(there)).proportion_ci(method="wilson")
                rows.append((muscle, "silent", silent / len(there), interval.low, interval.high, False, len(there)))
        return pd.DataFrame(rows, columns=["muscle", "quantity", "value", "low", "high", "at_least", "bends"])


def bends(
    x: ArrayLike, *, fs: float, channels: Sequence[str], angle: str, marks: ArrayLike | None = None,
    spec: FlexionRelaxation | None = None, noise: Sequence[float] | None = None,
) -> Bends:  # fmt: skip
    """Measure every bend of a recording by its trunk angle.

    Parameters
    ----------
    x: (samples, channels): band-passed EMG without the heart, microvolts, and the trunk angle, degrees. fs: Hz, from 100.
    channels: names of the columns, `angle` among them.
    marks: reason bits of the shape of x, as a chain returns them. What is withheld, and what a heart dominates, is left
        out.
    spec: how phases and levels are made. noise: RMS of electrode and amplifier in the band of x, microvolts, one or one a
        muscle, taken off in power: in place of the spec's.

    Raises
    ------
    ConfigError: naming the argument.

    Source: Alschuler et al. 2009, doi:10.1097/AJP.0b013e3181b56db6. The same bits live: `FlexionRelaxation.start()`.
    """
    s = _with(spec, noise)
    s = s.replace(phases=s.phases.replace(angle=angle))
    names = list(channels)
    if angle not in names:
        raise ConfigError("angle", angle, "one of the channels, " + ", ".join(names))
    found = _bends_by_angle(s, x, fs=fs, channels=names, marks=marks)
    return Bends(tuple(found), tuple(n for n in names if n != angle), float(fs), "angle", s)


def bends_by_cues(
    x: ArrayLike, *, fs: float, channels: Sequence[str], cues: Sequence[tuple[str, int]],
    marks: ArrayLike | None = None, spec: FlexionRelaxation | None = None, noise: Sequence[float] | None = None,
) -> Bends:  # fmt: skip
    """Measure the bends that were declared: (kind, sample) of "standing", "bending", "full flexion" and "returning".

    A bend bears the doubt "phases uncertain" where the muscle does not show that the cues were followed. All else, and what
    is raised, as `bends()`; there is no angle among the channels.
    """
    s, names = _with(spec, noise), list(channels)
    found = _bends_by_cues(s, x, fs=fs, channels=names, cues=list(cues), marks=marks)
    return Bends(tuple(found), tuple(names), float(fs), "cues", s)


def bends_by_activity(
    x: ArrayLike, *, fs: float, channels: Sequence[str], phases: ActivityPhases | None = None,
    marks: ArrayLike | None = None, spec: FlexionRelaxation | None = None, noise: Sequence[float] | None = None,
) -> Bends:  # fmt: skip
    """Measure bends whose phases are found in what the muscles do; the record begins in standing.

    A bend bears the doubt "phases uncertain" where full flexion does not stand out in any muscle: with an angle or cues that
    would be a finding. All else, and what is raised, as `bends()`.

    Source of the phases: Baum et al. 1970, doi:10.1214/aoms/1177697196.
    """
    s, names = _with(spec, noise), list(channels)
    found = _bends_by_activity(s, phases or ActivityPhases(), x, fs=fs, channels=names, marks=marks)
    return Bends(tuple(found), tuple(names), float(fs), "activity", s)


def _with(spec: FlexionRelaxation | None, noise: Sequence[float] | None) -> FlexionRelaxation:
    made = spec or FlexionRelaxation()
    return made if noise is None else made.replace(noise=list(noise))
