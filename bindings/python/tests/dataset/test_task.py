"""One recording in a worker. Truth: what does not fit at once gives the bytes of what does."""

from __future__ import annotations

from pathlib import Path

import pytest
from studies import tables
from unguard import bids, dataset
from unguard.dataset import task
from unguard.dataset.key import key_of
from unguard.dataset.settings import Settings
from unguard.dataset.software import software


def _task(study: Path, out: Path, settings: Settings) -> task.Task:
    file = bids.find(study)[0]
    return task.Task(str(study), file.where, str(out), settings, software(), key_of(file, settings, software()))


def _work(study: Path, out: Path) -> task.Outcome:
    return task.work(_task(study, out, Settings()))


def test_a_long_recording_is_read_some_channels_at_a_time_to_the_same_bytes(
    study: Path, ran: dataset.DatasetRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task, "_AT_ONCE_BYTES", 2 * 5000 * 8)  # two of four channels
    assert _work(study, tmp_path).status == "done"
    for place, data in tables(tmp_path).items():
        assert data == (ran.out / place).read_bytes()


def test_an_option_that_does_not_fit_a_recording_is_its_failure_by_name(study: Path, tmp_path: Path) -> None:
    one = _task(study, tmp_path, Settings(channels=("gluteus",)))
    assert task.work(one).failure.startswith(
        "sub-01/emg/sub-01_task-bend_emg.bdf: channels is 'gluteus': expected one of longissimus L"
    )


def test_a_mistake_of_ours_is_a_failure_of_one_recording(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def wrong(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("unguard.bids.opened.open_file", wrong)
    found = _work(study, tmp_path)
    assert found.status == "failed"
    assert found.failure == "sub-01/emg/sub-01_task-bend_emg.bdf: ZeroDivisionError: division by zero"
    assert "Traceback" in caplog.text, "whoever has to mend it finds where"


def test_memory_that_is_not_there_is_said(study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_large(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("unguard.bids.opened.open_file", too_large)
    assert "does not fit into the memory of a worker" in _work(study, tmp_path).failure


def test_a_failure_that_cannot_be_written_is_told(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(task, "write_results", full)
    monkeypatch.setattr(task, "write_failure", full)
    told = _work(study, tmp_path)
    assert told.status == "failed" and "No space left on device" in told.failure and "No space left" in caplog.text


def test_a_recording_that_changes_after_the_run_began_is_no_result_of_it(own_study: Path, tmp_path: Path) -> None:
    one = _task(own_study, tmp_path, Settings())
    (own_study / "task-bend_events.tsv").write_text("onset\tduration\n")
    found = task.work(one)
    assert found.status == "failed" and "have changed since it began" in found.failure
    assert not list(tmp_path.glob("sub-*/emg/*.parquet"))


def test_what_a_remark_says_of_rest_can_be_done_to_a_dataset(own_study: Path, tmp_path: Path) -> None:
    (own_study / "task-bend_events.tsv").unlink()
    told = dataset.run(own_study, tmp_path / "out", workers=1, participants="01").recordings()["remarks"].iloc[0]
    (remark,) = (line for line in told.split("\n") if "Nobody declared a rest" in line)
    assert '*_events.tsv with the trial_type "rest" and its duration' in remark
    # An option of another command is named with that command.
    assert remark.count("--") == 1 and "`unguard analyse` with --rest" in remark
    (own_study / "task-bend_events.tsv").write_text("onset\tduration\ttrial_type\n0.0\t3.0\trest\n")
    made = dataset.run(own_study, tmp_path / "out", workers=1, participants="01")
    assert len(made.done) == 1 and "Nobody declared a rest" not in made.recordings()["remarks"].iloc[0]
