"""Profiles of a person's good bends, made into a plan. Truth: levels that were simulated; closed forms."""

from __future__ import annotations

import dataclasses
import datetime
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import unguard
from backs import DAY, MUSCLES, back, entry, mine, on_day
from scipy import stats
from unguard import ConfigError, FormatError, plan
from unguard.clinical import analyse_bends, clean, levels_by_angle, profile_guarding
from unguard.clinical.bending_profile import forward_degrees, guarded_from, own_bending
from unguard.recording import Recording
from unguard.session import BendProfiles, profile_bends

TARGETS = [name for name, *_ in MUSCLES[:3]]
GOOD = [2, 3, 4, 5, 6]


@pytest.fixture(scope="module")
def recording() -> Recording:
    """Six bends without spikes, with a heart of 40 uV; the sensor sits 7 degrees off."""
    made = on_day(back(6, seed=3, heart=40.0, spikes=0))
    data = made.data.copy()
    data[:, -1] += 7.0
    return dataclasses.replace(made, data=data)


@pytest.fixture(scope="module")
def made(recording: Recording) -> BendProfiles:
    return profile_bends(recording, mine(entry(DAY)), good=GOOD, noise=0.4)


def test_both_profiles_are_of_what_was_simulated(made: BendProfiles) -> None:
    assert [c.kind for c in made.made] == [c.id for c in made.made] == ["guarding", "bending"]
    assert made.good == (2, 3, 4, 5, 6) and made.count == 6 and made.holds == 5 and made.replaced == ()
    for kept in made.made:
        assert kept.made == DAY and kept.band == "ratio_30_400" and kept.channels == tuple(TARGETS)
        assert kept.trials == 5 and kept.site_note == "as marked" and kept.sampling_rate_Hz == 1000
    guarding, bending = (kept.restore() for kept in made.made)
    assert isinstance(guarding, unguard.GuardingProfile) and isinstance(bending, unguard.BendingProfile)
    assert guarding.bends == 5 and "heartbeats out" in guarding.how and "noise of 0.4 uV off" in guarding.how
    table = bending.to_dataframe()
    for channel, resting in enumerate((1.5, 1.8, 1.2)):
        of = table[table.channel == channel]
        middle = of[(of.angle_deg > 15) & (of.angle_deg < 45)]
        truth = math.hypot(30, resting)
        assert np.allclose(middle.level_uV, 0.88 * truth, rtol=0.12), "what the band lets through"
        ratio = of.hold_uV.iloc[0] / middle.level_uV.mean()
        assert ratio == pytest.approx(math.hypot(10, resting) / truth, rel=0.06)
    assert table.angle_deg.min() == pytest.approx(58 / 16, abs=1), "forward from standing, wherever the sensor sits"


def test_the_heart_is_taken_out_as_a_session_does(recording: Recording, made: BendProfiles) -> None:
    quiet = profile_bends(on_day(back(6, seed=3, spikes=0)), mine(entry(DAY)), good=GOOD, noise=0.4)
    levels = [
        np.array(one.made[1].restore().to_dict()["levels"]) for one in (made, quiet)  # type: ignore[union-attr]
    ]  # fmt: skip
    assert np.allclose(levels[0], levels[1], rtol=0.1)


def test_it_is_what_the_functions_give_by_hand(made: BendProfiles) -> None:
    """One engine: the plan's profile is that of levels_by_angle and own_bending on what was cleaned in its band."""
    one = on_day(back(6, seed=3, spikes=0))
    by = mine(entry(DAY))
    kept = [c.restore() for c in profile_bends(one, by, good=GOOD, noise=0.4).made]
    band = by.band("ratio_30_400").spec()
    cleaned = clean(one, TARGETS, band=band, heart=False)
    x, marks = (
        np.column_stack([cleaned.emg, one.data[:, -1]]),
        np.column_stack([cleaned.marks, cleaned.marks[:, 0] * 0]),
    )
    words = by.band("ratio_30_400").words()
    how = f"{words}; no heart taken out; hum not taken out; noise of 0.4 uV off"
    by_angle = levels_by_angle(x, fs=1000, channels=[*TARGETS, "trunk"], angle="trunk", marks=marks, noise=[0.4])
    assert kept[0] == profile_guarding(by_angle, how=how, good=GOOD)
    found = analyse_bends(one, muscles=TARGETS, band=band, heart=False)
    assert kept[1] == own_bending(cleaned, one.data[:, -1], found.bends, good=GOOD, how=how).profile


def test_a_profile_that_is_there_is_replaced_only_where_that_is_asked(recording: Recording, made: BendProfiles) -> None:
    with pytest.raises(ConfigError, match=r"^replace is not given: expected given, .*'guarding' of kind 'guarding', m"):
        profile_bends(recording, made.plan, good=GOOD)
    again = profile_bends(recording, made.plan, good=[1, 2, 3], replace=True)
    assert again.replaced == ("guarding", "bending") and len(again.plan.calibrations) == 2
    assert [c.trials for c in again.plan.calibrations] == [3, 3]
    others = tuple(c.replace(channels=(*TARGETS[:2], "multifidus R")) for c in made.plan.calibrations)
    beside = profile_bends(recording, made.plan.replace(calibrations=others), good=GOOD, noise=0.4)
    assert [c.id for c in beside.plan.calibrations] == ["guarding", "bending", "guarding-2", "bending-2"]
    assert beside.plan.calibrations[:2] == others, "of other channels: they stay"


def test_a_file_keeps_its_comments_and_gives_the_same_again(made: BendProfiles, tmp_path: Path) -> None:
    file = plan.write_plan(mine(entry(DAY)), tmp_path)
    file.write_text("# by hand\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    plan.write_plan(made.plan, file)
    assert file.read_text(encoding="utf-8").startswith("# by hand\n") and plan.read_plan(file) == made.plan
    assert [c.restore() for c in plan.read_plan(file).calibrations] == [c.restore() for c in made.made]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"good": [2, 3, 9]}, r"good is 9: expected numbers of bends, 1, 2, 3, 4, 5, 6$"),
        ({"good": [2, 3]}, r"good is 2 bends: expected at least 3, of 1, 2, 3, 4, 5, 6$"),
        ({"good": []}, r"good is 0 bends: expected at least 3"),
        ({"good": [2, 3, 3]}, r"good is 3 twice: expected the number of every bend once"),
        ({"good": [2, 3, 4.5]}, r"good is 4.5: expected numbers of bends"),
        ({"good": "234"}, r"good is '234': expected numbers of bends"),
        ({"site_note": 3}, r"site_note is 3: expected where the electrodes are"),
        ({"replace": "no"}, r"replace is 'no': expected True or False"),
        ({"noise": -1.0}, r"noise is"),
        ({"recording": 3}, r"recording is 3: expected a Recording"),
        ({"plan": "plan.toml"}, r"plan is 'plan.toml': expected a Plan"),
        ({"plan": mine()}, r"site_note is not given: expected where the electrodes are"),
    ],
)
def test_what_cannot_be_is_refused_by_name(recording: Recording, given: dict[str, Any], message: str) -> None:
    values: dict[str, Any] = {"recording": recording, "plan": mine(entry(DAY)), "good": GOOD, **given}
    with pytest.raises(ConfigError, match=f"^{message}"):
        profile_bends(values.pop("recording"), values.pop("plan"), **values)


def test_a_bend_that_something_speaks_against_is_no_good_one(recording: Recording) -> None:
    lost = recording.data.copy()
    of = analyse_bends(recording, muscles=TARGETS, heart=False).bends.of(TARGETS[1])
    lost[of[2].full - 200 : of[2].returning + 200, 1] = 0
    spoilt = dataclasses.replace(recording, data=lost)
    said = r"^good is bend 3, of which longissimus R says: not believed: expected bends .*, 1, 2, 4, 5, 6$"
    with pytest.raises(ConfigError, match=said):
        profile_bends(spoilt, mine(entry(DAY)), good=GOOD)
    backwards = recording.data.copy()
    backwards[:, -1] *= -1
    with pytest.raises(ConfigError, match=r"^good is bend .*: not upright"):
        profile_bends(dataclasses.replace(recording, data=backwards), mine(entry(DAY)), good=[1, 2, 3])


def test_a_recording_without_what_it_takes_is_refused_by_name(recording: Recording) -> None:
    by = mine(entry(DAY))
    muscles = recording.select([name for name, *_ in MUSCLES])
    with pytest.raises(FormatError, match=r"the channels is without 'trunk angle': expected the trunk angle of the p"):
        profile_bends(muscles, by, good=GOOD)
    nameless = by.replace(montage=by.montage.replace(angle_channel=None))
    with pytest.raises(FormatError, match=r"the file is without a channel in degrees"):
        profile_bends(muscles, nameless, good=GOOD)
    with pytest.raises(FormatError, match=r"the channels is without 'longissimus R'"):
        profile_bends(recording.select(["longissimus L", "trunk angle"]), by, good=GOOD)
    still = recording.data.copy()
    still[:, -1] = 2.0
    with pytest.raises(FormatError, match=r"the trunk angle is without a bend: expected at least 3 bends"):
        profile_bends(dataclasses.replace(recording, data=still), by, good=GOOD)
    with pytest.raises(ConfigError, match=r"^date is not given"):
        profile_bends(dataclasses.replace(recording, source=None), mine(), good=GOOD)
    with pytest.raises(ConfigError, match=r"^high is 600 Hz: expected"):
        wide = [b.replace(low_pass_Hz=600.0) if b.name == "ratio_30_400" else b for b in by.bands]
        profile_bends(recording, by.replace(bands=tuple(wide)), good=GOOD)


def test_bends_that_do_not_hang_tell_nothing_of_full_flexion() -> None:
    short = on_day(back(10, seed=5, spikes=0, hold=1.0, unevenness=0.3))
    of = analyse_bends(short, muscles=TARGETS, heart=False).bends.of(TARGETS[0])
    hurried = [b.number for b in of if {"short hold", "no hold"} & set(b.doubts)][:4]
    made = profile_bends(short, mine(), good=hurried, date=DAY, site_note="as drawn")
    bending = made.made[1].restore().to_dict()
    assert made.holds == 0 and bending["holds"] == [] and made.made[1].trials is None
    assert made.made[0].site_note == "as drawn"
    assert any("guarding in full flexion will not be told" in r for r in made.remarks)
    assert any("4 good bends are few" in r for r in made.remarks)


def test_angles_count_from_where_the_person_stood() -> None:
    one = on_day(back(3, seed=6, spikes=0))
    found = analyse_bends(one, heart=False).bends
    drifting = one.data[:, -1] + 0.05 * np.arange(one.samples) / 1000
    forward = forward_degrees(drifting, analyse_bends(dataclasses.replace(one, data=np.column_stack([one.data[:, :-1],
                              drifting])), heart=False).bends)  # fmt: skip
    for b in found.of(found.muscles[0]):
        assert forward[b.bending] == pytest.approx(0, abs=0.5) and forward[b.full] == pytest.approx(58, abs=0.5)


def test_a_good_hold_is_rarely_called_guarded() -> None:
    """The rule against draws: of so few holds two spreads would call one good hold in nine guarded."""
    rng = np.random.default_rng(7)
    for n in (3, 5, 10):
        known = rng.standard_normal((200_000, n))
        new = rng.standard_normal(200_000)
        above = (new - known.mean(axis=1)) / known.std(axis=1, ddof=1)
        assert np.mean(above > guarded_from(n)) == pytest.approx(stats.norm.sf(2), abs=0.0015)
    assert np.mean(above > 2) < 0.05 and guarded_from(None) == guarded_from(1) == 2


def test_dates_of_the_command(recording: Recording) -> None:
    other = datetime.date(2026, 12, 1)
    assert profile_bends(recording, mine(entry(DAY)), good=GOOD, date=other).made[0].made == other
