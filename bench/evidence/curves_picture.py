"""What a sample costs by channels, sections and frames a call, with where lanes and caches show."""

from __future__ import annotations

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from unguard.report.colours import INK, REST
from unguard.report.drawing import style

from bench.evidence.curves import Curve, Curves

#: Okabe & Ito 2008, from few channels to many.
COLOURS = ("#CC79A7", "#D55E00", "#009E73", "#0072B2", "#222222")
#: Groups of channels that are filtered side by side: whole ones cost least, a started one as much as a whole one.
GROUPS = (4, 8, 16)
MOST_CHANNELS = 64
BYTES = 8
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)


def draw(found: Curves, path: Path) -> None:
    """Write the picture."""
    with style():
        figure = Figure(figsize=(9.2, 11.0), layout="constrained")
        channels, sections, frames = figure.subplots(3, 1, height_ratios=(1.2, 1, 1.2))
        _by_channels(channels, found.by_channels)
        _by_sections(sections, found.by_sections)
        _by_frames(frames, found.by_frames, found.caches)
        figure.suptitle(
            "What one sample of one channel costs: band-pass, notch, |x|, low-pass (6 sections)", fontsize=10.5
        )
        figure.savefig(path, dpi=140)


def _by_channels(axes: Axes, curves: list[Curve]) -> None:
    for curve, colour in zip(curves, ("#0072B2", "#D55E00"), strict=True):
        _line(axes, curve, colour)
    _scale(axes, curves)
    axes.set_title("By channels: lanes are channels, 16, 8 or 4 side by side")
    axes.set_xlabel("channels")
    axes.set_xlim(0, 67)
    axes.set_xticks(range(0, 65, 8))
    many = curves[0]
    for group in GROUPS:
        at = many.y[many.x.index(group)]
        axes.plot(group, at, "o", color="#0072B2", ms=5)
        axes.annotate(
            f"{group}", (group, at), xytext=(0, -6), textcoords="offset points", fontsize=8.5, ha="center", va="top"
        )
    for channels, why in {5: "5 fill 8 lanes", 21: "21 = 16 + 5"}.items():
        _note(axes, why, (channels, many.y[many.x.index(channels)]), (6, 0))
    axes.legend(frameon=False, fontsize=8.5, loc="upper right")


def _by_sections(axes: Axes, curves: list[Curve]) -> None:
    a_section = [Curve(c.label, c.x, tuple(y / x for x, y in zip(c.x, c.y, strict=True))) for c in curves]
    for curve, colour in zip(a_section, COLOURS, strict=True):
        _line(axes, curve, colour)
        axes.lines[-1].set(marker="o", markersize=3)
    _scale(axes, a_section)
    axes.set_title("By sections of a cascade: one alone waits for its own recursion, several overlap")
    axes.set_xlabel("second-order sections, 256 frames a call")
    axes.set_ylabel("ns a sample, channel and section")
    axes.set_xticks(range(1, 13))
    _note(axes, "7 = 6 in one sweep + 1 alone", (7, a_section[0].y[6]), (0, 8))
    axes.legend(frameon=False, fontsize=8.5, loc="upper right", ncols=len(curves))


def _by_frames(axes: Axes, curves: list[Curve], caches: tuple[int, int]) -> None:
    for curve, colour in zip(curves, COLOURS, strict=True):
        _line(axes, curve, colour)
    _scale(axes, curves)
    axes.set_xscale("log", base=2)
    axes.set_title("By frames a call: what a call costs is shared; input and output outgrow the caches")
    axes.set_xlabel("frames a call")
    powers = [2**k for k in range(13)]
    axes.set_xticks(powers, [str(p) for p in powers])
    axes.xaxis.set_minor_locator(NullLocator())
    for name, size in zip(("L1", "L2"), caches, strict=True):
        frames = size / (2 * BYTES * MOST_CHANNELS)
        if not powers[0] < frames < powers[-1]:
            continue
        axes.axvline(frames, color=REST, lw=1.1, ls=(0, (4, 2)))
        axes.annotate(
            f"{name}, {size // 1024} KiB, holds in\nand out of {MOST_CHANNELS} channels",
            (frames, 0.02),
            xycoords=("data", "axes fraction"),
            xytext=(-4, 0),
            textcoords="offset points",
            fontsize=8,
            ha="right",
            va="bottom",
            color=REST,
        )
    axes.legend(frameon=False, fontsize=8.5, loc="upper right")


def _note(axes: Axes, text: str, at: tuple[float, float], offset: tuple[float, float]) -> None:
    axes.annotate(text, at, xytext=offset, textcoords="offset points", fontsize=8, color=INK, va="bottom")


def _line(axes: Axes, curve: Curve, colour: str) -> None:
    axes.plot(curve.x, curve.y, color=colour, lw=1.4, label=curve.label)


def _scale(axes: Axes, curves: list[Curve]) -> None:
    axes.set_yscale("log")
    axes.set_ylabel("ns a sample and channel")
    low, high = min(min(curve.y) for curve in curves), max(max(curve.y) for curve in curves)
    axes.set_ylim(low / 2, 2 * high)
    shown = [step for step in STEPS if low / 2 < step < 2 * high]
    axes.set_yticks(shown, [f"{step:g}" for step in shown])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.grid()
    axes.set_axisbelow(True)
