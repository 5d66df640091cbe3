"""How much one muscle stiffens as a movement starts, and how long it takes to let go after it.

>>> stiffening(emg, fs=2000, start=9000, standing=1000)
>>> time_to_relax(emg, fs=2000, standing=1000, bending=9000, end=20000)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import ArrayLike

from unguard._core import MovementStart, PhaseLevel, TimeToRelax, _stiffening, _time_to_relax
from unguard.trend import Estimate


@dataclass(frozen=True)
class Stiffening:
    """How much a muscle stiffens as a movement starts.

    Attributes
    ----------
    standing: the level that is compared with. before: just before the start. after: just after it.
    rise_before: ln(before / standing), without a unit, with its 95 % interval by what the levels leave. rise_after:
        ln(after / standing).
    at_least: standing is no further above the noise than the floor, so that the rises are at least these.
    """

    standing: PhaseLevel
    before: PhaseLevel
    after: PhaseLevel
    rise_before: Estimate
    rise_after: Estimate
    at_least: bool


@dataclass(frozen=True)
class Relaxing:
    """How long a muscle takes to let go.

    Attributes
    ----------
    time_s: from standing again until it has let go, s; censored: at least that.
    censored: it had not, or not for long enough, when the next bend or the record's end came; or it let go while more
        than 0.25 s were not believed, in which nobody saw when.
    target_uV: what it had to come back to. share: of the time that was looked at that had a level, 0 to 1.
    """

    time_s: float
    censored: bool
    target_uV: float
    share: float


def stiffening(
    emg: ArrayLike, *, fs: float, start: int, standing: int, marks: Any = None, spec: MovementStart | None = None
) -> Stiffening | None:
    """Return how much one muscle stiffens as one movement starts.

    Parameters
    ----------
    emg: (samples,), band-passed without the heart, microvolts. fs: Hz, from 100.
    start: sample at which the movement begins. standing: sample from which on it is compared with, such as where
        standing, or full flexion, began.
    marks: reason bits, uint32 of the shape of emg. spec: windows, noise and floor.

    None where too little of standing, or one of the windows, is there. An error of the start mixes both windows.

    Raises
    ------
    ConfigError: naming the argument.

    Source: windows proposed here; Hodges & Richardson 1996, Spine 21:2640. What rises before the start prepares or
    anticipates; it need not be guarding. Offline.
    """
    return stiffening_of(_stiffening(spec or MovementStart(), emg, fs=fs, start=start, standing=standing, marks=marks))


def time_to_relax(
    emg: ArrayLike,
    *,
    fs: float,
    standing: int,
    bending: int,
    end: int,
    until: int | None = None,
    marks: Any = None,
    spec: TimeToRelax | None = None,
) -> Relaxing | None:
    """Return how long one muscle takes to come back to how it stood before a bend, and to stay there.

    Parameters
    ----------
    emg: (samples,), band-passed without the heart, microvolts. fs: Hz, from 100.
    standing, bending, end: samples at which standing before the bend, the bend, and standing behind it begin; of
        standing the last 4 s count.
    until: sample at which the next bend begins; None: the end of emg.
    marks: reason bits, uint32 of the shape of emg. spec: what to come back to and for how long, noise and floor.

    None where standing before the bend is not known.

    Raises
    ------
    ConfigError: naming the argument.

    Source: rule proposed here; Page 1954, doi:10.1093/biomet/41.1-2.100. Slower recovery goes with back pain (Burns
    2006, doi:10.1037/1528-3542.6.2.309), and with much else. Who does not stand still has not let go. Offline.
    """
    return relaxing_of(_time_to_relax(
        spec or TimeToRelax(), emg, fs=fs, standing=standing, bending=bending, end=end, until=until, marks=marks
    ))  # fmt: skip


def stiffening_of(told: Mapping[str, Any] | None) -> Stiffening | None:
    """Return what the engine told, or None."""
    if told is None:
        return None
    rises = {name: Estimate(*told[name]) for name in ("rise_before", "rise_after")}
    return Stiffening(**{**told, **rises})


def relaxing_of(told: Mapping[str, Any] | None) -> Relaxing | None:
    """Return what the engine told, or None."""
    return None if told is None else Relaxing(**told)
