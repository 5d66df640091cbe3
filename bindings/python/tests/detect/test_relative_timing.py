"""Onset latency between channels and against markers. Truth: every pairing tried; order statistics; known lags."""

from __future__ import annotations

import copy
import itertools
import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import unguard
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from unguard import ConfigError
from unguard.onset_pairs import pairs, within
from unguard.relative_timing import _median

FS = 2000
NAMES = ["deltoid", "multifidus L"]
WINDOW = (-0.2, 0.3)
TIMES = st.lists(st.integers(0, 60), max_size=5, unique=True).map(lambda v: np.array(sorted(v), dtype=np.float64))
EDGES = st.tuples(st.integers(-20, 10), st.integers(1, 20)).map(lambda v: (float(v[0]), float(v[0] + v[1])))


def best_by_trying(reference: np.ndarray, partner: np.ndarray, window: tuple[float, float]) -> tuple[int, float]:
    """Return how many pairs there can be, and of so many the least sum of squares: every way is tried."""
    best = (0, 0.0)
    few, many = (reference, partner) if len(reference) <= len(partner) else (partner, reference)
    sign = 1 if few is reference else -1
    for chosen in itertools.permutations(range(len(many)), len(few)):
        late = [sign * (many[j] - few[i]) for i, j in enumerate(chosen)]
        kept = [d for d in late if window[0] <= d <= window[1]]
        best = min(best, (-len(kept), sum(d * d for d in kept)))
    return -best[0], best[1]


@settings(max_examples=300, deadline=None)
@given(TIMES, TIMES, EDGES)
def test_pairs_are_as_many_as_can_be_and_of_these_the_nearest(
    reference: np.ndarray, partner: np.ndarray, window: tuple[float, float]
) -> None:
    found = pairs(reference, partner, window)
    late = [partner[j] - reference[i] for i, j in found]
    assert (len(found), sum(d * d for d in late)) == best_by_trying(reference, partner, window)
    assert all(window[0] <= d <= window[1] for d in late)
    # One to one, and in the order of time.
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in itertools.pairwise(found))
    inside = [sum(window[0] <= p - r <= window[1] for p in partner) for r in reference]
    assert within(reference, partner, window).tolist() == inside


def test_of_two_that_are_as_near_the_earlier_is_taken() -> None:
    reference, partner = np.array([0.0, 1.0, 30.0, 47.0]), np.array([46.0, 48.0])
    assert pairs(reference, partner, (-2, 15)) == [(3, 0)]
    assert pairs(partner, reference, (-15, 2)) == [(0, 3)]


@settings(max_examples=200, deadline=None)
@given(TIMES, TIMES, EDGES, st.integers(-1000, 1000))
def test_shifting_both_changes_nothing_and_swapping_them_turns_the_sign(
    reference: np.ndarray, partner: np.ndarray, window: tuple[float, float], shift: int
) -> None:
    found = pairs(reference, partner, window)
    assert pairs(reference + shift, partner + shift, window) == found
    assert pairs(partner, reference, (-window[1], -window[0])) == [(j, i) for i, j in found]


@pytest.mark.parametrize(("n", "first"), [(6, 1), (8, 1), (9, 2), (10, 2), (12, 3), (20, 6), (25, 8)])
def test_the_interval_of_the_median_is_that_of_the_sign_test(n: int, first: int) -> None:
    # Truth: the k-th smallest and the k-th largest hold the median but for twice P(fewer than k of n coins are heads);
    # and SciPy's, which is younger than the SciPy that users need.
    values = np.random.default_rng(n).permutation(np.arange(1.0, n + 1)) ** 2
    median, low, high = _median(values, 0.95)
    assert (low, high) == (first**2, (n + 1 - first) ** 2) and median == np.median(values)
    reached = 1 - 2 * sum(math.comb(n, k) for k in range(first)) / 2**n
    narrower = 1 - 2 * sum(math.comb(n, k) for k in range(first + 1)) / 2**n
    assert narrower < 0.95 <= reached
    theirs = stats.quantile_test(values, q=0, p=0.5).confidence_interval(0.95)
    assert (low, high) == (theirs.low, theirs.high)
    assert _median(-values, 0.95) == (-median, -high, -low)


def test_too_few_have_no_interval() -> None:
    # Truth: five of one sign happen by chance in 1 of 16 cases.
    assert _median(np.arange(5.0), 0.95) == (2.0, -math.inf, math.inf)
    assert _median(np.arange(5.0), 0.9)[1:] == (0.0, 4.0)
    assert math.isnan(_median(np.array([]), 0.95)[0])


#: When the bursts of the record begin, s: the fourth repetition has none of multifidus, the last but one two of them.
DELTOID = (3.0, 5.0, 7.0, 9.0, 11.0)
MULTIFIDUS = (2.95, 5.04, 7.1, 10.9, 11.18, 13.0)


@pytest.fixture(scope="module")
def found() -> unguard.Events:
    rng = np.random.default_rng(7)
    x = rng.standard_normal((15 * FS, 2))
    for column, bursts in enumerate((DELTOID, MULTIFIDUS)):
        for at in bursts:
            first = round(at * FS)
            x[first : first + 160, column] += 40 * rng.standard_normal(160)
    reports = unguard.detect(unguard.SpasmDetector(learn=2, join=0.02, activity_join=0.02), x, fs=FS)
    return unguard.Events(reports, fs=FS, channels=NAMES)


def onsets(events: unguard.Events, channel: int) -> np.ndarray:
    return np.array([e.onset for e in events.closed if e.channel == channel])


def test_latencies_are_those_of_the_reports(found: unguard.Events) -> None:
    # Truth: the detector's own onsets, by hand.
    told = unguard.onset_latency(found, "multifidus L", "deltoid", window=WINDOW)
    d, m = onsets(found, 0), onsets(found, 1)
    assert (len(d), len(m)) == (5, 6)
    assert np.allclose(told.latency_ms, (m[:4] - d[[0, 1, 2, 4]]) / 2)
    assert np.allclose(told.reference_s, d[[0, 1, 2, 4]] / FS) and np.allclose(told.onset_s, m[:4] / FS)
    assert told.without_partner_s.tolist() == [d[3] / FS] and told.unmatched_s.tolist() == (m[4:] / FS).tolist()
    assert told.several == 1 and len(told) == 4 and told.median_ms == np.median(told.latency_ms)
    assert (told.low_ms, told.high_ms, told.sd_ms, told.left_out) == (-math.inf, math.inf, None, {})
    table = told.to_dataframe()
    assert list(table.columns) == ["channel", "reference", "reference_s", "onset_s", "latency_ms", "sd_ms"]
    assert table["latency_ms"].isna().tolist() == [False, False, False, True, False]
    assert isinstance(table, pd.DataFrame) and table["reference_s"].is_monotonic_increasing
    assert set(table["channel"]) == {"multifidus L"} and set(table["reference"]) == {"deltoid"}


def test_what_has_no_partner_is_said(found: unguard.Events) -> None:
    told = unguard.onset_latency(found, "multifidus L", "deltoid", window=WINDOW, onset_sd=0.003)
    lines = str(told).splitlines()
    assert lines[0].startswith("multifidus L after deltoid: median ") and lines[0].endswith("; 4 of 5 repetitions")
    assert "too few for an interval of 95 %" in lines[0] and lines[1].startswith("before it: 2 of 4, 50 [7, 93] %")
    assert lines[2] == "one latency by the detector alone: SD 4.2 ms"
    assert lines[3] == f"no onset from -200 to 300 ms of the reference at {onsets(found, 0)[3] / FS:.3f} s"
    assert lines[4].startswith("onsets that belong to no repetition at ") and lines[4].count(",") == 1
    assert lines[5] == "repetitions with more than one onset in the window, the nearest taken: 1"
    assert repr(told) == f"<{lines[0]}>"
    none = unguard.onset_latency(found, "multifidus L", [100], window=(-0.01, 0.01))
    assert "no latency; 0 of 1 repetitions" in str(none) and none.before == unguard.relative_timing.Share(
        0, 0, none.before.share, 0.0, 1.0
    )


def test_swapping_muscle_and_reference_turns_the_sign(found: unguard.Events) -> None:
    one = unguard.onset_latency(found, "multifidus L", "deltoid", window=WINDOW)
    other = unguard.onset_latency(found, "deltoid", "multifidus L", window=(-WINDOW[1], -WINDOW[0]))
    assert np.array_equal(other.latency_ms, -one.latency_ms) and other.median_ms == -one.median_ms
    assert np.array_equal(other.without_partner_s, one.unmatched_s)


def test_a_delay_counts_against_markers_and_not_between_channels(found: unguard.Events) -> None:
    late = unguard.Events(found.reports, fs=FS, channels=NAMES, delay=0.01)
    markers = [("stimulus", round(at * FS)) for at in DELTOID]
    between = [unguard.onset_latency(e, "multifidus L", "deltoid", window=WINDOW).latency_ms for e in (found, late)]
    assert np.allclose(*between)
    against = [unguard.onset_latency(e, "multifidus L", markers, window=WINDOW).latency_ms for e in (found, late)]
    assert np.allclose(against[0] - 10, against[1])
    told = unguard.onset_latency(found, "multifidus L", [at for _, at in markers], window=WINDOW, onset_sd=0.003)
    assert told.reference == "the movement" and np.array_equal(told.latency_ms, against[0])
    assert told.sd_ms == pytest.approx(3)
    assert unguard.onset_latency(found, "multifidus L", markers[::-1], window=WINDOW).reference == "stimulus"


def written(folder: Path) -> Path:
    """Write when deltoid goes on as moments and as stretches, in a BIDS table of the recording."""
    rows = [f"{at}\t0.5\t{trial}" for at in DELTOID for trial in ("cue", "lift")]
    file = folder / "sub-01_task-reach_events.tsv"
    file.write_text("onset\tduration\ttrial_type\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def test_a_delay_counts_once_wherever_it_is_given(found: unguard.Events, tmp_path: Path) -> None:
    # Truth: markers and onsets by hand. Given to the markers, to the events, or to both, 10 ms of delay are 10 ms.
    delay = 0.01
    told = {}
    for of_markers, of_events in itertools.product((0.0, delay), repeat=2):
        markers = unguard.markers_from_bids(written(tmp_path), fs=FS, kinds={"cue": "stimulus"}, delay=of_markers)
        events = unguard.Events(found.reports, fs=FS, channels=NAMES, delay=of_events)
        told[of_markers, of_events] = unguard.onset_latency(events, "multifidus L", markers, window=WINDOW)
    nowhere, *others = told.values()
    for one in others:
        assert np.allclose(one.latency_ms, nowhere.latency_ms - 1000 * delay)
        assert np.allclose(one.reference_s, nowhere.reference_s) and np.allclose(one.onset_s, nowhere.onset_s - delay)
    half = unguard.Events(found.reports, fs=FS, channels=NAMES, delay=delay / 2)
    with pytest.raises(
        ConfigError, match=r"reference is markers that are 10 ms late: expected as late as events.delay"
    ):
        unguard.onset_latency(half, "multifidus L", markers, window=WINDOW)
    mixed = [*markers[:2], *unguard.markers_from_bids(written(tmp_path), fs=FS, kinds={"cue": "stimulus"})[2:]]
    with pytest.raises(ConfigError, match="reference is markers that are 0 ms and 10 ms late: expected markers of one"):
        unguard.onset_latency(found, "multifidus L", mixed, window=WINDOW)
    for again in (pickle.loads(pickle.dumps(markers)), copy.deepcopy(markers), [m for m in markers if m[1] > 0]):
        assert again == markers and [m.delay for m in again] == [delay] * len(DELTOID), "and lists keep what they hold"


def test_what_bids_files_declare_is_taken_as_it_comes(found: unguard.Events, tmp_path: Path) -> None:
    kinds = {"cue": "stimulus", "lift": ("bending", "returning")}
    markers = unguard.markers_from_bids(written(tmp_path), fs=FS, kinds=kinds)
    assert {kind for kind, _ in markers} == {"stimulus", "bending", "returning"}
    samples = [round(at * FS) for at in DELTOID]
    truth = unguard.onset_latency(found, "multifidus L", samples, window=WINDOW)
    for kind in ("stimulus", "bending"):
        told = unguard.onset_latency(found, "multifidus L", markers, kind=kind, window=WINDOW)
        assert told.reference == kind and np.array_equal(told.latency_ms, truth.latency_ms)
    none = unguard.onset_latency(found, "multifidus L", [], kind="pain", window=WINDOW)
    assert none.reference == "pain" and len(none) == 0
    with pytest.raises(
        ConfigError, match=r"markers of the kinds 'bending', 'returning', 'stimulus': expected markers of"
    ):
        unguard.onset_latency(found, "multifidus L", markers, window=WINDOW)
    with pytest.raises(ConfigError, match="kind is 'pain': expected one of 'bending', 'returning', 'stimulus'"):
        unguard.onset_latency(found, "multifidus L", markers, kind="pain", window=WINDOW)
    for reference in ("deltoid", samples):
        with pytest.raises(ConfigError, match="kind is 'bending': expected None, for the reference is no markers"):
            unguard.onset_latency(found, "multifidus L", reference, kind="bending", window=WINDOW)
    with pytest.raises(
        ConfigError, match=r"reference is \(1, 2, 'bending'\): expected the name of another channel, mark"
    ):
        unguard.onset_latency(found, "multifidus L", [(1, 2, "bending")], window=WINDOW)  # type: ignore[list-item]


def test_an_onset_is_when_the_table_says_also_where_the_delay_is_longer_than_it_is_old(found: unguard.Events) -> None:
    # Truth: Events.to_dataframe(). A delay of 3.5 s, as none is, would put the first onset before the recording.
    late = unguard.Events(found.reports, fs=FS, channels=NAMES, delay=3.5)
    table = late.to_dataframe()
    told = unguard.onset_latency(late, "deltoid", [0], window=(0, 1))
    assert told.onset_s.tolist() == [0.0] and table["onset_s"].min() == 0.0
    own = table.loc[table["channel"] == "deltoid", "onset_s"].tolist()
    assert sorted([*told.onset_s, *told.unmatched_s]) == own
    assert [late.seconds(sample) for sample in (0, 7000, 9000)] == [0.0, 0.0, 1.0]


def test_shares_have_exact_intervals(found: unguard.Events) -> None:
    # Truth: Clopper & Pearson by the beta distribution.
    told = unguard.onset_latency(found, "multifidus L", "deltoid", window=WINDOW)
    assert (told.before.count, told.before.of) == (2, 4)
    assert told.before.low == pytest.approx(stats.beta.ppf(0.025, 2, 3))
    assert told.before.high == pytest.approx(stats.beta.ppf(0.975, 3, 2))
    # -100 and 100 ms by the record, and the detector's edges lie a few milliseconds off.
    assert told.share(-130, 60).count == 3 and told.share(-60, 60).count == 2 and told.share(500, 600).count == 0


def test_an_episode_is_no_onset_beside_its_bursts() -> None:
    # Truth: three bursts in declared rest are an episode, which begins with the first.
    rng = np.random.default_rng(8)
    x = rng.standard_normal(16 * FS)
    for at in (11.0, 12.5, 14.0):
        x[round(at * FS) : round((at + 0.5) * FS)] += 20 * rng.standard_normal(FS // 2)
    known = unguard.calibrate_activity(x[: 10 * FS], fs=FS, band="none")
    spec = unguard.EventDetector(all_rest=True, activity=unguard.ActivityDetector(calibration=known, shortest=0.02))
    events = unguard.Events(unguard.detect(spec, x, fs=FS), fs=FS)
    told = unguard.onset_latency(events, "channel 1", [round(11.0 * FS)], window=(-0.1, 0.1))
    assert len(told) == 1 and told.several == 0 and told.left_out == {"PHASIC EPISODE": 1}
    assert "no onsets of a muscle: 1 PHASIC EPISODE" in str(told)


def trials(lags_s: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a record of two muscles, 10 s of rest before it, and the true latency of each repetition, ms."""
    still = [unguard.simulate_onset(unguard.OnsetTrial(seed=seed + c, baseline=11)).data[: 10 * FS] for c in (0, 1)]
    pieces, true = [np.column_stack(still)], []
    for k, lag in enumerate(lags_s):
        made = [
            unguard.simulate_onset(
                unguard.OnsetTrial(seed=seed + 10 + 2 * k + c, baseline=1.2 + late, active=0.6, tail=0.8, snr_dB=15)
            )
            for c, late in ((0, 0.0), (1, float(lag)))
        ]
        samples = min(len(m.data) for m in made)
        pieces.append(np.column_stack([m.data[:samples] for m in made]))
        true.append((made[1].onset - made[0].onset) / FS * 1000)
    return np.vstack(pieces), np.array(true)


@pytest.mark.parametrize("lag", [-0.03, 0.04])
def test_a_known_lag_is_found(lag: float) -> None:
    # Truth: the generator's own onsets. Onsets at 15 dB have an SD of at most 5 ms (evidence detect, of 10 dB): the
    # median of 30 differences of two has 1.25 sqrt(2 / 30) 5 = 1.6 ms; the bar is 3.3 of it.
    lags = lag + 0.01 * np.random.default_rng(11).standard_normal(30)
    x, true = trials(lags, 4000)
    y = unguard.Chain(unguard.Bandpass(low=20, high=450, order=2))(x, fs=FS)
    known = unguard.calibrate_activity(y[FS : 10 * FS], fs=FS, band="20-450 Hz")
    reports = unguard.detect(unguard.ActivityDetector(calibration=known), y, fs=FS, channels=NAMES)
    events = unguard.Events(reports, fs=FS, channels=NAMES)
    told = unguard.onset_latency(events, "multifidus L", "deltoid", window=WINDOW)
    assert len(told) == 30 and not len(told.without_partner_s)
    assert abs(told.median_ms - np.median(true)) < 5.3
    assert told.low_ms <= 1000 * lag <= told.high_ms and told.high_ms - told.low_ms < 25
    assert (told.before.share > 0.9) == (lag < 0)


def test_hamstrings_and_vasti_go_on_before_the_foot_touches_the_ground(real_data: Path, record_property: Any) -> None:
    # Truth: walking. Hamstrings brake the swinging leg, and the quadriceps is on before it is loaded (Winter & Yack
    # 1987, Electroencephalogr. Clin. Neurophysiol. 67:402); when the foot touches is from another sensor.
    table = pd.read_csv(real_data / "musclesynergies/walk_emg.csv")
    cycles = pd.read_csv(real_data / "musclesynergies/walk_cycles.csv")
    names = list(table.columns[1:])
    fs = 1000.0
    x = unguard.Chain(unguard.Priming(), unguard.Bandpass())(table[names].to_numpy(), fs=fs)
    rest = unguard.calibrate_quietest(x, fs=fs, band="20-450 Hz", channels=names)
    reports = unguard.detect(unguard.SpasmDetector(rest=rest), x, fs=fs, channels=names)
    events = unguard.Events(reports, fs=fs, channels=names)
    touches = [round((t - table["time"][0]) * fs) for t in cycles["V1"]]
    told = {m: unguard.onset_latency(events, m, touches, window=(-0.4, 0.4)) for m in ("BF", "VM")}
    for muscle, one in told.items():
        record_property(f"{muscle}_median_ms", round(one.median_ms))
        assert len(one) == 6 and one.high_ms < 0 and one.before.count == 6, muscle
    between = unguard.onset_latency(events, "BF", "VM", window=(-0.3, 0.3))
    assert len(between) >= 6 and between.high_ms < 0


def test_the_picture_shows_every_repetition(found: unguard.Events) -> None:
    told = unguard.onset_latency(found, "multifidus L", "deltoid", window=WINDOW)
    axes = told.plot()
    drawn = [line for line in axes.get_lines() if line.get_marker() in ("o", "x")]
    assert [len(line.get_xdata()) for line in drawn] == [4, 1]
    assert axes.get_xlabel() == "multifidus L after deltoid [ms]" and axes.get_title(loc="left").startswith("median ")
    assert told.plot(axes) is axes


def test_refused_by_name(found: unguard.Events) -> None:
    refused: list[tuple[dict[str, Any], str]] = [
        ({"events": 5}, "events is 5: expected Events of a recording"),
        ({"channel": "psoas"}, "channel is 'psoas': expected one of deltoid, multifidus L"),
        ({"channel": 1}, "channel is 1: expected one of deltoid"),
        ({"reference": "multifidus L"}, "reference is 'multifidus L': expected another channel than 'multifidus L'"),
        ({"reference": "psoas"}, "reference is 'psoas': expected one of deltoid"),
        ({"reference": 5}, "reference is 5: expected the name of another channel, markers as"),
        (
            {"reference": [("stimulus", 1), ("pain", 2)]},
            "reference is markers of the kinds 'pain', 'stimulus': expecte",
        ),
        ({"reference": [("stimulus", 1), 2]}, "reference is markers and samples: expected"),
        ({"reference": [-1]}, "reference is sample -1: expected samples from 0 on"),
        ({"reference": [7, 7]}, "reference is sample 7 twice: expected"),
        ({"reference": ["a"]}, "reference is 'a': expected samples from 0 on"),
        ({"window": (0.3, -0.2)}, r"window is \(0.3, -0.2\) s: expected \(from, to\) in seconds after the reference"),
        ({"window": (0, 11)}, r"window is \(0, 11\) s: expected"),
        ({"window": (0, math.nan)}, r"window is \(0, nan\) s: expected"),
        ({"window": 0.3}, "window is 0.3: expected"),
        ({"level": 95}, "level is 95: expected above 0.5, below 1"),
        ({"onset_sd": -1}, "onset_sd is -1 s: expected seconds, 0 or more"),
    ]
    good: dict[str, Any] = {"events": found, "channel": "multifidus L", "reference": "deltoid", "window": WINDOW}
    for change, words in refused:
        with pytest.raises(ConfigError, match=words):
            unguard.onset_latency(**{**good, **change})
    told = unguard.onset_latency(**good)
    with pytest.raises(ConfigError, match="high_ms is -100 ms: expected above low_ms, 50 ms"):
        told.share(50, -100)
    with pytest.raises(ConfigError, match="channel is 'deltoid': expected a channel of the events, which have none"):
        unguard.onset_latency(unguard.Events([], fs=FS), "deltoid", [1], window=WINDOW)
