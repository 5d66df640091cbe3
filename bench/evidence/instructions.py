"""Instructions a sample, counted by callgrind: unguard's public process() against the yardstick's fastest kernel.

    python -m bench.evidence.instructions                     prints them
    python -m bench.evidence.instructions --gate              and fails where they are too many, or more than were kept
    python -m bench.evidence.instructions --write-baseline    and keeps them as those of this compiler

Both are built for x86-64-v3 and run the same work over the same blocks; the difference of a run of twice as many blocks
and one of as many leaves out what comes before the first block. Exact on one compiler, so it can gate.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass

from bench.evidence import instruction_baseline, programs

FRAMES = 256
#: Set where a compiler without a baseline is an error.
REQUIRED = "UNGUARD_BASELINE_REQUIRED"
MOST = 1.1


@dataclass(frozen=True)
class Work:
    """What is run: our program with its first arguments, and the yardstick's."""

    name: str
    program: tuple[str, ...]
    yardstick: str


SECTIONS = Work("six sections", ("count_sos", "6"), "yardstick_linear")
CHAIN = Work("chain", ("count_chain", "compiled"), "yardstick")
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

    work: Work
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
    programs.build("count_sos", "count_chain", "yardstick", "yardstick_linear")


def instructions(program: str, *arguments: object) -> int:
    """Run a program under callgrind and return all instructions it executed."""
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *programs.command(program, *arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def per_sample(program: str, *before: str, channels: int, frames: int = FRAMES) -> float:
    """Return the instructions a sample and channel of one program."""
    blocks = 64 * FRAMES // frames
    few, many = (instructions(program, *before, channels, frames, n) for n in (blocks, 2 * blocks))
    return (many - few) / (blocks * frames * channels)


def count(channels: int, kernels: dict[int, str] = KERNELS, work: Work = SECTIONS) -> Count:
    """Count for one number of channels."""
    kernel = kernels[channels]
    yardstick = per_sample(work.yardstick, kernel, channels=channels)
    return Count(work, channels, per_sample(*work.program, channels=channels), yardstick, kernel)


def main(arguments: list[str]) -> str | None:
    """Print all counts; return what is wrong where that is asked."""
    build()
    found = [count(channels, work=work) for work in (SECTIONS, CHAIN) for channels in KERNELS]
    for each in found + [count(channels, LEANEST, work) for work in (SECTIONS, CHAIN) for channels in LEANEST]:
        print(
            f"{each.work.name}, {each.channels:2d} channels: {each.ours:.2f} instructions a sample, yardstick "
            f"{each.yardstick:.2f} ({each.kernel}), ratio {each.ratio:.3f}"
            + (f", at most {MOST}" if each in found else ", for comparison")
        )
    counts = {f"{each.work.name}, channels: {each.channels}, frames a call: {FRAMES}": each.ours for each in found}
    for channels in (1, 16):
        single = per_sample(*CHAIN.program, channels=channels, frames=1)
        counts[f"{CHAIN.name}, channels: {channels}, frames a call: 1"] = single
    compiler = programs.compiler()
    if "--write-baseline" in arguments:
        instruction_baseline.write(compiler, counts)
    if "--gate" not in arguments:
        return None
    compared = instruction_baseline.compare(compiler, counts, instruction_baseline.read())
    print("\n".join(compared.lines))
    over = [f"{each.work.name}, {each.channels} channels" for each in found if each.ratio > MOST]
    if over:
        return f"more than {MOST} times the yardstick's instructions: {'; '.join(over)}"
    if not compared.compared and os.environ.get(REQUIRED):
        return f"nothing to compare with, though {REQUIRED} is set"
    return "more instructions than the baseline has" if compared.grown else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
