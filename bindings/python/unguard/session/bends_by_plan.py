"""The bends of a recording by a person's plan: its muscles, angle, band of ratios and hum, and its profile."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import unguard
from unguard.arguments import names as names_of
from unguard.arguments import object_of
from unguard.clinical.bend_analysis import BendAnalysis, analyse_bends
from unguard.clinical.cleaning import WithoutHeart
from unguard.errors import ConfigError
from unguard.plan import Plan
from unguard.recording import Recording
from unguard.session.dated import name_of
from unguard.session.heart_out import heart_out, targets_of
from unguard.session.kept_profiles import own_profile


def bends_by_plan(
    recording: Recording,
    plan: Plan,
    *,
    muscles: Sequence[str] | None = None,
    angle: str | None = None,
    phases_by: str | None = None,
    noise: float | Sequence[float] | None = None,
    band: tuple[float, float] | unguard.Bandpass | None = None,
    mains: float | None = None,
    heart: bool = True,
) -> BendAnalysis:
    """Analyse a recording of bends as a session does, with spikes on bending where the plan keeps a profile.

    Parameters
    ----------
    recording: EMG in microvolts as it was recorded. plan: of the person.
    muscles, angle, band, mains: None takes those of the plan; all else as `analyse_bends`. A profile of other muscles,
        or of another band, is not used.
    heart: whether to look for a heart in all muscles of the plan, or its ECG, and take it out.

    Raises
    ------
    ConfigError: naming the argument. FormatError: what of the plan the recording lacks.

    Source and latency: as `analyse_bends`.
    """
    object_of("recording", recording, Recording, "a Recording, as unguard.io.read gives")
    object_of("plan", plan, Plan, "a Plan, as unguard.plan.read_plan gives")
    if muscles is not None:
        expected = f"muscles of the plan, {', '.join(plan.montage.channels)}"
        for name in names_of("muscles", muscles, expected):
            if name not in plan.montage.channels:
                raise ConfigError("muscles", repr(name), expected)
    if angle is None and plan.montage.angle_channel in recording.names:
        angle = plan.montage.angle_channel
    asked: dict[str, Any] = {
        "muscles": muscles,
        "angle": angle,
        "phases_by": phases_by,
        "noise": noise,
        "band": band,
        "mains": mains,
    }
    if not heart:
        return measured(recording, plan, **asked)
    out = heart_out(recording, plan, name_of(recording) or "the recording")
    made = measured(out.recording, plan, out.removed, **asked)
    return dataclasses.replace(made, remarks=(*out.remarks, *made.remarks))


def measured(of: Recording, plan: Plan, removed: WithoutHeart | None = None, **asked: Any) -> BendAnalysis:
    """Return the bends of a recording.

    removed: what of the heart was taken out of it; None: none was looked for. asked: arguments of `analyse_bends`; what
    is None, or not there, is as the plan says.
    """
    says: dict[str, Any] = {
        "muscles": targets_of(plan),
        "band": plan.band(plan.processing.ratio_band).spec(),
        "mains": plan.processing.mains_Hz,
    }
    said = says | {name: value for name, value in asked.items() if value is not None}
    made = analyse_bends(of, heart=False, profile=own_profile(plan, said["muscles"]), **said)
    if removed is None:
        return made
    left = (removed.said,) if removed.left_in else ()
    return dataclasses.replace(
        made, how=(removed.said, *made.how[1:]), beats=removed.beats, remarks=(*left, *made.remarks)
    )
