"""The published detectors are told what ours are. Truth: which detectors there are, and what their specs hold."""

import numpy as np
import pytest
import unguard

from bench.evidence.onset_trials import BAND_TEXT, FS, stretches
from bench.evidence.published_detectors import ALLOWED, SPECS, named, told

NAMES = [type(spec).__name__ for spec in SPECS]
OURS = {"ActivityDetector", "SpasmDetector", "EventDetector", "BendingDetector"}


@pytest.fixture(scope="module")
def rest() -> np.ndarray:
    """Six seconds of rest in the band."""
    still, _ = stretches("limb", seed=3, rest_s=6.0, contraction_s=0.5)
    return still


def test_every_live_detector_that_is_not_ours_is_among_them_once() -> None:
    specs = (getattr(unguard, name) for name in unguard.__all__)
    live = {s.__name__ for s in specs if {"on_marks", "all_rest"} & {f["name"] for f in getattr(s, "_fields", ())}}
    assert sorted(NAMES) == sorted(live - OURS)


@pytest.mark.parametrize("spec", SPECS, ids=NAMES)
def test_each_knows_all_of_the_rest_or_has_to_hear_it(spec: unguard.HodgesBui, rest: np.ndarray) -> None:
    noise = unguard.calibrate_noise(rest, fs=FS, band=BAND_TEXT)
    knows, has_to_hear = told(spec, rest, FS, noise)
    fields = {f["name"] for f in spec._fields}
    if has_to_hear:
        assert not fields & {"noise", "baseline"}
        assert knows.learn == pytest.approx(len(rest) / FS)
    elif "noise" in fields:
        assert knows.noise == noise
    else:
        assert knows.baseline == unguard.calibrate_baseline(spec, rest, fs=FS)


def test_who_is_allowed_more_alarms_says_so() -> None:
    assert set(ALLOWED) <= set(NAMES)
    for name, times in ALLOWED.items():
        assert f"{times:g} times as many alarms" in named(name)
    assert named("HodgesBui") == "HodgesBui"
