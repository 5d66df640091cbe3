"""From a recording to fatigue: the course of spectrum and amplitude, window after window, and what it says.

Everything here is also `unguard.fatigue`'s.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unguard._core import MARKS, Chain, FatigueIndicator, SlidingSpectrum
from unguard.arguments import number
from unguard.errors import ConfigError
from unguard.given import given
from unguard.jasa import SLOPE_CHANGE_LIMIT, Fatigue, NotAssessed, check_highpass, jasa
from unguard.recording import Recording
from unguard.samples import samples_in

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

    from unguard._core import Spec

#: What a reading of the engine calls each index.
_READ = {"MDF": "mdf_hz", "MNF": "mnf_hz", "FInsm5": "finsm5"}
#: Hz: FInsm5 is of 8 to 500 Hz (Dimitrov et al. 2006, doi:10.1249/01.mss.0000233794.31659.6d).
_LEAST_FINSM_RATE = 1000.0
#: What the engine allows: the longest window, s, and the values below which there is no line.
_LONGEST_S = next(float(f["high"]) for f in SlidingSpectrum._fields if f["name"] == "window")
_LEAST_VALUES = next(int(f["low"]) for f in FatigueIndicator._fields if f["name"] == "least")
#: More columns are samples: the array lies the other way round.
_MOST_COLUMNS = 256


@dataclass(frozen=True, eq=False)
class Course:
    """Spectrum and amplitude over time, one value a window.

    Attributes
    ----------
    seconds: the middle of each window from the beginning of the record, s, (windows,).
    spectrum: MDF or MNF in Hz, or FInsm5, (windows,) or (windows, channels); NaN for a window that is not believed.
    amplitude: the RMS of the band, uV, of the same shape; NaN in the same windows.
    reasons: bits of `MARKS`, uint32 of the same shape: why a window is not believed; "low_snr" of one without power.
    index: "MDF", "MNF" or "FInsm5". channels: their names.
    made: the analyser, in words. window_s: how much each value is of, s.
    """

    seconds: NDArray[np.float64]
    spectrum: NDArray[np.float64]
    amplitude: NDArray[np.float64]
    reasons: NDArray[np.uint32]
    index: str
    channels: list[str]
    made: str
    window_s: float

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a window and channel: time_s, channel, a column of the index's name, rms_uV."""
        import pandas as pd

        windows, count = len(self.seconds), len(self.channels)
        return pd.DataFrame(
            {
                "time_s": np.repeat(self.seconds, count),
                "channel": np.tile(np.array(self.channels, dtype=object), windows),
                self.index: self.spectrum.reshape(-1),
                "rms_uV": self.amplitude.reshape(-1),
            }
        )

    def __repr__(self) -> str:
        """Say what it is in a line."""
        left_out = int(np.count_nonzero(np.isnan(self.spectrum)))
        return f"<{self.index} and RMS of {len(self.seconds)} windows, {len(self.channels)} channels, {left_out} NaN>"


def course(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: float = 0.5,
    step: float = 0.5,
    index: str = "MDF",
    low: float = 20.0,
    high: float | None = None,
    channels: Sequence[str] | None = None,
    marks: NDArray[np.uint32] | None = None,
) -> Course:
    """Return what spectrum and amplitude come to, window after window: by the engine of `SlidingSpectrum`, to its bits.

    Parameters
    ----------
    x: EMG in microvolts, (samples,) or (samples, channels); or a Recording, whose EMG channels are taken.
    fs: Hz; of a Recording it is its own, and is not given.
    window: how much each value is of, s. step: from one window to the next, s. Both up to 60 s.
    index: "MDF" or "MNF" of the band, or "FInsm5", of 8 to 500 Hz, for which the rate
        must be at least 1 kHz.
    low, high: the band of MDF, MNF and RMS, Hz, at most half the rate; None is 450 Hz, or half the rate.
    channels: names for an array's columns; of a Recording, those to take.
    marks: reason bits of an array, uint32 of its shape, as a chain returns them; those of a Recording are its own.

    A window with a sample that is marked as not to be believed, or that is no number, is NaN. Not causal: a value
    belongs to the middle of its window.

    Raises
    ------
    ConfigError: naming the argument.

    Source: Stulen & De Luca 1981, doi:10.1109/TBME.1981.324738; Riedel & Sidorenko 1995, doi:10.1109/78.365298.
    """
    told = given(x, fs, channels, marks)
    data = _samples(told.data)
    if index not in _READ:
        raise ConfigError("index", repr(index), "one of " + ", ".join(f'"{name}"' for name in _READ))
    rate = _rate(told.fs)
    if index == "FInsm5" and rate < _LEAST_FINSM_RATE:
        raise ConfigError("fs", f"{rate:g} Hz", f"at least {_LEAST_FINSM_RATE:g} Hz for FInsm5")
    frames = _frames("window", window, rate, least=4)
    every = _frames("step", step, rate, least=1)
    spec = SlidingSpectrum(window=frames / rate, interval=every / rate, low=low, high=high)
    flat = data.ndim == 1
    live = spec.start(fs=rate, channels=told.names or (1 if flat else data.shape[1]))
    readings = [r for r in live.process(data, marks=told.marks) if r.at + 1 >= frames]
    count = len(live.channels)
    values = np.array(
        [[math.nan if v is None else v for v in (getattr(r, _READ[index]), r.rms_uV)] for r in readings],
        dtype=np.float64,
    ).reshape(-1, count, 2)
    ends = np.array([r.at + 1 for r in readings[::count]], dtype=np.float64)
    spectrum, amplitude = values[:, :, 0], values[:, :, 1]
    reasons = np.array([sum(MARKS[m] for m in r.reasons) for r in readings], dtype=np.uint32).reshape(-1, count)
    return Course(
        seconds=(ends - frames / 2) / rate,
        spectrum=spectrum[:, 0] if flat else spectrum,
        amplitude=amplitude[:, 0] if flat else amplitude,
        reasons=reasons[:, 0] if flat else reasons,
        index=index,
        channels=live.channels,
        made=repr(spec),
        window_s=window,
    )


def assess(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: float = 0.5,
    step: float = 0.5,
    index: str = "MDF",
    low: float = 20.0,
    high: float | None = None,
    channels: Sequence[str] | None = None,
    marks: NDArray[np.uint32] | None = None,
    begin: float = 0.0,
    end: float | None = None,
    fit: str = "least squares",
    level: float = 0.95,
    change_limit: float = SLOPE_CHANGE_LIMIT,
    filters: Spec | Chain | float | str | None = None,
) -> dict[str, Fatigue | NotAssessed]:
    """Return for every channel whether its muscle tires over one effort: `course()`, then `jasa()`.

    A channel with less than five windows that have a value, a dead one say, is a `NotAssessed`, which tells why; the
    others are assessed all the same.

    Parameters
    ----------
    x, fs, window, step, index, low, high, channels, marks: as `course()` has them.
    begin, end: of the effort, s from the beginning; windows that reach beyond are left out. By default the
        whole record. Rest within it is no effort.
    fit, level, change_limit: as `jasa()` has them.
    filters: what came before, for `check_highpass()`; by default what the Recording says of itself (`filters`).

    Warns
    -----
    HighpassBeforeFatigue: where one at or above 30 Hz came before, or the band begins there.

    Raises
    ------
    ConfigError: naming the argument; also where the effort is shorter than five windows.

    Source: Luttmann, Jaeger & Laurig 2000, Int. J. Ind. Ergon. 25:645. Not causal; live: `LiveFatigueIndicator`.
    """
    made = course(x, fs=fs, window=window, step=step, index=index, low=low, high=high, channels=channels, marks=marks)
    before: list[Any] = [filters] if filters is not None else []
    if filters is None and isinstance(x, Recording):
        before = sorted({x.filters[name] for name in made.channels if name in x.filters})
    rate = x.fs if isinstance(x, Recording) else fs
    for told in [*before, low]:
        check_highpass(told, fs=rate)
    return assess_course(made, begin=begin, end=end, fit=fit, level=level, change_limit=change_limit)


def assess_course(
    made: Course,
    *,
    begin: float = 0.0,
    end: float | None = None,
    fit: str = "least squares",
    level: float = 0.95,
    change_limit: float = SLOPE_CHANGE_LIMIT,
) -> dict[str, Fatigue | NotAssessed]:
    """Return for every channel of a course whether its muscle tires over one effort; as `assess()`, to its bits.

    For several efforts of one recording: its course is made once.

    Parameters
    ----------
    made: of `course()`. Others: as `assess()` has them.

    Raises
    ------
    ConfigError: naming the argument; also where the effort is shorter than five windows.
    """
    first = number("begin", begin, "a finite number of seconds")
    last = math.inf if end is None else number("end", end, "a finite number of seconds, or None")
    if not first < last:
        raise ConfigError("end", last, f"later than begin, {first:g} s")
    half = made.window_s / 2
    within = (made.seconds - half >= first - 1e-9) & (made.seconds + half <= last + 1e-9)
    seconds = made.seconds[within]
    spectrum = made.spectrum.reshape(len(within), -1)[within]
    amplitude = made.amplitude.reshape(len(within), -1)[within]
    reasons = made.reasons.reshape(len(within), -1)[within]
    if len(seconds) < _LEAST_VALUES:
        raise ConfigError("x", f"{len(seconds)} windows in the effort", f"at least {_LEAST_VALUES}")
    found: dict[str, Fatigue | NotAssessed] = {}
    for column, name in enumerate(made.channels):
        lacking = np.isnan(spectrum[:, column])
        if len(seconds) - np.count_nonzero(lacking) < _LEAST_VALUES:
            found[name] = _not_assessed(lacking, reasons[:, column], made.index)
            continue
        found[name] = jasa(
            seconds,
            spectrum[:, column],
            amplitude[:, column],
            index=made.index,
            fit=fit,
            level=level,
            change_limit=change_limit,
        )
    return found


def _not_assessed(lacking: NDArray[np.bool_], reasons: NDArray[np.uint32], index: str) -> NotAssessed:
    left_out = int(np.count_nonzero(lacking))
    values = len(lacking) - left_out
    why = {name: int(np.count_nonzero(reasons[lacking] & bit)) for name, bit in MARKS.items()}
    said = ", ".join(f"{name} in {count}" for name, count in why.items() if count)
    told = f"{values} of {len(lacking)} windows have a value, {_LEAST_VALUES} are needed"
    return NotAssessed(f"{told}; {said}" if said else told, values, left_out, index)


def _samples(x: ArrayLike) -> NDArray[np.float64]:
    found = x if isinstance(x, np.ndarray) else np.asarray(x)
    expected = f"numbers of shape (samples,) or (samples, channels), at most {_MOST_COLUMNS} channels"
    if isinstance(found, np.ma.MaskedArray):
        raise ConfigError("x", f"a masked array of shape {found.shape}", "an array without a mask, and its marks")
    if found.dtype.kind not in "fiu" or found.ndim not in (1, 2) or found.size == 0:
        raise ConfigError("x", f"{found.dtype} of shape {found.shape}", expected)
    if found.ndim == 2 and found.shape[1] > _MOST_COLUMNS:
        raise ConfigError("x", f"of shape {found.shape}", expected)
    return found


def _rate(fs: float | None) -> float:
    rate = number("fs", fs, "a rate above 0 Hz")
    if rate <= 0:
        raise ConfigError("fs", fs, "a rate above 0 Hz")
    return rate


def _frames(name: str, seconds: float, rate: float, *, least: int) -> int:
    expected = f"{least / rate:g} to {_LONGEST_S:g} s"
    frames = samples_in(number(name, seconds, expected), rate)
    if not (least <= frames and seconds <= _LONGEST_S):
        raise ConfigError(name, f"{seconds:g} s", expected)
    return frames
