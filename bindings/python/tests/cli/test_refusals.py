"""What cannot be done ends with one sentence that says what, found and expected, and with the right exit code.

Truth: 2 for an option that cannot be, 3 for a file that cannot be read or analysed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

BAD_USAGE, BAD_INPUT = 2, 3


def _full(*arguments: object, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, whose standard output takes nothing."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        command = [sys.executable, "-c", "from unguard.cli import main; main()", *map(str, arguments)]
        return subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=folder, check=False)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize(
    "arguments",
    [
        ["info", "GUARDED"],
        ["analyse", "GUARDED"],
        ["simulate", "rest", "--out", "a.bdf", "--seconds", 5],
        ["--version"],
    ],
)
def test_a_standard_output_that_takes_nothing_is_one_sentence(
    guarded: Path, tmp_path: Path, arguments: list[object]
) -> None:
    ran = _full(*(guarded if a == "GUARDED" else a for a in arguments), folder=tmp_path)
    assert ran.stderr == "unguard: standard output cannot be written (No space left on device)\n"
    assert ran.returncode == BAD_USAGE


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names of files that are no text")
def test_a_name_that_is_no_text_is_shown_as_such(run: Callable[..., Any], guarded: Path, tmp_path: Path) -> None:
    strange = tmp_path / os.fsdecode(b"\xff\xfe name.bdf")
    shutil.copy(guarded, strange)
    for arguments in (["info", strange], ["analyse", strange], ["analyse", strange, "--out", "o"]):
        assert run(*arguments).code == 0
    made = json.loads((tmp_path / "o" / "analysis.json").read_text(encoding="utf-8"))
    assert made["source"]["file"] == "\ufffd\ufffd name.bdf"
    assert "\ufffd\ufffd name.bdf" in (tmp_path / "o" / "report.html").read_text(encoding="utf-8")
    (tmp_path / os.fsdecode(b"\xff.csv")).write_text("no numbers", encoding="utf-8")
    ran = run("analyse", tmp_path / os.fsdecode(b"\xff.csv"))
    assert ran.code == BAD_INPUT and "\ufffd.csv" in ran.err
    out = tmp_path / os.fsdecode(b"\xfe.bdf")
    assert run("simulate", "rest", "--out", out, "--seconds", 5).code == 0
    assert json.loads(out.with_suffix(".json").read_text(encoding="ascii"))["recording"] == "\ufffd.bdf"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--fs", 0], "--fs is 0.0: expected a positive number of hertz"),
        (["--fs", -5], "--fs is -5.0"),
        (["--fs", "nan"], "--fs is nan"),
        (["--fs", 999], "--fs is 999: expected 500 Hz as guarded.bdf states"),
        (["--unit", "mV"], "--unit is 'mV'"),
        (["--gain", 0], "--gain is 0"),
        (["--gain", 2], "--gain is 2"),
        (["--offset", 2], "--offset is 2.0 without gain"),
        (["--band", 200, 20], "low is 200 Hz"),
        (["--band", 20, 250], "high is 250 Hz"),
        (["--band", 20, 4000], "high is 4000 Hz"),
        (["--band", -1, 200], "low is -1 Hz"),
        (["--mains", 47], "--mains is 47.0: expected 50 or 60 Hz"),
        (["--rest", 30, 90], "--rest is 30 to 90 s: expected a start before an end, in seconds, inside"),
        (["--rest", 18, 2], "--rest is 18 to 2 s"),
        (["--rest", 1, 2], "--rest is 1 s long: expected a rest of at least 2 s"),
        (["--channels", "quadriceps"], "--channels is 'quadriceps': expected one of longissimus L"),
        (["--channels", ","], "--channels is ',': expected one or more names"),
        (["--channels", "multifidus L,multifidus L"], "'multifidus L' twice"),
        (["--channels", "trunk angle"], "expected channels in microvolts"),
        (["--decimal", ";"], "--decimal is ';'"),
        (["--sensor", "EOG"], "--sensor is 'EOG'"),
        (["--device", "x"], "--device is 'x'"),
        (["--max-gap", 0], "--max-gap is 0"),
    ],
)
def test_an_option_that_cannot_be(run: Callable[..., Any], guarded: Path, options: list[Any], words: str) -> None:
    ran = run("analyse", guarded, "--out", "o", *options)
    assert ran.code == BAD_USAGE
    assert ran.err.startswith("unguard: ") and words in ran.err
    assert ran.err.count("\n") == 1 and ran.out == ""
    assert not Path("o").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["analyse"], "Missing argument"),
        (["analyze", "x"], "No such command"),
        (["analyse", "x", "--colour"], "No such option"),
        (["analyse", "x", "--band", "20"], "requires 2 arguments"),
        (["analyse", "x", "--fs", "fast"], "Invalid value for '--fs'"),
        (["simulate", "guarded"], "Missing option"),
    ],
)
def test_a_command_that_cannot_be(run: Callable[..., Any], arguments: list[str], words: str) -> None:
    ran = run(*arguments)
    assert ran.code == BAD_USAGE and words in ran.err


def test_a_folder_for_results_that_is_a_file(run: Callable[..., Any], guarded: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    for place in ("taken", "taken/below"):
        ran = run("analyse", guarded, "--out", place)
        assert ran.code == BAD_USAGE and "--out is" in ran.err and "expected a folder that can be written" in ran.err
    assert (tmp_path / "taken").read_text() == "mine"


def _broken(folder: Path) -> dict[str, tuple[bytes, str]]:
    return {
        "empty.csv": (b"", "empty (0 bytes)"),
        "empty.bdf": (b"", "empty (0 bytes)"),
        "text.bdf": (b"these are words, not a recording\n" * 40, "text.bdf"),
        "noise.edf": (bytes(range(256)) * 8, "noise.edf"),
        "header.csv": (b"time,emg\n", "without a row of numbers"),
        "prose.txt": (b"Dear reader,\nthis is no table.\n", "prose.txt"),
        "norate.csv": (b"emg [uV]\n" + b"1\n2\n" * 900, "the sampling rate is not stated in the file: expected --fs"),
        "slow.csv": (b"time [s],emg [uV]\n" + b"".join(b"%.2f,%d\n" % (i / 100, i % 9) for i in range(900)), "100 Hz"),
        "one.csv": (b"time [s],emg [uV]\n0,1\n0.001,2\n", "at least 0.25 s"),
        "picture.png": (b"\x89PNG\r\n\x1a\n" + bytes(500), "picture.png"),
    }


@pytest.mark.parametrize("name", list(_broken(Path())))
def test_a_file_that_cannot_be(run: Callable[..., Any], tmp_path: Path, name: str) -> None:
    content, words = _broken(tmp_path)[name]
    (tmp_path / name).write_bytes(content)
    ran = run("analyse", name)
    assert ran.code == BAD_INPUT
    assert ran.err.startswith("unguard: ") and words in ran.err and "expected" in ran.err
    assert ran.err.count("\n") == 1 and ran.out == ""


def test_a_unit_that_is_not_stated_is_asked_for(run: Callable[..., Any], table: Path) -> None:
    ran = run("analyse", table, "--fs", 1000)
    assert ran.code == BAD_INPUT and "the unit is not stated" in ran.err and "--unit" in ran.err


@pytest.mark.parametrize("command", ["info", "analyse"])
def test_a_missing_file_and_a_folder(run: Callable[..., Any], tmp_path: Path, command: str) -> None:
    missing = run(command, "nowhere.bdf")
    assert missing.code == BAD_INPUT and "nowhere.bdf: the file is missing: expected a file that exists" in missing.err
    (tmp_path / "folder.bdf").mkdir()
    folder = run(command, "folder.bdf")
    assert folder.code == BAD_INPUT and "folder" in folder.err


def test_a_recording_of_something_else(run: Callable[..., Any], real_data: Path) -> None:
    ran = run("analyse", real_data / "plux/supine_1min.h5")
    assert ran.code == BAD_INPUT and "without EMG (CH1: marked as ECG by the file)" in ran.err


def test_malformed_files_of_the_shelf_never_give_a_traceback(run: Callable[..., Any], real_data: Path) -> None:
    for file in sorted((real_data / "malformed").iterdir()):
        ran = run("analyse", file, "--unit", "uV", "--out", "o")
        assert ran.code in (0, BAD_USAGE, BAD_INPUT), file.name
        assert ran.code == 0 or ran.err.startswith("unguard: "), file.name


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["asleep", "--out", "x.bdf"], BAD_USAGE, 'expected one of "rest", "healthy", "guarded", "contaminated"'),
        (["rest", "--out", "x.edf"], BAD_USAGE, "--out is 'x.edf': expected a name that ends in .bdf"),
        (["rest", "--out", "x.bdf", "--seconds", -1], BAD_USAGE, "duration is -1 s"),
        (["rest", "--out", "x.bdf", "--seconds", "nan"], BAD_USAGE, "duration is nan"),
        (["guarded", "--out", "x.bdf", "--seconds", 5], BAD_USAGE, "at least one bending cycle"),
        (["rest", "--out", "x.bdf", "--seed", -1], BAD_USAGE, "seed is -1"),
        (["rest", "--out", "x.bdf", "--fs", 10], BAD_USAGE, "rate is 10 Hz"),
        (["rest", "--out", "nowhere/x.bdf", "--seconds", 30], BAD_INPUT, "not writable"),
    ],
)
def test_a_simulation_that_cannot_be(run: Callable[..., Any], arguments: list[Any], code: int, words: str) -> None:
    ran = run("simulate", *arguments)
    assert ran.code == code and words in ran.err and ran.err.startswith("unguard: ")
    assert not Path("x.bdf").exists()


def test_the_installed_command_answers_with_its_exit_codes(tmp_path: Path) -> None:
    # Truth: the shell's own view of the process.
    import subprocess
    import sys

    beside = Path(sys.executable).with_name("unguard")
    command = str(beside) if beside.exists() else shutil.which("unguard")
    assert command is not None
    for arguments, code in ((["--version"], 0), (["info", "missing.bdf"], 3), (["nonsense"], 2)):
        ran = subprocess.run([command, *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert ran.returncode == code
        assert "Traceback" not in ran.stdout + ran.stderr
