"""Sessions of a plan that keeps a profile of good bends. Truth: spikes and levels that were simulated."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from backs import DAY, back, entry, mine, on_day
from unguard import ConfigError, FormatError, plan
from unguard.report.session_folder import write_session
from unguard.report.session_page import session_html, session_in_short
from unguard.session import SessionAnalysis, analyse_session, bends_by_plan, course, own_profile, profile_bends

LATER = DAY + datetime.timedelta(days=7)
TARGETS = ("longissimus L", "longissimus R", "multifidus L")


@pytest.fixture(scope="module")
def by() -> plan.Plan:
    """With profiles of the first day."""
    good = on_day(back(5, seed=41, heart=40.0, spikes=0))
    return profile_bends(good, mine(entry(DAY), entry(LATER)), good=[1, 2, 3, 4, 5], noise=0.4).plan


@pytest.fixture(scope="module")
def today(by: plan.Plan) -> SessionAnalysis:
    """One bend for practice and six that count, two spikes in each, and guarded holds."""
    return analyse_session(on_day(back(7, seed=42, heart=40.0, hold_level=20.0), LATER), by, noise=0.4)


def of(made: SessionAnalysis, name: str, muscle: str, when: str = "whole") -> Any:
    (found,) = (m for m in made.measures if (m.name, m.muscle, m.when) == (name, muscle, when))
    return found


def test_a_session_tells_spikes_a_bend_and_guarded_holds(today: SessionAnalysis) -> None:
    for muscle in TARGETS:
        whole, start, end = (of(today, "spikes on bending", muscle, w) for w in ("whole", "start", "end"))
        assert whole.value == pytest.approx(2, abs=0.4) and whole.low < whole.value < whole.high
        assert (whole.count, start.count, end.count) == (6, 3, 3), "practice does not count"
        assert whole.unit == "a bend" and whole.better == "lower" and not whole.log
        guarded = of(today, "guarded holds", muscle)
        assert guarded.value == 1 and 0.5 < guarded.low < 1 and guarded.count == 6 and guarded.better == "lower"
        assert of(today, "guarding index", muscle).value > 0
    profiles = {"guarding": f"guarding of {DAY}", "bending": f"bending of {DAY}"}
    assert today.made_by["profile"]["profiles"] == profiles and "profiles" not in today.made_by["bends"]


def test_page_table_and_json_have_them(today: SessionAnalysis, tmp_path: Path) -> None:
    page = write_session(today, tmp_path).read_text(encoding="utf-8")
    assert "Spikes on bending, and guarding in full flexion" in page and "guarding in full flexion (bar)" in page
    assert "spikes on bending" in page and "diagnos" not in page.lower()
    told = json.loads((tmp_path / f"P-014_{LATER}_session.json").read_text(encoding="utf-8"))
    assert {r["kind"] for r in told["spasm_like_rises"]} == {"SPIKE ON BENDING", "GUARDING"}
    assert any(m["measure"] == "spikes on bending" for m in told["measures"])
    assert any(text.startswith("Spasm-like spikes on bending") and "in 6 bends" in text for text in
               session_in_short(today))  # fmt: skip
    assert any("placed anew" in r for r in today.remarks) and not any("held against themselves" in r for r in
                                                                      today.remarks)  # fmt: skip


def test_without_a_profile_it_says_which_command_makes_one() -> None:
    made = analyse_session(on_day(back(3, seed=43)), mine(entry(DAY)), noise=0.4)
    assert any(r.startswith("Spikes on bending are not told: there is no profile") and "`unguard profile`" in r
               for r in made.remarks)  # fmt: skip
    assert not any(m.name in ("spikes on bending", "guarded holds") for m in made.measures)
    assert "Spikes on bending, and guarding" not in session_html(made) and made.to_dict()["spasm_like_rises"] == []


def test_a_profile_of_other_muscles_or_another_band_is_not_used_and_that_is_said(by: plan.Plan) -> None:
    recording = on_day(back(3, seed=43))
    kept = by.calibrations
    for change, said in (
        ({"channels": ("longissimus L", "longissimus R", "multifidus R")}, "and not of the muscles that were analysed"),
        ({"band": "wide_20_400"}, "was made in another band, 20-400 Hz of order"),
        ({"sampling_rate_Hz": 2000.0}, "was made at 2000 Hz"),
    ):
        other = by.replace(calibrations=tuple(c.replace(**change) for c in kept))
        made = analyse_session(recording, other, noise=0.4)
        assert any(r.startswith("Spikes on bending are not told: the profile") and said in r for r in made.remarks)
        assert not any(m.name == "spikes on bending" for m in made.measures)
    assert own_profile(mine()) is None


def test_a_session_of_the_day_of_the_profile_says_so(by: plan.Plan) -> None:
    made = analyse_session(on_day(back(3, seed=43)), by, noise=0.4)
    assert any("held against themselves" in r for r in made.remarks)


def test_sessions_against_other_profiles_are_not_compared(today: SessionAnalysis) -> None:
    rows = []
    for i in range(6):
        told = today.to_dict() | {"date": (LATER + datetime.timedelta(days=i)).isoformat()}
        way = {**told["made_by"]["profile"], "profiles": {"bending": f"bending of {DAY if i < 3 else LATER}"}}
        rows.append(told | {"made_by": {**told["made_by"], "profile": way}})
    made = course(rows)
    assert "analysed in different ways: profiles" in made.left_out["spikes on bending of longissimus L"]
    assert "ERR of longissimus L" in made.progress, "ratios need no profile"
    assert (
        "spikes on bending of longissimus L" in course([one | {"made_by": rows[0]["made_by"]} for one in rows]).progress
    )


def test_bends_by_plan_are_those_of_a_session(by: plan.Plan, today: SessionAnalysis) -> None:
    recording = on_day(back(7, seed=42, heart=40.0, hold_level=20.0), LATER)
    made = bends_by_plan(recording, by, noise=0.4)
    assert today.bends is not None and made.spikes == today.bends.spikes and made.beats > 50
    assert made.how[0].endswith("by the principal components of the mean beat.")
    assert [r.value for m in TARGETS if (r := made.bends.ratio("ERR", m))] == [
        r.value for m in TARGETS if (r := today.bends.bends.ratio("ERR", m))
    ]
    fewer = bends_by_plan(recording, by, muscles=TARGETS[:2], noise=0.4)
    assert "and not of the muscles that were analysed" in fewer.spikes.why
    assert bends_by_plan(recording, by, heart=False).beats == 0
    with pytest.raises(ConfigError, match=r"^muscles is 'trunk angle': expected muscles of the plan, longissimus L"):
        bends_by_plan(recording, by, muscles=["trunk angle"])
    with pytest.raises(ConfigError, match=r"^plan is 3"):
        bends_by_plan(recording, 3)  # type: ignore[arg-type]
    with pytest.raises(FormatError, match=r"the channels is without 'longissimus R'"):
        bends_by_plan(recording.select(["longissimus L", "trunk angle"]), by)
