"""Events as annotations of MNE, and annotations as what was declared to a detector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from unguard.arguments import object_of
from unguard.bids_events import USUAL, checked_kinds, declared_markers, rate_and_delay
from unguard.errors import ConfigError
from unguard.event_table import Events
from unguard.mne.library import mne
from unguard.mne.to_mne import as_annotations
from unguard.recording import Annotation

if TYPE_CHECKING:
    from mne import Annotations  # type: ignore[import-untyped,unused-ignore]
    from mne.io import BaseRaw  # type: ignore[import-untyped,unused-ignore]


def annotations_of(events: Events) -> Annotations:
    """Return events as annotations of MNE: onset and duration in seconds from the first sample, the kind as
    description, and the channel.

    Those that closed, as in ``Events.to_dataframe``: an alarm that was taken back is no event.

    Raises
    ------
    ConfigError: naming the argument. MissingExtra: MNE is not installed.
    """
    object_of("events", events, Events, "Events, as of what detect() returns")
    return as_annotations(
        [
            Annotation(
                events.seconds(e.onset),
                events.seconds(e.offset) - events.seconds(e.onset),
                e.kind,
                events.channel_name(e.channel),
            )
            for e in events.closed
        ]
    )


def markers_of(
    raw: BaseRaw, *, kinds: Mapping[str, str | tuple[str, str]] | None = None, delay: float = 0.0
) -> list[tuple[str, int]]:
    """Return what the annotations of a Raw declare, as `markers` of ``detect()`` and of sessions.

    The rules are those of ``unguard.markers_from_bids``, with the description for the trial type; samples count from
    the first of the Raw.

    Parameters
    ----------
    raw: of any kind. kinds: the marker of each description that counts, as {"squeeze": "stimulus"}; of one that lasts a
        pair, as {"lie": ("rest begins", "rest ends")}. None: descriptions called as a marker, and "rest".
    delay: s, of the filters in front of the detector; added.

    Raises
    ------
    ConfigError: naming the argument; also for a description of `kinds` that is nowhere. MissingExtra: MNE is not
    installed.
    """
    if not isinstance(raw, mne().io.BaseRaw):
        raise ConfigError("raw", f"{type(raw).__name__}", "a Raw of MNE")
    rate, late = rate_and_delay(raw.info["sfreq"], delay)
    asked = USUAL if kinds is None else checked_kinds(kinds)
    notes = raw.annotations
    there = sorted({str(text) for text in notes.description})
    for text in kinds or ():
        if text not in there:
            raise ConfigError("kinds", repr(text), f"descriptions of the annotations: {', '.join(there)}")
    first = raw.first_samp / rate
    declared = [
        (str(text), float(onset) - first, float(lasts))
        for text, onset, lasts in zip(notes.description, notes.onset, notes.duration, strict=True)
        if str(text) in asked
    ]
    return declared_markers(declared, asked, rate, late, "annotations")
