"""What is in a file, without demanding what the file does not state: for a person who wants to look before reading."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from unguard.io.source import Source, Track

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped]


@dataclass(frozen=True)
class ChannelDescription:
    """One channel of a file.

    Attributes
    ----------
    name: as :func:`unguard.io.read` takes it in `channels=`.
    fs: hertz, or None when the file does not state it.
    unit: as the file states it, or None.
    kind: "EMG", "ECG", "EEG", "EOG", "voltage", "label" or "other".
    samples: number held by the file.
    defect: why the channel cannot be read; empty when it can.
    """

    name: str
    fs: float | None
    unit: str | None
    kind: str
    samples: int
    defect: str = ""

    @property
    def duration_s(self) -> float | None:
        """Seconds, or None when the rate is unknown."""
        return None if self.fs is None else self.samples / self.fs


@dataclass(frozen=True)
class Description:
    """The content of a file; `devices` lists more than one where they must be read apart."""

    path: Path
    format: str
    channels: list[ChannelDescription]
    annotations: int
    repairs: list[str]
    remarks: list[str]
    devices: list[str]

    @property
    def duration_s(self) -> float | None:
        """Length of the longest channel in seconds, or None when no rate is known."""
        known = [c.duration_s for c in self.channels if c.duration_s is not None]
        return max(known) if known else None

    def to_dataframe(self) -> pandas.DataFrame:
        """Return one row per channel: name, fs_hz, unit, kind, samples, duration_s, defect."""
        import pandas

        return pandas.DataFrame(
            [(c.name, c.fs, c.unit, c.kind, c.samples, c.duration_s, c.defect) for c in self.channels],
            columns=["name", "fs_hz", "unit", "kind", "samples", "duration_s", "defect"],
        )


def describe(source: Source) -> Description:
    """Describe an opened file."""
    remarks = list(source.remarks)
    if source.held:
        told = "1 annotation says" if len(source.held) == 1 else f"{len(source.held)} annotations say"
        remarks.append(f"{told} that values are held: these are marked when they are read")
    return Description(
        path=source.path,
        format=source.format,
        channels=[_channel(track) for track in source.tracks],
        annotations=len(source.annotations),
        repairs=list(source.repairs),
        remarks=remarks,
        devices=list(source.devices),
    )


def _channel(track: Track) -> ChannelDescription:
    unit = track.unit_found if track.unit_found is not None else track.unit
    defect = "" if track.defect is None else f"{track.defect.field} is {track.defect.found}"
    return ChannelDescription(track.name, track.fs, unit, track.kind, track.samples, defect)
