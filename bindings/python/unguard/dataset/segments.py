"""Segments of a recording that are measured beside the whole: every annotation of all channels that has a duration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from unguard.counted import counted
from unguard.recording import Annotation

WHOLE = "whole"
#: What an annotation is called that is named as the whole is: a table that is asked for the whole is not to give it.
WHOLE_ANNOTATION = "whole (annotation)"


@dataclass(frozen=True)
class Segment:
    """A stretch of a recording: what it is called, which one by onset from 1 (0 is the whole), and its ends, s."""

    name: str
    index: int
    start_s: float
    end_s: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end_s - self.start_s


def segments_of(annotations: Sequence[Annotation], duration_s: float) -> tuple[list[Segment], list[str]]:
    """Return the whole and the segments of a recording, and what is to be remarked of annotations that make none.

    Annotations of the whole recording with a duration, as far as they lie inside it; those of one channel make none,
    for a segment is of all channels.
    """
    found = [Segment(WHOLE, 0, 0.0, duration_s)]
    outside = called_whole = 0
    lasting = [note for note in annotations if note.duration_s > 0]
    of_all = [note for note in lasting if note.channel is None]
    for index, note in enumerate(sorted(of_all, key=lambda note: note.onset_s), start=1):
        start, end = max(0.0, note.onset_s), min(duration_s, note.onset_s + note.duration_s)
        if not end > start:
            outside += 1
            continue
        name = note.text.strip()
        if name == WHOLE:
            name = WHOLE_ANNOTATION
            called_whole += 1
        found.append(Segment(name, index, start, end))
    remarks = []
    if outside:
        remarks.append(f"{counted(outside, 'annotation')} with a duration outside the recording: no segment")
    if called_whole:
        named = counted(called_whole, "annotation")
        remarks.append(f'{named} called "{WHOLE}": the segment is called "{WHOLE_ANNOTATION}"')
    by_channel = Counter(note.channel for note in lasting if note.channel is not None)
    if by_channel:
        of = ", ".join(f"{count} of {channel!r}" for channel, count in sorted(by_channel.items()))
        remarks.append(
            f"{counted(by_channel.total(), 'annotation')} with a duration and of one channel ({of}): no segment"
        )
    return found, remarks
