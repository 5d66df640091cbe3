"""Values that were missing when a recording was written, and are held: BDF has no place for a mask, annotations tell.

The rules of the C++ reader and writer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from unguard.recording import Annotation, Recording
from unguard.samples import samples_in

_HELD = "held: "


def held_text(channel: str) -> str:
    """Return the text that says a channel's values are held."""
    return _HELD + channel


def held_annotations(recording: Recording) -> list[Annotation]:
    """Return an annotation for every stretch of values that were held, per channel."""
    if recording.valid is None:
        return []
    notes = []
    for column, channel in enumerate(recording.channels):
        edges = np.flatnonzero(np.diff(np.concatenate([[True], recording.valid[:, column], [True]]).astype(np.int8)))
        for start, stop in edges.reshape(-1, 2):
            onset, end = float(start / recording.fs), float(stop / recording.fs)
            notes.append(Annotation(onset, end - onset, held_text(channel.name), channel.name))
    return notes


def take_held(annotations: Sequence[Annotation], names: Sequence[str]) -> tuple[list[Annotation], list[Annotation]]:
    """Return the annotations without those of held values, and these, each with its channel.

    One without a duration, or of no channel here, is anybody's remark and stays.
    """
    channels = {held_text(name): name for name in names}
    others, held = [], []
    for note in annotations:
        if note.duration_s > 0 and note.text in channels:
            held.append(replace(note, channel=channels[note.text]))
        else:
            others.append(note)
    return others, held


def mark_held(
    valid: NDArray[np.bool_] | None,
    shape: tuple[int, int],
    held: Sequence[Annotation],
    names: Sequence[str],
    fs: float,
    remarks: list[str],
) -> NDArray[np.bool_] | None:
    """Return the mask of values that were there, less those that the file says are held; these are counted in
    `remarks`.
    """
    for column, name in enumerate(names):
        good = np.ones(shape[0], dtype=np.bool_)
        for note in (note for note in held if note.channel == name):
            start, stop = (samples_in(t, fs) for t in (note.onset_s, note.onset_s + note.duration_s))
            good[max(0, start) : max(0, stop)] = False
        count = good.size - int(np.count_nonzero(good))
        if count == 0:
            continue
        if valid is None:
            valid = np.ones(shape, dtype=np.bool_)
        valid[:, column] &= good
        remarks.append(f"{name}: {count} values are held and marked, as the file's own annotations say")
    return valid
