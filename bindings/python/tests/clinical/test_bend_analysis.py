"""A whole recording of bends: cleaned, phases found, ratios. Truth: what was simulated; real recordings say nothing."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import unguard
from unguard import ConfigError, FormatError
from unguard.clinical import BendAnalysis, analyse_bends, bend_methods, clean
from unguard.clinical.cleaning import without_heart
from unguard.recording import Channel, Recording
from unguard.report.bend_page import bend_html, bend_in_short
from unguard.simulated_recording import to_recording

NOISE = 0.5 * math.sqrt(420 / 500)


def simulated(pattern: str = "guarded", *, heart: float | None = 60.0, seed: int = 2, **bending: Any) -> Recording:
    """Three bends at 1 kHz; a heart of so many microvolts."""
    spec = unguard.scenario(pattern, seconds=20 + 3 * 16 * 1.12, seed=seed, fs=1000.0)
    spec = spec.replace(bending=spec.bending.replace(spikes=0, **bending))
    if heart is not None:
        spec = spec.replace(ecg=unguard.EcgArtefact(r_peak=heart))
    return to_recording(unguard.simulate(spec))


@pytest.fixture(scope="module")
def made() -> BendAnalysis:
    return analyse_bends(simulated(), noise=NOISE)


def err(found: BendAnalysis, muscle: str = "longissimus L") -> float:
    r = found.bends.ratio("ERR", muscle)
    assert r is not None
    return float(r.value)


def test_the_heart_is_taken_out_and_the_ratios_are_what_was_simulated(made: BendAnalysis) -> None:
    assert made.count == 3 and made.bends.phases_by == "angle" and made.beats > 50
    for muscle, resting in zip(made.muscles, (1.5, 1.8, 1.2, 2.2), strict=True):
        assert err(made, muscle) == pytest.approx(math.hypot(41, resting) / math.hypot(10, resting), rel=0.1)
    kept = analyse_bends(simulated("healthy"), noise=NOISE, heart=False)
    gone = analyse_bends(simulated("healthy"), noise=NOISE)
    truth = math.hypot(60, 1.5) / 1.5
    assert err(kept) < 0.7 * truth, "a heart fills the silence"
    assert err(gone) == pytest.approx(truth, rel=0.15)


def test_a_recording_without_a_heart_loses_nothing() -> None:
    recording = simulated(heart=None)
    names = recording.names[:4]
    with_it, without = clean(recording, names), clean(recording, names, heart=False)
    assert with_it.beats == 0 and with_it.emg.tobytes() == without.emg.tobytes()
    assert with_it.how[0].startswith("No heart was heard")


def test_bursts_of_a_muscle_are_no_heart_and_a_recorded_heart_is_one(real_data: Path) -> None:
    bursts = unguard.io.read(real_data / "plux/emg_bursts.h5")
    kept = without_heart(bursts, bursts.names)
    assert kept.beats == 0 and kept.recording.data.tobytes() == bursts.data.tobytes()
    beating = unguard.io.read(real_data / "emggo/ta_250hz.csv", fs=250, unit="uV")
    assert without_heart(beating, beating.names).per_minute == pytest.approx(80, abs=5)


def test_times_are_those_of_the_recording() -> None:
    recording = simulated(heart=None)
    click = np.zeros_like(recording.data)
    click[5000, :4] = 1000.0
    made = clean(dataclasses.replace(recording, data=click), recording.names[:4], heart=False)
    assert abs(int(np.argmax(np.abs(made.emg[:, 0]))) - 5000) <= 2, "the filter's delay is taken off"


def test_phases_by_what_is_there() -> None:
    recording = simulated(heart=None)
    muscles = recording.select(recording.names[:4])
    by_cues = analyse_bends(muscles, noise=NOISE)
    by_activity = analyse_bends(dataclasses.replace(muscles, annotations=[]), noise=NOISE)
    assert (by_cues.bends.phases_by, by_activity.bends.phases_by) == ("cues", "activity")
    assert by_cues.count == 3 and err(by_cues) == pytest.approx(4.06, rel=0.15)
    assert by_activity.count >= 1 and any("found in what the muscles do" in r for r in by_activity.remarks)
    assert analyse_bends(recording, phases_by="cues").bends.phases_by == "cues"


def test_lost_contact_is_no_silence() -> None:
    recording = simulated(heart=None)
    data = recording.data.copy()
    full = [a for a in recording.annotations if a.text == "full flexion"]
    for a in full:
        data[round((a.onset_s - 1) * 1000) : round((a.onset_s + a.duration_s + 1) * 1000), 0] = 12.0
    found = analyse_bends(dataclasses.replace(recording, data=data), noise=NOISE)
    of = found.bends.of("longissimus L")
    assert all("not believed" in b.doubts and b.flexed is None and not b.silent for b in of)
    assert found.bends.ratio("ERR", "longissimus L") is None
    assert found.bends.clear("longissimus L") == 0 and found.bends.clear("longissimus R") == 3
    assert any(r.startswith("longissimus L: not believed in 3 of 3") for r in found.remarks)


def test_contact_lost_for_most_of_a_hold_is_no_silence_either() -> None:
    recording = simulated(heart=None)
    data = recording.data.copy()
    for a in (a for a in recording.annotations if a.text == "full flexion"):
        first, last = round(a.onset_s * 1000), round((a.onset_s + a.duration_s) * 1000)
        data[first : last - 1000, 0] = 12.0
        data[last - 1000 : last, 0] *= 0.01
    found = analyse_bends(dataclasses.replace(recording, data=data), noise=NOISE)
    assert found.bends.ratio("ERR", "longissimus L") is None and found.bends.silent_share("longissimus L") is None
    said = next(text for text in bend_in_short(found) if text.startswith("longissimus L"))
    assert said.startswith("longissimus L: nothing is told, for all 3 bends"), "what is left is below the noise"


def test_an_angle_that_counts_the_other_way_is_said_and_nothing_is_told() -> None:
    recording = simulated(heart=None)
    data = recording.data.copy()
    data[:, -1] *= -1
    found = analyse_bends(dataclasses.replace(recording, data=data), noise=NOISE)
    assert found.count > 0 and all(found.bends.ratio("ERR", m) is None for m in found.muscles)
    assert any("does its angle count the other way" in r for r in found.remarks)
    assert any("nothing is told" in text for text in bend_in_short(found))
    assert "nan" not in bend_html(found)


def test_shallow_bends_and_radians_and_wrong_units_are_said() -> None:
    recording = simulated(heart=None)
    data = recording.data.copy()
    data[:, -1] = 2 + (data[:, -1] - 2) / 3
    shallow = analyse_bends(dataclasses.replace(recording, data=data), noise=NOISE)
    assert any("bent by 19 degrees only" in r for r in shallow.remarks)
    assert "19 degrees deep" in bend_in_short(shallow)[0]
    radians = dataclasses.replace(recording.channels[-1], unit="rad")
    by_radians = dataclasses.replace(recording, channels=[*recording.channels[:-1], radians])
    assert any("an angle in radians is not read" in r for r in analyse_bends(by_radians, noise=NOISE).remarks)
    weak = recording.data.copy()
    weak[:, :4] /= 1000
    millivolts = analyse_bends(dataclasses.replace(recording, data=weak), noise=NOISE)
    assert any("No muscle has a level above its noise" in r for r in millivolts.remarks)


def test_of_uncertain_phases_nothing_is_told() -> None:
    # A back that never lets go, without an angle: what would be read is not said.
    recording = simulated(heart=None, bending_level=20.0, hold_level=20.0, returning_level=20.0)
    muscles = dataclasses.replace(recording.select(recording.names[:4]), annotations=[])
    found = analyse_bends(muscles, noise=NOISE)
    assert found.bends.phases_by == "activity"
    assert all(found.bends.ratio("ERR", m) is None for m in found.muscles)
    by_cues = analyse_bends(recording.select(recording.names[:4]), noise=NOISE)
    r = by_cues.bends.ratio("ERR", "longissimus L")
    assert r is not None and r.value == pytest.approx(1, rel=0.1), "by cues it is the finding"


def test_least_change_of_asymmetry_needs_three_bends(made: BendAnalysis) -> None:
    assert all(s.least_change is not None for s in made.sides)
    two = analyse_bends(simulated(heart=None, stand=12.0), noise=NOISE)
    assert two.count == 2 and all(s.least_change is None for s in two.sides)


def test_json_table_and_page_say_the_same(made: BendAnalysis) -> None:
    told = json.loads(made.to_json())
    assert told["schema"] == "unguard-bend" and len(told["bends"]) == 12
    value = next(r for r in told["ratios"] if r["muscle"] == "multifidus R" and r["quantity"] == "ERR")
    assert value["value"] == pytest.approx(err(made, "multifidus R"), rel=1e-5) and value["low"] < value["value"]
    page = bend_html(made)
    assert page.count("<svg") == 3 and "diagnos" not in page.lower() and "NaN" not in page and "nan" not in page
    assert "built-in" not in page and page.count(">3 of 3</td>") == 4, "clear bends"
    assert f"[{value['low']:#.3g}, {value['high']:#.3g}]" in page
    sides = {(s.muscle, s.phase): s for s in made.sides}
    left, right = (made.to_dataframe().query(f"muscle == 'longissimus {s}'")["flexing_uV"].mean() for s in "LR")
    side = sides["longissimus", "flexing"]
    assert side.value == pytest.approx(100 * (left - right) / (left + right), abs=1)
    assert side.low < side.value < side.high and side.least_change is not None and side.least_change > 0


def test_the_methods_paragraph_says_what_was_done(made: BendAnalysis) -> None:
    text = bend_methods(made)
    for part in ("1000 Hz", "heartbeats", "30-450 Hz", "3 bends", "the trunk angle", "Alschuler", f"{NOISE:g} µV"):
        assert part in text, part
    assert "[electrode type" in text, "what is not known is asked for"


def test_names_of_a_recording_are_escaped(made: BendAnalysis) -> None:
    strange = dataclasses.replace(made, file="<script>alert(1)</script>")
    assert "<script>" not in bend_html(strange)


def _with(recording: Recording, channel: Channel) -> Recording:
    return dataclasses.replace(recording, channels=[*recording.channels[:-1], channel])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda r: analyse_bends(r.data), ConfigError, "recording is"),
        (lambda r: analyse_bends(r, muscles=["biceps"]), ConfigError, "names is 'biceps'"),
        (lambda r: analyse_bends(r, muscles=[]), ConfigError, "muscles is empty"),
        (lambda r: analyse_bends(r, angle="longissimus L"), ConfigError, "angle is 'longissimus L' in uV"),
        (lambda r: analyse_bends(r, angle="hip"), ConfigError, "angle is 'hip'"),
        (lambda r: analyse_bends(r, phases_by="guess"), ConfigError, "phases_by is 'guess'"),
        (lambda r: analyse_bends(r, noise=[1.0, 2.0]), ConfigError, "noise is 2 values"),
        (lambda r: analyse_bends(r, noise=-1.0), ConfigError, "noise is"),
        (lambda r: analyse_bends(r, mains=55), ConfigError, "mains is 55"),
        (lambda r: analyse_bends(r, band=(30, 900)), ConfigError, "high is 900 Hz"),
        (lambda r: analyse_bends(r.select(["trunk angle"])), FormatError, "without EMG"),
        (
            lambda r: analyse_bends(r.select(r.names[:4]), phases_by="angle"),
            FormatError,
            "without a channel in degrees",
        ),
        (lambda r: analyse_bends(dataclasses.replace(r, fs=300.0)), FormatError, "the sampling rate is 300 Hz"),
    ],
)
def test_refusals_name_what_is_wrong(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call(simulated(heart=None))


def test_real_recordings_without_bends_say_so(real_data: Path) -> None:
    # Truth: there is no bend in it.
    found = list(real_data.rglob("*.edf"))[:1] + list(real_data.rglob("*.bdf"))[:1]
    assert found, "no real recording in EDF or BDF"
    for path in found:
        recording = unguard.io.read(path)
        if not any(c.may_be_emg for c in recording.channels) or recording.fs < 400:
            continue
        made = analyse_bends(recording)
        for muscle in made.muscles:
            for b in made.bends.of(muscle):
                assert b.doubts, "a bend that was guessed in a recording without one bears a doubt"
