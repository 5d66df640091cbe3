"""Calibrations in a plan. Truth: the engine's own, which must come back equal."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import unguard
from unguard.clinical import levels_by_angle, profile_guarding
from unguard.errors import ConfigError
from unguard.plan import Plan, new_plan, read_plan, stored, write_plan

FS = 2000
CHANNELS = ("longissimus L", "longissimus R")
BAND = "20-400 Hz, Butterworth order 2, causal"


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    """One of each kind, of noise."""
    rng = np.random.default_rng(20261130)
    band = unguard.Chain(unguard.Bandpass(low=20, high=400, order=2))
    rest = band(rng.normal(size=(40_000, 2)) * 3, fs=FS)[2000:]
    effort = band(rng.normal(size=(40_000, 2)) * 30, fs=FS)[2000:]
    up = np.linspace(0, 60, 9500)
    angle = np.concatenate([up, up[::-1], up, up[::-1]])
    at_rest = unguard.calibrate_rest(rest, fs=FS, band=BAND)
    holds = [(0, 10_000), (12_000, 22_000), (24_000, 34_000)]
    return {
        "rest": at_rest,
        "reference": unguard.calibrate_reference(effort, fs=FS, holds=holds, band=BAND, rest=at_rest),
        "without rest": unguard.calibrate_reference(effort, fs=FS, holds=holds, band=BAND),
        "activity": unguard.calibrate_activity(rest, effort, fs=FS, band=BAND),
        "bending": unguard.profile_bending(effort, angle, bends=[(500, 18_000), (20_000, 37_000)], fs=FS, band=BAND),
        "guarding": guarding(rng),
    }


def guarding(rng: np.random.Generator) -> unguard.GuardingProfile:
    """Of three bends, 3 s down, 1 s held and 3 s up, with 3 s of standing between them."""
    way = 45 * (1 - np.cos(np.linspace(0, np.pi, 3 * FS)))
    angle = np.concatenate([np.zeros(3 * FS), *[way, np.full(FS, 90.0), way[::-1], np.zeros(3 * FS)] * 3])
    x = np.column_stack([(5 + angle / 3)[:, None] * rng.normal(size=(len(angle), 2)), angle])
    found = levels_by_angle(x, fs=FS, channels=[*CHANNELS, "trunk"], angle="trunk")
    return profile_guarding(found, how=BAND)


def test_every_calibration_comes_back_equal_from_a_file(made: dict[str, Any], tmp_path: Path) -> None:
    kept = [
        stored(
            calibration,
            id=name.replace(" ", "-"),
            made=datetime.date(2026, 11, 30),
            band="wide_20_400",
            sampling_rate_Hz=FS,
            channels=CHANNELS,
            site_note="photograph 1",
        )
        for name, calibration in made.items()
    ]
    plan = new_plan("P-014").replace(calibrations=tuple(kept))
    file = write_plan(plan, tmp_path)
    again = read_plan(file)
    assert again == plan
    assert {one.id: one.kind for one in again.calibrations} == {
        "rest": "rest", "reference": "reference", "without-rest": "reference", "activity": "activity",
        "bending": "bending", "guarding": "guarding",
    }  # fmt: skip
    for one, calibration in zip(again.calibrations, made.values(), strict=True):
        assert one.restore() == calibration
    write_plan(again.replace(note="new"), file)
    assert [one.restore() for one in read_plan(file).calibrations] == list(made.values())


def test_the_examples_are_ready_for_use(example: Plan) -> None:
    rest, reference = (calibration.restore() for calibration in example.calibrations)
    assert isinstance(rest, unguard.RestCalibration) and isinstance(reference, unguard.ReferenceCalibration)
    assert reference.percent(np.array([[14.83, 16.15]])).shape == (1, 2)


def test_what_is_no_calibration_is_refused_by_name(made: dict[str, Any]) -> None:
    common: dict[str, Any] = {
        "id": "a", "made": datetime.date(2026, 11, 30), "band": "wide_20_400", "sampling_rate_Hz": FS, "site_note": "x"
    }  # fmt: skip
    with pytest.raises(
        ConfigError, match=r"^calibration is 3: expected a RestCalibration, ReferenceCalibration, Activ"
    ):
        stored(3, channels=CHANNELS, **common)  # type: ignore[arg-type]
    rest = made["rest"]
    with pytest.raises(ConfigError, match=r"^channels is 1 names: expected 2, one for each channel of values"):
        stored(rest, channels=CHANNELS[:1], **common)
    with pytest.raises(ConfigError, match=r"^channels is 3 names: expected 2, one for each channel of values"):
        stored(made["guarding"], channels=(*CHANNELS, "multifidus"), **common)
    kept = stored(made["guarding"], channels=CHANNELS, **common)
    with pytest.raises(ConfigError, match=r"^values is 47 numbers: expected 48, two a bin and channel"):
        kept.replace(values={**kept.values, "means": kept.values["means"][1:]})
    with pytest.raises(ConfigError, match=r"^channels\[1\] is 'longissimus L' once more: expected each channel once"):
        stored(rest, channels=(CHANNELS[0], CHANNELS[0]), **common)
