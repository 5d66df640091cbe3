"""When rows of tables are, in seconds on one clock: they may say it in seconds, in samples or as dates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from unguard.arguments import number
from unguard.clinical.sessions import Array
from unguard.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

#: Columns that say when, one of which a table has: s from the recording's first sample, its index, or a date.
WHEN = ("onset_s", "sample", "time")


def seconds(tables: Sequence[tuple[str, pd.DataFrame]], *, fs: float | None, start: Any) -> list[Array]:
    """Return when the rows of each (parameter, table) are, s from the recording's first sample.

    Where all are dates and no start is given, they are from the first of them.
    """
    import pandas as pd

    begin = None if start is None else _dates("start", [start])[0]
    found: list[Any] = []
    for parameter, table in tables:
        if not isinstance(table, pd.DataFrame):
            raise ConfigError(parameter, type(table).__name__, "a DataFrame")
        said = [name for name in WHEN if name in table.columns]
        if len(said) != 1:
            raise ConfigError(parameter, f"with {said or 'none'} of the columns that say when",
                              f"exactly one of {', '.join(WHEN)}")  # fmt: skip
        found.append(_column(parameter, table, said[0], fs))
    dates = [one for one in found if isinstance(one, pd.DatetimeIndex)]
    if begin is None and dates:
        if len(dates) < len(found):
            raise ConfigError(
                "start", "None", "the date of the recording's first sample: one table has dates, another none"
            )
        begin = min((one.min() for one in dates if len(one)), default=None)
    return [_since(one, begin) if isinstance(one, pd.DatetimeIndex) else one for one in found]


def _column(parameter: str, table: pd.DataFrame, name: str, fs: float | None) -> Any:
    if name == "time":
        return _dates(parameter, table[name])
    found = table[name].to_numpy()
    if found.dtype.kind not in "fiu" or not np.isfinite(found.astype(float)).all():
        raise ConfigError(parameter, f"{name} of {found.dtype}, or not finite", "a finite number in every row")
    if name == "onset_s":
        return np.asarray(found, dtype=np.float64)
    if fs is None:
        raise ConfigError("fs", "None", "the sampling rate, Hz: when is told in samples")
    rate = number("fs", fs, "a sampling rate above 0 Hz")
    if not rate > 0:
        raise ConfigError("fs", fs, "a sampling rate above 0 Hz")
    return found.astype(float) / rate


def _dates(parameter: str, given: Any) -> Any:
    import pandas as pd

    expected = "a date in every row, of one time zone"
    kind = getattr(getattr(given, "dtype", None), "kind", "O")
    if kind in "fiub":
        raise ConfigError(parameter, f"time of {given.dtype}", expected)
    try:
        found = pd.DatetimeIndex(given)
    except (TypeError, ValueError) as error:
        raise ConfigError(parameter, str(error), expected) from None
    if found.hasnans:
        raise ConfigError(parameter, "a date that is missing", expected)
    return found


def _since(dates: Any, begin: Any) -> Array:
    import pandas as pd

    if begin is None:
        return np.empty(0)
    if (dates.tz is None) != (begin.tzinfo is None):
        raise ConfigError("start", str(begin), "dates that all have a time zone, or none that has")
    return np.asarray(((dates - begin) / pd.Timedelta(seconds=1)).to_numpy(dtype=float))


def durations(parameter: str, table: pd.DataFrame, rows: int) -> Array:
    """Return duration_s of every row; NaN where there is none."""
    if "duration_s" not in table.columns:
        return np.full(rows, np.nan)
    found = table["duration_s"].to_numpy()
    if found.dtype.kind not in "fiu" or np.any(found.astype(float) < 0) or np.isinf(found.astype(float)).any():
        raise ConfigError(
            parameter, f"duration_s of {found.dtype}, below 0 or infinite", "seconds, 0 or more, or empty"
        )
    return np.asarray(found, dtype=np.float64)
