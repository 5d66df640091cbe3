"""The main job: a recording in, levels, events and remarks out."""

from __future__ import annotations

import dataclasses
import hashlib
import logging
import platform
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import scipy  # type: ignore[import-untyped]

import unguard
from unguard.analysis.beats import beats_of
from unguard.analysis.belief import believe
from unguard.analysis.channel import analyse_channel, numbered
from unguard.analysis.method import decide
from unguard.analysis.remarks import channel_remarks, recording_remarks
from unguard.analysis.result import Analysis, LeftOut, Source
from unguard.arguments import names as names_of
from unguard.arguments import object_of
from unguard.errors import ConfigError, FormatError, spelled
from unguard.made_at import made_at
from unguard.recording import MICROVOLTS, Channel, Recording

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
    chosen, left_out = _choose(recording, channels)
    seconds = recording.duration_s
    found = []

    def checked(share: float) -> None:
        if progress:
            progress("checks", _CHECKS * share)

    beats = beats_of(recording, chosen, method)
    beliefs = believe(recording, chosen, method, checked)
    for i, (column, belief) in enumerate(zip(chosen, beliefs, strict=True)):
        channel = recording.channels[column]
        text = f"channel {channel.name}"

        def told(share: float, text: str = text, i: int = i) -> None:
            if progress:
                progress(text, _CHECKS + (1 - _CHECKS) * (i + share) / len(chosen))

        told(0.0)
        x = np.array(recording.data[:, column], dtype=np.float64, order="C", copy=True)
        valid = None if recording.valid is None else np.ascontiguousarray(recording.valid[:, column])
        one = analyse_channel(x, valid, channel, method, belief, beats, told)
        _log.info("%s: %d events", channel.name, len(one.events))
        found.append(dataclasses.replace(one, remarks=channel_remarks(one, method, seconds)))
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
        remarks=recording_remarks(found, method, seconds),
        versions=_versions(),
        made_at=made_at(),
    )


def _choose(recording: Recording, channels: Iterable[str] | None) -> tuple[list[int], list[LeftOut]]:
    names = recording.names
    if channels is not None:
        wanted = names_of("channels", channels, f"one or more of {', '.join(names)}")
        if not wanted:
            raise ConfigError("channels", "empty", f"one or more of {', '.join(names)}")
        for name in wanted:
            if name not in names:
                raise ConfigError("channels", repr(name), f"one of {', '.join(names)}")
            if wanted.count(name) > 1:
                raise ConfigError("channels", f"{name!r} twice", "each channel once")
            channel = recording.channels[names.index(name)]
            if channel.unit != MICROVOLTS:
                found = f"{name!r}, which is in {channel.unit or 'no stated unit'}"
                raise ConfigError("channels", found, "channels in microvolts")
        left = [LeftOut(n, "not asked for") for n in names if n not in wanted]
        return [names.index(n) for n in wanted], left
    chosen = [i for i, c in enumerate(recording.channels) if c.may_be_emg]
    left = [LeftOut(c.name, _why_not(c)) for c in recording.channels if not c.may_be_emg]
    if not chosen:
        found = "; ".join(f"{c.name}: {c.why}" for c in left)
        where = recording.source.name if recording.source else "the recording"
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
