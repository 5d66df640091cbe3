"""The two questions asked of a file: read it, and what is in it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from unguard.arguments import path_of
from unguard.errors import ConfigError, FormatError
from unguard.io.assembly import assemble, check_device
from unguard.io.description import Description, describe
from unguard.io.options import checked_options
from unguard.io.recognise import open_source
from unguard.recording import Recording


def read(
    path: str | os.PathLike[str],
    *,
    fs: float | None = None,
    unit: str | Mapping[str, str] | None = None,
    channels: Iterable[str] | None = None,
    gain: float | Mapping[str, float] | None = None,
    offset: float = 0.0,
    decimal: str | None = None,
    sensor: str | Mapping[str, str] | None = None,
    device: str | None = None,
    max_gap_s: float = 1.0,
    reader: str | None = None,
) -> Recording:
    """Read a recording: EDF(+), BDF(+), XDF, MAT, EEGLAB, C3D, WFDB, XLSX, CSV, TSV, TXT, OpenSignals, Simple Text
    Format, DataLOG, OpenBCI, BrainFlow, Delsys; docs/formats.md has what is read of each.

    Voltages come back in microvolts; other units are kept and marked as not EMG. Nothing is guessed: what the file
    does not state must be given, and what the file states is not overruled. Whatever had to be mended is listed in
    ``repairs``.

    Parameters
    ----------
    path: the file.
    fs: sampling rate in hertz, where the file does not state it.
    unit: unit of the numbers ("uV", "mV", "V", ...) where the file does not state it; one for all such channels, or
    by name. channels: names to load, in this order; needed when the file holds several rates. "label#2" is the second
    of two equal labels. gain: microvolts per number in the file, for converter counts or unstated units; one for all,
    or by name. offset: number in the file that stands for 0 uV; used with `gain` only.
    decimal: "." or ","; found by itself unless the file is ambiguous.
    sensor: "EMG" or "ECG" where an OpenSignals file does not state the sensor; one for all, or by name.
    device: which device to read where a file holds several: a stream of XDF, a sheet of XLSX, a variable of MAT, a hub
    of OpenSignals. For a BrainFlow file, which states nothing, the board: "brainflow:CYTON_BOARD".
    max_gap_s: longest gap in seconds that is held and marked; a longer one is refused.
    reader: whose readers open the file: "biosigio", or "mne", which knows FIF, BrainVision, CNT, GDF and many more and
    takes no other statement beside `channels`; None for unguard's own.

    Raises
    ------
    FormatError: the file is missing, damaged, no recording, of a format not read in this version, or does not state
    what is needed. ConfigError: a parameter is not allowed, or contradicts the file. MissingExtra (an ImportError): the
    format needs a package that is not installed.
    """
    options = checked_options(
        fs=fs,
        unit=unit,
        channels=channels,
        gain=gain,
        offset=offset,
        decimal=decimal,
        sensor=sensor,
        device=device,
        max_gap_s=max_gap_s,
        reader=reader,
    )
    file = _path(path)
    if options.reader == "mne":
        from unguard.io.through_mne import read_through_mne

        return read_through_mne(file, options)
    source = open_source(file, options)
    try:
        return assemble(source, options)
    except OSError as cause:
        raise FormatError(file, "the file", f"not readable ({cause.strerror})", "a file that can be opened") from cause


def info(path: str | os.PathLike[str], *, device: str | None = None, reader: str | None = None) -> Description:
    """Say what is in a file (format, channels, rates, units, length, annotations) without demanding rate or unit.

    Parameters
    ----------
    path: the file. device: one of those in the file, or the board of a BrainFlow file; None for all. reader:
    "biosigio", as in :func:`read`, or None.

    Raises FormatError when the file is missing, damaged or no recording, ConfigError for a device that it has not.
    """
    options = checked_options(
        fs=None,
        unit=None,
        channels=None,
        gain=None,
        offset=0.0,
        decimal=None,
        sensor=None,
        device=device,
        max_gap_s=1.0,
        reader=reader,
    )
    if options.reader == "mne":
        raise ConfigError("reader", "'mne'", 'None or "biosigio": read(reader="mne") tells what MNE finds in a file')
    source = open_source(_path(path), options)
    check_device(source, options)
    return describe(source)


def _path(path: str | os.PathLike[str]) -> Path:
    file = path_of("path", path)
    try:
        os.stat(file)
    except ValueError:  # half of a character that no file system has
        raise ConfigError("path", ascii(path), "the name of a file") from None
    except OSError as cause:
        found = "missing" if isinstance(cause, FileNotFoundError) else f"not readable ({cause.strerror})"
        raise FormatError(path, "the file", found, "a file that exists") from cause
    return file
