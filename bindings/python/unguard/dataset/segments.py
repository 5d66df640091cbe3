"""Segments of a recording that are measured beside the whole: every annotation that has a duration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from unguard.recording import Annotation

WHOLE = "whole"


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

    Annotations of the whole recording with a duration, as far as they lie inside it.
    """
    found = [Segment(WHOLE, 0, 0.0, duration_s)]
    outside = 0
    lasting = [note for note in annotations if note.duration_s > 0 and note.channel is None]
    for index, note in enumerate(sorted(lasting, key=lambda note: note.onset_s), start=1):
        start, end = max(0.0, note.onset_s), min(duration_s, note.onset_s + note.duration_s)
        if end > start:
            found.append(Segment(note.text.strip(), index, start, end))
        else:
            outside += 1
    remarks = []
    if outside:
        what = "1 annotation" if outside == 1 else f"{outside} annotations"
        remarks.append(f"{what} with a duration outside the recording: no segment")
    return found, remarks
