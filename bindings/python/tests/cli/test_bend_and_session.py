"""`unguard bend`, `unguard session`, `unguard progress`, as a person runs them. Truth: what was simulated."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas

BAD_USAGE, BAD_INPUT = 2, 3
DAY = "2026-11-02"


def test_bend_writes_json_table_and_page(run: Callable[..., Any], bending: Path, tmp_path: Path) -> None:
    ran = run("bend", bending, "--noise", 0.4)
    assert ran.code == 0, ran.err
    folder = tmp_path / f"P-014_{DAY}-unguard"
    assert {p.name for p in folder.iterdir()} == {"bend.json", "bends.csv", "bend.html"}
    told = json.loads((folder / "bend.json").read_text(encoding="utf-8"))
    assert told["phases_by"] == "angle" and len(told["bends"]) == 12
    assert len(pandas.read_csv(folder / "bends.csv")) == 12
    assert "ERR" in ran.out and "not a medical device" in ran.out and ran.out.rstrip().endswith("bend.html")
    chosen = run("bend", bending, "--channels", "longissimus L,multifidus R", "--phases", "cues", "--out", "two")
    assert chosen.code == 0
    two = json.loads((tmp_path / "two" / "bend.json").read_text(encoding="utf-8"))
    assert two["muscles"] == ["longissimus L", "multifidus R"] and two["phases_by"] == "cues"


def test_a_name_that_may_say_who_it_is_is_written_nowhere(
    run: Callable[..., Any], bending: Path, tmp_path: Path
) -> None:
    named = tmp_path / "Doe_Jane_1970-01-02.bdf"
    named.write_bytes(bending.read_bytes())
    ran = run("bend", named, "--noise", 0.4, "--id", "P-014")
    assert ran.code == 0, ran.err
    folder = tmp_path / "P-014-unguard"
    assert {p.name for p in folder.iterdir()} == {"P-014_bend.json", "P-014_bends.csv", "P-014_bend.html"}
    for text in (ran.out, *(p.read_text(encoding="utf-8") for p in folder.iterdir())):
        assert "Doe" not in text and "1970" not in text
    assert "<h1>Bending: P-014</h1>" in (folder / "P-014_bend.html").read_text(encoding="utf-8")
    for wrong in ("../P-014", "Jane Doe", ""):
        refused = run("bend", named, "--id", wrong)
        assert refused.code == BAD_USAGE and "letters, digits and hyphens" in refused.err
        assert not wrong or wrong not in refused.err


def test_session_and_progress(run: Callable[..., Any], bending: Path, plan_file: Path, tmp_path: Path) -> None:
    ran = run("session", bending, "--plan", plan_file, "--noise", 0.4)
    assert ran.code == 0, ran.err
    assert {p.name for p in (tmp_path / "P-014").iterdir()} == {
        f"P-014_{DAY}_session.{e}" for e in ("json", "csv", "html")
    }
    assert "ERR" in ran.out and "ratio" in ran.out
    # The same recording on other days: nothing changes.
    first = tmp_path / "P-014" / f"P-014_{DAY}_session.json"
    told = json.loads(first.read_text(encoding="utf-8"))
    for i in range(1, 6):
        day = (datetime.date.fromisoformat(DAY) + datetime.timedelta(days=i)).isoformat()
        later = first.with_name(f"P-014_{day}_session.json")
        later.write_text(json.dumps({**told, "date": day}), encoding="utf-8")
    ran = run("progress", "P-014", "--planned", 10)
    assert ran.code == 0, ran.err
    assert "no change beyond noise" in ran.out and "improved" not in ran.out.replace("Improved", "")
    course = json.loads((tmp_path / "P-014" / "P-014_progress.json").read_text(encoding="utf-8"))
    assert len(course["dates"]) == 6 and course["id"] == "P-014"


def test_refusals_are_one_sentence(run: Callable[..., Any], bending: Path, plan_file: Path, tmp_path: Path) -> None:
    bad_plan = tmp_path / "bad.toml"
    bad_plan.write_text('schema = 1\nid = "P-014"\ncolour = "red"\n', encoding="utf-8")
    table = tmp_path / "table.csv"
    table.write_text("a,b\n" + "1,2\n" * 3000, encoding="utf-8")
    for arguments, code, said in (
        (["bend", bending, "--angle", "hip"], BAD_USAGE, "--angle is 'hip'"),
        (["bend", bending, "--phases", "guess"], BAD_USAGE, "--phases is 'guess'"),
        (["bend", bending, "--out", " "], BAD_USAGE, "--out is ' '"),
        (["bend", bending, "--noise", 1, "--noise", 2], BAD_USAGE, "--noise is 2 values"),
        (["bend", tmp_path / "none.bdf"], BAD_INPUT, "none.bdf"),
        (["bend", table], BAD_INPUT, "table.csv"),
        (["session", bending, "--plan", tmp_path / "none.toml"], BAD_INPUT, "none.toml"),
        (["session", bending, "--plan", bad_plan], BAD_INPUT, "colour"),
        (["session", bending, "--plan", plan_file, "--date", "today"], BAD_USAGE, "--date is 'today'"),
        (["progress", tmp_path], BAD_USAGE, "without a session"),
    ):
        ran = run(*arguments)
        assert ran.code == code and said in ran.err and ran.err.count("\n") == 1, (arguments, ran.err)
