"""Which sessions compare, and what is said of a course. Truth: sessions that were written by hand."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest
from unguard import ConfigError
from unguard.report.session_page import course_html
from unguard.report.words import short
from unguard.session import course

WAY = {"bends": {"band": "30-400 Hz", "phases_by": "angle", "noise_uV": [0.4]}, "levels": {"detector": "RMS"}}


def session(i: int, measures: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A session as `unguard session` writes it."""
    day = (datetime.date(2026, 1, 1) + datetime.timedelta(days=3 * i)).isoformat()
    return {"schema": "unguard-session", "schema_version": "1.1", "id": "P", "date": day, "flare": False,
            "measures": measures, "observations": [], "made_by": WAY, "site_note": "as marked", **more}  # fmt: skip


def measure(name: str, value: float, muscle: str = "", **more: Any) -> dict[str, Any]:
    return {"measure": name, "muscle": muscle, "when": "start", "value": value, "unit": "ratio", "log": False,
            "better": "higher", **more}  # fmt: skip


@pytest.mark.parametrize(
    ("family", "name", "muscle", "change", "said"),
    [
        ("bends", "ERR", "L", {"noise_uV": []}, "noise not taken off and taken off"),
        ("bends", "FRR", "L", {"band": "100-400 Hz"}, "band 100-400 Hz and 30-400 Hz"),
        ("bends", "range of bending", "", {"phases_by": "cues"}, "phases_by cues and angle"),
        ("levels", "reactivity to stress", "L", {"detector": "ARV"}, "detector ARV and RMS"),
    ],
)
def test_sessions_that_were_analysed_differently_are_not_compared(
    family: str, name: str, muscle: str, change: dict[str, Any], said: str
) -> None:
    """What looks like an improvement is that of the method; ratings and what was made alike are still told."""
    made = []
    for i in range(12):
        way = {**WAY, family: {**WAY[family], **change}} if i < 6 else WAY
        rows = [measure(name, (3.0 if i < 6 else 30.0) + 0.1 * (i % 3), muscle), measure("pain", 5.0 - i % 2)]
        made.append(session(i, rows, made_by=way))
    found = course(made)
    key = f"{name} of {muscle}" if muscle else name
    assert found.left_out == {key: f"sessions were analysed in different ways: {said}"}
    assert set(found.progress) == {"pain"}
    alike = course([{**one, "made_by": WAY} for one in made])
    assert key in alike.progress and not alike.left_out


def test_noise_that_is_measured_at_every_visit_is_compared_and_movement_has_none() -> None:
    """0.40, 0.41, 0.42 uV left out every ERR, and the range of bending too, which is of the angle alone."""
    rows = []
    for i in range(8):
        way = {"bends": {**WAY["bends"], "noise_uV": [0.4 + 0.01 * i]}}
        rows.append(session(i, [measure("ERR", 4.0, "L", log=True), measure("range of bending", 60.0)], made_by=way))
    made = course(rows)
    assert set(made.progress) == {"ERR of L", "range of bending"} and not made.left_out
    none = [{**one, "made_by": {"bends": {**WAY["bends"], "noise_uV": []}}} if i < 3 else one
            for i, one in enumerate(rows)]  # fmt: skip
    assert set(course(none).progress) == {"range of bending"}, "without and with noise taken off"
    own = [{**one, "made_by": {**WAY, "movement": {"phases_by": "cues" if i < 3 else "angle"}}}
           for i, one in enumerate(rows)]  # fmt: skip
    assert set(course(own).progress) == {"ERR of L"}


def test_other_units_and_unknown_ways() -> None:
    rows = [session(i, [measure("x", 5.0, unit="uV" if i < 3 else "% MVC")]) for i in range(6)]
    assert course(rows).left_out == {"x": "sessions have it in different units: uV and % MVC"}
    unknown = [{k: v for k, v in session(i, [measure("x", 5.0 + i % 2)]).items() if k != "made_by"} for i in range(6)]
    assert any("How the sessions were analysed is not written" in r for r in course(unknown).remarks)
    for i, one in enumerate(unknown):
        one["how"] = ["No heart.", f"Band {30 if i < 3 else 100}-450 Hz, its delay was taken off."]
    assert "sessions were analysed in different ways: band Band 30-450" in course(unknown).left_out["x"]
    ends = [session(i, [measure("x", 5.0, when="end")]) for i in range(6)]
    assert course(ends).left_out == {"x": "in no session at its start, nor of the whole of one"}


def test_more_sessions_than_can_be_judged_are_said_so_by_name() -> None:
    with pytest.raises(ConfigError, match=r"^sessions is 201: expected at most 200"):
        course([session(i, [measure("x", 5.0)]) for i in range(201)])


def test_the_change_that_is_shown_is_of_95_percent_and_the_verdict_has_its_own() -> None:
    """Five on a line by chance: neither interval is narrower than the error of measurement."""
    made = course([session(i, [measure("ERR", 3.0 + 0.1 * i, "L", log=True)]) for i in range(5)])
    (row,) = made.to_dataframe().to_dict(orient="records")
    assert row["verdict"] == "no change beyond noise" and row["change_low"] < 1 < row["change_high"]
    (p,) = made.progress.values()
    assert p.change is not None and (row["change_low"], row["change_high"]) == (p.change.low, p.change.high)
    assert row["verdict_change_low"] < row["change_low"] and row["change_high"] < row["verdict_change_high"]
    assert row["verdict_level"] > 0.95
    page = course_html(made)
    assert f"[{short(p.change.low)}, {short(p.change.high)}]" in page and "99." not in page.split("<svg")[0]


def test_a_pain_that_fell_for_good_has_improved_and_so_has_silence() -> None:
    """7 to 3 was no change beyond noise; so was silence in none of four bends, then in all."""
    pain = [7.0] * 5 + [3.0] * 7
    rows = [
        session(i, [
            measure("pain", pain[i], unit="points", better="lower"),
            measure("silent bends", float(i >= 5), "L", unit="1", when="whole", count=4),
            measure("fear", 5.0, unit="points", better="lower"),
        ])
        for i in range(12)
    ]  # fmt: skip
    made = course(rows)
    said = {key: (p.verdict, p.important) for key, p in made.progress.items()}
    assert said == {"pain": ("improved", True), "silent bends of L": ("improved", None),
                    "fear": ("no change beyond noise", None)}  # fmt: skip
    fear, silence = made.progress["fear"].change, made.progress["silent bends of L"].change
    assert fear is not None and fear.low < -0.5 and fear.high > 0.5, "not known better than it is rounded"
    assert silence is not None and silence.high <= 1
    beyond = course([session(i, [measure("pain", 11.0, better="lower")]) for i in range(6)])
    assert beyond.left_out == {"pain": "values is 11.0: expected 0 to 10, the scale"}


def test_an_action_of_some_days_is_no_driver() -> None:
    rng = np.random.default_rng(3)
    made = []
    for i in range(10):
        level = 0.464 * rng.standard_normal() - 0.1 * i
        seen = [
            {"bend": k, "at_s": 10.0 * k, "guarding": level + 0.3 * rng.standard_normal(),
             "action": "lift" if i >= 5 else "bend", "place": ("car", "office", "kitchen", "stairs")[k % 4]}
            for k in range(8)
        ]  # fmt: skip
        made.append(session(i, [], observations=seen))
    found = course(made)
    assert found.drivers is not None and not found.drivers.drivers
    assert ("action", "lift", "does not vary within a session") in found.drivers.left_out
    assert "does not vary within a session" in course_html(found)


def test_a_course_of_nothing_has_columns() -> None:
    """All is left out: the table has no rows, and a CSV of it still says what would be in it."""
    table = course([session(i, [measure("x", 5.0, better="")]) for i in range(6)]).to_dataframe()
    full = course([session(i, [measure("x", 5.0 + i)]) for i in range(6)]).to_dataframe()
    assert len(table) == 0 and list(table.columns) == list(full.columns) and len(full) == 1
    assert not full.drop(columns=["by", "important", *(c for c in full if c.startswith(("gain", "retention", "goal")))
                                  ]).isna().any().any()  # fmt: skip
