"""Channels with their muscles: ARTEFACT in Python. Truth: unrelated muscles do not go on in the same millisecond."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import unguard
from unguard import ConfigError

FS = 2000
NAMES = ["longissimus R", "multifidus L", "gluteus R"]


def kinds(channels: Any) -> set[str]:
    """Return what a knock on three channels at once is called."""
    x = np.random.default_rng(5).standard_normal((15 * FS, 3))
    t = np.arange(400) / FS
    x[24_000:24_400] += (40 * np.exp(-t / 0.05) * np.sin(2 * np.pi * 70 * t))[:, None]
    known = unguard.calibrate_activity(x[: 10 * FS], fs=FS, band="none", channels=channels)
    spec = unguard.EventDetector(all_rest=True, activity=unguard.ActivityDetector(calibration=known, shortest=0.02))
    reports = unguard.detect(spec, x, fs=FS, channels=channels)
    live = spec.start(fs=FS, channels=channels)
    assert [*live.process(x), *live.finish()] == reports and live.channels == NAMES
    return {e.kind for e in reports if e.report == "CLOSE"}


def test_a_knock_is_an_artefact_where_the_muscles_are_known() -> None:
    assert kinds(list(zip(NAMES, ["longissimus", "multifidus", "gluteus"], strict=True))) == {"ARTEFACT"}
    # Left and right of two muscles are no three; of whom nobody says what they are, nothing is known.
    assert kinds(list(zip(NAMES, ["longissimus", "multifidus", "multifidus"], strict=True))) == {"SPIKE"}
    assert kinds(NAMES) == {"SPIKE"}


def test_refused_by_name() -> None:
    for channels, words in (
        ([("a", 3)], r"channels is 3: expected \(name, muscle\), both as text"),
        ([(3, "a")], "channels is 3: expected names of channels, as text"),
        ([("a", "b", "c")], r"channels is \('a', 'b', 'c'\): expected names of channels, as text"),
        ([("a", "m"), ("a", "n")], 'channels is "a" twice: expected every name once'),
    ):
        with pytest.raises(ConfigError, match=words):
            unguard.Bandpass().start(fs=FS, channels=channels)  # type: ignore[arg-type]
