"""The trunk angle from inertial sensors, and the phases of bends by it.

>>> angle = trunk_angle(imu, fs=100, channels=["thorax acc x", ..., "thorax gyro z"])
>>> bend_phases(angle, fs=100).to_dataframe()
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unguard._core import BendPhases, PhaseReport, TrunkAngle, _bend_phases, _trunk_angle

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]


@dataclass(frozen=True)
class Phases:
    """The reports of the phases of a record, in order. fs: sampling rate, Hz."""

    reports: tuple[PhaseReport, ...]
    fs: float

    @property
    def closed(self) -> tuple[PhaseReport, ...]:
        """The phases that there were, in order of their onset."""
        return tuple(sorted((r for r in self.reports if r.report == "CLOSE"), key=lambda r: r.onset))

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a phase: phase, onset_s, offset_s, duration_s, reasons."""
        import pandas as pd

        rows = [
            (r.phase, r.onset / self.fs, (r.offset or 0) / self.fs, ((r.offset or 0) - r.onset) / self.fs,
             "; ".join(r.reasons))
            for r in self.closed
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["phase", "onset_s", "offset_s", "duration_s", "reasons"])


def bend_phases(angle: ArrayLike, *, fs: float, marks: Any = None, spec: BendPhases | None = None) -> Phases:
    """Find standing, bending, full flexion and returning in a trunk angle.

    Parameters
    ----------
    angle: (samples,), degrees. fs: Hz, at least 100.
    marks: reason bits, uint32 of the same shape: such a sample is not used.
    spec: how it is read.

    Raises
    ------
    ConfigError: naming the argument.

    Source: phases, Paoletti et al. 2020, doi:10.3390/electronics9071044; edges, least jerk, Flash & Hogan 1985,
    doi:10.1523/JNEUROSCI.05-07-01688.1985. The same bits live: `BendPhases.start()`.
    """
    made = spec or BendPhases()
    return Phases(tuple(_bend_phases(made, angle, fs=fs, channels=[made.angle or "trunk"], marks=marks)), float(fs))


def trunk_angle(
    imu: ArrayLike, *, fs: float, channels: Sequence[str], spec: TrunkAngle | None = None, marks: Any = None
) -> NDArray[np.float64]:
    """Return the trunk angle, degrees, flexion positive: (samples,) of one sensor; (samples, 3) of two: trunk, pelvis
    and lumbar, their difference.

    Parameters
    ----------
    imu: (samples, columns): acceleration in g and turning in deg/s. fs: Hz.
    channels: names of the columns: "<sensor> acc x", "<sensor> gyro x", and so y and z.
    spec: sensors, axes and filter. marks: reason bits, uint32 of the shape of imu; such a sample is not used.

    Raises
    ------
    ConfigError: naming the argument.

    Source: Madgwick et al. 2011, doi:10.1109/ICORR.2011.5975346. The same bits live: `TrunkAngle.start()`. An
    accelerometer alone is right only while the movement is slow.
    """
    found = _trunk_angle(
        spec or TrunkAngle(), imu, fs=fs, channels=list(channels), marks=False if marks is None else marks
    )
    made = np.asarray(found[0] if isinstance(found, tuple) else found)
    return made[:, 0] if made.shape[1] == 1 else made
