"""A recording as a Raw of MNE."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from unguard.arguments import names as names_of
from unguard.arguments import object_of
from unguard.errors import ConfigError
from unguard.extras import quiet
from unguard.mne.kept import kept_text
from unguard.mne.library import HELD, MICROVOLTS_PER_VOLT, mne
from unguard.recording import MICROVOLTS, Annotation, Channel, Recording
from unguard.runs import runs_of

if TYPE_CHECKING:
    from mne.io import RawArray  # type: ignore[import-untyped,unused-ignore]

_LOG = logging.getLogger("unguard")

#: MNE's type of a voltage, by our kind. "bio" is a voltage of which MNE knows no more either.
_TYPES = {"EMG": "emg", "ECG": "ecg", "EEG": "eeg", "EOG": "eog"}


def with_emg(recording: Recording, emg: Iterable[str] | None) -> Recording:
    """Return a recording in which the named channels are of kind EMG; raise ConfigError for those that cannot be."""
    if emg is None:
        return recording
    fitting = [c.name for c in recording.channels if c.may_be_emg]
    expected = f"channels in microvolts that may be EMG: {', '.join(fitting) or 'there are none'}"
    wanted = names_of("emg", emg, expected)
    for name in wanted:
        if name not in fitting:
            raise ConfigError("emg", repr(name), expected)
    return replace(recording, channels=[replace(c, kind="EMG") if c.name in wanted else c for c in recording.channels])


def to_mne(recording: Recording, *, emg: Iterable[str] | None = None) -> RawArray:
    """Return a recording as a Raw of MNE: volts, (channels, times), annotations with the names of their channels.

    Channels are of MNE's type emg, ecg, eeg or eog as their kind says; voltages of an unstated sensor are bio, labels
    stim and all other units misc, these two with their values as they are. Stretches of held values become annotations
    "BAD_held" of their channel. Units, filters, repairs, remarks, and annotations that reach beyond the samples are
    kept as text in ``info["description"]``; `from_mne` takes all of it back. There is no date of measurement, for a
    recording has none. What the converter's step and rails were is not kept.

    Parameters
    ----------
    recording: of any units.
    emg: names of channels that are muscle where the recording does not say so; MNE then has them for type emg.

    Raises
    ------
    ConfigError: naming the argument. MissingExtra: MNE is not installed.
    """
    object_of("recording", recording, Recording, "a Recording")
    library = mne()
    told = with_emg(recording, emg)
    data = np.array(told.data.T, order="C")  # a copy, also of one channel
    for row, channel in enumerate(told.channels):
        if _is_voltage(channel):
            data[row] /= MICROVOLTS_PER_VOLT
    with quiet():
        info = library.create_info(told.names, told.fs, [_type(c) for c in told.channels], verbose="ERROR")
        raw = library.io.RawArray(data, info, copy=None, verbose="ERROR")
    inside, outside = _split(told)
    if outside:
        _LOG.warning("%d annotations reach beyond the samples: MNE has them shortened or not at all", len(outside))
    raw.info["description"] = kept_text(told, outside)
    notes = inside + [n for n in (_within(note, told.duration_s) for note in outside) if n is not None] + _held(told)
    with quiet():
        raw.set_annotations(as_annotations(notes))
    return raw


def as_annotations(notes: list[Annotation]) -> object:
    """Return annotations as MNE's, by onset."""
    ordered = sorted(notes, key=lambda note: note.onset_s)
    return mne().Annotations(
        onset=[note.onset_s for note in ordered],
        duration=[note.duration_s for note in ordered],
        description=[note.text for note in ordered],
        ch_names=[() if note.channel is None else (note.channel,) for note in ordered],
    )


def _is_voltage(channel: Channel) -> bool:
    return channel.unit == MICROVOLTS and channel.kind != "label"


def _type(channel: Channel) -> str:
    if channel.kind == "label":
        return "stim"
    return _TYPES.get(channel.kind, "bio") if _is_voltage(channel) else "misc"


def _split(recording: Recording) -> tuple[list[Annotation], list[Annotation]]:
    """Return the annotations that MNE takes as they are, and those that it would leave out or shorten."""
    inside: list[Annotation] = []
    outside: list[Annotation] = []
    for note in recording.annotations:
        whole = 0 <= note.onset_s < recording.duration_s and note.onset_s + note.duration_s <= recording.duration_s
        (inside if whole and note.duration_s >= 0 and note.text else outside).append(note)
    return inside, outside


def _within(note: Annotation, end: float) -> Annotation | None:
    """Return the part of an annotation that lies within the samples, or None."""
    first, last = max(0.0, note.onset_s), min(end, note.onset_s + note.duration_s)
    if not note.text or not (first < end and last >= first) or not (note.duration_s == 0 or last > first):
        return None
    return replace(note, onset_s=first, duration_s=last - first)


def _held(recording: Recording) -> list[Annotation]:
    if recording.valid is None:
        return []
    return [
        Annotation(start / recording.fs, (stop - start) / recording.fs, HELD, channel.name)
        for column, channel in enumerate(recording.channels)
        for start, stop in runs_of(~recording.valid[:, column])
    ]
