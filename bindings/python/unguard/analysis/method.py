"""How a recording is analysed: band, mains, rest and delays, decided before the first sample is touched."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import unguard
from unguard.analysis.declared import PHASE_ANNOTATIONS, SHORTEST_REST_S, declared
from unguard.arguments import number, pair
from unguard.errors import ConfigError, FormatError
from unguard.recording import Recording
from unguard.samples import samples_in

LOWEST_RATE_HZ = 200.0
ENVELOPE_WINDOW_S = 0.125
ENVELOPE_RATE_HZ = 50.0
PRIMING_S = 0.020
#: From one look at whether a live session would have given a value to the next.
BELIEF_INTERVAL_S = 0.020
BAND_RULE = "20 Hz to the smaller of 450 Hz and 0.45 times the sampling rate"
#: No electrode on skin gives less, RMS of the default band: skin and amplifier give about 0.5 uV, and no two amplifiers
#: the same.
LEAST_ON_SKIN_UV = 0.3
_WIDEST_BAND_HZ = 430.0
_MAINS = (50.0, 60.0)
_MOST_NOTCHES = 12


@dataclass(frozen=True)
class Method:
    """Everything that was decided about the processing.

    Attributes
    ----------
    band: the causal Butterworth band-pass.
    band_rule: the rule the band follows, or that it was chosen by the caller.
    notches: one notch per harmonic of the mains inside the band; empty when none was asked for.
    mains_hz: mains frequency taken out, or None.
    rests_s: declared rests, (start, end) in seconds of the recording; empty when none was declared.
    rest_declared_by: "caller", "annotation" or "" (no rest declared: the quietest windows are used).
    phases_s: annotated phases, (what, start, end) in seconds; a declared rest inside one goes before it.
    delay_samples: group delay of the band-pass at `delay_at_hz`, rounded to samples; taken off onsets and offsets.
    envelope_delay_samples: that of the band-pass plus the centroid of the RMS window.
    remarks: annotations of rests and phases that are not used, or in part only, and why.
    """

    fs: float
    band: unguard.Bandpass
    band_rule: str
    notches: tuple[unguard.Notch, ...] = ()
    mains_hz: float | None = None
    rests_s: tuple[tuple[float, float], ...] = ()
    rest_declared_by: str = ""
    phases_s: tuple[tuple[str, float, float], ...] = ()
    delay_samples: int = 0
    delay_at_hz: float = 0.0
    envelope_delay_samples: float = 0.0
    detector: dict[str, Any] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    @property
    def filters(self) -> list[unguard.Bandpass | unguard.Notch]:
        """Band-pass and notches, in order."""
        return [self.band, *self.notches]

    @property
    def cleaning(self) -> unguard.Chain:
        """What the detector listens to."""
        return unguard.Chain(unguard.Priming(length=PRIMING_S), *self.filters)

    @property
    def envelope(self) -> unguard.Chain:
        """The level that is drawn and written."""
        return unguard.Chain(unguard.Priming(length=PRIMING_S), *self.filters, unguard.Rms(window=ENVELOPE_WINDOW_S))

    @property
    def envelope_step(self) -> int:
        """Samples from one envelope value that is kept to the next."""
        return max(1, samples_in(1 / ENVELOPE_RATE_HZ, self.fs))

    @property
    def band_text(self) -> str:
        """The band in words, as a calibration remembers it."""
        text = f"{self.band.low:g}-{self.band.high:g} Hz, Butterworth order {self.band.order}, causal"
        if self.notches:
            text += "; notches at " + ", ".join(f"{n.frequency:g}" for n in self.notches) + " Hz"
        return text

    @property
    def least_uV(self) -> float:
        """The least level of an electrode on skin in this band, microvolts RMS."""
        # That noise is white: a narrower band holds less of it.
        return LEAST_ON_SKIN_UV * math.sqrt(min(1.0, (self.band.high - self.band.low) / _WIDEST_BAND_HZ))

    def rests(self, samples: int) -> list[tuple[int, int]]:
        """Return the declared rests in samples of the filtered signal, which comes `delay_samples` late."""
        return [self._span(start, end, samples) for start, end in self.rests_s]

    def markers(self, samples: int) -> list[tuple[int, str]]:
        """Return (sample of the filtered signal, marker) in order: what the detector is told of rests and phases."""
        names = ["rest ends", "rest begins", *PHASE_ANNOTATIONS]
        doing = np.zeros(samples + 1, dtype=np.int8)  # one more, so that the first change may be at 0
        for what, start, end in self.phases_s:
            first, last = self._span(start, end, samples)
            doing[first + 1 : last + 1] = names.index(what)
        for first, last in self.rests(samples):
            doing[first + 1 : last + 1] = 1
        return [(int(i), names[doing[i + 1]]) for i in np.flatnonzero(np.diff(doing))]

    def _span(self, start: float, end: float, samples: int) -> tuple[int, int]:
        first, last = (min(samples_in(t, self.fs) + self.delay_samples, samples) for t in (start, end))
        return first, last

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values for JSON."""
        return {
            "band": {
                "low_hz": self.band.low,
                "high_hz": self.band.high,
                "order": self.band.order,
                "design": "Butterworth band-pass, the order is that of each edge",
                "causal": True,
                "rule": self.band_rule,
            },
            "mains": {"frequency_hz": self.mains_hz, "notches_hz": [n.frequency for n in self.notches]},
            "envelope": {
                "detector": "moving RMS",
                "window_s": ENVELOPE_WINDOW_S,
                "rate_hz": self.fs / self.envelope_step,
                "delay_s": self.envelope_delay_samples / self.fs,
                "delay": "taken off the times in the envelope table: band-pass and half the window",
            },
            "delay": {
                "samples": self.delay_samples,
                "seconds": self.delay_samples / self.fs,
                "at_hz": self.delay_at_hz,
                "what": "group delay of the band-pass; taken off onset_s and offset_s, not off decided_s, which is "
                "when the last sample that was needed had come in. Notches delay only close to their frequency.",
            },
            "detector": dict(self.detector),
            "rest": {
                "declared_by": self.rest_declared_by or None,
                "stretches_s": [list(r) for r in self.rests_s],
                "how": "median and spread of the longest declared rest; spasm-like kinds are told in declared rest only"
                if self.rests_s
                else "no rest was declared: level and spread of the quietest windows of the whole record, found "
                "offline and corrected for having been chosen; no activity is called spasm-like",
            },
            "phases": [{"phase": what, "start_s": start, "end_s": end} for what, start, end in self.phases_s],
            "belief": "what a live session with these filters would have believed: readings of unguard.Pipeline every "
            f"{1000 * BELIEF_INTERVAL_S:g} ms, checks as they are by themselves, with what the file says of the "
            "converter; its start-up is not counted. It says how far the numbers go; which samples enter them is said "
            "under not_usable",
            "not_usable": "samples that are missing, beyond 10 V, at the rail for 3 or more samples, or constant for "
            "0.1 s or more are not used; neither is what the filters make of them while it may exceed 1 uV; nor are "
            f"stretches whose 100 ms RMS in the band stays below {self.least_uV:.2g} uV for 1 s or more, which no "
            "electrode on skin does",
            "not_removed": "heartbeat, movement of electrodes and cross-talk are not removed in this version: they can "
            "appear as activity",
        }


def default_band(fs: float) -> tuple[float, float]:
    """Return the default band in hertz for a sampling rate in hertz: 20 Hz to min(450 Hz, 0.45 fs)."""
    return 20.0, min(450.0, 0.45 * fs)


def decide(
    recording: Recording,
    *,
    band: tuple[float, float] | unguard.Bandpass | None,
    mains: float | None,
    rest: tuple[float, float] | None,
) -> Method:
    """Decide on the method; raise ConfigError for what the caller cannot have, FormatError for what the record is."""
    fs = recording.fs
    where = recording.source.name if recording.source else "the recording"
    if fs < LOWEST_RATE_HZ:
        raise FormatError(
            where, "the sampling rate", f"{fs:g} Hz", f"at least {LOWEST_RATE_HZ:g} Hz, below which EMG is not resolved"
        )
    shortest = 2 * ENVELOPE_WINDOW_S
    if recording.duration_s < shortest:
        found = f"{recording.duration_s:.3g} s ({recording.samples} samples)"
        raise FormatError(where, "the length", found, f"at least {shortest:g} s, two windows of the envelope")
    chosen, rule = _band(fs, band)
    if mains is not None:
        if number("mains", mains, "50 or 60 Hz, or none") not in _MAINS:
            raise ConfigError("mains", repr(mains), "50 or 60 Hz, or none")
        mains = float(mains)
    middle = math.sqrt(chosen.low * chosen.high)
    delay = unguard.Chain(chosen).start(fs=fs).latency(at=middle)["samples"]
    whole = unguard.Chain(chosen, unguard.Rms(window=ENVELOPE_WINDOW_S)).start(fs=fs).latency(at=middle)["samples"]
    said = declared(recording)
    if rest is None:
        rests, by, remarks = said.rests, "annotation" if said.rests else "", said.rest_remarks
    else:
        rests, by, remarks = (_rest(recording, rest),), "caller", ()
    return Method(
        fs=fs,
        band=chosen,
        band_rule=rule,
        notches=_notches(mains, chosen, fs),
        mains_hz=mains,
        rests_s=rests,
        rest_declared_by=by,
        phases_s=said.phases,
        delay_samples=round(delay),
        delay_at_hz=middle,
        envelope_delay_samples=whole,
        detector=_detector_fields(unguard.SpasmDetector()),
        remarks=(*remarks, *said.phase_remarks),
    )


def _band(fs: float, band: tuple[float, float] | unguard.Bandpass | None) -> tuple[unguard.Bandpass, str]:
    rule = "chosen by the caller"
    if isinstance(band, unguard.Bandpass):
        chosen = band
    else:
        if band is None:
            rule, band = BAND_RULE, default_band(fs)
        low, high = pair("band", band, "a lower and an upper edge in hertz")
        chosen = unguard.Bandpass(low=low, high=high)
    unguard.Chain(chosen).start(fs=fs)  # refuses by name what cannot be designed
    return chosen, rule


def _notches(mains: float | None, band: unguard.Bandpass, fs: float) -> tuple[unguard.Notch, ...]:
    if mains is None:
        return ()
    top = min(band.high, 0.49 * fs)
    harmonics = [mains * k for k in range(1, _MOST_NOTCHES + 1) if band.low <= mains * k <= top]
    return tuple(unguard.Notch(frequency=float(f)) for f in harmonics)


def _rest(recording: Recording, rest: tuple[float, float]) -> tuple[float, float]:
    length = recording.duration_s
    start, end = pair("rest", rest, "a start and an end in seconds")
    expected = f"a start before an end, in seconds, inside the recording of {length:.6g} s"
    if not (math.isfinite(start) and math.isfinite(end) and 0 <= start < end <= length + 0.5 / recording.fs):
        raise ConfigError("rest", f"{start:g} to {end:g} s", expected)
    if end - start < SHORTEST_REST_S:
        raise ConfigError("rest", f"{end - start:.3g} s long", f"a rest of at least {SHORTEST_REST_S:g} s")
    return start, end


def _detector_fields(spec: unguard.SpasmDetector) -> dict[str, Any]:
    fields: dict[str, Any] = {"name": "SpasmDetector"}
    for name in sorted(n for n in dir(spec) if not n.startswith("_")):
        value = getattr(spec, name)
        if isinstance(value, (bool, int, float, str)):
            fields[name] = value
    return fields
