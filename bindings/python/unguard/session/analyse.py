"""A recording and a person's plan in, a session out."""

from __future__ import annotations

import dataclasses
import datetime
import math
import re
from collections.abc import Callable
from typing import Any

import unguard
from unguard.analysis import analyse
from unguard.arguments import object_of
from unguard.clinical.bend_analysis import BendAnalysis
from unguard.clinical.cleaning import WithoutHeart, clean
from unguard.made_at import made_at
from unguard.plan import BendTask, Plan, SessionEntry
from unguard.plan import remarks as plan_remarks
from unguard.recording import Recording
from unguard.report.words import first_of
from unguard.session.bends import (
    Counted,
    believed,
    bend_measures,
    bend_remarks,
    counted,
    guarding_measures,
    movement_measures,
    spike_measures,
)
from unguard.session.bends_by_plan import measured
from unguard.session.dated import date_of, entry_of, is_of_plan, name_of, nameless
from unguard.session.heart_out import heart_out
from unguard.session.kept_profiles import profiles_of
from unguard.session.levels import levels_of, load_measures, load_remarks, loads
from unguard.session.markers_of_bends import markers_of_bends
from unguard.session.measure import ACTIVITY, BENDS, LEVELS, MOVEMENT, PROFILE, START, Measure
from unguard.session.reactions import reaction_measures, reactions
from unguard.session.result import SessionAnalysis
from unguard.session.spasm_like import spasm_like_measures

_RATING = re.compile(r"^(pain|fear|tension)\s*[:=]?\s*(\d+(?:\.\d+)?)$", re.IGNORECASE)


def analyse_session(
    recording: Recording,
    plan: Plan,
    *,
    date: datetime.date | None = None,
    noise: float | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> SessionAnalysis:
    """Analyse a session by the plan of the person: bends, load, reactivity, spasm-like activity at rest, ratings.

    Parameters
    ----------
    recording: EMG in microvolts as it was recorded; annotations say what was done when ("standing", "bending", "full
        flexion", "returning", "declared rest", "stress", "neutral", "pain 4").
    plan: muscles, bands, references, tasks and the diary.
    date: of the session; None takes it from the diary's entry of this recording, then from the file's name where that
        begins with the plan's id and "_", "-" or ".". Any other name may say who the person is: no date is taken from
        it, and it is not written.
    noise: of electrode and amplifier in the band of ratios, microvolts RMS, taken off in power.
    progress: called with what is being done and the share that is done.

    Raises
    ------
    ConfigError, FormatError: naming what is missing.

    The heart is taken out of everything (`without_heart`), by the plan's ECG where there is one. What the recording has
    no annotation of is not told. The plan's practice bends do not count. Annotations such as "thought: ..." are copied
    as they are: what they say of a person is written.
    """
    object_of("recording", recording, Recording, "a Recording, as unguard.io.read gives")
    object_of("plan", plan, Plan, "a Plan, as unguard.plan.read_plan gives")
    told = progress or (lambda _text, _share: None)
    name = name_of(recording)
    entry = entry_of(name, plan)
    file = name if is_of_plan(name, plan) else ""
    when = date_of(date, entry, file)
    # By time, as a bend is looked for among them; and nameless where the name may say who it is.
    in_order = sorted(recording.annotations, key=lambda note: note.onset_s)
    recording = dataclasses.replace(recording if file else nameless(recording), annotations=in_order)
    told("heart", 0.0)
    out = heart_out(recording, plan, name or "the recording")
    of, muscles, removed, remarks = out.recording, list(out.muscles), out.removed, list(out.remarks)
    told("levels", 0.2)
    band = plan.band(plan.processing.level_band).spec()
    made = clean(of, muscles, band=band, mains=plan.processing.mains_Hz, heart=False)
    levels = levels_of(dataclasses.replace(removed.recording, data=made.emg), made.marks, plan)
    told("activity", 0.4)
    activity = analyse(of, channels=muscles, band=band, mains=plan.processing.mains_Hz)
    told("bends", 0.7)
    bends = _bends(of, plan, noise, remarks, removed)
    told("measures", 0.9)
    loaded = loads(levels, plan)
    reacted = reactions(recording, levels, plan)
    which = counted(bends.count if bends else 0, plan)
    spasm_like, not_told = spasm_like_measures(activity, hearts_left_in=removed.left_in)
    measures = [
        *(_of_bends(bends, plan, which) if bends and bends.count else []),
        *reaction_measures(reacted),
        *spasm_like,
        *load_measures(loaded),
        *_ratings(entry, recording, when),
    ]
    how = (removed.said, *made.how[1:], *(("Of bends: " + bends.how[-1],) if bends else ()))
    if bends and bends.count:
        remarks += [*bend_remarks(bends, which, plan), *_marker_remarks(bends, recording)]
    remarks += _profile_remarks(bends, plan, when)
    remarks += [
        *not_told,
        *load_remarks(loaded),
        *_refused(reacted),
        *_entry_remarks(entry, plan, file),
        *plan_remarks(plan),
    ]
    if bends is not None:
        remarks = [*bends.remarks, *remarks]
    return SessionAnalysis(
        plan=plan,
        date=when,
        file=file,
        duration_s=recording.duration_s,
        entry=entry,
        measures=tuple(measures),
        observations=_observations(bends, which, recording) if bends else (),
        bends=bends if bends and bends.count else None,
        activity=activity,
        levels=levels,
        loads=tuple(loaded),
        responses=reacted,
        remarks=tuple(dict.fromkeys(remarks)),
        how=how,
        made_by=_made_by(plan, bends, removed),
        made_at=made_at(),
        version=unguard.__version__,
    )


def _bends(
    of: Recording, plan: Plan, noise: float | None, remarks: list[str], removed: WithoutHeart
) -> BendAnalysis | None:
    """Return the bends where the plan has any and the recording shows where they are."""
    if not any(isinstance(task, BendTask) for task in plan.tasks):
        return None
    angle = plan.montage.angle_channel
    if angle is not None and angle not in of.names:
        remarks.append(f"The plan has the trunk angle in {angle!r}, which the recording has not.")
        angle = None
    texts = {note.text.strip().lower() for note in of.annotations}
    if angle is None and "bending" not in texts and not any(c.unit == "deg" for c in of.channels):
        remarks.append("Neither an angle nor a mark says when the person bent: nothing is told of bends.")
        return None
    return measured(of, plan, removed, angle=angle, noise=noise)


def _of_bends(bends: BendAnalysis, plan: Plan, which: Counted) -> list[Measure]:
    return [
        *bend_measures(bends, which),
        *movement_measures(bends, which),
        *guarding_measures(bends, plan, which),
        *spike_measures(bends, which),
    ]


def _made_by(plan: Plan, bends: BendAnalysis | None, removed: WithoutHeart) -> dict[str, dict[str, Any]]:
    """Return how each family of measures was made: what has to be the same in sessions that are compared."""
    of, mains = plan.processing, plan.processing.mains_Hz
    level, ratio = (repr(plan.band(name).spec()) for name in (of.level_band, of.ratio_band))
    made: dict[str, dict[str, Any]] = {
        LEVELS: {"band": level, "mains_Hz": mains, "detector": of.detector, "window_s": of.window_s},
        ACTIVITY: {"band": level, "mains_Hz": mains},
    }
    if bends is not None:
        made[BENDS] = {
            "band": ratio, "mains_Hz": mains, "phases_by": bends.bends.phases_by, "noise_uV": list(bends.noise_uV)
        }  # fmt: skip
        against = {one.kind: f"{one.id} of {one.made}" for one in profiles_of(plan, bends.muscles)}
        made[PROFILE] = {**made[BENDS], "profiles": against}
    of_emg = {family: {**how, "hearts_left_in": removed.left_in > 0} for family, how in made.items()}
    return of_emg if bends is None else {**of_emg, MOVEMENT: {"phases_by": bends.bends.phases_by}}


def _ratings(entry: SessionEntry | None, recording: Recording, when: datetime.date) -> list[Measure]:
    """Return the ratings of the diary's entry; where it has none, the first annotated one."""
    rated: dict[str, float] = {}
    for note in recording.annotations:
        found = _RATING.match(note.text.strip())
        if found and 0 <= float(found[2]) <= 10:
            rated.setdefault(found[1].lower(), float(found[2]))
    for name in ("pain", "fear", "tension"):
        value = getattr(entry, name) if entry else None
        if value is not None:
            rated[name] = float(value)
    return [Measure(name, "", START, v, v, v, "points", False, "lower") for name, v in rated.items()]


def _observations(bends: BendAnalysis, which: Counted, recording: Recording) -> tuple[dict[str, Any], ...]:
    """Return how much every bend was guarded, -ln ERR as a mean over muscles, and what was marked around it.

    Of bends alone of which every muscle is believed: a mean over others changes with what is missing.
    """
    lasting = _lasting(bends)
    marked, _ = markers_of_bends(list(lasting.values()), recording.annotations)
    around = dict(zip(lasting, marked, strict=True))
    rows = []
    for number in which.numbers:
        of = [b for b in bends.bends.bends if b.number == number and believed(bends, b)]
        logs = [-math.log(r.value) for b in of if (r := b.ratio("ERR"))]
        if len(logs) == len(bends.muscles):
            middle = sum(lasting[number]) / 2
            rows.append({"bend": number, "at_s": middle, "guarding": sum(logs) / len(logs), **around[number]})
    return tuple(rows)


def _profile_remarks(bends: BendAnalysis | None, plan: Plan, when: datetime.date) -> list[str]:
    """Return that bends may be held against themselves."""
    if bends is None or not any(one.made == when for one in profiles_of(plan, bends.muscles)):
        return []
    return ["The profile of good bends was made on the day of this session: its own bends are held against themselves."]


def _lasting(bends: BendAnalysis) -> dict[int, tuple[float, float]]:
    """Return from when to when each bend lasts, s, those for practice and those not believed too."""
    return {b.number: (b.bending / bends.fs, b.end / bends.fs) for b in bends.bends.bends}


def _marker_remarks(bends: BendAnalysis, recording: Recording) -> list[str]:
    """Return which markers are of no bend; what they say is not repeated."""
    _, alone = markers_of_bends(list(_lasting(bends).values()), recording.annotations)
    if not alone:
        return []
    at = [f"{note.onset_s:.0f} s" for note in alone]
    return [f"Markers at {first_of(at)} are near no bend: one that holds for several needs a duration."]


def _refused(reacted: unguard.clinical.Responses | None) -> list[str]:
    if reacted is None:
        return []
    return [f"{muscle}, {kind} at {at / reacted.fs:.0f} s: {why}" for muscle, kind, at, why in reacted.refused]


def _entry_remarks(entry: SessionEntry | None, plan: Plan, file: str) -> list[str]:
    if entry is None:
        named = f"{file!r}" if file else "this recording"
        return [
            f"The diary of {plan.id} has no session with {named}: where the electrodes were is not known, and "
            "without that no two sessions compare."
        ]
    return []
