"""What a run survives. Truth: processes are killed with SIGKILL, and what is on the disk is that of a run without."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from studies import make_study, tables
from unguard import ConfigError, dataset
from unguard.dataset.alone import alone_in
from unguard.dataset.atomic import write_bytes
from unguard.dataset.processes import in_processes

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")

_KILL_MYSELF = "__import__('os').kill(__import__('os').getpid(), 9)"


def children(parent: int) -> list[int]:
    """Return the processes that a process has started and that have not ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, _, rest = stat.read_text().rpartition(")")
        except OSError:
            continue
        state, of = rest.split()[:2]
        if int(of) == parent and state != "Z":
            found.append(int(stat.parent.name))
    return found


def workers_of(parent: int) -> list[int]:
    """Return those of them that work."""
    return [pid for pid in children(parent) if b"popen_loky" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_a_worker_that_is_killed_takes_nothing_with_it(study: Path, ran: dataset.DatasetRun, tmp_path: Path) -> None:
    killed = []

    def kill(done: int, total: int, where: str) -> None:
        if not killed:
            # At once: the other one has just begun with the next recording, or is about to.
            killed.append(workers_of(os.getpid())[-1])
            os.kill(killed[0], signal.SIGKILL)

    made = dataset.run(study, tmp_path / "out", workers=2, progress=kill)
    assert killed and made.retried, "the worker was at a recording"
    assert len(made.done) == 5 and made.failures == () and tables(made.out) == tables(ran.out)


def test_work_that_kills_every_process_is_found_and_the_rest_is_done() -> None:
    items = ["'a'", "'b'", _KILL_MYSELF, "'c'", "'d'", "'e'"]
    found = {one.item: one for one in in_processes(eval, items, 2)}
    assert len(found) == 6
    assert [found[f"'{letter}'"].result for letter in "abcde"] == list("abcde")
    lost = found[_KILL_MYSELF]
    assert lost.result is None and lost.attempts == 2 and "died while it was at this recording, twice" in lost.lost


def test_a_recording_that_kills_its_worker_is_in_the_table_and_tried_again(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The processes cannot begin: as those of a machine without memory.
    monkeypatch.setattr("unguard.dataset.processes._begin", _die)
    made = dataset.run(study, tmp_path / "out", workers=2, participants="03")
    (failure,) = made.failures
    assert failure[1].startswith("sub-03/emg/sub-03_task-bend_emg.bdf: the worker process died while")
    assert made.peak_MiB is None, "that of this process is not that of a worker"
    assert made.recordings().set_index("sub").loc["03", "failure"] == failure[1]
    monkeypatch.undo()
    again = dataset.run(study, tmp_path / "out", workers=1, participants="03")
    assert len(again.done) == 1 and again.failures == ()


def test_a_run_that_is_killed_loses_what_it_was_at_and_leaves_nobody_behind(tmp_path: Path) -> None:
    study, out = make_study(tmp_path / "study", subjects=12), tmp_path / "out"
    code = "import sys; from unguard import dataset; dataset.run(sys.argv[1], sys.argv[2], workers=2)"
    run = subprocess.Popen([sys.executable, "-c", code, str(study), str(out)])
    try:
        until = time.monotonic() + 60
        while len(list(out.glob("sub-*/emg/*_emg.json"))) < 3 and time.monotonic() < until:
            time.sleep(0.005)
        workers = workers_of(run.pid)
        run.kill()
        run.wait()
    finally:
        run.kill()
    assert len(workers) == 2
    until = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in workers) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers), "they do not outlive who started them"
    done = {path: path.stat().st_mtime_ns for path in out.glob("sub-*/emg/*_emg.json")}
    assert 3 <= len(done) < 12 and not (out / "group.parquet").exists()
    made = dataset.run(study, out, workers=2)
    assert len(made.kept) == len(done) and len(made.done) == 12 - len(done)
    assert all(path.stat().st_mtime_ns == before for path, before in done.items())
    assert len(made.group()) == 12 * 4 * 3
    assert dataset.run(study, out).done == ()


def test_a_file_is_there_as_a_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    write_bytes(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_bytes(path, b"new and longer")
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_what_a_kill_left_behind_does_not_stop_the_next_run(study: Path, tmp_path: Path) -> None:
    dataset.run(study, tmp_path / "out", workers=1, participants="01")
    left = tmp_path / "out/sub-01/emg/.sub-01_task-bend_emg.json.0123abcd.part"
    mine = tmp_path / "out/.film.mp4.part"
    fresh = left.with_name(".sub-01_task-bend_emg.json.4567abcd.part")
    for path in (left, mine, fresh):
        path.write_bytes(b"half")
    for path in (left, mine):
        os.utime(path, (0, 0))
    made = dataset.run(study, tmp_path / "out", workers=1, participants="01")
    assert len(made.kept) == 1 and not left.exists() and fresh.exists() and mine.exists()


def test_two_runs_do_not_share_a_folder(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with (
        alone_in(out),
        pytest.raises(ConfigError, match=r"^out is '.*', where another run is at work: expected a folder of its own"),
    ):
        dataset.run(study, out, workers=1, participants="01")
    assert len(dataset.run(study, out, workers=1, participants="01").done) == 1


def test_a_disk_without_locks_is_said_and_worked_on(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def none(*_: object) -> None:
        raise OSError(errno.ENOTSUP, "Operation not supported")

    monkeypatch.setattr(pytest.importorskip("fcntl", reason="Windows has other locks"), "flock", none)
    assert len(dataset.run(study, tmp_path / "out", workers=1, participants="01").done) == 1
    assert "is on a disk without locks: no other run may write into it" in caplog.text


def test_what_a_disk_or_version_control_puts_there_is_no_bar(study: Path, tmp_path: Path) -> None:
    for name in (".git", ".datalad", "lost+found", "logs"):
        (tmp_path / "out" / name).mkdir(parents=True)
    assert len(dataset.run(study, tmp_path / "out", workers=1, participants="01").done) == 1


def test_a_folder_with_other_files_is_left_alone(study: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_bytes(b"mine")
    with pytest.raises(ConfigError, match=r"^out is '.*', a folder with other files in it: expected an empty folder"):
        dataset.run(study, tmp_path, workers=1)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def _die(parent: int) -> None:
    os._exit(1)
