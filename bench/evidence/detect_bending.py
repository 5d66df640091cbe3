"""Voluntary movement: spikes on bending found against a person's own profile, and what is falsely called one."""

from __future__ import annotations

from typing import Any

import numpy as np
import unguard

from bench.evidence.onset_trials import FS, SEEDS, Alarms, Array
from bench.evidence.table import Evidence

#: Records of fifteen minutes and four channels, of a healthy and of a guarded back: five channel hours each.
RECORDS, SECONDS = 5, 900.0
CHANNELS = ["longissimus L", "longissimus R", "multifidus L", "multifidus R", "trunk angle"]


def heard(made: Any) -> Array:
    """Return the EMG in the band."""
    return np.asarray(unguard.Chain(unguard.Bandpass())(made.data, fs=FS))


def changed(spec: Any, **fields: Any) -> Any:
    """Return a spec with other values in some of its fields."""
    return type(spec)(**{f["name"]: getattr(spec, f["name"]) for f in spec._fields} | fields)


def profile(pattern: str, seed: int) -> Any:
    """Return the profile of three minutes of good bending: of that back, without spikes."""
    spec = unguard.scenario(pattern, seconds=180, seed=seed, fs=FS)
    made = unguard.simulate(changed(spec, bending=changed(spec.bending, spikes=0)))
    phases = made.truth["phases"]
    bends = [(p["begin"], p["end"]) for p in phases if p["phase"] == "bending"]
    holds = [(p["begin"] + int(0.5 * FS), p["end"]) for p in phases if p["phase"] == "full flexion"]
    return unguard.profile_bending(
        heard(made), made.angle, bends=bends, holds=holds, fs=FS, band="20-450 Hz, order 4, causal",
        spec=unguard.BendingProfiler(angles=12),
    )  # fmt: skip


def measure(e: Evidence) -> None:
    """Implanted spikes that were found, and false ones, over five hours of each back."""
    found = true = guarded = holds = 0
    false = {"healthy": 0, "guarded": 0}
    cancelled = 0
    hours = dict.fromkeys(false, 0.0)
    for pattern in false:
        for i in range(RECORDS):
            made = unguard.simulate(pattern, seconds=SECONDS, seed=SEEDS + i, fs=FS)
            spec = unguard.BendingDetector(profile=profile(pattern, SEEDS + 500 + i), angle="trunk angle")
            x = np.column_stack([heard(made), made.angle])
            reports = unguard.detect(spec, x, fs=FS, channels=CHANNELS, markers=made.markers)
            closed = [r for r in reports if r.report == "CLOSE" and r.kind == "SPIKE ON BENDING"]
            cancelled += sum(r.report == "CANCEL" for r in reports)
            guarded += sum(r.report == "CLOSE" and r.kind == "GUARDING" for r in reports)
            holds += 4 * sum(p["phase"] == "full flexion" for p in made.truth["phases"])
            spikes = [t for t in made.truth["events"] if t["kind"] == "SPIKE ON BENDING"]
            true += len(spikes)

            def overlap(r: Any, t: Any) -> bool:
                return r.channel == t["channel"] and r.onset < t["offset"] and t["onset"] < r.offset

            found += sum(any(overlap(r, t) for r in closed) for t in spikes)
            false[pattern] += sum(not any(overlap(r, t) for t in spikes) for r in closed)
            hours[pattern] += 4 * SECONDS / 3600
    for pattern, count in false.items():
        a = Alarms(count, 0, hours[pattern])
        e.add(f"voluntary bending, {pattern} back: spasm-like false alarms over {a.hours:.0f} channel hours",
              "<= 1 / h (upper 95 %)", f"{count} (<= {a.upper():.2f} / h)", "profile of 3 min of good trials",
              a.upper() <= 1)  # fmt: skip
    e.add("implanted spikes on bending found", ">= 90 %",
          f"{100 * found / true:.1f} % of {true}; {cancelled} cancelled",
          "2 to 4 times the bend's level, 50-300 ms", found >= 0.9 * true)  # fmt: skip
    e.add("holds called GUARDING by a back's own profile", "-", f"{guarded} of {holds}", "none is")
