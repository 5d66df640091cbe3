"""`unguard info` says what is there, `unguard simulate` writes what its truth says. Truth: the reader and the truth."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from unguard import io


def test_info_names_format_channels_rate_and_annotations(run: Callable[..., Any], guarded: Path) -> None:
    ran = run("info", guarded)
    assert ran.code == 0
    for words in ("guarded.bdf: BDF+, 40 s, 5 channels", "longissimus L", "trunk angle", "500 Hz", "deg", "20000",
                  "Annotations: "):  # fmt: skip
        assert words in ran.out


def test_info_demands_neither_rate_nor_unit(run: Callable[..., Any], table: Path) -> None:
    ran = run("info", table)
    assert ran.code == 0 and ran.out.count("not stated") >= 2 and "length unknown" in ran.out


def test_simulate_writes_a_recording_and_its_truth(run: Callable[..., Any], tmp_path: Path) -> None:
    ran = run("simulate", "guarded", "--seconds", 45, "--seed", 9, "--fs", 1000, "--out", "g.bdf")
    assert ran.code == 0 and ran.out.splitlines()[-1].endswith("g.bdf")
    truth = json.loads((tmp_path / "g.json").read_text(encoding="ascii"))
    recording = io.read(tmp_path / "g.bdf")
    assert (truth["fs_hz"], truth["samples"]) == (recording.fs, recording.samples) == (1000, 45_000)
    assert (truth["schema"], truth["schema_version"]) == ("unguard-simulation-truth", "1.0")
    assert truth["spec"]["seed"] == 9 and truth["spec"]["duration_s"] == 45
    rest = [a for a in recording.annotations if a.text == "declared rest"]
    assert [(a.onset_s, a.duration_s) for a in rest] == [(0, 20)]
    phases = {(p["begin_sample"] / 1000, p["phase"]) for p in truth["phases"] if p["phase"] != "rest"}
    assert phases == {(a.onset_s, a.text) for a in recording.annotations if a.text != "declared rest"}
    angle = recording.data[:, recording.names.index("trunk angle")]
    flexed = next(p for p in truth["phases"] if p["phase"] == "full flexion")
    assert angle[flexed["begin_sample"] : flexed["end_sample"]].mean() > 55
    assert np.abs(angle[:20_000] - 2).max() < 1e-3


def test_simulate_writes_the_same_bytes_for_the_same_seed(run: Callable[..., Any], tmp_path: Path) -> None:
    for folder, seed in (("a", 5), ("b", 5), ("c", 6)):
        (tmp_path / folder).mkdir()
        out = f"{folder}/x.bdf"
        assert run("simulate", "contaminated", "--seconds", 30, "--fs", 500, "--seed", seed, "--out", out).code == 0
    for name in ("x.bdf", "x.json"):
        same, again, other = ((tmp_path / f / name).read_bytes() for f in "abc")
        assert same == again and same != other


def test_help_names_the_commands(run: Callable[..., Any]) -> None:
    ran = run("--help")
    assert ran.code == 0
    for words in ("info", "analyse", "simulate", "not a medical device"):
        assert words in ran.out
