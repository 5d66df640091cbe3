"""The report of a run over a dataset: one page, nothing fetched, every text of the recordings escaped."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas  # type: ignore[import-untyped]
from markupsafe import Markup
from numpy.typing import NDArray

from unguard.analysis.remarks import percent
from unguard.counted import counted
from unguard.dataset.columns import KINDS
from unguard.dataset.parts import DONE, FAILED, NOT_RUN
from unguard.extras import module
from unguard.report.dataset_figures import MOST_MUSCLES, belief_map, distributions
from unguard.report.templating import template
from unguard.report.words import short

#: So many of each are listed in the page; all are in the tables.
MOST_FAILURES, MOST_WEAK, MOST_REMARKS, MOST_SEGMENTS = 100, 20, 15, 12
#: Of less than this share a channel is listed.
_WEAK = 0.9
_SHOWN = {"rms_uV": "RMS in the band [µV]", "rest_uV": "level of rest [µV]", "mdf_Hz": "median frequency [Hz]"}


@dataclass(frozen=True)
class _Tables:
    """What the run wrote; `whole` are the rows of whole recordings that are not called bad."""

    group: pandas.DataFrame
    recordings: pandas.DataFrame
    whole: pandas.DataFrame
    made: dict[str, str]


def dataset_html(out: Path) -> str:
    """Return the report of the tables in a folder of results."""
    tables = _read(out)
    recordings, whole = tables.recordings, tables.whole
    failures = recordings[recordings["status"] == FAILED]
    muscles = sorted(whole["label"].unique())
    bad = tables.group[(tables.group["segment_index"] == 0) & (tables.group["channel_status"] == "bad")]
    weak = whole[whole["believable_share"] < _WEAK].sort_values(["believable_share", "file", "channel"])
    return template("dataset.html.j2", {"percent": percent, "short": short}).render(
        version=tables.made.get("unguard", ""),
        in_short=_in_short(tables, failures),
        failures=failures[["file", "failure"]].head(MOST_FAILURES).to_dict(orient="records"),
        more_failures=max(0, len(failures) - MOST_FAILURES),
        not_run=int((recordings["status"] == NOT_RUN).sum()),
        distributions=Markup(_distributions(whole, muscles)) if muscles else None,
        left_out=max(0, len(muscles) - MOST_MUSCLES),
        muscles=[_muscle(name, whole[whole["label"] == name]) for name in muscles],
        kinds=[kind for kind in KINDS if whole[f"{KINDS[kind]}_count"].sum() > 0],
        belief=Markup(_belief(whole)) if len(whole) else None,
        weak=weak[["file", "channel", "believable_share"]].head(MOST_WEAK).to_dict(orient="records"),
        more_weak=max(0, len(weak) - MOST_WEAK),
        bad=[f"{row.file}, {row.channel}" for row in bad.itertuples()][:MOST_WEAK],
        more_bad=max(0, len(bad) - MOST_WEAK),
        segments=_segments(tables.group),
        remarks=_remarks(recordings, whole),
        made=_how(tables),
    )  # fmt: skip


def _read(out: Path) -> _Tables:
    parquet = module("pyarrow.parquet", "pyarrow", "datasets")
    tables = {name: parquet.read_table(out / f"{name}.parquet") for name in ("group", "recordings")}
    group, recordings = tables["group"].to_pandas(), tables["recordings"].to_pandas()
    group["label"] = group["muscle"].where(group["muscle"].notna(), group["channel"])
    whole = group[(group["segment_index"] == 0) & (group["channel_status"] != "bad")]
    made = {key.decode(): value.decode() for key, value in (tables["group"].schema.metadata or {}).items()}
    return _Tables(group, recordings, whole, made)


def _in_short(tables: _Tables, failures: pandas.DataFrame) -> list[str]:
    recordings, whole = tables.recordings, tables.whole
    done = recordings[recordings["status"] == DONE]
    hours = float(done["duration_s"].sum()) / 3600
    lasting = f"{hours:.3g} hours" if hours >= 1 else f"{60 * hours:.3g} minutes"
    told = [f"{len(done)} of {len(recordings)} recordings are in the tables: {lasting} in sum, {len(whole)} channels."]
    if len(failures):
        stand = "stands" if len(failures) == 1 else "stand"
        told.append(
            f"{counted(len(failures), 'recording')} {stand} as failed, by the last run or one before it; why is said "
            "below. A run that asks for them tries again."
        )
    if not_run := int((recordings["status"] == NOT_RUN).sum()):
        told.append(f"{counted(not_run, 'recording')} were not asked for, or have changed since: they are in no table.")
    known = whole["believable_share"].dropna()
    if len(known):
        weak = int((known < _WEAK).sum())
        text = f"Half of the channels are believed for {percent(float(known.median()))} of the time or more"
        told.append(
            text + (f"; {weak} for less than {percent(_WEAK)}." if weak else f", none for less than {percent(_WEAK)}.")
        )
    tired = int((whole["fatigue"] == "fatigue").sum())
    if tired:
        told.append(f"Over the whole recording {counted(tired, 'channel')} tire: amplitude up, frequencies down.")
    return told


def _distributions(whole: pandas.DataFrame, muscles: list[str]) -> str:
    values: dict[str, dict[str, NDArray[np.float64]]] = {
        measure: {m: whole.loc[whole["label"] == m, measure].dropna().to_numpy(dtype=np.float64) for m in muscles}
        for measure in _SHOWN
    }
    return distributions(values, _SHOWN)


def _belief(whole: pandas.DataFrame) -> str:
    files, channels = list(whole["file"].unique()), list(whole["channel"].unique())[:MOST_MUSCLES]
    table = whole.pivot(index="file", columns="channel", values="believable_share").reindex(
        index=files, columns=channels
    )
    return belief_map(table.to_numpy(dtype=np.float64), channels, len(files))


def _muscle(name: str, rows: pandas.DataFrame) -> dict[str, Any]:
    return {
        "name": name,
        "recordings": rows["file"].nunique(),
        "rms": _quartiles(rows["rms_uV"]),
        "rest": _quartiles(rows["rest_uV"]),
        "mdf": _quartiles(rows["mdf_Hz"]),
        "believed": _least(rows["believable_share"]),
        "tired": int((rows["fatigue"] == "fatigue").sum()),
        "assessed": int((~rows["fatigue"].isin(["not assessed"])).sum()),
        "rates": {
            kind: f"{int(rows[f'{column}_count'].sum())} ({rows[f'{column}_per_min'].median():.3g})"
            for kind, column in KINDS.items()
        },
    }


def _segments(group: pandas.DataFrame) -> dict[str, Any] | None:
    """Return the median RMS by muscle and what was marked: segments that most recordings have, in order of time."""
    parts = group[(group["segment_index"] > 0) & (group["channel_status"] != "bad")]
    if not len(parts):
        return None
    by_file = parts.groupby("segment")["file"].nunique().sort_values(ascending=False, kind="stable")
    names = list(by_file.index[:MOST_SEGMENTS])
    names.sort(key=lambda name: float(parts.loc[parts["segment"] == name, "start_s"].median()))
    table = parts.pivot_table(index="label", columns="segment", values="rms_uV", aggfunc="median")
    rows = [(label, [_one(table.loc[label].get(name, np.nan)) for name in names]) for label in sorted(table.index)]
    return {
        "names": [(name, int(by_file[name])) for name in names],
        "rows": rows,
        "more": max(0, len(by_file) - len(names)),
    }


def _remarks(recordings: pandas.DataFrame, whole: pandas.DataFrame) -> list[tuple[str, str]]:
    """Return remarks and mends, and how many recordings or channels have them; of those that differ in numbers one."""
    count: Counter[str] = Counter()
    texts: dict[str, Counter[str]] = {}
    for column in (recordings["repairs"], recordings["remarks"], whole["remarks"]):
        for text in column.dropna():
            for one in set(text.split("\n")):
                alike = re.sub(r"\d+(?:\.\d+)?", "#", one)
                count[alike] += 1
                texts.setdefault(alike, Counter())[one] += 1
    found = []
    for alike, number in count.most_common(MOST_REMARKS):
        text, _ = texts[alike].most_common(1)[0]
        others = ", with other numbers" if len(texts[alike]) > 1 else ""
        found.append((text, f"{number} times{others}" if number > 1 else "once"))
    return found


def _how(tables: _Tables) -> list[tuple[str, str]]:
    settings = json.loads(tables.made.get("settings", "{}"))
    bands = sorted(tables.recordings["band"].dropna().unique())
    return [
        ("Band", "; ".join(bands) or "-"),
        ("Mains", "left in" if settings.get("mains_hz") is None else f"{settings['mains_hz']:g} Hz taken out"),
        ("Channels", ", ".join(settings.get("channels") or []) or "all that may be EMG"),
        ("Plan", settings.get("plan") or "none"),
        (
            "Analysis",
            "as `unguard analyse` does it: docs/analysis.md; columns and units: columns.json, docs/datasets.md",
        ),
        ("Fatigue", "MDF and RMS of 0.5 s windows in the band over the segment, by JASA: docs/fatigue.md"),
        (
            "Version",
            f"unguard {tables.made.get('unguard', '')}, tables of schema {tables.made.get('schema_version', '')}",
        ),
    ]


def _quartiles(values: pandas.Series) -> str:
    known = values.dropna()
    if not len(known):
        return "-"
    low, middle, high = (float(q) for q in known.quantile([0.25, 0.5, 0.75]))
    return f"{short(middle)} [{short(low)}, {short(high)}]"


def _least(values: pandas.Series) -> str:
    known = values.dropna()
    return f"{percent(float(known.median()))}, least {percent(float(known.min()))}" if len(known) else "-"


def _one(value: float) -> str:
    return "-" if not np.isfinite(value) else short(float(value))
