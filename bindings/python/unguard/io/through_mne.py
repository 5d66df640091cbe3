"""Any file that MNE-Python reads: BrainVision, FIF, EEGLAB, CNT, GDF, EDF, BDF and more, as a recording."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from unguard.errors import ConfigError, FormatError
from unguard.extras import module, quiet
from unguard.io.options import Options
from unguard.io.recognise import open_source
from unguard.recording import Recording


def read_through_mne(path: Path, options: Options) -> Recording:
    """Read a file by ``mne.io.read_raw``; what MNE makes of it is converted as by ``unguard.mne.from_mne``.

    Raises
    ------
    ConfigError: an option that MNE does not take, or a channel that is not there. FormatError: MNE cannot read the
    file, says why. MissingExtra: MNE is not installed.
    """
    _refuse_statements(options)
    library = module("mne", "mne", "mne")
    from unguard.mne.from_mne import from_mne

    try:
        with quiet():
            raw = library.io.read_raw(path, preload=False, verbose="ERROR")
    except Exception as cause:  # every reader of MNE raises what it likes
        raise FormatError(path, "the file", f"not readable by MNE ({cause})", "a file that MNE reads") from cause
    wanted = None if options.channels is None else list(options.channels)
    for name in wanted or ():
        if name not in raw.ch_names:
            raise ConfigError("channels", repr(name), f"one of {', '.join(raw.ch_names)}")
    mended = _checked_header(path, raw, wanted) if path.suffix.lower() in (".edf", ".bdf") else []
    try:
        read = from_mne(raw, wanted)
    except ConfigError:
        raise
    except Exception as cause:
        raise FormatError(path, "the samples", f"not readable by MNE ({cause})", "a file that MNE reads") from cause
    return dataclasses.replace(read, repairs=[*mended, *read.repairs], source=path)


def _checked_header(path: Path, raw: Any, wanted: list[str] | None) -> list[str]:
    """Return what is mended in an EDF or BDF file; refuse what MNE would pass over without a word.

    MNE reads a channel without a scale as a constant, and interpolates the slower ones of several rates.
    """
    source = open_source(path, Options())
    for name, track in zip(raw.ch_names, source.tracks, strict=True):
        if wanted is not None and name not in wanted:
            continue
        if track.defect is not None:
            raise track.defect
        if track.fs is not None and abs(track.fs - float(raw.info["sfreq"])) > 1e-6 * track.fs:
            found = f"{track.fs:g} Hz, which MNE would interpolate to {raw.info['sfreq']:g} Hz"
            expected = "one rate: channels= naming those of the fastest, or reader=None"
            raise FormatError(path, "the sampling rate", found, expected, where=f"channel {name!r}")
    return list(source.repairs)


def _refuse_statements(options: Options) -> None:
    """Refuse what only the readers of unguard take: nothing that was said is to be passed over."""
    untouched = Options()
    for name in ("fs", "unit", "gain", "offset", "decimal", "sensor", "device", "max_gap_s"):
        value = getattr(options, name)
        if value != getattr(untouched, name):
            raise ConfigError(name, repr(value), 'nothing beside reader="mne", which takes what the file states')
