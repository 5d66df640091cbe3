"""`unguard benchmark`: what it prints and writes, and what it refuses."""

from __future__ import annotations

import importlib
import inspect
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from unguard.benchmark import DATASETS, GRIDS, OURS, PUBLISHED, Detector, Family, ScoredEvent


def test_compares_on_recordings(run: Callable[..., Any], real_data: Path, tmp_path: Path) -> None:
    ran = run("benchmark", "--set", f"plux_bursts={real_data / 'plux'}", "--no-peers", "--out", "made")
    assert ran.code == 0 and "plux_bursts: 9 true events" in ran.out and ran.out.endswith("made/report.html\n")
    names = {f.name for f in (tmp_path / "made").iterdir()}
    assert names == {"results.json", "results.csv", "f1.png", "delay.png", "error.png", "report.html"}
    rows = json.loads((tmp_path / "made/results.json").read_text())["rows"]
    found = {(r["detector"], r["setting"]): r["hits"] for r in rows}
    assert {key: hits for key, hits in found.items() if key[0].startswith("unguard")} == {
        (name, setting): 9
        for name in (
            "unguard SpasmDetector",
            "unguard ActivityDetector",
            "unguard ActivityDetector, bursts",
            "unguard EventDetector",
        )
        for setting in ("documented", "searched")
    }
    assert set(found) == {(f.name, s) for f in (*OURS, *PUBLISHED) for s in ("documented", "searched")}
    assert "Hodges & Bui 1996 (HodgesBui)" in ran.out and not any(r["error"] for r in rows)


def test_published_detectors_may_be_left_out_and_fail_as_peers_do(run: Callable[..., Any], real_data: Path) -> None:
    gestures = ("--set", f"uci_gestures={real_data / 'uci_gestures'}", "--fs", "200", "--no-peers", "--no-search")
    ran = run("benchmark", *gestures)
    # At 200 Hz there is no band of 30 to 300 Hz.
    assert ran.code == 0 and "Li et al. 2007 (TkeoOnset), documented: failed." in " ".join(ran.out.split())
    assert "Lidierth 1986 (Lidierth)" in ran.out
    ran = run("benchmark", *gestures, "--no-published")
    assert ran.code == 0 and not any(f.name in ran.out for f in PUBLISHED)


def test_prints_what_failed(run: Callable[..., Any], real_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(x: NDArray[np.float64], fs: float, rest: tuple[int, int]) -> list[ScoredEvent]:
        raise RuntimeError("no such\nluck")

    family = Family("peer", lambda: Detector("peer", dies), {}, "here", package="numpy")
    monkeypatch.setattr(importlib.import_module("unguard.cli.benchmark"), "OURS", (family,))
    ran = run("benchmark", "--set", f"plux_bursts={real_data / 'plux'}", "--no-peers", "--no-published")
    assert ran.code == 0
    told = [line.strip() for line in ran.out.splitlines()]
    assert any(line.split() == ["peer", "documented", "failed"] for line in told)
    at = told.index("Failed or refused:")
    assert told[at + 1].startswith("- peer, documented: failed.") and "RuntimeError: no such luck" in told[at + 1]
    page = Path("benchmark-unguard/report.html").read_text()
    assert "RuntimeError: no such luck" in page


def test_takes_a_folder_of_recordings(run: Callable[..., Any], real_data: Path) -> None:
    ran = run("benchmark", "--data", real_data, "--no-peers", "--no-search")
    assert ran.code == 0 and "searched" not in ran.out
    assert [w in ran.out for w in ("plux_bursts", "emggo", "uci_gestures", "benchmark-unguard/report.html")] == [
        True
    ] * 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "--data is not given: expected --data FOLDER, --set NAME=FOLDER or --generator"),
        (("--set", "emggo"), "--set is 'emggo': expected NAME=FOLDER with one of plux_bursts"),
        (("--set", "x=y"), "--set is 'x=y'"),
        (("--data", ".", "--limit", "0"), "--limit is 0: expected a number of seconds above 0"),
        (("--data", ".", "--seed", "-1"), "--seed is -1"),
        (("--data", ".", "--out", " "), "--out is ' '"),
        (("--data", ".", "--limit", "inf"), "--limit is inf: expected a number of seconds above 0"),
        (("--set", "uci_gestures=."), "--fs is not given: expected the nominal rate"),
        (("--generator", "--fs", "200"), "--fs is 200: expected to be left out"),
    ],
)
def test_refuses_by_option(run: Callable[..., Any], arguments: tuple[str, ...], words: str) -> None:
    ran = run("benchmark", *arguments)
    assert ran.code == 2 and words in ran.err


def test_takes_a_data_set_once_and_the_rate_for_those_that_ask(run: Callable[..., Any], real_data: Path) -> None:
    plux, gestures = f"plux_bursts={real_data / 'plux'}", f"uci_gestures={real_data / 'uci_gestures'}"
    ran = run("benchmark", "--set", plux, "--set", plux)
    assert ran.code == 2 and "expected plux_bursts once" in ran.err
    ran = run("benchmark", "--set", plux, "--set", gestures, "--fs", "200", "--no-peers", "--no-search")
    assert ran.code == 0 and "uci_gestures: 10 true events" in ran.out


def test_the_rate_reaches_a_data_set_by_data_too_as_the_docs_say(
    run: Callable[..., Any], real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Truth: docs/benchmark.md, "Data"; the count of samples is the duration of the time stamps times the rate.
    text = (Path(__file__).parents[4] / "docs/benchmark.md").read_text(encoding="utf-8")
    asks = {name for name, load in DATASETS.items() if "fs" in inspect.signature(load).parameters}
    assert set(re.findall(r"^\| `(\w+)` \(`--fs", text, flags=re.MULTILINE)) == asks
    assert "at 200 Hz unless `--fs` says otherwise" in text
    monkeypatch.setattr(importlib.import_module("unguard.cli.benchmark"), "OURS", ())
    for given, rate in (((), 200), (("--fs", "200"), 200), (("--fs", "100"), 100)):
        only = ("--no-peers", "--no-published", "--no-search")
        ran = run("benchmark", "--data", real_data, *given, *only, "--out", "made")
        assert ran.code == 0, ran.err
        sets = json.loads((tmp_path / "made/results.json").read_text())["datasets"]
        (said,) = (d["remarks"] for d in sets if d["name"] == "uci_gestures")
        assert any(f"at {rate} Hz; only" in remark for remark in said)
    ran = run("benchmark", "--data", real_data, "--fs", "2000")
    assert ran.code == 2 and "--fs is 2000.0: expected the nominal rate of the armband" in ran.err


def test_names_the_first_file_that_is_missing(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "plux").mkdir()
    ran = run("benchmark", "--data", tmp_path)
    assert ran.code == 3 and "the data set plux_bursts is without 'emg_bursts.h5' and 1 more" in ran.err


def test_compares_on_simulated_onsets(run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # One corner of each grid, at the lowest rate; what the grids hold is in tests/benchmark.
    for name, grid in GRIDS.items():
        ends = {axis: values[-1:] for axis, values in vars(grid).items() if axis != "repeats"}
        monkeypatch.setitem(GRIDS, name, replace(grid, **ends | {"fs": (500.0,)}))
    options = ("--no-peers", "--no-published", "--no-search", "--seed", "4", "--out", "made")
    ran = run("benchmark", "--generator", *options)
    assert ran.code == 0 and all(f"{name}: 2 true events" in ran.out for name in GRIDS)
    made = json.loads((tmp_path / "made/results.json").read_text())
    assert made["seed"] == 4 and [d["name"] for d in made["datasets"]] == [*GRIDS, "generator: spasm-like"]
    assert len(made["rows"]) == len(OURS) * (len(GRIDS) + 1) and not any(r["error"] for r in made["rows"])
    assert all(r["hits"] + r["misses"] == 2 for r in made["rows"] if r["dataset"] in GRIDS)
    kinds = [r["f1 SPIKE"] for r in made["rows"] if r["dataset"] not in GRIDS]
    assert len(kinds) == len(OURS) and max(kinds) == kinds[-1] >= 0.9, "EventDetector tells kinds apart"
