"""Recordings of arrays and tables that are in memory already: what a file would state, the caller states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unguard.arguments import names as names_of
from unguard.arguments import number, object_of, several, text
from unguard.errors import ConfigError
from unguard.io.missing import hold_missing
from unguard.io.units import kind_of, microvolts_per, plain_unit
from unguard.recording import MICROVOLTS, Channel, Recording

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped]

_UNIT = 'the unit of the numbers: "uV", "mV", "V", or that of what is no voltage; one for all, or one a channel'
#: Columns of the long form, as Recording.to_dataframe() has them.
_LONG = ("time_s", "channel", "value", "unit", "valid")


def of_array(
    data: ArrayLike,
    *,
    fs: float | None,
    unit: str | Sequence[str] | Mapping[str, str] | None,
    names: Sequence[str] | None,
) -> Recording:
    """Return a recording of an array; see `Recording.from_array`."""
    rate = _rate(fs)
    values, there = _values(data)
    samples, count = values.shape
    if count > samples and names is None:
        expected = f"(samples, channels): hand in data.T if these are {samples} channels, or names= of {count} channels"
        raise ConfigError("data", f"of shape {values.shape}, wider than long", expected)
    named = [f"channel {i + 1}" for i in range(count)] if names is None else names_of("names", names, "names as text")
    if len(named) != count:
        hint = "; hand in data.T if its rows are channels" if len(named) == samples else ""
        raise ConfigError("names", f"{len(named)} names", f"one for each of {count} columns{hint}")
    units = _units(unit, named)
    channels = [_channel(name, of, values[:, i]) for i, (name, of) in enumerate(zip(named, units, strict=True))]
    return _held(values, there, rate, channels)


def of_dataframe(
    frame: pandas.DataFrame,
    *,
    fs: float | None,
    unit: str | Sequence[str] | Mapping[str, str] | None,
    columns: Sequence[str] | None,
    time: str | None,
) -> Recording:
    """Return a recording of a table; see `Recording.from_dataframe`."""
    import pandas

    object_of("frame", frame, pandas.DataFrame, "a DataFrame of pandas")
    rate = _rate(fs)
    if len(frame) == 0:
        raise ConfigError("frame", "without a row", "at least one sample")
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()][0]
        found = f"with {list(frame.columns).count(twice)} columns called {twice!r}"
        raise ConfigError("frame", found, "a name of its own for each column")
    if columns is None and time is None and set(frame.columns) == set(_LONG):
        return _of_long(frame, rate, unit)
    there = [str(column) for column in frame.columns]
    if time is not None:
        if time not in list(frame.columns):
            raise ConfigError("time", repr(time), f"one of {', '.join(there)}, or None")
        _check_times("time", frame[time].to_numpy(), rate)
    wanted = [c for c in frame.columns if c != time] if columns is None else names_of("columns", columns, "names")
    for column in wanted:
        if column not in frame.columns:
            raise ConfigError("columns", repr(column), f"some of {', '.join(there)}")
        if not pandas.api.types.is_numeric_dtype(frame[column]):
            expected = "columns of numbers; columns= names those to take"
            raise ConfigError("columns", f"{column!r}, of {frame[column].dtype}", expected)
    data = frame[wanted].to_numpy(dtype=np.float64, na_value=np.nan)
    return of_array(data, fs=rate, unit=unit, names=[str(column) for column in wanted])


def _of_long(frame: pandas.DataFrame, rate: float, unit: Any) -> Recording:
    import pandas

    if unit is not None:
        raise ConfigError("unit", repr(unit), "nothing beside a table in long form, which has a column of units")
    if frame.duplicated(["time_s", "channel"]).any():
        raise ConfigError("frame", "with two values of one channel at one time", "one value a time and channel")
    names = [str(name) for name in frame["channel"].drop_duplicates()]
    if not pandas.api.types.is_numeric_dtype(frame["value"]):
        raise ConfigError("frame", f"with values of {frame['value'].dtype}", "a column value of numbers")
    value, told = (
        frame.pivot(index="time_s", columns="channel", values=column).reindex(columns=names)
        for column in ("value", "valid")
    )
    _check_times("time_s", value.index.to_numpy(), rate)
    units = frame.drop_duplicates(["channel", "unit"]).set_index("channel")["unit"]
    if len(units) != len(names):
        raise ConfigError("frame", "with several units for one channel", "one unit a channel")
    values = np.array(value.to_numpy(dtype=np.float64, na_value=np.nan), order="C")
    # Values that were held stay as they are; those that are not in the table are held now.
    finite = np.isfinite(values)
    channels = [_channel(name, str(units[name]), values[:, i]) for i, name in enumerate(names)]
    recording = _held(values, finite, rate, channels)
    valid = (told.to_numpy() == np.True_) & finite
    return Recording(
        recording.data, rate, recording.channels, repairs=recording.repairs, valid=None if valid.all() else valid
    )


def _rate(fs: Any) -> float:
    expected = "a sampling rate above 0 Hz; it has no default"
    rate = number("fs", fs, expected)
    if rate <= 0:
        raise ConfigError("fs", f"{rate:g}", expected)
    return rate


def _values(data: Any) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return a copy of the values, and where there is one."""
    mask = np.ma.getmaskarray(data) if isinstance(data, np.ma.MaskedArray) else None
    try:
        found = np.asarray(data)
    except ValueError:
        found = np.asarray(None)
    if found.dtype.kind not in "fiu" or found.ndim not in (1, 2):
        shown = f"{type(data).__name__} of {found.dtype}, {found.ndim} dimensions"
        raise ConfigError("data", shown, "numbers of shape (samples,) or (samples, channels)")
    if found.size == 0:
        raise ConfigError("data", f"of shape {found.shape}", "at least one sample and one channel")
    values = np.array(found.reshape(len(found), -1), dtype=np.float64, order="C")
    there = np.isfinite(values)
    if mask is not None:
        there &= ~mask.reshape(values.shape)
    return values, there


def _units(unit: Any, names: Sequence[str]) -> list[str]:
    if unit is None:
        raise ConfigError("unit", "not given", _UNIT)
    if isinstance(unit, str):
        units = [unit] * len(names)
    elif isinstance(unit, Mapping):
        for name in [*unit, *names]:
            if name not in names:
                raise ConfigError("unit", f"given for {name!r}", f"names of channels: {', '.join(names)}")
            if name not in unit:
                raise ConfigError("unit", f"not given for {name!r}", _UNIT)
        units = [unit[name] for name in names]
    else:
        units = several("unit", unit, _UNIT)
        if len(units) != len(names):
            raise ConfigError("unit", f"{len(units)} units", f"one for all, or one for each of {len(names)} channels")
    return [text("unit", one, _UNIT) for one in units]


def _channel(name: str, unit: str, values: NDArray[np.float64]) -> Channel:
    """Return what a channel is; volts become microvolts in place."""
    factor = microvolts_per(unit)
    if factor is None:
        return Channel(name, plain_unit(unit), unit, "other")
    if factor != 1.0:
        values *= factor
    return Channel(name, MICROVOLTS, unit, kind_of(name, True))


def _held(values: NDArray[np.float64], there: NDArray[np.bool_], rate: float, channels: list[Channel]) -> Recording:
    repairs: list[str] = []
    values[~there] = np.nan
    data, valid = hold_missing(values, [channel.name for channel in channels], repairs)
    return Recording(data, rate, channels, repairs=repairs, valid=valid)


def _check_times(name: str, times: NDArray[Any], rate: float) -> None:
    """Refuse times that are not those of the rate: a jump or another rate is not to pass for a steady stream."""
    expected = f"times in seconds, 1/{rate:g} s apart"
    try:
        seconds = np.asarray(times, dtype=np.float64)
    except (TypeError, ValueError):
        raise ConfigError(name, f"of {times.dtype}", expected) from None
    if not np.isfinite(seconds).all():
        raise ConfigError(name, "not finite everywhere", expected)
    off = np.abs(seconds - seconds[0] - np.arange(len(seconds)) / rate)
    if (off > 0.5 / rate).any():
        at = int(np.argmax(off > 0.5 / rate))
        raise ConfigError(name, f"{seconds[at]:g} s in row {at}", expected)
