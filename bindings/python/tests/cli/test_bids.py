"""`unguard bids`: what it writes, prints and answers. Truth: the files, and the validator of the standard."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from unguard import io

_TOLD = ("--subject", "01", "--task", "bend", "--placement", "palpated", "--reference", "Bipolar", "--power-line", "50")


# What is refused before it is asked for, needs no MNE-BIDS.
_NEEDS_MNE_BIDS = pytest.mark.skipif(sys.version_info < (3, 11), reason="MNE-BIDS needs Python 3.11")


@_NEEDS_MNE_BIDS
def test_a_recording_is_written_and_the_dataset_is_valid(
    run: Callable[..., Any], guarded: Path, tmp_path: Path
) -> None:
    muscles = ",".join(io.read(guarded).names[:4])
    done = run("bids", "write", guarded, "study", *_TOLD, "--emg", muscles, "--run", 1, "--format", "edf")
    file = Path("study/sub-01/emg/sub-01_task-bend_run-01_emg.edf")
    assert (done.code, done.out) == (0, f"{file}\n") and (tmp_path / file).is_file()
    assert json.loads((tmp_path / file).with_suffix(".json").read_text(encoding="utf-8"))["EMGChannelCount"] == 4
    judged = run("bids", "validate", "study")
    assert judged.code == 0 and judged.out.startswith("study: valid, 0 errors, ")
    (tmp_path / file).with_suffix(".json").unlink()
    judged = run("bids", "validate", "study")
    assert judged.code == 3 and "SIDECAR_KEY_REQUIRED" in judged.out and "EMGReference" in judged.out


def test_refusals_name_the_option(run: Callable[..., Any], guarded: Path) -> None:
    assert (none := run("bids", "write", guarded, "study", *_TOLD)).code == 2
    assert none.err.startswith("unguard: --emg is not given: expected names of channels that are muscle")
    wrong = run("bids", "write", guarded, "study", *_TOLD[:-1], "fifty")
    assert wrong.code == 2 and wrong.err.startswith("unguard: --power-line is 'fifty': expected hertz above 0")
    assert run("bids", "validate", "nothing").code == 2


@_NEEDS_MNE_BIDS  # the sentence is another one there
def test_a_missing_extra_is_one_sentence(
    run: Callable[..., Any], guarded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mne_bids", None)
    done = run("bids", "write", guarded, "study", *_TOLD, "--emg", io.read(guarded).names[0])
    assert done.code == 2 and not (tmp_path / "study").exists()
    assert done.err.startswith("unguard: mne-bids is not installed") and "pip install 'unguard[bids]'" in done.err
