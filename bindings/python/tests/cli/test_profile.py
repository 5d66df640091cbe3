"""`unguard profile`, as a person runs it. Truth: what was simulated, and the plan that was written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas
import pytest
from unguard import plan

BAD_USAGE, BAD_INPUT = 2, 3
GIVEN = ("--good", "1,2", "--good", "3", "--site-note", "as drawn", "--noise", 0.4)


@pytest.fixture
def own(plan_file: Path, tmp_path: Path) -> Path:
    """A copy of the plan, with a comment, that may be changed."""
    copy = tmp_path / "P-014.toml"
    shutil.copy(plan_file, copy)
    copy.write_text("# by hand\n" + copy.read_text(encoding="utf-8"), encoding="utf-8")
    return copy


def test_profile_writes_both_into_the_plan(run: Callable[..., Any], bending: Path, own: Path) -> None:
    ran = run("profile", bending, "--plan", own, *GIVEN)
    assert ran.code == 0, ran.err
    assert ran.out.startswith("P-014: 3 good bends of 3 (1, 2, 3)") and ran.out.rstrip().endswith("P-014.toml")
    assert "3 bends, 3 full flexions" in ran.out and "3 good bends are few" in " ".join(ran.out.split())
    assert "not a medical device" in ran.out
    assert own.read_text(encoding="utf-8").startswith("# by hand\n")
    kept = plan.read_plan(own).calibrations
    assert [c.kind for c in kept] == ["guarding", "bending"] and all(c.site_note == "as drawn" for c in kept)
    before = own.read_bytes()
    again = run("profile", bending, "--plan", own, *GIVEN)
    assert again.code == BAD_USAGE and "--replace is not given" in again.err and own.read_bytes() == before
    replaced = run("profile", bending, "--plan", own, *GIVEN, "--replace")
    assert replaced.code == 0 and "replaced" in replaced.out and own.read_bytes() == before


def test_refusals_are_one_sentence(run: Callable[..., Any], bending: Path, own: Path, tmp_path: Path) -> None:
    before = own.read_bytes()
    no_band = tmp_path / "no_band.toml"
    no_band.write_text(
        own.read_text(encoding="utf-8").replace('ratio_band = "ratio_30_400"', 'ratio_band = "narrow"'),
        encoding="utf-8",
    )
    where = ("--site-note", "as drawn")
    for arguments, code, said in (
        (["--plan", own, "--good", "1,2,7", *where], BAD_USAGE, "--good is 7: expected numbers of bends, 1, 2, 3"),
        (["--plan", own, "--good", "1,2", *where], BAD_USAGE, "--good is 2 bends: expected at least 3"),
        (["--plan", own, "--good", "1,x", *where], BAD_USAGE, "--good is '1,x': expected numbers of bends"),
        (["--plan", own, "--good", "1,2,3"], BAD_USAGE, "--site-note is not given"),
        (["--plan", own, "--good", "1,2,3", "--date", "soon", *where], BAD_USAGE, "--date is 'soon'"),
        (["--plan", own, "--good", "1,2,3", "--site-note", " "], BAD_USAGE, "--site-note is ' '"),
        (["--plan", no_band, "--good", "1,2,3", *where], BAD_INPUT, "processing.ratio_band is 'narrow'"),
        (["--plan", tmp_path / "none.toml", "--good", "1,2,3", *where], BAD_INPUT, "none.toml"),
    ):
        ran = run("profile", bending, *arguments)
        assert ran.code == code and said in ran.err and ran.err.count("\n") == 1, (arguments, ran.err)
    assert own.read_bytes() == before, "nothing is written where something is refused"
    missing = run("profile", bending, "--plan", own)
    assert missing.code == BAD_USAGE and "--good" in missing.err


def test_bend_and_session_tell_spikes_against_it(
    run: Callable[..., Any], bending: Path, own: Path, tmp_path: Path
) -> None:
    without = run("bend", bending, "--plan", own, "--noise", 0.4, "--out", "without")
    assert without.code == 0 and "`unguard profile` makes one" in " ".join(without.out.split())
    assert run("profile", bending, "--plan", own, *GIVEN).code == 0
    ran = run("bend", bending, "--plan", own, "--noise", 0.4, "--out", "with")
    assert ran.code == 0, ran.err
    said = " ".join(ran.out.split())
    assert "Spasm-like spikes on bending, against this person's own good bends" in said
    told = json.loads((tmp_path / "with" / "bend.json").read_text(encoding="utf-8"))
    assert told["method"]["band_Hz"] == [30, 400] and told["spikes_on_bending"]["rises"]
    table = pandas.read_csv(tmp_path / "with" / "bends.csv")
    assert table.spikes_on_bending.sum() == sum(
        r["kind"] == "SPIKE ON BENDING" for r in told["spikes_on_bending"]["rises"]
    )
    other = run("bend", bending, "--plan", own, "--band", 30, 450, "--out", "other")
    assert other.code == 0 and "was made in another band" in " ".join(other.out.split())
    session = run("session", bending, "--plan", own, "--noise", 0.4)
    assert (
        session.code == 0
        and "spikes on bending" in session.out
        and "held against themselves" in " ".join(session.out.split())
    )
    refused = run("bend", bending, "--plan", own, "--channels", "trunk angle")
    assert refused.code == BAD_USAGE and refused.err.startswith("unguard: --channels is 'trunk angle'")
    missing = run("bend", bending, "--plan", tmp_path / "none.toml")
    assert missing.code == BAD_INPUT and "none.toml" in missing.err and missing.err.count("\n") == 1
