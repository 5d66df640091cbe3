"""ActivityDetector on real bursts, at its one setting for them. Truth: the annotations of the recordings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from unguard.benchmark import OURS, Family, annotated, run

#: Hits, misses and the lowest F1; bars are those of the data sets.
BARS = {"plux_bursts": (9, 0.9), "emggo": (54, 0.95), "uci_gestures": (10, 0.9)}


@pytest.fixture(scope="module")
def detector() -> Family:
    return next(f for f in OURS if f.name == "unguard ActivityDetector, bursts")


@pytest.mark.parametrize("name", BARS)
def test_bursts_are_found_at_one_setting(
    name: str, detector: Family, real_data: Path, record_property: Callable[[str, object], None]
) -> None:
    (data,) = (d for d in annotated(real_data) if d.name == name)
    made = run(detector.at_documented(), data)
    hits, f1 = BARS[name]
    record_property("F1", made.whole.f1)
    assert not made.failed, made.error
    assert made.whole.counts.hits >= hits and made.whole.f1 >= f1, made.whole.counts
    # Nothing was chosen by what is held out.
    assert made.held_out.f1 >= f1, made.held_out.counts


def test_a_heart_opens_nothing(detector: Family, real_data: Path) -> None:
    # 715 beats of emggo at 250 Hz; that it does without a rise, too, is the heart's limit and not the rise.
    (data,) = (d for d in annotated(real_data) if d.name == "emggo")
    for rise in (0.0, 3.0):
        made = run(detector.make(**{**detector.documented, "rise": rise}), data)
        assert made.whole.alarms.count <= 2 and made.whole.counts.misses <= 2, made.whole
