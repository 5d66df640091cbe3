"""What is counted of a record. Truth: cases by hand."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
from unguard import ConfigError
from unguard.benchmark import ScoredEvent, Tolerance, pooled, score
from unguard.benchmark.counts import Counts

FS = 1000.0
HOUR = 3_600_000
TRUE = [ScoredEvent(10_000, 11_000), ScoredEvent(20_000, 22_000)]


def test_edges_and_latency_are_found_minus_true_in_milliseconds() -> None:
    found = [ScoredEvent(10_020, 10_990, decided=10_050), ScoredEvent(19_990, 22_030, decided=20_010)]
    made = score(found, TRUE, fs=FS, samples=HOUR)
    assert (made.onset.bias, made.offset.bias) == (5, 10)
    assert made.onset.sd == pytest.approx(np.std([20, -10], ddof=1))
    assert made.onset.median == 15 and made.offset.median == 20
    assert made.latency(0, 0.5, 1) == (10, 30, 50)
    assert made.delay == 30


def test_delay_counts_an_event_that_was_missed_as_never_known() -> None:
    made = score(
        [ScoredEvent(10_020, 11_000, decided=10_050)], [*TRUE, ScoredEvent(30_000, 31_000)], fs=FS, samples=HOUR
    )
    assert made.delay == math.inf and made.latency(0.5) == (50,)
    assert math.isnan(score([], [], fs=FS, samples=HOUR).delay)


def test_a_decision_before_the_event_began_is_a_false_alarm_and_no_quick_one() -> None:
    # Truth: the vocabulary of quickest detection (Lorden 1971): an alarm before the change is a false one.
    hasty = [ScoredEvent(9_930, 11_000, decided=9_940), ScoredEvent(20_010, 22_000, decided=20_000)]
    made = score(hasty, TRUE, fs=FS, samples=HOUR)
    assert made.counts == Counts(2, 0, 0) and made.latency(0, 1) == (-60, 0), "what was found is found"
    assert [e.too_early for e in made.events] == [True, False] and made.too_early == 1
    assert made.delay == math.inf and (made.rest.count, made.fragments) == (1, 0)
    assert made.to_dict()["too_early"] == 1 and pooled([made, made]).too_early == 2
    moved = score(hasty, TRUE, fs=FS, samples=HOUR, moving=[(9_000, 12_000)])
    assert (moved.rest.count, moved.movement.count) == (0, 1)
    # What lies outside the stretch that is scored alarms there.
    assert score(hasty, TRUE, fs=FS, samples=HOUR, within=(9_935, HOUR)).alarms.count == 0


def test_times_are_held_against_nobody_beyond_what_they_are_good_for() -> None:
    hasty = [ScoredEvent(9_930, 11_000, decided=9_940), ScoredEvent(19_930, 22_000, decided=20_020)]
    for early, delay, alarms in ((0.06, 40, 0), (0.059, math.inf, 1), (math.inf, 40, 0)):
        made = score(hasty, TRUE, fs=FS, samples=HOUR, tolerance=Tolerance(early=early))
        assert (made.delay, made.alarms.count) == (delay, alarms), "the size of the delay, where it is below 0"


def test_an_open_during_another_true_event_is_no_alarm() -> None:
    # By hand: opened in the first, and most of it lies over the second.
    joined = ScoredEvent(10_900, 14_000, decided=10_950)
    made = score([joined], [TRUE[0], ScoredEvent(12_000, 14_000)], fs=FS, samples=HOUR)
    assert made.counts == Counts(1, 0, 1) and made.too_early == 1 and made.alarms.count == made.fragments == 0


def test_a_detector_of_whole_records_has_no_latency_and_the_size_of_its_onset_error_for_delay() -> None:
    made = score([ScoredEvent(9980, 11_000), ScoredEvent(20_040, 22_000)], TRUE, fs=FS, samples=HOUR)
    assert math.isnan(made.latency(0.5)[0]) and made.delay == 30


def test_an_open_that_is_cancelled_within_150_ms_is_no_alarm_and_counted_beside() -> None:
    soon = ScoredEvent(50_000, 50_100, decided=50_050, cancelled=50_200)
    late = ScoredEvent(60_000, 60_100, decided=60_050, cancelled=60_201)
    made = score([soon, late], TRUE, fs=FS, samples=HOUR)
    assert (made.alarms.count, made.cancelled, made.counts.false) == (1, 1, 1)
    assert made.cancelled_per_minute == pytest.approx(1 / 60)
    inside = ScoredEvent(10_000, 11_000, decided=10_020, cancelled=10_050)
    assert score([inside], TRUE, fs=FS, samples=HOUR).counts.misses == 2, "what was taken back is not found"


@pytest.mark.parametrize(("cancelled", "late"), [(1000, 1), (160, 0), (161, 1)])
def test_an_alarm_that_is_cut_and_taken_back_counts_once_by_all_of_it(cancelled: int, late: int) -> None:
    # By hand: opened at 10 and cut into 0 to 100 and 900 to 2000; after 160 the cancel comes more than 150 ms later.
    cut = ScoredEvent(0, 2000, decided=10, cancelled=cancelled)
    made = score([cut], [], fs=FS, samples=3000, unscored=[(100, 900)])
    assert made.counts == Counts(0, late, 0) and (made.alarms.count, made.cancelled) == (late, 1 - late)
    assert made.kinds == ({"ACTIVITY": Counts(0, 1, 0)} if late else {})
    # Its first piece that is scored says when it came: of a part that begins behind that, it is none.
    behind = score([cut], [], fs=FS, samples=3000, unscored=[(100, 900)], within=(500, 3000))
    assert behind.counts == Counts() and behind.cancelled == 0
    unseen = score([ScoredEvent(0, 2000, decided=150, cancelled=1000)], [], fs=FS, samples=3000, unscored=[(0, 900)])
    assert (unseen.counts.false, unseen.cancelled) == (1, 0)


def test_an_alarm_is_of_rest_or_movement_by_when_it_was_raised() -> None:
    # By hand: the movement begins at 900 s. Onsets are refined afterwards, to before the alarm or into the movement.
    still, moved = ScoredEvent(900_010, 900_500, decided=899_990), ScoredEvent(899_990, 900_500, decided=900_010)
    whole_record = ScoredEvent(899_990, 900_500)
    for found, rates in ((still, (1, 0)), (moved, (0, 1)), (whole_record, (1, 0))):
        made = score([found], [], fs=FS, samples=HOUR, moving=[(900_000, 1_800_000)])
        assert (made.rest.count, made.movement.count) == rates


def test_rest_and_movement_have_alarms_and_hours_of_their_own() -> None:
    found = [ScoredEvent(100_000, 100_100), ScoredEvent(1_000_000, 1_000_500), ScoredEvent(1_100_000, 1_100_500)]
    made = score(found, TRUE, fs=FS, samples=HOUR, moving=[(900_000, 1_800_000)])
    assert (made.rest.count, made.movement.count) == (1, 2)
    assert made.movement.hours == 0.25
    assert made.rest.hours == pytest.approx(0.75 - 3000 / HOUR)


def test_a_piece_of_a_true_event_is_false_and_no_alarm() -> None:
    made = score([ScoredEvent(20_000, 21_200), ScoredEvent(21_300, 22_000)], TRUE, fs=FS, samples=HOUR)
    assert (made.counts.hits, made.counts.false, made.fragments, made.alarms.count) == (1, 1, 1, 0)


def test_events_are_cut_where_nothing_is_scored() -> None:
    gaps = [(11_000, 20_000), (22_000, 30_000)]
    one = [ScoredEvent(9900, 30_100, decided=9950)]
    made = score(one, TRUE, fs=FS, samples=40_000, unscored=gaps)
    assert (made.counts.hits, made.counts.false, made.counts.misses) == (2, 1, 0)
    assert made.latency(0, 1) == (-50, 0)
    assert (made.samples.hits, made.samples.false, made.samples.misses) == (3000, 200, 0)
    assert made.hours == 23_000 / HOUR
    assert score([ScoredEvent(12_000, 13_000)], TRUE, fs=FS, samples=40_000, unscored=gaps).counts.false == 0


def test_parts_add_up_to_the_whole() -> None:
    rng = np.random.default_rng(3)
    onsets = np.arange(1000, 90_000, 3000)
    true = [ScoredEvent(int(a), int(a) + 800) for a in onsets]
    found = [
        ScoredEvent(int(a + d), int(a) + 800) for a, d in zip(onsets, rng.integers(-90, 400, len(onsets)), strict=True)
    ]
    found += [ScoredEvent(41_900, 41_950)]
    x = rng.normal(size=100_000)
    whole = score(found, true, fs=FS, samples=100_000, x=x, rest=(0, 900))
    parts = [
        score(found, true, fs=FS, samples=100_000, x=x, rest=(0, 900), within=w)
        for w in ((0, 36_500), (36_500, 100_000))
    ]
    assert pooled(parts).to_dict() == pytest.approx(whole.to_dict(), nan_ok=True)


def test_kinds_are_matched_among_their_own() -> None:
    true = [ScoredEvent(1000, 1100, "SPIKE"), ScoredEvent(5000, 6000, "PHASIC BURST")]
    found = [ScoredEvent(1000, 1100, "PHASIC BURST"), ScoredEvent(5000, 6000, "PHASIC BURST")]
    made = score(found, true, fs=FS, samples=10_000)
    assert made.f1 == 1
    assert {k: c.f1 for k, c in made.kinds.items()} == {"SPIKE": 0, "PHASIC BURST": pytest.approx(2 / 3)}


def test_an_open_that_is_taken_back_late_is_a_false_one_of_its_kind() -> None:
    # By hand: both ACTIVITY were found, one more was taken back after 151 ms, and a kind that is not true was, too.
    late = ScoredEvent(60_000, 60_100, decided=60_050, cancelled=60_201)
    other = ScoredEvent(70_000, 70_100, "SPIKE", decided=70_050, cancelled=70_201)
    soon = ScoredEvent(80_000, 80_100, "TONIC", decided=80_050, cancelled=80_200)
    made = score([*TRUE, late, other, soon], TRUE, fs=FS, samples=HOUR)
    assert made.kinds == {"ACTIVITY": Counts(2, 1, 0), "SPIKE": Counts(0, 1, 0)}
    assert sum(made.kinds.values(), Counts()) == made.counts
    early = score([*TRUE, late, other], TRUE, fs=FS, samples=HOUR, within=(0, 65_000))
    assert early.kinds == {"ACTIVITY": Counts(2, 1, 0)}, "what opens outside is left out"


def test_signal_to_noise_is_measured_over_rest() -> None:
    x = np.random.default_rng(1).normal(size=30_000)
    x[10_000:11_000] *= math.sqrt(11)
    made = score([], TRUE[:1], fs=FS, samples=30_000, x=x, rest=(0, 9000))
    assert made.events[0].snr_dB == pytest.approx(10, abs=0.5)


def test_agreement_of_duration_and_rms() -> None:
    rng = np.random.default_rng(2)
    true = [ScoredEvent(2000 * i, 2000 * i + 200 + 50 * i) for i in range(1, 20)]
    x = rng.normal(size=60_000)
    for i, e in enumerate(true):
        x[e.onset : e.offset] *= 5 + i
    near = [ScoredEvent(e.onset - 5, e.offset + 5) for e in true]
    made = score(near, true, fs=FS, samples=60_000, x=x)
    assert 0.99 < made.duration_icc < 1 and 0.99 < made.rms_icc < 1
    assert math.isnan(score(near, true, fs=FS, samples=60_000).rms_icc)


def test_pairs_and_foreign_events_are_taken() -> None:
    foreign = SimpleNamespace(onset=np.int64(20_000), offset=22_000.0, kind="TONIC", decided=20_050)
    made = score([(10_000, 11_000), foreign], TRUE, fs=FS, samples=HOUR)
    assert made.f1 == 1 and made.latency(0.5) == (50,)


def test_a_table_has_a_row_for_every_figure() -> None:
    frame = score(TRUE, TRUE, fs=FS, samples=HOUR).to_dataframe()
    assert list(frame.columns) == ["quantity", "value"] and frame["quantity"].is_unique
    assert {"f1", "delay_ms", "rest_alarms_upper", "rms_icc", "f1 ACTIVITY"} <= set(frame["quantity"])


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("fs", {"fs": 0}),
        ("fs", {"fs": "fast"}),
        ("found", {"found": None}),
        ("found", {"found": 5}),
        ("true", {"true": "events"}),
        ("true", {"true": {3: 4}}),
        ("samples", {"samples": 10.5}),
        ("samples", {"samples": "a"}),
        ("samples", {"samples": None}),
        ("samples", {"samples": True}),
        ("samples", {"samples": -1}),
        ("samples", {"samples": math.nan}),
        ("tolerance", {"tolerance": 3}),
        ("within", {"within": (5, HOUR + 1)}),
        ("within", {"within": "ab"}),
        ("within", {"within": ()}),
        ("within", {"within": (5, 3)}),
        ("within", {"within": (0, 10.5)}),
        ("within", {"within": [[1], [2, 3]]}),
        ("within", {"within": 7}),
        ("unscored", {"unscored": [(9, 3)]}),
        ("unscored", {"unscored": [(-50, 30)]}),
        ("unscored", {"unscored": [(0, HOUR + 1)]}),
        ("unscored", {"unscored": (5, 9)}),
        ("unscored", {"unscored": 5}),
        ("moving", {"moving": [("a", "b")]}),
        ("moving", {"moving": [(-1, 5)]}),
        ("moving", {"moving": None}),
        ("rest", {"rest": (5000, HOUR + 1)}),
        ("rest", {"rest": "ab"}),
        ("x", {"x": np.zeros(4)}),
        ("x", {"x": [1.0, 2.0]}),
        ("x", {"x": [[1.0], [2.0, 3.0]]}),
        ("x", {"x": "loud"}),
        ("x", {"x": np.zeros(HOUR, dtype=complex)}),
        ("x", {"x": np.ma.masked_array(np.zeros(HOUR), mask=False)}),
    ],
)
def test_what_cannot_be_scored_is_refused_by_name(name: str, options: dict[str, object]) -> None:
    # Truth: the documented arguments.
    with pytest.raises(ConfigError, match=rf"^{name} is .*: expected") as refusal:
        score(**{"found": TRUE, "true": TRUE, "fs": FS, "samples": HOUR, **options})
    assert refusal.value.parameter == name


def test_a_record_may_come_as_a_list_or_as_whole_numbers() -> None:
    # Truth: the RMS of 300 is 300, also where its square does not fit into 16 bits.
    loud = np.full(100, 300, dtype=np.int16)
    for x in (loud, loud.tolist(), loud.astype(np.float32)):
        made = score([(10, 50)], [(10, 50)], fs=FS, samples=100, x=x, rest=[0, 10])
        assert made.events[0].true_uV == pytest.approx(300)
    assert score([], [], fs=FS, samples=0).counts == Counts(), "a record without samples has no events"


@pytest.mark.parametrize(
    "bad", [[5], [(1, 2, 3)], [(1.5, 2)], [(3, 1)], [("a", 3)], [(False, 3)], [(0, 10**30)], [None]]
)
def test_what_is_no_event_is_refused(bad: list[object]) -> None:
    with pytest.raises(ConfigError, match="expected"):
        score(bad, TRUE, fs=FS, samples=HOUR)


def test_a_kind_is_text() -> None:
    with pytest.raises(ConfigError, match="kind is 3: expected what the event is called, as text"):
        score([SimpleNamespace(onset=1, offset=2, kind=3)], TRUE, fs=FS, samples=HOUR)
