"""Numbers and sentences a person reads. Truth: what a careful writer would put."""

from __future__ import annotations

import pytest
from unguard.analysis.remarks import percent
from unguard.report import words


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (0.0, "0.00"), (1.444, "1.44"), (9.994, "9.99"), (9.996, "10.0"), (28.37, "28.4"), (99.96, "100"),
     (1284.2, "1284")],
)  # fmt: skip
def test_levels_have_about_three_digits(value: float | None, text: str) -> None:
    assert words.level(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.33, "0.33 s"),
        (20, "20 s"),
        (28.519, "28.5 s"),
        (119.96, "120 s"),
        (137, "2 min 17 s"),
        (3600, "1 h 0 min 0 s"),
    ],
)
def test_lengths_of_time_are_said_as_people_say_them(value: float, text: str) -> None:
    assert words.seconds(value) == text


@pytest.mark.parametrize(("value", "text"), [(1.0, "> 0.999"), (0.9985, "0.999"), (0.9949, "0.99"), (0.0, "0.00")])
def test_confidence_never_claims_certainty(value: float, text: str) -> None:
    assert words.confidence(value) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0 %"), (0.0004, "less than 0.1 %"), (0.034, "3.4 %"), (0.5, "50 %"), (1, "100 %")]
)
def test_a_share_that_is_there_is_never_zero(share: float, text: str) -> None:
    assert percent(share) == text


def test_moments_of_a_long_record_are_minutes_and_seconds() -> None:
    assert words.moment(61.5, 100) == "61.50"
    assert words.moment(61.5, 3600) == "1:01.50"
    assert words.moment(119.999, 3600) == "2:00.00"


def test_one_is_said_in_the_singular() -> None:
    assert words.called("SPIKE", 1) == "1 spike"
    assert words.called("PHASIC BURST", 2) == "2 phasic bursts"
    assert words.event_counts([]) == "none"
