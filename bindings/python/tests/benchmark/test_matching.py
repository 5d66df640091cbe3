"""Matching and scores. Truth: cases by hand, the table of tests/detect/scorer.hpp written out, and laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unguard import ConfigError
from unguard.benchmark import ScoredEvent, Tolerance, match, score

FS = 1000.0


@st.composite
def disjoint(draw: st.DrawFn, most: int = 8) -> list[ScoredEvent]:
    """Events in order, apart from each other, with kinds."""
    at, events = 0, []
    for _ in range(draw(st.integers(0, most))):
        onset = at + draw(st.integers(0, 300))
        at = onset + draw(st.integers(1, 400))
        events.append(ScoredEvent(onset, at, draw(st.sampled_from(["ACTIVITY", "SPIKE"]))))
    return events


def by_table(found: list[ScoredEvent], true: list[ScoredEvent], onset: int, overlap: float, both: bool) -> float:
    """The largest total worth, by the table of scorer.hpp."""

    def worth(a: ScoredEvent, b: ScoredEvent) -> float:
        common = min(a.offset, b.offset) - max(a.onset, b.onset)
        together = max(a.offset, b.offset) - min(a.onset, b.onset)
        near, over = abs(a.onset - b.onset) <= onset, common >= overlap * together
        may = near and over if both else near or over
        return 1e-3 + max(0, common) if may else -1.0

    best = [[0.0] * (len(true) + 1) for _ in range(len(found) + 1)]
    for i, a in enumerate(found, 1):
        for j, b in enumerate(true, 1):
            best[i][j] = max(best[i - 1][j], best[i][j - 1])
            if (w := worth(a, b)) > 0:
                best[i][j] = max(best[i][j], best[i - 1][j - 1] + w)
    return best[-1][-1]


@given(disjoint(), disjoint(), st.integers(0, 200), st.sampled_from([0.1, 0.3, 0.7]), st.booleans())
def test_it_is_the_rule_of_the_engines_own_scorer(
    found: list[ScoredEvent], true: list[ScoredEvent], onset: int, overlap: float, both: bool
) -> None:
    tolerance = Tolerance(onset=onset / FS, spike_onset=onset / FS, overlap=overlap, both=both)
    pairs = match(found, true, fs=FS, tolerance=tolerance)
    total = sum(
        1e-3 + max(0, min(found[i].offset, true[j].offset) - max(found[i].onset, true[j].onset)) for i, j in pairs
    )
    assert total == pytest.approx(by_table(found, true, onset, overlap, both), abs=1e-9)


@given(disjoint(), disjoint())
def test_each_event_is_in_one_pair_at_most_and_order_is_kept(found: list[ScoredEvent], true: list[ScoredEvent]) -> None:
    pairs = match(found, true, fs=FS)
    for side in zip(*pairs, strict=True):
        assert list(side) == sorted(set(side))


@given(disjoint(), disjoint(), st.integers(0, 10_000))
def test_scores_stay_when_time_shifts(found: list[ScoredEvent], true: list[ScoredEvent], by: int) -> None:
    def moved(events: list[ScoredEvent]) -> list[ScoredEvent]:
        return [ScoredEvent(e.onset + by, e.offset + by, e.kind) for e in events]

    here = score(found, true, fs=FS, samples=20_000)
    there = score(moved(found), moved(true), fs=FS, samples=20_000)
    assert (here.counts, here.kinds, here.samples) == (there.counts, there.kinds, there.samples)
    for a, b in ((here.onset, there.onset), (here.offset, there.offset)):
        assert np.allclose([a.bias, a.sd, a.median], [b.bias, b.sd, b.median], equal_nan=True)


@given(disjoint(), disjoint())
def test_counts_are_symmetric(a: list[ScoredEvent], b: list[ScoredEvent]) -> None:
    same = Tolerance(spike_onset=0.1)  # that of a SPIKE goes by the true event alone
    there, back = (score(x, y, fs=FS, samples=6000, tolerance=same) for x, y in ((a, b), (b, a)))
    assert (there.counts.hits, there.counts.false, there.counts.misses) == (
        back.counts.hits,
        back.counts.misses,
        back.counts.false,
    )
    assert there.f1 == back.f1 and there.samples.jaccard == back.samples.jaccard


@given(disjoint())
def test_a_perfect_detector_scores_one(true: list[ScoredEvent]) -> None:
    made = score(true, true, fs=FS, samples=6000)
    assert made.f1 == made.samples.f1 == made.samples.jaccard == 1
    assert all(c.f1 == 1 for c in made.kinds.values())
    assert made.alarms.count == made.fragments == 0
    if len(true) > 1:
        assert (made.onset.bias, made.onset.sd, made.offset.bias) == (0, 0, 0)
        assert made.duration_icc == pytest.approx(1) or len({e.length for e in true}) == 1


@given(disjoint(), disjoint())
def test_no_more_is_found_than_there_is(found: list[ScoredEvent], true: list[ScoredEvent]) -> None:
    made = score(found, true, fs=FS, samples=6000)
    assert made.counts.hits + made.counts.misses == len(true) == len(made.events)
    assert made.counts.hits + made.counts.false == len(found)
    assert made.alarms.count + made.fragments == made.counts.false
    assert 0 <= made.counts.jaccard <= made.f1 <= 1


def test_the_larger_overlap_wins() -> None:
    found = [ScoredEvent(0, 100), ScoredEvent(100, 1000)]
    assert match(found, [ScoredEvent(20, 1000)], fs=FS) == [(1, 0)]


def test_a_pair_may_be_of_near_onsets_or_of_overlap() -> None:
    true = [ScoredEvent(1000, 2000)]
    assert match([ScoredEvent(1100, 1101)], true, fs=FS) == [(0, 0)]
    assert match([ScoredEvent(1101, 1110)], true, fs=FS) == []
    assert match([ScoredEvent(1400, 1700)], true, fs=FS) == [(0, 0)]
    assert match([ScoredEvent(1400, 1699)], true, fs=FS) == []
    assert match([ScoredEvent(1400, 1700)], true, fs=FS, tolerance=Tolerance(both=True)) == []


def test_a_spike_is_held_to_fifty_milliseconds() -> None:
    spike = [ScoredEvent(1000, 1040, "SPIKE")]
    assert match([ScoredEvent(1050, 1060)], spike, fs=FS) == [(0, 0)]
    assert match([ScoredEvent(1051, 1060)], spike, fs=FS) == []


def test_onsets_may_be_matched_without_any_overlap_in_order_only() -> None:
    # Without the order, the second found event, behind the first, would be paired with the first true one, before it.
    found = [ScoredEvent(899, 1090), ScoredEvent(1090, 1099)]
    true = [ScoredEvent(1000, 1001), ScoredEvent(1001, 1100)]
    assert match(found, true, fs=FS) == [(0, 1)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("onset", -1),
        ("onset", math.nan),
        ("spike_onset", "a"),
        ("overlap", 0),
        ("overlap", 1.1),
        ("overlap", True),
        ("early", -0.1),
        ("early", math.nan),
    ],
)
def test_a_tolerance_that_cannot_be_is_refused(field: str, value: object) -> None:
    with pytest.raises(ConfigError, match=rf"{field} is .*: expected"):
        Tolerance(**{field: value})
