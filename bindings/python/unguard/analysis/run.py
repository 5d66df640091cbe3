"""The main job: a recording in, levels, events and remarks out."""

from __future__ import annotations

import dataclasses
import hashlib
import logging
import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy  # type: ignore[import-untyped]

import unguard
from unguard.analysis.beats import Beats, beats_of
from unguard.analysis.belief import Converter, believe
from unguard.analysis.channel import analyse_channel, numbered
from unguard.analysis.method import Method, decide
from unguard.analysis.remarks import channel_remarks, recording_remarks
from unguard.analysis.result import Analysis, ChannelAnalysis, LeftOut, Source
from unguard.analysis.spans import Span
from unguard.arguments import names as names_of
from unguard.arguments import object_of
from unguard.errors import ConfigError, FormatError, spelled
from unguard.made_at import made_at
from unguard.recording import MICROVOLTS, Annotation, Channel, Recording

_log = logging.getLogger("unguard")

#: Share of the time that the checks of a live session take.
_CHECKS = 0.2


def analyse(
    recording: Recording,
    *,
    channels: Iterable[str] | None = None,
    band: tuple[float, float] | unguard.Bandpass | None = None,
    mains: float | None = None,
    rest: tuple[float, float] | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Analysis:
    """Analyse a recording by the causal engine, one channel at a time.

    Parameters
    ----------
    recording: data of shape (samples, channels); it is not changed.
    channels: names to analyse, in this order; None takes every channel that may be EMG.
    band: (low, high) in hertz, or a Bandpass; None follows the rule 20 Hz to min(450 Hz, 0.45 fs).
    mains: 50 or 60 puts a notch at that frequency and at each harmonic inside the band; None leaves hum in.
    rest: (start, end) in seconds in which the person was told to rest; None uses annotations that say "declared rest",
        and without those the quietest windows of the recording, which is said wherever the result is stored.
    progress: called with what is being done and the share that is done, 0 to 1.

    Raises
    ------
    ConfigError: a parameter is not allowed. FormatError: the recording cannot be analysed (too slow, too short, without
        EMG).
    """
    object_of("recording", recording, Recording, "a Recording, as unguard.io.read gives")
    method = decide(recording, band=band, mains=mains, rest=rest)
    chosen, left_out = choose(recording.channels, channels, recording.source)
    beats = beats_of(recording, chosen, method)
    found = analyse_columns(recording, chosen, method, beats, progress=progress)
    return assembled(About.of(recording), found, left_out, method)


def analyse_columns(
    recording: Recording,
    columns: Sequence[int],
    method: Method,
    beats: Beats | None,
    *,
    converters: Sequence[Converter] | None = None,
    spans: Sequence[Span] = (),
    progress: Callable[[str, float], None] | None = None,
) -> list[ChannelAnalysis]:
    """Analyse some columns of a recording, each by itself; their events are numbered by :func:`assembled`.

    Parameters
    ----------
    beats: of the record's heart, or None. converters: as `believe` has them. spans: as `analyse_channel` has them.
    """
    found = []

    def checked(share: float) -> None:
        if progress:
            progress("checks", _CHECKS * share)

    beliefs = believe(recording, columns, method, checked, converters)
    for i, (column, belief) in enumerate(zip(columns, beliefs, strict=True)):
        channel = recording.channels[column]
        text = f"channel {channel.name}"

        def told(share: float, text: str = text, i: int = i) -> None:
            if progress:
                progress(text, _CHECKS + (1 - _CHECKS) * (i + share) / len(columns))

        told(0.0)
        x = np.array(recording.data[:, column], dtype=np.float64, order="C", copy=True)
        valid = None if recording.valid is None else np.ascontiguousarray(recording.valid[:, column])
        one = analyse_channel(x, valid, channel, method, belief, beats, told, spans)
        _log.info("%s: %d events", channel.name, len(one.events))
        found.append(dataclasses.replace(one, remarks=channel_remarks(one, method, recording.duration_s)))
    return found


@dataclass(frozen=True)
class About:
    """What a recording says of itself, without its samples; as :class:`Recording` has it."""

    source: Path | None
    fs: float
    samples: int
    channels: list[Channel]
    annotations: list[Annotation]
    repairs: list[str]
    remarks: list[str]

    @classmethod
    def of(cls, recording: Recording) -> About:
        """Return what a recording says of itself."""
        return cls(**{f.name: getattr(recording, f.name) for f in dataclasses.fields(cls)})


def assembled(recording: About, found: list[ChannelAnalysis], left_out: list[LeftOut], method: Method) -> Analysis:
    """Return the analysis of a recording from that of its channels."""
    events = numbered([e for c in found for e in c.events])
    found = [dataclasses.replace(c, events=[e for e in events if e.channel == c.name]) for c in found]
    return Analysis(
        source=_source(recording.source),
        fs=recording.fs,
        samples=recording.samples,
        recorded_channels=list(recording.channels),
        annotations=list(recording.annotations),
        repairs=list(recording.repairs),
        reader_remarks=list(recording.remarks),
        channels=found,
        left_out=left_out,
        events=events,
        method=method,
        remarks=recording_remarks(found, method, recording.samples / recording.fs),
        versions=_versions(),
        made_at=made_at(),
    )


def choose(
    recorded: Sequence[Channel], channels: Iterable[str] | None, source: Path | None
) -> tuple[list[int], list[LeftOut]]:
    """Return which of the recorded channels are analysed, and which are not and why; raise as :func:`analyse` does."""
    names = [channel.name for channel in recorded]
    if channels is not None:
        wanted = names_of("channels", channels, f"one or more of {', '.join(names)}")
        if not wanted:
            raise ConfigError("channels", "empty", f"one or more of {', '.join(names)}")
        for name in wanted:
            if name not in names:
                raise ConfigError("channels", repr(name), f"one of {', '.join(names)}")
            if wanted.count(name) > 1:
                raise ConfigError("channels", f"{name!r} twice", "each channel once")
            channel = recorded[names.index(name)]
            if channel.unit != MICROVOLTS:
                found = f"{name!r}, which is in {channel.unit or 'no stated unit'}"
                raise ConfigError("channels", found, "channels in microvolts")
        left = [LeftOut(n, "not asked for") for n in names if n not in wanted]
        return [names.index(n) for n in wanted], left
    chosen = [i for i, c in enumerate(recorded) if c.may_be_emg]
    left = [LeftOut(c.name, _why_not(c)) for c in recorded if not c.may_be_emg]
    if not chosen:
        found = "; ".join(f"{c.name}: {c.why}" for c in left)
        where = source.name if source else "the recording"
        raise FormatError(where, "the file", f"without EMG ({found})", "at least one channel that may be EMG")
    return chosen, left


def _why_not(channel: Channel) -> str:
    if channel.unit != MICROVOLTS:
        return f"in {channel.unit}, not a voltage" if channel.unit else "no voltage"
    return f"marked as {channel.kind} by the file"


def _source(path: Path | None) -> Source:
    if path is None or not path.is_file():
        return Source()
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return Source(spelled(path.name), path.stat().st_size, digest.hexdigest())


def _versions() -> dict[str, str]:
    return {
        "unguard": unguard.__version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    }
