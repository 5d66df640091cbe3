"""What reading needs with the recording itself: three times the array at most, in each format.

Sixteen channels, as long as the test may take; what is needed grows with the length alone. By tracemalloc, and from
outside, by the resident memory of a process, for ezc3d, whose memory Python does not see.
"""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import scipy.io
from format_files import Stream, write_c3d, write_mat73, write_xlsx, xdf_bytes
from unguard import extras, io

_CHANNELS = 16


def _xdf(path: Path, values: np.ndarray) -> None:
    described = [{"label": f"c{i}", "unit": "uV"} for i in range(_CHANNELS)]
    stamps = 9 + np.arange(len(values)) / 2000
    path.write_bytes(
        xdf_bytes([Stream(fs=2000.0, values=values.astype(np.float32), stamps=stamps, described=described)])
    )


def _wfdb(path: Path, values: np.ndarray) -> None:
    path.with_suffix(".dat").write_bytes(np.rint(values).astype("<i2").tobytes())
    lines = [f"a.dat 16 1/uV 16 0 0 0 0 c{i}" for i in range(_CHANNELS)]
    path.write_text("\n".join([f"a {_CHANNELS} 2000 {len(values)}", *lines, ""]))


_WRITERS: dict[str, tuple[int, Callable[[Path, np.ndarray], object]]] = {
    "a.xdf": (20_000, _xdf),
    "a.mat": (
        100_000,
        lambda path, x: scipy.io.savemat(path, {"emg": x, "fs": 2000.0, "unit": "uV"}, do_compression=True),
    ),
    "b.mat": (100_000, lambda path, x: write_mat73(path, {"emg": x, "fs": 2000.0, "unit": "uV"})),
    "a.hea": (100_000, _wfdb),
    "a.xlsx": (3_000, lambda path, x: write_xlsx(path, {"t": [[f"c{i} (uV)" for i in range(_CHANNELS)], *x.tolist()]})),
}


@pytest.mark.parametrize("name", _WRITERS)
def test_reading_needs_three_times_the_array_at_most(tmp_path: Path, name: str) -> None:
    rows, write = _WRITERS[name]
    write(tmp_path / name, np.random.default_rng(2).normal(0, 50, (rows, _CHANNELS)))
    for package in ("pyxdf", "wfdb", "openpyxl"):
        extras.module(package, package, "formats")
    tracemalloc.start()
    try:
        recording = io.read(tmp_path / name, fs=2000 if name == "a.xlsx" else None)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert recording.data.shape == (rows, _CHANNELS)
    # Packages keep tables of their own, of a megabyte in sum.
    assert peak <= 3 * recording.data.nbytes + 1_000_000


_FROM_OUTSIDE = """
import sys
from unguard import io
from unguard.memory import peak_MiB
io.read(sys.argv[1])
before = peak_MiB()
recording = io.read(sys.argv[2])
print(round((peak_MiB() - before) * 2**20), recording.data.nbytes)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="resident memory is told in kilobytes on Linux alone")
def test_ezc3d_needs_no_more_than_the_others(tmp_path: Path) -> None:
    write_c3d(tmp_path / "small.c3d")
    write_c3d(tmp_path / "large.c3d", frames=6_000, channels=_CHANNELS)
    files = [str(tmp_path / name) for name in ("small.c3d", "large.c3d")]
    told = subprocess.run([sys.executable, "-c", _FROM_OUTSIDE, *files], check=True, capture_output=True, text=True)
    needed, array = map(int, told.stdout.split())
    assert array == 60_000 * _CHANNELS * 8
    assert needed <= 3 * array + 5_000_000
