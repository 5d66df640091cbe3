"""Runs on a Dask cluster: a real scheduler and two real workers. Truth: the bytes of a run by one process here.

A worker with a disk of its own is one that finds another folder under the same name: below /proc/self/cwd, as the
workers of these tests are at work in a folder of theirs.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from studies import tables
from unguard import ConfigError, bids, dataset
from unguard.dataset.cluster import on_cluster
from unguard.dataset.parts import Part

_KILL_MYSELF = "__import__('os').kill(__import__('os').getpid(), 9)"


_HERE = Path("/proc/self/cwd")
by_folders = pytest.mark.skipif(not _HERE.exists(), reason="the folder a process is at work in is looked up in /proc")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the workers are at work."""
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """The address of a scheduler with two workers, each of one process and one thread; all end with the tests."""
    file = folder / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, "start_new_session": True}
    common = ["--scheduler-file", str(file), "--no-dashboard"]
    commands = [["scheduler", "--host", "127.0.0.1", "--port", "0", *common]]
    commands += [["worker", *common, "--nthreads", "1", "--host", "127.0.0.1", "--local-directory", str(folder)]] * 2
    started: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            started.append(subprocess.Popen([sys.executable, "-m", "dask", *command], **quiet))  # type: ignore[call-overload]
            until = time.monotonic() + 30
            while not file.exists() and time.monotonic() < until:
                time.sleep(0.05)

        yield json.loads(file.read_text())["address"]
    finally:
        for process in reversed(started):
            # A worker is a nanny and its process: the group of the session that was begun for them.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in started:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def test_a_cluster_gives_the_bytes_of_one_process(
    study: Path, ran: dataset.DatasetRun, tmp_path: Path, address: str
) -> None:
    seen = []
    out = tmp_path / "out"
    made = dataset.run(study, out, scheduler=address, progress=lambda done, total, where: seen.append((done, total)))
    assert len(made.done) == 5 and tables(out) == tables(ran.out)
    assert seen == [(i, 5) for i in range(1, 6)]
    assert dataset.run(study, out, scheduler=address).done == ()


def test_work_that_kills_workers_is_given_up_and_the_rest_is_done(address: str) -> None:
    items = ["'a'", "'b'", _KILL_MYSELF, "'c'"]
    found = {one.item: one for one in on_cluster(eval, items, address)}
    assert [found[f"'{letter}'"].result for letter in "abc"] == list("abc")
    assert "4 workers died, one after the other, while they were at this recording" in found[_KILL_MYSELF].lost


def test_a_cluster_with_another_version_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unguard.__version__", "99")
    with pytest.raises(ConfigError, match=r"has unguard .*: expected workers with unguard 99"):
        list(on_cluster(eval, ["1"], address))


def test_a_worker_of_the_same_version_and_another_commit_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unguard.dataset.software._code_here", lambda: "f" * 64)
    with pytest.raises(ConfigError, match=r"\(code [0-9a-f]{12}\), .*: expected workers with unguard .*\(code f{12}\)"):
        list(on_cluster(eval, ["1"], address))


def test_a_worker_of_another_version_that_joins_later_does_nothing_and_the_next_run_does_it(
    study: Path, tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if it had not been there when the run looked.
    monkeypatch.setattr("unguard.dataset.cluster._refuse_other_software", lambda client, address: None)
    monkeypatch.setattr("unguard.__version__", "99")
    made = dataset.run(study, tmp_path / "out", scheduler=address, participants="01")
    assert made.done == ()
    ((where, why),) = made.failures
    assert why.startswith(f"{where}: its worker has unguard ") and "; expected a worker with unguard 99 (code " in why
    assert made.recordings().set_index("sub").loc["01", "failure"] == why and not list(
        made.out.glob("sub-*/emg/*.parquet")
    )
    monkeypatch.undo()
    assert len(dataset.run(study, tmp_path / "out", scheduler=address, participants="01").done) == 1


@by_folders
@pytest.mark.parametrize("there", [True, False])
def test_results_that_do_not_arrive_are_failures_that_say_so(
    study: Path, tmp_path: Path, folder: Path, address: str, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    monkeypatch.setattr("unguard.dataset.arrival.NETWORK_S", 0.1)
    monkeypatch.chdir(tmp_path)
    elsewhere = folder / "out"
    if there:
        elsewhere.mkdir()
    made = dataset.run(study, _HERE / "out", scheduler=address, participants="01")
    (file,) = bids.find(study, participants="01")
    if there:
        assert Part.of(file, elsewhere).measures.is_file(), "the worker has done it, on its own disk"
        shutil.rmtree(elsewhere)
    else:
        assert not elsewhere.exists(), "a worker makes no folder that nobody looks into"
    assert made.done == () and len(made.failures) == 1
    assert made.failures[0][1].startswith(file.where) and "the workers do not share this folder" in made.failures[0][1]
    assert made.recordings().set_index("sub").loc["01", "status"] == "failed"
    assert len(dataset.run(study, _HERE / "out", workers=1, participants="01").done) == 1


@by_folders
def test_a_worker_that_sees_no_or_another_recording_says_so(
    own_study: Path, tmp_path: Path, folder: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "out"
    made = dataset.run(_HERE / "study", out, scheduler=address, participants="01")
    assert made.done == () and "its worker finds no such file" in made.failures[0][1]
    shutil.copytree(own_study, folder / "study")
    try:
        assert len(dataset.run(_HERE / "study", out, scheduler=address, participants="01").done) == 1
        # Without a sidecar that the run sees the worker would analyse it all the same, by fewer annotations.
        (folder / "study/task-bend_events.tsv").unlink()
        made = dataset.run(_HERE / "study", out, scheduler=address, participants="02")
        assert made.done == () and "recording or sidecars are other bytes for its worker" in made.failures[0][1]
    finally:
        shutil.rmtree(folder / "study")
