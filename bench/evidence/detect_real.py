"""Real annotated recordings: ours and every peer at its documented defaults, and beside them peers at the best setting
of a grid, chosen on the first 40 % of each. Rows for `scripts/evidence detect`."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

from unguard import benchmark

from bench.evidence.table import Evidence

#: Lowest F1, by the first word of a data set's name; one that is not named here has to be found whole, false ones
#: counting only against those of the peers.
LEAST_F1 = {"emggo": 0.95}
OURS, PLAIN = "unguard ActivityDetector, bursts", "unguard ActivityDetector"
#: Seconds a setting may take for a data set; one that takes longer as documented is not searched.
LIMIT_S = 60.0


def held_out(found: benchmark.Comparison) -> dict[str, benchmark.Counts]:
    """Return hits, false ones and misses of documented settings behind the first 40 %, by method.

    Where one failed, all is missed there.
    """
    made = dict.fromkeys(found.families, benchmark.Counts())
    for data in found.datasets:
        parts = {s.family.name: s.documented for s in found.of(data.name)}
        ours = parts[OURS].held_out.counts
        for name, part in parts.items():
            made[name] += benchmark.Counts(misses=ours.hits + ours.misses) if part.failed else part.held_out.counts
    return made


def peers_compared(found: benchmark.Comparison, data: str | None = None, *, searched: bool = False) -> str:
    """Return how many peers were compared on a data set, or on all of them, and how many do not run there.

    searched: of the search on a data set: those that found no setting do not run, either.
    """
    ran: dict[str, list[bool]] = {name: [False] for name in found.missing}
    for s in found.searched if data is None else found.of(data):
        if not s.family.name.startswith("unguard"):
            ran.setdefault(s.family.name, []).append(s.best is not None if searched else not s.documented.failed)
    compared, everywhere = sum(map(any, ran.values())), sum(map(all, ran.values()))
    some = f", {compared - everywhere} of them not on every data set: all missed there" * (compared > everywhere)
    return f"{compared} of {len(ran)} peers compared{some}; {len(ran) - compared} do not run"


def measure(e: Evidence) -> None:
    """What was found of each data set, no worse than any peer there, and better over all of them."""
    folder = Path(os.environ["UNGUARD_REAL_DATA"])
    ours = [dataclasses.replace(f, grid={}) for f in benchmark.OURS if f.name in (OURS, PLAIN)]
    found = benchmark.compare(benchmark.annotated(folder), [*ours, *benchmark.PEERS], limit_s=LIMIT_S)
    for data in found.datasets:
        by = {s.family.name: s.documented for s in found.of(data.name)}
        mine, mine_held_out = by[OURS].whole, by[OURS].held_out
        peers = {n: o for n, o in by.items() if not n.startswith("unguard")}
        for n, o in peers.items():
            if o.failed:
                e.add(f"{data.name}: {n}, at its defaults", "-", "does not run", o.error)
        others = {n: o.whole.f1 for n, o in peers.items() if not o.failed}
        best = max(others, key=lambda n: others[n])
        others_held_out = max(by[n].held_out.f1 for n in others)
        least = LEAST_F1.get(data.name.split("_")[0], 0.0)
        all_found = mine.counts.misses == 0
        good = mine.f1 >= max(others[best], least) and mine_held_out.f1 >= max(others_held_out, least)
        e.add(f"{data.name}: ActivityDetector, rise and join chosen on the first 40 %; all, and the other 60 %",
              (f"F1 >= {least:g}" if least else "all found") + "; no peer better; both",
              f"F1 {mine.f1:.3f}, {mine.counts.hits} of {data.true_events}, {mine.counts.false} false; "
              f"held out {mine_held_out.f1:.3f}",
              f"best peer at its defaults: {best} {others[best]:.3f}; held out {others_held_out:.3f}; "
              f"{peers_compared(found, data.name)}",
              good and (all_found or bool(least)))  # fmt: skip
        tuned = {s.family.name: s.best for s in found.of(data.name) if s.best is not None}
        if tuned:
            most = max(tuned, key=lambda n: tuned[n].whole.f1)
            e.add(f"{data.name}: best peer after a grid search", "-",
                  f"{most} F1 {tuned[most].whole.f1:.3f}, held out {tuned[most].held_out.f1:.3f}",
                  f"ActivityDetector, chosen by hand on the same 40 %: held out {mine_held_out.f1:.3f}; "
                  f"{peers_compared(found, data.name, searched=True)}")  # fmt: skip
    for part, counts in (("all", found.pooled("documented")), ("the other 60 %", held_out(found))):
        pooled = {n: c.f1 for n, c in counts.items()}
        best = max((n for n in pooled if not n.startswith("unguard")), key=lambda n: pooled[n])
        e.add(f"real recordings pooled, {part}: ActivityDetector, rise and join chosen on the first 40 % of each",
              "better than every peer at its defaults", f"F1 {pooled[OURS]:.3f}",
              f"{best} {pooled[best]:.3f}; ours without rise and join {pooled[PLAIN]:.3f}; {peers_compared(found)}",
              pooled[OURS] > pooled[best])  # fmt: skip
    searched = {n: c.f1 for n, c in found.pooled("searched").items() if not n.startswith("unguard")}
    best = max(searched, key=lambda n: searched[n])
    e.add("all real recordings pooled: best peer after a grid search", "-", f"{best} F1 {searched[best]:.3f}",
          f"ActivityDetector, chosen by hand on the same 40 %: {found.pooled('documented')[OURS].f1:.3f}; "
          f"{peers_compared(found)}")  # fmt: skip
    for name, why in found.missing.items():
        e.add(f"peer not run: {name}", "-", why, "")
