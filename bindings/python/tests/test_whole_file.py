"""Files that are written whole or not at all. Truth: the bytes on the disk, also behind a process that was killed."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from unguard.whole_file import whole_file, write_whole


def test_a_file_takes_the_place_of_the_one_before_and_leaves_nothing_beside(tmp_path: Path) -> None:
    file = tmp_path / "levels.csv"
    write_whole(file, "old\r\n")
    assert file.read_bytes() == b"old\r\n"
    write_whole(file, b"\x00new")
    assert file.read_bytes() == b"\x00new" and list(tmp_path.iterdir()) == [file]


def test_of_a_block_that_fails_the_old_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "levels.csv"
    write_whole(file, "old")
    with pytest.raises(RuntimeError), whole_file(file) as part:
        part.write_text("half")
        raise RuntimeError
    assert file.read_text() == "old" and list(tmp_path.iterdir()) == [file]


def test_who_may_read_it_stays_as_it_was(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        open_to_all, mine = tmp_path / "report.html", tmp_path / "plan.toml"
        write_whole(open_to_all, "a")
        write_whole(mine, "a", private=True)
        assert stat.S_IMODE(open_to_all.stat().st_mode) == 0o644 and stat.S_IMODE(mine.stat().st_mode) == 0o600
        open_to_all.chmod(0o640)
        write_whole(open_to_all, "b")
        assert stat.S_IMODE(open_to_all.stat().st_mode) == 0o640
        locked, link = tmp_path / "locked", tmp_path / "link"
        locked.write_text("of an annex")
        locked.chmod(0o440)
        link.symlink_to(locked)
        write_whole(link, "c")
        assert stat.S_IMODE(link.lstat().st_mode) == 0o640 and locked.read_text() == "of an annex"
    finally:
        os.umask(mask)


def test_behind_a_process_that_was_killed_in_mid_write_the_old_file_stands(tmp_path: Path) -> None:
    file = tmp_path / "levels.csv"
    write_whole(file, "old")
    program = (
        "import sys, time; from pathlib import Path; from unguard.whole_file import whole_file\n"
        "with whole_file(Path(sys.argv[1])) as part:\n"
        "    part.write_text('half'); print('written', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, file], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None and writer.stdout.readline() == b"written\n"
        writer.send_signal(signal.SIGKILL)
    assert file.read_text() == "old"
    # What it left is hidden, and nobody takes it for a result.
    assert all(left == file or (left.name.startswith(".") and left.suffix == ".part") for left in tmp_path.iterdir())
