"""A recording of a BIDS dataset with what its sidecars say."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable

from unguard.arguments import names as names_of
from unguard.arguments import path_of
from unguard.bids.find import BidsFile, root_of
from unguard.bids.opened import open_file
from unguard.recording import Recording


def read(file: str | os.PathLike[str] | BidsFile, *, channels: Iterable[str] | None = None) -> Recording:
    """Read a recording of a BIDS dataset: the file, and what its sidecars say of it by the inheritance principle.

    *_channels.tsv says what each channel is (type, unit where the file has none, filters), *_events.tsv becomes
    annotations, *_emg.json is held against the file. What contradicts the file is refused, or stands in the remarks;
    a channel called bad is read, and said to be bad there. So are events that nobody called anything, events of what is
    no channel, and that a write of the recording was interrupted.

    Parameters
    ----------
    file: as `find` lists it, or its name. channels: names to load, in this order; None loads those of the rate that
    *_emg.json states, which are all where the file has one rate.

    Raises
    ------
    FormatError: naming file or sidecar, line, field, found and expected. ConfigError: a channel that is not there.
    """
    if isinstance(file, BidsFile):
        of = file
    else:
        path = path_of("file", file).absolute()
        of = BidsFile(path, root_of(path))
    wanted = None if channels is None else names_of("channels", channels, "channel names as text")
    made = open_file(of).read(wanted)
    kept = [note for note in made.annotations if note.channel is None or note.channel in made.names]
    return dataclasses.replace(made, annotations=kept)
