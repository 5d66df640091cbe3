"""How somebody moves in every bend, how much muscles stiffen as it starts, and how long they take to let go.

>>> found = bend_movements(x, fs=2000, channels=[*muscles, "trunk"], angle="trunk", noise=[0.5])
>>> found.to_dataframe()  # one row a bend
>>> found.muscles_to_dataframe()  # one row a bend and muscle
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike

from unguard._core import BendPhases, MovementStart, SpectralArcLength, TimeToRelax, _bend_movements
from unguard.arguments import names as names_of
from unguard.arguments import number, several, text
from unguard.clinical.letting_go import Relaxing, Stiffening, relaxing_of, stiffening_of
from unguard.errors import ConfigError
from unguard.trend import Estimate

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

EDGES = ("standing", "bending", "full", "returning", "end")
_WAYS = ("duration_s", "peak_deg_s", "spectral_arc_length", "log_jerk", "share")


@dataclass(frozen=True)
class OneMovement:
    """One way of a bend, down or up.

    Attributes
    ----------
    duration_s: seconds. peak_deg_s: of the speed, degrees a second, above 0 on both ways.
    spectral_arc_length: SPARC, below 0, the nearer the smoother; None where it could not be measured.
    log_jerk: LDLJ of the mean speeds ten times a second: the larger, the smoother; None likewise.
    share: of the movement in which the angle is known, 0 to 1; below 1 nothing is said of smoothness.
    """

    duration_s: float
    peak_deg_s: float
    spectral_arc_length: float | None
    log_jerk: float | None
    share: float


@dataclass(frozen=True)
class MuscleInBend:
    """What one muscle does as a bend starts, as the return starts, and after both.

    Attributes
    ----------
    muscle: its name.
    stiffening_down: around the start of bending, against standing. stiffening_up: around the start of the return,
        against full flexion.
    relaxing: once the person stands again.
    None where too little of what it is compared with is there.
    """

    muscle: str
    stiffening_down: Stiffening | None
    stiffening_up: Stiffening | None
    relaxing: Relaxing | None


@dataclass(frozen=True)
class BendMovement:
    """One bend; standing, bending, full, returning and end are samples at which its phases begin.

    Attributes
    ----------
    number: of the record, from 1. hung: whether there was a hold between down and up.
    upright_deg: trunk angle where it began. range_deg: from there to the deepest.
    down, up: both movements. hold_s: between them.
    pelvis_deg, lumbar_deg: their own ranges; None without such an angle.
    muscles: what each does. doubts: why the bend may not be what it seems, in words.
    """

    number: int
    standing: int
    bending: int
    full: int
    returning: int
    end: int
    hung: bool
    upright_deg: float
    range_deg: float
    down: OneMovement
    up: OneMovement
    hold_s: float
    pelvis_deg: float | None
    lumbar_deg: float | None
    muscles: tuple[MuscleInBend, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class BendMovements:
    """The movements of every bend of a recording. muscles: their names. fs: sampling rate, Hz."""

    bends: tuple[BendMovement, ...]
    muscles: tuple[str, ...]
    fs: float

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a bend.

        bend; bending_s, full_s, returning_s, end_s; upright_deg, range_deg; for down and up, _duration_s, _peak_deg_s,
        _spectral_arc_length, _log_jerk and _share; hold_s; pelvis_deg, lumbar_deg; doubts, separated by "; ". NaN where
        not known.
        """
        import pandas as pd

        rows = []
        for b in self.bends:
            row: dict[str, Any] = {"bend": b.number, **{f"{e}_s": getattr(b, e) / self.fs for e in EDGES[1:]}}
            row |= {"upright_deg": b.upright_deg, "range_deg": b.range_deg}
            for way in ("down", "up"):
                row |= {f"{way}_{name}": _or_nan(getattr(getattr(b, way), name)) for name in _WAYS}
            row |= {"hold_s": b.hold_s, "pelvis_deg": _or_nan(b.pelvis_deg), "lumbar_deg": _or_nan(b.lumbar_deg)}
            rows.append(row | {"doubts": "; ".join(b.doubts)})
        return pd.DataFrame(rows)

    def muscles_to_dataframe(self) -> pd.DataFrame:
        """Return one row a bend and muscle.

        bend, muscle; range_deg and down_peak_deg_s, beside the rest because a small and slow bend asks little of a
        muscle; down_rise_before and down_rise_after, up_rise_before and up_rise_after, each with _low and _high, ln of
        a ratio; down_at_least, up_at_least; relax_s, relax_censored, relax_target_uV, relax_share. NaN where not known.
        """
        import pandas as pd

        rows = []
        nothing = Estimate(math.nan, math.nan, math.nan)
        for b in self.bends:
            for m in b.muscles:
                row: dict[str, Any] = {"bend": b.number, "muscle": m.muscle}
                row |= {"range_deg": b.range_deg, "down_peak_deg_s": b.down.peak_deg_s}
                for way, found in (("down", m.stiffening_down), ("up", m.stiffening_up)):
                    for name in ("rise_before", "rise_after"):
                        e = getattr(found, name) if found else nothing
                        row |= {f"{way}_{name}": e.value, f"{way}_{name}_low": e.low, f"{way}_{name}_high": e.high}
                    row[f"{way}_at_least"] = bool(found and found.at_least)
                r = m.relaxing
                row |= {"relax_s": r.time_s if r else math.nan, "relax_censored": bool(r and r.censored)}
                row |= {"relax_target_uV": r.target_uV if r else math.nan, "relax_share": r.share if r else 0.0}
                rows.append(row)
        return pd.DataFrame(rows)


def bend_movements(
    x: ArrayLike,
    *,
    fs: float,
    channels: Sequence[str],
    angle: str,
    pelvis: str | None = None,
    lumbar: str | None = None,
    marks: Any = None,
    phases: BendPhases | None = None,
    start: MovementStart | None = None,
    relax: TimeToRelax | None = None,
    arc: SpectralArcLength | None = None,
    noise: Sequence[float] | None = None,
) -> BendMovements:
    """Measure how somebody moves in every bend of a recording, and what the muscles do around it.

    Parameters
    ----------
    x: (samples, channels): angles, degrees, and band-passed EMG without the heart, microvolts; EMG may be missing.
    fs: sampling rate, Hz, from 100.
    channels: names of the columns. angle: the column with the trunk angle.
    pelvis, lumbar: columns with their angles, or None. All other columns are EMG.
    marks: reason bits, uint32 of the shape of x, as a chain returns them.
    phases: how the angle is read. start: windows around the start of a movement. relax: what to come back to, and for
        how long. arc: how SPARC is measured.
    noise: RMS of electrode and amplifier in the band of x, microvolts, one or one a muscle, taken off in power; in
        place of that of `start` and `relax`.

    Raises
    ------
    ConfigError: naming the argument.

    Slower and smaller go with back pain (Laird et al. 2014, PMC4096432), and with care alike. Smoothness depends on
    where a movement is cut: compare bends of one person, read in one way. What rises before a start prepares or
    anticipates; it need not be guarding.
    Source: Laird et al. 2019, PMC6339318; Balasubramanian et al. 2015, doi:10.1186/s12984-015-0090-9; Hodges &
    Richardson 1996, Spine 21:2640; Burns 2006, doi:10.1037/1528-3542.6.2.309. Offline.
    """
    names = names_of("channels", channels, "names of the columns")
    angles = _angles(names, angle, pelvis, lumbar)
    muscles = tuple(n for n in names if n not in angles)
    told = _bend_movements(
        x, fs=fs, channels=names, phases=(phases or BendPhases()).replace(angle=angle), pelvis=pelvis or "",
        lumbar=lumbar or "", start=start or MovementStart(), relax=relax or TimeToRelax(),
        arc=arc or SpectralArcLength(), noise=_noise(noise, len(muscles)), marks=marks,
    )  # fmt: skip
    return BendMovements(tuple(_bend(i + 1, one, muscles) for i, one in enumerate(told)), muscles, float(fs))


def _bend(number: int, told: dict[str, Any], muscles: Sequence[str]) -> BendMovement:
    each = (
        MuscleInBend(
            muscle,
            stiffening_of(one["stiffening_down"]),
            stiffening_of(one["stiffening_up"]),
            relaxing_of(one["relaxing"]),
        )
        for muscle, one in zip(muscles, told["muscles"], strict=True)
    )
    made = {"down": OneMovement(**told["down"]), "up": OneMovement(**told["up"]), "muscles": tuple(each)}
    return BendMovement(number=number, **told | made | {"doubts": tuple(told["doubts"])})


def _angles(names: Sequence[str], angle: str, pelvis: str | None, lumbar: str | None) -> list[str]:
    found: list[str] = []
    for parameter, name in (("angle", angle), ("pelvis", pelvis), ("lumbar", lumbar)):
        if name is None and parameter != "angle":
            continue
        if text(parameter, name, "the name of a channel") not in names:
            raise ConfigError(parameter, repr(name), "one of the channels, " + ", ".join(names))
        if name in found:
            raise ConfigError(parameter, f"{name!r} once more", "another channel than the other angles")
        found.append(str(name))
    return found


def _noise(noise: Sequence[float] | None, muscles: int) -> list[float]:
    if noise is None:
        return []
    expected = f"microvolts RMS, 0 and more: one, or one for each of {muscles} muscles"
    levels = [number("noise", n, expected) for n in several("noise", noise, expected)]
    if not levels:
        return []  # as where none was given, and as bends() has it
    if len(levels) not in (1, muscles):
        raise ConfigError("noise", f"{len(levels)} values", expected)
    for level in levels:
        if level < 0:
            raise ConfigError("noise", level, expected)
    return levels * muscles if len(levels) == 1 else levels


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
