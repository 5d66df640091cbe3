"""From the tracks of a file to a recording: choose, check rate and unit, convert to microvolts, hold what is lost."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from unguard.errors import ConfigError, FormatError
from unguard.io.held import mark_held
from unguard.io.missing import hold_missing, spread_over_gaps
from unguard.io.options import FASTEST_HZ, Options
from unguard.io.source import Gap, Source, Track
from unguard.io.units import kind_of, microvolts_per, plain_unit
from unguard.recording import MICROVOLTS, Annotation, Channel, Recording

_LOG = logging.getLogger("unguard")

#: Below this rate nothing of surface EMG (20 to 450 Hz) is left but its envelope's beginning.
_SLOWEST_EMG_HZ = 100.0
_MOST_LISTED = 50
#: The engine takes no more at once.
_MOST_CHANNELS = 1024
#: Two statements of one rate may differ by rounding, not by more.
_RATE_TOLERANCE = 1e-3


def assemble(source: Source, options: Options) -> Recording:
    """Build the recording the options ask for.

    Raises
    ------
    FormatError: the file lacks what is needed (rate, unit) and the options do not give it; channels of several rates
    are
        chosen; a chosen channel is damaged.
    ConfigError: the options name a channel that is not there, or contradict the file.
    """
    _check_statements(source, options)
    if source.ambiguous is not None and options.channels is None and options.device is None:
        raise source.ambiguous
    chosen = _choose(source, options)
    tracks = [source.tracks[i] for i in chosen]
    device = _one_device(source, tracks)
    if len(tracks) > _MOST_CHANNELS:
        expected = f"at most {_MOST_CHANNELS}: channels= naming those to read"
        raise FormatError(source.path, "the channels", f"{len(tracks)} in number", expected)
    for track in tracks:
        if track.defect is not None:
            raise track.defect
    fs = _rate(source, tracks, options)
    scales, channels = _conversion(source, tracks, options)
    samples = _common_length(source, tracks)
    gaps = _checked_gaps(source, tracks, fs, samples, options)

    data = np.empty((samples, len(tracks)), dtype=np.float64)
    source.load(chosen, data)
    # Only now: loading shows whether the rails are what the file says.
    channels = [_with_converter(c, t, gain) for c, t, (gain, _) in zip(channels, tracks, scales, strict=True)]
    # A product beyond the range of float64 becomes Inf, and is then held and named like any value that is not there.
    with np.errstate(all="ignore"):
        for column, (gain, offset) in enumerate(scales):
            if offset:
                data[:, column] -= offset
            if gain != 1.0:
                data[:, column] *= gain
    repairs = list(source.repairs)
    data, valid = hold_missing(data, [channel.name for channel in channels], repairs)
    if gaps:
        data, valid = spread_over_gaps(data, valid, gaps)
        total = sum(missing for _, missing in gaps)
        shown = ", ".join(f"{missing} at row {row}" for row, missing in gaps[:5])
        more = ", ..." if len(gaps) > 5 else ""
        repairs.append(f"{len(gaps)} gaps, {total} samples missing ({shown}{more}): the last value is held and marked")
    remarks = list(source.remarks)
    names = [channel.name for channel in channels]
    valid = mark_held(valid, (data.shape[0], data.shape[1]), source.held, names, fs, remarks)
    if fs < _SLOWEST_EMG_HZ and any(channel.may_be_emg for channel in channels):
        remarks.append(f"the sampling rate of {fs:g} Hz is too slow for surface EMG")
    _note_not_loaded(source, chosen, options, remarks)
    annotations = _annotations(source, device, channels, remarks)
    for text in repairs:
        _LOG.warning("%s: %s", source.path, text)
    return Recording(
        data=data,
        fs=fs,
        channels=channels,
        annotations=annotations,
        repairs=repairs,
        remarks=remarks,
        source=source.path,
        gaps=_gaps_in_output(gaps),
        valid=valid,
        filters={channel.name: t.filters for channel, t in zip(channels, tracks, strict=True) if t.filters},
    )


def _check_statements(source: Source, options: Options) -> None:
    """Refuse what the caller states about devices, sensors and channels that this file does not have."""
    names = {track.name for track in source.tracks}
    for parameter, value in (("unit", options.unit), ("gain", options.gain), ("sensor", options.sensor)):
        for name in value if isinstance(value, Mapping) else ():
            if name not in names:
                raise ConfigError(parameter, f"given for {name!r}", f"names of channels ({', '.join(sorted(names))})")
    if options.sensor is not None and not source.format.startswith("OpenSignals"):
        expected = "nothing, as only OpenSignals files have a transfer function by sensor: give unit= or gain="
        raise ConfigError("sensor", repr(options.sensor), expected)
    check_device(source, options)


def check_device(source: Source, options: Options) -> None:
    """Raise ConfigError for a device that the file does not have."""
    if options.device is not None and options.device not in source.devices:
        expected = f"one of {', '.join(source.devices)}" if source.devices else "nothing, as the file names no device"
        raise ConfigError("device", repr(options.device), expected)


def _one_device(source: Source, tracks: Sequence[Track]) -> str:
    """Return the device that all tracks are of; raise FormatError where there are several, each with its own clock."""
    devices = list(dict.fromkeys(track.device for track in tracks))
    if len(devices) > 1:
        expected = "device= naming one, as devices stay apart, or channels= of one"
        raise FormatError(source.path, "the device", f"not one ({', '.join(devices)})", expected)
    return devices[0]


def _choose(source: Source, options: Options) -> list[int]:
    if options.channels is None:
        chosen = [i for i, track in enumerate(source.tracks) if not track.asked_only]
        if not chosen:
            raise FormatError(source.path, "the file", "without a signal", "at least one channel of samples")
        return chosen
    names = [track.name for track in source.tracks]
    labels = [track.label for track in source.tracks]
    chosen = []
    for wanted in options.channels:
        name = wanted[:-2] if wanted.endswith("#1") and wanted not in names else wanted
        if name in names:
            index = names.index(name)
        elif labels.count(name) == 1:
            index = labels.index(name)
        else:
            raise ConfigError("channels", repr(wanted), f"one of {_listed(names)}")
        if index in chosen:
            raise ConfigError("channels", f"{wanted!r} twice", "each channel once")
        chosen.append(index)
    return chosen


def _rate(source: Source, tracks: Sequence[Track], options: Options) -> float:
    rates = {track.fs for track in tracks}
    if len(rates) > 1:
        by_rate: dict[float | None, list[str]] = {}
        for track in tracks:
            by_rate.setdefault(track.fs, []).append(track.name)
        listed = "; ".join(
            f"{'unknown' if rate is None else f'{rate:g} Hz'}: {', '.join(names)}" for rate, names in by_rate.items()
        )
        raise FormatError(
            source.path, "the sampling rate", f"not one ({listed})", "channels= naming channels of one rate"
        )
    (rate,) = rates
    if rate is not None and rate > FASTEST_HZ:
        raise FormatError(source.path, "the sampling rate", f"{rate:g} Hz", f"at most {FASTEST_HZ:g} Hz")
    if rate is None:
        if options.fs is None:
            found = next((track.fs_missing for track in tracks if track.fs_missing), source.fs_missing)
            raise FormatError(source.path, "the sampling rate", found, "fs= in hertz")
        return options.fs
    if options.fs is not None and abs(options.fs - rate) > _RATE_TOLERANCE * rate:
        raise ConfigError("fs", f"{options.fs:g}", f"{rate:.7g} Hz as {source.path.name} states, or nothing")
    return rate


def _conversion(
    source: Source, tracks: Sequence[Track], options: Options
) -> tuple[list[tuple[float, float]], list[Channel]]:
    """Return (gain, offset) to microvolts and the channel description for every track."""
    scales: list[tuple[float, float]] = []
    channels: list[Channel] = []
    used = False
    for track in tracks:
        gain, unit = options.gain_of(track.name), options.unit_of(track.name)
        open_to_caller = track.unit is None or track.raw_counts
        if gain is not None and open_to_caller and track.kind not in ("label", "other"):
            used = True
            kind = track.kind if track.kind != "voltage" else kind_of(track.label, True)
            scales.append((gain, options.offset))
            channels.append(Channel(track.name, MICROVOLTS, _found(track), kind))
            continue
        if unit is not None and (track.unit is None or unit.strip() == track.unit.strip()):
            used = True
        found = track.unit if track.unit is not None else unit
        if found is None:
            if track.unit_needed:
                raise FormatError(
                    source.path, "the unit", "not stated", track.unit_missing, where=f"channel {track.name!r}"
                )
            found = ""
        factor = microvolts_per(found) if track.kind != "label" else None
        if factor is None:
            scales.append((1.0, 0.0))
            kind = track.kind if track.kind == "label" else "other"
            channels.append(Channel(track.name, plain_unit(found), _found(track), kind))
        else:
            kind = track.kind if track.kind not in ("voltage", "other") else kind_of(track.label, True)
            scales.append((factor, 0.0))
            channels.append(Channel(track.name, MICROVOLTS, _found(track), kind))
    stated = ", ".join(sorted({track.unit for track in tracks if track.unit})) or "no unit"
    if not used and options.unit is not None:
        raise ConfigError("unit", repr(options.unit), f"{stated} as {source.path.name} states, or nothing")
    if not used and options.gain is not None:
        raise ConfigError("gain", options.gain, f"nothing, as {source.path.name} states the unit ({stated})")
    return scales, channels


def _with_converter(channel: Channel, track: Track, gain: float) -> Channel:
    """Return a channel with what its file says of the converter, in microvolts; a caller's gain is not the file's."""
    if channel.unit != MICROVOLTS or track.raw_counts or track.step is None:
        return channel
    step = track.step * gain
    rails = None if track.rails is None else (track.rails[0] * gain, track.rails[1] * gain)
    # Of a range too wide or too narrow for numbers nothing is known.
    return replace(
        channel,
        step_uV=step if 0 < step < math.inf else None,
        rails_uV=rails if rails is not None and all(map(math.isfinite, rails)) else None,
    )


def _found(track: Track) -> str:
    return track.unit_found if track.unit_found is not None else track.unit or ""


def _common_length(source: Source, tracks: Sequence[Track]) -> int:
    samples = min(track.samples for track in tracks)
    if samples < 1:
        raise FormatError(source.path, "the data", "empty", "at least one sample")
    longest = max(track.samples for track in tracks)
    if longest != samples:
        listed = ", ".join(f"{track.name} {track.samples}" for track in tracks)
        raise FormatError(
            source.path, "the number of samples", f"not one ({listed})", "channels= naming channels of one length"
        )
    return samples


def _checked_gaps(
    source: Source, tracks: Sequence[Track], fs: float, samples: int, options: Options
) -> tuple[Gap, ...]:
    """Return the gaps to be held, all short enough; raise FormatError naming the first that is too long."""
    gaps = tuple(gap for gap in tracks[0].gaps if gap[0] < samples)
    for row, missing in gaps:
        if missing > options.max_gap_s * fs:
            raise FormatError(
                source.path,
                "a gap",
                f"{missing} samples ({missing / fs:g} s) long",
                f"at most {options.max_gap_s:g} s, or a longer max_gap_s=",
                where=f"row {row} of the data",
            )
    if sum(missing for _, missing in gaps) > samples:
        raise FormatError(
            source.path,
            "the gaps",
            f"{sum(missing for _, missing in gaps)} samples in sum, beside {samples} that are there",
            "fewer samples missing than present",
        )
    return gaps


def _gaps_in_output(gaps: Sequence[Gap]) -> list[tuple[int, int]]:
    result, inserted = [], 0
    for row, missing in gaps:
        result.append((row + inserted, missing))
        inserted += missing
    return result


def _annotations(source: Source, device: str, channels: Sequence[Channel], remarks: list[str]) -> list[Annotation]:
    """Return the annotations on the time of the samples of a device; none, which is a remark, where that is unknown."""
    if device in source.unplaced:
        order = (
            "the samples follow each other as they are stored, at the rate that was given, and gaps are not looked for"
        )
        left = f"; {len(source.annotations)} annotations are left out" if source.annotations else ""
        remarks.append(f"{source.unplaced[device]}: {order}{left}")
        return []
    names = {channel.name for channel in channels}
    start, pace = source.starts.get(device, 0.0), source.paces.get(device) or 1.0
    notes = source.annotations
    if start or pace != 1.0:
        notes = [replace(a, onset_s=(a.onset_s - start) * pace, duration_s=a.duration_s * pace) for a in notes]
    return [a if a.channel is None or a.channel in names else replace(a, channel=None) for a in notes]


def _note_not_loaded(source: Source, chosen: Sequence[int], options: Options, remarks: list[str]) -> None:
    left = [track.name for i, track in enumerate(source.tracks) if i not in chosen]
    if left and options.channels is None:
        remarks.append(f"not loaded unless asked for by channels=: {_listed(left)}")


def _listed(names: Sequence[str]) -> str:
    """Return names for a sentence; of very many, as the markers of a C3D file are, the first."""
    more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
    return ", ".join(names[:_MOST_LISTED]) + more
