"""Instructions a sample, counted by callgrind: unguard's public process() against the yardstick's fastest kernel.

    python -m bench.evidence.instructions [--gate]

Both are built for x86-64-v3 and run the same six sections over blocks of 256 frames; the difference of a run of 128
blocks and one of 64 leaves out what comes before the first block. Exact on one compiler, so it can gate.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "bench"
FRAMES = 256
MOST = 1.1
#: The yardstick's kernel that is the fastest by the clock at each number of channels, in SciPy's order of operations.
KERNELS = {
    1: "fused scipy 1x1",
    4: "fused scipy 4x1",
    8: "tiled scipy 4x2 k2",
    16: "tiled scipy 4x4 k1",
    64: "tiled scipy 4x4 k1",
}
#: The kernel with the fewest instructions where that is another one: it takes a fifth longer by the clock.
LEANEST = {8: "fused scipy 4x1", 16: "fused scipy 4x1", 64: "fused scipy 4x1"}


@dataclass(frozen=True)
class Count:
    """Instructions a sample and channel, ours and the yardstick's."""

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
    command = [
        "valgrind",
        "--tool=callgrind",
        "--callgrind-out-file=/dev/null",
        str(BUILD / "bench" / program),
        *arguments,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def per_sample(program: str, *before: str, channels: int) -> float:
    """Return the instructions a sample and channel of one program."""
    few, many = (instructions(program, *before, str(channels), str(FRAMES), str(blocks)) for blocks in (64, 128))
    return (many - few) / (64 * FRAMES * channels)


def count(channels: int, kernels: dict[int, str] = KERNELS) -> Count:
    """Count for one number of channels."""
    kernel = kernels[channels]
    yardstick = per_sample("yardstick_linear", kernel, channels=channels)
    return Count(channels, per_sample("count_sos", "6", channels=channels), yardstick, kernel)


if __name__ == "__main__":
    build()
    found = [count(channels) for channels in KERNELS]
    for each in found + [count(channels, LEANEST) for channels in LEANEST]:
        print(
            f"{each.channels:3d} channels: {each.ours:.2f} instructions a sample, yardstick {each.yardstick:.2f} "
            f"({each.kernel}), ratio {each.ratio:.3f}" + (f", at most {MOST}" if each in found else ", for comparison")
        )
    if "--gate" in sys.argv and any(each.ratio > MOST for each in found):
        sys.exit("more instructions than allowed")
