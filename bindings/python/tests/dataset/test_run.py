"""What is done, what is kept and what is refused. Truth: files are changed by hand, so what has to follow is known."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import unguard
from studies import MUSCLES, tables
from unguard import bids, dataset, plan
from unguard.dataset.key import key_of
from unguard.dataset.settings import settings_of
from unguard.dataset.software import software


@pytest.fixture
def out(ran: dataset.DatasetRun, tmp_path: Path) -> Path:
    """A copy of the results of a whole run."""
    return Path(shutil.copytree(ran.out, tmp_path / "out"))


def test_a_second_run_does_nothing(study: Path, out: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    made = dataset.run(study, out, workers=2)
    assert made.done == () and len(made.kept) == 5 and made.failures == () and made.peak_MiB is None
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()} == before


def test_two_processes_give_the_bytes_of_one(study: Path, ran: dataset.DatasetRun, tmp_path: Path) -> None:
    ballast = np.ones(60_000_000)  # 458 MiB of who starts the workers, which are not theirs
    made = dataset.run(study, tmp_path / "out", workers=2)
    assert ballast.all() and len(made.done) == 5 and tables(made.out) == tables(ran.out)
    # Of processes of their own; `ran` was analysed in that of the tests, whatever else they had loaded.
    assert made.peak_MiB is not None and made.peak_MiB < 400


def test_only_what_has_changed_is_done_again(own_study: Path, out: Path) -> None:
    (own_study / "sub-02/emg/sub-02_task-bend_emg.json").write_text(json.dumps({"PowerLineFrequency": 60}))
    shutil.copy(own_study / "sub-01/emg/sub-01_task-bend_emg.bdf", own_study / "sub-03/emg/sub-03_task-bend_emg.bdf")
    (out / "sub-04/emg/sub-04_task-bend_desc-bdf_events.parquet").unlink()
    (out / "sub-05/emg/sub-05_task-bend_desc-bdf_emg.json").write_text("{ cut off")
    made = dataset.run(own_study, out, workers=1)
    assert [where[:6] for where in made.done] == ["sub-02", "sub-03", "sub-04", "sub-05"]
    assert made.recordings().set_index("sub").loc["02", "power_line_Hz"] == 60
    assert len(made.group()) == 60


def test_a_corrupt_file_and_a_name_that_cannot_be_fail_by_themselves(own_study: Path, out: Path) -> None:
    damaged = own_study / "sub-02/emg/sub-02_task-bend_emg.bdf"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:700])
    shutil.copy(own_study / "sub-01/emg/sub-01_task-bend_emg.bdf", own_study / "sub-04/emg/sub-07_task-bend_emg.bdf")
    made = dataset.run(own_study, out, workers=1)
    assert made.done == () and len(made.kept) == 4
    assert [where for where, _ in made.failures] == [
        "sub-02/emg/sub-02_task-bend_emg.bdf",
        "sub-04/emg/sub-07_task-bend_emg.bdf",
    ]
    rows = made.recordings().set_index("file")
    assert rows.loc["sub-02/emg/sub-02_task-bend_emg.bdf", "failure"].startswith(
        "sub-02/emg/sub-02_task-bend_emg.bdf, byte 252: number of signals is "
    )
    assert str(own_study) not in "".join(rows["failure"].dropna())
    assert set(made.group()["sub"]) == {"01", "03", "04", "05"}
    assert not list(out.glob("sub-02/**/*.parquet")), "what is left of it would pass for results"
    assert "number of signals" in made.report.read_text(encoding="utf-8")
    # The next run tries failures again, though nothing has changed.
    assert dataset.run(own_study, out, workers=1).failures == made.failures
    damaged.write_bytes(whole)
    (own_study / "sub-04/emg/sub-07_task-bend_emg.bdf").unlink()
    again = dataset.run(own_study, out, workers=1)
    assert [where[:6] for where in again.done] == ["sub-02"] and len(again.kept) == 4


def test_tables_of_another_result_are_done_again(study: Path, out: Path) -> None:
    # As a copy by hand leaves them, or a run that was killed between its files: a status beside tables that are no part
    # of it, each whole by itself.
    before = tables(out)
    emg = "sub-0{0}/emg/sub-0{0}_task-bend_desc-bdf_{1}.parquet"
    for subject, name in ((1, "measures"), (2, "events")):
        shutil.copy(out / emg.format(4, name), out / emg.format(subject, name))
    (out / emg.format(3, "measures")).write_bytes(b"PAR1 cut off")
    made = dataset.run(study, out, workers=1)
    assert [where[:6] for where in made.done] == ["sub-01", "sub-02", "sub-03"] and len(made.kept) == 2
    assert tables(out) == before


def test_results_that_vanish_while_the_run_is_on_are_a_failure(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"

    def remove(done: int, total: int, where: str) -> None:
        next(out.glob("sub-01/emg/*_measures.parquet")).unlink()

    made = dataset.run(study, out, workers=1, participants="01", progress=remove)
    assert made.done == () and "the results are not in OUT: something else has removed" in made.failures[0][1]
    assert list(made.recordings()["status"]) == ["failed", *["not run"] * 4]


def test_what_failed_before_and_is_not_asked_for_is_told(own_study: Path, out: Path) -> None:
    damaged = own_study / "sub-02/emg/sub-02_task-bend_emg.bdf"
    damaged.write_bytes(damaged.read_bytes()[:700])
    first = dataset.run(own_study, out, workers=1)
    page = first.report.read_bytes()
    made = dataset.run(own_study, out, workers=1, participants="01")
    assert len(first.failures) == 1 and first.failed_before == ()
    assert made.failures == () and made.failed_before == first.failures and made.not_run == ()
    assert "0 failed, 1 failed before" in repr(made)
    assert made.report.read_bytes() == page and b"1 recording stands as failed" in page
    assert list(made.recordings()["status"]) == ["done", "failed", "done", "done", "done"]


def test_those_that_are_asked_for_are_done_and_tables_are_of_all(study: Path, out: Path, tmp_path: Path) -> None:
    made = dataset.run(study, tmp_path / "new", workers=1, participants=["01", "sub-02"], tasks="bend")
    assert len(made.done) == 2 and len(made.not_run) == 3
    assert list(made.recordings()["status"]) == ["done", "done", "not run", "not run", "not run"]
    kept = dataset.run(study, out, workers=1, participants="01")
    assert len(kept.kept) == 5 and len(kept.group()) == 60


def test_a_plan_says_band_mains_and_channels(study: Path, tmp_path: Path) -> None:
    muscles = tuple(
        plan.Muscle(channel=name, muscle=name[:-2], side="left" if name[-1] == "L" else "right",
                    site="L1" if name[:4] == "long" else "L5", landmark="midline", position_cm=3.0,
                    electrode_distance_mm=20, orientation="cranio-caudal")
        for name in MUSCLES[:2]
    )  # fmt: skip
    montage = plan.Montage(name="two", reference_electrode="C7", muscles=muscles)
    mine = plan.new_plan("P-014").replace(montage=montage)
    file = plan.write_plan(mine, tmp_path)
    made = dataset.run(study, tmp_path / "out", workers=1, plan=file, participants="01")
    assert made.failures == ()
    band = mine.band(mine.processing.level_band)
    assert set(made.group()["channel"]) == set(MUSCLES[:2])
    said = made.recordings()["band"].iloc[0]
    assert said.startswith(f"{band.high_pass_Hz:g}-{band.low_pass_Hz:g} Hz")
    with pytest.raises(unguard.ConfigError, match="mains is 50: expected to be left out beside a plan"):
        dataset.run(study, tmp_path / "out", plan=file, mains=50)


def test_everything_that_decides_a_result_is_in_its_key(own_study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = bids.find(own_study)[0]
    plain, here = settings_of(None, None, None, None), software()
    keys = {key_of(file, plain, here), key_of(bids.find(own_study)[1], plain, here)}
    for options in ((None, ["a"], None, None), (None, None, (30, 400), None), (None, None, None, 50)):
        keys.add(key_of(file, settings_of(*options), here))
    (own_study / "task-bend_events.tsv").write_text("onset\tduration\n")
    keys.add(key_of(file, plain, here))
    for what in ("unguard", "numpy", "scipy"):
        with monkeypatch.context() as another:
            another.setattr(f"{what}.__version__", "99")
            keys.add(key_of(file, plain, software()))
    monkeypatch.setattr("unguard.dataset.software._code_here", lambda: "another commit")
    keys.add(key_of(file, plain, software()))
    with monkeypatch.context() as patch:
        patch.setattr("unguard.dataset.software.version", lambda package: "0.0")
        keys.add(key_of(file, plain, software()))
    assert len(keys) == 11


def test_results_of_another_commit_are_made_anew(study: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unguard.dataset.software._code_here", lambda: "another commit")
    made = dataset.run(study, out, workers=1, participants="01")
    assert made.kept == () and len(made.not_run) == 4
    # Its worker is a process of its own, which has the code that is installed, and refuses.
    assert "; expected a worker with unguard" in made.failures[0][1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"workers": 0}, "workers is 0: expected a whole number of processes, 1 or more"),
        ({"workers": 2, "scheduler": "tcp://x"}, "workers is 2: expected to be left out beside a scheduler"),
        ({"mains": 55}, "mains is 55: expected 50 or 60 Hz"),
        ({"band": (450, 20)}, "low is 450 Hz|high is 20 Hz"),
        ({"channels": []}, "channels is empty"),
        ({"participants": "99"}, "participants is '99': expected one of 01, 02"),
        ({"scheduler": "tcp://127.0.0.1:9"}, "scheduler is 'tcp://127.0.0.1:9', where no scheduler answers"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_done(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, object], message: str
) -> None:
    monkeypatch.setattr("unguard.dataset.cluster._CONNECT_S", 1.0)
    with pytest.raises(unguard.ConfigError, match=message):
        dataset.run(study, tmp_path / "out", **options)  # type: ignore[arg-type]


def test_results_do_not_go_into_somebody_elses_data(study: Path, own_study: Path, tmp_path: Path) -> None:
    with pytest.raises(unguard.ConfigError, match="the dataset itself: expected a folder outside of it, or one below"):
        dataset.run(study, study)
    with pytest.raises(unguard.ConfigError, match="a dataset that unguard did not make"):
        dataset.run(study, own_study)
    (tmp_path / "file").write_text("")
    with pytest.raises(unguard.ConfigError, match="a file: expected a folder that can be written"):
        dataset.run(study, tmp_path / "file")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty/dataset_description.json").write_text("{}")
    with pytest.raises(unguard.FormatError, match="the dataset is without EMG"):
        dataset.run(tmp_path / "empty", tmp_path / "out")


@pytest.mark.parametrize("place", ["sub-01", "sub-01/emg/out", "sub-99", "out", "derivatives", "sub-01/../code/out"])
def test_results_do_not_go_among_the_recordings(own_study: Path, place: str) -> None:
    before = sorted(own_study.rglob("*"))
    expected = "in the dataset: expected a folder outside of it, or one below its derivatives/"
    with pytest.raises(unguard.ConfigError, match=expected):
        dataset.run(own_study, own_study / place, participants="01", workers=1)
    assert sorted(own_study.rglob("*")) == before


def test_a_link_into_the_data_set_is_a_place_in_it(own_study: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(own_study / "sub-01", target_is_directory=True)
    with pytest.raises(unguard.ConfigError, match="in the dataset: expected a folder outside of it"):
        dataset.run(own_study, tmp_path / "link" / "out", participants="01", workers=1)


@pytest.mark.parametrize("place", ["study/derivatives/unguard", "study-results"])
def test_results_go_below_derivatives_or_beside_the_data_set(own_study: Path, tmp_path: Path, place: str) -> None:
    made = dataset.run(own_study, tmp_path / place, participants="01", workers=1)
    assert len(made.done) == 1 and len(bids.find(own_study)) == 5, "what is in derivatives is no recording"
