"""What linear filters do, in numbers. Truth: closed forms; the other functions on the same filter."""

import numpy as np
import pytest
import unguard
from unguard import _core

FS = 10000.0


@pytest.mark.parametrize("name", ["sections", "response", "group_delay", "settle_time", "noise_bandwidth", "taps"])
def test_says_its_source_and_its_errors(name):
    said = getattr(unguard, name).__doc__
    assert "Source: " in said and "Raises ConfigError, naming the argument." in " ".join(said.split())


def test_a_long_delay():
    # Tap by tap it would take minutes.
    spec = unguard.Delay(duration=60)
    assert unguard.settle_time(spec, fs=FS) == 60
    assert unguard.noise_bandwidth(spec, fs=FS) == pytest.approx(FS / 2)


def test_delays_by_a_limit_where_a_finite_response_is_zero():
    # Truth: (1 - z^-1)(1 + z^-2 / 2) delays by 1 / 2 + 2 / 3 at 0 Hz.
    for spec in (
        unguard.Fir(taps=[1, -1, 0.5, -0.5]),
        unguard.TransferFunction(b=[1, -1, 0.5, -0.5], a=[1]),
    ):
        assert unguard.group_delay(spec, 0, fs=FS)[0] == pytest.approx(7 / 6, abs=1e-15)


def test_polynomials_are_the_filter():
    # Truth: the response at the same frequencies.
    frequencies = np.linspace(0, FS / 2, 50)
    w = np.exp(-2j * np.pi * frequencies / FS)
    spec = unguard.Chain(
        unguard.Bandpass(),
        unguard.Fir(taps=[1, 0.5, -0.3, 0.1]),
        unguard.TransferFunction(b=[1, 0.4], a=[1, -0.9]),
        unguard.Notch(),
    )
    h = np.ones(50, complex)
    for b, a in _core.polynomials(spec, fs=FS):
        h *= np.polyval(b[::-1], w) / np.polyval(a[::-1], w)
    np.testing.assert_allclose(h, unguard.response(spec, frequencies, fs=FS), rtol=1e-9, atol=1e-12)
