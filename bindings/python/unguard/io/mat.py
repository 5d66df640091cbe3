"""MAT files of MATLAB (v5, v6, v7 by scipy.io; v7.3 by h5py): any struct and array, with what stands beside the signal.

Format: "MAT-File Format", MathWorks. Exports that are documented: BIOPAC AcqKnowledge (data, labels, units, isi,
isi_units), OT Bioelettronica (Data, Description, SamplingFrequency), Delsys (Data, Channels, Fs, Time).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unguard.errors import FormatError
from unguard.io.eeglab import is_eeglab, open_eeglab
from unguard.io.mat_variables import Variable, read_variables
from unguard.io.options import FASTEST_HZ, Options
from unguard.io.source import Gap, Source, Track, distinct_names
from unguard.io.timebase import read_stamps
from unguard.io.units import kind_of, microvolts_per, seconds_per

_RATE = re.compile(r"fs|sf|sr|srate|sfreq|samp(ling|le)?(rate|freq(uency)?)(hz)?|fshz")
_UNITS = ("unit", "units")
_LABELS = (
    "label",
    "labels",
    "channels",
    "channelnames",
    "channellabels",
    "chanlabels",
    "names",
    "muscles",
    "description",
)
_TIME = ("time", "t", "times", "timestamps", "timestamp")
#: More than the engine takes at once; a wider array is no set of channels.
_MOST_CHANNELS = 4096


def open_mat(path: Path, options: Options) -> Source:
    """Open a MAT file: its arrays of numbers with two dimensions, each a device; the longer dimension is time.

    Raises FormatError for a damaged file and for one without such an array; which of several is the signal has to be
    said.
    """
    left_out: list[str] = []
    variables = read_variables(path, left_out)
    if is_eeglab(variables):
        return open_eeglab(path, variables)
    remarks: list[str] = []
    if left_out:
        more = f" and {len(left_out) - 5} more" if len(left_out) > 5 else ""
        remarks.append(f"neither numbers nor text: {', '.join(left_out[:5])}{more}")
    signals = [v for v in variables if v.numbers is not None and v.size > 1 and len(v.shape) == 2]
    times = [v for v in signals if _is_time(v, signals)]
    signals = [v for v in signals if v not in times and not _is_rates(v)]
    if not signals:
        listed = ", ".join(v.spelled for v in variables[:8]) or "nothing"
        raise FormatError(path, "the file", f"without a signal ({listed})", "an array of numbers of two dimensions")
    source = Source(path, "MATLAB", [], lambda indices, out: None, remarks=remarks)
    source.devices = distinct_names([v.name for v in signals], [])
    places: list[tuple[Variable, int]] = []
    for name, signal in zip(source.devices, signals, strict=True):
        if options.device not in (None, name):
            continue
        prefix = f"{name}/" if len(signals) > 1 and options.device is None else ""
        for i, track in enumerate(_tracks(path, signal, signals, variables, times, options, remarks)):
            track.name = prefix + track.name if track.name != name else name
            source.tracks.append(track)
            places.append((signal, i))
    if len(signals) > 1:
        more = f"; and {len(signals) - 20} more" if len(signals) > 20 else ""
        listed = "; ".join(v.spelled for v in signals[:20]) + more
        expected = "device= naming one of them, or channels="
        source.ambiguous = FormatError(path, "the signal", f"not one variable ({listed})", expected)
    source.load = _loading(places)
    return source


def _loading(
    places: Sequence[tuple[Variable, int]],
) -> Callable[[Sequence[int], NDArray[np.float64]], None]:
    def load(indices: Sequence[int], out: NDArray[np.float64]) -> None:
        kept: dict[str, NDArray[Any]] = {}
        for j, index in enumerate(indices):
            variable, channel = places[index]
            if variable.name not in kept:
                kept.clear()
                assert variable.numbers is not None
                values = variable.numbers()
                kept[variable.name] = values if values.shape[0] >= values.shape[1] else values.T
            out[:, j] = kept[variable.name][: out.shape[0], channel]

    return load


def _is_time(variable: Variable, others: Sequence[Variable]) -> bool:
    """Return whether an array is called time and is as long as another one beside it."""
    beside = [v for v in others if v is not variable and v.scope == variable.scope]
    return variable.word in _TIME and any(max(v.shape) == max(variable.shape) for v in beside)


def _is_rates(variable: Variable) -> bool:
    return variable.word in ("fs", "isi") and min(variable.shape) == 1 and max(variable.shape) <= _MOST_CHANNELS


def _tracks(
    path: Path,
    signal: Variable,
    signals: Sequence[Variable],
    variables: Sequence[Variable],
    times: Sequence[Variable],
    options: Options,
    remarks: list[str],
) -> list[Track]:
    samples, count = max(signal.shape), min(signal.shape)
    defect = None
    if count > _MOST_CHANNELS or (count == samples and count > 1):
        found = f"{signal.shape[0]} x {signal.shape[1]}"
        expected = f"one dimension longer than the other, which is at most {_MOST_CHANNELS}"
        defect = FormatError(path, f"the variable {signal.name}", found, expected)
        count = 1
    elif count > 1:
        remarks.append(f"{signal.spelled}: the longer dimension is taken for time, the other for {count} channels")
    labels = _texts(signal, signals, variables, _LABELS, count)
    units = _texts(signal, signals, variables, _UNITS, count)
    units = units or _texts(signal, signals, variables, _UNITS, 1) * count
    rates, problem, by = _rates(signal, variables, count)
    lengths = [samples] * count
    gaps: tuple[Gap, ...] = ()
    clock = next((t for t in times if t.scope == signal.scope and max(t.shape) == samples), None)
    if clock is not None and clock.shape == signal.shape and count > 1:
        lengths = _lengths(clock)
    elif clock is not None and min(clock.shape) == 1:
        assert clock.numbers is not None
        stamps = np.asarray(clock.numbers(), dtype=np.float64).reshape(-1)
        timebase = read_stamps(stamps, None, rates[0] or options.fs, clock.name)
        remarks += timebase.remarks
        if rates[0] is None:
            rates, problem = [timebase.fs] * count, timebase.problem or problem
            by = f"{timebase.fs:.7g} Hz by the times in {clock.name}" if timebase.fs is not None else ""
        elif timebase.fs is None:
            remarks.append(f"the rate by {clock.name} is {timebase.problem}: gaps are not looked for")
        if timebase.fs is not None and timebase.fs == rates[0]:
            gaps = timebase.gaps
        elif timebase.fs is not None:
            problem = f"not one ({rates[0]:g} Hz stated, {timebase.fs:g} Hz by {clock.name})"
            rates, by = [None] * count, ""
    if by:
        remarks.append(f"{signal.name}: {by}")
    own = [signal.name] if count == 1 else [f"{signal.name} {i + 1}" for i in range(count)]
    names = distinct_names(labels, remarks) if labels else own
    tracks = []
    for i, name in enumerate(names):
        unit = units[i] if units and units[i] else None
        kind = kind_of(name, unit is None or microvolts_per(unit) is not None)
        track = Track(name, labels[i] if labels else name, lengths[i], rates[i], unit=unit, kind=kind, defect=defect)
        track.fs_missing, track.gaps = problem, gaps
        tracks.append(track)
    return tracks


def _scopes(signal: Variable, variables: Sequence[Variable]) -> list[list[Variable]]:
    """Return the variables beside a signal, those around it, and all, in the order in which they are asked."""
    scopes = [signal.scope]
    while scopes[-1]:
        scopes.append(scopes[-1].rpartition(".")[0])
    return [[v for v in variables if v.scope == scope] for scope in scopes] + [list(variables)]


def _texts(
    signal: Variable, signals: Sequence[Variable], variables: Sequence[Variable], words: Sequence[str], count: int
) -> list[str]:
    """Return as many texts as there are channels, from the nearest variable of such a name; none where it could be
    another's.
    """
    others = [v for v in signals if v is not signal and v.scope == signal.scope]
    if any(count == 1 or min(v.shape) == count for v in others):
        return []
    for near in _scopes(signal, variables)[:-1]:
        found = [v.texts for v in near if v.word in words and v.texts is not None and len(v.texts) == count]
        if found:
            return list(found[0]) if len(found) == 1 else []
    return []


def _rates(signal: Variable, variables: Sequence[Variable], count: int) -> tuple[list[float | None], str, str]:
    """Return the rate of every channel by the nearest variable of such a name, or why there is none; and in words by
    which variable.
    """
    for near in _scopes(signal, variables):
        listed = [v for v in near if v.word == "fs" and count > 1 and v.size == count and v.numbers is not None]
        if len(listed) == 1 and listed[0].numbers is not None:
            each = np.asarray(listed[0].numbers(), dtype=np.float64).reshape(-1)
            if np.all((each > 0) & (each <= FASTEST_HZ)):
                return [float(rate) for rate in each], "", f"a rate for each channel by the variable {listed[0].name}"
        interval = _interval(near)
        if interval is not None:
            hertz, names = interval
            return [hertz] * count, "", f"{hertz:.7g} Hz by the variables {names}"
        found = [(v, rate) for v in near if _RATE.fullmatch(v.word) and (rate := v.scalar()) is not None]
        if len(found) == 1:
            variable, rate = found[0]
            if 0 < rate <= FASTEST_HZ:
                return [rate] * count, "", f"{rate:.7g} Hz by the variable {variable.name}"
            return [None] * count, f"{rate:g} in {variable.name}", ""
        if found:
            told = ", ".join(f"{v.name} = {rate:g}" for v, rate in found[:5])
            return [None] * count, f"not one ({told})", ""
    return [None] * count, "not stated in the file (no variable fs, or the like)", ""


def _interval(near: Sequence[Variable]) -> tuple[float, str] | None:
    """Return the rate by AcqKnowledge's interval between samples, isi, in its isi_units, and what these are called."""
    interval = next((v for v in near if v.word == "isi" and v.scalar() is not None), None)
    unit = next((v for v in near if v.word == "isiunits" and v.texts), None)
    if interval is None or unit is None or not unit.texts:
        return None
    isi, seconds = interval.scalar(), seconds_per(unit.texts[0])
    if isi is None or seconds is None or not isi > 0:
        return None
    rate = round(1.0 / (isi * seconds), 9)
    return (rate, f"{interval.name} and {unit.name}") if 0 < rate <= FASTEST_HZ else None


def _lengths(clock: Variable) -> list[int]:
    """Return how many samples belong to each channel by its own times, behind which the array is padded."""
    assert clock.numbers is not None
    times = np.asarray(clock.numbers(), dtype=np.float64)
    times = times if times.shape[0] >= times.shape[1] else times.T
    falls = ~(np.diff(times, axis=0) > 0)
    return [int(np.argmax(column)) + 1 if column.any() else times.shape[0] for column in falls.T]
