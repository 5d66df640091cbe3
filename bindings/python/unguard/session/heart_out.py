"""A recording by a person's plan with the heart taken out: what sessions are told from, and profiles are made of."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from unguard.clinical.cleaning import WithoutHeart, without_heart
from unguard.errors import FormatError
from unguard.plan import Plan
from unguard.recording import Recording


@dataclass(frozen=True, eq=False)
class HeartOut:
    """A recording whose muscles are without the heart.

    Attributes
    ----------
    recording: the muscles without it; all other channels, angle and ECG, as they were.
    muscles: those of the plan, in its order. removed: the muscles alone, and what was taken out.
    remarks: what of the plan the recording has not.
    """

    recording: Recording
    muscles: tuple[str, ...]
    removed: WithoutHeart
    remarks: tuple[str, ...]


def heart_out(recording: Recording, plan: Plan, where: str) -> HeartOut:
    """Take the heart out of every muscle of the plan, by its ECG channel where there is one; offline, not late.

    Parameters
    ----------
    recording: as it was recorded. plan: muscles and ECG. where: what a refusal calls the recording.

    Raises
    ------
    FormatError: a muscle of the plan is missing.

    Source: as `without_heart`.
    """
    muscles = _muscles(recording, plan, where)
    remarks: list[str] = []
    removed = without_heart(recording, muscles, _lead(recording, plan, remarks))
    data = recording.data.copy()
    for muscle in muscles:
        data[:, recording.names.index(muscle)] = removed.recording.data[:, removed.recording.names.index(muscle)]
    return HeartOut(dataclasses.replace(recording, data=data), tuple(muscles), removed, tuple(remarks))


def targets_of(plan: Plan) -> list[str]:
    """Return the muscles of a plan that bends are told of: all but the control."""
    return [m.channel for m in plan.montage.muscles if m.role == "target"]


def _muscles(recording: Recording, plan: Plan, where: str) -> list[str]:
    missing = [m for m in plan.montage.channels if m not in recording.names]
    if missing:
        found = f"without {', '.join(map(repr, missing))}"
        expected = f"every channel of the plan's montage; it has {', '.join(map(repr, recording.names))}"
        raise FormatError(where, "the channels", found, expected)
    return list(plan.montage.channels)


def _lead(recording: Recording, plan: Plan, remarks: list[str]) -> str | None:
    """Return the plan's ECG where the recording has it as a voltage."""
    lead = plan.montage.heart_channel
    if lead is None:
        return None
    unit = next((c.unit for c in recording.channels if c.name == lead), None)
    if unit == "uV":
        return lead
    found = "which the recording has not" if unit is None else f"which is in {unit or 'no stated unit'}"
    remarks.append(f"The plan has the ECG in {lead!r}, {found}: beats were looked for in the muscles.")
    return None
