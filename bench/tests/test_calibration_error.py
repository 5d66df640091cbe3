"""The calibration error of chances. Truth: chances and truths made up here, whose error is known."""

import numpy as np
import pytest

from bench.evidence.calibration_error import (
    by_count,
    by_width,
    calibration_error,
    expected_calibration_error,
    reliability,
)


def test_what_keeps_its_word_has_none() -> None:
    chance = np.repeat([0.25, 0.75], 40)
    true = np.r_[np.arange(40) < 10, np.arange(40) < 30]
    assert expected_calibration_error(chance, true, by_width(chance)) == pytest.approx(0)


@pytest.mark.parametrize("off", [0.05, 0.2])
def test_what_always_says_too_much_is_off_by_that(off: float) -> None:
    chance = np.repeat([0.25, 0.75], 40) + off
    true = np.r_[np.arange(40) < 10, np.arange(40) < 30]
    for bins in (by_width(chance), by_count(chance)):
        assert expected_calibration_error(chance, true, bins) == pytest.approx(off)


def test_bins_of_equal_count_hold_equally_many_and_one_is_in_the_last_bin_of_equal_width() -> None:
    chance = np.linspace(0, 1, 200) ** 4
    assert set(np.bincount(by_count(chance))) == {20}
    assert by_width(np.array([0.0, 0.0999, 0.1, 1.0])).tolist() == [0, 0, 1, 9]


def test_the_interval_is_about_the_error_and_chance_alone_is_told() -> None:
    random = np.random.default_rng(1)
    chance = random.random(2000)
    found = calibration_error(chance, random.random(2000) < chance)
    assert found.width <= found.high
    assert 0.01 < found.perfect < 0.04  # ten bins of 200: 0.8 x 0.4 / sqrt(200)
    assert found.worst < 0.05
    assert calibration_error(chance, random.random(2000) < chance**2).worst > 0.1


def test_a_diagram_leaves_out_what_hardly_any_event_says() -> None:
    chance = np.r_[np.full(100, 0.55), np.full(3, 0.15)]
    (only,) = reliability(chance, np.arange(103) < 55)
    assert (only.count, only.share) == (100, 0.55)
    assert only.low < 0.55 < only.high
