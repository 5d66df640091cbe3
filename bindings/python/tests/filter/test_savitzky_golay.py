"""Savitzky-Golay against SciPy and 120-digit least squares; the differentiator, whitening, TKEO and delay."""

import mpmath as mp
import numpy as np
import pytest
import unguard
from agreement import agree
from scipy import linalg, ndimage, signal

FS = 2000.0
MODES = ["interp", "mirror", "nearest", "constant", "wrap"]


def _exact_taps(length, order):
    """Those of every derivative, in units of a sample, from the normal equations, which take many digits."""
    half = length // 2
    powers = mp.matrix(length, order + 1)
    for i in range(length):
        for k in range(order + 1):
            powers[i, k] = mp.mpf(i - half) ** k
    solved = mp.inverse(powers.T * powers) * powers.T
    return [[mp.factorial(d) * solved[d, i] for i in range(length)][::-1] for d in range(order + 1)]


@pytest.mark.parametrize("length", [1, 3, 5, 11, 31, 101, 501])
@pytest.mark.parametrize("order", [0, 1, 2, 3, 4, 6, 10, 12])
def test_taps_are_those_of_120_digits_and_savgol_coeffs(length, order, record_property):
    # Truth: 120 digits; scipy.signal.savgol_coeffs wherever it is itself within 1e-12 of them.
    if order >= length:
        return
    worst, compared = 0.0, 0
    with mp.workdps(120):
        for derivative, exact in enumerate(_exact_taps(length, order)):
            largest = max(abs(v) for v in exact)

            def error(taps, exact=exact, largest=largest):
                return max(float(abs(mp.mpf(t) - v) / largest) for t, v in zip(taps.tolist(), exact, strict=True))

            spec = unguard.SavitzkyGolay(length=length, order=order, derivative=derivative)
            taps = unguard.taps(spec, fs=1.0)
            worst = max(worst, error(taps))
            scipys = signal.savgol_coeffs(length, order, deriv=derivative)
            if error(scipys) <= 9e-13:
                compared += 1
                np.testing.assert_allclose(taps, scipys, rtol=0, atol=1e-12 * float(largest))
            assert spec.start(fs=FS).latency()["samples"] == (length - 1) / 2
            scaled = unguard.taps(spec, fs=FS)
            np.testing.assert_allclose(scaled, taps * FS**derivative, rtol=1e-15, atol=1e-18 * FS**derivative)
    print(f"\nworst error {worst:.2g} of the largest tap; {compared} of {order + 1} compared with SciPy")
    record_property("savgol_taps_worst", worst)
    assert worst <= 1e-15
    assert compared >= 1 or order > 4


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("length", "order", "derivative"), [(11, 3, 0), (5, 2, 1), (31, 4, 2), (1, 0, 0), (101, 3, 1), (51, 2, 0)]
)
@pytest.mark.parametrize("samples", [101, 102, 500])
def test_a_record_is_savgol_filters(mode, length, order, derivative, samples):
    # Truth: scipy.signal.savgol_filter with delta = 1 / fs.
    spec = unguard.SavitzkyGolay(length=length, order=order, derivative=derivative)
    for shape in ((samples,), (samples, 3)):
        x = np.random.default_rng(samples).normal(200, 50, shape)
        expected = signal.savgol_filter(x, length, order, derivative, 1 / FS, axis=0, mode=mode, cval=12.5)
        result = unguard.savitzky_golay(spec, x, fs=FS, mode=mode, cval=12.5)
        agree("savgol_filter", result, expected, np.max(np.abs(x)) * FS**derivative)


@pytest.mark.parametrize("mode", MODES[1:])
@pytest.mark.parametrize(("length", "order"), [(51, 4), (101, 5), (201, 8)])
def test_a_record_where_scipys_own_taps_are_not_that_close(mode, length, order):
    # Truth: scipy.ndimage.convolve1d, which savgol_filter calls, with the taps that 120 digits gave.
    x = np.random.default_rng(order).normal(200, 50, 500)
    spec = unguard.SavitzkyGolay(length=length, order=order)
    expected = ndimage.convolve1d(x, unguard.taps(spec, fs=FS), mode=mode, cval=12.5)
    result = unguard.savitzky_golay(spec, x, fs=FS, mode=mode, cval=12.5)
    agree("savgol_filter", result, expected, np.max(np.abs(x)))


@pytest.mark.parametrize("mode", MODES[1:])
@pytest.mark.parametrize("samples", [1, 2, 3, 7])
def test_records_shorter_than_the_window(mode, samples):
    # Truth: scipy.signal.savgol_filter, which turns round as often as it must.
    x = np.random.default_rng(samples).normal(0, 50, samples)
    spec = unguard.SavitzkyGolay(length=31, order=3)
    expected = signal.savgol_filter(x, 31, 3, mode=mode)
    np.testing.assert_allclose(unguard.savitzky_golay(spec, x, fs=FS, mode=mode), expected, rtol=0, atol=1e-10)
    assert unguard.savitzky_golay(spec, np.zeros((0, 2)), fs=FS, mode=mode).shape == (0, 2)


def test_the_live_filter_is_the_record_late():
    x = np.random.default_rng(2).normal(0, 50, 700)
    spec = unguard.SavitzkyGolay(length=31, order=3)
    np.testing.assert_allclose(
        spec(x, fs=FS)[30:], unguard.savitzky_golay(spec, x, fs=FS)[15:-15], rtol=0, atol=1e-12 * 200
    )


def test_savitzky_golay_refuses_by_name():
    spec = unguard.SavitzkyGolay()
    x = np.zeros(50)
    for kwargs, words in (
        ({"length": 10}, "length is 10: expected an odd number"),
        ({"length": 3, "order": 3}, "order is 3: expected below the length, 3"),
        ({"derivative": 4}, "derivative is 4: expected at most the order, 3"),
    ):
        with pytest.raises(unguard.ConfigError, match=words):
            unguard.savitzky_golay(unguard.SavitzkyGolay(**kwargs), x, fs=FS)
    with pytest.raises(unguard.ConfigError, match="frames is 10: expected at least the length, 11"):
        unguard.savitzky_golay(spec, x[:10], fs=FS)
    with pytest.raises(unguard.ConfigError, match=r'mode is .*: expected one of "interp" "mirror" "nearest"'):
        unguard.savitzky_golay(spec, x, fs=FS, mode="reflect")
    with pytest.raises(unguard.ConfigError, match="cval is nan"):
        unguard.savitzky_golay(spec, x, fs=FS, mode="constant", cval=float("nan"))
    with pytest.raises(unguard.ConfigError, match=r"spec is .*: expected a SavitzkyGolay"):
        unguard.savitzky_golay(unguard.Bandpass(), x, fs=FS)
    with pytest.raises(unguard.ConfigError, match="data is not finite or beyond full scale"):
        unguard.savitzky_golay(spec, np.full(50, np.nan), fs=FS)


def test_the_differentiators_taps_are_the_windowed_ideal():
    # Truth: the formula in 40 digits, and the slope of a ramp.
    with mp.workdps(40):
        length, half, edge, beta = 61, 30, mp.pi * 200 / 1000, mp.mpf(5.0)
        taps = [mp.mpf(0)]
        for m in range(1, half + 1):
            ideal = edge * mp.cos(edge * m) / (mp.pi * m) - mp.sin(edge * m) / (mp.pi * m**2)
            taps.append(ideal * mp.besseli(0, beta * mp.sqrt(1 - mp.mpf(m) ** 2 / half**2)) / mp.besseli(0, beta))
        slope = -2 * mp.fsum(m * t for m, t in enumerate(taps))
        exact = [t / slope * 2000 for t in taps]
        made = unguard.taps(unguard.Differentiator(cutoff=200.0, length=length, beta=5.0), fs=FS)
        largest = max(abs(t) for t in exact)
        assert (
            max(float(abs(mp.mpf(a) - b) / largest) for a, b in zip(made[half:].tolist(), exact, strict=True)) < 1e-15
        )
    assert (made == -made[::-1]).all()
    ramp = np.arange(500) / FS * 40.0  # 40 uV/s
    y = unguard.Differentiator(cutoff=200.0, length=length, beta=5.0)(ramp, fs=FS)
    np.testing.assert_allclose(y[length:], 40.0, rtol=1e-12)


def test_the_differentiator_differentiates_its_band_and_no_more():
    # Truth: 2 pi f below the band's edge, to 0.1 %; 78 dB less than the band's largest gain above it.
    spec = unguard.Differentiator(cutoff=200.0, transition=50.0)
    f = np.linspace(0, 1000, 1001)
    gain = np.abs(unguard.response(spec, f, fs=FS))
    largest = 2 * np.pi * 200
    assert np.max(np.abs(gain - 2 * np.pi * f)[f <= 175]) <= 1e-3 * largest
    assert np.max(gain[f >= 225]) <= 10 ** (-78 / 20) * largest
    t = np.arange(4000) / FS
    x = 50 * np.sin(2 * np.pi * 80 * t)
    delay = int(spec.start(fs=FS).latency()["samples"])
    y = spec(x, fs=FS)
    late = 50 * 2 * np.pi * 80 * np.cos(2 * np.pi * 80 * (t - delay / FS))
    np.testing.assert_allclose(y[1000:], late[1000:], atol=1e-3 * 50 * largest)


def _ar(generator, order):
    """A stable model from reflection coefficients."""
    a = np.array([])
    for k in generator.uniform(-0.95, 0.95, order):
        a = np.r_[a + k * a[::-1], k]
    return a


def test_whitening_is_the_prediction_error_and_keeps_the_rms():
    # Truth: lfilter; the power of an AR process from the Yule-Walker equations.
    generator = np.random.default_rng(4)
    for order in range(1, 9):
        a = _ar(generator, order)
        x = generator.normal(0, 1, 1000)
        plain = unguard.Whitening(coefficients=a, keep_rms=False)
        np.testing.assert_allclose(plain(x, fs=FS), signal.lfilter(np.r_[1, a], 1, x), rtol=0, atol=1e-12)
        # r[0] + sum a_k r[k] = 1 and the other equations, solved for r[0], the power for white noise of power 1.
        rows = np.zeros((order + 1, order + 1))
        full = np.r_[1, a]
        for i in range(order + 1):
            for k in range(order + 1):
                rows[i, abs(i - k)] += full[k]
        power = linalg.solve(rows, np.r_[1, np.zeros(order)])[0]
        gain = unguard.taps(unguard.Whitening(coefficients=a), fs=FS)[0]
        assert gain**2 == pytest.approx(power, rel=1e-9)


def test_whitening_refuses_what_is_no_model():
    for a, words in (
        ([], "coefficients is 0 numbers: expected 1 to 100 numbers"),
        ([-2.0], r"coefficients is \[-2\]: expected a stable model"),
        ([0.0, 1.0], "expected a stable model"),
        ([0.1] * 101, "coefficients is 101 numbers"),
    ):
        with pytest.raises(unguard.ConfigError, match=words):
            unguard.Whitening(coefficients=a).start(fs=FS)


def test_tkeo_is_its_definition_one_sample_late():
    # Truth: Kaiser's formula in numpy, to the last bit; the energy (A sin w)^2 of a sinusoid.
    x = np.random.default_rng(1).normal(0, 30, (500, 3))
    y = unguard.Tkeo()(x, fs=FS)
    assert (y[2:] == x[1:-1] ** 2 - x[2:] * x[:-2]).all()
    w = 2 * np.pi * 90 / FS
    y = unguard.Tkeo()(40 * np.sin(w * np.arange(300) + 0.4), fs=FS)
    np.testing.assert_allclose(y[2:], (40 * np.sin(w)) ** 2, rtol=1e-12)
    assert unguard.Tkeo().start(fs=FS).latency()["samples"] == 1
    with pytest.raises(unguard.ConfigError, match="linear filters only"):
        unguard.response(unguard.Tkeo(), 50.0, fs=FS)


@pytest.mark.parametrize("duration", [0.0, 0.0004, 0.0005, 0.1])
def test_delay_is_the_same_later(duration):
    # Truth: the record, shifted.
    x = np.random.default_rng(1).normal(0, 30, (500, 3))
    samples = int(np.floor(duration * FS + 0.5))
    assert (unguard.Delay(duration=duration)(x, fs=FS) == np.r_[np.zeros((samples, 3)), x][:500]).all()
    assert unguard.Delay(duration=duration).start(fs=FS).latency()["samples"] == samples


def test_delay_is_bounded():
    with pytest.raises(unguard.ConfigError, match=r"duration is 60 s: expected at most 1048576 samples, 1\.048576 s"):
        unguard.Delay(duration=60.0).start(fs=1e6)
