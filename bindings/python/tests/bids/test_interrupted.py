"""Writes that fail, or are killed, in their middle. Truth: the bytes that were in the dataset before."""

from __future__ import annotations

import contextlib
import importlib
import itertools
import os
import pickle
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from unguard import bids, io
from unguard.bids.turns import turn
from unguard.errors import ConfigError, FormatError
from unguard.recording import Annotation, Recording

Make = Callable[..., Recording]
Told = dict[str, Any]
pytestmark = pytest.mark.skipif(sys.version_info < (3, 11), reason="MNE-BIDS needs Python 3.11")


def _all(root: Path) -> dict[str, tuple[bytes, int] | None]:
    """Return bytes and time of every file by its place, hidden ones too; None of a folder."""
    return {
        path.relative_to(root).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) if path.is_file() else None
        for path in root.rglob("*")
    }


def _other(recording: Make) -> Recording:
    made = recording()
    return recording(data=made.data * 2, annotations=[Annotation(0.1, 0.1, "another")], filters={})


def _fail_at(
    patch: pytest.MonkeyPatch, owner: Any, name: str, number: int, root: Path, error: BaseException
) -> list[Any]:
    """Let the call of this number that is about a file of the dataset fail; return the list that it is kept in."""
    real = getattr(owner, name)
    calls: list[Any] = []

    def failing(*given: Any, **options: Any) -> Any:
        if any(str(one).startswith(str(root)) for one in given):
            calls.append(given)
            if len(calls) == number:
                raise error
        return real(*given, **options)

    patch.setattr(owner, name, failing)
    return calls


@pytest.mark.parametrize("first", [True, False], ids=["a first write", "an overwrite"])
@pytest.mark.parametrize(("owner", "name"), [(Path, "replace"), (shutil, "copyfile"), (Path, "mkdir")])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["full", "ended"])
def test_whatever_fails_the_dataset_is_as_it_was(
    tmp_path: Path, recording: Make, told: Told, owner: Any, name: str, error: BaseException, first: bool
) -> None:
    root = tmp_path / "all" / "study"
    if not first:
        bids.write(recording(), root, **told, format="EDF")
        bids.write(recording(), root, **(told | {"subject": "02"}))
    before = _all(tmp_path)
    for number in itertools.count(1):
        with pytest.MonkeyPatch.context() as patch:
            calls = _fail_at(patch, owner, name, number, root, error)
            try:
                bids.write(_other(recording), root, **told, overwrite=not first)
                break
            except FormatError as refused:
                assert "No space left on device" in str(refused) and ".part" not in str(refused)
            except KeyboardInterrupt:
                pass
        assert len(calls) >= number, "nothing failed but what was to"
        assert _all(tmp_path) == before, (name, number)
    # Of an overwrite: two tables of events, channels, the sidecar, samples, the list of scans; and no new folder.
    assert number > {"replace": (9, 6), "copyfile": (9, 6), "mkdir": (3, 0)}[name][0 if first else 1]
    assert not [place for place in _all(tmp_path) if place.endswith(".part")]
    assert [note.text for note in bids.read(root / "sub-01/emg/sub-01_task-bend_emg.bdf").annotations] == ["another"]
    assert len(bids.find(root)) == (1 if first else 2)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("step", ["lay_dataset", "write_json", "write_channels", "write_events", "write_raw_bids"])
def test_what_cannot_be_made_is_not_begun(
    tmp_path: Path, recording: Make, told: Told, monkeypatch: pytest.MonkeyPatch, step: str, first: bool
) -> None:
    root = tmp_path / "study"
    if not first:
        bids.write(recording(), root, **told)
    before = _all(tmp_path)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    owner = "mne_bids" if step == "write_raw_bids" else "unguard.bids.write"
    monkeypatch.setattr(importlib.import_module(owner), step, full)
    with pytest.raises(FormatError, match=r"not writable \(No space left on device\)"):
        bids.write(_other(recording), root, **told, overwrite=not first)
    assert _all(tmp_path) == before


_KILLED = """
import os, pickle, shutil, sys
from pathlib import Path
from unguard import bids, extras

extras.module("mne_bids", "mne-bids", "bids")
recording, told, old, root = pickle.loads(Path(sys.argv[1]).read_bytes())
real = Path.replace
for number in range(1, 5):
    at = root.with_name(f"{root.name}-{number}")
    shutil.copytree(old, at)
    if os.fork():
        os.wait()
        continue
    moves = []

    def killed(part, place):
        if str(place).startswith(str(at)):
            moves.append(place)
            if len(moves) == number:
                os.kill(os.getpid(), 9)
        return real(part, place)

    Path.replace = killed
    bids.write(recording, at, **told, overwrite=True)
    os._exit(0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on Windows")
def test_behind_a_process_that_was_killed_every_file_is_the_old_or_the_new_one(
    tmp_path: Path, recording: Make, told: Told
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    bids.write(recording(), old, **told)
    shutil.copytree(old, new)
    bids.write(_other(recording), new, **told, overwrite=True)
    (tmp_path / "given").write_bytes(pickle.dumps((_other(recording), told, old, tmp_path / "killed")))
    # Of a process of its own, which forks where MNE is loaded already: each child is killed at another move.
    subprocess.run([sys.executable, "-c", _KILLED, tmp_path / "given"], check=True)
    samples = "sub-01/emg/sub-01_task-bend_emg.bdf"
    for number in range(1, 5):
        at = tmp_path / f"killed-{number}"
        left = [path for path in at.rglob("*") if path.is_file()]
        for path in left:
            place = path.relative_to(at)
            if not path.name.startswith("."):
                whole = {(of / place).read_bytes() for of in (old, new) if (of / place).exists()}
                assert path.read_bytes() in whole, (number, place)
        assert {p.relative_to(at).as_posix() for p in left if p.name[0] != "."} == {
            p.relative_to(old).as_posix() for p in old.rglob("*") if p.is_file()
        }
        assert (at / samples).read_bytes() == (old / samples).read_bytes(), "samples are the last of a recording"
        assert any("was interrupted, or goes on" in text for text in bids.read(at / samples).remarks)
        bids.write(_other(recording), at, **told, overwrite=True)
        assert not any("interrupted" in text for text in bids.read(at / samples).remarks)
        assert not list(at.rglob(".*")), "what the killed one left goes with the next write"
        assert np.array_equal(io.read(at / samples).data, io.read(new / samples).data)


def test_a_sidecar_that_somebody_prepared_is_replaced_only_when_asked_for(
    tmp_path: Path, recording: Make, told: Told
) -> None:
    prepared = tmp_path / "sub-01/emg/sub-01_task-bend_events.tsv"
    prepared.parent.mkdir(parents=True)
    prepared.write_text("onset\tduration\n1\t1\n", encoding="utf-8")
    with pytest.raises(
        ConfigError, match="overwrite is False: expected True, for the dataset has sub-01_task-bend_eve"
    ):
        bids.write(recording(), tmp_path, **told)
    assert prepared.read_text(encoding="utf-8") == "onset\tduration\n1\t1\n"
    bids.write(recording(annotations=[]), tmp_path, **told, overwrite=True)
    assert not prepared.exists()


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_link_to_what_was_not_fetched_is_a_recording_that_is_there(
    tmp_path: Path, recording: Make, told: Told
) -> None:
    link = tmp_path / "sub-01/emg/sub-01_task-bend_emg.bdf"
    link.parent.mkdir(parents=True)
    link.symlink_to("elsewhere.bdf")
    with pytest.raises(
        ConfigError, match="overwrite is False: expected True, for the dataset has sub-01_task-bend_emg"
    ):
        bids.write(recording(), tmp_path, **told)
    assert link.is_symlink()
    assert bids.write(recording(), tmp_path, **told, overwrite=True) == link and not link.is_symlink()


@pytest.mark.parametrize(
    ("place", "text", "message"),
    [
        ("participants.tsv", "age\n41\n", "participants.tsv, line 1: the first line is age: expected a column partici"),
        ("sub-01/sub-01_scans.tsv", "filename\tacq_time\nx\n", "sub-01_scans.tsv, line 2: the row is 1 values"),
        ("README.md", "", r"README is README and README.md: expected one of them"),
    ],
)
def test_a_list_that_cannot_be_continued_is_named(
    tmp_path: Path, recording: Make, told: Told, place: str, text: str, message: str
) -> None:
    bids.write(recording(), tmp_path, **told)
    (tmp_path / place).write_text(text, encoding="utf-8")
    before = _all(tmp_path)
    with pytest.raises(FormatError, match=message):
        bids.write(recording(), tmp_path, **told, run=2)
    assert _all(tmp_path) == before


def test_a_list_of_names_alone_follows_the_format(tmp_path: Path, recording: Make, told: Told) -> None:
    bids.write(recording(), tmp_path, **told)
    scans = tmp_path / "sub-01/sub-01_scans.tsv"
    scans.write_text("filename\nemg/sub-01_task-bend_emg.bdf\n", encoding="utf-8")
    bids.write(recording(), tmp_path, **told, format="EDF", overwrite=True)
    assert scans.read_text(encoding="utf-8") == "filename\nemg/sub-01_task-bend_emg.edf\n"


_AT_ONCE = """
import os, pickle, sys
from pathlib import Path
from unguard import bids, extras

extras.module("mne_bids", "mne-bids", "bids")
recording, told, root = pickle.loads(Path(sys.argv[1]).read_bytes())
for number in range(6):
    if os.fork() == 0:
        bids.write(recording, root, **(told | {"subject": f"{number // 2:02d}", "task": f"t{number}"}))
        os._exit(0)
print([os.wait()[1] for _ in range(6)])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on Windows")
def test_processes_that_write_at_once_lose_nothing_of_each_other(tmp_path: Path, recording: Make, told: Told) -> None:
    root = tmp_path / "study"
    (tmp_path / "given").write_bytes(pickle.dumps((recording(), told, root)))
    ran = subprocess.run([sys.executable, "-c", _AT_ONCE, tmp_path / "given"], check=True, capture_output=True)
    assert ran.stdout == b"[0, 0, 0, 0, 0, 0]\n"
    people = (root / "participants.tsv").read_text(encoding="utf-8").splitlines()
    assert sorted(line.split("\t")[0] for line in people[1:]) == ["sub-00", "sub-01", "sub-02"]
    for file in bids.find(root):
        scans = (root / f"sub-{file.entities['sub']}" / f"sub-{file.entities['sub']}_scans.tsv").read_text()
        assert f"emg/{file.path.name}\t" in scans
    assert len(bids.find(root)) == 6 and not list(root.rglob(".*"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such locks")
@pytest.mark.parametrize("fails", [False, True])
def test_whoever_comes_while_a_dataset_is_begun_waits(tmp_path: Path, fails: bool) -> None:
    root, order, began = tmp_path / "above/study", [], threading.Event()

    def second() -> None:
        began.wait()
        with turn(root) as alone:
            assert alone and root.is_dir()
            order.append("second")

    other = threading.Thread(target=second)
    other.start()
    with contextlib.suppress(RuntimeError), turn(root) as alone:
        assert alone and root.is_dir()
        began.set()
        other.join(0.5)
        order.append("first")
        if fails:
            raise RuntimeError
    other.join(10)
    assert order == ["first", "second"] and root.is_dir()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such locks")
def test_of_a_turn_that_fails_no_folder_is_left(tmp_path: Path) -> None:
    with contextlib.suppress(RuntimeError), turn(tmp_path / "above/study"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
@pytest.mark.parametrize("place", ["participants.tsv", "sub-01/sub-01_scans.tsv", "dataset_description.json"])
def test_a_list_that_was_not_fetched_is_not_begun_anew(tmp_path: Path, recording: Make, told: Told, place: str) -> None:
    bids.write(recording(), tmp_path, **told)
    (tmp_path / place).unlink()
    (tmp_path / place).symlink_to("elsewhere")
    with pytest.raises(FormatError, match="the file is a link to what is not there: expected a file that can be read"):
        bids.write(recording(), tmp_path, **told, run=2)
    assert (tmp_path / place).is_symlink()


def test_where_a_disk_has_no_locks_only_what_is_left_of_the_same_recording_is_cleared(
    tmp_path: Path, recording: Make, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: Any) -> None:
        raise OSError(95, "Operation not supported")

    file = bids.write(recording(), tmp_path, **told)
    left = [file.with_name(f".{file.name}.00000000.part"), tmp_path / ".participants.tsv.00000000.part"]
    for part in left:
        part.write_bytes(b"")
    with monkeypatch.context() as patch:
        patch.setattr(pytest.importorskip("fcntl", reason="Windows has other locks"), "flock", none)
        bids.write(recording(), tmp_path, **told, overwrite=True)
    assert [part.exists() for part in left] == [False, True], "of another recording somebody may be at work"
    bids.write(recording(), tmp_path, **told, overwrite=True)
    assert not left[1].exists()
