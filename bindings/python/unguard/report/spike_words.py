"""Spikes on bending and guarded holds in words and rows, for the command line and the pages of bends and sessions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from unguard.clinical.bend_analysis import BendAnalysis
from unguard.clinical.spasm_like_rises import GUARDING, SPIKE, HeardBend, SpikesOnBending
from unguard.report.colours import colour_of_kind
from unguard.report.words import short

#: What is said about each kind in a legend.
CALLED = {SPIKE: "spike on bending (▼)", GUARDING: "guarding in full flexion (bar)"}


def spikes_in_short(made: BendAnalysis, numbers: Collection[int] | None = None) -> list[str]:
    """Return what was found against the person's own good bends, in sentences; nothing where that is not told.

    numbers: of the bends that count; None: all.
    """
    spikes = made.spikes
    if not spikes.told:
        return []
    found, quiet, unheard, guarded = [], [], [], []
    for muscle in spikes.muscles:
        of, rate = spikes.counted(muscle, numbers), spikes.per_bend(muscle, numbers)
        if rate is None:
            unheard.append(muscle)
        elif count := sum(h.spikes for h in of):
            often = f"{short(rate.value)} a bend, {short(rate.low)} to {short(rate.high)}"
            found.append(f"{count} in {_bends(len(of))} of {muscle} ({often})")
        else:
            quiet.append(f"{muscle} ({_bends(len(of))})")
        share = spikes.guarded_share(muscle, numbers)
        if share and share[0]:
            guarded.append(f"{muscle} in {round(share[0] * share[3])} of {share[3]}")
    told = []
    if found:
        told.append(f"Spasm-like spikes on bending, against this person's own good bends: {'; '.join(found)}.")
    if quiet:
        told.append(f"No spike on bending was found in {', '.join(quiet)}.")
    if unheard:
        told.append(f"Spikes on bending could not be looked for in {', '.join(unheard)}: too little was heard.")
    if guarded:
        told.append(f"Louder than in this person's own good full flexions: {'; '.join(guarded)}.")
    return told


def spike_legend(made: BendAnalysis) -> list[tuple[str, str]]:
    """Return (colour, what) of the kinds that the pictures show."""
    kinds = {r.kind for r in made.spikes.rises}
    return [(colour_of_kind(kind), what) for kind, what in CALLED.items() if kind in kinds]


def spike_table(made: BendAnalysis, numbers: Collection[int] | None = None) -> dict[str, Any] | None:
    """Return what the section on spikes on bending shows; None where they are not told.

    numbers: of the bends that count; None: all.
    """
    spikes = made.spikes
    if not spikes.told:
        return None
    totals = []
    bends: dict[int, list[str]] = {}
    for muscle in spikes.muscles:
        of, rate = spikes.counted(muscle, numbers), spikes.per_bend(muscle, numbers)
        share = spikes.guarded_share(muscle, numbers)
        often = "-" if rate is None else f"{short(rate.value)} [{short(rate.low)}, {short(rate.high)}]"
        guarded = "-" if share is None else (
            f"{round(share[0] * share[3])} of {share[3]} [{100 * share[1]:.0f}, {100 * share[2]:.0f} %]"
        )  # fmt: skip
        totals.append([muscle, str(sum(h.spikes for h in of)), str(len(of)), often, guarded])
    for h in spikes.heard:
        if numbers is None or h.bend in numbers:
            bends.setdefault(h.bend, []).append(_cell(spikes, h))
    return {
        "against": spikes.against,
        "muscles": spikes.muscles,
        "totals": totals,
        "bends": [[str(number), *cells] for number, cells in bends.items()],
    }


def _bends(count: int) -> str:
    return "1 bend" if count == 1 else f"{count} bends"


def _cell(spikes: SpikesOnBending, h: HeardBend) -> str:
    """Return at which angles one muscle had spikes in one bend, whether it was louder as a whole, or guarded."""
    at = [f"{r.angle_deg:.0f}" for r in spikes.rises if (r.bend, r.muscle, r.kind) == (h.bend, h.muscle, SPIKE)]
    told = ["not heard" if not h.counts else ", ".join(at) or "none"]
    if h.counts and spikes.is_louder(h):
        told.append(f"{short(h.times)} times as loud as a whole")
    return "; ".join([*told, "guarded"] if h.guarded else told)
