"""Runs on a Dask cluster: a real scheduler and two real workers. Truth: the bytes of a run by one process here."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from studies import tables
from unguard import ConfigError, dataset
from unguard.dataset.cluster import on_cluster

_KILL_MYSELF = "__import__('os').kill(__import__('os').getpid(), 9)"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler with two workers, each of one process and one thread; all end with the tests."""
    folder = tmp_path_factory.mktemp("cluster")
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
