"""Standard error of measurement and what follows from it. Truth: a published table, and short NumPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import ArrayLike
from unguard.clinical import log_sem, mdc, reliability, reliable_change, within_person_sem
from unguard.errors import ConfigError

#: Shrout & Fleiss 1979, table 2: 6 people, 4 judges. Intervals as R's psych::ICC prints them.
SHROUT = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float)


def test_shrout_and_fleiss() -> None:
    """Both coefficients and their intervals are those published of the classical table."""
    found = reliability(SHROUT)
    got = [(e.value, e.low, e.high) for e in (found.icc_agreement, found.icc_consistency)]
    np.testing.assert_allclose(got, [(0.29, 0.019, 0.76), (0.715, 0.342, 0.946)], atol=0.005)


def test_sem_by_the_components_of_variance() -> None:
    """The SEM is SD sqrt(1 - ICC) with the SD of all components; of consistency the root of the rest's mean square."""
    x = np.random.default_rng(8).normal(0, 1, (9, 1)) + np.random.default_rng(9).normal(0, 0.5, (9, 3)) + [0, 0.8, 1.5]
    n, k = x.shape
    rest = x - x.mean(0) - x.mean(1)[:, None] + x.mean()
    error = (rest**2).sum() / ((n - 1) * (k - 1))
    people, sessions = x.mean(1).var(ddof=1) - error / k, x.mean(0).var(ddof=1) - error / n
    found = reliability(x)
    icc = people / (people + sessions + error)
    assert found.icc_agreement.value == pytest.approx(icc, rel=1e-12)
    assert found.sem.value == pytest.approx(math.sqrt(people + sessions + error) * math.sqrt(1 - icc), rel=1e-12)
    assert found.sem_consistency.value == pytest.approx(math.sqrt(error), rel=1e-12)
    assert found.mdc() == pytest.approx(1.959964 * math.sqrt(2) * found.sem.value, rel=1e-6)
    assert list(found.to_dataframe()["quantity"]) == ["SEM", "SEM consistency", "ICC(2,1)", "ICC(3,1)"]


def test_intervals_hold_the_truth() -> None:
    """95 % intervals of the SEM and of both coefficients: 900 of 1,000 and more, for 12 people and 3 sessions."""
    rng = np.random.default_rng(20)
    held = np.zeros(4)
    for _ in range(1000):
        shift = rng.normal(0, 0.3, 3)
        found = reliability(rng.normal(0, 1.5, (12, 1)) + shift + rng.normal(0, 1, (12, 3)))
        truth = (math.hypot(1, 0.3), 1.0, 2.25 / 3.34, 2.25 / 3.25)
        told = (found.sem, found.sem_consistency, found.icc_agreement, found.icc_consistency)
        held += [e.low <= t <= e.high for e, t in zip(told, truth, strict=True)]
    assert np.all(held >= 900), held


def test_published_frr() -> None:
    """49 % of the mean: a change of 136 % in one session against another, 68 % in 4, 34 % in 16."""
    assert [round(mdc(49, sessions=n)) for n in (1, 4, 16)] == [136, 68, 34]
    drawn = np.exp(log_sem(49) * np.random.default_rng(1).standard_normal(400_000))
    assert drawn.std() / drawn.mean() == pytest.approx(0.49, abs=0.01)


def test_reliable_change_and_the_mdc_agree() -> None:
    """A change as large as the MDC has an index of 1.96."""
    assert reliable_change(3.0, 3.0 + mdc(0.4), sem=0.4) == pytest.approx(1.959964, rel=1e-6)


def test_within_person() -> None:
    """Pooled over people with different numbers of repetitions, by NumPy."""
    people = [[1.0, 2.0, 4.0], [10.0, 13.0]]
    pooled = sum(np.var(p, ddof=1) * (len(p) - 1) for p in people) / 3
    assert within_person_sem(people).value == pytest.approx(math.sqrt(pooled), rel=1e-12)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ([[1.0, 2.0]], "values"),
        ([[1.0], [2.0], [4.0]], "values"),
        ([[1.0, 2.0], [1.0, np.nan], [2.0, 3.0]], "values"),
        ([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]], "values"),
    ],
)
def test_refuses(values: ArrayLike, named: str) -> None:
    """Too few people or sessions, gaps, and sessions that are all alike have a named reason."""
    with pytest.raises(ConfigError, match=r"people|session|finite") as refused:
        reliability(values)
    assert refused.value.parameter == named


def test_one_repetition_is_refused() -> None:
    """The one who has it is named."""
    with pytest.raises(ConfigError, match=r"repetitions\[1\] is 1 repetition: expected at least 2"):
        within_person_sem([[1.0, 2.0], [3.0]])


@pytest.mark.parametrize("sem", [0, -1, math.nan, math.inf, True, "1"])
def test_no_sem(sem: object) -> None:
    """A SEM is a number above 0."""
    with pytest.raises(ConfigError, match="sem is"):
        mdc(sem)  # type: ignore[arg-type]


def test_a_share_of_variance_is_one() -> None:
    """People who differ less than their errors: the formula says -1.8, with an interval of no width."""
    found = reliability([[1, 3], [3, 1], [2, 2], [1.5, 2.6]])
    assert found.icc_agreement.value == found.icc_consistency.value == 0
    for values in np.random.default_rng(3).standard_normal((300, 4, 2)):
        made = reliability(values)
        for e in (made.icc_agreement, made.icc_consistency):
            assert 0 <= e.low <= e.value <= e.high <= 1
