"""BioSPPy's EMG functions, to their numbers: `emg`, `find_onsets` and seven named detectors. Follows version 2.2.4.

Every one tells of edges, beginnings and ends alike, in one list. Sizes and durations are in samples, as the peer takes
them; its docstrings say seconds.

**What this convention gets wrong, and what to use instead.** `find_onsets` compares with 1.2 times the mean and 2 SD of
the very record: a muscle that is on for half of the time is found nowhere, and from a quarter on in pieces. Rest is
described by samples that are not rectified and have no mean, the test function by rectified ones: "h SD" is not that of
the papers, and at rest the test function stands near 0.8, not 0. `solnik` and `londral` compare a power with an
amplitude and `silva` with a fixed number: what they find depends on the unit. `abbink` is early by its window, forgets
what is less clear than the clearest, and is silenced for good by a first alarm within `alarm_size` samples of the
start. Use the published methods as published, `unguard.HodgesBui`, `Bonato`, `Lidierth`, `Abbink`, `TkeoOnset`, or
`unguard.ActivityDetector`.

Source: Carreiras et al., BioSPPy; Hodges & Bui 1996, doi:10.1016/S0013-4694(96)95190-5; Bonato, D'Alessio & Knaflitz
1998, doi:10.1109/10.661154; Lidierth 1986, doi:10.1016/0013-4694(86)90163-X; Abbink, van der Bilt & van der Glas 1998,
doi:10.1046/j.1365-2842.1998.00242.x; Solnik et al. 2010, doi:10.1007/s00421-010-1521-8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import signal  # type: ignore[import-untyped]

from unguard.arguments import number
from unguard.errors import ConfigError
from unguard.presets.edges import Edges, crossings
from unguard.presets.forward_backward import filtfilt
from unguard.presets.given_signal import channel, count, positive, rate
from unguard.presets.rest_of_biosppy import Rest, rest_of
from unguard.presets.smoothed_twice import parzen_smoothed
from unguard.presets.state_changes import state_changes
from unguard.presets.teager_kaiser import energy

__all__ = ["abbink", "bonato", "emg", "find_onsets", "hodges_bui", "lidierth", "londral", "silva", "solnik"]


@dataclass(frozen=True, repr=False)
class Processed:
    """What `emg` returns.

    Attributes
    ----------
    filtered: (samples,), uV. onsets: the edges found in it, as `find_onsets` has them.
    """

    filtered: NDArray[np.float64]
    onsets: Edges

    def __repr__(self) -> str:
        return f"<{len(self.filtered)} samples, {self.onsets!r}>"


def emg(x: ArrayLike, *, fs: float) -> Processed:
    """Return filtered EMG and its edges as `biosppy.signals.emg.emg` has them: 100 Hz high-pass, `find_onsets`.

    Butterworth of order 4 as polynomials, forward and backward.

    Parameters
    ----------
    x: (samples,), uV; more than 15 samples. fs: Hz, above 200.

    Source: biosppy 2.2.4, signals/emg.py, signals/tools.py.
    """
    fs = rate(fs, above=200)
    filtered = filtfilt(signal.butter(4, 2.0 * 100 / fs, "highpass"), channel(x), fs)
    return Processed(filtered, find_onsets(filtered, fs=fs))


def find_onsets(x: ArrayLike, *, fs: float, size: float = 0.05, threshold: float | None = None) -> Edges:
    """Return edges as `biosppy.signals.emg.find_onsets` has them: |x| smoothed twice against its own mean and SD.

    Parameters
    ----------
    x: (samples,), uV, filtered; at least 2 samples. fs: Hz.
    size: of both windows, a boxcar and Parzen's, s, rounded down; as much as the record has, where that is less.
    threshold: uV; None: 1.2 times the mean of the smoothed record and 2 of its SD.

    Source: biosppy 2.2.4, signals/emg.py, signals/tools.py.
    """
    fs, y = rate(fs), channel(x)
    window = int(fs * positive("size", size, "a duration above 0 s"))
    if len(y) < 2:
        raise ConfigError("x", "1 sample", "at least 2, which a standard deviation needs")
    # The peer shortens a window that is longer than the record; so it does the second, by the same rule.
    window = max(1, len(y) - 1 if window > len(y) else window)
    smooth = parzen_smoothed(parzen_smoothed(np.abs(y), np.ones(window)), signal.windows.parzen(window))
    if threshold is None:
        level = float(1.2 * np.mean(np.abs(smooth)) + 2.0 * np.std(np.abs(smooth), ddof=1))
    else:
        level = number("threshold", threshold, "a finite number in microvolts, or None for the peer's own")
    return Edges(crossings(smooth > level), smooth, fs)


def hodges_bui(x: ArrayLike, *, fs: float, rest: Rest, size: int, threshold: float) -> Edges:
    """Return edges as `hodges_bui_onset_detector` has them: a moving average of |x| over rest, in SD of rest.

    Parameters
    ----------
    x: (samples,), uV, filtered. fs: Hz.
    rest: more than 2 samples of it; or (from, to) in samples of x; or a mapping with "mean" and "std_dev", uV.
    size: of the window, samples. threshold: SD.

    Source: biosppy 2.2.4, signals/emg.py.
    """
    fs, y = rate(fs), channel(x)
    tested, size = _over_rest(y, rest, size), int(size)
    threshold = number("threshold", threshold, "a finite number of SD")
    return Edges(crossings(tested >= threshold) + size // 2, tested, fs)


def bonato(
    x: ArrayLike,
    *,
    fs: float,
    rest: Rest,
    threshold: float,
    active_state_duration: int,
    samples_above_fail: int,
    fail_size: int,
) -> Edges:
    """Return edges as `bonato_onset_detector` has them: the energy of pairs over the variance of rest.

    The signal is not whitened, as the paper has it.

    Parameters
    ----------
    x: (samples,), uV, filtered; at least 2 samples. fs: Hz.
    rest: more than 2 samples of it; or (from, to) in samples of x; or a mapping with "var", uV^2.
    threshold: of the energy of a pair over the variance.
    active_state_duration: pairs behind the first that must be on the other side. fail_size: pairs that need not be;
        samples_above_fail: pairs behind such after which they are forgotten.

    Source: biosppy 2.2.4, signals/emg.py.
    """
    fs, y = rate(fs), channel(x)
    if len(y) < 2:
        raise ConfigError("x", "1 sample", "at least 2, a pair")
    threshold = number("threshold", threshold, "a finite number")
    variance = rest_of(rest, y, ("var",))["var"]
    z = y - np.mean(y)
    pairs = len(z) // 2
    tested = (1 / variance) * (z[: 2 * pairs : 2] ** 2 + z[1 : 2 * pairs : 2] ** 2)
    found = state_changes(
        tested >= threshold,
        duration=count("active_state_duration", active_state_duration, of="pairs"),
        fails=count("fail_size", fail_size, least=0, of="pairs"),
        recovery=count("samples_above_fail", samples_above_fail, of="pairs"),
    )
    return Edges(2 * found, tested, fs)


def lidierth(
    x: ArrayLike, *, fs: float, rest: Rest, size: int, threshold: float, active_state_duration: int, fail_size: int
) -> Edges:
    """Return edges as `lidierth_onset_detector` has them: as `hodges_bui`, for some time, drop-outs allowed.

    Parameters
    ----------
    x, fs, rest, size, threshold: as of `hodges_bui`.
    active_state_duration: samples behind the first that must be on the other side. fail_size: samples in a row that
        need not be.

    Source: biosppy 2.2.4, signals/emg.py.
    """
    fs, y = rate(fs), channel(x)
    tested, size = _over_rest(y, rest, size), int(size)
    found = state_changes(
        tested >= number("threshold", threshold, "a finite number of SD"),
        duration=count("active_state_duration", active_state_duration),
        fails=count("fail_size", fail_size, least=0),
        recovery=1,
    )
    return Edges(found + size // 2, tested, fs)


def abbink(
    x: ArrayLike, *, fs: float, rest: Rest, size: int, alarm_size: int, threshold: float, transition_threshold: float
) -> Edges:
    """Return edges as `abbink_onset_detector` has them: where most before lie below and most behind above a threshold.

    The test function of `hodges_bui` goes through a 30 Hz low-pass of order 10, as polynomials of that degree, forward
    and backward: by SciPy, for the engine refuses these. At 4 kHz they have lost so many digits that the filter is
    unstable, and what comes out need not be finite; it is returned as it is.

    Parameters
    ----------
    x, rest, size: as of `hodges_bui`. fs: Hz, above 60.
    alarm_size: samples counted on either side.
    threshold: of an alarm, SD. transition_threshold: of the samples counted, SD.

    Source: biosppy 2.2.4, signals/emg.py.
    """
    fs, y = rate(fs, above=60), channel(x)
    around = count("alarm_size", alarm_size)
    tested, size = _over_rest(y, rest, size), int(size)
    smooth = filtfilt(signal.butter(10, 2.0 * 30 / fs, "lowpass"), tested, fs)
    over = smooth >= number("threshold", threshold, "a finite number of SD")
    level = number("transition_threshold", transition_threshold, "a finite number of SD")
    below = np.concatenate([[0], np.cumsum(smooth < level)])
    above = np.concatenate([[0], np.cumsum(smooth > level)])
    last: dict[bool, NDArray[np.int64]] = {}
    on, at = False, 0
    while True:
        # NaN is on neither side, so that an offset is not simply the absence of the other.
        waiting = np.flatnonzero((smooth[at:] < threshold) if on else over[at:])
        if not len(waiting):
            break
        alarm = at + int(waiting[0])
        decided = alarm + around + 1
        # An alarm so early is never decided, and no other one is listened to.
        if alarm <= around or decided >= len(smooth):
            break
        j = np.arange(around, alarm)
        index = (below[j + 1] - below[j - around + 1]) + (above[j + around + 1] - above[j + 1])
        # Places in the list of indices, which begins at alarm_size: too early by that. What was found before is found
        # again, or forgotten.
        last[not on] = np.flatnonzero(index == (index.min() if on else index.max()))
        on, at = not on, decided + 1
    found = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *last.values()]))
    return Edges(found + size // 2, smooth, fs)


def solnik(x: ArrayLike, *, fs: float, rest: Rest, threshold: float, active_state_duration: int) -> Edges:
    """Return edges as `solnik_onset_detector` has them: |Teager-Kaiser energy| against mean and SD of rest itself.

    A power is compared with an amplitude: what is found depends on the unit. The duration counts samples on the other
    side, whether they follow each other or not. Edges count from the second sample: x[1] is edge 1.

    Parameters
    ----------
    x: (samples,), uV, filtered; at least 3 samples. fs: Hz.
    rest: more than 2 samples of it; or (from, to) in samples of x; or a mapping with "mean" and "std_dev", uV.
    threshold: SD. active_state_duration: samples.

    Source: biosppy 2.2.4, signals/emg.py.
    """
    fs, y = rate(fs), channel(x)
    if len(y) < 3:
        raise ConfigError("x", f"{len(y)} samples", "at least 3, neighbours on either side")
    tested = np.abs(energy(y - np.mean(y)))
    found = state_changes(
        tested >= _level_of_rest(y, rest, threshold), duration=count("active_state_duration", active_state_duration)
    )
    return Edges(found + 1, tested, fs)


def silva(x: ArrayLike, *, fs: float, size: int, threshold_size: int, threshold: float) -> Edges:
    """Return edges as `silva_onset_detector` has them: a short moving average of |x| over a longer one and a number.

    Parameters
    ----------
    x: (samples,), uV, filtered. fs: Hz.
    size: of the short window, samples. threshold_size: of the long one, more than that. threshold: in the unit of x.

    Source: biosppy 2.2.4, signals/emg.py.
    """
    fs, y = rate(fs), channel(x)
    size = count("size", size, most=len(y))
    longer = count("threshold_size", threshold_size, least=size + 1, most=len(y))
    threshold = number("threshold", threshold, "a finite number in microvolts")
    rectified = np.abs(y - np.mean(y))
    tested = np.convolve(rectified, np.ones(size) / size, mode="valid")
    adaptive = np.convolve(rectified, np.ones(longer) / longer, mode="valid")
    short = tested[: len(adaptive)]
    above = (short >= adaptive) & (short >= threshold)
    below = (short < adaptive) & (short < threshold)
    edges: list[int] = []
    at = 0
    while len(found := np.flatnonzero((below if len(edges) % 2 else above)[at:])):
        edges.append(at + int(found[0]))
        at = edges[-1] + 1
    return Edges(np.array(edges, dtype=np.int64) + size // 2, tested, fs)


def londral(x: ArrayLike, *, fs: float, rest: Rest, size: int, threshold: float, active_state_duration: int) -> Edges:
    """Return edges as `londral_onset_detector` has them: the variance of a window against mean and SD of rest.

    A power is compared with an amplitude: what is found depends on the unit. The duration counts samples on the other
    side, whether they follow each other or not.

    Parameters
    ----------
    x: (samples,), uV, filtered. fs: Hz.
    rest: more than 2 samples of it; or (from, to) in samples of x; or a mapping with "mean" and "std_dev", uV.
    size: of the window, samples. threshold: SD. active_state_duration: samples.

    Source: biosppy 2.2.4, signals/emg.py.
    """
    fs, y = rate(fs), channel(x)
    size = count("size", size, most=len(y))
    z = y - np.mean(y)
    squares, sums = (np.zeros(len(z) - size + 1) for _ in range(2))
    for k in range(size):  # in the order of the peer, so that the digits are the same
        part = z[k : k + len(sums)]
        squares += part**2
        sums += part
    tested = (1 / size) * (squares - (1 / size) * sums**2)
    found = state_changes(
        tested >= _level_of_rest(y, rest, threshold), duration=count("active_state_duration", active_state_duration)
    )
    return Edges(found + size // 2, tested, fs)


def _over_rest(y: NDArray[np.float64], rest: Rest, size: int) -> NDArray[np.float64]:
    """Return the moving average of what is rectified, less the mean of rest, in its SD."""
    size = count("size", size, most=len(y))
    known: Mapping[str, float] = rest_of(rest, y, ("mean", "std_dev"))
    moving = np.convolve(np.abs(y - np.mean(y)), np.ones(size) / size, mode="valid")
    return np.asarray((1 / known["std_dev"]) * (moving - known["mean"]))


def _level_of_rest(y: NDArray[np.float64], rest: Rest, threshold: float) -> float:
    known = rest_of(rest, y, ("mean", "std_dev"))
    return known["mean"] + number("threshold", threshold, "a finite number of SD") * known["std_dev"]
