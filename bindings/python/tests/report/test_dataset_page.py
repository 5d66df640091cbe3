"""The report of a dataset. Truth: tables written by hand, of which the page is made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from unguard.dataset.atomic import write_parquet
from unguard.dataset.columns import arrow_table
from unguard.report.dataset_page import MOST_FAILURES, dataset_html

_HOSTILE = "<script>alert('muscle')</script>"


def _write(out: Path, group: list[dict[str, Any]], recordings: list[dict[str, Any]]) -> str:
    more = {"unguard": "0.1.0", "settings": json.dumps({"mains_hz": 50.0, "channels": None, "plan": ""})}
    write_parquet(out / "group.parquet", arrow_table("group", group, more))
    write_parquet(out / "recordings.parquet", arrow_table("recordings", recordings, more))
    return dataset_html(out)


def _row(number: int, channel: str, **more: Any) -> dict[str, Any]:
    level = 5 + number % 7
    return {
        "file": f"sub-{number:03d}/emg/x", "channel": channel, "segment": "whole", "segment_index": 0, "fs_Hz": 2000.0,
        "start_s": 0.0, "end_s": 60.0, "believable_share": 1.0, "rms_uV": level, "rest_uV": 2.0, "mdf_Hz": 60.0 + level,
        "fatigue": "uncertain", "activity_count": 3, "activity_per_min": 3.0, **more,
    }  # fmt: skip


def _done(number: int) -> dict[str, Any]:
    return {"file": f"sub-{number:03d}/emg/x", "status": "done", "duration_s": 60.0, "band": "20-450 Hz"}


def test_two_hundred_recordings_stay_a_page_that_can_be_read(tmp_path: Path) -> None:
    rows = [_row(n, f"m{c}") for n in range(200) for c in range(8)]
    page = _write(tmp_path, rows, [_done(n) for n in range(200)])
    assert "200 of 200 recordings are in the tables: 3.33 hours in sum, 1600 channels." in page
    assert len(page) < 1_500_000 and page.count("<svg") == 2
    assert "http" not in page.replace("http://www.w3.org", "").replace("https://www.w3.org", "")


def test_what_failed_is_said_first_and_with_its_reason(tmp_path: Path) -> None:
    failed = [{"file": f"sub-{n:03d}/emg/x", "status": "failed", "failure": f"byte {n}: broken"} for n in range(150)]
    page = _write(tmp_path, [_row(200, "m")], [*failed, _done(200)])
    assert "150 recordings stand as failed, by the last run or one before it" in page and "byte 0: broken" in page
    assert f"byte {MOST_FAILURES}: broken" not in page and "50 more are in recordings.parquet" in page
    assert page.index("<h2>Failed</h2>") < page.index("<h2>Muscles</h2>")


def test_nothing_of_the_recordings_is_markup(tmp_path: Path) -> None:
    rows = [_row(1, _HOSTILE, muscle=_HOSTILE, believable_share=0.1, remarks=_HOSTILE)]
    rows.append({**rows[0], "segment": _HOSTILE, "segment_index": 1})
    recordings = [_done(1), {"file": _HOSTILE, "status": "failed", "failure": _HOSTILE, "remarks": _HOSTILE}]
    page = _write(tmp_path, rows, recordings)
    assert "<script" not in page and "&lt;script&gt;" in page


def test_a_channel_that_is_called_bad_is_named_and_in_no_number(tmp_path: Path) -> None:
    rows = [_row(1, "good one"), _row(1, "bad one", channel_status="bad", rms_uV=12345.0)]
    page = _write(tmp_path, rows, [_done(1)])
    assert "Called bad in channels.tsv" in page and "sub-001/emg/x, bad one" in page
    assert "1 channels." in page and "12345" not in page


@pytest.mark.parametrize("share", [None, np.nan])
def test_without_numbers_there_is_a_page_all_the_same(tmp_path: Path, share: float | None) -> None:
    missing = {"rms_uV": None, "rest_uV": None, "mdf_Hz": None, "believable_share": share, "activity_per_min": None}
    assert "<h2>Muscles</h2>" in _write(tmp_path, [_row(1, "m", **missing)], [_done(1)])
    assert "<h2>Muscles</h2>" not in _write(tmp_path, [], [{"file": "x", "status": "failed", "failure": "why"}])
