"""`unguard analyse`: what it writes, prints and answers. Truth: docs/analysis.md."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from unguard import io


def _json(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "analysis.json").read_text(encoding="utf-8"))
    return found


def test_writes_four_files_beside_the_current_directory_and_ends_with_the_report(
    run: Callable[..., Any], guarded: Path, tmp_path: Path
) -> None:
    ran = run("analyse", guarded)
    assert ran.code == 0
    assert ran.out.splitlines()[-1] == "guarded-unguard/report.html"
    folder = tmp_path / "guarded-unguard"
    assert sorted(p.name for p in folder.iterdir()) == ["analysis.json", "envelope.csv", "events.csv", "report.html"]


def test_prints_what_a_person_needs(run: Callable[..., Any], guarded: Path) -> None:
    out = run("analyse", guarded).out
    for words in (
        "20 to 225 Hz (20 Hz to the smaller of 450 Hz and 0.45 times the sampling rate)",
        "Rest: declared in the recording, 0 to 20 s",
        "longissimus L",
        "rest [uV]",
        "ACTIVITY",
        "In full flexion the muscles read",
        "Heartbeat and movement of electrodes are not removed",
        "trunk angle: in deg, not a voltage",
        "not a medical device",
    ):
        assert words in out, words
    assert max(map(len, out.splitlines())) <= 110


def test_one_channel_is_one_channel(run: Callable[..., Any], guarded: Path) -> None:
    assert "1 channel analysed" in run("analyse", guarded, "--channels", "multifidus L").out
    assert "4 channels analysed" in run("analyse", guarded).out


def test_nothing_is_said_on_standard_error_where_it_is_no_terminal(run: Callable[..., Any], guarded: Path) -> None:
    assert run("analyse", guarded).err == ""


def test_tables_agree_with_the_json(run: Callable[..., Any], guarded: Path, tmp_path: Path) -> None:
    run("analyse", guarded, "--out", "here")
    made = _json(tmp_path / "here")
    with (tmp_path / "here/events.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(made["events"]) > 0
    for row, event in zip(rows, made["events"], strict=True):
        assert (row["kind"], row["channel"], row["context"]) == (event["kind"], event["channel"], event["context"])
        assert float(row["onset_s"]) == pytest.approx(event["onset_s"], abs=1e-6)
        assert float(row["area"]) == pytest.approx(event["area_uV_s"], rel=1e-5)
        assert float(row["offset_s"]) > float(row["onset_s"])
    with (tmp_path / "here/envelope.csv").open(newline="", encoding="utf-8") as file:
        envelope = list(csv.DictReader(file))
    assert list(envelope[0]) == ["time_s", "longissimus L", "longissimus R", "multifidus L", "multifidus R"]
    assert len(envelope) == pytest.approx(40 * 50, abs=5)
    peak = max(float(r["longissimus L"] or "nan") for r in envelope if r["longissimus L"])
    assert peak == pytest.approx(made["channels"][0]["levels"]["peak_envelope_uV"], rel=1e-5)


def test_the_same_command_writes_the_same_bytes(
    run: Callable[..., Any], guarded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for name in ("one", "two"):
        assert run("analyse", guarded, "--out", name).code == 0
    for file in sorted((tmp_path / "one").iterdir()):
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name


def test_results_of_an_earlier_analysis_are_replaced(run: Callable[..., Any], guarded: Path, tmp_path: Path) -> None:
    run("analyse", guarded, "--out", "deep/er")
    run("analyse", guarded, "--out", "deep/er", "--channels", "multifidus L")
    assert [c["name"] for c in _json(tmp_path / "deep/er")["channels"]] == ["multifidus L"]


@pytest.mark.parametrize(
    "given",
    [
        ["--channels", "multifidus R,longissimus L"],
        ["--channels", "multifidus R", "--channels", "longissimus L"],
        ["--channels", " multifidus R , longissimus L ,"],
    ],
)
def test_channels_are_named_by_commas_or_one_by_one(
    run: Callable[..., Any], guarded: Path, tmp_path: Path, given: list[str]
) -> None:
    assert run("analyse", guarded, "--out", "o", *given).code == 0
    assert [c["name"] for c in _json(tmp_path / "o")["channels"]] == ["multifidus R", "longissimus L"]


def test_a_channel_whose_name_has_a_comma_can_be_named(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "t.tsv").write_text("a, left [uV]\tb [uV]\n" + "".join(f"{i % 7}\t{i % 5}\n" for i in range(3000)))
    assert run("analyse", "t.tsv", "--fs", 1000, "--channels", "a, left", "--out", "o").code == 0
    assert [c["name"] for c in _json(tmp_path / "o")["channels"]] == ["a, left"]


def test_band_mains_and_rest_reach_the_method(run: Callable[..., Any], guarded: Path, tmp_path: Path) -> None:
    options = ["--band", 30, 200, "--mains", 50, "--rest", 2, 18]
    assert run("analyse", guarded, "--out", "o", *options).code == 0
    method = _json(tmp_path / "o")["method"]
    assert (method["band"]["low_hz"], method["band"]["high_hz"]) == (30, 200)
    assert method["band"]["rule"] == "chosen by the caller"
    assert method["mains"] == {"frequency_hz": 50, "notches_hz": [50, 100, 150, 200]}
    assert (method["rest"]["declared_by"], method["rest"]["stretches_s"]) == ("caller", [[2, 18]])


def test_rate_and_unit_are_taken_from_the_options(run: Callable[..., Any], table: Path, tmp_path: Path) -> None:
    assert run("analyse", table, "--fs", 1000, "--unit", "mV", "--out", "o").code == 0
    made = _json(tmp_path / "o")
    assert made["recording"]["fs_hz"] == 1000
    assert run("analyse", table, "--fs", 1000, "--gain", 1000, "--offset", 3, "--out", "p").code == 0
    for one, other in zip(made["channels"], _json(tmp_path / "p")["channels"], strict=True):
        assert math.isclose(one["levels"]["rms_uV"], other["levels"]["rms_uV"], rel_tol=1e-6)


def test_a_device_can_be_chosen(run: Callable[..., Any], real_data: Path, tmp_path: Path) -> None:
    file = real_data / "plux/emg_1000_hz_8_16_bits.h5"
    refused = run("analyse", file)
    assert refused.code == 3 and "--device" in refused.err
    assert run("analyse", file, "--device", "00:07:80:D8:A7:F9", "--out", "o").code == 0


def test_no_folder_of_the_machine_stands_in_the_results(run: Callable[..., Any], guarded: Path, tmp_path: Path) -> None:
    # Truth: no folder of the machine may stand in what a person passes on.
    run("analyse", guarded, "--out", "o")
    for file in (tmp_path / "o").iterdir():
        assert str(guarded.parent) not in file.read_text(encoding="utf-8"), file.name
    assert _json(tmp_path / "o")["source"]["file"] == "guarded.bdf"
    assert io.read(guarded).samples == _json(tmp_path / "o")["recording"]["samples"]
