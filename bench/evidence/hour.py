"""One hour of 8 channels at 2 kHz in BDF: time and peak memory of reading it, and of the whole `unguard analyse`.

python -m bench.evidence.hour
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import unguard
import unguard.io
from unguard.recording import Channel, Recording

READ = "import sys, unguard.io; r = unguard.io.read(sys.argv[1]); assert r.data.shape == (7_200_000, 8), r.data.shape"


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock and peak resident memory in MiB of one program."""

    seconds: float
    peak_mib: float


def make(path: Path) -> None:
    """Write the recording: one guarded minute, 60 times over, on twice four channels."""
    minute = unguard.simulate("guarded", seconds=60.0, seed=11)
    data = np.tile(minute.data, (60, 2))
    channels = [Channel(name=f"{name} {side}") for side in ("a", "b") for name in minute.channels]
    unguard.io.write_bdf(path, Recording(data=data, fs=minute.fs, channels=channels))


def cost(command: list[str], folder: str) -> Cost:
    """Run a program and return what it took."""
    began = time.perf_counter()
    program = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(program.pid, 0)
    program.returncode = os.waitstatus_to_exitcode(status)
    if program.returncode:
        raise subprocess.CalledProcessError(program.returncode, command)
    return Cost(time.perf_counter() - began, usage.ru_maxrss / 1024)


def measure() -> dict[str, Cost]:
    """Return what reading and analysing take."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hour.bdf"
        # In a child of its own, whose memory is not ours.
        subprocess.run([sys.executable, "-m", "bench.evidence.hour", "--make", str(path)], check=True)
        return {
            "read": cost([sys.executable, "-c", READ, str(path)], folder),
            "analyse": cost([str(Path(sys.executable).with_name("unguard")), "analyse", str(path)], folder),
        }


if __name__ == "__main__":
    if "--make" in sys.argv:
        make(Path(sys.argv[-1]))
    else:
        for what, took in measure().items():
            print(f"{what}: {took.seconds:.1f} s, {took.peak_mib:.0f} MiB")
