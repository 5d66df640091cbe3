"""What the pages of sessions and of progress say. Truth: measures and sessions that were written by hand."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pytest
from unguard.clinical import plot_progress, progress
from unguard.report.session_page import course_html, course_in_short
from unguard.report.session_rows import session_rows, with_interval
from unguard.session import Course, course
from unguard.session.measure import Measure


def made() -> Course:
    """Twelve sessions: pain that fell for good, and six measures that did not change."""
    rows = []
    for i in range(12):
        values = [("pain", 7.0 - 4 * (i >= 5), "points")]
        values += [(f"m{k}", 5.0 + (i * (k + 3)) % 4, "s") for k in range(6)]
        measures: list[dict[str, Any]] = [
            {"measure": name, "muscle": "", "when": "start", "value": value, "unit": unit, "log": False,
             "better": "lower"} for name, value, unit in values
        ]  # fmt: skip
        day = (datetime.date(2026, 1, 1) + datetime.timedelta(days=3 * i)).isoformat()
        rows.append({"id": "P", "date": day, "flare": False, "measures": measures, "observations": [],
                     "made_by": {"bends": {"band": "b"}}, "site_note": "as marked"})  # fmt: skip
    return course(rows)


def test_what_changed_has_its_number_and_what_did_not_is_no_list_of_names() -> None:
    found = made()
    change = found.progress["pain"].change
    assert change is not None
    told = course_in_short(found)
    (improved,) = (line for line in told if line.startswith("Improved"))
    assert f"pain, by {change.value:.3g} [" in improved and "points over all sessions, from 7.00 to 3.00" in improved
    assert improved.endswith("as much as matters to people or more.")
    assert "No change beyond noise: 6 measures, in the table." in told
    page = course_html(found)
    assert '<td class="kind">no change beyond noise</td>' in page, "one line"
    assert page.count("The verdict stands on") == 1, "of what changed alone"


def test_axes_have_dates_where_sessions_have_and_end_with_the_scale() -> None:
    dates = [datetime.date(2026, 1, 1) + datetime.timedelta(days=3 * i) for i in range(8)]
    share = [0, 0, 0, 0.5, 1, 1, 1, 1]
    dated = plot_progress(progress([str(d) for d in dates], share, better="higher", trials=[4] * 8, scale=(0, 1)))
    days = dated.lines[0].get_xdata()
    assert min(days) == pytest.approx((dates[0] - datetime.date(1970, 1, 1)).days) and dated.get_xlabel() == ""
    low, high = dated.get_ylim()
    assert -0.1 < low < 0 and 1 < high < 1.1
    plain = plot_progress(progress(range(8), share, better="higher", trials=[4] * 8))
    assert plain.get_xlabel() == "day"


def test_measures_stand_by_what_they_are_of_and_say_why_there_is_no_interval() -> None:
    ratio = [Measure("ERR", "L", when, 4.0, 3.0, 5.0, "ratio", True, "higher", 3) for when in ("start", "end", "whole")]
    others = [
        Measure("pain", "", "start", 4.0, 4.0, 4.0, "points"),
        Measure("recovery from stress", "L", "whole", 30.0, -math.inf, math.inf, "s", count=1, note="1 trial"),
        Measure("time to relax", "L", "whole", 2.0, -math.inf, math.inf, "s", count=5, note="at least"),
        Measure("median load", "L", "whole", 3.0, 3.0, 3.0, "uV", count=4000),
        Measure("range of bending", "", "whole", 60.0, 60.0, 60.0, "deg", count=1),
    ]
    rows = dict(session_rows([*ratio, *others]))
    assert list(rows) == ["Bends", "Movement", "Levels and trials", "Ratings"]
    (err,) = (r for r in rows["Bends"] if r.name == "ERR")
    assert err.start == err.end == err.whole == "4.00 [3.00, 5.00] of 3"
    assert [with_interval(m) for m in others] == [
        "4.00 (as rated)", "30.0 (1 trial)", "≥ 2.00 (of 5; an interval needs 6)", "3.00 (of all samples)",
        "60.0 (of 1)",
    ]  # fmt: skip
