"""Records with their truth. Truth: cases by hand."""

from __future__ import annotations

import numpy as np
import pytest
from unguard import ConfigError
from unguard.benchmark import ScoredEvent, Trial
from unguard.benchmark.trial import first_share, quietest_gap

TRUTH = [ScoredEvent(1000, 2000), ScoredEvent(5000, 6000), ScoredEvent(8000, 9000)]


def test_rest_is_the_quietest_gap_that_is_long_enough() -> None:
    y = np.ones(10_000)
    y[6000:8000] = 0.5
    y[9000:] = 0.1
    assert quietest_gap(TRUTH, y, 100, 1500) == (6100, 7900)
    assert quietest_gap(TRUTH, y, 100, 900) == (9100, 10_000), "no margin at the end of the record"
    assert quietest_gap(TRUTH, y, 100, 9000) == (2100, 4900), "the longest where none is long enough"


def test_the_tuning_part_ends_between_two_events() -> None:
    assert first_share(TRUTH, 0.4) == (0, 3500)
    assert first_share(TRUTH, 0.1) == (0, 0)
    with pytest.raises(ConfigError, match=r"share is 0.9: expected a share that leaves some of 3 events"):
        first_share(TRUTH, 0.9)


def test_what_is_held_out_is_all_but_the_tuning_part() -> None:
    x = np.zeros(100)
    assert Trial("a", x, 1000.0, (0, 10), (), tuning=(0, 40)).held_out == ((40, 100),)
    assert Trial("a", x, 1000.0, (0, 10), (), tuning=(20, 40)).held_out == ((0, 20), (40, 100))
    assert Trial("a", x, 1000.0, (0, 10), (), tuning=(0, 100)).held_out == ()


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("x", {"x": np.zeros((3, 2))}),
        ("x", {"x": [0.0, 1.0]}),
        ("rest", {"rest": (0, 101)}),
        ("rest", {"rest": None}),
        ("tuning", {"tuning": (5, 2)}),
        ("unscored", {"unscored": ((-5, 2),)}),
        ("moving", {"moving": ((5, 200),)}),
    ],
)
def test_a_record_that_cannot_be_is_refused(name: str, options: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=f"{name} is"):
        Trial(**{"name": "a", "x": np.zeros(100), "fs": 1000.0, "rest": (0, 10), "truth": None, **options})
