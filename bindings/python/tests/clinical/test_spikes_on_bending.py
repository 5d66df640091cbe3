"""Spikes on bending and guarded holds against a person's own bends. Truth: spikes that were simulated; closed forms."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import numpy as np
import pytest
import unguard
from backs import DAY, back, entry, mine, on_day
from scipy import stats
from unguard import ConfigError
from unguard.benchmark import ScoredEvent, match
from unguard.clinical import BendAnalysis, HeardBend, OwnProfile, SpikesOnBending, analyse_bends
from unguard.recording import Recording
from unguard.report.bend_page import bend_html, bend_in_short
from unguard.session import own_profile, profile_bends
from unguard.simulation import Simulation

TARGETS = ["longissimus L", "longissimus R", "multifidus L"]
BAND = unguard.Bandpass(low=30, high=400, order=4)


def profile_of(pattern: str, good: int = 5) -> OwnProfile:
    """So many good bends of a back, a heart in them."""
    made = profile_bends(on_day(back(5, seed=31, pattern=pattern, heart=40.0, spikes=0)), mine(entry(DAY)),
                         good=list(range(1, good + 1)), noise=0.4)  # fmt: skip
    own = own_profile(made.plan)
    assert own is not None
    return own


@pytest.fixture(scope="module")
def own() -> OwnProfile:
    return profile_of("guarded")


@pytest.fixture(scope="module")
def simulated() -> Simulation:
    """Eleven other bends of that back with two spikes each, 2 to 4 times the bend's level, 50 to 300 ms."""
    return back(10, seed=32, heart=40.0)


def against(recording: Recording, profile: OwnProfile | None, **more: Any) -> BendAnalysis:
    return analyse_bends(recording, **{"muscles": TARGETS, "band": BAND, "noise": 0.4, "profile": profile, **more})


@pytest.fixture(scope="module")
def made(own: OwnProfile, simulated: Simulation) -> BendAnalysis:
    return against(on_day(simulated), own)


def test_spikes_are_found_one_to_one_and_nothing_else(made: BendAnalysis, simulated: Simulation) -> None:
    """66 spikes, of which 95 % are found against five good bends: 57 and more with a chance of 0.999."""
    found = true = 0
    for channel, muscle in enumerate(TARGETS):
        truth = [
            ScoredEvent(t["onset"], t["offset"])
            for t in simulated.truth["events"]
            if t["channel"] == channel and t["kind"] == "SPIKE ON BENDING"
        ]
        ours = [
            ScoredEvent(round(r.onset_s * 1000), round(r.offset_s * 1000))
            for r in made.spikes.rises
            if r.muscle == muscle and r.kind == "SPIKE ON BENDING"
        ]
        pairs = match(ours, sorted(truth, key=lambda e: e.onset), fs=1000)
        found, true = found + len(pairs), true + len(truth)
        assert len(ours) - len(pairs) <= 1, "false ones"
    assert true == 66 and found >= 57
    assert not any(r.kind == "GUARDING" for r in made.spikes.rises), "holds are as in the good bends"


def test_where_and_how_strong_they_are(made: BendAnalysis) -> None:
    for r in made.spikes.rises:
        (bend,) = (b for b in made.bends.of(r.muscle) if b.number == r.bend)
        assert bend.bending <= round(r.onset_s * 1000) < bend.full and 0.02 < r.offset_s - r.onset_s < 0.6
        assert 2 <= r.angle_deg <= 60 and r.peak_uV > 1.5 * 25 and 0.95 < r.confidence <= 1


@pytest.mark.parametrize(("pattern", "seed"), [("healthy", 33), ("guarded", 34)])
def test_good_bends_of_the_same_back_have_none(pattern: str, seed: int) -> None:
    made = against(on_day(back(10, seed=seed, pattern=pattern, heart=40.0, spikes=0)), profile_of(pattern))
    assert made.spikes.told and len(made.spikes.rises) <= 1, "0.5 an hour of bending and channel: 0.02 in these"
    for muscle in TARGETS:
        e = made.spikes.per_bend(muscle)
        assert e is not None and e.low == 0 and e.high == pytest.approx(-math.log(0.025) / made.count), (
            "none seen is not none"
        )


@pytest.mark.parametrize(("good", "times"), [(3, 2.0), (5, 1.7)])
def test_a_louder_hold_is_guarding(good: int, times: float) -> None:
    """So many times the level of the good holds in all six bends."""
    made = against(on_day(back(6, seed=35, spikes=0, hold_level=10 * times)), profile_of("guarded", good))
    for muscle in TARGETS:
        share = made.spikes.guarded_share(muscle)
        assert share is not None and share[3] == 6 and share[0] >= 5 / 6
        wilson = stats.binomtest(round(6 * share[0]), 6).proportion_ci(method="wilson")
        assert share[1:3] == (float(wilson.low), float(wilson.high))
    assert any("own good full flexions" in text for text in bend_in_short(made))
    r = next(r for r in made.spikes.rises if r.kind == "GUARDING")
    assert r.peak_uV == pytest.approx(8.8 * times, rel=0.1) and r.offset_s - r.onset_s > 3


def test_a_sensor_that_sits_otherwise_changes_nothing(
    made: BendAnalysis, own: OwnProfile, simulated: Simulation
) -> None:
    moved = on_day(simulated)
    data = moved.data.copy()
    data[:, -1] += 9.0
    other = against(dataclasses.replace(moved, data=data), own)
    assert [(r.muscle, r.onset_s) for r in other.spikes.rises] == [(r.muscle, r.onset_s) for r in made.spikes.rises]
    assert other.spikes.rises[0].angle_deg == pytest.approx(made.spikes.rises[0].angle_deg + 9), "as recorded"


def test_what_could_not_be_heard_is_no_bend_without_spikes(made: BendAnalysis, own: OwnProfile,
                                                           simulated: Simulation) -> None:  # fmt: skip
    recording = on_day(simulated)
    data = recording.data.copy()
    of = made.bends.of(TARGETS[0])
    for b in of[:4]:  # the contact is lost for the whole way down
        data[b.bending - 500 : b.full + 100, 0] = 0
    lost = against(dataclasses.replace(recording, data=data), own).spikes
    assert [h.bend for h in lost.counted(TARGETS[0])] == [5, 6, 7, 8, 9, 10, 11] and len(lost.counted(TARGETS[1])) == 11
    assert not any(r.muscle == TARGETS[0] and r.bend <= 4 for r in lost.rises)
    table = against(dataclasses.replace(recording, data=data), own).to_dataframe()
    counts = table[table.muscle == TARGETS[0]].spikes_on_bending
    assert counts.isna().tolist() == [True] * 4 + [False] * 7


def test_a_bend_that_is_louder_as_a_whole_is_said_to_be(made: BendAnalysis, own: OwnProfile) -> None:
    """Everything 1.6 times as loud, without a spike: what is called one is no spike, and the remark says so."""
    assert all(h.times == pytest.approx(1, abs=0.2) for h in made.spikes.heard), "spikes do not make a bend louder"
    assert not any("louder than good ones as a whole" in r for r in made.remarks)
    recording = on_day(back(6, seed=37, spikes=0))

    def times(factor: float) -> BendAnalysis:
        data = recording.data.copy()
        data[:, :4] *= factor
        return against(dataclasses.replace(recording, data=data), own)

    loud = times(1.6)
    assert all(h.times == pytest.approx(1.6, rel=0.15) for h in loud.spikes.heard), "a median reads 5 % low"
    assert sum(r.kind == "SPIKE ON BENDING" for r in loud.spikes.rises) > 9, "about one a bend"
    assert sum(r.kind == "SPIKE ON BENDING" for r in times(1.3).spikes.rises) <= 1
    for muscle in TARGETS:
        assert any(r.startswith(f"{muscle}: on the way down 6 of 6 bends were louder") for r in loud.remarks)
    assert "times as loud as a whole" in bend_html(loud)
    assert loud.to_dataframe().bending_times_good.min() > 1.25


def test_rates_and_their_intervals() -> None:
    """Closed forms: Garwood's interval over what was heard, so that half a bend is half a bend."""
    heard = (HeardBend(1, "m", 1.0, 1.0, 3, True), HeardBend(2, "m", 0.5, 0.4, 0, False),
             HeardBend(3, "m", 0.4, 1.0, 9, False), HeardBend(4, "m", 1.0, 0.0, 1, False))  # fmt: skip
    spikes = SpikesOnBending((), heard, ("m", "n"), "", "the profile 'bending' of 2026-11-02")
    e = spikes.per_bend("m")
    assert e is not None and e.value == pytest.approx(4 / 2.5), "the third was heard too little"
    assert e.low == pytest.approx(stats.chi2.ppf(0.025, 8) / 2 / 2.5)
    assert e.high == pytest.approx(stats.chi2.ppf(0.975, 10) / 2 / 2.5)
    assert spikes.per_bend("m", [2]) is not None and spikes.per_bend("m", [3]) is None
    share = spikes.guarded_share("m")
    assert share is not None and (share[0], share[3]) == (0.5, 2)
    assert spikes.per_bend("n") is None and spikes.guarded_share("n") is None
    row = spikes.summary().iloc[0]
    assert (row.spikes, row.bends, row.guarded_holds, row.holds) == (4, 3, 1, 2)


def test_without_a_profile_that_fits_nothing_is_told_and_why(own: OwnProfile) -> None:
    recording = on_day(back(3, seed=36))
    other = dataclasses.replace(own, muscles=(*TARGETS[:2], "multifidus R"))
    for profile, more, said in (
        (None, {}, "there is no profile of this person's good bends; `unguard profile` makes one"),
        (own, {"phases_by": "cues"}, "they are told by the trunk angle alone"),
        (other, {}, "the profile 'bending' of 2026-11-02 is of longissimus L, longissimus R, multifidus R, and not of"),
        (own, {"band": (30, 450)}, "was made in another band, 30-400 Hz of order 4, than 30-450 Hz of order 4"),
        (own, {"band": BAND.replace(order=2)}, "than 30-400 Hz of order 2"),
        (own, {"band": None}, "than 30-450 Hz of order 4"),
        (dataclasses.replace(own, fs=2000.0), {}, "was made at 2000 Hz, and the recording is of 1000 Hz"),
    ):
        made = against(recording, profile, **more)
        assert said in made.spikes.why and any(said in r for r in made.remarks), said
        assert not made.spikes.rises and made.spikes.summary().empty and made.spikes.per_bend(TARGETS[0]) is None
        told = json.loads(made.to_json())["spikes_on_bending"]
        assert said in told["not_told"] and not told["rises"] and not told["muscles"]
        assert made.to_dataframe()[["spikes_on_bending", "bending_times_good", "guarded_hold"]].isna().all(axis=None)
        assert "Spikes on bending, and guarding" not in bend_html(made)
    with pytest.raises(ConfigError, match=r"^profile is 3: expected an OwnProfile"):
        against(recording, 3)  # type: ignore[arg-type]


def test_bends_that_are_not_what_they_are_called_are_not_looked_at(own: OwnProfile) -> None:
    recording = on_day(back(3, seed=36))
    data = recording.data.copy()
    data[:, -1] *= -1
    made = against(dataclasses.replace(recording, data=data), own)
    assert made.spikes.told and not made.spikes.rises and not made.spikes.heard
    still = recording.data.copy()
    still[:, -1] = 2.0
    assert against(dataclasses.replace(recording, data=still), own).spikes.why == "no bend was found"


def test_a_gap_in_the_angle_is_not_judged(made: BendAnalysis, own: OwnProfile, simulated: Simulation) -> None:
    recording = on_day(simulated)
    valid = np.ones(recording.data.shape, dtype=bool)
    first = next(r for r in made.spikes.rises if r.kind == "SPIKE ON BENDING")
    at = round(first.onset_s * 1000)
    valid[at - 100 : at + 200, -1] = False
    gap = against(dataclasses.replace(recording, valid=valid), own).spikes
    assert not any(r.muscle == first.muscle and abs(r.onset_s - first.onset_s) < 0.05 for r in gap.rises)
    (heard,) = (h for h in gap.heard if (h.bend, h.muscle) == (first.bend, first.muscle))
    assert 0.85 < heard.bending < 0.95


def test_json_table_and_page_say_the_same(made: BendAnalysis) -> None:
    told = json.loads(made.to_json())
    table, page = made.to_dataframe(), bend_html(made)
    spikes = told["spikes_on_bending"]
    assert spikes["not_told"] is None and spikes["against"] == "the profile 'bending' of 2026-11-02"
    assert len(spikes["rises"]) == len(made.spikes.rises) == table.spikes_on_bending.sum()
    assert [m["muscle"] for m in spikes["muscles"]] == TARGETS and table.guarded_hold.sum() == 0
    assert told["bends"][0]["spikes_on_bending"] == table.spikes_on_bending[0]
    assert page.count("Spikes on bending, and guarding in full flexion") == 1 and "spike on bending (▼)" in page
    assert any(
        text.startswith("Spasm-like spikes on bending, against this person's own") for text in bend_in_short(made)
    )
    assert any("placed anew" in r for r in made.remarks)
    assert "diagnos" not in page.lower() and "nan" not in page
    assert "called guarded from 3.1 standard deviations" in page and "guarded=3.1" in spikes["rule"]
