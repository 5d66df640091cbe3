"""Nanoseconds a sample of the yardstick's chain: unguard's public process(), the yardstick, and a loop without library.

python -m bench.evidence.chain_times
"""

from __future__ import annotations

import re

from bench.evidence import instructions, programs
from bench.evidence.turns import Cost, Ratio, in_turns

FRAMES = 256
#: Of one run: a fifth of a second at 8 channels.
SAMPLES = 100_000_000
#: The same source with the flags of the yardstick, and with those of a build for every x86-64 machine.
PLAIN_LOOPS = ("plain_loop", "plain_loop_release")


def build() -> None:
    """Build the timed programs."""
    programs.build("count_chain", "count_sos", "yardstick", *PLAIN_LOOPS)


def nanoseconds(program: str, *before: object, channels: int, frames: int = FRAMES, samples: int = SAMPLES) -> float:
    """Return the processor time of one sample, of about `samples` of them."""
    blocks = max(2, samples // (frames * channels))
    text = programs.said(program, *before, channels, frames, blocks)
    return float(re.search(r"([\d.]+) ns a sample", text)[1])


def cost(program: str, *before: object, channels: int) -> Cost:
    """Return one run of a program."""
    return lambda: nanoseconds(program, *before, channels=channels)


def against_yardstick(channels: int) -> Ratio:
    """Return our time over that of the yardstick's fastest kernel."""
    yardstick = cost("yardstick", instructions.KERNELS[channels], channels=channels)
    return in_turns(yardstick, cost("count_chain", "compiled", channels=channels))


def against_plain_loop(channels: int, loop: str) -> Ratio:
    """Return how many times the time of ours a plain loop takes."""
    return in_turns(cost("count_chain", "compiled", channels=channels), cost(loop, channels=channels))


if __name__ == "__main__":
    build()
    for n in (1, 8, 16, 64):
        for name, found in (
            ("ours over the yardstick's", against_yardstick(n)),
            *((f"{loop} over ours", against_plain_loop(n, loop)) for loop in PLAIN_LOOPS),
        ):
            print(f"channels: {n}, {name}: {found.ratio:.2f} ({found.lowest:.2f} to {found.highest:.2f})")
