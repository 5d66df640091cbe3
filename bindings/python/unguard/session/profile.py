"""A person's profile of good bends, made from a recording and kept in the plan: what guarding and spikes are told from.

>>> mine = unguard.plan.read_plan("P-014.toml")
>>> made = profile_bends(unguard.io.read("P-014_2026-11-02.bdf"), mine, good=[2, 3, 4, 6, 7])
>>> unguard.plan.write_plan(made.plan, "P-014.toml")
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from unguard._core import BendingProfile, GuardingProfile
from unguard.arguments import flag, object_of, text
from unguard.clinical.bend_analysis import BendAnalysis
from unguard.clinical.bending_profile import FEWEST, OwnBending, good_bends, own_bending
from unguard.clinical.cleaning import clean
from unguard.clinical.guarding import profile_guarding
from unguard.errors import ConfigError, FormatError
from unguard.plan import Plan, StoredCalibration, stored
from unguard.recording import Recording
from unguard.session.bends_by_plan import measured
from unguard.session.dated import date_of, entry_of, is_of_plan, name_of
from unguard.session.heart_out import HeartOut, heart_out, targets_of
from unguard.session.kept_profiles import id_of, profiles_of, with_calibrations

#: Fewer good bends are told to be few.
ENOUGH = 5
_WHERE = "where the electrodes are: given, or in the plan's diary of this recording"


@dataclass(frozen=True)
class BendProfiles:
    """What good bends gave.

    Attributes
    ----------
    plan: with the profiles among its calibrations; nothing is written yet.
    made: the profiles, as the plan keeps them. replaced: ids of those that were there before.
    good: numbers of the bends. holds: how many full flexions; 0: nothing is known of them.
    count: how many bends there are. remarks: what to know before trusting it.
    """

    plan: Plan
    made: tuple[StoredCalibration, ...]
    replaced: tuple[str, ...]
    good: tuple[int, ...]
    holds: int
    count: int
    remarks: tuple[str, ...]


def profile_bends(
    recording: Recording,
    plan: Plan,
    *,
    good: Sequence[int],
    date: datetime.date | None = None,
    site_note: str | None = None,
    noise: float | None = None,
    replace: bool = False,
    progress: Callable[[str, float], None] | None = None,
) -> BendProfiles:
    """Make the profiles of guarding and of bending from the good bends of a recording, by the plan of the person.

    Parameters
    ----------
    recording: EMG in microvolts as it was recorded, and the trunk angle in degrees.
    plan: muscles, ECG, angle, hum and the band of ratios.
    good: numbers of the bends that were good, three and more, as `unguard bend` counts them. Who says so, is not for
        the EMG to tell.
    date: as `analyse_session`. site_note: where the electrodes are; None: as the diary's entry of this recording says.
    noise: of electrode and amplifier in the band of ratios, microvolts RMS, taken off the levels of guarding in power.
    replace: whether profiles of the same muscles and band that the plan has are replaced.
    progress: called with what is being done and the share that is done.

    Raises
    ------
    ConfigError, FormatError: naming what is missing, or which bend cannot be good and why.

    Bends are found by the trunk angle, in the plan's band of ratios, the heart taken out as `analyse_session` does. A
    profile is of one placement of the electrodes, one load and one speed. Source: as `profile_guarding` and
    `own_bending`. Offline.
    """
    object_of("recording", recording, Recording, "a Recording, as unguard.io.read gives")
    object_of("plan", plan, Plan, "a Plan, as unguard.plan.read_plan gives")
    told = progress or (lambda _text, _share: None)
    targets = tuple(targets_of(plan))
    may_replace = flag("replace", replace)
    before = profiles_of(plan, targets)
    if before and not may_replace:
        there = " and ".join(f"{one.id!r} of kind {one.kind!r}, made on {one.made}" for one in before)
        raise ConfigError("replace", "not given", f"given, for the plan has of these muscles and this band {there}")
    name = name_of(recording)
    entry = entry_of(name, plan)
    when = date_of(date, entry, name if is_of_plan(name, plan) else "")
    if site_note is None and entry is None:
        raise ConfigError("site_note", "not given", _WHERE)
    where = entry.site_note if site_note is None and entry else text("site_note", site_note, _WHERE)
    told("heart", 0.0)
    out = heart_out(recording, plan, name or "the recording")
    told("bends", 0.4)
    bends = _bends(out, plan, noise, name or "the recording")
    numbers = good_bends(bends.bends, good)
    told("profile", 0.7)
    how = _how(out, plan, noise)
    by_angle = bends.by_angle
    assert by_angle is not None, "phases are by angle"
    guarding = profile_guarding(by_angle, how=how, good=numbers)
    own, why_not = _own_bending(out, plan, bends, numbers, how)
    profiles: list[tuple[GuardingProfile | BendingProfile, int | None]] = [(guarding, guarding.bends)]
    if own is not None:
        profiles.append((own.profile, own.holds or None))
    made = []
    for profile, trials in profiles:
        kind = "guarding" if profile is guarding else "bending"
        made.append(
            stored(
                profile, id=id_of(kind, plan, before), made=when, band=plan.processing.ratio_band,
                sampling_rate_Hz=recording.fs, channels=targets, site_note=where, trials=trials,
            )
        )  # fmt: skip
    told("done", 1.0)
    return BendProfiles(
        plan=with_calibrations(plan, made),
        made=tuple(made),
        replaced=tuple(one.id for one in made if one.id in {old.id for old in before}),
        good=numbers,
        holds=own.holds if own is not None else 0,
        count=bends.count,
        remarks=tuple(_remarks(own, why_not, len(numbers), out, bends)),
    )


def _bends(out: HeartOut, plan: Plan, noise: float | None, where: str) -> BendAnalysis:
    """Return the bends by the trunk angle in the band of ratios."""
    angle = plan.montage.angle_channel
    if angle is not None and angle not in out.recording.names:
        raise FormatError(where, "the channels", f"without {angle!r}", "the trunk angle of the plan's montage")
    found = measured(out.recording, plan, angle=angle, phases_by="angle", noise=noise)
    if not found.count:
        raise FormatError(where, "the trunk angle", "without a bend", f"at least {FEWEST} bends")
    return found


def _own_bending(
    out: HeartOut, plan: Plan, bends: BendAnalysis, good: Sequence[int], how: str
) -> tuple[OwnBending | None, str]:
    """Return the profile of bending; where the recording allows none, why."""
    band = plan.band(plan.processing.ratio_band).spec()
    cleaned = clean(out.recording, targets_of(plan), band=band, mains=plan.processing.mains_Hz, heart=False)
    degrees = out.recording.data[:, out.recording.names.index(str(bends.angle))]
    try:
        return own_bending(cleaned, degrees, bends.bends, good=good, how=how), ""
    except ConfigError as cause:
        return None, str(cause)


def _how(out: HeartOut, plan: Plan, noise: float | None) -> str:
    mains = f"hum of {plan.processing.mains_Hz} Hz out" if plan.processing.mains_Hz else "hum not taken out"
    heart = f"{out.removed.beats} heartbeats out" if out.removed.beats else "no heart taken out"
    off = f"noise of {noise:g} uV off" if noise else "no noise off"
    return f"{plan.band(plan.processing.ratio_band).words()}; {heart}; {mains}; {off}"


def _remarks(own: OwnBending | None, why_not: str, good: int, out: HeartOut, bends: BendAnalysis) -> list[str]:
    told = [
        "A profile is of electrodes as they sit, of one load and one speed: what is held against it has to be alike.",
        f"{good} good bends are few: how much a good one may differ is hardly known."
        if good < ENOUGH
        else "Who says that a bend was good, is a person: the EMG does not.",
    ]
    if own is None:
        told.append(f"No profile of bending could be made, so spikes on bending will not be told: {why_not}.")
    elif not own.holds:
        told.append(
            f"Fewer than {FEWEST} of the good bends hung for a second: guarding in full flexion will not be told."
        )
    # What an older profile says of these bends is no matter here.
    return [*told, *out.remarks, *(r for r in bends.remarks if r not in bends.spikes.remarks)]
