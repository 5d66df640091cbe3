"""Events as annotations of MNE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unguard.arguments import object_of
from unguard.event_table import Events
from unguard.mne.to_mne import as_annotations
from unguard.recording import Annotation

if TYPE_CHECKING:
    from mne import Annotations  # type: ignore[import-untyped,unused-ignore]


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
