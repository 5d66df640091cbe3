"""What is measured on spectra. Truth: NumPy's sums of the definitions; Parseval's theorem; closed forms."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import unguard
from unguard import ConfigError, spectrum

FS = 2000.0
X = np.random.default_rng(7).normal(0, 30, (3001, 3))
FOUND = spectrum.welch(X, fs=FS, segment=0.25)


def test_are_the_sums_of_their_definitions() -> None:
    f, p = FOUND.frequency_hz, FOUND.density
    np.testing.assert_allclose(FOUND.mnf(), (f @ p) / p.sum(axis=0), rtol=1e-13)
    np.testing.assert_allclose(FOUND.band_power(), p.sum(axis=0) * 4, rtol=1e-13)
    np.testing.assert_allclose(FOUND.moment(2), (f**2 @ p) * 4, rtol=1e-13)
    np.testing.assert_array_equal(FOUND.peak(), f[p.argmax(axis=0)])
    mean = (f @ p) / p.sum(axis=0)
    spread = np.sqrt(((f[:, None] - mean) ** 2 * p).sum(axis=0) / p.sum(axis=0))
    np.testing.assert_allclose(FOUND.bandwidth(), spread, rtol=1e-13)
    within = slice(3, 125)  # 10 to 498 Hz: bins 12, 16, ... 496, each whole
    np.testing.assert_allclose(
        FOUND.finsm(low=10, high=498), (1 / f[within] @ p[within]) / (f[within] ** 5 @ p[within]), rtol=1e-13
    )
    one = FOUND.statistical_bandwidth(10, 498)
    np.testing.assert_allclose(one, p[within].sum(axis=0) ** 2 / (p[within] ** 2).sum(axis=0) * 4, rtol=1e-13)


@pytest.mark.parametrize(("low", "high"), [(0, None), (20, 450), (21.3, 333.3), (0.1, 999.9)])
def test_mdf_is_where_the_running_power_is_half(low: float, high: float | None) -> None:
    edges = np.clip((np.arange(len(FOUND.density) + 1) - 0.5) * 4, 0, FS / 2)
    running = np.vstack([np.zeros(3), np.cumsum(FOUND.density * 4, axis=0)])
    for c, found in enumerate(FOUND.mdf(low, high)):
        below, above = np.interp([low, high or FS / 2], edges, running[:, c])
        assert found == pytest.approx(np.interp((below + above) / 2, running[:, c], edges), rel=1e-12)


def test_a_rectangular_periodogram_has_the_mean_square() -> None:
    for samples in (1, 2, 999, 3001):
        x = X[:samples]
        raw = spectrum.periodogram(x, fs=FS, detrend="none")
        np.testing.assert_allclose(raw.band_power(), (x**2).mean(axis=0), rtol=1e-12)
        parts = [raw.band_power(a, b) for a, b in ((0, 20), (20, 33.3), (33.3, 450), (450, 1000))]
        np.testing.assert_allclose(np.sum(parts, axis=0), (x**2).mean(axis=0), rtol=1e-12)


def test_one_channel_gives_numbers_and_several_give_rows() -> None:
    alone = spectrum.welch(X[:, 1], fs=FS, segment=0.25)
    assert isinstance(alone.mdf(), float)
    assert alone.mdf(20, 450) == FOUND.mdf(20, 450)[1]
    shown = spectrum.spectrogram(X, fs=FS, segment=0.25)
    assert shown.mdf().shape == shown.density.shape[1:]
    part = spectrum.periodogram(X[250:750], fs=FS, window="hann")
    np.testing.assert_array_equal(shown.mnf(20, 450)[1], part.mnf(20, 450))


def test_without_power_there_is_no_frequency() -> None:
    silent = spectrum.periodogram(np.full(500, 3.0), fs=FS)
    assert silent.band_power() == 0
    for value in (silent.mnf(), silent.mdf(), silent.peak(), silent.bandwidth(), silent.finsm()):
        assert math.isnan(value)
    assert silent.at_floor() == 1


def test_tiny_signals_have_the_same_index() -> None:
    tiny = spectrum.welch(X * 2.0**-200, fs=FS, segment=0.25)
    np.testing.assert_array_equal(tiny.finsm(), FOUND.finsm())
    assert 1e-16 < FOUND.finsm()[0] < 1e-12


def test_noise_is_subtracted_and_never_below_zero() -> None:
    rest = spectrum.welch(X[:, 0] * 0.8, fs=FS, segment=0.25)
    left = FOUND.subtract_noise(rest)
    np.testing.assert_array_equal(left.density, np.maximum(FOUND.density - rest.density[:, None], 0))
    assert np.all(left.at_floor(20, 450) <= 0.3) and np.any(left.at_floor(20, 450) > 0)
    np.testing.assert_array_equal(FOUND.subtract_noise(FOUND).density, 0)
    assert "without" in left.made
    for noise, named in (
        (spectrum.welch(X[:, 0], fs=FS), "samples at"),
        (spectrum.welch(X[:, :2], fs=FS, segment=0.25), "shape"),
        (3, "PowerSpectrum"),
    ):
        with pytest.raises(ConfigError, match=named) as refusal:
            FOUND.subtract_noise(noise)
        assert refusal.value.parameter == "noise"


def test_snr_is_what_is_above_the_noise() -> None:
    rest = spectrum.welch(X[:, 0] * 0.5, fs=FS, segment=0.25)
    power, noise = FOUND.band_power(20, 450), rest.band_power(20, 450)
    np.testing.assert_allclose(FOUND.snr_db(rest, 20, 450), 10 * np.log10((power - noise) / noise), rtol=1e-13)
    assert spectrum.welch(X[:, 0], fs=FS, segment=0.25).snr_db(rest) == pytest.approx(10 * math.log10(3), abs=1e-9)
    assert rest.snr_db(rest) == -math.inf
    with pytest.raises(ConfigError, match="noise is 3"):
        FOUND.snr_db(3)


@pytest.mark.parametrize("fs", [250.0, 500.0, 1000.0])
def test_slow_rates_have_bands_up_to_half_of_them(fs: float) -> None:
    live = unguard.SlidingSpectrum(interval=2000 / fs, window=1000 / fs).start(fs=fs)
    (reading,) = live.process(X[:2000, :1])
    whole = spectrum.multitaper(X[1000:2000, 0], fs=fs, count=3)
    assert reading.mdf_hz == whole.mdf(20, min(450, fs / 2))
    # An index over another band is another number.
    assert reading.finsm5 == (whole.finsm() if fs == 1000 else None)
    if fs < 1000:
        with pytest.raises(
            ConfigError, match="high is 500 Hz: expected a number above low, at most half the sampling rate"
        ):
            whole.finsm()


def test_zero_crossings_count_by_numpy() -> None:
    changed = np.diff(np.signbit(X), axis=0) & (np.abs(np.diff(X, axis=0)) >= 20)
    np.testing.assert_allclose(
        spectrum.zero_crossing_rate(X, fs=FS, threshold=20), changed.sum(axis=0) * FS / (len(X) - 1), rtol=1e-14
    )


def test_tables_and_pictures() -> None:
    table = FOUND.to_dataframe()
    assert list(table) == ["frequency_hz", "channel", "density_uV2_per_Hz"]
    assert len(table) == FOUND.density.size
    assert table[table.channel == 1].density_uV2_per_Hz.iloc[7] == FOUND.density[7, 1]
    assert len(FOUND.plot().lines) == 3
    assert FOUND.plot().get_xlabel() == "frequency [Hz]"
    shown = spectrum.spectrogram(X, fs=FS, segment=0.25)
    table = shown.to_dataframe()
    some = table[(table.channel == 2) & (table.time_s == shown.time_s[3]) & (table.frequency_hz == 40)]
    assert some.density_uV2_per_Hz.item() == shown.density[10, 3, 2]
    assert shown.plot(channel=2).get_ylabel() == "frequency [Hz]"
    assert "uV^2/Hz" in repr(FOUND) and "Welch" in repr(FOUND) and "Spectrogram" in repr(shown)


#: A call that cannot be, and the argument that is named.
REFUSED: list[tuple[Any, str]] = [
    (lambda: spectrum.welch(X, fs=0), "fs"),
    (lambda: spectrum.welch(X, fs=FS, segment=2), "segment"),
    (lambda: spectrum.welch(X, fs=FS, overlap=1), "overlap"),
    (lambda: spectrum.welch(X, fs=FS, window="boxcar"), "window"),
    (lambda: spectrum.welch(X, fs=FS, detrend=False), "detrend"),
    (lambda: spectrum.periodogram(X, fs=FS, nfft=3000), "nfft"),
    (lambda: spectrum.periodogram(X, fs=FS, window="kaiser"), "beta"),
    (lambda: spectrum.multitaper(X, fs=FS, half_bandwidth=3), "half_bandwidth"),
    (lambda: spectrum.ar_spectrum(X[:5], fs=FS), "order"),
    (lambda: spectrum.periodogram(np.array([1, np.nan]), fs=FS), "data"),
    (lambda: FOUND.mdf(-1, 450), "low"),
    (lambda: FOUND.mdf(450, 20), "low"),
    (lambda: FOUND.mdf(20, 1001), "high"),
    (lambda: FOUND.mdf("20"), "low"),
    (lambda: FOUND.finsm(1), "k"),
    (lambda: FOUND.finsm(low=0), "low"),
    (lambda: FOUND.moment(-1), "low"),
    (lambda: FOUND.moment(9, 20), "order"),
    (lambda: spectrum.zero_crossing_rate(X, fs=FS, threshold=-1), "threshold"),
    (lambda: spectrum.spectrogram(X, fs=FS).plot(channel=3), "channel"),
    (lambda: unguard.SlidingSpectrum(tapers=0), "tapers"),
    (lambda: unguard.SlidingSpectrum(high=450).start(fs=800), "high"),
]


@pytest.mark.parametrize(("call", "named"), REFUSED)
def test_refuses_by_name_what_cannot_be(call: Any, named: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        call()
    assert refusal.value.parameter == named
