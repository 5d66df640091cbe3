"""Features over windows. Truth: definitions written anew in NumPy and SciPy; how each scales and shifts."""

from __future__ import annotations

import math

import numpy as np
import pytest
import unguard
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from unguard import features as f
from unguard.recording import Channel, Recording

FS = 1000.0
WINDOW, STEP = 0.1, 0.04


def emg(seed: int = 1, channels: int = 3, scale: float = 20.0) -> np.ndarray:
    white = np.random.default_rng(seed).standard_normal((1000, channels))
    return scale * (white[2:] + 1.2 * white[1:-1] + 0.5 * white[:-2])


def windows(x: np.ndarray) -> np.ndarray:
    """As (windows, channels, samples)."""
    w, s = round(WINDOW * FS), round(STEP * FS)
    return np.lib.stride_tricks.sliding_window_view(x, w, axis=0)[::s]


def burg(x: np.ndarray, order: int) -> np.ndarray:
    a, forward, backward = np.array([1.0]), x[1:].copy(), x[:-1].copy()
    for _ in range(order):
        k = -2 * forward @ backward / (forward @ forward + backward @ backward)
        a = np.append(a, 0) + k * np.append(a, 0)[::-1]
        forward, backward = (forward + k * backward)[1:], (backward + k * forward)[:-1]
    return a[1:]


def cepstrum_by_spectrum(a: np.ndarray) -> np.ndarray:
    """The cosine series of the logarithm of the model's spectrum."""
    spectrum = 1 / np.abs(np.fft.fft(np.r_[1, a], 1 << 14)) ** 2
    return np.fft.ifft(np.log(spectrum)).real[1 : len(a) + 1]


def sample_entropy(x: np.ndarray, m: int, tolerance: float) -> float:
    r = tolerance * x.std()
    rows = np.lib.stride_tricks.sliding_window_view(x, m + 1)

    def pairs(y: np.ndarray) -> int:
        near = np.abs(y[:, None] - y[None]).max(axis=2) <= r
        return (near.sum() - len(y)) // 2

    return -math.log(pairs(rows) / pairs(rows[:, :m]))


def fuzzy_entropy(x: np.ndarray, m: int, tolerance: float) -> float:
    r, count = tolerance * x.std(), len(x) - m

    def likeness(size: int) -> float:
        rows = np.lib.stride_tricks.sliding_window_view(x, size)[:count]
        rows = rows - rows.mean(axis=1, keepdims=True)
        far = np.abs(rows[:, None] - rows[None]).max(axis=2)
        return np.exp(-((far / r) ** 2))[np.triu_indices(count, 1)].mean()

    return math.log(likeness(m) / likeness(m + 1))


def each(function):
    return lambda w: np.apply_along_axis(function, -1, w)


def turns(w: np.ndarray, threshold: float) -> np.ndarray:
    d = np.diff(w)
    large = np.maximum(np.abs(d[..., :-1]), np.abs(d[..., 1:])) >= threshold
    return ((np.sign(d[..., :-1]) * np.sign(d[..., 1:]) < 0) & large).sum(-1)


def mobility(w: np.ndarray) -> np.ndarray:
    return np.diff(w).std(-1) / w.std(-1)


DEFINITIONS = {
    "MAV": (f.mav, {}, lambda w: np.abs(w).mean(-1)),
    "IEMG": (f.iemg, {}, lambda w: np.abs(w).sum(-1)),
    "SSI": (f.ssi, {}, lambda w: (w**2).sum(-1)),
    "VAR": (f.var, {}, lambda w: w.var(-1, ddof=1)),
    "WL": (f.wl, {}, lambda w: np.abs(np.diff(w)).sum(-1)),
    "ZC": (
        f.zc,
        {"threshold": 10.0},
        lambda w: ((w[..., 1:] * w[..., :-1] < 0) & (np.abs(np.diff(w)) >= 10)).sum(-1),
    ),
    "SSC": (f.ssc, {"threshold": 10.0}, lambda w: turns(w, 10)),
    "WAMP": (f.wamp, {"threshold": 10.0}, lambda w: (np.abs(np.diff(w)) >= 10).sum(-1)),
    "DASDV": (f.dasdv, {}, lambda w: np.sqrt((np.diff(w) ** 2).sum(-1) / (w.shape[-1] - 1))),
    "LOG": (f.log_detector, {}, lambda w: stats.gmean(np.abs(w), axis=-1)),
    "MFL": (f.mfl, {}, lambda w: np.log10(np.sqrt((np.diff(w) ** 2).sum(-1)))),
    "AR": (f.ar, {"order": 4}, each(lambda x: burg(x, 4))),
    "CC": (f.cc, {"order": 4}, each(lambda x: cepstrum_by_spectrum(burg(x, 4)))),
    "activity": (f.activity, {}, lambda w: w.var(-1)),
    "mobility": (f.mobility, {}, mobility),
    "complexity": (f.complexity, {}, lambda w: mobility(np.diff(w)) / mobility(w)),
    "SampEn": (f.sample_entropy, {"tolerance": 0.5}, each(lambda x: sample_entropy(x, 2, 0.5))),
    "FuzzyEn": (f.fuzzy_entropy, {}, each(lambda x: fuzzy_entropy(x, 2, 0.2))),
    "kurtosis": (f.kurtosis, {}, lambda w: stats.kurtosis(w, axis=-1, fisher=False)),
    "skewness": (f.skewness, {}, lambda w: stats.skew(w, axis=-1)),
}
GIVEN = {"zc_threshold": 10.0, "ssc_threshold": 10.0, "wamp_threshold": 10.0}


def test_every_feature_has_a_definition_here() -> None:
    assert tuple(DEFINITIONS) == f.NAMES


@pytest.mark.parametrize("name", f.NAMES)
def test_a_feature_is_its_definition(name: str) -> None:
    function, more, definition = DEFINITIONS[name]
    x = emg()
    found = function(x, fs=FS, window=WINDOW, step=STEP, **more)
    np.testing.assert_allclose(found, definition(windows(x)), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", f.NAMES)
def test_one_channel_comes_out_as_it_goes_in(name: str) -> None:
    function, more, _ = DEFINITIONS[name]
    x = emg()
    every = function(x, fs=FS, window=WINDOW, step=STEP, **more)
    one = function(x[:, 1], fs=FS, window=WINDOW, step=STEP, **more)
    assert np.array_equal(one, every[:, 1])


# What a gain does to each: the power of the gain it goes with, or what is added for its logarithm.
POWERS = {"MAV": 1, "IEMG": 1, "SSI": 2, "VAR": 2, "WL": 1, "DASDV": 1, "LOG": 1, "activity": 2}


@settings(max_examples=40, deadline=None)
@given(power=st.integers(-20, 15), seed=st.integers(0, 2**32 - 1), offset=st.sampled_from([0.0, 16.0, -1024.0]))
def test_features_scale_as_they_should(power: int, seed: int, offset: float) -> None:
    gain = 2.0**power  # within full scale
    x = np.round(emg(seed, 1)[:200])
    names = [n for n in f.NAMES if n != "MFL"]
    one = f.features(x, names, fs=FS, window=WINDOW, step=STEP, **GIVEN)
    scaled = f.features(gain * x, names, fs=FS, window=WINDOW, step=STEP, **{name: 10 * gain for name in GIVEN})
    for name in one.columns:
        np.testing.assert_allclose(scaled[name], gain ** POWERS.get(name, 0) * one[name], rtol=1e-9, atol=1e-9)
    mfl = [f.mfl(v, fs=FS, window=WINDOW, step=STEP) for v in (x, gain * x)]
    np.testing.assert_allclose(mfl[1] - mfl[0], math.log10(gain), atol=1e-12)
    # What counts steps alone does not see an offset.
    for name in ("WL", "WAMP", "DASDV", "MFL", "SSC"):
        function, more, _ = DEFINITIONS[name]
        shifted = function(x + offset, fs=FS, window=WINDOW, step=STEP, **more)
        assert np.array_equal(shifted, function(x, fs=FS, window=WINDOW, step=STEP, **more))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_features_read_backwards_are_those_read_forwards(seed: int) -> None:
    x = emg(seed, 1)[:100]
    names = [n for n in f.NAMES if n not in ("AR", "CC", "SampEn", "FuzzyEn")]
    there, back = (f.features(v, names, fs=FS, window=0.1, step=0.1, **GIVEN).values for v in (x, x[::-1]))
    np.testing.assert_allclose(there, back, rtol=1e-9, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), low=st.floats(0, 50), more=st.floats(0, 50))
def test_a_higher_threshold_never_counts_more(seed: int, low: float, more: float) -> None:
    x = emg(seed, 1)[:300]
    for count in (f.zc, f.ssc, f.wamp):
        few = count(x, fs=FS, window=WINDOW, step=STEP, threshold=low + more)
        assert (few <= count(x, fs=FS, window=WINDOW, step=STEP, threshold=low)).all()


def test_a_table_has_a_row_a_window_and_channel() -> None:
    x = emg()
    made = f.features(x, ["MAV", "AR"], fs=FS, window=WINDOW, step=STEP, channels=["a", "b", "c"])
    table = made.to_dataframe()
    assert list(table.columns) == ["start", "channel", "MAV", "AR1", "AR2", "AR3", "AR4"]
    assert len(table) == made.values.shape[0] * 3
    row = table[(table.channel == "b") & (table.start == made.start[2])]
    assert row.MAV.item() == made["MAV"][2, 1] == f.mav(x[:, 1], fs=FS, window=WINDOW, step=STEP)[2]
    assert repr(made) == f"<MAV, AR1, AR2, AR3, AR4 of {len(made.start)} windows of 0.1 s, 3 channels>"
    with pytest.raises(unguard.ConfigError, match="column is 'WL': expected one of MAV"):
        made["WL"]


def test_what_is_not_finite_leaves_its_windows_without_features() -> None:
    x = emg()
    x[500, 1] = np.nan
    made = f.mav(x, fs=FS, window=WINDOW, step=STEP)
    assert np.array_equal(np.isnan(made), np.isnan(windows(x)).any(-1))
    assert np.isnan(made).sum() > 0


def test_half_a_second_of_nothing_through_a_chain_has_no_features() -> None:
    x = emg(channels=1)[:, 0]
    x[300:800] = np.nan
    filtered, marks = unguard.Chain(unguard.Bandpass()).start(fs=FS).process(x, marks=True)
    assert np.isfinite(filtered).all()
    touched = np.lib.stride_tricks.sliding_window_view(marks, 100)[::40].any(-1)
    assert touched[8:17].all()
    for name in f.NAMES:
        function, more, _ = DEFINITIONS[name]
        found = function(filtered, fs=FS, window=WINDOW, step=STEP, marks=marks, **more)
        lost = np.isnan(found) if found.ndim == 1 else np.isnan(found).all(-1)
        assert lost[touched].all(), name
    made = f.features(filtered, ["MAV", "WL"], fs=FS, window=WINDOW, step=STEP, marks=marks)
    assert np.array_equal(np.isnan(made["MAV"][:, 0]), touched)


@pytest.mark.parametrize("bit", unguard.MARKS)
def test_marks_forbid_features_as_they_forbid_a_live_spectrum(bit: str) -> None:
    x = emg()
    marks = np.zeros(x.shape, dtype=np.uint32)
    marks[500, 1] = unguard.MARKS[bit]
    found = f.mav(x, fs=FS, window=WINDOW, step=STEP, marks=marks)
    (reading,) = (
        unguard.SlidingSpectrum(window=0.1, interval=0.1).start(fs=FS).process(x[450:550, 1], marks=marks[450:550, 1])
    )
    assert np.isnan(found).any() == (reading.mdf_hz is None)
    if reading.mdf_hz is None:
        lost = np.zeros_like(x)
        lost[500, 1] = np.nan
        assert np.array_equal(np.isnan(found), np.isnan(windows(lost)).any(-1))


def test_a_recording_has_rate_and_validity_of_its_own() -> None:
    x = emg()
    channels = [Channel("left", kind="EMG"), Channel("angle", unit="deg", kind="other"), Channel("right")]
    valid = np.ones(x.shape, dtype=bool)
    valid[500, 2] = valid[100, 1] = False
    recording = Recording(x, FS, channels, valid=valid)
    marks = np.zeros((len(x), 2), dtype=np.uint32)
    marks[500, 1] = unguard.MARKS["missing"]
    slide = {"window": WINDOW, "step": STEP}
    truth = f.features(x[:, [0, 2]], ["MAV", "AR"], fs=FS, marks=marks, **slide)
    found = f.features(recording, ["MAV", "AR"], **slide)
    np.testing.assert_array_equal(found.values, truth.values)
    assert np.isnan(found["MAV"]).sum() > 0 and found.channels == ["left", "right"]
    np.testing.assert_array_equal(found.start, truth.start)
    assert found.window == WINDOW
    one = f.features(recording, ["MAV"], channels=["right"], **slide)
    np.testing.assert_array_equal(one["MAV"][:, 0], found["MAV"][:, 1])
    for name in f.NAMES:
        function, more, _ = DEFINITIONS[name]
        ours = function(recording, **slide, **more)
        np.testing.assert_array_equal(ours, function(x[:, [0, 2]], fs=FS, marks=marks, **slide, **more))
    with pytest.raises(unguard.ConfigError, match="none beside a Recording"):
        f.mav(recording, fs=FS, **slide)
    with pytest.raises(unguard.ConfigError, match="none beside a Recording"):
        f.mav(recording, marks=marks, **slide)


@pytest.mark.parametrize("name", f.NAMES)
def test_no_size_makes_a_value_infinite_or_of_rounding(name: str) -> None:
    function, more, _ = DEFINITIONS[name]
    x = emg(channels=1)[:, 0]
    slide = {"fs": FS, "window": WINDOW, "step": STEP}
    for size in (1e-320, 1e-200, 1e-100, 1e-12, 1e6, 1e160, 1e200):
        found = function(x / 60 * size, **slide, **more)
        assert not np.isinf(found).any(), size
        if size > 1e7:
            assert np.isnan(found).all(), size
    # One sample beyond full scale takes its windows, and only those.
    x[500] = 1e200
    found = function(x, **slide, **more)
    lost = np.isnan(found) if found.ndim == 1 else np.isnan(found).all(-1)
    assert lost[(np.abs(windows(x)) > 1e7).any(-1)].all()


def test_a_ramp_has_no_complexity() -> None:
    for slope in (0.1, 0.3, 1.0, 7e-5):
        ramp = slope * np.arange(1000.0)
        assert np.isnan(f.complexity(ramp, fs=FS, window=WINDOW, step=STEP)).all()
        assert np.isnan(f.mobility(ramp, fs=FS, window=WINDOW, step=STEP)).all()


def test_tables_that_do_not_fit_into_memory_are_refused_by_name() -> None:
    with pytest.raises(
        unguard.ConfigError, match=r"step is 0\.001 s, which makes 1999997 windows of 1 channels and 80"
    ):
        f.features(np.zeros(2_000_000), ["MAV"] * 80, fs=FS, window=0.004, step=0.001)


def test_zero_crossings_of_a_coarse_converter_are_those_of_the_spectrum() -> None:
    x = np.round(emg() / 20)
    assert 0.05 < np.mean(x == 0) < 0.9
    made = f.zc(x, fs=FS, window=len(x) / FS, step=1.0, threshold=0.0)[0]
    rate = unguard.spectrum.zero_crossing_rate(x, fs=FS)
    np.testing.assert_allclose(made * FS / (len(x) - 1), rate, rtol=1e-15)


def test_fuzzy_entropy_is_chens_of_the_standardised_series() -> None:
    x = emg()[:200, 0]
    r = 0.2
    ours = f.fuzzy_entropy(x, fs=FS, window=200 / FS, step=1.0, tolerance=math.sqrt(r))[0]
    z = (x - x.mean()) / x.std()

    def phi(m: int) -> float:
        rows = np.lib.stride_tricks.sliding_window_view(z, m)[: len(z) - 2]
        rows = rows - rows.mean(axis=1, keepdims=True)
        far = np.abs(rows[:, None] - rows[None]).max(axis=2)
        return np.exp(-(far**2) / r)[np.triu_indices(len(rows), 1)].mean()

    assert ours == pytest.approx(math.log(phi(2) / phi(3)), rel=1e-12)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ({"names": ["ZC"]}, "zc_threshold is not given: expected a threshold in uV for ZC"),
        ({"names": ["SSC"]}, "ssc_threshold is not given"),
        ({"names": ["WAMP"]}, "wamp_threshold is not given"),
        ({"names": ["RMSE"]}, "names is"),
        ({"names": "MAV"}, "names is 'MAV': expected a list of features"),
        ({"names": ["MAV", "mobility"], "window": 0.002}, "window is 0.002 s, 2 samples: expected at least 3 samples"),
        ({"names": ["MAV"], "step": 0.0}, "step is"),
        ({"names": ["MAV"], "step": math.nan}, "step is"),
        ({"names": ["MAV"], "channels": ["a"]}, "channels is 1 names: expected one for each of 3 columns"),
        ({"names": ["AR"], "order": 0}, "order is 0: expected 1 to 64"),
        ({"names": ["FuzzyEn"], "pattern": 1}, "pattern is 1: expected at least 2 for FuzzyEn"),
        ({"names": ["MAV"], "fs": 0}, "fs is"),
        ({"names": ["MAV"], "fs": None}, "fs is None"),
        ({"names": ["MAV"], "marks": np.zeros((998, 2), dtype=np.uint32)}, "marks is an array of shape"),
        ({"names": ["MAV"], "marks": np.zeros((998, 3))}, "marks is an array of float64"),
    ],
)
def test_what_cannot_be_is_refused_by_name(call: dict, says: str) -> None:
    arguments = {"fs": FS, "window": WINDOW, "step": STEP, **call}
    with pytest.raises(unguard.ConfigError, match=says):
        f.features(emg(), **arguments)
