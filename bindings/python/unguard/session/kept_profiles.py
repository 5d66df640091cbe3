"""The profiles of good bends that a plan keeps: those of some muscles and its band of ratios, and where new ones go."""

from __future__ import annotations

from collections.abc import Sequence

from unguard._core import BendingProfile
from unguard.clinical.spikes_on_bending import OwnProfile
from unguard.plan import Plan, StoredCalibration
from unguard.session.heart_out import targets_of

#: Kinds of calibration that are profiles of good bends.
KINDS = ("guarding", "bending")


def profiles_of(plan: Plan, muscles: Sequence[str]) -> tuple[StoredCalibration, ...]:
    """Return the profiles that a plan keeps of these muscles, in this order, in its band of ratios."""
    return tuple(
        c
        for c in plan.calibrations
        if c.kind in KINDS and c.channels == tuple(muscles) and c.band == plan.processing.ratio_band
    )


def own_profile(plan: Plan, muscles: Sequence[str] | None = None) -> OwnProfile | None:
    """Return the profile of bending that a plan keeps, as `analyse_bends` takes it; None where there is none.

    Parameters
    ----------
    plan: of the person. muscles: that are analysed; None: those of the plan.

    Where the plan has none of these muscles in its band of ratios it is the last that there is at all: `analyse_bends`
    does not use it, and says why.
    """
    of = tuple(targets_of(plan) if muscles is None else muscles)
    fitting = [c for c in profiles_of(plan, of) if c.kind == "bending"]
    kept = [*(c for c in plan.calibrations if c.kind == "bending"), *fitting]
    for one in kept[-1:]:
        profile = one.restore()
        assert isinstance(profile, BendingProfile), "its kind says so"
        return OwnProfile(
            profile=profile,
            muscles=one.channels,
            band=plan.band(one.band).spec(),
            fs=one.sampling_rate_Hz,
            holds=one.trials,
            said=f"the profile {one.id!r} of {one.made}",
        )
    return None


def id_of(kind: str, plan: Plan, replaced: Sequence[StoredCalibration]) -> str:
    """Return the id of a new profile: that of the one it replaces, or the first that is free."""
    for one in replaced:
        if one.kind == kind:
            return one.id
    taken = {one.id for one in plan.calibrations}
    number = 1
    while (found := kind if number == 1 else f"{kind}-{number}") in taken:
        number += 1
    return found


def with_calibrations(plan: Plan, made: Sequence[StoredCalibration]) -> Plan:
    """Return the plan with these calibrations, each in the place of the one with its id, or at the end."""
    new = {one.id: one for one in made}
    kept = [new.pop(one.id, one) for one in plan.calibrations]
    return plan.replace(calibrations=(*kept, *new.values()))
