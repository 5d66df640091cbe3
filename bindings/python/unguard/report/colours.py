"""Colours that people with any colour vision tell apart (Okabe & Ito 2008), and that print in grey."""

from __future__ import annotations

from collections.abc import Iterable

from unguard.analysis import DetectedEvent

SIGNAL = "#3a4a5a"
ENVELOPE = "#1a1a1a"
REST = "#009E73"
NOT_BELIEVED = "#9a9a9a"
BEFORE = "#8a8a8a"
BAND = "#0072B2"
GRID = "#dddddd"
INK = "#222222"
#: What was marked, in the order of the protocol; light to dark as the trunk goes down.
PHASES = {
    "declared rest": "#009E73",
    "standing": "#e3e7ec",
    "bending": "#b4bfcb",
    "full flexion": "#64758a",
    "returning": "#d3cbb8",
}
#: What the raw power is made of, from what is wanted to what is not; and what lies below the band.
PARTS = {
    "muscle": "#0072B2",
    "floor": "#b4bfcb",
    "heart": "#D55E00",
    "hum": "#F0E442",
    "converter": "#6b6b6b",
    "below": "#d9d9d9",
    "movement": "#CC79A7",
}
#: What is said about each in a legend.
PARTS_MEANING = {
    "muscle": "muscle, and what cannot be told from it",
    "floor": "floor: the quietest tenth of the time (skin, amplifier, and tone that never stops)",
    "heart": "heart: the mean beat",
    "hum": "mains hum with its harmonics",
    "converter": "rounding to the converter's steps",
    "below": "all of 2 to 20 Hz",
    "movement": "of it 2 to 15 Hz without the heart: movement of electrodes and cables, and the slowest of muscle",
}

_KINDS = {
    "ACTIVITY": "#56B4E9",
    "SPIKE": "#D55E00",
    "PHASIC BURST": "#E69F00",
    "TONIC": "#AA4499",
    "PHASIC EPISODE": "#F0E442",
    "GUARDING": "#0072B2",
    "SPIKE ON BENDING": "#D55E00",
    "ECG": "#b5b5b5",
    "ARTEFACT": "#b5b5b5",
}
#: What is said about each colour in a legend.
MEANING = {
    "ACTIVITY": "activity: the muscle is on",
    "SPIKE": "spike: under 0.25 s",
    "PHASIC BURST": "phasic burst: 0.25 to 2 s",
    "TONIC": "tonic: over 2 s",
    "ARTEFACT": "artefact: mains hum, not muscle",
}


def colour_of_kind(kind: str) -> str:
    """Return the colour of a kind of event."""
    return _KINDS.get(kind, "#56B4E9")


def colour_of(event: DetectedEvent) -> str:
    """Return the colour of an event: its kind's, grey for an artefact."""
    return colour_of_kind(event.kind)


def by_colour(events: Iterable[DetectedEvent], unit_s: float) -> dict[str, list[tuple[float, float]]]:
    """Return the spans of the events by colour, (start, end) in units of `unit_s` seconds."""
    found: dict[str, list[tuple[float, float]]] = {}
    for event in events:
        found.setdefault(colour_of(event), []).append((event.onset_s / unit_s, event.offset_s / unit_s))
    return found
