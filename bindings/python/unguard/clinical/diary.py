"""A diary of markers aligned to the EMG: what was going on at every bend, event or hour.

>>> diary = pandas.DataFrame({"time": dates, "action": ["sit", "lift"], "place": ["car", None], "pain": [3, 6]})
>>> seen = align(found.to_dataframe(), diary, start=recording_begins, prefix="diary_")
>>> drivers(seen, outcome="peak_uV", contexts=["diary_action"], ratings=["diary_pain"], episode="diary_entry")
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from unguard.arguments import number, text
from unguard.clinical.diary_clock import WHEN, durations, seconds
from unguard.clinical.sessions import Array
from unguard.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

#: s: an entry without a duration says nothing of what is later than that.
LASTS_S = 3600.0
_ENTRY = "entry"


@dataclass(frozen=True, eq=False)
class Spans:
    """What a column of a diary says, and from when to when: begin <= time < end, s.

    Attributes
    ----------
    begins, ends: (spans,). said: what stands in the cells. rows: of the diary, from 0.
    """

    begins: Array
    ends: Array
    said: list[Any]
    rows: list[int]


def align(
    observations: pd.DataFrame,
    diary: pd.DataFrame,
    *,
    fs: float | None = None,
    start: Any = None,
    lasts: float = LASTS_S,
    least_share: float = 0.5,
    prefix: str = "",
) -> pd.DataFrame:
    """Return the observations with what the diary says was going on at each of them.

    An entry with a duration holds so long. One without holds until the next that says something in the same column, and
    no longer than `lasts`. Words are those that hold for a share of the observation; of several there is a list. Of
    numbers it is the mean over the time they hold; of an observation without a duration the latest. Where nothing
    holds, the cell is empty: that it was not written down is not that it was not so.

    Parameters
    ----------
    observations: one row each, such as bends, `Events.to_dataframe()` or `hourly`: one of the columns "onset_s" (s from
        the recording's first sample), "sample" (its index) or "time" (dates), and "duration_s" where they last.
    diary: the same columns, and any others: what they say, in words, numbers or True and False: action, place, thought,
        pain, fear, context, flare.
    fs: Hz, for samples. start: the date of the recording's first sample; needed where one table has dates and the other
        none.
    lasts: s, above 0. least_share: of an observation, above 0, at most 1.
    prefix: before the names of the diary's columns, which are added; `prefix`entry is the diary's row, for `episode` of
        `drivers`: the latest that says anything.

    Raises
    ------
    ConfigError: naming the argument.

    Caveat: times are as good as the two clocks; a diary that is written afterwards is a memory. Offline.
    """
    at, from_diary = seconds([("observations", observations), ("diary", diary)], fs=fs, start=start)
    share = number("least_share", least_share, "a share above 0, at most 1")
    if not 0 < share <= 1:
        raise ConfigError("least_share", least_share, "a share above 0, at most 1")
    long = np.nan_to_num(durations("observations", observations, len(at)))
    front = text("prefix", prefix, "a text")
    markers = [c for c in diary.columns if c not in (*WHEN, "duration_s")]
    if not markers:
        raise ConfigError("diary", "without any marker", "a column at least that says what was going on")
    added: dict[str, list[Any]] = {}
    latest = np.full(len(at), -1)
    for name in markers:
        spans = spans_of(diary, name, from_diary, lasts=lasts)
        numbers = _is_of_numbers(diary[name])
        cells: list[Any] = []
        for i, (begin, duration) in enumerate(zip(at, long, strict=True)):
            held = _held(spans, begin, duration)
            holding = np.flatnonzero(held > 0)
            if len(holding):
                latest[i] = max(latest[i], max(spans.rows[k] for k in holding))
            cells.append(_number(spans, held, duration) if numbers else _words(spans, held, share * (duration or 1.0)))
        added[f"{front}{name}"] = cells
    added[f"{front}{_ENTRY}"] = [int(row) if row >= 0 else None for row in latest]
    for name in added:
        if name in observations.columns:
            raise ConfigError("prefix", repr(front), f"another one: both tables have a column {name!r}")
    return _joined(observations, added)


def _joined(observations: pd.DataFrame, added: dict[str, list[Any]]) -> pd.DataFrame:
    import pandas as pd

    made = observations.copy()
    for name, cells in added.items():
        of_words = any(isinstance(c, (str, list)) for c in cells)
        made[name] = pd.Series(cells, index=observations.index, dtype=object if of_words else float)
    return made


def spans_of(diary: pd.DataFrame, name: str, begins: Array, *, lasts: float = LASTS_S) -> Spans:
    """Return from when to when a column of a diary holds what; begins: of its rows, s."""
    longest = number("lasts", lasts, "seconds above 0")
    if not longest > 0:
        raise ConfigError("lasts", lasts, "seconds above 0")
    given = durations("diary", diary, len(begins))
    order = [int(i) for i in np.argsort(begins, kind="stable") if not is_empty(diary[name].iloc[int(i)])]
    ends: list[float] = []
    for place, row in enumerate(order):
        follows = [begins[k] for k in order[place + 1 :] if begins[k] > begins[row]][:1]
        ends.append(
            float(begins[row] + given[row])
            if np.isfinite(given[row])
            else float(min([begins[row] + longest, *follows]))
        )
    return Spans(begins[order], np.array(ends), [diary[name].iloc[i] for i in order], order)


def is_empty(cell: Any) -> bool:
    """Return whether a cell says nothing: None, NaN, NA, NaT, or a text or a list without anything."""
    import pandas as pd

    if isinstance(cell, (list, tuple, set, frozenset, np.ndarray)):
        return all(is_empty(one) for one in cell)
    return not cell.strip() if isinstance(cell, str) else bool(pd.isna(cell))


def words_of(cell: Any) -> list[str]:
    """Return the words of a cell that is not empty."""
    many = isinstance(cell, (list, tuple, set, frozenset, np.ndarray))
    return [str(one).strip() for one in (cell if many else [cell]) if not is_empty(one)]


def _is_of_numbers(column: pd.Series) -> bool:
    import pandas as pd

    return bool(pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column))


def _held(spans: Spans, begin: float, duration: float) -> Array:
    """Return for how long of an observation each span holds, s; of one without a duration, 1 or 0."""
    if duration > 0:
        both = np.minimum(spans.ends, begin + duration) - np.maximum(spans.begins, begin)
        return np.asarray(np.maximum(0.0, both), dtype=np.float64)
    return np.asarray((spans.begins <= begin) & (begin < spans.ends), dtype=np.float64)


def _number(spans: Spans, held: Array, duration: float) -> float:
    holding = np.flatnonzero(held > 0)
    if not len(holding):
        return float("nan")
    if duration == 0:
        return float(spans.said[holding[-1]])
    return float(np.average([float(spans.said[k]) for k in holding], weights=held[holding]))


def _words(spans: Spans, held: Array, least: float) -> str | list[str] | None:
    """Return the word that holds long enough, a list of several, or None."""
    total: dict[str, float] = {}
    for k in np.flatnonzero(held > 0):
        for word in words_of(spans.said[k]):
            total[word] = total.get(word, 0.0) + float(held[k])
    # Sums of times round.
    found = sorted(word for word, long in total.items() if long >= least * (1 - 1e-9))
    return None if not found else found[0] if len(found) == 1 else found
