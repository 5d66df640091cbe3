"""WFDB records of PhysioNet, a header (.hea) with its signals (.dat) and annotations (.atr), by the wfdb package.

Specification: https://physionet.org/physiotools/wag/ (header, signal and annotation files).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unguard import extras
from unguard.errors import ConfigError, FormatError
from unguard.extras import MissingExtra
from unguard.io.foreign import reads
from unguard.io.options import Options
from unguard.io.source import Source, Track, distinct_names
from unguard.io.units import kind_of, microvolts_per
from unguard.io.wfdb_header import Header, read_header
from unguard.recording import Annotation

#: What the format means where a header states no rate.
_DEFAULT_HZ = 250.0


def open_wfdb(path: Path, options: Options) -> Source:
    """Open a WFDB record by its header or one of its signal files.

    Raises FormatError where header or signals are missing, or are not what they state.
    """
    head = _header_of(path)
    with reads(head, "WFDB"):
        header = read_header(head)
        remarks: list[str] = []
        record = _signals(head, header, remarks)
        tracks = _tracks(path, header, record, remarks)
        # Without a rate in the header wfdb takes the 250 Hz of the format, which nobody stated.
        rate = float(record.fs) if header.fs_stated else options.fs
        annotations = _annotations(head, rate, remarks)
    rows = record.e_p_signal
    seconds_of = rate or float(record.fs)
    for start, missing in header.gaps:
        if missing > options.max_gap_s * seconds_of:
            source_gap = f"{missing} samples ({missing / seconds_of:g} s) long"
            defect = FormatError(
                path,
                "a gap",
                source_gap,
                f"at most {options.max_gap_s:g} s, or a longer max_gap_s=",
                where=f"row {start} of the data",
            )
            for track in tracks:
                track.defect = defect

    def load(indices: Sequence[int], out: NDArray[np.float64]) -> None:
        for j, index in enumerate(indices):
            out[:, j] = rows[index][: out.shape[0]]

    return Source(path, "WFDB", tracks, load, annotations, repairs=header.repairs, remarks=remarks)


def _header_of(path: Path) -> Path:
    """Return the header that names a file; raise FormatError where there is not exactly one."""
    if path.suffix.lower() == ".hea":
        return path
    if path.suffix.lower() == ".atr":
        raise FormatError(path, "the file", "annotations without signals", "the .hea or .dat of the record")
    beside = path.with_suffix(".hea")
    if beside.is_file():
        return beside
    naming = [
        one for one in sorted(path.parent.glob("*.hea"))[:1000] if path.name in one.read_text("ascii", "ignore").split()
    ]
    if len(naming) != 1:
        found = f"missing ({beside.name})" if not naming else f"not one ({', '.join(one.name for one in naming)})"
        raise FormatError(path, "the header", found, "the .hea of the record beside it")
    return naming[0]


def _signals(head: Path, header: Header, remarks: list[str]) -> Any:
    """Return the record with its signals in physical units, NaN where a sample is marked as invalid.

    Samples of a file that is whole are held against the checksums of the header.
    """
    wfdb = extras.module("wfdb", "wfdb", "formats")
    name = str(head.with_suffix(""))
    sampto = None if header.record.sig_len is None else header.frames
    if getattr(header.record, "n_seg", None) is not None:
        return wfdb.rdrecord(name, sampto=sampto, smooth_frames=False, return_res=64)
    record = wfdb.rdrecord(name, sampto=sampto, smooth_frames=False, physical=False)
    if not header.repairs:
        sums = record.calc_checksum(expanded=True)
        for label, stated, found in zip(record.sig_name, header.record.checksum, sums, strict=True):
            if stated is not None and stated % 65536 != found % 65536:
                remarks.append(f"{label or 'a signal'}: the samples do not add up to the checksum of the header")
    record.dac(expanded=True, return_res=64, inplace=True)
    return record


def _tracks(path: Path, header: Header, record: Any, remarks: list[str]) -> list[Track]:
    fs = float(record.fs) if header.fs_stated else None
    # wfdb drops what is not the same in all segments.
    units, gains = getattr(record, "units", None), getattr(record, "adc_gain", None)
    if units is None:
        raise FormatError(path, "the units", "not the same in all segments", "one unit for every signal")
    names = distinct_names([name or "" for name in record.sig_name], remarks)
    tracks = []
    for i, name in enumerate(names):
        samples = int(record.e_p_signal[i].size)
        per_frame = record.samps_per_frame[i] or 1
        rate = None if fs is None or not 0 < fs < 1e9 else fs * per_frame
        unit = " ".join((units[i] or "").split()) or None
        if not header.gain_stated[i]:
            # Without a gain the format calls a signal uncalibrated, and its numbers are what the converter gave.
            found = f"ADC {record.adc_res[i]} bit" if record.adc_res and record.adc_res[i] else "ADC"
            record.e_p_signal[i] = np.rint(record.e_p_signal[i] * record.adc_gain[i])
            remarks.append(f"{name}: no gain is stated: its numbers are the converter's, less the baseline")
            tracks.append(Track(name, name, samples, rate, kind=kind_of(name, True), unit_found=found, raw_counts=True))
            continue
        kind = kind_of(name, unit is None or microvolts_per(unit) is not None)
        step = None if gains is None else 1.0 / abs(gains[i])
        tracks.append(Track(name, name, samples, rate, unit=unit, kind=kind, step=step))
    for track in tracks:
        track.fs_missing = "not stated in the header (the 250 Hz of the format are not assumed)"
    return tracks


def _annotations(head: Path, fs: float | None, remarks: list[str]) -> list[Annotation]:
    """Return the annotations of the .atr beside the header, with symbol and note; one that cannot be read is told.

    fs: of the record, None where nobody states it; an .atr may have a time resolution of its own.
    """
    file = head.with_suffix(".atr")
    if not file.is_file():
        return []
    try:
        with reads(file, "WFDB annotations"):
            found = extras.module("wfdb", "wfdb", "formats").rdann(str(head.with_suffix("")), "atr")
            # What wfdb makes of a header without a rate is no resolution of the .atr's own.
            own = None if found.fs is None or ((fs is None or fs != found.fs) and found.fs == _DEFAULT_HZ) else found.fs
            rate = float(own or fs or np.nan)
            if not (np.isfinite(rate) and rate > 0):
                raise FormatError(file, "the time resolution", "not stated", "a rate in the header, or fs=")
            notes = []
            for at, symbol, note in zip(found.sample, found.symbol, found.aux_note, strict=True):
                text = " ".join(part for part in (symbol, note.replace("\0", "").strip()) if part)
                notes.append(Annotation(int(at) / rate, 0.0, text))
            return sorted(notes, key=lambda note: note.onset_s)
    except MissingExtra:
        raise
    except (FormatError, ConfigError) as refusal:
        remarks.append(f"the annotations are not read: {refusal}")
        return []
