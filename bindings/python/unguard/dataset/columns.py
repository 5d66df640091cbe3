"""The tables of a run over a dataset: what each column is, in which unit, and the schema of Arrow made from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from unguard.bids.names import ENTITIES
from unguard.extras import module

#: Of the layout of all tables; docs/datasets.md says when it changes. Results of another layout are made anew.
SCHEMA_VERSION = "1.0"
#: Kinds of events that have columns of their own, and how these begin.
KINDS = {
    "ACTIVITY": "activity",
    "SPIKE": "spike",
    "PHASIC BURST": "phasic_burst",
    "TONIC": "tonic",
    "ARTEFACT": "artefact",
}
TEXT, NUMBER, COUNT = "text", "number", "count"


@dataclass(frozen=True)
class Column:
    """A column: its name, which ends in the unit, what it holds (TEXT, NUMBER or COUNT), its unit, what it means."""

    name: str
    kind: str
    unit: str
    meaning: str


def _text(name: str, meaning: str) -> Column:
    return Column(name, TEXT, "", meaning)


def _number(name: str, unit: str, meaning: str) -> Column:
    return Column(name, NUMBER, unit, meaning)


def _count(name: str, meaning: str) -> Column:
    return Column(name, COUNT, "1", meaning)


_ENTITIES = ("subject", "session", "task", "acquisition", "run", "recording")
RECORDING = (
    _text("file", "place of the recording in the dataset"),
    *(_text(entity, f"label of the {what} in its name") for entity, what in zip(ENTITIES, _ENTITIES, strict=True)),
)
_CHANNEL = (
    _text("channel", "name of the channel"),
    _text("muscle", "target_muscle of channels.tsv"),
    _text("channel_status", "status of channels.tsv: good, bad or nothing"),
)
_SEGMENT = (
    _text("segment", "whole, or the text of the annotation; whole (annotation) of one that is called whole"),
    _count("segment_index", "0 of the whole; else which annotation with a duration it is, by onset, from 1"),
    _number("start_s", "s", "beginning of the segment in the recording"),
    _number("end_s", "s", "end of the segment in the recording"),
    _number("fs_Hz", "Hz", "sampling rate"),
)
_LEVELS = (
    _number("believed_s", "s", "samples of the segment that can be believed"),
    _number("believable_share", "1", "of the time a live session would have given a value for"),
    _number("rms_uV", "uV", "root mean square in the band"),
    _number("arv_uV", "uV", "mean absolute value in the band"),
    _number("envelope_median_uV", "uV", "median of the 125 ms RMS envelope"),
    _number("envelope_peak_uV", "uV", "largest value of that envelope"),
    _number("active_share", "1", "of the time that can be believed, inside events"),
    _number("mdf_Hz", "Hz", "median frequency of the band-passed spectrum"),
    _number("mnf_Hz", "Hz", "mean frequency of the band-passed spectrum"),
)
_FATIGUE = (
    _text("fatigue", "what MDF and RMS do together over the segment (JASA), or not assessed"),
    _text("fatigue_not_assessed_because", "why nothing is said"),
    _count("fatigue_windows", "windows of 0.5 s that went into it"),
    _number("mdf_slope_Hz_per_s", "Hz/s", "slope of MDF"),
    _number("mdf_slope_low_Hz_per_s", "Hz/s", "lower end of its 95 % interval"),
    _number("mdf_slope_high_Hz_per_s", "Hz/s", "upper end of its 95 % interval"),
    _number("mdf_slope_percent_per_s", "%/s", "slope of MDF over its value at the beginning"),
    _number("rms_slope_uV_per_s", "uV/s", "slope of the RMS"),
    _number("rms_slope_low_uV_per_s", "uV/s", "lower end of its 95 % interval"),
    _number("rms_slope_high_uV_per_s", "uV/s", "upper end of its 95 % interval"),
    _text("slope_nearly_random_walk", "yes where either wanders so that its interval is too short"),
)
_EVENTS = tuple(
    column
    for kind, name in KINDS.items()
    for column in (
        _count(f"{name}_count", f"events {kind} that begin in the segment"),
        _number(f"{name}_per_min", "1/min", f"events {kind} a minute of believed time"),
        _number(f"{name}_mean_s", "s", f"mean duration of events {kind}"),
    )
)
_WHOLE = (
    _number("rest_uV", "uV", "level of rest: median 100 ms RMS; of the whole only, as all that follows"),
    _number("rest_low_uV", "uV", "lower end of its 95 % interval"),
    _number("rest_high_uV", "uV", "upper end of its 95 % interval"),
    _text("rest_declared_by", "annotation, or nobody: then the quietest windows stand for it"),
    _number("hum_Hz", "Hz", "50 or 60, whichever is stronger"),
    _number("hum_share", "1", "of the power in the band that is mains hum"),
    _number("hum_share_at_rest", "1", "the same in the quietest quarter"),
    _number("missing_share", "1", "of the samples that are missing"),
    _number("clipped_share", "1", "of the samples at the rail"),
    _number("flat_share", "1", "of the samples that do not change"),
    _number("out_of_range_share", "1", "of the samples beyond 10 V"),
    _number("weak_share", "1", "of the samples weaker than any electrode on skin"),
    _number("raw_total_uV", "uV", "RMS of 20 Hz to min(450 Hz, 0.45 fs) before any filter; its parts follow"),
    _number("raw_hum_uV", "uV", "mains hum"),
    _number("raw_heart_uV", "uV", "the mean beat; nothing where no heart was heard"),
    _number("raw_converter_uV", "uV", "rounding to the steps of the converter"),
    _number("raw_floor_uV", "uV", "the quietest tenth of the time without the others"),
    _number("raw_muscle_uV", "uV", "what remains"),
    _number("raw_movement_uV", "uV", "2 to 15 Hz without the heart"),
    _count("heart_like_count", "events as regular as a heartbeat, which are probably no muscle"),
    _text("no_events_because", "why no events were looked for"),
    _text("remarks", "on the channel, one a line"),
)
GROUP = (*RECORDING, *_CHANNEL, *_SEGMENT, *_LEVELS, *_FATIGUE, *_EVENTS, *_WHOLE)
EVENTS = (
    *RECORDING,
    *_CHANNEL,
    _count("event", "number of the event in the recording, by onset, from 1"),
    _text("kind", "what was detected, by rule; no diagnosis"),
    _number("onset_s", "s", "first moment of the event"),
    _number("offset_s", "s", "its end"),
    _number("duration_s", "s", "from onset to offset"),
    _number("decided_s", "s", "when the causal detector could say so"),
    _number("peak_uV", "uV", "largest value of the detector's envelope"),
    _number("area_uV_s", "uV s", "envelope above rest from onset to offset"),
    _number("confidence", "1", "1 minus the chance that rest alone did it within an hour"),
    _text("context", "what was declared at the onset"),
    _text("reasons", "why not to believe all of it, separated by '; '"),
)
RECORDINGS = (
    *RECORDING,
    _text("status", "done, failed, or not run: no results of this file, plan, options and software yet"),
    _text("failure", "why it failed, in a sentence"),
    _number("duration_s", "s", "length of the recording"),
    _number("fs_Hz", "Hz", "sampling rate"),
    _count("channels", "channels that were analysed"),
    _count("segments", "segments of each channel, the whole included"),
    _number("power_line_Hz", "Hz", "PowerLineFrequency of *_emg.json"),
    _text("band", "pass band and notches"),
    _text("repairs", "what was mended in reading, one a line"),
    _text("remarks", "on recording and sidecars, one a line"),
    _text("key", "SHA-256 of input, sidecars, plan, options, the code of unguard and versions"),
)
TABLES: Mapping[str, Sequence[Column]] = {"group": GROUP, "events": EVENTS, "recordings": RECORDINGS}


def arrow_schema(table: str, more: Mapping[str, str] | None = None) -> Any:
    """Return the schema of a table for Arrow, with unit and meaning in the metadata of every field.

    more: metadata of the table beside the version of the schema.
    """
    arrow = module("pyarrow", "pyarrow", "datasets")
    types = {TEXT: arrow.string(), NUMBER: arrow.float64(), COUNT: arrow.int64()}
    fields = [
        arrow.field(c.name, types[c.kind], metadata={"unit": c.unit, "meaning": c.meaning}) for c in TABLES[table]
    ]
    said = {"schema": f"unguard-dataset-{table}", "schema_version": SCHEMA_VERSION, **(more or {})}
    return arrow.schema(fields, metadata=said)


def arrow_table(table: str, rows: Iterable[Mapping[str, Any]], more: Mapping[str, str] | None = None) -> Any:
    """Return rows as a table of Arrow; a value that is missing, None or NaN is null."""
    arrow = module("pyarrow", "pyarrow", "datasets")
    schema = arrow_schema(table, more)
    given = list(rows)
    columns = [
        arrow.array([_plain(row.get(field.name)) for row in given], type=field.type, from_pandas=True)
        for field in schema
    ]
    return arrow.Table.from_arrays(columns, schema=schema)


def _plain(value: Any) -> Any:
    """Return a value as Parquet can hold it: of text what is no text, as names of files may have it, replaced."""
    return re.sub("[\ud800-\udfff]", "\ufffd", value) if isinstance(value, str) else value
