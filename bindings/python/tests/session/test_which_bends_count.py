"""Which bends of a session count, and what is said of the others. Truth: faults that were put in; closed forms."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import unguard
from scipy import stats
from unguard import plan
from unguard.clinical import BendAnalysis, analyse_bends
from unguard.clinical.cleaning import without_heart
from unguard.recording import Channel, Recording
from unguard.session.bends import bend_measures, bend_remarks, counted, median_at_least
from unguard.simulated_recording import to_recording

MUSCLES = ["longissimus L", "longissimus R"]


def recorded() -> Recording:
    """Four bends without a heart."""
    spec = unguard.scenario("guarded", seconds=20 + 4 * 16 * 1.12, seed=2, fs=1000.0)
    return to_recording(unguard.simulate(spec.replace(bending=spec.bending.replace(spikes=0))))


@pytest.fixture(scope="module")
def lost() -> BendAnalysis:
    """Four bends; in full flexion of the last two, the contact of longissimus L is lost."""
    recording = recorded()
    whole = analyse_bends(recording, muscles=MUSCLES, noise=0.4, heart=False)
    data = recording.data.copy()
    for bend in whole.bends.of(MUSCLES[0])[2:]:
        data[bend.full - 200 : bend.returning + 200, recording.names.index(MUSCLES[0])] = 0
    return analyse_bends(dataclasses.replace(recording, data=data), muscles=MUSCLES, noise=0.4, heart=False)


def by(practice: int, repetitions: int = 2) -> plan.Plan:
    """A plan with one task."""
    task = plan.BendTask(kind="bend", name="bends", practice=practice, repetitions=repetitions)
    new = plan.new_plan("P-014")
    return new.replace(tasks=(task, *(t for t in new.tasks if not isinstance(t, plan.BendTask))))


def test_practice_is_left_out_where_there_is_more() -> None:
    assert counted(4, by(1)).parts() == {"start": (2, 3), "end": (), "whole": (2, 3, 4)}
    assert counted(4, by(0)).parts() == {"start": (1, 2), "end": (3, 4), "whole": (1, 2, 3, 4)}
    assert counted(2, by(2)).numbers == (1, 2) and counted(2, by(2)).practice == 0
    assert counted(0, by(1)).numbers == ()


def test_practice_goes_into_nothing_and_is_said(lost: BendAnalysis) -> None:
    two = {(m.name, m.muscle, m.when): m for m in bend_measures(lost, counted(lost.count, by(1)))}
    assert two["ERR", MUSCLES[1], "whole"].count == 3 and two["range of bending", "", "whole"].count == 3
    assert two["silent bends", MUSCLES[1], "whole"].count == 3
    of = [b for b in lost.bends.of(MUSCLES[1]) if b.number > 1]
    truth = math.exp(np.mean([math.log(b.ratio("ERR").value) for b in of]))  # type: ignore[union-attr]
    assert two["ERR", MUSCLES[1], "whole"].value == pytest.approx(truth, rel=1e-9)
    assert bend_remarks(lost, counted(lost.count, by(1)), by(1))[0].startswith("The first bend was practice")
    assert "no more than the plan has for practice" in bend_remarks(lost, counted(lost.count, by(9)), by(9))[0]


def test_bends_that_are_not_believed_are_no_ratio(lost: BendAnalysis) -> None:
    which = counted(lost.count, by(0))
    found = {(m.name, m.muscle, m.when): m for m in bend_measures(lost, which)}
    assert all("not believed" in b.doubts for b in lost.bends.of(MUSCLES[0])[2:])
    for name in ("ERR", "FRR", "FER", "silent bends"):
        assert found[name, MUSCLES[0], "whole"].count == 2 and found[name, MUSCLES[1], "whole"].count == 4
    assert ("ERR", MUSCLES[0], "end") not in found, "the last two are not believed, and others are not the end"
    assert found["asymmetry, extending", "longissimus", "whole"].count == 2
    (said,) = bend_remarks(lost, which, by(0))
    assert said.startswith(f"{MUSCLES[0]}: 2 of 4 bends were left out of ratios and silence (not believed)")


def test_a_median_of_times_that_are_only_known_to_be_longer() -> None:
    assert median_at_least([], []) is None
    assert median_at_least([1, 2, 9], [False, False, True]) == (2, -math.inf, math.inf, False)
    assert median_at_least([1, 2, 3], [False, True, False]) == (2, -math.inf, math.inf, True)
    assert median_at_least([1, 5, 6], [True, False, False]) == (5, -math.inf, math.inf, True), "it may be longer than 6"
    assert median_at_least([4, 4], [True, True]) == (4, -math.inf, math.inf, True)
    told = median_at_least([1, 2, 3, 4, 5, 6], [False] * 5 + [True])
    assert told == (3.5, 1, math.inf, False)
    ten = list(range(1, 11))
    told = median_at_least(ten, [False] * 10)
    assert told is not None and told[1:3] == (2, 9), "the tables have the 2nd and the 9th of 10"
    assert stats.binom.cdf(1, 10, 0.5) <= 0.025 < stats.binom.cdf(2, 10, 0.5)


def test_a_bad_day_is_longer_than_a_good_one() -> None:
    """The worse of two days, of which one bend never let go, must not vanish nor look better."""
    good, bad = median_at_least([2.0, 2.2, 2.4], [False] * 3), median_at_least([2.0, 12.0, 12.0], [False, True, True])
    assert good is not None and bad is not None and bad[0] > good[0] and bad[3]


def test_beats_are_heard_in_the_ecg_that_the_plan_names() -> None:
    """A heart that is drowned in every muscle: only the ECG tells where it beats."""
    rng = np.random.default_rng(5)
    fs, seconds = 1000.0, 40
    beats = (np.arange(0.5, seconds - 0.5, 0.83) * fs).astype(int)
    pulse = np.exp(-0.5 * (np.arange(-40, 41) / 8) ** 2)
    heart = np.zeros(int(seconds * fs))
    for at in beats:
        heart[at - 40 : at + 41] += pulse
    x = np.column_stack(
        [30 * rng.standard_normal(len(heart)) + 20 * heart, 800 * heart + rng.standard_normal(len(heart))]
    )
    recording = Recording(x, fs, [Channel("multifidus L"), Channel("ECG", kind="ECG")])
    deaf, told = without_heart(recording, ["multifidus L"]), without_heart(recording, ["multifidus L"], "ECG")
    assert abs(told.beats - len(beats)) <= 1 and "heard in 'ECG'" in told.said
    assert told.per_minute == pytest.approx(60 / 0.83, rel=0.01)
    assert abs(deaf.beats - len(beats)) > 5, "without it nobody hears this heart"
    flat = dataclasses.replace(recording, data=np.column_stack([x[:, 0], np.zeros(len(x))]))
    assert without_heart(flat, ["multifidus L"], "ECG").beats == deaf.beats, "an ECG that came off hides nothing"
