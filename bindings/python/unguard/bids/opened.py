"""A recording of a BIDS dataset, opened: what file and sidecars say of it, checked, before a sample is read."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from unguard.bids.channel_table import BidsChannel, as_told, channels_of, refuse_unknown, units_to_state
from unguard.bids.event_table import annotations_of, with_own
from unguard.bids.find import BidsFile
from unguard.bids.sidecar import (
    RATE_TOLERANCE,
    Statements,
    mains_of,
    refuse_other_rate,
    said_otherwise,
    stated_rate,
    statements_of,
)
from unguard.errors import FormatError
from unguard.io.assembly import assemble
from unguard.io.options import Options, checked_options
from unguard.io.recognise import open_source
from unguard.io.source import Source, Track
from unguard.recording import Annotation, Recording
from unguard.whole_file import parts_of

#: Files of EDF and BDF hold whole records, which most writers make a second long.
_RECORD_S = 1.0


@dataclass(frozen=True, eq=False)
class OpenedFile:
    """What is known of a recording before its samples are read.

    Attributes
    ----------
    tracks: channels of one rate that :meth:`read` gives, in the order of the file.
    rows: of channels.tsv. statements: of *_emg.json.
    annotations: of events.tsv and of the file, by onset, each with its channel.
    remarks: of the sidecars. mains_hz: PowerLineFrequency, or None.
    """

    file: BidsFile
    tracks: list[Track]
    rows: list[BidsChannel]
    statements: Statements
    annotations: list[Annotation]
    remarks: list[str]
    mains_hz: float | None

    def row(self, name: str) -> BidsChannel | None:
        """Return what channels.tsv says of a channel, or None."""
        return next((row for row in self.rows if row.name == name), None)

    def read(self, channels: Iterable[str] | None = None) -> Recording:
        """Return the recording, or some of its channels; annotations are those of all.

        Raises FormatError and ConfigError as `unguard.io.read` does.
        """
        names = [track.name for track in self.tracks] if channels is None else list(channels)
        options = checked_options(
            fs=None, unit=units_to_state(self.rows, self.tracks) or None, channels=names, gain=None, offset=0.0,
            decimal=None, sensor=None, device=None, max_gap_s=Options.max_gap_s,
        )  # fmt: skip
        # Opened anew: a source collects what it finds while samples are loaded.
        wanted = {name: unit for name, unit in dict(options.unit or {}).items() if name in names}  # type: ignore[arg-type]
        options = dataclasses.replace(options, unit=wanted or None)
        made = assemble(open_source(self.file.path, options), options)
        remarks = refuse_other_rate(self.statements, made.fs, self.file)
        remarks += said_otherwise(self.statements, made.duration_s, made.fs, _RECORD_S)
        filters = {row.name: row.filters for row in self.rows if row.filters and row.name in made.names}
        return dataclasses.replace(
            made,
            channels=[as_told(channel, self.rows) for channel in made.channels],
            annotations=list(self.annotations),
            remarks=[*made.remarks, *self.remarks, *remarks],
            filters={**filters, **made.filters},
        )


def open_file(file: BidsFile) -> OpenedFile:
    """Open a recording with its sidecars.

    Raises FormatError where one of them is damaged or contradicts the file; what may be, but is worth knowing, is in
    the remarks.
    """
    _ = file.name  # a name that BIDS does not have is refused first
    if not file.path.is_file():
        found = "a folder" if file.path.is_dir() else "missing"
        raise FormatError(file.path, "the file", found, "a recording that can be opened")
    source = open_source(file.path, Options())
    said = statements_of(file)
    remarks = [] if said.files else ["no *_emg.json says how it was recorded"]
    table, rows = channels_of(file)
    if table is None:
        remarks.append("no *_channels.tsv says what the channels are: the file's own words count")
    else:
        remarks += refuse_unknown(table, rows, source.tracks, file)
    tracks = _of_one_rate(source, said, remarks)
    events, told = annotations_of(file, [track.name for track in source.tracks])
    annotations, beside = with_own(events, list(source.annotations))
    if parts := _on_their_way(file):
        told.append(
            f"a write of this recording was interrupted, or goes on ({parts[0].name} lies beside it): "
            "samples and sidecars may be of different writes"
        )
    software = said.values.get("SoftwareFilters", "n/a")
    if software not in ("n/a", {}, ""):
        told.append(f"filtered before by software, as *_emg.json says: {json.dumps(software, ensure_ascii=False)}")
    return OpenedFile(file, tracks, rows, said, annotations, [*remarks, *told, *beside], mains_of(said))


def _on_their_way(file: BidsFile) -> list[Path]:
    """Return what `write` has beside the samples until they, the last of a recording, are in their place."""
    return [part for ending in (".bdf", ".edf") for part in parts_of(file.path.with_suffix(ending))]


def _of_one_rate(source: Source, said: Statements, remarks: list[str]) -> list[Track]:
    """Return the tracks of the stated rate where there are several; a remark names the others."""
    tracks = [track for track in source.tracks if not track.asked_only]
    rate = stated_rate(said)
    if rate is None or len({track.fs for track in tracks}) < 2:
        return tracks
    same = [t for t in tracks if t.fs is not None and abs(t.fs - rate) <= RATE_TOLERANCE * t.fs]
    others = [f"{t.name} ({t.fs:g} Hz)" if t.fs is not None else t.name for t in tracks if t not in same]
    if same and others:
        remarks.append(f"not loaded, as of another rate than the {rate:g} Hz that are stated: {', '.join(others)}")
    return same or tracks
