"""How fast the yardstick's chain is: 4 sections of band-pass, 1 of notch, |x|, 1 of low-pass, in double."""

from __future__ import annotations

from bench.evidence import (
    chain_times,
    curves,
    curves_picture,
    instruction_baseline,
    instructions,
    latency,
    latency_picture,
    programs,
    python_peers,
)
from bench.evidence.table import Evidence
from bench.evidence.turns import Ratio

#: What the bars are stated for.
CHANNELS = (8, 16, 64)


def _range(found: Ratio) -> str:
    return f"{found.ratio:.2f}x ({found.lowest:.2f} to {found.highest:.2f})"


def counted(e: Evidence) -> None:
    """Instructions a sample."""
    instructions.build()
    for work in (instructions.CHAIN, instructions.SECTIONS):
        for channels in CHANNELS:
            best = instructions.count(channels, work=work)
            lean = instructions.count(channels, instructions.LEANEST, work)
            measured = f"{best.ours:.2f}, {best.ratio:.3f}x"
            e.add(
                f"instructions a sample, {work.name}, {channels} channels",
                f"<= {instructions.MOST}x",
                measured,
                f"yardstick's fastest, {best.kernel}: {best.yardstick:.2f} "
                f"(its leanest, {lean.kernel}: {lean.ratio:.2f}x)",
                best.ratio <= instructions.MOST,
            )
    kept = instruction_baseline.read().get(programs.compiler(), {})
    e.add("compiler of these programs", "print", programs.compiler(), f"{len(kept)} counts kept as its baseline")


def timed(e: Evidence) -> None:
    """Processor time, in turns."""
    chain_times.build()
    for channels in CHANNELS:
        found = chain_times.against_yardstick(channels)
        e.add(
            f"time of the chain, {channels} channels",
            "<= 1.3x, aim 1.15x",
            f"{_range(found)}; {found.second:.2f} ns a sample",
            f"yardstick's fastest: {found.first:.2f} ns a sample",
            found.ratio <= 1.3,
        )
    for loop, flags in zip(chain_times.PLAIN_LOOPS, ("-O3 -march=x86-64-v3", "-O3"), strict=True):
        found = chain_times.against_plain_loop(8, loop)
        e.add(
            "the chain, 8 channels, times as fast",
            ">= 3x",
            _range(found),
            f"plain scalar loop, {flags}",
            found.ratio >= 3,
        )


def peers(e: Evidence) -> None:
    """SciPy and BrainFlow, from Python."""
    for frames in (1, 64, 256, python_peers.RECORD):
        calls = {1: "1 frame a call", python_peers.RECORD: "one minute in one call"}
        what = calls.get(frames, f"{frames} frames a call")
        for found, peer in (
            (python_peers.against_scipy(frames), "scipy.signal.sosfilt, abs, sosfilt; same bits"),
            (python_peers.against_brainflow(frames), "BrainFlow: bandpass, bandstop, abs, lowpass"),
        ):
            e.add(f"the chain from Python, 8 channels, {what}, times as fast", "print", _range(found), peer)


def each_frame(e: Evidence) -> None:
    """The latency of single frames."""
    found = latency.measure()
    bars = {"C++": {"p50": 0.5, "p99.9": 10}, "Python": {"p50": 5}, "Python, numbers in, number out": {"p50": 5}}
    for name, one in found.items():
        limits = bars.get(name, {})
        e.add(
            f"one frame of {latency.CHANNELS} channels, {name}",
            ", ".join(f"{q} <= {most:g} us" for q, most in limits.items()) or "print",
            one.line(),
            f"{one.frames:,} frames by the clock",
            all(one.at(q) <= 1000 * most for q, most in limits.items()) if limits else None,
        )
    latency_picture.draw(found, e.picture("latency", "Histograms of how long one frame takes, with percentiles"))


def over_sizes(e: Evidence) -> None:
    """Cost by channels, sections and frames a call."""
    found = curves.measure()
    many = found.by_channels[0]
    cheapest = min(zip(many.y, many.x, strict=True))
    e.add(
        "a sample and channel, 1 to 64 channels, 256 frames a call",
        "print",
        f"{cheapest[0]:.2f} ns ({cheapest[1]} channels) to {max(many.y):.2f} ns ({many.x[many.y.index(max(many.y))]})",
        "picture",
    )
    curves_picture.draw(found, e.picture("cost", "Cost of a sample by channels, by sections and by frames a call"))


def measure() -> Evidence:
    """Measure everything."""
    e = Evidence("speed")
    counted(e)
    timed(e)
    peers(e)
    each_frame(e)
    over_sizes(e)
    return e
