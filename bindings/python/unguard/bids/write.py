"""A recording into a BIDS dataset: MNE-BIDS lays the folders and keeps the lists of participants and scans, the samples
are written by :mod:`unguard.io`, and the sidecars say what is known and no more. All files take their places together.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from unguard.arguments import flag, object_of, path_of
from unguard.bids.dataset import lay_dataset
from unguard.bids.entities import checked_entities
from unguard.bids.sidecars import NOT_KNOWN, write_channels, write_events, write_json
from unguard.bids.statements import breaks_a_table, checked_columns, checked_fields
from unguard.bids.turns import turn
from unguard.errors import ConfigError, FormatError
from unguard.extras import module
from unguard.io.bdf_write import write_bdf, write_edf
from unguard.mne.to_mne import with_emg
from unguard.recording import Recording
from unguard.whole_file import parts_of
from unguard.whole_files import put_together

_FORMATS = {"BDF": (".bdf", write_bdf), "EDF": (".edf", write_edf)}


def write(
    recording: Recording,
    root: str | os.PathLike[str],
    *,
    subject: str,
    task: str,
    placement: str,
    reference: str,
    power_line: float | str,
    software_filters: Any = NOT_KNOWN,
    session: str | None = None,
    run: int | None = None,
    acquisition: str | None = None,
    emg: Any = None,
    channels: Mapping[str, Mapping[str, Any]] | None = None,
    more: Mapping[str, Any] | None = None,
    dataset: str | None = None,
    format: str = "BDF",
    overwrite: bool = False,
) -> Path:
    """Write a recording into a BIDS 1.11 dataset, which is begun where there is none; return the file of samples.

    Voltages are in uV. Samples come back by ``unguard.io.read`` within one step, which is the range of the channel
    (rounded out to whole units, at least -1 to 1) over 2^24 - 1, of EDF over 2^16 - 1. Names, units, annotations and
    what was held come back too; of which channel an annotation is, events.tsv tells, for EDF and BDF have no place for
    it. Patient and date are not written, for a recording has none.

    All files are made elsewhere and take their places together. Where one cannot, the dataset is as it was. A process
    that is killed meanwhile leaves every file whole, the old or the new one, the samples being the last of a recording;
    that it was interrupted stands in the remarks of `read` until the recording is written again. Several processes may
    write into one dataset: they wait for one another (not on Windows, where one after the other has to be called).

    Parameters
    ----------
    recording: with at least one EMG channel. root: folder of the dataset.
    subject, task, session, acquisition: labels, letters and digits only. run: a whole number.
    placement: "Measured" (coordinates stand in electrodes.tsv, which is yours to add), "ChannelSpecific" (as
        `channels` says), or how electrodes were placed, in words: a procedure such as SENIAM, or palpation.
    reference: "Bipolar", "ChannelSpecific" (as `channels` says), or the electrode that all channels share.
    power_line: Hz, or "n/a" where it is not known.
    software_filters: what the samples went through: a filter or Chain of unguard, or {"name": {"parameter": value}};
        "n/a" where it is not known.
    emg: names of channels that are muscle where the recording does not say so.
    channels: by name, columns of channels.tsv: target_muscle, signal_electrode, reference, group, placement_scheme
        ("measured" or "other"), placement_description, interelectrode_distance (mm), low_cutoff, high_cutoff, notch
        (Hz), status, status_description, description.
    more: further fields of the recording's .json, such as Manufacturer, SkinPreparation, Instructions.
    dataset: name of a dataset that is begun; None: that of its folder.
    format: "BDF", which BIDS recommends, or "EDF".
    overwrite: replace this recording where the dataset has it, or a sidecar of it.

    Raises
    ------
    ConfigError: naming the argument. FormatError: a file cannot be written. MissingExtra: MNE-BIDS is not installed.
    """
    object_of("recording", recording, Recording, "a Recording")
    folder = path_of("root", root)
    entities = checked_entities(subject=subject, session=session, task=task, acquisition=acquisition, run=run)
    if not isinstance(format, str) or format not in _FORMATS:
        raise ConfigError("format", repr(format), f"one of {', '.join(_FORMATS)}")
    told = with_emg(recording, emg)
    muscles = [c.name for c in told.channels if c.kind == "EMG"]
    if not muscles:
        found = "not given" if emg is None else repr(emg)
        raise ConfigError("emg", found, "names of channels that are muscle, for by their kinds none is EMG")
    columns = checked_columns(channels, told)
    fields = checked_fields(told, entities, placement, reference, power_line, software_filters, more)
    for argument, value, column in (
        ("placement", placement, "placement_scheme"),
        ("reference", reference, "reference"),
    ):
        lacking = [name for name in muscles if column not in columns.get(name, {})]
        if value == "ChannelSpecific" and lacking:
            expected = f"{column} in channels= for every EMG channel"
            raise ConfigError(argument, f"ChannelSpecific, and {lacking[0]} has none", expected)
    for note in told.annotations:
        if breaks_a_table(note.text):
            raise ConfigError("annotations", repr(note.text), "text without tabs and ends of lines")
    target = folder / entities.file("emg", _FORMATS[format][0])
    own = [folder / place for place in entities.files(tuple(ending for ending, _ in _FORMATS.values()))]
    replaces = flag("overwrite", overwrite)
    _refuse_present(own, replaces)
    library = module("mne_bids", "mne-bids", "bids")
    # All of it is made elsewhere first: a dataset is not to have half of a recording.
    with tempfile.TemporaryDirectory() as at:
        samples, made = Path(at) / target.name, Path(at) / "dataset"
        _FORMATS[format][1](samples, told)
        try:
            with turn(folder) as alone:
                _refuse_present(own, replaces)
                changed = lay_dataset(library, folder, made, told, entities, format, dataset)
                samples.replace(made / target.relative_to(folder))
                write_json(made / entities.file("emg", ".json"), fields)
                shared = "bipolar" if reference == "Bipolar" else reference
                write_channels(made / entities.file("channels", ".tsv"), told, columns, shared)
                write_events(made / entities.file("events", ".tsv"), told)
                # Of a write that was killed; where others may be at work, only of one of this recording.
                around = [path for path in made.rglob("*") if path.is_file()] if alone else []
                left = [
                    part for file in {*own, *(folder / p.relative_to(made) for p in around)} for part in parts_of(file)
                ]
                put_together(_in_order(folder, made, target, own, changed))
                for part in left:
                    with contextlib.suppress(OSError):  # the recording is where it belongs; the next write clears them
                        part.unlink()
        except OSError as cause:
            place = cause.filename or folder
            raise FormatError(
                place, "the file", f"not writable ({cause.strerror or cause})", "a place that can be written"
            ) from cause
    return target


def _refuse_present(own: list[Path], replaces: bool) -> None:
    # A link to what was not fetched is there, too.
    there = [file for file in own if os.path.lexists(file)]
    if there and not replaces:
        raise ConfigError("overwrite", False, f"True, for the dataset has {there[0].name}, or another run=")


def _in_order(
    folder: Path, made: Path, target: Path, own: list[Path], changed: list[Path]
) -> list[tuple[Path, Path | None]]:
    """Return what takes which place, and what goes, in an order in which nothing is told of what is not there yet.

    Sidecars without samples are no recording, and a list of recordings names only what is there.
    """
    lists, around = ([p for p in changed if p.name.endswith("_scans.tsv") is of] for of in (True, False))
    sidecars = [file.relative_to(folder) for file in own if file.suffix not in (".bdf", ".edf")]
    order = [*around, *sidecars, target.relative_to(folder), *lists]
    wanted: list[tuple[Path, Path | None]] = [
        (folder / place, made / place) for place in order if (made / place).is_file()
    ]
    kept = {place for place, _ in wanted}
    return wanted + [(file, None) for file in own if file not in kept and os.path.lexists(file)]
