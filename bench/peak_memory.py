"""Time and peak memory of `unguard analyse` on an hour of eight channels at 2000 Hz: the process with its report.

    .venv/bin/python bench/peak_memory.py [SECONDS]

Exits with 1 when the peak is 1.5 GiB or more.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import unguard
from unguard.io import write_bdf
from unguard.recording import Annotation, Channel, Recording

FS = 2000.0
LIMIT_GIB = 1.5


def write_hour(path: Path, seconds: float) -> None:
    """Write eight simulated channels: four clean and four contaminated, with ten minutes of declared rest."""
    sides = [unguard.simulate(name, seconds=seconds, seed=11, fs=FS) for name in ("rest", "contaminated")]
    names = [f"{level} {i}" for level in ("T12", "L4") for i in range(1, 5)]
    write_bdf(
        path,
        Recording(
            data=np.hstack([side.data for side in sides]),
            fs=FS,
            channels=[Channel(name, "uV", "uV", "EMG") for name in names],
            annotations=[Annotation(0, min(600.0, seconds), "declared rest")],
        ),
    )


def main() -> int:
    """Measure and print; the recording is made in a process of its own, whose memory does not count."""
    if sys.argv[1:2] == ["--write"]:
        write_hour(Path(sys.argv[2]), float(sys.argv[3]))
        return 0
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3600.0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "hour.bdf"
        subprocess.run([sys.executable, __file__, "--write", str(file), str(seconds)], check=True)
        command = "import resource, sys; from unguard.cli import app; app(standalone_mode=False); "
        command += "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        begin = time.perf_counter()
        arguments = [sys.executable, "-c", command, "analyse", str(file), "--out", str(Path(folder) / "out")]
        ran = subprocess.run(arguments, check=True, capture_output=True, text=True)
        took = time.perf_counter() - begin
        report = (Path(folder) / "out/report.html").stat().st_size
    kibibytes = int(ran.stdout.split()[-1]) / (1024 if sys.platform == "darwin" else 1)
    peak = kibibytes / 2**20
    print(f"recording   {seconds:g} s x 8 channels at {FS:g} Hz")
    print(f"time        {took:.1f} s")
    print(f"peak memory {peak:.2f} GiB (limit {LIMIT_GIB} GiB)")
    print(f"report      {report / 1e6:.2f} MB")
    return 0 if peak < LIMIT_GIB else 1


if __name__ == "__main__":
    sys.exit(main())
