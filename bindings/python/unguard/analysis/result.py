"""What an analysis gives: plain values, ready for JSON, tables and the report."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from unguard.analysis.belief import Belief
from unguard.analysis.budget import NoiseBudget
from unguard.analysis.method import Method
from unguard.analysis.phases import PhaseLevel
from unguard.analysis.spans import SpanLevels
from unguard.analysis.spectrum import Spectrum
from unguard.recording import Annotation, Channel

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped]

    import unguard

#: Of the layout of `to_dict()`; docs/analysis.md says when it changes.
SCHEMA_VERSION = "1.0"
EVENT_COLUMNS = (
    "kind",
    "channel",
    "onset_s",
    "offset_s",
    "decided_s",
    "peak_uV",
    "area",
    "confidence",
    "context",
    "reasons",
)
#: Reasons an event may carry beside the engine's marks.
HUM = "hum"
HEART = "heart"
RECORD_ENDS = "record ends"
#: What looked like an event and is no muscle.
ARTEFACT = "ARTEFACT"
#: Kinds that are called spasm-like: activity in a declared rest.
SPASM_LIKE = ("SPIKE", "PHASIC BURST", "TONIC")


@dataclass(frozen=True)
class DetectedEvent:
    """One closed event; times in seconds of the recording.

    Attributes
    ----------
    onset_s, offset_s: with the delay of the band-pass taken off.
    decided_s: when the detector could say so, counted as the samples came in: filter and decision delay included.
    kind: "ACTIVITY"; in declared rest "SPIKE", "PHASIC BURST" or "TONIC"; "ARTEFACT" when it is no muscle.
    peak_uV: largest value of the detector's envelope. area_uV_s: envelope above rest, from onset to offset.
    confidence: 1 minus the probability that rest alone reaches the peak within an hour.
    context: what was declared at its onset: "rest", "standing", "bending", "full flexion", "returning" or "none".
    reasons: marks met while it was open; "record ends" when the recording stops inside it; "hum" when it holds a
        stretch that is nearly all mains hum, as an electrode without contact gives; "heart" when it is one of a row
        that is as regular as a heartbeat, and so probably no muscle, however far it stands out from rest.
    """

    id: int
    kind: str
    channel: str
    onset_s: float
    offset_s: float
    decided_s: float
    peak_uV: float
    area_uV_s: float
    confidence: float
    context: str = "none"
    reasons: list[str] = field(default_factory=list)

    @property
    def duration_s(self) -> float:
        """Seconds from onset to offset."""
        return self.offset_s - self.onset_s

    @property
    def is_spasm_like(self) -> bool:
        """Whether it is activity in declared rest of a kind that is called spasm-like."""
        return self.kind in SPASM_LIKE


@dataclass(frozen=True)
class Levels:
    """Levels of one channel in the band, over the samples that can be believed; None where there are none.

    Shares go from 0 to 1. `rest_uV` is the median of a 100 ms RMS at rest with its 95 % interval; `hum_share` is of the
    power in the band before notches; `active_share` is of the time that can be believed, None for less than 1 s of it;
    `weak_share` is weaker than any electrode on skin; `believable_share` is what a live session would have believed,
    None where all of the record is its start-up (:class:`Belief` says why not the rest).
    """

    rms_uV: float | None
    arv_uV: float | None
    peak_envelope_uV: float | None
    rest_uV: float | None
    rest_low_uV: float | None
    rest_high_uV: float | None
    active_share: float | None
    hum_hz: float | None
    hum_share: float | None
    hum_share_at_rest: float | None
    missing_share: float
    clipped_share: float
    flat_share: float
    out_of_range_share: float
    weak_share: float
    believable_share: float | None


@dataclass(frozen=True, eq=False)
class ChannelAnalysis:
    """One channel: levels, rest, spectrum, events, envelope, and a trace for drawing.

    Attributes
    ----------
    envelope_time_s, envelope_uV: shape (values,); NaN where the envelope cannot be believed.
    belief: what a live session would have believed, and why not the rest.
    budget: of what the raw signal is made; None without a spectrum.
    phases: the level in each phase that was marked.
    trace_low_uV, trace_high_uV: least and greatest filtered value of each column of a picture; NaN where there is none.
    trace_bad: columns in which part of the signal cannot be believed.
    spans: levels of the stretches that a run over a dataset asks for; not part of `to_dict()`.
    """

    name: str
    levels: Levels
    rest: unguard.RestCalibration | None
    spectrum: Spectrum | None
    events: list[DetectedEvent]
    no_events_because: str
    envelope_time_s: NDArray[np.float64]
    envelope_uV: NDArray[np.float64]
    belief: Belief
    budget: NoiseBudget | None
    phases: list[PhaseLevel]
    trace_low_uV: NDArray[np.float64]
    trace_high_uV: NDArray[np.float64]
    trace_bad: NDArray[np.bool_]
    remarks: list[str] = field(default_factory=list)
    spans: list[SpanLevels] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """Which file it was: its name without the folder, size and SHA-256; None where it came from no file."""

    file: str | None = None
    bytes: int | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class LeftOut:
    """A channel that was not analysed, and why."""

    name: str
    why: str


@dataclass(frozen=True, eq=False, repr=False)
class Analysis:
    """Everything found in one recording.

    Attributes
    ----------
    events: of all channels, by onset, numbered from 1.
    remarks: on the recording as a whole, in plain words; those on a channel are with the channel.
    versions: of unguard and of what it stands on.
    made_at: when it was made, ISO 8601 in UTC.
    """

    source: Source
    fs: float
    samples: int
    recorded_channels: list[Channel]
    annotations: list[Annotation]
    repairs: list[str]
    reader_remarks: list[str]
    channels: list[ChannelAnalysis]
    left_out: list[LeftOut]
    events: list[DetectedEvent]
    method: Method
    remarks: list[str]
    versions: dict[str, str]
    made_at: str

    @property
    def duration_s(self) -> float:
        """Length of the recording in seconds."""
        return self.samples / self.fs

    def to_dict(self) -> dict[str, Any]:
        """Return plain values in the layout of docs/analysis-schema.json."""
        return {
            "schema": "unguard-analysis",
            "schema_version": SCHEMA_VERSION,
            "made_at": self.made_at,
            "versions": dict(self.versions),
            "source": asdict(self.source),
            "recording": {
                "fs_hz": self.fs,
                "samples": self.samples,
                "duration_s": self.duration_s,
                "channels": [
                    {**asdict(c), "rails_uV": None if c.rails_uV is None else list(c.rails_uV)}
                    for c in self.recorded_channels
                ],
                "annotations": [asdict(a) for a in self.annotations],
                "repairs": list(self.repairs),
                "remarks": list(self.reader_remarks),
            },
            "method": self.method.to_dict(),
            "remarks": list(self.remarks),
            "left_out": [asdict(c) for c in self.left_out],
            "channels": [_channel(c) for c in self.channels],
            "events": [asdict(e) for e in self.events],
        }

    def to_json(self) -> str:
        """Return the analysis as JSON text; see docs/analysis.md."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    def events_dataframe(self) -> pandas.DataFrame:
        """Return one row per event, by onset: kind, channel, onset_s, offset_s, decided_s, peak_uV, area, confidence,
        context, reasons.

        `area` is in microvolt seconds; several reasons are separated by "; ".
        """
        import pandas

        rows = [
            (
                e.kind,
                e.channel,
                e.onset_s,
                e.offset_s,
                e.decided_s,
                e.peak_uV,
                e.area_uV_s,
                e.confidence,
                e.context,
                "; ".join(e.reasons),
            )
            for e in self.events
        ]
        return pandas.DataFrame(rows, columns=list(EVENT_COLUMNS))

    def envelope_dataframe(self) -> pandas.DataFrame:
        """Return one row per time, one column per channel in uV behind `time_s`; NaN where it cannot be believed."""
        import pandas

        columns = {"time_s": self.channels[0].envelope_time_s} if self.channels else {}
        frame = pandas.DataFrame(columns)
        for i, channel in enumerate(self.channels):
            frame.insert(i + 1, channel.name, channel.envelope_uV, allow_duplicates=True)
        return frame

    def __repr__(self) -> str:
        return (
            f"<Analysis of {self.source.file or 'a recording'}: {self.duration_s:g} s, {len(self.channels)} channels, "
            f"{len(self.events)} events, {self.method.band_text}>"
        )


def _channel(c: ChannelAnalysis) -> dict[str, Any]:
    s = c.spectrum
    return {
        "name": c.name,
        "levels": asdict(c.levels),
        "rest": None if c.rest is None else c.rest.to_dict(),
        "spectrum": None
        if s is None
        else {
            "segment_s": s.segment_s,
            "segments": s.segments,
            "window": "Hann, half overlapping, mean removed",
            "median_hz": s.median_hz,
            "mean_hz": s.mean_hz,
            "frequency_hz": _rounded(s.frequency_hz),
            "density_uV2_per_hz": _rounded(s.filtered),
            "density_before_filtering_uV2_per_hz": _rounded(s.raw),
        },
        "belief": {
            "share": c.belief.share,
            "start_up_s": c.belief.start_up_s,
            "reasons": dict(c.belief.reasons),
            "less_sure": dict(c.belief.less_sure),
        },
        "noise_budget": None if c.budget is None else asdict(c.budget),
        "phases": [asdict(p) for p in c.phases],
        "events": len(c.events),
        "no_events_because": c.no_events_because or None,
        "remarks": list(c.remarks),
    }


def _rounded(values: NDArray[np.float64]) -> list[float]:
    return [float(f"{v:.5g}") for v in values]
