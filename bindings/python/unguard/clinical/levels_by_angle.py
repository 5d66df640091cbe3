"""Levels of every bend of a recording by trunk angle, on the way down and on the way up.

>>> found = levels_by_angle(x, fs=2000, channels=[*muscles, "trunk"], angle="trunk", noise=[0.5])
>>> found.to_dataframe()  # one row a bend, muscle, way and range of angles
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike

from unguard._core import BendByAngle, LevelsByAngle, _levels_by_angle
from unguard.arguments import names as names_of
from unguard.arguments import text
from unguard.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]


@dataclass(frozen=True)
class BendsByAngle:
    """All bends of a recording by trunk angle.

    Attributes
    ----------
    bends: one a bend and muscle, in order. muscles: their names.
    fs: sampling rate, Hz.
    spec: how levels were made.
    lost: how many more were cut off by a gap in the angle, or lie in one.
    """

    bends: tuple[BendByAngle, ...]
    muscles: tuple[str, ...]
    fs: float
    spec: LevelsByAngle
    lost: int = 0

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the bends, ascending."""
        return tuple(sorted({b.number for b in self.bends}))

    def of(self, muscle: str) -> tuple[BendByAngle, ...]:
        """Return the bends of one muscle. Raises ConfigError."""
        if muscle not in self.muscles:
            raise ConfigError("muscle", repr(muscle), "one of " + ", ".join(self.muscles))
        index = self.muscles.index(muscle)
        return tuple(b for b in self.bends if b.channel == index)

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a bend, muscle, way and range of angles.

        bend, muscle; way ("flexing" or "extending"); from_deg, to_deg, forward from where the person stood; level_uV,
        NaN where the bend was not there for 50 ms; seconds that went into it; at_floor; deepest_deg of the bend;
        doubts and reasons, separated by "; ".
        """
        import pandas as pd

        rows = []
        for b in self.bends:
            for way in ("flexing", "extending"):
                for k, level in enumerate(getattr(b, way)):
                    first = b.bins.first + k * b.bins.width
                    row: dict[str, Any] = {"bend": b.number, "muscle": self.muscles[b.channel], "way": way}
                    row |= {"from_deg": first, "to_deg": first + b.bins.width}
                    row["level_uV"] = level.level_uV if level else math.nan
                    row["seconds"] = level.seconds if level else 0.0
                    row["at_floor"] = bool(level and level.at_floor)
                    row |= {"deepest_deg": b.deepest_deg, "doubts": "; ".join(b.doubts)}
                    rows.append(row | {"reasons": "; ".join(b.reasons)})
        return pd.DataFrame(rows)


def levels_by_angle(
    x: ArrayLike,
    *,
    fs: float,
    channels: Sequence[str],
    angle: str,
    marks: Any = None,
    spec: LevelsByAngle | None = None,
    noise: Sequence[float] | None = None,
) -> BendsByAngle:
    """Measure every bend of a recording by its trunk angle: how strong each muscle was in each range of angles.

    Parameters
    ----------
    x: (samples, channels): band-passed EMG without the heart, microvolts, and the trunk angle, degrees.
    fs: sampling rate, Hz, from 100.
    channels: names of the columns, `angle` among them.
    angle: the column with the trunk angle. Angles count from where the person stood, so that a sensor that sits
        otherwise today changes nothing.
    marks: reason bits, uint32 of the shape of x, as a chain returns them. What is withheld, and what a heart
        dominates, is left out.
    spec: how phases are read, the ranges of the angle, and noise.
    noise: RMS of electrode and amplifier in the band of x, microvolts, one or one a muscle, taken off in power; in
        place of the spec's.

    Raises
    ------
    ConfigError: naming the argument.

    Source: Alschuler et al. 2009, doi:10.1097/AJP.0b013e3181b56db6. The same bits live: `LevelsByAngle.start()`.
    """
    made, names = spec or LevelsByAngle(), names_of("channels", channels, "names of the columns")
    if text("angle", angle, "the name of a channel") not in names:
        raise ConfigError("angle", repr(angle), "one of the channels, " + ", ".join(names))
    made = made.replace(phases=made.phases.replace(angle=angle))
    if noise is not None:
        made = made.replace(noise=noise)
    found, lost = _levels_by_angle(made, x, fs=fs, channels=names, marks=marks)
    return BendsByAngle(tuple(found), tuple(n for n in names if n != angle), float(fs), made, lost)
