"""Finite impulse responses against SciPy, mpmath and numpy.fft: run on identical taps, and designed."""

import mpmath as mp
import numpy as np
import pytest
import unguard
from agreement import agree
from scipy import signal

FS = 2000.0
WINDOWS = {
    "rectangular": "boxcar",
    "hamming": "hamming",
    "hann": "hann",
    "blackman": "blackman",
    "blackman-harris": "blackmanharris",
    "flat top": "flattop",
}


def _taps(length, seed=0):
    return np.random.default_rng(seed + length).normal(0, 1, length) / length


def _close(result, expected, scale):
    agree("lfilter, finite responses", result, expected, scale)


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 8, 31, 101, 399, 400, 401, 640, 1001, 3000, 8001])
@pytest.mark.parametrize("channels", [0, 1, 3, 8])
def test_output_is_lfilters(length, channels):
    # Truth: scipy.signal.lfilter; no channels is a one-dimensional array.
    x = np.random.default_rng(length).normal(1000, 50, (2500, channels) if channels else 2500)
    taps = _taps(length)
    y = unguard.Fir(taps=taps)(x, fs=FS)
    assert y.shape == x.shape and y.dtype == np.float64
    _close(y, signal.lfilter(taps, 1, x, axis=0), np.max(np.abs(x)))


@pytest.mark.parametrize("length", [1, 3, 101, 500])
@pytest.mark.parametrize("samples", [0, 1, 2, 5, 63, 64, 65])
def test_empty_and_short_inputs(length, samples):
    # Truth: scipy.signal.lfilter; of nothing, which it refuses, nothing.
    taps, x = _taps(length), np.random.default_rng(samples).normal(0, 1, (samples, 2))
    y = unguard.Fir(taps=taps)(x, fs=FS)
    assert y.shape == x.shape
    if samples:
        _close(y, signal.lfilter(taps, 1, x, axis=0), 1)
    assert unguard.Fir(taps=taps)(x[:, 0], fs=FS).shape == (samples,)


@pytest.mark.parametrize("dtype", [np.float32, np.float16, np.int16, np.int32, np.uint8])
@pytest.mark.parametrize("length", [21, 600])
def test_other_number_types_are_read_as_float64(dtype, length):
    # Truth: lfilter of the same numbers as float64.
    x = (np.random.default_rng(5).random((800, 2)) * 200).astype(dtype)
    taps = _taps(length)
    _close(unguard.Fir(taps=taps)(x, fs=FS), signal.lfilter(taps, 1, x.astype(float), axis=0), 200)
    assert (unguard.Fir(taps=taps)(np.asfortranarray(x), fs=FS) == unguard.Fir(taps=taps)(x, fs=FS)).all()


def test_random_taps_records_and_cuts():
    # Truth: lfilter, and the same bits however the stream is cut; 60 seeded cases.
    generator = np.random.default_rng(20261126)
    for case in range(60):
        length = int(np.exp(generator.uniform(0, np.log(3000))))
        channels, samples = int(generator.integers(1, 20)), int(generator.integers(1, 3000))
        taps = generator.normal(0, 1, length) * np.exp(generator.uniform(-20, 20))
        x = generator.normal(generator.normal(0, 1e4), 50, (samples, channels))
        spec = unguard.Fir(taps=taps)
        whole = spec(x, fs=FS)
        _close(whole, signal.lfilter(taps, 1, x, axis=0), np.max(np.abs(x)) * np.sum(np.abs(taps)))
        live = spec.start(fs=FS, channels=channels)
        cuts = np.sort(generator.integers(0, samples + 1, generator.integers(0, 40)))
        parts = [live.process(part) for part in np.split(x, cuts)]
        assert (np.concatenate(parts) == whole).all(), case


@pytest.mark.parametrize(
    "taps", [signal.remez(101, [0, 100, 140, 1000], [1, 0], fs=FS), _taps(7), _taps(2), _taps(450)]
)
def test_zero_phase_is_filtfilt(taps):
    # Truth: scipy.signal.filtfilt with its default padding.
    x = np.random.default_rng(3).normal(300, 50, (2500, 3))
    result = unguard.zero_phase(unguard.Fir(taps=taps), x, fs=FS)
    agree("filtfilt, finite responses", result, signal.filtfilt(taps, [1.0], x, axis=0), np.max(np.abs(x)))


def test_zero_phase_of_one_tap_is_its_square():
    # Truth: the definition; scipy.signal.filtfilt takes no single tap.
    x = np.random.default_rng(3).normal(300, 50, 100)
    _close(unguard.zero_phase(unguard.Fir(taps=[0.5]), x, fs=FS), 0.25 * x, np.max(np.abs(x)))


def test_zero_phase_padding_is_scipys_to_the_sample():
    taps = signal.firwin(21, 100, fs=FS)
    x = np.random.default_rng(3).normal(0, 50, 64)
    result = unguard.zero_phase(unguard.Fir(taps=taps), x, fs=FS)
    agree("filtfilt, finite responses", result, signal.filtfilt(taps, [1.0], x), np.max(np.abs(x)))
    with pytest.raises(unguard.ConfigError, match="frames is 63: expected more than 63"):
        unguard.zero_phase(unguard.Fir(taps=taps), x[:-1], fs=FS)


@pytest.mark.parametrize("length", [64, 200, 640, 1024])
def test_long_blocks_are_the_circular_convolution_of_numpys_transforms(length):
    # Truth: numpy.fft, on a record long enough for the answer to end in it.
    taps = _taps(600)
    x = np.random.default_rng(length).normal(0, 10, length)
    size = length + len(taps) - 1
    expected = np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(taps, size), size)
    _close(unguard.Fir(taps=taps)(np.r_[x, np.zeros(len(taps) - 1)], fs=FS), expected, np.max(np.abs(x)))


def _scipy_window(name, beta):
    return ("kaiser", beta) if name == "kaiser" else WINDOWS[name]


@pytest.mark.parametrize("window", [*WINDOWS, "kaiser"])
@pytest.mark.parametrize("length", [1, 3, 7, 20, 64, 101, 513, 2047])
@pytest.mark.parametrize("scaled", [True, False])
def test_designs_are_firwins(window, length, scaled):
    # Truth: scipy.signal.firwin, whose own rounding is the limit.
    shape = {"length": length, "window": window, "scaled": scaled} | ({"beta": 7.3} if window == "kaiser" else {})
    asked = {"window": _scipy_window(window, 7.3), "fs": FS, "scale": scaled}
    made = [
        (unguard.FirLowpass(cutoff=170.0, **shape), 170, True),
        (unguard.FirBandpass(low=20.0, high=450.0, **shape), [20, 450], False),
        (unguard.FirHighpass(cutoff=30.0, **shape), 30, False),
        (unguard.FirBandstop(low=45.0, high=55.0, **shape), [45, 55], True),
    ]
    for spec, edges, to_zero in made:
        odd_only = isinstance(spec, unguard.FirHighpass | unguard.FirBandstop)
        if odd_only and length % 2 == 0:
            with pytest.raises(unguard.ConfigError, match=rf"length is {length}: expected an odd number"):
                unguard.taps(spec, fs=FS)
            with pytest.raises(ValueError, match="even number"):
                signal.firwin(length, edges, pass_zero=to_zero, **asked)
            continue
        with np.errstate(all="ignore"):
            expected = signal.firwin(length, edges, pass_zero=to_zero, **asked)
        taps = unguard.taps(spec, fs=FS)
        if scaled and np.max(np.abs(expected)) > 10:  # windows that leave next to nothing: only their ratio is defined
            continue
        np.testing.assert_allclose(taps, expected, rtol=0, atol=2e-13)
        assert (taps == taps[::-1]).all()


def _exact_firwin(bands, length, window, scaled):
    """Taps in 40 digits."""
    half = mp.mpf(length - 1) / 2
    taps = []
    for n in range(length):
        m = n - half
        ideal = mp.fsum(b * mp.sincpi(b * m) - a * mp.sincpi(a * m) for a, b in bands)
        taps.append(ideal * window(m / half))
    if scaled:
        a, b = bands[0]
        middle = 0 if a == 0 else 1 if b == 1 else (a + b) / 2
        gain = mp.fsum(t * mp.cospi((n - half) * middle) for n, t in enumerate(taps))
        taps = [t / gain for t in taps]
    return taps


_COSINES = {
    "hamming": ("0.54", "0.46"),
    "blackman-harris": ("0.35875", "0.48829", "0.14128", "0.01168"),
    "flat top": ("0.21557895", "0.41663158", "0.277263158", "0.083578947", "0.006947368"),
}


@pytest.mark.parametrize("window", ["kaiser", *_COSINES])
@pytest.mark.parametrize("length", [21, 101, 725])
def test_designs_are_those_of_40_digits_rounded_once(window, length, record_property):
    # Truth: the formulas in mpmath. Half a unit in the last place is what rounding costs.
    with mp.workdps(40):
        beta = mp.mpf(8.5)

        def shape(at):
            if window == "kaiser":
                return mp.besseli(0, beta * mp.sqrt(1 - at * at)) / mp.besseli(0, beta)
            return mp.fsum(mp.mpf(a) * mp.cospi(k * at) for k, a in enumerate(_COSINES[window]))

        low, high = mp.mpf(20) / 1000, mp.mpf(450) / 1000
        given = {"length": length, "window": window} | ({"beta": 8.5} if window == "kaiser" else {})
        worst = 0.0
        for spec, bands in (
            (unguard.FirLowpass(cutoff=450.0, **given), [(mp.mpf(0), high)]),
            (unguard.FirHighpass(cutoff=20.0, **given), [(low, mp.mpf(1))]),
            (unguard.FirBandpass(low=20.0, high=450.0, **given), [(low, high)]),
            (unguard.FirBandstop(low=20.0, high=450.0, **given), [(mp.mpf(0), low), (high, mp.mpf(1))]),
        ):
            exact = _exact_firwin(bands, length, shape, scaled=True)
            largest = max(abs(t) for t in exact)
            for tap, truth in zip(unguard.taps(spec, fs=FS).tolist(), exact, strict=True):
                worst = max(worst, float(abs(mp.mpf(tap) - truth) / largest))
    print(f"\nworst error {worst:.2g} of the largest tap")
    record_property("taps_worst", worst)
    assert worst <= 1.2e-16


@pytest.mark.parametrize("attenuation", [8.0, 20.0, 21.0, 21.5, 40.0, 50.0, 50.1, 60.0, 100.0, 200.0])
@pytest.mark.parametrize("transition", [0.5, 3.3, 20.0, 400.0, 1000.0])
def test_kaiser_order_is_kaiserord(attenuation, transition):
    # Truth: scipy.signal.kaiserord.
    length, beta = unguard.kaiser_order(attenuation, transition, fs=FS)
    expected_length, expected_beta = signal.kaiserord(attenuation, transition / (FS / 2))
    assert length == expected_length and beta == pytest.approx(expected_beta, rel=1e-14)


@pytest.mark.parametrize(
    ("spec", "edges"),
    [
        (unguard.FirLowpass(cutoff=100.0, transition=20.0, attenuation=70.0), (0, 90, 110, 1000)),
        (unguard.FirHighpass(cutoff=100.0, transition=20.0, attenuation=50.0), (110, 1000, 0, 90)),
        (unguard.FirHighpass(), (30, 1000, 0, 10)),
    ],
)
def test_a_design_by_transition_keeps_what_it_was_asked_for(spec, edges):
    # Truth: the attenuation asked for, 3 dB for Kaiser's rule being a rule (scipy.signal.firwin's taps are the same).
    ripple = 10 ** (-(spec.attenuation - 3) / 20)
    taps = unguard.taps(spec, fs=FS)
    assert len(taps) % 2 == 1
    f = np.linspace(0, 1000, 4001)
    gain = np.abs(unguard.response(spec, f, fs=FS))
    assert np.max(np.abs(gain[(f >= edges[0]) & (f <= edges[1])] - 1)) <= ripple
    assert np.max(gain[(f >= edges[2]) & (f <= edges[3])]) <= ripple
    assert unguard.group_delay(spec, 50.0, fs=FS)[0] == (len(taps) - 1) / 2
    assert spec.start(fs=FS).latency()["samples"] == (len(taps) - 1) / 2


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (unguard.FirLowpass(cutoff=1000.0), r"cutoff is 1000 Hz: expected below half the sampling rate, 1000 Hz"),
        (unguard.FirBandpass(low=450.0, high=20.0), r"low is 450 Hz: expected below high, 20 Hz \(FirBandpass\.low\)"),
        (unguard.FirBandstop(high=2000.0), r"high is 2000 Hz: expected below half the sampling rate"),
        (unguard.FirLowpass(length=11, transition=5.0), r"transition is 5 Hz: expected length or transition, not both"),
        (unguard.FirLowpass(window="hann"), r"window is \"?hann\"?: expected \"kaiser\" where no length is given"),
        (
            unguard.FirLowpass(window="hann", length=9, beta=3.0),
            r"beta is 3: expected no beta without the Kaiser window",
        ),
        (unguard.FirLowpass(window="hann", length=2), r"length is 2: expected one whose taps under this window have a"),
        (unguard.FirHighpass(length=10), r"length is 10: expected an odd number"),
        (unguard.FirHighpass(transition=0.01), r"transition is 0\.01 Hz: expected one that takes at most 32768 taps"),
        (unguard.FirHighpass(transition=1000.0), r"transition is 1000 Hz: expected below half the sampling rate"),
    ],
)
def test_designs_that_cannot_be_are_refused_by_name(spec, words):
    with pytest.raises(unguard.ConfigError, match=words):
        unguard.taps(spec, fs=FS)


def test_taps_are_those_of_one_fir_filter():
    assert unguard.taps(unguard.Fir(taps=[1, 2, 3]), fs=FS).tolist() == [1, 2, 3]
    for spec in (unguard.Bandpass(), unguard.Rms(), unguard.Chain(unguard.Fir(taps=[1]), unguard.Fir(taps=[1]))):
        with pytest.raises(unguard.ConfigError, match=r"spec is|stages is"):
            unguard.taps(spec, fs=FS)
    with pytest.raises(unguard.ConfigError, match="second-order sections only"):
        unguard.sections(unguard.FirBandpass(), fs=FS)


def test_response_is_freqz():
    # Truth: scipy.signal.freqz.
    taps, f = _taps(300), np.linspace(0, 1000, 77)
    _, h = signal.freqz(taps, worN=f, fs=FS)
    np.testing.assert_allclose(unguard.response(unguard.Fir(taps=taps), f, fs=FS), h, atol=1e-14)
