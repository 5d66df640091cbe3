"""The engine against SciPy on the same coefficients: the same arithmetic in the same order, so the same bits."""

import numpy as np
import pytest
import unguard
from agreement import agree
from scipy import signal

BANDPASS = signal.butter(4, [20, 450], "band", fs=2000, output="sos")


def normal_samples(rows):
    """True where neither the value nor a neighbour is near the subnormal range, which the engine flushes."""
    return np.abs(rows) > 1e-290


@pytest.mark.parametrize("channels", range(1, 66))
def test_same_bits_for_every_channel_count_and_200_cuts(channels):
    # Truth: scipy.signal.sosfilt, compared with ==.
    generator = np.random.default_rng(channels)
    x = generator.normal(5000, 40, (1500, channels))
    expected = signal.sosfilt(BANDPASS, x, axis=0)
    live = unguard.Sos(rows=BANDPASS).start(fs=2000, channels=channels)
    for trial in range(200 if channels in (1, 8, 21) else 4):
        live.reset()
        cuts = np.sort(generator.integers(0, len(x) + 1, generator.integers(0, 60)))
        parts = [live.process(part) for part in np.split(x, cuts)]
        result = np.concatenate(parts)
        different = (result != expected) & normal_samples(expected)
        assert not different.any(), f"trial {trial}: {different.sum()} samples differ"


def test_same_bits_for_random_cascades():
    # Truth: scipy.signal.sosfilt on SciPy's own designs of every kind and order.
    generator = np.random.default_rng(7)
    x = generator.normal(0, 100, (3000, 5))
    for order in range(1, 13):
        for kind, edges in (("low", 300), ("high", 25), ("band", (30, 400)), ("stop", (45, 55))):
            sos = signal.butter(order, edges, kind, fs=2000, output="sos")
            expected = signal.sosfilt(sos, x, axis=0)
            result = unguard.Sos(rows=sos)(x, fs=2000)
            assert ((result == expected) | ~normal_samples(expected)).all(), (order, kind)


def test_one_dimension_in_one_dimension_out():
    x = np.random.default_rng(1).normal(0, 1, 400)
    y = unguard.Sos(rows=BANDPASS)(x, fs=2000)
    assert y.shape == x.shape
    assert (y == signal.sosfilt(BANDPASS, x)).all()


@pytest.mark.parametrize("order", [1, 2, 5, 8])
def test_zero_phase_is_sosfiltfilt(order):
    # Truth: scipy.signal.sosfiltfilt with its default padding.
    x = np.random.default_rng(3).normal(300, 50, (2500, 3))
    for spec in (
        unguard.Bandpass(order=order),
        unguard.Highpass(order=order),
        unguard.Lowpass(cutoff=30, order=order),
        unguard.Chain(unguard.Bandpass(order=order), unguard.Notch(q=30)),
    ):
        sos = unguard.sections(spec, fs=2000)
        expected = signal.sosfiltfilt(sos, x, axis=0)
        agree("sosfiltfilt", unguard.zero_phase(spec, x, fs=2000), expected, np.max(np.abs(x)))


def there_and_back(sos, steady, x):
    """What sosfiltfilt does, from a steady state that is given."""
    zeros = min((sos[:, 2] == 0).sum(), (sos[:, 5] == 0).sum())
    n = 3 * (2 * len(sos) + 1 - zeros)
    y = np.concatenate([2 * x[0] - x[n:0:-1], x, 2 * x[-1] - x[-2 : -n - 2 : -1]])
    for _ in range(2):
        y = signal.sosfilt(sos, y, axis=0, zi=steady[..., None] * y[0])[0][::-1]
    return y[n:-n]


def test_zero_phase_is_sosfiltfilt_down_to_a_thousandth_of_the_rate(record_property):
    # Truth: scipy.signal.sosfiltfilt on SciPy's own designs of every kind and order, to 1e-12 of the signal; of low
    # band-stops to what the last digit of SciPy's own steady state changes in its answer, which is another one with
    # another machine's LAPACK. Not for lower edges: there it is more than 1e-12 of the signal everywhere.
    generator = np.random.default_rng(11)
    identical = compared = 0
    for order in range(1, 13):
        for fraction in (1e-3, 2e-3, 1e-2, 0.1, 0.3):
            low = fraction * 2000
            x = generator.normal(300, 50, (4000, 2))
            for kind, edges in (("low", low), ("high", low), ("band", (low, 1.5 * low)), ("stop", (low, 1.5 * low))):
                sos = signal.butter(order, edges, kind, fs=2000, output="sos")
                try:
                    spec = unguard.Sos(rows=sos)
                    result = unguard.zero_phase(spec, x, fs=2000)
                except unguard.ConfigError:
                    continue
                expected = signal.sosfiltfilt(sos, x, axis=0)
                steady = signal.sosfilt_zi(sos)
                assert (there_and_back(sos, steady, x) == expected).all()
                digits = [np.nextafter(steady, steady * (1 + sign)) for sign in (-1, 1)]
                digit = max(np.max(np.abs(there_and_back(sos, zi, x) - expected)) for zi in digits)
                size = np.max(np.abs(x))
                agree("sosfiltfilt", result, expected, size, max(1e-12, 3 * digit / size))
                identical += bool((result == expected).all())
                compared += 1
    print(f"\n{identical} of {compared} records are the same bits")
    record_property("sosfiltfilt_identical", f"{identical} of {compared}")
    assert compared >= 200


def test_zero_phase_padding_is_scipys_to_the_sample():
    spec = unguard.Bandpass()
    shortest = 3 * (2 * 4 + 1) + 1
    x = np.random.default_rng(3).normal(0, 50, shortest)
    expected = signal.sosfiltfilt(unguard.sections(spec, fs=2000), x)
    agree("sosfiltfilt", unguard.zero_phase(spec, x, fs=2000), expected, np.max(np.abs(x)))
    with pytest.raises(unguard.ConfigError, match=r"frames is 27: expected more than 27"):
        unguard.zero_phase(spec, x[:-1], fs=2000)


@pytest.mark.parametrize(
    ("spec", "scipys"),
    [
        (unguard.Lowpass(cutoff=100, order=3), (3, 100, "low")),
        (unguard.Highpass(cutoff=30, order=4), (4, 30, "high")),
        (unguard.Bandpass(low=20, high=450, order=4), (4, (20, 450), "band")),
        (unguard.Bandstop(low=45, high=55, order=2), (2, (45, 55), "stop")),
    ],
)
def test_response_and_group_delay_are_scipys(spec, scipys):
    # Truth: scipy.signal.freqz_zpk of SciPy's own design.
    f = np.array([0.5, 10, 20, 31.7, 44, 53, 100, 250, 450, 700, 950])
    z, p, k = signal.butter(scipys[0], scipys[1], scipys[2], fs=2000, output="zpk")
    _, h = signal.freqz_zpk(z, p, k, worN=f, fs=2000)
    np.testing.assert_allclose(unguard.response(spec, f, fs=2000), h, rtol=1e-9, atol=1e-12)
    step = 1e-4
    _, around = signal.freqz_zpk(z, p, k, worN=np.sort(np.r_[f - step, f + step]), fs=2000)
    slope = np.angle(around[1::2] / around[::2]) / (2 * np.pi * 2 * step / 2000)
    np.testing.assert_allclose(unguard.group_delay(spec, f, fs=2000), -slope, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("q", [5, 10, 30])
def test_notch_by_q_is_iirnotch(q):
    # Truth: scipy.signal.iirnotch.
    b, a = signal.iirnotch(50, q, fs=2000)
    row = unguard.sections(unguard.Notch(frequency=50, q=q), fs=2000)[0]
    np.testing.assert_allclose(row, np.r_[b, a], rtol=1e-13)


def test_settle_time_of_the_default_bandpass_is_the_known_275_ms():
    # Truth: reliability measurements of this design: 300 mV fall below 1 uV after 275 ms.
    assert unguard.settle_time(unguard.Bandpass(), fs=2000) == pytest.approx(0.275, abs=0.001)
    assert unguard.settle_time(unguard.Bandpass(order=2), fs=2000) == pytest.approx(0.136, abs=0.001)


def test_sections_are_taken_as_an_array_nested_or_flat():
    # Truth: SciPy's array; nested as JSON holds it.
    specs = [
        unguard.Sos(rows=rows) for rows in (BANDPASS, BANDPASS.tolist(), BANDPASS.ravel().tolist(), BANDPASS.ravel())
    ]
    assert all(spec == specs[0] for spec in specs)
    assert unguard.Fir(taps=np.ones((1, 4))) == unguard.Fir(taps=np.ones((4, 1))) == unguard.Fir(taps=[1, 1, 1, 1])
