"""From the README to a picture of one's own table. Truth: the README, as it stands, and the table that was written."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[4]
if not (ROOT / "README.md").is_file():
    pytest.skip("not in a clone: README.md is not beside the package", allow_module_level=True)
README = (ROOT / "README.md").read_text(encoding="utf-8")
#: Three seconds of two muscles as a spreadsheet writes them, millivolts; a burst in the left one.
FS = 1000


def table(folder: Path) -> np.ndarray[Any, Any]:
    rng = np.random.default_rng(4)
    emg = 0.005 * rng.standard_normal((3 * FS, 2))
    emg[FS : 2 * FS, 0] *= 20
    rows = np.column_stack([np.arange(3 * FS) / FS, np.round(emg, 6)])
    header = "time [s],longissimus L [mV],longissimus R [mV]"
    np.savetxt(folder / "mine.csv", rows, delimiter=",", header=header, comments="", fmt="%.6f")
    return rows


def test_a_newcomer_gets_a_picture_of_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = table(tmp_path)
    (code,) = [b for b in re.findall(r"(?m)^```python\n((?:.|\n)*?)^```", README) if "mine.csv" in b]
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec("import unguard\n" + code, names)
    mine = names["mine"]
    assert mine.fs == FS and mine.names == ["longissimus L", "longissimus R"]
    assert np.allclose(mine.data, 1e3 * rows[:, 1:], rtol=0, atol=1e-9)
    assert [axes.get_ylabel() for axes in names["rows"]] == ["longissimus L [µV]", "longissimus R [µV]"]
    assert (tmp_path / "mine.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_and_a_page_by_the_command_of_the_readme(tmp_path: Path) -> None:
    table(tmp_path)
    (command,) = re.findall(r"`(unguard analyse mine\.csv)`", README)
    program = shutil.which("unguard", path=str(Path(sys.executable).parent))
    assert program
    done = subprocess.run([program, *command.split()[1:]], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "mine-unguard" / "report.html").read_text(encoding="utf-8")
    assert "longissimus L" in page and "<svg" in page


@pytest.mark.parametrize(
    ("header", "asked"),
    [("longissimus L [mV],longissimus R [mV]", "fs"), ("time [s],longissimus L,longissimus R", "unit")],
)
def test_what_a_table_does_not_state_is_asked_for_in_a_sentence(tmp_path: Path, header: str, asked: str) -> None:
    rows = table(tmp_path)
    kept = rows if header.startswith("time") else rows[:, 1:]
    np.savetxt(tmp_path / "mine.csv", kept, delimiter=",", header=header, comments="", fmt="%.6f")
    program = shutil.which("unguard", path=str(Path(sys.executable).parent))
    assert program
    done = subprocess.run([program, "analyse", "mine.csv"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and f"--{asked}" in done.stderr and "Traceback" not in done.stderr
    more = ["--fs", "1000"] if asked == "fs" else ["--unit", "mV"]
    again = subprocess.run([program, "analyse", "mine.csv", *more], cwd=tmp_path, capture_output=True, check=False)
    assert again.returncode == 0, again.stderr
