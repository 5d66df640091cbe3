"""Reactivity by the package's own protocol. Truth: levels that rise and decay as was written down."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import unguard.plan
from unguard.plan import Plan, read_plan
from unguard.recording import Annotation, Channel, Recording
from unguard.session.levels import Levels
from unguard.session.measure import Measure
from unguard.session.reactions import reaction_measures, reactions

FS = 20.0
HALF_S = 30.0
QUIET, TALKING, STRESSED = 3.0, 3.3, 9.0
LEVELS = {"adaptation": QUIET, "baseline": QUIET, "neutral": TALKING, "stress": STRESSED}
PRESET = (("adaptation", 300), ("baseline", 180), ("neutral", 180), ("stress", 180), ("stress", 180), ("recovery", 300))


def protocol(
    *annotated: str, order: tuple[tuple[str, int], ...] = PRESET, after_s: float = 60.0
) -> tuple[Recording, Levels, Plan]:
    """Trials one directly behind the other; of them these kinds are annotated, without durations."""
    plan = read_plan(Path(unguard.plan.__file__).parent / "presets" / "example_plan.toml")
    rng = np.random.default_rng(1)
    parts, notes, at = [], [], 0.0
    for what, long in order:
        n = round(long * FS)
        back = QUIET + (STRESSED - QUIET) * 0.5 ** (np.arange(n) / FS / HALF_S)
        parts.append(back if what == "recovery" else np.full(n, LEVELS[what]))
        if what in annotated:
            notes.append(Annotation(at, 0.0, what))
        at += long
    level = np.concatenate([*parts, np.full(round(after_s * FS), QUIET)])
    names = tuple(m.channel for m in plan.montage.muscles)
    quiet = np.full((len(level), len(names) - 1), QUIET)
    uV = np.column_stack([level, quiet]) * np.exp(0.1 * rng.standard_normal((len(level), len(names))))
    return Recording(np.zeros((10, 1)), 2000.0, [Channel("a")], notes), Levels(uV, FS, names), plan


def told(measures: list[Measure], name: str, muscle: str = "longissimus L") -> Measure:
    (found,) = (m for m in measures if (m.name, m.muscle) == (name, muscle))
    return found


@pytest.mark.parametrize("annotated", [("neutral", "stress"), tuple(dict.fromkeys(w for w, _ in PRESET))])
def test_trials_in_a_row_share_one_baseline_and_one_recovery(annotated: tuple[str, ...]) -> None:
    """By annotation and by the plan's schedule: every rise is from rest, and what follows a trial is no recovery."""
    found = reactions(*protocol(*annotated))
    assert found is not None and not found.refused
    of = [(kind, r) for muscle, kind, _, r in found.each if muscle == "longissimus L"]
    assert [kind for kind, _ in of] == ["neutral", "stress", "stress"]
    for (_, r), level in zip(of, (TALKING, STRESSED, STRESSED), strict=True):
        assert r.reactivity == pytest.approx(math.log(level / QUIET), abs=0.02)
    assert [r.recovery_s for _, r in of] == [None, None, 300]
    assert [r.no_recovery for _, r in of] == ["another trial follows it"] * 2 + [""]
    assert of[2][1].half_time_s == pytest.approx(HALF_S, rel=0.1)
    measures = reaction_measures(found)
    recovery = told(measures, "recovery from stress")
    assert recovery.value == pytest.approx(HALF_S, rel=0.1) and recovery.count == 1 and recovery.note == "1 trial"
    assert not any(m.name == "recovery from neutral" for m in measures)
    stress = told(measures, "reactivity to stress")
    assert stress.value == pytest.approx(math.log(3), abs=0.02) and math.isnan(stress.low) and stress.note == "2 trials"
    assert told(measures, "specificity to stress").value == pytest.approx(math.log(3), abs=0.03)
    assert not any(m.name.startswith("specificity") and m.muscle == "trapezius L" for m in measures)


def test_an_annotated_recovery_in_between_is_told_too() -> None:
    order = (("baseline", 180), ("stress", 180), ("recovery", 300), ("stress", 180), ("recovery", 300))
    found = reactions(*protocol("baseline", "stress", "recovery", order=order))
    assert found is not None and not found.refused
    times = [r.half_time_s for muscle, _, _, r in found.each if muscle == "longissimus L"]
    assert times == [pytest.approx(HALF_S, rel=0.1)] * 2


def test_each_annotated_baseline_begins_a_block() -> None:
    order = (*PRESET[1:4], ("baseline", 180), ("stress", 180), ("recovery", 300))
    recording, levels, plan = protocol("baseline", "neutral", "stress", order=order)
    uV = levels.uV.copy()
    uV[round(540 * FS) : round(720 * FS), 0] *= 2  # the second baseline is louder
    found = reactions(recording, Levels(uV, FS, levels.muscles), plan)
    assert found is not None
    rises = [r.reactivity for muscle, _, _, r in found.each if muscle == "longissimus L"]
    truth = [math.log(TALKING / QUIET), math.log(3), math.log(1.5)]
    assert rises == pytest.approx(truth, abs=0.02)
    assert [(kind, why) for _, kind, _, why in found.refused] == [
        ("stress", "its recovery is not told: 'baseline' begins 0 s behind the trial, before 300 s are over")
    ]


@pytest.mark.parametrize(
    ("order", "annotated", "why"),
    [
        ((("baseline", 60), *PRESET[2:]), ("neutral", "stress"), "its baseline of 180 s is cut to 60 s"),
        ((*PRESET[1:3], ("stress", 60), *PRESET[4:]), ("baseline", "neutral", "stress"),
         "its trial of 180 s is cut to 60 s"),
        (PRESET[:-1], ("baseline", "neutral", "stress"), "its recovery is not told: the recording ends 60 s behind"),
    ],
)  # fmt: skip
def test_windows_that_are_not_there_are_refused_by_name(
    order: tuple[tuple[str, int], ...], annotated: tuple[str, ...], why: str
) -> None:
    found = reactions(*protocol(*annotated, order=order))
    assert found is not None and len(found.refused) == 1
    muscle, _, _, said = found.refused[0]
    assert muscle == "every muscle" and said.startswith(why)


def test_a_recovery_that_was_marked_late_is_none() -> None:
    recording, levels, plan = protocol("baseline", "recovery")
    notes = [*recording.annotations, Annotation(480, 180, "neutral"), Annotation(660, 180, "stress")]
    found = reactions(Recording(recording.data, 2000.0, [Channel("a")], notes), levels, plan)
    assert found is not None
    assert [why for *_, why in found.refused] == [
        "its recovery is not told: it was marked 180 s behind the trial's end"
    ]
