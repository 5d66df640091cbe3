"""Muscle out of what was recorded: without heart and hum, in a band, marked where it cannot be believed."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import scipy.ndimage  # type: ignore[import-untyped]
from numpy.typing import NDArray

import unguard
from unguard._core import MARKS
from unguard.analysis.usable import judge
from unguard.arguments import number, pair
from unguard.clinical.electrodes import OF_ELECTRODES, electrode_marks, heard_above, shares_by_reason
from unguard.clinical.heard_heart import FEWEST_BEATS, heard_heart
from unguard.errors import ConfigError, FormatError
from unguard.recording import Recording

#: Below, a back's EMG is more heart and movement than muscle (Drake & Callaghan 2006,
#: doi:10.1016/j.jelekin.2005.07.003).
LOWEST_HZ, HIGHEST_HZ, ORDER = 30.0, 450.0, 4
#: Ratios of levels need most of the EMG's band.
LOWEST_RATE_HZ = 400.0
_PRIMING_S = 0.020
_MAINS = (50.0, 60.0)
#: Where the QRS stands out from the rest of the heart and movement; over how long its level is evened, to what RMS;
#: and below which share of the usual power nothing is raised.
_QRS_HZ = (10.0, 60.0)
_EVENED_OVER_S, _EVENED_UV, _LEAST_SHARE = 0.5, 10.0, 0.1


Value = TypeVar("Value", np.float64, np.uint32)


@dataclass(frozen=True, eq=False)
class Cleaned:
    """EMG from which levels can be read.

    Attributes
    ----------
    emg: (samples, muscles), microvolts, at the times of the recording: the filter's delay is taken off.
    marks: reason bits of the same shape: what is not to be believed.
    muscles: names. fs: Hz.
    band: low and high edge, Hz. mains_hz: of the hum that was taken out, or None.
    beats: R peaks that were taken out; 0: no heart was heard, or none was looked for.
    left_in: short rises that may be beats and were left in (`without_heart`).
    heart_per_minute: None where no heart was heard.
    delay_s: of the filter, which was taken off.
    bad_share: of each muscle's samples that were no signal at all.
    lost_share: of each muscle's samples that a live session would not have believed, by reason (`electrode_marks`), and
        that is left out.
    how: what was done, in sentences for a report.
    """

    emg: NDArray[np.float64]
    marks: NDArray[np.uint32]
    muscles: tuple[str, ...]
    fs: float
    band: tuple[float, float]
    mains_hz: float | None
    beats: int
    left_in: int
    heart_per_minute: float | None
    delay_s: float
    bad_share: dict[str, float]
    lost_share: dict[str, dict[str, float]]
    how: tuple[str, ...] = field(default=())


def clean(
    recording: Recording,
    muscles: Sequence[str],
    *,
    band: tuple[float, float] | unguard.Bandpass | None = None,
    mains: float | None = None,
    heart: bool = True,
    noise: Sequence[float] = (),
) -> Cleaned:
    """Clean the EMG of a recording for ratios of levels; offline.

    First the heart (`without_heart`), then hum, then a causal Butterworth band-pass, whose delay is taken off.

    Parameters
    ----------
    recording: not changed. muscles: names of channels in microvolts.
    band: edges, Hz, of the fourth order; or a Bandpass; 30 Hz to min(450 Hz, 0.45 fs) if None.
    mains: 50 or 60 Hz, or None: hum stays.
    heart: whether to look for a heart and take it out.
    noise: RMS of electrode and amplifier in the band, microvolts, one or one a muscle, where it is known: a muscle may
        be quieter than is believed otherwise, if it is louder than that.

    Raises
    ------
    ConfigError: naming the argument. FormatError: the recording is too slow.

    Source: heart, Peri et al. 2021, doi:10.3390/s21020573; band, Drake & Callaghan 2006,
    doi:10.1016/j.jelekin.2005.07.003.
    """
    fs = recording.fs
    if fs < LOWEST_RATE_HZ:
        where = recording.source.name if recording.source else "the recording"
        raise FormatError(where, "the sampling rate", f"{fs:g} Hz", f"at least {LOWEST_RATE_HZ:g} Hz for levels of EMG")
    chosen = _bandpass(band, fs)
    if mains is not None and number("mains", mains, "50 or 60 Hz, or None") not in _MAINS:
        raise ConfigError("mains", mains, "50 or 60 Hz, or None")
    of = _in_microvolts(recording, muscles)
    marks, bad_share = _judged(of)
    recorded = of
    removed = without_heart(of, of.names) if heart else WithoutHeart(of, 0, None, "Heartbeats were not looked for.")
    of = removed.recording
    stages = [unguard.LineCanceller(frequency=float(mains))] if mains is not None else []
    cleaning = unguard.Chain(unguard.Priming(length=_PRIMING_S), *stages, chosen)
    at_hz = float(np.sqrt(chosen.low * chosen.high))
    delay = round(unguard.Chain(chosen).start(fs=fs).latency(at=at_hz)["samples"])
    y, y_marks = cleaning(of.data, fs=fs, marks=marks)
    of_electrodes = electrode_marks(recorded, of if removed.beats else recorded, cleaning)
    y, y_marks = _earlier(y, delay, 0.0), _earlier(y_marks, delay, MARKS["settling"])
    if len(noise):
        of_electrodes = heard_above(noise, y, of_electrodes, fs)
    how = (
        removed.said,
        f"Mains hum of {mains:g} Hz and its multiples was taken out." if mains else "Mains hum was not taken out.",
        f"Band {chosen.low:g}-{chosen.high:g} Hz, Butterworth of order {chosen.order} a side, causal; its delay of "
        f"{1000 * delay / fs:.1f} ms was taken off.",
    )
    return Cleaned(
        emg=y,
        marks=y_marks | of_electrodes,
        muscles=tuple(of.names),
        fs=fs,
        band=(chosen.low, chosen.high),
        mains_hz=mains,
        beats=removed.beats,
        left_in=removed.left_in,
        heart_per_minute=removed.per_minute,
        delay_s=delay / fs,
        bad_share=bad_share,
        lost_share=shares_by_reason(of_electrodes, of.names),
        how=how,
    )


@dataclass(frozen=True, eq=False)
class WithoutHeart:
    """A recording whose heart was taken out.

    Attributes
    ----------
    recording: as it was given, of the muscles alone. beats: R peaks that were taken out; 0: no heart was heard.
    per_minute: None where no heart was heard. said: the same in a sentence.
    left_in: how many short rises were heard that may be beats, or bursts of muscle, and were left in.
    """

    recording: Recording
    beats: int
    per_minute: float | None
    said: str
    left_in: int = 0


def without_heart(recording: Recording, muscles: Sequence[str], lead: str | None = None) -> WithoutHeart:
    """Take the heart out of a recording, by the principal components of its mean beat; offline, not late.

    Parameters
    ----------
    recording: as it was recorded, before any high-pass; not changed. muscles: names of channels in microvolts.
    lead: a channel that is an ECG, in which beats are looked for first; where it has none, and None: in the muscles.

    Raises
    ------
    ConfigError: naming the argument.

    Source: Peri et al. 2021, doi:10.3390/s21020573. Where no heart is heard the samples come back as they are.
    A heart that is heard in the muscles alone is believed only if its beats are alike (`heard_heart`).
    """
    of = _in_microvolts(recording, muscles)
    marks, _ = _judged(of)
    beats = np.empty(0) if lead is None else _beats_of(_in_microvolts(recording, [lead]))
    where = "" if lead is None else f", heard in {lead!r},"
    if len(beats) < FEWEST_BEATS:
        where = "" if lead is None else f", of which {lead!r} shows none,"
        evened = _evened(of.data, marks, of.fs)
        beats = np.asarray(unguard.r_peaks(evened, fs=of.fs, marks=marks))
        heard = heard_heart(evened, beats, of.fs)
        if heard.may_be:
            said = (
                f"{len(beats)} short rises were heard in all muscles that may be heartbeats, or bursts of muscle: they "
                "are not alike enough to tell, and were left in."
            )
            return WithoutHeart(of, 0, None, said, len(beats))
        if not heard.is_heart:
            beats = np.empty(0)
    if len(beats) < FEWEST_BEATS:
        return WithoutHeart(of, 0, None, "No heart was heard in the recording, and none taken out.")
    clean = np.asarray(unguard.remove_ecg(of.data, fs=of.fs, r_peaks=beats, marks=marks))
    # Where there was no contact there was no heart: taking one out would make a flat lead move.
    lost = electrode_marks(of, of, unguard.Chain(unguard.Priming(length=_PRIMING_S), _bandpass(None, of.fs)))
    clean = np.where(lost & np.uint32(OF_ELECTRODES), of.data, clean)
    rate = 60 * of.fs / float(np.median(np.diff(beats)))
    found = f"{len(beats)} heartbeats ({rate:.0f} a minute){where}"
    said = f"{found} were taken out by the principal components of the mean beat."
    return WithoutHeart(dataclasses.replace(of, data=clean), len(beats), rate, said)


def _beats_of(ecg: Recording) -> NDArray[np.float64]:
    marks, _ = _judged(ecg)
    return np.asarray(unguard.r_peaks(ecg.data, fs=ecg.fs, marks=marks), dtype=np.float64)


def _evened(x: NDArray[np.float64], marks: NDArray[np.uint32], fs: float) -> NDArray[np.float64]:
    """Return the band of the QRS over its own moving RMS: muscle that works is no louder there than muscle that rests.

    A heart of 20 uV is plain in a back that hangs, and drowned in one that comes up: what is heard in the quiet must
    not be outvoted by the loud.
    """
    good = np.where(marks == 0, x, 0.0)
    qrs = np.asarray(unguard.Chain(unguard.Bandpass(low=_QRS_HZ[0], high=_QRS_HZ[1], order=2))(good, fs=fs))
    window = max(1, round(_EVENED_OVER_S * fs))
    power = scipy.ndimage.uniform_filter1d(qrs**2, window, axis=0, mode="nearest")
    usual = np.median(power, axis=0)
    return np.asarray(_EVENED_UV * qrs / np.sqrt(np.maximum(power, _LEAST_SHARE * usual) + 1e-12))


def _in_microvolts(recording: Recording, muscles: Sequence[str]) -> Recording:
    of = recording.select(muscles)
    for channel in of.channels:
        if channel.unit != "uV":
            found = f"{channel.name!r} in {channel.unit or 'no stated unit'}"
            raise ConfigError("muscles", found, "channels in microvolts")
    return of


def _bandpass(band: tuple[float, float] | unguard.Bandpass | None, fs: float) -> unguard.Bandpass:
    if isinstance(band, unguard.Bandpass):
        return band
    low, high = (LOWEST_HZ, min(HIGHEST_HZ, 0.45 * fs)) if band is None else pair("band", band, "two edges in hertz")
    return unguard.Bandpass(low=low, high=high, order=ORDER)


def _judged(of: Recording) -> tuple[NDArray[np.uint32], dict[str, float]]:
    """Return marks of what is no signal, and which share of each channel that is."""
    marks = np.zeros(of.data.shape, dtype=np.uint32)
    shares = {}
    for i, channel in enumerate(of.channels):
        valid = None if of.valid is None else of.valid[:, i]
        column = np.ascontiguousarray(of.data[:, i])
        found = judge(column, valid, of.fs)
        marks[found.bad, i] |= MARKS["lead_off"]
        if valid is not None:
            marks[~valid, i] |= MARKS["missing"]
        if channel.rails_uV is not None:
            low, high = channel.rails_uV
            marks[(column <= low) | (column >= high), i] |= MARKS["clipped"]
        shares[channel.name] = float(np.mean(marks[:, i] != 0))
    return marks, shares


def _earlier(x: NDArray[Value], samples: int, behind: float) -> NDArray[Value]:
    """Return it so many samples earlier, and what is not known behind it."""
    if samples == 0:
        return x
    made = np.empty_like(x)
    made[:-samples] = x[samples:]
    made[-samples:] = behind
    return made
