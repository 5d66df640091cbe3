"""Backs of the simulator that bend, and a plan of their muscles."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path
from typing import Any

import unguard
from unguard import plan
from unguard.recording import Recording
from unguard.simulated_recording import to_recording
from unguard.simulation import Simulation

DAY = datetime.date(2026, 11, 2)
MUSCLES = (("longissimus L", "longissimus", "left", "L1"), ("longissimus R", "longissimus", "right", "L1"),
           ("multifidus L", "multifidus", "left", "L5"), ("multifidus R", "multifidus", "right", "L5"))  # fmt: skip


def montage(**more: Any) -> plan.Montage:
    """The montage of the simulator; the last muscle is the control."""
    muscles = tuple(
        plan.Muscle(
            channel=channel, muscle=muscle, side=side, site=site, landmark="midline, lateral", position_cm=3.0,
            measured=DAY, electrode_distance_mm=20, orientation="cranio-caudal",
            role="control" if channel == "multifidus R" else "target",
        )
        for channel, muscle, side, site in MUSCLES
    )  # fmt: skip
    values = {"name": "both sides", "reference_electrode": "C7", "angle_channel": "trunk angle", **more}
    return plan.Montage(muscles=muscles, **values)


def entry(day: datetime.date, **more: Any) -> plan.SessionEntry:
    """A session of the diary."""
    return plan.SessionEntry(date=day, recording=f"P-014_{day.isoformat()}.bdf", site_note="as marked", **more)


def mine(*entries: plan.SessionEntry, **more: Any) -> plan.Plan:
    """A plan of the simulator's muscles."""
    new = plan.new_plan("P-014").replace(montage=montage(), **more)
    return new.replace(diary=plan.Diary(sessions=entries))


def back(bends: int, *, seed: int, pattern: str = "guarded", heart: float | None = None, **bending: Any) -> Simulation:
    """So many bends at 1 kHz, a heart of so many microvolts, and what else of the bending is not the scenario's."""
    spec = unguard.scenario(pattern, seconds=20 + bends * 16 * 1.12, seed=seed, fs=1000.0)
    spec = spec.replace(bending=spec.bending.replace(**bending))
    return unguard.simulate(spec if heart is None else spec.replace(ecg=unguard.EcgArtefact(r_peak=heart)))


def on_day(simulation: Simulation, day: datetime.date = DAY) -> Recording:
    """As a recording that is named by the plan's id and a day."""
    return dataclasses.replace(to_recording(simulation), source=Path(f"P-014_{day.isoformat()}.bdf"))
