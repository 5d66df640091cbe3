"""A Raw of MNE as a recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from unguard.errors import ConfigError
from unguard.extras import quiet
from unguard.io.missing import hold_missing
from unguard.io.units import kind_of, microvolts_per, plain_unit
from unguard.mne.kept import Kept, kept_in
from unguard.mne.library import HELD, MICROVOLTS_PER_VOLT, SKIPPED, mne
from unguard.mne.touched import touched
from unguard.recording import MICROVOLTS, Annotation, Channel, Recording

if TYPE_CHECKING:
    from mne.io import BaseRaw  # type: ignore[import-untyped,unused-ignore]

#: Our kind of a channel in volts, by MNE's type; of all others nothing but the voltage is known.
_KINDS = {"emg": "EMG", "ecg": "ECG", "eeg": "EEG", "eog": "EOG"}
#: Units in which MNE keeps what is no voltage.
_UNITS = {
    "FIFF_UNIT_HZ": "Hz",
    "FIFF_UNIT_N": "N",
    "FIFF_UNIT_CEL": "degC",
    "FIFF_UNIT_RAD": "rad",
    "FIFF_UNIT_M": "m",
    "FIFF_UNIT_SEC": "s",
    "FIFF_UNIT_S": "S",
    "FIFF_UNIT_T": "T",
    "FIFF_UNIT_T_M": "T/m",
    "FIFF_UNIT_PX": "px",
}


def from_mne(raw: BaseRaw, picks: Any = None) -> Recording:
    """Return a Raw of MNE as a recording: microvolts, (samples, channels), annotations from its first sample on.

    A Raw that is not loaded is read from its file, and left as it is. Channels in volts become microvolts, MNE's unit
    multipliers included; all others keep their values and unit. Where the file that MNE read states a unit which is no
    voltage, MNE calls the values volts all the same: here the file is believed. The edges of MNE's filters are told in
    `filters`, bad channels in the remarks. "BAD_held" and "BAD_ACQ_SKIP" are samples that were not there: every sample
    that they touch is held and marked in `valid`; every other "BAD_" annotation stays an annotation. From what `to_mne`
    made comes back all that it kept, voltages within one unit in the last place.

    Parameters
    ----------
    raw: of any kind. picks: as in MNE: names, types such as "emg", indices; None for all channels.

    Raises
    ------
    ConfigError: naming the argument. MissingExtra: MNE is not installed.
    """
    library = mne()
    if not isinstance(raw, library.io.BaseRaw):
        raise ConfigError("raw", f"{type(raw).__name__}", "a Raw of MNE")
    indices = _picked(raw, picks)
    names = [raw.ch_names[i] for i in indices]
    with quiet():
        values: NDArray[np.float64] = raw.get_data(picks=indices, verbose="ERROR")
    fs = float(raw.info["sfreq"])
    data = np.array(values.T, dtype=np.float64, order="C")
    kept = _as_of_first_sample(kept_in(raw.info["description"]), raw.first_samp / fs)
    channels = []
    for column, index in enumerate(indices):
        channel, factor = _channel(raw, index, kept)
        channels.append(channel)
        if factor != 1.0:
            data[:, column] *= factor
    notes = _notes(raw, names)
    missing = [n for n in notes if n.text == HELD or n.text in SKIPPED]
    first = raw.first_samp / fs
    valid = _valid(data.shape, missing, names, fs, first)
    repairs, remarks = list(kept.repairs), list(kept.remarks)
    skipped = [n for n in missing if n.text in SKIPPED]
    if skipped and valid is not None:
        # MNE fills them with zeros, which nobody measured.
        for note in skipped:
            data[touched(note, fs, first)] = np.nan
    data, held = hold_missing(data, names, repairs)
    if held is not None:
        valid = held if valid is None else valid & held
    remarks += _remarks(raw, names)
    return Recording(
        data=data,
        fs=fs,
        channels=channels,
        annotations=_annotations([n for n in notes if n not in missing], kept, names),
        repairs=repairs,
        remarks=remarks,
        source=_source(raw),
        valid=valid,
        filters=_filters(raw, channels, kept),
    )


def _picked(raw: Any, picks: Any) -> list[int]:
    """Return the indices of what is picked, as MNE understands it."""
    if picks is None:
        return list(range(len(raw.ch_names)))
    # On a Raw of one sample: the samples need not be copied to know the names.
    with quiet():
        small = mne().io.RawArray(np.zeros((len(raw.ch_names), 1)), raw.info.copy(), verbose="ERROR")
        try:
            named = small.pick(picks, verbose="ERROR").ch_names
        except (ValueError, TypeError, IndexError, KeyError) as cause:
            raise ConfigError("picks", repr(picks), f"names or types of channels of this Raw ({cause})") from cause
    return [raw.ch_names.index(name) for name in named]


def _channel(raw: Any, index: int, kept: Kept) -> tuple[Channel, float]:
    """Return a channel, and what its values in MNE are multiplied by."""
    described, name = raw.info["chs"][index], raw.ch_names[index]
    told = mne().channel_type(raw.info, index)
    if told == "stim":
        return _same(kept, Channel(name, "", "", "label")), 1.0
    multiplier = 10.0 ** int(described["unit_mul"])
    # MNE says no more of a unit that it does not know, and calls the values volts: only what it read tells.
    stated = getattr(raw, "_orig_units", {}).get(name)
    unit_name = getattr(described["unit"], "_name", str(described["unit"]))
    in_volts = unit_name == "FIFF_UNIT_V"
    if in_volts and stated is not None and microvolts_per(stated) is None:
        unit = "" if stated == "n/a" else plain_unit(stated)
        return Channel(name, unit, unit, "other"), 1.0
    if in_volts:
        return _same(kept, Channel(name, MICROVOLTS, stated or "V", _kind(raw, told, name))), _per_volt(multiplier)
    unit = _UNITS.get(unit_name, "") or ("" if stated in (None, "n/a") else plain_unit(stated))
    return _same(kept, Channel(name, unit, unit, "other")), multiplier


def _per_volt(multiplier: float) -> float:
    return MICROVOLTS_PER_VOLT * multiplier


def _kind(raw: Any, told: str, name: str) -> str:
    """Return our kind. A reader of MNE calls every channel EEG of which it knows nothing: there only the name tells."""
    if told == "eeg" and getattr(raw, "_orig_units", None):
        return kind_of(name, True)
    return _KINDS.get(told, "voltage")


def _same(kept: Kept, channel: Channel) -> Channel:
    """Return the channel that was kept, where MNE still says the same of it."""
    was = kept.channels.get(channel.name)
    if was is None:
        return channel
    if _sort(was) != _sort(channel):
        return channel
    # Whoever set another type in MNE since knows better; of a voltage without one nothing new is known.
    told = channel.kind in _KINDS.values() or was.kind in _KINDS.values()
    return replace(was, kind=channel.kind) if _sort(was) == "voltage" and told else was


def _sort(channel: Channel) -> str:
    if channel.kind == "label":
        return "label"
    return "voltage" if channel.unit == MICROVOLTS else "other"


def _notes(raw: Any, names: Sequence[str]) -> list[Annotation]:
    """Return MNE's annotations from the first sample on, one for each channel; those of other channels are left out."""
    first = raw.first_samp / float(raw.info["sfreq"])
    notes = []
    found = raw.annotations
    for onset, duration, text, of in zip(found.onset, found.duration, found.description, found.ch_names, strict=True):
        at = float(onset) - first
        if not of:
            notes.append(Annotation(at, float(duration), str(text)))
        notes += [Annotation(at, float(duration), str(text), str(name)) for name in of if name in names]
    return notes


def _annotations(notes: list[Annotation], kept: Kept, names: Sequence[str]) -> list[Annotation]:
    """Return the annotations by onset; those that MNE has shortened are whole again."""
    left = list(notes)
    for whole in kept.outside:
        if whole.duration_s < 0 or whole.onset_s < 0 >= whole.onset_s + whole.duration_s:
            continue  # nothing of it lies within the samples: MNE has none of it, but maybe another of the same text
        shown = max(0.0, whole.onset_s)
        for note in left:
            if (note.text, note.channel) == (whole.text, whole.channel) and abs(note.onset_s - shown) < 1e-6:
                left.remove(note)
                break
    left += [note for note in kept.outside if note.channel is None or note.channel in names]
    return sorted(left, key=lambda note: note.onset_s)


def _as_of_first_sample(kept: Kept, first_s: float) -> Kept:
    """Return what was kept of a recording that has been cropped since: its times count from what is now first."""
    return replace(kept, outside=[replace(note, onset_s=note.onset_s - first_s) for note in kept.outside])


def _valid(
    shape: tuple[int, ...], missing: Sequence[Annotation], names: Sequence[str], fs: float, first_s: float
) -> NDArray[np.bool_] | None:
    if not missing:
        return None
    valid = np.ones(shape, dtype=np.bool_)
    for note in missing:
        columns = slice(None) if note.channel is None else names.index(note.channel)
        valid[touched(note, fs, first_s), columns] = False
    return valid


def _remarks(raw: Any, names: Sequence[str]) -> list[str]:
    bad = [name for name in raw.info["bads"] if name in names]
    return [f"marked as bad in MNE: {', '.join(bad)}"] if bad else []


def _filters(raw: Any, channels: Sequence[Channel], kept: Kept) -> dict[str, str]:
    low, high, fs = (float(raw.info[name]) for name in ("highpass", "lowpass", "sfreq"))
    # 0 Hz and half the rate are what MNE puts where nothing is known.
    edges = ([f"HP:{low:g}Hz"] if low > 0 else []) + ([f"LP:{high:g}Hz"] if high < fs / 2 * (1 - 1e-9) else [])
    told = {}
    for channel in channels:
        by_mne = " ".join(edges) if channel.unit == MICROVOLTS else ""
        parts = [part for part in (kept.filters.get(channel.name, ""), by_mne) if part]
        if parts:
            told[channel.name] = "; ".join(dict.fromkeys(parts))
    return told


def _source(raw: Any) -> Path | None:
    first = raw.filenames[0] if raw.filenames else None
    return None if first is None else Path(first)
