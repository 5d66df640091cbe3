"""Events as BIDS has them: a table events.tsv and a sidecar .json. BIDS 1.11, "Events".

>>> lying = {"lie": ("rest begins", "rest ends")}
>>> markers = unguard.markers_from_bids("sub-01_task-flexion_events.tsv", fs=2000, kinds=lying)
>>> unguard.detect(unguard.SpasmDetector(), x, fs=2000, markers=markers)
"""

from __future__ import annotations

import bisect
import csv
import json
import logging
import math
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from unguard._core import _MARKER_KINDS
from unguard.arguments import number, path_of
from unguard.declared_marker import DeclaredMarker
from unguard.errors import ConfigError, FormatError
from unguard.samples import samples_in
from unguard.tsv import read_rows
from unguard.whole_file import whole_file, write_whole

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

_LOG = logging.getLogger("unguard")

#: Trial types that need no `kinds`: those called as a marker, and a declared rest as long as its duration.
USUAL: dict[str, str | tuple[str, str]] = {
    **{kind: kind for kind in _MARKER_KINDS},
    "rest": ("rest begins", "rest ends"),
}

#: Markers that say nothing of the context that follows.
_OF_A_MOMENT = ("stimulus", "place", "pain")

#: Column of the file, that of the table, and what it is.
_WRITTEN: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "onset",
        "onset_s",
        {
            "Description": "First sample of the activity as estimated, from the first sample of the recording.",
            "Units": "s",
        },
    ),
    ("duration", "duration_s", {"Description": "From the onset to the end of the activity.", "Units": "s"}),
    (
        "trial_type",
        "kind",
        {
            "Description": "What was detected, by rule; no diagnosis.",
            "Levels": {
                "ACTIVITY": "The muscle is active.",
                "SPIKE": "Spasm-like: short activity in declared rest.",
                "PHASIC BURST": "Spasm-like: a burst in declared rest.",
                "TONIC": "Spasm-like: lasting activity in declared rest.",
                "PHASIC EPISODE": "Spasm-like: three or more phasic bursts in a row, which have rows of their own.",
                "GUARDING": "A hold in full flexion at a higher level than this person's good trials have.",
                "SPIKE ON BENDING": "Short activity beyond what this person's good trials have at that trunk angle.",
                "ECG": "A heartbeat.",
                "ARTEFACT": "No muscle: unrelated muscles went on in the same instant, as a cable or a knock does.",
            },
        },
    ),
    ("channel", "channel", {"Description": "Channel it was detected in.", "Delimiter": ","}),
    ("context", "context", {"Description": "What had been declared at the onset; none: nothing."}),
    (
        "decided",
        "decided_s",
        {"Description": "When the causal detector said so, filters in front of it included.", "Units": "s"},
    ),
    ("latency", "latency_s", {"Description": "From the onset to when the detector said so.", "Units": "s"}),
    ("peak", "peak_uV", {"Description": "Largest value of the detector's envelope.", "Units": "uV"}),
    (
        "area",
        "area",
        {
            "Description": "Envelope above rest from onset to offset; 0 of a detector that knows no level of rest.",
            "Units": "uV s",
        },
    ),
    (
        "confidence",
        "confidence",
        {
            "Description": (
                "Chance that the event is true, given how many true ones an hour the detector was told to expect "
                "(expected; see How sure in docs/detect.md); of a GUARDING a normal tail, at one look; of "
                "SpasmDetector and RPeaks, which expect nothing, one minus the chance that rest alone did it; 0 of a "
                "detector that does not know it."
            )
        },
    ),
    (
        "rhythm",
        "rhythm_Hz",
        {
            "Description": "Beats a second, 3 to 15, of an event that beats as a clonus does; n/a: it does not, or its "
            "detector does not look for it.",
            "Units": "Hz",
        },
    ),
    (
        "regularity",
        "regularity",
        {"Description": "Of these beats, up to 1: correlation of the envelope with itself a period later; n/a: none."},
    ),
    ("reasons", "reasons", {"Description": "Why not to believe all of it, separated by '; '."}),
)


def write_events(path: str | os.PathLike[str], table: pd.DataFrame) -> None:
    """Write a table of events and its sidecar; see `Events.to_bids_events`."""
    file = path_of("path", path)
    if not file.name.endswith("events.tsv"):
        raise ConfigError("path", repr(os.fspath(path)), "a name that ends in events.tsv, as BIDS has it")
    if not file.parent.is_dir():
        raise ConfigError("path", repr(os.fspath(path)), "a file in a folder that is there")
    if file.is_dir():
        raise ConfigError("path", repr(os.fspath(path)), "the name of a file, and not of a folder")
    for name in table["channel"]:
        if name != " ".join(name.split()) or name in ("", "n/a") or "," in name or '"' in name:
            raise ConfigError(
                "channels", repr(name), "names without tabs, line breaks, commas, quotation marks and spaces around"
            )
    written = table[[of for _, of, _ in _WRITTEN]].set_axis([name for name, _, _ in _WRITTEN], axis=1)
    written["reasons"] = written["reasons"].replace("", "n/a")
    # No value has a tab, as refused above: nothing needs a quotation mark, and few readers of BIDS take one off.
    with whole_file(file) as part:
        written.to_csv(part, sep="\t", index=False, na_rep="n/a", lineterminator="\n", quoting=csv.QUOTE_NONE)
    sidecar = {name: said for name, _, said in _WRITTEN}
    write_whole(file.with_suffix(".json"), json.dumps(sidecar, indent=2) + "\n")


def markers_from_bids(
    path: str | os.PathLike[str],
    *,
    fs: float,
    kinds: Mapping[str, str | tuple[str, str]] | None = None,
    delay: float = 0.0,
) -> list[tuple[str, int]]:
    """Read what was declared about a recording from a BIDS events.tsv, as `markers` of `detect()` and of sessions.

    Parameters
    ----------
    path: the table, with the columns onset, duration and trial_type.
    fs: sampling rate of what the detector is given, Hz.
    kinds: the marker of each trial type that counts, as {"squeeze": "stimulus"}; of one that lasts a pair, what begins
        at its onset and what at its end, as {"lie": ("rest begins", "rest ends")}. Others are left out. None: trial
        types called as a marker, and "rest".
    delay: s, of the filters in front of the detector; added, for a detector counts samples of its own input.

    Returns
    -------
    (kind, sample) pairs, by sample. Each knows the delay that was added (`DeclaredMarker.delay`), so that
    `onset_latency` does not count it again. Of stretches with one pair that touch or overlap every onset has its
    marker, and only the last end: while one of them goes on, it has not ended.

    A stretch of unknown duration, n/a, goes on to the next one with its pair, without one to the end of the recording:
    it has no end of its own, and another marker may end it.

    What began before the recording, with an onset below 0, is told as in a recording that had begun earlier: the last
    marker before the first sample that says a context (all but stimulus, place and pain) stands at that sample, unless
    it is "rest ends". So a stretch that reaches into the recording begins with it. The others before it are left out,
    and a warning of the logger "unguard" names them.

    Raises
    ------
    ConfigError: naming the argument; also for a trial type of `kinds` that is nowhere in the file.
    FormatError: naming file, line, column, what was found and what is expected: an onset that is no number of seconds,
        a duration that is none, below 0 and not n/a, or a row with more or fewer values than columns. A row is one
        line; quotation marks count only where they hold a whole value, as BIDS writes one with a tab in it.
    """
    rate, late = rate_and_delay(fs, delay)
    asked = USUAL if kinds is None else checked_kinds(kinds)
    rows = [
        (line, row["onset"], row["duration"], row["trial_type"])
        for line, row in read_rows(path, ("onset", "duration", "trial_type"))
    ]
    declared = []
    for line, onset, duration, trial_type in rows:
        if trial_type not in asked:
            continue
        begin = _seconds(path, line, "onset", onset, "seconds, below 0 before the first sample")
        lasts = None
        if not isinstance(asked[trial_type], str) and duration != "n/a":
            lasts = _seconds(path, line, "duration", duration, "seconds, 0 or more, or n/a", least=0)
        declared.append((trial_type, begin, lasts))
    if kinds is not None:
        there = {trial_type for _, _, _, trial_type in rows}
        for trial_type in kinds:
            if trial_type not in there:
                raise ConfigError(
                    "kinds", repr(trial_type), "trial types of the file: " + ", ".join(sorted(there - {"", "n/a"}))
                )
    return declared_markers(declared, asked, rate, late, os.fspath(path))


def rate_and_delay(fs: Any, delay: Any) -> tuple[float, float]:
    """Return both; raise ConfigError for what cannot be."""
    rate = number("fs", fs, "a sampling rate above 0 Hz")
    if not rate > 0:
        raise ConfigError("fs", f"{rate:g} Hz", "a sampling rate above 0 Hz")
    late = number("delay", delay, "a delay of 0 s or more")
    if late < 0:
        raise ConfigError("delay", f"{late:g} s", "a delay of 0 s or more")
    return rate, late


def declared_markers(
    declared: Sequence[tuple[str, float, float | None]],
    asked: Mapping[str, str | tuple[str, str]],
    rate: float,
    late: float,
    source: str,
) -> list[tuple[str, int]]:
    """Return the markers of what was declared, as `markers_from_bids` has them.

    Parameters
    ----------
    declared: type, onset and duration, s; a duration of None is not known. asked: the marker, or pair, of each type
        that counts. rate: Hz. late: s, the delay. source: what the declarations are of, for the warning.
    """
    moments: list[tuple[str, int]] = []
    lasting: dict[tuple[str, str], list[tuple[int, int | None]]] = {}
    for trial_type, begin, lasts in declared:
        kind = asked[trial_type]
        at = samples_in(begin + late, rate)
        if isinstance(kind, str):
            moments.append((kind, at))
        else:
            end = None if lasts is None else samples_in(begin + lasts + late, rate)
            lasting.setdefault(kind, []).append((at, end))
    ordered = _in_order(moments, {pair: _known_ends(stretches) for pair, stretches in lasting.items()})
    heard, left_out = _from_the_first_sample(ordered, samples_in(late, rate))
    if left_out:
        told = ", ".join(f"{kind} at {at / rate - late:g} s" for kind, at in left_out[:5])
        more = f" and {len(left_out) - 5} more" if len(left_out) > 5 else ""
        _LOG.warning("%s: left out, for it was before the first sample: %s%s", source, told, more)
    return [DeclaredMarker(kind, at, late) for kind, at in heard]


def _known_ends(stretches: list[tuple[int, int | None]]) -> list[tuple[int, float]]:
    """Return stretches by sample; one without an end ends where the next one begins, or never."""
    begins = sorted(begin for begin, _ in stretches)
    known = []
    for begin, end in stretches:
        later = bisect.bisect_right(begins, begin)
        next_one = math.inf if later == len(begins) else begins[later]
        known.append((begin, next_one if end is None else end))
    return sorted(known)


#: Markers, each with its rank among those of one sample: what ends there comes before what begins.
_Ranked = list[tuple[int, int, str]]
_ENDS, _BEGINS, _ENDS_AT_ONCE = range(3)


def _in_order(moments: list[tuple[str, int]], lasting: Mapping[tuple[str, str], list[tuple[int, float]]]) -> _Ranked:
    """Return all markers by sample."""
    order = [(at, _BEGINS, kind) for kind, at in moments]
    for (first, last), stretches in lasting.items():
        begins_and_ends = {begin for begin, end in stretches if begin == end}
        order += [(begin, _BEGINS, first) for begin, _ in stretches]
        ends = []
        until = -math.inf
        for begin, end in stretches:
            if until < begin:
                ends.append(until)
            until = max(until, end)
        for end in [*ends, until]:
            if math.isfinite(end):
                order.append((int(end), _ENDS_AT_ONCE if end in begins_and_ends else _ENDS, last))
    return sorted(order, key=lambda one: one[:2])


def _from_the_first_sample(ordered: _Ranked, first: int) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Return the markers of the recording, and those before it that are left out.

    The context is that of a recording that had begun earlier: what the last marker before the first sample says of it,
    is said at that sample.
    """
    before = [(kind, at) for at, rank, kind in ordered if (at, rank) < (first, _BEGINS)]
    heard = [(kind, at) for at, rank, kind in ordered if (at, rank) >= (first, _BEGINS)]
    of_context = [i for i, (kind, _) in enumerate(before) if kind not in _OF_A_MOMENT]
    if of_context and before[of_context[-1]][0] != "rest ends":
        kind, _ = before.pop(of_context[-1])
        heard.insert(0, (kind, first))
    return heard, before


def checked_kinds(kinds: Any) -> dict[str, str | tuple[str, str]]:
    """Return the marker, or pair, of each type; raise ConfigError for what is none."""
    expected = "a marker, or a pair of what begins and what ends, for each trial type"
    if not isinstance(kinds, Mapping):
        raise ConfigError("kinds", repr(kinds), expected)
    for trial_type, kind in kinds.items():
        several = isinstance(kind, (tuple, list))
        if not isinstance(trial_type, str) or (several and len(kind) != 2):
            raise ConfigError("kinds", f"{trial_type!r}: {kind!r}", expected)
        for one in kind if several else (kind,):
            if one not in _MARKER_KINDS:
                raise ConfigError("kinds", repr(one), "one of " + ", ".join(f'"{m}"' for m in _MARKER_KINDS))
    return {trial_type: kind if isinstance(kind, str) else (kind[0], kind[1]) for trial_type, kind in kinds.items()}


def _seconds(
    path: str | os.PathLike[str], line: int, column: str, text: str, expected: str, least: float = -math.inf
) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= least):
        raise FormatError(path, column, repr(text), expected, where=f"line {line}")
    return value
