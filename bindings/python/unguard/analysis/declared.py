"""What annotations declare: rests, and phases of what the person was doing. What is not used of them is said."""

from __future__ import annotations

from dataclasses import dataclass

from unguard.recording import Annotation, Recording

#: An annotation with this text and a duration declares a rest, as `rest=` does.
REST_ANNOTATION = "declared rest"
SHORTEST_REST_S = 2.0
#: Annotations with these texts and a duration say what the person was doing.
PHASE_ANNOTATIONS = ("standing", "bending", "full flexion", "returning")
#: Files keep times to a tenth of a millisecond or better.
_RESOLUTION_S = 1e-4

Span = tuple[float, float]


@dataclass(frozen=True)
class Declared:
    """What was declared.

    Attributes
    ----------
    rests: (start, end) in seconds, apart from each other, each long enough for a level.
    phases: (what, start, end) in seconds, by start.
    remarks: each annotation that is not used, or in part only, and why; about rests and about phases.
    """

    rests: tuple[Span, ...]
    phases: tuple[tuple[str, float, float], ...]
    rest_remarks: tuple[str, ...]
    phase_remarks: tuple[str, ...]


def declared(recording: Recording) -> Declared:
    """Return what the annotations of a recording declare."""
    rest_remarks: list[str] = []
    phase_remarks: list[str] = []
    rests = []
    for start, end in _united(_annotated(recording, REST_ANNOTATION, rest_remarks)):
        if end - start >= SHORTEST_REST_S:
            rests.append((start, end))
        else:
            rest_remarks.append(
                f'The "{REST_ANNOTATION}" from {start:.6g} to {end:.6g} s is not used: it takes {SHORTEST_REST_S:g} s '
                "to tell a level."
            )
    phases = [(what, *span) for what in PHASE_ANNOTATIONS for span in _annotated(recording, what, phase_remarks)]
    phases.sort(key=lambda phase: phase[1:])
    return Declared(tuple(rests), tuple(phases), tuple(rest_remarks), tuple(phase_remarks))


def _annotated(recording: Recording, text: str, remarks: list[str]) -> list[Span]:
    """Return the spans of the annotations with a text, as far as the recording goes."""
    length = recording.duration_s
    slack = 1 / recording.fs + _RESOLUTION_S
    spans = []
    set_aside: dict[str, list[Annotation]] = {}
    for note in recording.annotations:
        if note.text.strip().lower() != text:
            continue
        why = _why_not(note, length)
        if not why:
            end = note.onset_s + note.duration_s
            spans.append((note.onset_s, min(end, length)))
            if end > length + slack:
                why = f"used up to the end at {length:.6g} s only: it goes on behind"
        if why:
            set_aside.setdefault(why, []).append(note)
    for why, notes in set_aside.items():
        others = f" and {len(notes) - 1} more of that text:" if len(notes) > 1 else " is"
        remarks.append(f"{_named(notes[0])}{others} {why}.")
    return spans


def _why_not(note: Annotation, length: float) -> str:
    if note.channel is not None:
        return "not used, as it belongs to one channel"
    if not note.duration_s > 0:
        return "not used, as it has no duration"
    if not note.onset_s >= 0:
        return "not used, as it begins before the recording"
    if note.onset_s >= length:
        return f"not used, as the recording ends at {length:.6g} s"
    return ""


def _named(note: Annotation) -> str:
    lasting = f" for {note.duration_s:.6g} s" if note.duration_s > 0 else ""
    return f'The annotation "{note.text}" at {note.onset_s:.6g} s{lasting}'


def _united(spans: list[Span]) -> list[Span]:
    """Return the spans with those that overlap or touch made one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
