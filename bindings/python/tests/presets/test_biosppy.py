"""BioSPPy's conventions. Truth: BioSPPy itself, run here on the same samples; its edges exactly."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from peer_signals import bursts, off
from unguard import ConfigError
from unguard.presets import biosppy

Record = tuple[np.ndarray, float]

REST = "more than rest"
#: Ours, theirs, and the settings of both: several of each, the usual ones first.
DETECTORS: list[tuple[str, str, dict[str, Any]]] = [
    ("hodges_bui", "hodges_bui_onset_detector", {"rest": REST, "size": 50, "threshold": 3.0}),
    ("hodges_bui", "hodges_bui_onset_detector", {"rest": REST, "size": 7, "threshold": 1.0}),
    (
        "bonato",
        "bonato_onset_detector",
        {"rest": REST, "threshold": 10.0, "active_state_duration": 15, "samples_above_fail": 2, "fail_size": 3},
    ),
    (
        "bonato",
        "bonato_onset_detector",
        {"rest": REST, "threshold": 4.0, "active_state_duration": 3, "samples_above_fail": 5, "fail_size": 10},
    ),
    (
        "lidierth",
        "lidierth_onset_detector",
        {"rest": REST, "size": 20, "threshold": 3.0, "active_state_duration": 30, "fail_size": 10},
    ),
    (
        "lidierth",
        "lidierth_onset_detector",
        {"rest": REST, "size": 5, "threshold": 1.0, "active_state_duration": 4, "fail_size": 0},
    ),
    (
        "abbink",
        "abbink_onset_detector",
        {"rest": REST, "size": 20, "alarm_size": 100, "threshold": 3.0, "transition_threshold": 3.0},
    ),
    (
        "abbink",
        "abbink_onset_detector",
        {"rest": REST, "size": 40, "alarm_size": 15, "threshold": 2.0, "transition_threshold": 1.0},
    ),
    ("solnik", "solnik_onset_detector", {"rest": REST, "threshold": 8.0, "active_state_duration": 20}),
    ("solnik", "solnik_onset_detector", {"rest": REST, "threshold": 60.0, "active_state_duration": 2}),
    ("silva", "silva_onset_detector", {"size": 20, "threshold_size": 22, "threshold": 12.0}),
    ("silva", "silva_onset_detector", {"size": 50, "threshold_size": 400, "threshold": 5.0}),
    ("londral", "londral_onset_detector", {"rest": REST, "size": 20, "threshold": 30.0, "active_state_duration": 20}),
    ("londral", "londral_onset_detector", {"rest": REST, "size": 60, "threshold": 5.0, "active_state_duration": 50}),
]


def theirs(biosppy_emg: Any, name: str, x: np.ndarray, fs: float, more: dict[str, Any]) -> tuple[Any, Any]:
    """Edges, and what was compared with the threshold."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        edges, tested = getattr(biosppy_emg, name)(signal=x, sampling_rate=fs, **more)
    return np.asarray(edges), np.asarray(tested)


@pytest.mark.parametrize("case", DETECTORS, ids=lambda c: f"{c[0]}-{c[2].get('threshold')}")
def test_detectors_are_theirs(biosppy_emg: Any, clean: Record, case: tuple[str, str, dict[str, Any]]) -> None:
    x, fs = clean
    ours, name, more = case
    still = x[: round(1 * fs)]
    if ours in ("abbink", "londral"):  # theirs take a second a second, or grow with the square of the samples
        x = x[round(2 * fs) : round(5 * fs)]
    more = {key: still if value is REST else value for key, value in more.items()}
    found = getattr(biosppy, ours)(x, fs=fs, **more)
    edges, tested = theirs(biosppy_emg, name, x, fs, more)
    np.testing.assert_array_equal(found.samples, edges)
    # Powers of single numbers there and of arrays here differ in the last digit; differences of squares magnify it.
    assert off(found.processed, tested) <= 1e-12


@pytest.mark.parametrize("fs", [4000, 10_000, 20_000])
def test_a_filter_that_blew_up_is_theirs(biosppy_emg: Any, fs: float) -> None:
    x = bursts(1000, 11)
    more = {"rest": x[:1000], "size": 20, "alarm_size": 100, "threshold": 3.0, "transition_threshold": 3.0}
    found = biosppy.abbink(x[:4000], fs=fs, **more)
    edges, tested = theirs(biosppy_emg, "abbink_onset_detector", x[:4000], fs, more)
    np.testing.assert_array_equal(found.samples, edges)
    np.testing.assert_array_equal(found.processed, tested)


@pytest.mark.parametrize("threshold", [None, 5.0, 25.0])
def test_find_onsets_is_theirs_to_the_bit(biosppy_emg: Any, clean: Record, threshold: float | None) -> None:
    x, fs = clean
    for size in (0.05, 0.013, 0.2):
        found = biosppy.find_onsets(x, fs=fs, size=size, threshold=threshold)
        (edges,) = biosppy_emg.find_onsets(signal=x, sampling_rate=fs, size=size, threshold=threshold)
        np.testing.assert_array_equal(found.samples, edges)
        smooth, _ = biosppy_emg.st.smoother(signal=np.abs(x), kernel="boxzen", size=int(fs * size), mirror=True)
        np.testing.assert_array_equal(found.processed, smooth)


def test_emg_is_theirs(biosppy_emg: Any, emg: Record) -> None:
    x, fs = emg
    found = biosppy.emg(x, fs=fs)
    _, filtered, onsets = biosppy_emg.emg(signal=x, sampling_rate=fs, show=False)
    # SciPy's start of filtfilt depends on the machine in its last digits.
    assert off(found.filtered, filtered) <= 1e-12
    np.testing.assert_array_equal(found.onsets.samples, onsets)
    assert len(found.onsets)
    assert repr(found) == f"<{len(x)} samples, {found.onsets!r}>"


@pytest.mark.parametrize("samples", [2, 3, 10, 40, 60, 120])
def test_records_shorter_than_the_window_are_smoothed_as_there(biosppy_emg: Any, samples: int) -> None:
    x = bursts(1000)[2980 : 2980 + samples]
    found = biosppy.find_onsets(x, fs=1000)
    np.testing.assert_array_equal(found.samples, biosppy_emg.find_onsets(signal=x, sampling_rate=1000.0)["onsets"])


@settings(max_examples=100, deadline=None)
@given(arrays(np.float64, st.integers(2, 40), elements=st.integers(-9, 9).map(float)), st.integers(1, 9))
def test_thresholds_of_few_samples_are_theirs(biosppy_emg: Any, x: np.ndarray, size: int) -> None:
    found = biosppy.find_onsets(x, fs=1000, size=size / 1000)
    theirs = biosppy_emg.find_onsets(signal=x, sampling_rate=1000.0, size=size / 1000)["onsets"]
    np.testing.assert_array_equal(found.samples, theirs)


def test_the_spread_divides_by_one_less(biosppy_emg: Any) -> None:
    # A spike among six samples is 20 there: under the threshold, as it would not be with the other spread.
    x = np.array([1.0, 1, 1, 20, 1, 1])
    assert 1.2 * x.mean() + 2 * x.std() < 20 < 1.2 * x.mean() + 2 * x.std(ddof=1)
    assert len(biosppy.find_onsets(x, fs=1000, size=0.001)) == 0
    assert len(biosppy_emg.find_onsets(signal=x, sampling_rate=1000.0, size=0.001)["onsets"]) == 0


#: Long and short runs of pairs: what interrupts must be about as long as what may, for the rules to differ.
RUNS = st.lists(st.tuples(st.one_of(st.integers(1, 3), st.integers(1, 12)), st.booleans()), min_size=3, max_size=40)


@settings(max_examples=120, deadline=None)
@given(RUNS, st.integers(1, 14), st.integers(0, 4), st.integers(1, 4))
def test_rules_of_states_are_theirs(
    biosppy_emg: Any, runs: list[tuple[int, bool]], duration: int, fails: int, again: int
) -> None:
    # Energies of pairs are 18 or 0.02.
    x = np.concatenate([np.tile([3.0, -3.0] if on else [0.1, -0.1], length) for length, on in runs])
    more: dict[str, Any] = {"rest": {"mean": 0.0, "std_dev": 1.0, "var": 1.0}, "threshold": 1.0}
    more["active_state_duration"] = duration
    bonato = {**more, "samples_above_fail": again, "fail_size": fails}
    edges, _ = theirs(biosppy_emg, "bonato_onset_detector", x, 1000, bonato)
    np.testing.assert_array_equal(biosppy.bonato(x, fs=1000, **bonato).samples, edges)
    lidierth = {**more, "size": 2, "fail_size": fails}
    edges, _ = theirs(biosppy_emg, "lidierth_onset_detector", x, 1000, lidierth)
    np.testing.assert_array_equal(biosppy.lidierth(x, fs=1000, **lidierth).samples, edges)
    edges, _ = theirs(biosppy_emg, "solnik_onset_detector", x, 1000, more)
    np.testing.assert_array_equal(biosppy.solnik(x, fs=1000, **more).samples, edges)


@pytest.mark.parametrize("again", [1, 2, 3])
def test_drop_outs_are_forgotten_after_as_many_pairs_as_theirs(biosppy_emg: Any, again: int) -> None:
    # Two drop-outs of two pairs each, `between` pairs apart; three are allowed at once.
    for between in range(1, 6):
        pairs = [0] * 9 + [1] * 6 + [0] * 2 + [1] * between + [0] * 2 + [1] * 9 + [0] * 30
        x = np.concatenate([np.array([3.0, -3.0]) if on else np.array([0.1, -0.1]) for on in pairs])
        more = {"rest": {"var": 1.0}, "threshold": 1.0, "active_state_duration": 12}
        more |= {"samples_above_fail": again, "fail_size": 3}
        edges, _ = theirs(biosppy_emg, "bonato_onset_detector", x, 1000, more)
        np.testing.assert_array_equal(biosppy.bonato(x, fs=1000, **more).samples, edges)


@pytest.mark.parametrize("seed", range(12))
def test_indices_of_transition_are_theirs(biosppy_emg: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(500) * np.repeat(rng.uniform(0.5, 2, 50), 10)
    for around in (1, 2, 3, 7):
        more = {"rest": {"mean": 0.0, "std_dev": 1.0}, "size": 3, "alarm_size": around}
        more |= {"threshold": rng.uniform(0.6, 1.2), "transition_threshold": rng.uniform(0.6, 1.2)}
        edges, _ = theirs(biosppy_emg, "abbink_onset_detector", x, 100, more)
        np.testing.assert_array_equal(biosppy.abbink(x, fs=100, **more).samples, edges)


def test_rest_is_given_in_three_ways(biosppy_emg: Any) -> None:
    x = bursts(1000)
    z = x[:2000] - x[:2000].mean()
    told = {"mean": z.mean(), "std_dev": z.std(ddof=1)}
    for rest in (x[:2000], [0, 2000], told):
        found = biosppy.hodges_bui(x, fs=1000, rest=rest, size=50, threshold=3)
        edges, tested = theirs(
            biosppy_emg, "hodges_bui_onset_detector", x, 1000, {"rest": rest, "size": 50, "threshold": 3}
        )
        np.testing.assert_array_equal(found.samples, edges)
        np.testing.assert_array_equal(found.processed, tested)
    table = found.to_dataframe()
    assert list(table) == ["sample", "time_s"] and (table["time_s"] == table["sample"] / 1000).all()
    assert repr(found) == f"<{len(found)} edges at 1000 Hz, as BioSPPy has them>"


def refused(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ConfigError, match="^" + message):
        call()


def test_what_cannot_be_is_refused_in_a_sentence() -> None:
    x = bursts(1000)
    known: dict[str, Any] = {"fs": 1000, "size": 50, "threshold": 3}
    refused(lambda: biosppy.emg(x, fs=150), "fs is 150 Hz: expected above 200 Hz")
    refused(lambda: biosppy.find_onsets(x[:1], fs=1000), "x is 1 sample: expected at least 2")
    refused(lambda: biosppy.find_onsets(x, fs=1000, size=0), "size is 0: expected a duration above 0 s")
    refused(lambda: biosppy.hodges_bui(x, rest=[0, 99999], **known), r"rest is \(0, 99999\): expected \(from, to\) of ")
    refused(lambda: biosppy.hodges_bui(x, rest=[5], **known), "rest is 1 sample: expected more than 2 samples")
    refused(lambda: biosppy.hodges_bui(x, rest={"mean": 0}, **known), "rest is a mapping without 'std_dev': expected ")
    refused(lambda: biosppy.hodges_bui(x, rest=np.ones(9), **known), "rest is of std_dev 0: expected one that varies")
    refused(
        lambda: biosppy.hodges_bui(x, rest=x[:99], **{**known, "size": len(x) + 1}),
        "size is 12001: expected a whole number of samples, at least 1 and at most 12000",
    )
    refused(
        lambda: biosppy.silva(x, fs=1000, size=20, threshold_size=20, threshold=1),
        "threshold_size is 20: expected a whole number of samples, at least 21",
    )
    refused(
        lambda: biosppy.solnik(x, fs=1000, rest=x[:99], threshold=3, active_state_duration=0),
        "active_state_duration is 0: expected a whole number of samples, at least 1",
    )
