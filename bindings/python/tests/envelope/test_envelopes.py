"""Envelopes in Python. Truth: NumPy definitions, closed forms; the same bits however a stream is cut."""

from __future__ import annotations

import itertools
import math
import pickle
from typing import Any

import numpy as np
import pytest
import scipy.stats
import unguard
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FS = 2000.0
CHANNELS = 3
FRAMES = 6000


def emg(
    frames: int = FRAMES, channels: int = CHANNELS, scale: float = 20.0, seed: int = 6, swing: float = 0.8
) -> Floats:
    """Coloured noise whose effort comes and goes."""
    white = np.random.default_rng(seed).standard_normal((frames + 2, channels))
    effort = 1 + swing * np.sin(np.arange(frames) / 700)
    return scale * effort[:, None] * (white[2:] + 1.2 * white[1:-1] + 0.5 * white[:-2])


def calibrated(channels: int = CHANNELS) -> unguard.WhiteningCalibration:
    hold, rest = emg(8000, channels, 20, 7, swing=0), np.random.default_rng(8).normal(0, 1, (8000, channels))
    return unguard.calibrate_whitening(hold, rest, fs=FS, band="as it came")


SPECS: dict[str, Any] = {
    "moving median": unguard.MovingMedian(window=0.1),
    "bayesian, laplacian": unguard.BayesianEnvelope(),
    "bayesian, gaussian": unguard.BayesianEnvelope(likelihood="gaussian", choice="most probable", bandwidth=190.0),
    "adaptive": unguard.AdaptiveRms(longest=0.6),
    "whitened, fixed": unguard.WhitenedRms(kind="fixed", whitening=calibrated()),
    "whitened, adaptive": unguard.WhitenedRms(whitening=calibrated()),
    "noise subtracted": unguard.NoiseSubtracted(noise=8.0),
    "pooled": unguard.PooledLevel(reference=[1.0, 2.0, 3.0]),
    "gated RMS": unguard.Gated(unguard.Rms(window=0.1)),
    "gated two poles": unguard.Gated(unguard.ENVELOPES["feedback"], tail=0.005),
    "gated median": unguard.Gated(unguard.MovingMedian(window=0.1)),
    "gated bayesian": unguard.Gated(unguard.BayesianEnvelope()),
    **{f"preset {name}": spec for name, spec in unguard.ENVELOPES.items()},
}


def marked(frames: int = FRAMES) -> NDArray[np.uint32]:
    marks = np.zeros((frames, CHANNELS), dtype=np.uint32)
    marks[1500:1800, 1] = unguard.MARKS["motion"]
    marks[4000:4040] = unguard.MARKS["jump"]
    return marks


@pytest.mark.parametrize("name", list(SPECS))
def test_live_is_whole_however_it_is_cut(name: str) -> None:
    spec, x, marks = SPECS[name], emg(), marked()
    y, out = spec(x, fs=FS, marks=marks)
    assert y.shape == x.shape and out.dtype == np.uint32
    assert np.isfinite(y).all() and (y >= 0).all()
    live = spec.start(fs=FS, channels=CHANNELS)
    cuts = np.r_[0, np.sort(np.random.default_rng(9).integers(0, FRAMES, 40)), FRAMES]
    parts = [live.process(x[a:b], marks=marks[a:b]) for a, b in itertools.pairwise(cuts)]
    assert np.array_equal(np.concatenate([p[0] for p in parts]), y)
    assert np.array_equal(np.concatenate([p[1] for p in parts]), out)
    # And from a state that was stored half way.
    half = spec.start(fs=FS, channels=CHANNELS)
    half.process(x[:3001], marks=marks[:3001])
    again = spec.start(fs=FS, channels=CHANNELS)
    again.load(half.save())
    assert np.array_equal(again.process(x[3001:], marks=marks[3001:])[0], y[3001:])
    assert not np.array_equal(spec(1.5 * x, fs=FS), spec(x, fs=FS))


@pytest.mark.parametrize("name", [n for n in SPECS if not n.startswith("gated") and "whitened" not in n])
def test_a_spec_is_a_value(name: str) -> None:
    spec = SPECS[name]
    assert pickle.loads(pickle.dumps(spec)) == spec
    assert hash(pickle.loads(pickle.dumps(spec))) == hash(spec)
    assert type(spec).__name__ in repr(spec)


def test_moving_median_is_the_middle_of_the_last_window() -> None:
    x, n = emg(1500), 200
    y = unguard.MovingMedian(window=0.1)(x, fs=FS)
    before = np.concatenate([np.zeros((n - 1, CHANNELS)), np.abs(x)])
    windows = np.lib.stride_tricks.sliding_window_view(before, n, axis=0)
    np.testing.assert_array_equal(y, np.median(windows, axis=-1))


def by_bayes(x: Floats, levels: Floats, power: float, drift: float, rises: float, falls: float) -> Floats:
    """Bayes' rule level by level: Laplacian likelihood to a power, drift to neighbours, jumps to any other level."""
    n, step = len(levels), math.log(2) / 12
    spreads = drift / FS / step**2
    moves = np.triu(np.full((n, n), rises / FS / (n - 1)), 1) + np.tril(np.full((n, n), falls / FS / (n - 1)), -1)
    moves += spreads * (np.eye(n, k=1) + np.eye(n, k=-1))
    moves += np.diag(1 - moves.sum(axis=1))
    p, said = np.full(n, 1 / n), []
    for value in np.abs(x):
        p = p @ moves * (np.exp(-value / levels) / levels) ** power
        p /= p.sum()
        said.append(p @ levels)
    return np.array(said)


def test_bayesian_envelope_is_bayes_rule() -> None:
    x = emg(3000, 1)[:, 0]
    spec = unguard.BayesianEnvelope(bandwidth=150.0, lowest=1.0, highest=400.0)
    levels = 2 ** (np.arange(math.ceil(12 * math.log2(400)) + 1) / 12)
    expected = by_bayes(x, levels, 2 * 150 / FS, spec.drift, spec.rises, spec.falls)
    # A sample's place is read to 1/192 of an octave. (At a jump, as soon as the least doubt decides, that is more.)
    np.testing.assert_allclose(spec(x, fs=FS), expected, rtol=5e-3)


# Truth: with levels of exp(-|x| / level), the mean magnitude; of a normal distribution, the RMS.
def test_bayesian_envelope_reads_what_its_likelihood_says() -> None:
    rng = np.random.default_rng(4)
    for likelihood, x in (("laplacian", rng.laplace(0, 30, 60_000)), ("gaussian", rng.normal(0, 30, 60_000))):
        y = unguard.BayesianEnvelope(likelihood=likelihood, bandwidth=1000.0)(x, fs=FS)
        assert y[10_000:].mean() == pytest.approx(30, rel=0.03)


# Truth: what was put in, silence and more than the highest level.
def test_a_level_at_an_end_of_the_belief_says_so() -> None:
    loud = np.random.default_rng(5).normal(0, 50_000, 4000)
    for x, said in ((np.zeros(4000), "low_snr"), (loud, "clipped"), (loud / 1000, None)):
        for spec in (unguard.BayesianEnvelope(), unguard.Gated(unguard.BayesianEnvelope())):
            _, marks = spec(x, fs=FS, marks=True)
            assert (marks[1000:] == (unguard.MARKS[said] if said else 0)).all()


# Truth: sums of squares over the window, by NumPy.
def test_gated_rms_is_the_rms_of_what_is_left() -> None:
    x, n = emg(), 200
    # What was in the signal before its mark, such as motion, would begin the statistic anew.
    marks = np.where(marked() != 0, unguard.MARKS["clipped"], 0).astype(np.uint32)
    y, out = unguard.Gated(unguard.Rms(window=0.1), least_share=0.5)(x, fs=FS, marks=marks)
    counts = (marks == 0).astype(float)
    before = np.zeros((n - 1, CHANNELS))
    squares, left = (
        np.lib.stride_tricks.sliding_window_view(np.concatenate([start, v]), n, axis=0).sum(axis=-1)
        for start, v in ((before, counts * x**2), (before + 1, counts))
    )
    enough = left >= 0.5 * n
    np.testing.assert_allclose(y[enough], np.sqrt(squares / np.maximum(left, 1))[enough], rtol=1e-9)
    missing = (out & unguard.MARKS["missing"]) != 0
    assert np.array_equal(missing, ~enough) and missing.any()


def test_gated_without_marks_is_the_envelope_itself() -> None:
    x = emg()
    for spec in (unguard.ENVELOPES["display"], unguard.ENVELOPES["measurement"], unguard.MovingMedian()):
        y, out = unguard.Gated(spec)(x, fs=FS, marks=True)
        np.testing.assert_allclose(y, spec(x, fs=FS), rtol=1e-9, atol=1e-9)
        assert not out.any()
    assert unguard.Gated(unguard.Arv()).envelope == unguard.Arv()


# Truth: autoregressive noise made of white noise by its own model; whitened, the level is the RMS that comes in.
def test_whitened_rms_reads_the_rms_and_scatters_less() -> None:
    x = emg(200_000, 1, seed=11)[:, 0] / (1 + 0.8 * np.sin(np.arange(200_000) / 700))
    x += np.random.default_rng(12).normal(0, 1, len(x))
    whitening = calibrated(1)
    plain = unguard.Rms(window=0.1)(x, fs=FS)[200::200]
    for kind in ("fixed", "adaptive"):
        y = unguard.WhitenedRms(window=0.1, kind=kind, whitening=whitening)(x, fs=FS)[200::200]
        assert y.mean() == pytest.approx(plain.mean(), rel=0.03)
        assert y.std() / y.mean() < 0.9 * plain.std() / plain.mean()


def test_a_whitening_calibration_survives_as_plain_values() -> None:
    made = calibrated()
    assert unguard.WhiteningCalibration.from_dict(made.to_dict()) == made
    assert list(made.to_dataframe().quantity.unique()) != []
    with pytest.raises(unguard.ConfigError, match="calibration is"):
        unguard.WhiteningCalibration.from_dict({"rate": 2000.0})


def test_adaptive_rms_is_long_while_steady_and_short_when_not() -> None:
    rng = np.random.default_rng(13)
    x = rng.normal(0, np.repeat([10.0, 80.0], 10_000))
    y = unguard.AdaptiveRms(bandwidth=1000.0)(x, fs=FS)
    quick, slow = unguard.Rms(window=0.05)(x, fs=FS), unguard.Rms(window=1.0)(x, fs=FS)
    assert y[4000:10_000].std() < 0.5 * quick[4000:10_000].std()
    reached = [int(np.argmax(v[10_000:] > 72)) for v in (y, slow)]
    assert reached[0] < 0.3 * reached[1]


def test_noise_subtracted_takes_powers_apart() -> None:
    level = np.array([5.0, 3.0, 2.0, 4.0, 30.0, 0.0])
    y, marks = unguard.NoiseSubtracted(noise=3.0)(level, fs=FS, marks=True)
    np.testing.assert_allclose(y, np.sqrt(np.maximum(level**2 - 9, 0)), rtol=1e-12)
    low = (marks & unguard.MARKS["low_snr"]) != 0
    assert low.tolist() == [False, True, True, True, False, True]


def test_pooled_level_is_the_root_of_the_mean_of_squares() -> None:
    reference = np.array([1.0, 2.0, 4.0])
    level = np.abs(emg())
    y = unguard.PooledLevel(reference=reference.tolist())(level, fs=FS)
    effort = np.sqrt(np.mean((level / reference) ** 2, axis=1))
    np.testing.assert_allclose(y, effort[:, None] * reference, rtol=1e-12)
    # A channel that may not be believed is left out, and said so.
    marks = np.zeros(level.shape, dtype=np.uint32)
    marks[:, 0] = unguard.MARKS["lead_off"]
    y, out = unguard.PooledLevel(reference=reference.tolist())(level, fs=FS, marks=marks)
    effort = np.sqrt(np.mean((level[:, 1:] / reference[1:]) ** 2, axis=1))
    np.testing.assert_allclose(y, effort[:, None] * reference, rtol=1e-12)
    assert ((out & unguard.MARKS["gated"]) != 0).all()


# Truth: the closed forms of a boxcar, of two equal poles and of one.
def test_smoothing_is_what_theory_says() -> None:
    window = 0.4
    for spec, delay, t90 in (
        (unguard.Rms(window=window), 0.5, 0.9),
        (unguard.TwoPole(window=window), 0.5, 3.88972 / 4),
        (unguard.ExponentialEnvelope(time_constant=window / 2), 0.5, math.log(10) / 2),
    ):
        found = unguard.smoothing(spec, fs=10_000.0)
        assert found["window_s"] == pytest.approx(window, rel=1e-3)
        assert found["enbw_hz"] == pytest.approx(1 / (2 * window), rel=1e-3)
        assert found["delay_s"] == pytest.approx(delay * window, rel=2e-3)
        assert found["t90_s"] == pytest.approx(t90 * window, rel=2e-3)
        assert found["overshoot"] == pytest.approx(0, abs=1e-9)


def test_presets_are_as_smooth_as_they_say() -> None:
    windows = {name: unguard.smoothing(spec, fs=FS)["window_s"] for name, spec in unguard.ENVELOPES.items()}
    assert windows == pytest.approx({"feedback": 0.125, "display": 0.25, "measurement": 0.5}, rel=1e-4)


@pytest.mark.parametrize(("freedom", "confidence"), [(5.0, 0.95), (47.0, 0.9), (1000.0, 0.99)])
def test_level_interval_is_that_of_chi_square(freedom: float, confidence: float) -> None:
    low, high = unguard.level_interval(freedom, confidence=confidence)
    tails = scipy.stats.chi2.ppf([(1 + confidence) / 2, (1 - confidence) / 2], freedom)
    assert (low, high) == pytest.approx(tuple(np.sqrt(freedom / tails)), rel=1e-9)


def test_a_jump_is_believed_when_the_samples_outweigh_how_seldom_it_is() -> None:
    spec = unguard.BayesianEnvelope(likelihood="gaussian", bandwidth=100)
    levels = math.ceil(12 * math.log2(spec.highest / spec.lowest)) + 1
    says = 0.2 * (math.log(8) + (1 / 64 - 1) / 2)  # Kullback & Leibler, to the power 2 B_s / fs, down to an eighth
    expected = math.log(levels * 1000 / spec.falls) / says / 1000
    assert unguard.jump_delay(spec, 1 / 8, fs=1000) == pytest.approx(expected, rel=1e-12)
    with pytest.raises(unguard.ConfigError, match="ratio is 1: expected a finite number above 0, and not 1"):
        unguard.jump_delay(spec, 1, fs=1000)
    with pytest.raises(unguard.ConfigError, match=r"envelope is .*: expected a BayesianEnvelope"):
        unguard.jump_delay(unguard.Rms(), 2, fs=1000)


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda: unguard.MovingMedian(window=1e-4).start(fs=FS), "window is 0.0001 s: expected at least one sample"),
        (lambda: unguard.BayesianEnvelope(lowest=10.0, highest=15.0).start(fs=FS), "highest is 15 uV: expected at"),
        (lambda: unguard.BayesianEnvelope(likelihood="cauchy"), "likelihood is"),
        (lambda: unguard.BayesianEnvelope(drift=-1.0).start(fs=FS), "drift is"),
        (lambda: unguard.AdaptiveRms(longest=0.1).start(fs=FS), "longest is 0.1 s: expected at least four times"),
        (lambda: unguard.WhitenedRms().start(fs=FS), "whitening is none: expected what a WhiteningCalibrator makes"),
        (lambda: unguard.WhitenedRms(whitening=calibrated()).start(fs=FS, channels=2), "whitening.level is 3 channels"),
        (lambda: unguard.NoiseSubtracted(noise=[1.0, 2.0]).start(fs=FS, channels=3), "noise is 2 values: expected one"),
        (
            lambda: unguard.NoiseSubtracted().start(fs=FS),
            r"noise is \[\]: expected one value for all channels or one for each",
        ),
        (
            lambda: unguard.PooledLevel().start(fs=FS),
            r"reference is \[\]: expected one value for all channels or one for each",
        ),
        (lambda: unguard.PooledLevel(reference=0.0).start(fs=FS), "reference is 0 uV: expected"),
        (lambda: unguard.Gated(unguard.Bandpass()), "envelope is Bandpass"),
        (lambda: unguard.Gated(unguard.Rms(), least_share=2.0).start(fs=FS), "least_share is 2"),
        (lambda: unguard.smoothing(unguard.MovingMedian(), fs=FS), "envelope is MovingMedian"),
        (lambda: unguard.smoothing(unguard.Rms(), fs=-1.0), "is -1"),
        (lambda: unguard.level_interval(0.0), "degrees_of_freedom is 0"),
        (lambda: unguard.level_interval(10.0, confidence=1.0), "confidence is 1: expected above 0 and below 1"),
        (
            lambda: unguard.calibrate_whitening(emg(2000), emg(2000) / 9, fs=FS, band="b"),
            "contraction is 1 s unmarked",
        ),
        (lambda: unguard.calibrate_whitening(emg(), emg(), fs=FS, band="b"), "contraction is"),
        (lambda: unguard.MovingMedian()(emg(), fs=FS, marks=np.zeros(3, np.uint32)), "marks is"),
    ],
)
def test_what_cannot_be_is_refused_by_name(made: Any, says: str) -> None:
    with pytest.raises(unguard.ConfigError, match=says):
        made()
