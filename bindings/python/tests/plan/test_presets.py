"""Montages of the package. Truth: the sites as the pages of SENIAM and texts after them give them; laws of a plan."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import unguard
from unguard.errors import ConfigError
from unguard.plan import MONTAGES, Plan, new_plan, preset, remarks
from unguard.plan.preset import bands


@pytest.mark.parametrize("montage", MONTAGES)
def test_a_plan_begins_with_any_of_them(montage: str) -> None:
    plan = new_plan("P-014", montage)
    assert plan.id == "P-014" and plan.montage.name == montage
    assert plan.goals == plan.thresholds == plan.calibrations == () and plan.exposure is None
    # Both sides of everything, SENIAM's distance, and a source for every site.
    assert 2 * len(plan.montage.pairs) == len(plan.montage.muscles)
    assert {muscle.electrode_distance_mm for muscle in plan.montage.muscles} == {20}
    assert all(muscle.source for muscle in plan.montage.muscles)


@pytest.mark.parametrize("montage", MONTAGES)
def test_no_site_of_them_passes_for_measured(montage: str) -> None:
    plan = new_plan("P-014", montage)
    assert len(remarks(plan)) == len(plan.montage.muscles)
    assert all("measure the site of" in remark for remark in remarks(plan))


def test_the_lumbar_sites() -> None:
    sites = {muscle.channel: muscle for muscle in preset("lumbar paraspinals").montage.muscles}
    assert list(sites) == [f"{m} {s}" for m in ("longissimus", "iliocostalis", "multifidus") for s in "LR"]
    for side in "LR":
        longissimus, multifidus = sites[f"longissimus {side}"], sites[f"multifidus {side}"]
        assert (longissimus.site, longissimus.position_finger_widths, longissimus.position_cm) == ("L1", 2, None)
        assert sites[f"iliocostalis {side}"].site == "L2" and multifidus.site == "L5"
        assert multifidus.position_cm is not None and 2 <= multifidus.position_cm <= 3


@pytest.mark.parametrize(
    ("montage", "channel", "percent"),
    [
        ("neck-shoulder", "trapezius upper L", 50),
        ("neck-shoulder", "trapezius middle R", 50),
        ("knee", "vastus medialis L", 80),
        ("knee", "vastus lateralis R", pytest.approx(200 / 3, abs=0.05)),
    ],
)
def test_sites_on_a_line_are_those_of_seniam(montage: str, channel: str, percent: float) -> None:
    (muscle,) = (m for m in preset(montage).montage.muscles if m.channel == channel)
    assert muscle.position_percent == percent


def test_the_bands_are_filters() -> None:
    found = {band.name: (band.high_pass_Hz, band.low_pass_Hz) for band in bands().bands}
    assert found["wide_20_400"] == (20, 400) and found["ratio_30_400"] == (30, 400)
    assert found["narrow_100_200"] == (100, 200) and found["narrow_100_400"] == (100, 400)
    for band in bands().bands:
        assert band.spec() == unguard.Bandpass(low=band.high_pass_Hz, high=band.low_pass_Hz, order=band.order)
        band.spec().start(fs=2000)
        assert band.source


def test_no_line_is_set_by_default() -> None:
    """No microvolts of rest or full flexion are in the literature with their band: none may come from us."""
    folder = Path(unguard.__file__).parent / "plan" / "presets"
    for file in folder.glob("*.toml"):
        if file.name != "example_plan.toml":
            text = file.read_text(encoding="utf-8")
            assert "_uV" not in text
            assert not re.search(r"^\[+thresholds", text, re.MULTILINE)


def test_the_bend_is_four_seconds_a_phase_by_names_that_detectors_know() -> None:
    bend = new_plan("P-014").task("bend")
    assert bend.kind == "bend"
    assert bend.phases == (("standing", 3.0), ("bending", 4.0), ("full flexion", 4.0), ("returning", 4.0))
    assert bend.duration_s == 4 * 15


def test_an_unknown_montage_is_refused_by_name() -> None:
    with pytest.raises(
        ConfigError, match=r"^montage is 'back': expected one of lumbar paraspinals, neck-shoulder, knee"
    ):
        new_plan("P-014", "back")
    with pytest.raises(ConfigError, match=r"^montage is 3: expected one of"):
        new_plan("P-014", 3)  # type: ignore[arg-type]


def test_the_example_has_every_part_and_nothing_to_remark(example: Plan) -> None:
    assert remarks(example) == ()
    for name in Plan.model_fields:
        assert getattr(example, name), f"the example has no {name}"
    for name in type(example.diary).model_fields:
        assert getattr(example.diary, name), f"the example's diary has no {name}"
    assert {task.kind for task in example.tasks} == {"bend", "hold", "rest", "reactivity"}


def test_what_is_looked_up_by_name_is_refused_by_name(example: Plan) -> None:
    assert example.band("ratio_30_400").high_pass_Hz == 30
    with pytest.raises(ConfigError, match=r"^band is 'none': expected one of wide_20_400, ratio_30_400"):
        example.band("none")
    with pytest.raises(ConfigError, match=r"^task is 'none': expected one of standing, arms out, bend, reactivity"):
        example.task("none")


def test_remarks_say_what_deserves_a_look(example: Plan) -> None:
    values = example.to_dict()
    values["montage"]["muscles"][3]["role"] = "target"
    values["references"][0]["effort"] = "maximal"
    values["thresholds"][2]["valid_for"]["window_s"] = 0.1
    values["exposure"]["items"][2]["threat"] = 20.0
    values["graded_activity"]["rules"]["increase_percent"] = 20.0
    said = remarks(Plan(**values))
    begins = (
        "tasks[3] is a test of reactivity, and no muscle",
        "thresholds[2].level_uV is of RMS over 0.1 s in wide_20_400; levels are RMS over 0.125 s in wide_20_400",
        "references[0] asks for a maximal effort",
        "exposure.items[2].threat is 20, less than the 60",
        "exposure.items[2].threat is 20 and cannot fall by 30",
        "graded_activity.rules.increase_percent is 20: usual are 5 to 10.",
    )
    assert len(said) == len(begins)
    assert all(remark.startswith(begin) for remark, begin in zip(said, begins, strict=True))
