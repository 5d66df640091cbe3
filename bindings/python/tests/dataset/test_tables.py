"""What the tables of a run hold. Truth: the analysis of each recording by itself, and the written schema."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest
import unguard
from unguard import bids, dataset, fatigue
from unguard.analysis import analyse
from unguard.dataset.columns import TABLES


def test_every_recording_channel_and_segment_has_a_row(ran: dataset.DatasetRun) -> None:
    group = ran.group()
    assert len(group) == 5 * 4 * 3
    assert list(group["segment"].unique()) == ["whole", "declared rest", "lift"]
    assert list(group["sub"].unique()) == ["01", "02", "03", "04", "05"]
    assert not group.duplicated(["file", "channel", "segment", "segment_index"]).any()
    assert set(group["muscle"]) == {"longissimus", "multifidus"} and set(group["channel_status"]) == {"good"}


def test_numbers_of_the_whole_are_those_of_the_analysis(ran: dataset.DatasetRun, study: Path) -> None:
    group = ran.group().set_index(["file", "channel", "segment"])
    for file in bids.find(study)[:2]:
        made = analyse(bids.read(file))
        for channel in made.channels:
            row = group.loc[(file.where, channel.name, "whole")]
            level = channel.levels
            for name in ("rms_uV", "arv_uV", "rest_uV", "rest_low_uV", "active_share", "hum_share", "believable_share"):
                expected = getattr(level, name)
                assert row[name] == expected or (expected is None and np.isnan(row[name])), name
            assert channel.spectrum is not None and channel.budget is not None
            assert row["mdf_Hz"] == channel.spectrum.median_hz
            assert row["raw_floor_uV"] == channel.budget.floor_uV
            assert row["activity_count"] == sum(e.kind == "ACTIVITY" for e in channel.events)
            assert row["rest_declared_by"] == "annotation"


def test_fatigue_is_that_of_the_recording(ran: dataset.DatasetRun, study: Path) -> None:
    group = ran.group().set_index(["file", "channel", "segment"])
    file = bids.find(study)[0]
    for name, found in fatigue.assess(bids.read(file)).items():
        row = group.loc[(file.where, name, "whole")]
        assert row["fatigue"] == found.quadrant
        assert row["mdf_slope_Hz_per_s"] == found.spectrum.slope.value
        assert row["rms_slope_high_uV_per_s"] == found.amplitude.slope.high
    short = group.xs("lift", level="segment").iloc[0]
    assert short["fatigue"] == "not assessed"
    assert short["fatigue_not_assessed_because"] == "1.5 s are less than five windows of 0.5 s"


def test_events_are_those_of_the_analysis(ran: dataset.DatasetRun, study: Path) -> None:
    found = ran.events()
    expected = [(f.where, e.id, e.onset_s) for f in bids.find(study) for e in analyse(bids.read(f)).events]
    assert sorted(zip(found["file"], found["event"], found["onset_s"], strict=True)) == sorted(expected)
    assert np.allclose(found["duration_s"], found["offset_s"] - found["onset_s"])


def test_events_are_counted_in_the_segment_they_begin_in(ran: dataset.DatasetRun) -> None:
    events, group = ran.events(), ran.group()
    assert len(events)
    for row in group.itertuples():
        of = events[(events["file"] == row.file) & (events["channel"] == row.channel)]
        inside = of[(of["onset_s"] >= row.start_s) & (of["onset_s"] < row.end_s)]
        assert row.activity_count == (inside["kind"] == "ACTIVITY").sum()
        if row.believed_s >= 1:
            assert row.activity_per_min == pytest.approx(60 * row.activity_count / row.believed_s)


@pytest.mark.parametrize("table", list(TABLES))
def test_units_are_in_the_names_and_in_the_schema(ran: dataset.DatasetRun, table: str) -> None:
    schema = pyarrow.parquet.read_schema(ran.out / f"{table}.parquet")
    assert schema.metadata[b"schema_version"].decode() == dataset.SCHEMA_VERSION
    for column in TABLES[table]:
        said = schema.field(column.name).metadata
        assert said[b"unit"].decode() == column.unit and said[b"meaning"]
        of_unit = column.unit.replace("%", "percent").replace("/", "_per_").replace(" ", "_")
        if column.kind == "number" and column.unit != "1":
            assert column.name.endswith(f"_{of_unit}") or (column.unit == "1/min" and column.name.endswith("_per_min"))


def test_the_results_are_a_derivative_of_bids(ran: dataset.DatasetRun) -> None:
    said = json.loads((ran.out / "dataset_description.json").read_text())
    assert said["DatasetType"] == "derivative"
    assert said["GeneratedBy"][0]["Name"] == "unguard" and said["GeneratedBy"][0]["Version"] == unguard.__version__
    columns = json.loads((ran.out / "columns.json").read_text())
    assert columns["group"]["rms_uV"]["Units"] == "uV"


def test_every_recording_has_a_row_with_what_was_said_of_it(ran: dataset.DatasetRun) -> None:
    rows = ran.recordings()
    assert list(rows["status"]) == ["done"] * 5 and set(rows["power_line_Hz"]) == {50.0}
    assert rows["remarks"].str.contains("taken for declared rest").all()
    assert ran.peak_MiB is not None and ran.peak_MiB > 0
