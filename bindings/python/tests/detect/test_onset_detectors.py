"""Onset detectors and what they are calibrated with, in Python: law 6 has their bits. Truth: SciPy, closed forms."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import unguard
from scipy import signal
from unguard import ConfigError

FS = 2000
BAND = "none"
NAMES = ["longissimus L", "longissimus R"]
ON, OFF = 30_000, 34_000
NOT_COUNTED = {"sizes": [], "most_a_sample": 6.0, "tracking": 0.025, "memory": 4.0, "cap": 2.0, "look": 0.025}


def at_rest(samples: int = 20_000, seed: int = 3) -> np.ndarray:
    """Noise of 2 and 4 uV that an autoregressive model of order 2 makes."""
    white = np.random.default_rng(seed).standard_normal((samples + 1000, 2))
    x = signal.lfilter([1], [1, -0.9, 0.5], white, axis=0)[1000:]
    # The power of that process, in closed form.
    return x / np.sqrt(1.5 / (0.5 * (1.5**2 - 0.9**2))) * (2, 4)


def with_a_burst() -> np.ndarray:
    x = at_rest(50_000, seed=4)
    x[ON:OFF] += 40 * np.random.default_rng(5).standard_normal((OFF - ON, 2))
    return x


def baseline() -> unguard.OnsetBaseline:
    return unguard.calibrate_baseline(unguard.HodgesBui(), at_rest(), fs=FS, channels=NAMES)


def noise() -> unguard.NoiseModel:
    return unguard.calibrate_noise(at_rest(), fs=FS, band=BAND, spec=unguard.NoiseCalibrator(order=2))


@pytest.fixture(scope="module")
def activity() -> unguard.ActivityCalibration:
    return unguard.calibrate_activity(at_rest(), with_a_burst()[ON:OFF], fs=FS, channels=NAMES, band=BAND)


def specs(activity: unguard.ActivityCalibration) -> list[Any]:
    return [
        unguard.SpasmDetector(learn=2.0),
        unguard.HodgesBui(baseline=baseline(), on_marks=unguard.OnMarks(bridge=0.02)),
        unguard.ActivityDetector(calibration=activity),
    ]


def test_what_is_expected_changes_the_odds_of_confidence_and_nothing_else(
    activity: unguard.ActivityCalibration,
) -> None:
    # Truth: Bayes' rule; ten times as many expected are ten times the odds. Without any, 0 says that nobody knows.
    def said(expected: float) -> list[unguard.Event]:
        spec = unguard.ActivityDetector(calibration=activity, false_alarms=600, expected=expected)
        return unguard.detect(spec, with_a_burst(), fs=FS, channels=NAMES)

    few, many = said(6), said(60)
    assert len(few) == len(many) > 4
    for one, other in zip(few, many, strict=True):
        assert (one.id, one.report, one.onset, one.offset) == (other.id, other.report, other.onset, other.offset)
        if one.report == "CANCEL":
            assert one.confidence == other.confidence == 0
            continue
        assert 0 < one.confidence <= other.confidence <= 1
        if other.confidence < 0.999:
            odds = [e.confidence / (1 - e.confidence) for e in (one, other)]
            assert odds[1] / odds[0] == pytest.approx(10, rel=1e-6)
    assert any(e.confidence < 0.999 for e in many)
    with pytest.raises(ConfigError, match=r"expected is 0: expected .*\(ActivityDetector.expected\)"):
        unguard.ActivityDetector(expected=0)
    hodges = unguard.detect(unguard.HodgesBui(baseline=baseline()), with_a_burst(), fs=FS, channels=NAMES)
    assert {e.confidence for e in hodges} == {0.0}


def test_every_detector_is_one_live_detector(activity: unguard.ActivityCalibration) -> None:
    # Truth: law 1; a stream in blocks, saved, copied and carried on gives the reports of the whole record.
    x = with_a_burst()
    marks = np.zeros(x.shape, np.uint32)
    marks[ON + 1000 : ON + 1300, 1] = unguard.MARKS["missing"]
    for spec in specs(activity):
        whole = unguard.detect(spec, x, fs=FS, channels=NAMES, markers=[("rest begins", 100)], marks=marks)
        live = spec.start(fs=FS, channels=NAMES)
        assert type(live) is unguard.LiveDetector and type(spec).__name__ in repr(live)
        assert (live.fs, live.channels, live.position) == (FS, NAMES, 0) and live.latency() >= 0
        live.declare("rest begins", at=100)
        reports = live.process(x[:31_000], marks=marks[:31_000])
        other = spec.start(fs=FS, channels=NAMES)
        other.load(live.save())
        for on in (live, other, copy.copy(live), copy.deepcopy(other)):
            assert on.position == 31_000
            assert reports + on.process(x[31_000:], marks=marks[31_000:]) + on.finish() == whole
        assert live.finish() == []
        live.reset()
        assert live.position == 0
        assert {e.channel for e in whole if e.report == "OPEN" and abs(e.onset - ON) < 100} == {0, 1}
        assert any(e.reasons for e in whole) and {e.context for e in whole} <= {"rest", "none"}
        with pytest.raises(ConfigError, match="state is 3 bytes: expected the state of the same detector"):
            live.load(b"abc")


def test_a_detector_is_changed_while_it_runs(activity: unguard.ActivityCalibration) -> None:
    # Truth: the same spec changes nothing; another one is what runs from then on, and counts its events on.
    x = with_a_burst()
    for spec in specs(activity):
        live = spec.start(fs=FS, channels=NAMES)
        reports = live.process(x[:31_000])
        live.change(spec)
        assert reports + live.process(x[31_000:]) + live.finish() == unguard.detect(spec, x, fs=FS, channels=NAMES)
    eager = unguard.ActivityDetector(calibration=activity, false_alarms=3600)
    live = unguard.ActivityDetector(calibration=activity).start(fs=FS, channels=NAMES)
    before = live.process(x)
    live.change(eager)
    assert "false_alarms = 3600" in repr(live) and live.position == len(x)
    again = [e.id for e in live.process(x) if e.report == "OPEN"]
    assert min(again) == max(e.id for e in before) + 1
    for other in (unguard.SpasmDetector(), unguard.RPeaks(), unguard.EventDetector().calibrated(activity)):
        with pytest.raises(ConfigError, match="expected another spec of the class that runs, ActivityDetector"):
            live.change(other)
    with pytest.raises(ConfigError, match="calibration is empty"):
        live.change(unguard.ActivityDetector())
    with pytest.raises(ConfigError, match="spec is 3: expected a SpasmDetector"):
        live.change(3)  # type: ignore[arg-type]
    assert "false_alarms = 3600" in repr(live) and live.process(x[:100]) == []


def test_more_markers_than_can_wait_are_declared_on_the_way() -> None:
    # Truth: a detector that is told of each just before.
    x = with_a_burst()
    markers = [("rest begins" if i % 2 else "rest ends", 100 * i + 7) for i in range(400)]
    spec = unguard.SpasmDetector(learn=2.0)
    live = spec.start(fs=FS, channels=2)
    reports = []
    for kind, at in markers:
        reports += live.process(x[live.position : at])
        live.declare(kind, at=at)
    reports += live.process(x[live.position :]) + live.finish()
    assert unguard.detect(spec, x, fs=FS, markers=markers[::-1]) == reports and len(reports) >= 4
    with pytest.raises(ConfigError, match="marker is one more than can wait"):
        unguard.detect(spec, x, fs=FS, markers=[("pain", 9)] * 257)


def test_a_baseline_is_mean_and_sd_of_the_statistic() -> None:
    # Truth: SciPy's low-pass of the rectified noise, from where the detector begins to count.
    sos = signal.butter(2, 50, fs=FS, output="sos")
    smooth = signal.sosfilt(sos, np.abs(at_rest()), axis=0)[round(0.025 * FS) + FS // 50 :]
    plain = baseline().to_dict()
    assert np.allclose([c["value"] for c in plain["mean"]["per_channel"]], smooth.mean(axis=0), rtol=1e-12)
    assert np.allclose([c["value"] for c in plain["spread"]["per_channel"]], smooth.std(axis=0, ddof=1), rtol=1e-9)
    assert baseline().statistic == "rectified EMG, low-pass 50 Hz, sample by sample"
    table = baseline().to_dataframe()
    assert table["quantity"].str.split(" of ").str[0].tolist() == ["mean", "mean", "SD", "SD"]
    marks = np.zeros((20_000, 2), np.uint32)
    marks[:10_000] = 1
    half = unguard.calibrate_baseline(unguard.HodgesBui(), at_rest(), fs=FS, marks=marks)
    assert half == unguard.calibrate_baseline(unguard.HodgesBui(), at_rest()[10_000:], fs=FS)


def test_a_noise_model_is_the_noise() -> None:
    # Truth: the process the noise was made by. 10 s: 4.5 standard errors of a coefficient are 0.03, of the level 4 %.
    found = noise()
    plain = found.to_dict()
    assert np.allclose(np.reshape(plain["coefficients"], (2, 2)), [-0.9, 0.5], atol=0.03)
    assert np.allclose([c["value"] for c in plain["level"]["per_channel"]], [2, 4], rtol=0.04)
    assert (found.rate, found.channels, plain["order"]) == (FS, 2, 2) and plain["level"]["how"].startswith(BAND)
    made = unguard.model_noise(found, seconds=60, channel=1, seed=5)
    assert made.shape == (120_000,) and made.std() == pytest.approx(4, rel=0.05)
    assert np.array_equal(made[:2000], unguard.model_noise(found, seconds=1, channel=1, seed=5))
    assert not np.array_equal(made[:2000], unguard.model_noise(found, seconds=1, channel=1))
    again = unguard.calibrate_noise(made, fs=FS, band=BAND, spec=unguard.NoiseCalibrator(order=2)).to_dict()
    assert np.allclose(again["coefficients"], plain["coefficients"][2:], atol=0.015)


def test_an_activity_calibration_holds_noise_and_contraction(activity: unguard.ActivityCalibration) -> None:
    # Truth: calibrate_noise on the same rest; without a contraction its part is white.
    assert activity.noise == unguard.calibrate_noise(at_rest(), fs=FS, channels=NAMES, band=BAND)
    plain = activity.to_dict()
    assert len(plain["correlation"]) == 2 * plain["lags"] and len(plain["log_alarms"]) == len(plain["decay"]) == 2
    quantities = ("noise at rest", "log_alarms", "decay", "settled_dB", "end_dB", "end_dB_a_second")
    assert list(activity.to_dataframe()["quantity"]) == [q for q in quantities for _ in range(2)]
    calibrator = unguard.ActivityCalibrator(noise=unguard.NoiseCalibrator(order=2), lags=3)
    alone = unguard.calibrate_activity(at_rest()[:, 0], fs=FS, band=BAND, spec=calibrator)
    assert alone.to_dict()["correlation"] == [] and "no contraction" in repr(alone)
    assert unguard.ActivityDetector(calibration=alone).start(fs=FS).process(at_rest()[:, 0]) == []


def test_a_fast_stream_is_looked_at_as_means() -> None:
    # Truth: white noise of 1 uV, whose means of five samples have a fifth of its power; and a burst's own edges. How
    # loud rest is, is said of samples.
    x = np.random.default_rng(8).standard_normal(200_000)
    x[150_000:160_000] *= 10
    known = unguard.calibrate_activity(x[:120_000], fs=10_000, band=BAND)
    plain = known.to_dict()
    assert plain["mean_of"] == 5 and known.noise.rate == 2000
    assert unguard.ActivityCalibration.from_dict(json.loads(json.dumps(plain))) == known
    assert known.to_dataframe()["value"][0] == pytest.approx(1, rel=0.02)
    assert known.noise.to_dataframe()["value"][0] == pytest.approx(1 / np.sqrt(5), rel=0.02)
    spec = unguard.ActivityDetector(calibration=known)
    (event,) = unguard.Events(unguard.detect(spec, x[120_000:], fs=10_000), fs=10_000).closed
    assert abs(event.onset - 30_000) <= 10 and abs(event.offset - 40_000) <= 10
    assert unguard.count_false_alarms(spec, known.noise, hours=0.01).alarms == 0
    with pytest.raises(ConfigError, match="mean_of is 5 samples of a stream of 10000 Hz: expected those of the stream"):
        unguard.detect(spec, x, fs=4000)


@pytest.mark.parametrize(
    "kind",
    [
        *(unguard.HodgesBui, unguard.TkeoOnset, unguard.Lidierth, unguard.MerloWavelet, unguard.SampleEntropyOnset),
        *(unguard.Aglr, unguard.Bonato, unguard.GaussianMixtureOnset),
    ],
)
def test_every_onset_detector_can_be_tried_on_noise(kind: Any) -> None:
    # Truth: what its fields say of it; a burst of ten times the noise is no false alarm.
    usual = kind()
    known = {"baseline": lambda: unguard.calibrate_baseline(usual, at_rest(), fs=FS), "noise": noise}
    spec = kind(**{field: known[field]() for field in known.keys() & _fields(usual).keys()})
    assert pickle.loads(pickle.dumps(spec)) == spec
    found = {e.channel for e in unguard.detect(spec, with_a_burst(), fs=FS) if e.onset < OFF and e.offset > ON}
    assert found == {0, 1}
    assert unguard.count_false_alarms(spec, noise(), hours=0.01).hours == 0.01
    if not hasattr(usual, "baseline"):
        with pytest.raises(ConfigError, match="expected a detector that compares with mean and SD at rest"):
            unguard.calibrate_baseline(usual, at_rest(), fs=FS)


def test_a_heart_at_rest_is_in_the_noise_model_and_not_in_the_level() -> None:
    # Truth: the rest without its heart; beats are some twice as loud as it.
    x, beats = at_rest(40_000)[:, 0], np.arange(800, 40_000, 1700)
    heart = x.copy()
    for beat in beats:
        heart[beat - 20 : beat + 20] += 8 * np.hanning(40)
    found = unguard.calibrate_activity(heart, fs=FS, band=BAND, r_peaks=beats + 0.5)
    between = found.to_dict()["level"]["per_channel"][0]["value"]
    assert between == pytest.approx(x.std(), rel=0.02)
    assert found.noise.to_dict()["level"]["per_channel"][0]["value"] > 1.2 * between
    assert found == unguard.calibrate_activity(heart, fs=FS, band=BAND, r_peaks=list(beats))


def test_a_calibration_knows_how_loud_a_beat_is() -> None:
    # Truth: of its own dict, and of what a beat is here: a pulse ten times the noise; without a heart nothing is known.
    x, beats = at_rest(40_000)[:, 0], np.arange(800, 40_000, 1700)
    for beat in beats:
        x[beat - 5 : beat + 5] += 20 * np.hanning(10)
    found = unguard.calibrate_activity(x, fs=FS, band=BAND, r_peaks=beats)
    plain, table = found.to_dict(), found.to_dataframe().set_index("quantity")["value"]
    for name in ("beat_loudness", "beat_evidence"):
        assert len(plain[name]) == 1 and table[name] == plain[name][0] > 1
    assert unguard.calibrate_activity(at_rest()[:, 0], fs=FS, band=BAND).to_dict()["beat_loudness"] == []
    assert unguard.ActivityCalibration.from_dict(plain) == found
    for name, wild in (("beat_loudness", [1.0, 2.0]), ("beat_evidence", []), ("beat_evidence", [-1.0])):
        known = unguard.ActivityCalibration.from_dict({**plain, name: wild})
        with pytest.raises(ConfigError, match=r"calibration\.beat_(evidence|loudness)"):
            unguard.ActivityDetector(calibration=known).start(fs=FS)


def test_a_calibration_is_for_a_detector_of_the_settings_that_alarms_were_counted_for() -> None:
    # Truth: the settings told.
    told: dict[str, Any] = {"sizes": [-3.0, 6.0], "most_a_sample": 20.0, "tracking": 0.01, "memory": 2.0, "cap": 3.0}
    for_it = unguard.ActivityDetector(**told, look=0.02)
    found = unguard.calibrate_activity(at_rest()[:, 0], fs=FS, band=BAND, detector=for_it)
    assert found.to_dict()["counted_for"] == {**told, "look": 0.02}
    assert unguard.ActivityDetector(calibration=found, **told).start(fs=FS, channels=1)
    for name in told:
        other = unguard.ActivityDetector(calibration=found, **{k: v for k, v in told.items() if k != name})
        for spec in (other, unguard.EventDetector(activity=other)):
            words = rf"{name} is .*which alarms were counted for.*\(ActivityDetector\.{name}\)"
            with pytest.raises(ConfigError, match=words):
                spec.start(fs=FS, channels=1)
    plain = found.to_dict()
    plain["counted_for"] = {**plain["counted_for"], "cap": 2.0}
    assert unguard.ActivityCalibration.from_dict(plain) != found
    bound = unguard.ActivityCalibration.from_dict({**plain, "counted_for": {**plain["counted_for"], "sizes": []}})
    assert unguard.ActivityDetector(calibration=bound).start(fs=FS, channels=1)


def test_calibrations_are_values(activity: unguard.ActivityCalibration) -> None:
    # Truth: equality; JSON and pickle are made of plain values.
    for value in (baseline(), noise(), activity, unguard.calibrate_rest(at_rest(), fs=FS, band=BAND)):
        kind: Any = type(value)
        assert kind.from_dict(json.loads(json.dumps(value.to_dict()))) == value
        assert pickle.loads(pickle.dumps(value)) == value == copy.deepcopy(value) and value != 5
        assert "uV" in repr(value) or "rectified" in repr(value)
        with pytest.raises(TypeError, match="unhashable"):
            hash(value)
        plain = value.to_dict()
        for key in plain:
            less = {k: v for k, v in plain.items() if k != key}
            with pytest.raises(ConfigError, match=rf"without a key.*expected what {kind.__name__}\.to_dict\(\) gives"):
                kind.from_dict(less)
    for spec in specs(activity):
        assert pickle.loads(pickle.dumps(spec)) == spec and spec == type(spec)(**_fields(spec))
    assert unguard.HodgesBui().baseline is None and unguard.HodgesBui(baseline=baseline()).baseline == baseline()
    assert unguard.ActivityDetector(calibration=activity).calibration == activity


def _fields(spec: Any) -> dict[str, Any]:
    return {f["name"]: getattr(spec, f["name"]) for f in spec._fields}


_X = at_rest()
_MARKS = np.zeros(5, np.uint32)
_REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "baseline": (lambda: unguard.HodgesBui(baseline={}), r"baseline is {}: expected an OnsetBaseline, or None \(Hod"),
    "calibration": (
        lambda: unguard.ActivityDetector(calibration=noise()),
        "calibration is noise at rest .*: expected an ActivityCalibration, or None",
    ),
    "on_marks": (lambda: unguard.HodgesBui(on_marks=0.1), "on_marks is 0.1: expected a OnMarks"),
    "guard": (lambda: unguard.OnMarks(guard=-1), r"guard is -1 s: expected 0 to 10 s \(OnMarks.guard\)"),
    "no calibration": (
        lambda: unguard.ActivityDetector().start(fs=FS),
        "calibration is empty: expected what calibrate",
    ),
    "another rate": (
        lambda: unguard.ActivityDetector(calibration=_quick()).start(fs=1000),
        r"calibration\.noise\.rate is 2000 Hz: expected that of the stream, 1000 Hz",
    ),
    "channels": (
        lambda: unguard.HodgesBui(baseline=baseline()).start(fs=FS),
        r"baseline\.mean is 2 channels: expected one value for each of 1 channels",
    ),
    "another statistic": (
        lambda: unguard.HodgesBui(lowpass=10, baseline=baseline()).start(fs=FS, channels=2),
        'baseline.mean is of "rectified EMG, low-pass 50 Hz, sample by sample": expected a baseline of',
    ),
    "baseline of no threshold": (
        lambda: unguard.calibrate_baseline(unguard.ActivityDetector(), _X, fs=FS),
        "spec is ActivityDetector.*: expected a detector that compares with mean and SD at rest",
    ),
    "baseline spec": (lambda: unguard.calibrate_baseline("x", _X, fs=FS), "spec is 'x': expected a SpasmDetector, an"),
    "baseline flat": (
        lambda: unguard.calibrate_baseline(unguard.HodgesBui(), 0 * _X, fs=FS),
        'rest is flat in channel "channel 1": expected a signal that varies',
    ),
    "noise short": (lambda: unguard.calibrate_noise(_X[:900], fs=FS, band=BAND), "rest is 0.45 s unmarked"),
    "noise band": (lambda: unguard.calibrate_noise(_X, fs=FS, band=3), "band is 3: expected what the rest has been"),
    "noise spec": (
        lambda: unguard.calibrate_noise(_X, fs=FS, band="", spec=5),
        "spec is 5: expected a NoiseCalibrator",
    ),
    "noise marks": (
        lambda: unguard.calibrate_noise(_X, fs=FS, band="", marks=_MARKS),
        r"marks is an array of shape \(5,\): expected an array of uint32 of the shape of rest, or None",
    ),
    "rest_marks": (lambda: _activity(rest_marks=_MARKS), "rest_marks is an array of shape"),
    "contraction_marks": (
        lambda: _activity(contraction=_X, contraction_marks=_MARKS),
        "contraction_marks is an array of shape .* of the shape of contraction",
    ),
    "r_peaks outside": (
        lambda: _activity(r_peaks=[5, 20_060]),
        r"r_peaks is a beat at frame 20060: expected beats that",
    ),
    "r_peaks": (lambda: _activity(r_peaks="ab"), "r_peaks is 'ab': expected samples at which a heart"),
    "marks of nothing": (lambda: _activity(contraction_marks=_MARKS), "contraction_marks is .*: expected None without"),
    "no contraction": (lambda: _activity(contraction=_X[:0]), "contraction is without samples: expected a stretch of"),
    "weak contraction": (lambda: _activity(contraction=_X), "contraction is 1 times the RMS of the rest in channel"),
    "one channel": (lambda: _activity(contraction=10 * _X[:, 0]), "contraction is 1 channels: expected a block of"),
    "activity spec": (lambda: _activity(spec=unguard.NoiseCalibrator()), "spec is .*: expected an ActivityCalibrator"),
    "activity detector": (lambda: _activity(detector=unguard.HodgesBui()), "detector is .*: expected an ActivityDetec"),
    "no detector": (
        lambda: unguard.detect(None, _X, fs=FS),
        "spec is None: expected a SpasmDetector, an ActivityDetector, an EventDetector, a BendingDetector, an onset "
        r"detector such as HodgesBui\(\), or RPeaks",
    ),
    "model_noise": (lambda: unguard.model_noise(5, seconds=1), "noise is 5: expected a NoiseModel"),
    "model_noise seconds": (lambda: unguard.model_noise(noise(), seconds=-1), "seconds is -1 s: expected a length"),
    "model_noise channel": (
        lambda: unguard.model_noise(noise(), seconds=1, channel=2),
        "channel is 2: expected a channel of the noise model, 0 to 1",
    ),
    "model_noise seed": (
        lambda: unguard.model_noise(noise(), seconds=1, seed=-1),
        "seed is -1: expected a whole number",
    ),
    "markers of a heart": (
        lambda: unguard.detect(unguard.RPeaks(), _X, fs=FS, markers=[("pain", 1)]),
        "expected none, for RPeaks knows no context",
    ),
}


def _activity(**more: Any) -> unguard.ActivityCalibration:
    return unguard.calibrate_activity(_X, fs=FS, band=BAND, **more)


def _quick() -> unguard.ActivityCalibration:
    """One of white noise, without counting alarms."""
    model = noise().to_dict()
    plain: dict[str, Any] = {"noise": model, "level": model["level"], "mean_of": 1, "lags": 6, "correlation": []}
    plain |= {"log_alarms": [0.0, 0.0], "decay": [1.0, 1.0], "beat_loudness": [], "beat_evidence": []}
    plain |= {"settled_dB": [], "end_dB": [], "end_dB_a_second": [], "counted_for": NOT_COUNTED}
    return unguard.ActivityCalibration.from_dict(plain)


@pytest.mark.parametrize("what", _REFUSED)
def test_refused_by_name(what: str) -> None:
    call, words = _REFUSED[what]
    with pytest.raises(ConfigError, match=words):
        call()
