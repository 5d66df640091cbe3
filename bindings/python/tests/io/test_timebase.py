"""Truth: stamps made from a known rate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unguard.io.timebase import counter_gaps, is_strictly_regular, read_stamps


@given(
    rate=st.sampled_from([100.0, 128.0, 250.0, 1000.0, 1259.259, 2000.0, 2048.0, 4000.0]),
    rows=st.integers(3, 400),
    start=st.floats(-10, 1e4),
)
def test_rate_is_that_of_the_stamps(rate: float, rows: int, start: float) -> None:
    timebase = read_stamps(start + np.arange(rows) / rate, 1.0, None, "time")
    assert timebase.fs == pytest.approx(rate, rel=1e-6) and timebase.gaps == ()


@given(cut=st.integers(1, 98), lost=st.integers(1, 50))
def test_lost_rows_are_found_where_they_are(cut: int, lost: int) -> None:
    stamps = np.delete(np.arange(150) / 500.0, slice(cut, cut + lost)) if cut + lost < 149 else np.arange(150) / 500.0
    timebase = read_stamps(stamps, 1.0, None, "time")
    assert timebase.gaps == (((cut, lost),) if stamps.size < 150 else ())
    assert timebase.fs == pytest.approx(500)


def test_small_jitter_of_stamps_does_no_harm() -> None:
    stamps = np.arange(1000) / 1000 + np.random.default_rng(7).uniform(-1e-4, 1e-4, 1000)
    assert read_stamps(stamps, 1.0, None, "time").fs == pytest.approx(1000, rel=1e-3)


@pytest.mark.parametrize("stamps", [[0, 1, 1, 2, 2, 3], [0, 3, 1, 2, 4, 5], [0, 0, 0, 0], [0, 1, 2.5, 4.2, 5, 6]])
def test_irregular_stamps_give_no_rate(stamps: list[float]) -> None:
    timebase = read_stamps(np.array(stamps, dtype=float), 1.0, None, "time")
    assert timebase.fs is None and "not to be told" in timebase.problem


def test_a_column_without_unit_is_seconds_only_when_its_step_leaves_no_doubt() -> None:
    assert read_stamps(np.arange(100) / 1000, None, None, "time").fs == 1000
    doubtful = read_stamps(np.arange(100.0), None, None, "time")
    assert doubtful.fs is None and "has no unit and steps by 1" in doubtful.problem
    assert read_stamps(np.arange(100.0), None, 1000.0, "time").fs == 1000


def test_missing_stamps_are_interpolated_and_said() -> None:
    stamps = np.arange(100) / 1000
    stamps[[3, 50]] = np.nan
    timebase = read_stamps(stamps, 1.0, None, "time")
    assert timebase.fs == 1000 and timebase.gaps == () and "2 time stamps are missing" in timebase.remarks[0]


@pytest.mark.parametrize("stamps", [[np.nan] * 4, [1.0], [1e308, -1e308, 1e308], [0.0, np.inf, 1.0]])
def test_senseless_stamps_do_no_harm(stamps: list[float]) -> None:
    assert read_stamps(np.array(stamps), 1.0, None, "time").fs in (None, 2.0)


@pytest.mark.parametrize("modulus", [16, 256, 65536])
def test_a_wrapping_counter_shows_what_is_lost(modulus: int) -> None:
    count = np.arange(3 * modulus) % modulus
    lost = np.delete(count, slice(modulus + 3, modulus + 8)).astype(float)
    remarks: list[str] = []
    assert counter_gaps(count.astype(float), "n", None, remarks) == ()
    assert counter_gaps(lost, "n", None, remarks) == ((modulus + 3, 5),)
    assert remarks == []


def test_a_counter_that_sticks_at_its_largest_value_is_said() -> None:
    counter = np.minimum(np.arange(65500.0, 65600.0), 65535)
    remarks: list[str] = []
    assert counter_gaps(counter, "nSeq", 65535, remarks) == ()
    assert "stays at 65535 from row 36" in remarks[0]


@pytest.mark.parametrize("counter", [[0, 0, 1, 2], [0, 0.5, 1], [0, 1e300, 1], [-1e308, 1e308], [0, np.nan, 2]])
def test_a_counter_that_does_not_count_is_not_believed(counter: list[float]) -> None:
    remarks: list[str] = []
    assert counter_gaps(np.array(counter, dtype=float), "n", None, remarks) == ()
    assert "not looked for" in remarks[0]


def test_regular_means_every_step() -> None:
    assert is_strictly_regular(np.arange(10) / 7)
    assert not is_strictly_regular(np.array([0.0, 1.0, 2.0, 4.0]))
    assert not is_strictly_regular(-np.arange(10.0))
    assert not is_strictly_regular(np.array([0.0, np.nan, 2.0]))
