"""Instructions a sample, counted by callgrind: unguard's public process() against the yardstick's best kernel.

    python -m bench.evidence.instructions

Both are built for x86-64-v3 and run the same six sections over blocks of 256 frames; the difference of a run of 128
blocks and one of 64 leaves out what comes before the first block. Exact on one compiler, so it can gate.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "bench"
FRAMES = 256
MOST = 1.1
#: The yardstick's kernels in SciPy's order of operations; the best one for a number of channels counts.
MANY = (
    "fused scipy 4x1",
    "tiled scipy 4x1 k2",
    "tiled scipy 4x1 k3",
    "tiled scipy 4x2 k1",
    "tiled scipy 4x2 k2",
    "tiled scipy 4x4 k1",
)
KERNELS = {1: ("fused scipy 1x1", "tiled scipy 1x1 k3"), 4: MANY, 8: MANY, 16: MANY, 64: MANY}
GATED = (4, 8, 16, 64)


@dataclass(frozen=True)
class Count:
    """Instructions a sample and channel; `yardstick` is that of its best kernel."""

    channels: int
    ours: float
    yardstick: float
    kernel: str

    @property
    def ratio(self) -> float:
        """Ours over the yardstick's."""
        return self.ours / self.yardstick


def build() -> None:
    """Build the counted programs."""
    quiet = {"check": True, "cwd": ROOT, "stdout": subprocess.DEVNULL}
    subprocess.run(["cmake", "--preset", "bench"], **quiet)
    subprocess.run(["cmake", "--build", "--preset", "bench", "--target", "count_sos", "yardstick_linear"], **quiet)


def instructions(program: str, *arguments: str) -> int:
    """Run a program under callgrind and return all instructions it executed."""
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", str(BUILD / "bench" / program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def per_sample(program: str, *before: str, channels: int) -> float:
    """Return the instructions a sample and channel of one program."""
    few, many = (instructions(program, *before, str(channels), str(FRAMES), str(blocks)) for blocks in (64, 128))
    return (many - few) / (64 * FRAMES * channels)


def count(channels: int) -> Count:
    """Count for one number of channels."""
    yardstick = {k: per_sample("yardstick_linear", k, channels=channels) for k in KERNELS[channels]}
    best = min(yardstick, key=yardstick.__getitem__)
    return Count(channels, per_sample("count_sos", channels=channels), yardstick[best], best)


if __name__ == "__main__":
    build()
    for channels in KERNELS:
        found = count(channels)
        print(
            f"{channels:3d} channels: {found.ours:.2f} instructions a sample, yardstick {found.yardstick:.2f} "
            f"({found.kernel}), ratio {found.ratio:.3f}"
        )
