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
#: How the mixes end whose detector was told the truth.
AS_TOLD = ", as told"


def draw(told: Mapping[str, Sequence[Mapping[str, Any]]], path: Path) -> None:
    """Write the picture of what was said in each mix."""
    with style():
        figure = Figure(figsize=(9.2, 6.4), layout="constrained")
        axes = figure.subplots(2, 2, sharex=True, sharey="row", height_ratios=(3, 1))
        for column, kind in enumerate(("OPEN", "CLOSE")):
            shares, counts = axes[0, column], axes[1, column]
            shares.plot([0, 1], [0, 1], color=INK, lw=0.8, ls=":")
            for k, (name, runs) in enumerate(told.items()):
                chance = np.concatenate([np.array(kinds[kind].chance) for kinds in runs])
                true = np.concatenate([np.array(kinds[kind].true, bool) for kinds in runs])
                line = "-" if name.endswith(AS_TOLD) else "--"
                # Hardly any event ends with a confidence in the middle: no line is drawn through what is not there.
                _shares(shares, chance, true, name, k, line if kind == "OPEN" else "none")
                edges = np.linspace(0, 1, BINS + 1)
                counts.stairs(np.histogram(chance, edges)[0], edges, color=COLOURS[k], lw=1.2, ls=line)
            shares.set_title(f"At {kind}")
            counts.set_xlabel("confidence")
        axes[0, 0].set_ylim(-0.02, 1.02)
        axes[0, 0].set_ylabel("share that is true")
        axes[1, 0].set_xlim(-0.02, 1.02)
        axes[1, 0].set_yscale("log")
        axes[1, 0].set_ylim(1, 1e4)
        axes[1, 0].set_yticks([1, 10, 100, 1000, 10000], ["1", "10", "100", "1,000", "10,000"])
        axes[1, 0].set_ylabel("events")
        figure.legend(*axes[0, 0].get_legend_handles_labels(), frameon=False, ncols=2, loc="outside lower center")
        figure.suptitle(
            "Does confidence keep its word? On the dotted line it does; bars: 95 % of the share", fontsize=10.5
        )
        figure.savefig(path, dpi=140)


def _shares(axes: Axes, chance: Any, true: Any, name: str, k: int, line: str) -> None:
    bins = reliability(chance, true)
    off = [[b.share - b.low for b in bins], [b.high - b.share for b in bins]]
    axes.errorbar(
        [b.chance for b in bins], [b.share for b in bins], off, color=COLOURS[k], marker=MARKERS[k], ms=4.5,
        lw=0.8 if line == "--" else 1.4, ls=line, elinewidth=0.9, capsize=2, label=name,
    )  # fmt: skip
