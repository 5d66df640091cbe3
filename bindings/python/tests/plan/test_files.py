"""Plans in files. Truth: what is written reads equal; what a person wrote beside the values is still there."""

from __future__ import annotations

import datetime
import logging
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unguard.errors import ConfigError, FormatError
from unguard.plan import (
    MONTAGES,
    ExposureVisit,
    GradedVisit,
    HomeEntry,
    Plan,
    SessionEntry,
    example_text,
    new_plan,
    read_plan,
    write_plan,
)

# Everything TOML and UTF-8 can hold but control characters in names; notes may be of several lines.
_LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Z"))
NAMES = st.text(_LETTERS, min_size=1, max_size=20)
WORDS = st.builds(lambda a, b: a + b, st.text(st.characters(exclude_categories=("Cs",)), max_size=40), NAMES)
RATINGS = st.floats(0, 10)
DATES = st.dates(datetime.date(1970, 1, 1))


@pytest.mark.parametrize("montage", MONTAGES)
def test_what_is_written_reads_equal(montage: str, tmp_path: Path) -> None:
    plan = new_plan("P-014", montage)
    file = write_plan(plan, tmp_path)
    assert file == tmp_path / "P-014.toml"
    assert read_plan(file) == plan


def test_the_example_reads_equal_from_a_new_file_and_stays_in_its_own(example: Plan, tmp_path: Path) -> None:
    assert read_plan(write_plan(example, tmp_path / "new.toml")) == example
    file = tmp_path / "example.toml"
    assert write_plan(example, file) == file
    assert file.read_text(encoding="utf-8") == example_text()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_diary_reads_equal_from_new_and_from_changed_files(
    example: Plan, tmp_path: Path, data: st.DataObject
) -> None:
    dates = sorted(data.draw(st.sets(DATES, max_size=5)))
    home = [
        HomeEntry(date=date, times=data.draw(st.integers(0, 1000)), pain=data.draw(st.none() | RATINGS),
                  flare=data.draw(st.booleans()), note=data.draw(st.none() | WORDS))
        for date in dates
    ]  # fmt: skip
    sessions = [
        SessionEntry(
            date=date, recording=f"P-014_{i}.bdf", site_note=data.draw(WORDS), sleep_h=data.draw(st.floats(0, 24))
        )
        for i, date in enumerate(dates)
    ]
    exposures = [
        ExposureVisit(date=date, item="sock", prediction=data.draw(WORDS), likelihood=data.draw(RATINGS),
                      came_true=data.draw(st.booleans()), predicted_fear=data.draw(RATINGS),
                      actual_fear=data.draw(RATINGS), predicted_pain=data.draw(RATINGS),
                      actual_pain=data.draw(RATINGS), threat=data.draw(st.floats(0, 100)))
        for date in dates
    ]  # fmt: skip
    graded = [
        GradedVisit(
            date=date, item="walk", quota_s=data.draw(st.floats(1e-300, 1e300)), done_s=data.draw(st.floats(0, 1e300))
        )
        for date in dates
    ]
    diary = example.diary.replace(
        home=tuple(home), sessions=tuple(sessions), exposures=tuple(exposures), graded=tuple(graded)
    )
    plan = example.replace(diary=diary, note=data.draw(WORDS))
    new, old = tmp_path / "new.toml", tmp_path / "old.toml"
    new.unlink(missing_ok=True)
    assert read_plan(write_plan(plan, new)) == plan
    old.write_text(example_text(), encoding="utf-8")
    assert read_plan(write_plan(plan, old)) == plan
    # Of tables that stay, every comment stays.
    kept = example_text()[: example_text().index("# What happened.")]
    comments = [line[line.index("#") :] for line in kept.splitlines() if line.startswith("#") or " # " in line]
    text = old.read_text(encoding="utf-8")
    assert len(comments) > 30
    assert all(comment in text for comment in comments)


def test_a_change_leaves_every_other_line_alone(example: Plan, tmp_path: Path) -> None:
    processing = example.processing.replace(window_s=0.25)
    session = SessionEntry(date=datetime.date(2026, 11, 16), recording="P-014_2026-11-16.bdf", site_note="as before")
    diary = example.diary.replace(sessions=(*example.diary.sessions, session))
    changed = example.replace(processing=processing, diary=diary)
    file = write_plan(changed, tmp_path / "example.toml")
    before, after = example_text().splitlines(), file.read_text(encoding="utf-8").splitlines()
    assert [line for line in before if line not in after] == ["window_s = 0.125"]
    new = [line for line in after if line not in before]
    assert new == [
        "window_s = 0.25",
        "date = 2026-11-16",
        'recording = "P-014_2026-11-16.bdf"',
        'site_note = "as before"',
    ]
    assert read_plan(file) == changed


def test_defaults_nobody_wrote_are_not_written_into_a_persons_file(
    changed: Callable[[str, str], Path],
) -> None:
    file = changed("repetitions = 3\npractice = 1", "repetitions = 3\n#")
    text = file.read_text(encoding="utf-8")
    write_plan(read_plan(file), file)
    assert file.read_text(encoding="utf-8") == text


def test_a_new_file_says_its_defaults(tmp_path: Path) -> None:
    """Whoever reads it later has the numbers it was made with, whatever the defaults are by then."""
    text = write_plan(new_plan("P-014"), tmp_path).read_text(encoding="utf-8")
    assert "success = 0.7" in text and "practice = 1" in text and text.startswith("# A plan of unguard.")


def test_where_comments_cannot_be_kept_the_plan_is_and_it_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = new_plan("P-014")
    file = write_plan(plan, tmp_path)

    def wrong(*_: object) -> str:
        return example_text()

    monkeypatch.setattr("unguard.plan.write.changed_text", wrong)
    with caplog.at_level(logging.WARNING, logger="unguard"):
        assert read_plan(write_plan(plan, file)) == plan
    assert caplog.messages == ["the comments of the plan could not be kept"]


def test_tables_that_stand_apart_are_changed_all_the_same(tmp_path: Path, example: Plan) -> None:
    """TOML lets [montage] stand in two places; the plan must be whole whatever becomes of its comments."""
    text = example_text()
    cut = text.index("[[bands]]")
    apart = text[:cut].replace("[processing]", "[shaping]\nsuccess = 0.65\n\n[processing]") + text[cut:]
    apart = apart.replace("[shaping]\nsuccess = 0.7\n", "").replace("success_low = 0.6\n", "", 1)
    apart = apart.replace("success_high = 0.8\nmost_change_percent = 10\nsets_up = 2\nstep_back = 0.5\n", "")
    apart = apart.replace("feedback_share = 1 # of the trials; later 0.5, then 0\n", "")
    apart = apart.replace("[exposure.rules] # proposals\n", "[exposure]\n[exposure.rules] # proposals\n")
    graded = apart.index("[graded_activity.rules]")
    crate = apart.index('[[exposure.items]]\nid = "crate"')
    apart = apart[:crate] + apart[graded:] + "\n" + apart[crate:graded]
    file = tmp_path / "apart.toml"
    file.write_text(apart, encoding="utf-8")
    plan = read_plan(file)
    assert plan.exposure is not None and len(plan.exposure.items) == 4
    items = tuple(item.replace(load_kg=item.load_kg + 1) for item in plan.exposure.items)
    changed = plan.replace(exposure=plan.exposure.replace(items=items), note="changed")
    assert read_plan(write_plan(changed, file)) == changed


def test_another_persons_plan_and_what_is_no_plan_are_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    write_plan(new_plan("P-014"), file)
    before = file.read_bytes()
    with pytest.raises(ConfigError, match=r"^path is plan\.toml, of another id: expected a plan of the same id"):
        write_plan(new_plan("P-015"), file)
    assert file.read_bytes() == before
    other = tmp_path / "thesis.txt"
    other.write_text("Dear reader,\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"^path is thesis\.txt, which holds no plan"):
        write_plan(new_plan("P-014"), other)
    assert other.read_text(encoding="utf-8") == "Dear reader,\n"


def test_a_failure_leaves_the_old_plan_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write_plan(new_plan("P-014"), tmp_path)
    before = file.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FormatError, match=r"the file is not writable \(No space left on device\)"):
        write_plan(new_plan("P-014").replace(note="new"), file)
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_a_place_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"the file is not writable \(No such file or directory\)"):
        write_plan(new_plan("P-014"), tmp_path / "absent" / "plan.toml")
    with pytest.raises(ConfigError, match=r"^plan is 3: expected a Plan"):
        write_plan(3, tmp_path)  # type: ignore[arg-type]


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_a_new_plan_is_its_owners_and_an_old_one_keeps_its_permissions(tmp_path: Path) -> None:
    file = write_plan(new_plan("P-014"), tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o640)
    write_plan(new_plan("P-014").replace(note="new"), file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


@pytest.mark.skipif(os.name != "posix", reason="links are POSIX's")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    file = write_plan(new_plan("P-014"), tmp_path)
    link = tmp_path / "plan.toml"
    link.symlink_to(file)
    write_plan(new_plan("P-014").replace(note="new"), link)
    assert link.is_symlink() and read_plan(file).note == "new"
