"""Real annotated recordings: ours and every peer at its documented defaults. Rows for `scripts/evidence detect`."""

from __future__ import annotations

import os
from pathlib import Path

from unguard import benchmark

from bench.evidence.table import Evidence

#: Lowest F1, by data set; 1 means all found and nothing else.
LEAST_F1 = {"emggo": 0.95}
OURS = "unguard ActivityDetector"


def measure(e: Evidence) -> None:
    """What was found of each data set, no worse than any peer there, and better over all of them."""
    folder = Path(os.environ["UNGUARD_REAL_DATA"])
    found = benchmark.compare(benchmark.annotated(folder), [*benchmark.OURS, *benchmark.PEERS], grid=False)
    for data in found.datasets:
        by = {s.family.name: s.documented for s in found.of(data.name)}
        mine = by[OURS].whole
        others = {n: o.whole.f1 for n, o in by.items() if n != OURS and not n.startswith("unguard") and not o.failed}
        best = max(others, key=lambda n: others[n])
        least = LEAST_F1.get(data.name.split("_")[0], 0.0)
        all_found = mine.counts.misses == 0
        e.add(f"{data.name}: ActivityDetector", f"F1 >= {least:g}" if least else "all found; no peer better",
              f"F1 {mine.f1:.3f}, {mine.counts.hits} of {data.true_events}, {mine.counts.false_alarms} false",
              f"best peer at its defaults: {best} {others[best]:.3f}",
              mine.f1 >= max(others[best], least) and (all_found or bool(least)))  # fmt: skip
    pooled = {n: c.f1 for n, c in found.pooled("documented").items()}
    best = max((n for n in pooled if not n.startswith("unguard")), key=lambda n: pooled[n])
    e.add("all real recordings pooled: ActivityDetector", "better than every peer at its defaults",
          f"F1 {pooled[OURS]:.3f}", f"{best} {pooled[best]:.3f}; SpasmDetector {pooled['unguard SpasmDetector']:.3f}",
          pooled[OURS] > pooled[best])  # fmt: skip
    for name, why in found.missing.items():
        e.add(f"peer not run: {name}", "-", why, "")
