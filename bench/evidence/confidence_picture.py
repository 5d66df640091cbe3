"""The reliability diagram of confidence: at OPEN and at CLOSE, with how many events each point stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from unguard.report.colours import INK
from unguard.report.drawing import style

from bench.evidence.calibration_error import BINS, reliability

#: Okabe & Ito 2008: two mixes as told, then twice and half as many as told.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
MARKERS = ("o", "s", "^", "v")


def draw(told: Mapping[str, Sequence[Mapping[str, Any]]], path: Path) -> None:
    """Write the picture of what was said in each mix."""
    with style():
        figure = Figure(figsize=(9.2, 6.2), layout="constrained")
        axes = figure.subplots(2, 2, sharex=True, height_ratios=(3, 1))
        for column, kind in enumerate(("OPEN", "CLOSE")):
            shares, counts = axes[0, column], axes[1, column]
            shares.plot([0, 1], [0, 1], color=INK, lw=0.8, ls=":")
            for k, (name, runs) in enumerate(told.items()):
                chance = np.concatenate([np.array(kinds[kind].chance) for kinds in runs])
                true = np.concatenate([np.array(kinds[kind].true, bool) for kinds in runs])
                _one(shares, counts, chance, true, name, k)
            shares.set_title(f"At {kind}")
            shares.set_ylim(-0.02, 1.02)
            counts.set_yscale("log")
            counts.set_xlabel("confidence")
            counts.set_xlim(-0.02, 1.02)
        axes[0, 0].set_ylabel("share that is true")
        axes[1, 0].set_ylabel("events")
        axes[0, 0].legend(frameon=False, fontsize=8.5, loc="upper left")
        figure.suptitle("Does confidence keep its word? On the dotted line it does", fontsize=10.5)
        figure.savefig(path, dpi=140)


def _one(shares: Axes, counts: Axes, chance: Any, true: Any, name: str, k: int) -> None:
    bins = reliability(chance, true)
    x, y = [b.chance for b in bins], [b.share for b in bins]
    off = [[b.share - b.low for b in bins], [b.high - b.share for b in bins]]
    told = name.endswith(", as told")
    shares.errorbar(
        x, y, off, color=COLOURS[k], marker=MARKERS[k], ms=4.5, lw=1.4 if told else 0.8,
        ls="-" if told else "--", elinewidth=0.9, capsize=2, label=name,
    )  # fmt: skip
    edges = np.linspace(0, 1, BINS + 1)
    held = np.histogram(chance, edges)[0]
    counts.stairs(held, edges, color=COLOURS[k], lw=1.2, ls="-" if told else "--", baseline=None)
