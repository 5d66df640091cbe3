"""`unguard dataset run`: what it prints, writes and returns. Truth: a dataset made by hand, one file of it damaged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import unguard
import unguard.io
from unguard.recording import Recording
from unguard.simulated_recording import to_recording


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Two recordings of 4 s, of which the second is cut off."""
    root = tmp_path / "study"
    root.mkdir()
    (root / "dataset_description.json").write_text(json.dumps({"Name": "short", "BIDSVersion": "1.11.0"}))
    whole = to_recording(unguard.simulate("guarded", seconds=40, seed=7, fs=500))
    for number in (1, 2):
        path = root / f"sub-{number:02d}/emg/sub-{number:02d}_task-bend_emg.bdf"
        path.parent.mkdir(parents=True)
        unguard.io.write_bdf(path, Recording(whole.data[number * 2000 :][:2000].copy(), 500, whole.channels))
    path.write_bytes(path.read_bytes()[:600])
    return root


def test_a_run_says_what_it_did_what_failed_and_where_the_page_is(study: Path, run: Callable[..., Any]) -> None:
    ran = run("dataset", "run", study, "out", "--workers", 1)
    assert ran.code == 3
    assert "1 recordings analysed, 0 as they were" in ran.out
    assert "Failed (1); the next run tries again:" in ran.out and "number of signals is" in ran.out
    assert ran.out.rstrip().endswith("out/report.html") and Path("out/report.html").is_file()
    assert ran.err.splitlines() == ["1 of 2 recordings", "2 of 2 recordings"]
    others = run("dataset", "run", study, "out", "--workers", 1, "--participant-label", "01")
    assert others.code == 0, "all that was asked for is there"
    assert "nothing to do: the results of 1 recordings hold" in others.out
    assert "1 recording of earlier runs stands as failed, not asked for in this one" in others.out
    assert "Failed in earlier runs (1); a run that asks for them tries again:" in others.out
    assert others.out.count("number of signals is") == 1
    (study / "sub-02/emg/sub-02_task-bend_emg.bdf").unlink()
    again = run("dataset", "run", study, "out", "--workers", 1)
    assert again.code == 0 and again.err == "" and "nothing to do: the results of all 1 recordings hold" in again.out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nowhere", "out"), 3, "nowhere: the folder is missing: expected a BIDS dataset"),
        (("study", "out", "--workers", 0), 2, "--workers is 0: expected a whole number of processes, 1 or more"),
        (("study", "out", "--participant-label", "9"), 2, "--participant-label is '9': expected one of 01, 02"),
        (("study", "out", "--task", "9"), 2, "--task is '9': expected one of bend"),
        (("study", "study"), 2, "OUT is 'study', the dataset itself"),
        (("study", "out", "--plan", "none.toml"), 3, "none.toml: the file is missing"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    study: Path, run: Callable[..., Any], arguments: tuple[object, ...], code: int, said: str
) -> None:
    ran = run("dataset", "run", *arguments)
    assert ran.code == code and said in ran.err and ran.err.count("\n") == 1


def test_help_names_the_options_of_a_bids_app(run: Callable[..., Any]) -> None:
    text = run("dataset", "run", "--help").out
    assert all(
        word in text for word in ("BIDS_DIR", "OUT", "--participant-label", "--workers", "--scheduler", "--plan")
    )


def test_a_package_that_is_missing_is_one_sentence(
    study: Path, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "joblib", None)
    ran = run("dataset", "run", study, "out")
    assert ran.code == 2 and "joblib is not installed" in ran.err and "pip install 'unguard[datasets]'" in ran.err
