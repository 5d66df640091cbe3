"""Spectra of records with samples that must not count. Truth: the spectra of what is left; the live rule."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import unguard
from unguard import ConfigError, spectrum
from unguard.recording import Channel, Recording

FS = 2000.0
X = np.random.default_rng(11).normal(0, 30, (2500, 2))
GAP = unguard.MARKS["gap"]

WHOLE: dict[str, Callable[..., Any]] = {
    "periodogram": spectrum.periodogram,
    "multitaper": spectrum.multitaper,
    "ar_spectrum": spectrum.ar_spectrum,
    "zero_crossing_rate": spectrum.zero_crossing_rate,
}
ALL = {**WHOLE, "welch": spectrum.welch, "spectrogram": spectrum.spectrogram}


def marked(*at: tuple[int, int], bit: int = GAP) -> np.ndarray:
    marks = np.zeros(X.shape, dtype=np.uint32)
    for sample, channel in at:
        marks[sample, channel] = bit
    return marks


def test_half_a_second_of_nothing_through_a_chain_is_no_spectrum() -> None:
    x = X[:, 0].copy()
    x[500:1500] = np.nan
    live = unguard.Chain(unguard.Bandpass()).start(fs=FS)
    filtered, marks = live.process(x, marks=True)
    assert np.isfinite(filtered).all()
    for name, estimate in WHOLE.items():
        with pytest.raises(ConfigError, match=r'at sample \d+ of channel "channel 1"') as refusal:
            estimate(filtered, fs=FS, marks=marks)
        assert refusal.value.parameter == "marks", name
    shown = spectrum.spectrogram(filtered, fs=FS, marks=marks, segment=0.1)
    assert np.isnan(shown.density).any() and not np.isnan(shown.density).all()


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_record_is_refused_by_channel_and_sample(name: str) -> None:
    estimate = WHOLE[name]
    with pytest.raises(ConfigError, match='marks is gap at sample 700 of channel "channel 2": expected a stretch'):
        estimate(X, fs=FS, marks=marked((700, 1), (800, 0)))
    x = X.copy()
    x[1234, 0] = math.inf
    with pytest.raises(ConfigError, match='data is inf at sample 1234 of channel "channel 1"'):
        estimate(x, fs=FS)
    # What is only told of a level forbids nothing.
    told = np.asarray(getattr(estimate(X, fs=FS, marks=marked((7, 0), bit=unguard.MARKS["noise"])), "density", 0))
    np.testing.assert_array_equal(told, getattr(estimate(X, fs=FS), "density", 0))


@pytest.mark.parametrize("bit", unguard.MARKS)
def test_what_withholds_a_live_reading_withholds_a_spectrum(bit: str) -> None:
    marks = marked((300, 0), bit=unguard.MARKS[bit])[:1000, 0].copy()
    live = unguard.SlidingSpectrum(window=0.5, interval=0.5).start(fs=FS)
    (reading,) = live.process(X[:1000, 0], marks=marks)
    withheld = reading.mdf_hz is None
    shown = spectrum.spectrogram(X[:1000, 0], fs=FS, marks=marks)
    assert np.isnan(shown.density).all() == np.isnan(shown.mdf()).all() == withheld
    if withheld:
        with pytest.raises(ConfigError, match=f"marks is {bit} at sample 300"):
            spectrum.multitaper(X[:1000, 0], fs=FS, marks=marks)
    else:
        assert spectrum.multitaper(X[:1000, 0], fs=FS, marks=marks).mdf(20, 450) == reading.mdf_hz


def test_welch_averages_the_segments_that_are_left() -> None:
    found = spectrum.welch(X, fs=FS, marks=marked((700, 1)))
    np.testing.assert_array_equal(found.segments, [4, 2])
    np.testing.assert_array_equal(found.density[:, 0], spectrum.welch(X[:, 0], fs=FS).density)
    np.testing.assert_array_equal(found.density[:, 1], spectrum.welch(X[1000:, 1], fs=FS).density)
    alone = spectrum.welch(X[:, 1], fs=FS, marks=marked((700, 1))[:, 1].copy())
    assert alone.segments == 2
    with pytest.raises(ConfigError, match=r"at sample 700 .* with another such sample in each of 4 segments"):
        spectrum.welch(X, fs=FS, marks=marked((700, 1), (1700, 1)))


def test_a_spectrogram_has_a_column_of_nan_and_goes_on() -> None:
    shown = spectrum.spectrogram(X, fs=FS, marks=marked((1600, 1)))
    clean = spectrum.spectrogram(X, fs=FS)
    lost = np.zeros((4, 2), dtype=bool)
    lost[2:, 1] = True
    np.testing.assert_array_equal(np.isnan(shown.density), np.broadcast_to(lost, shown.density.shape))
    for measure in ("mdf", "mnf", "band_power", "at_floor", "peak", "finsm"):
        truth = np.where(lost, np.nan, getattr(clean, measure)())
        np.testing.assert_array_equal(getattr(shown, measure)(), truth)
    assert shown.plot(channel=1).get_ylabel() == "frequency [Hz]"
    assert shown.to_dataframe().density_uV2_per_Hz.isna().sum() == 2 * 501
    everything = spectrum.spectrogram(X, fs=FS, marks=np.full(X.shape, GAP, dtype=np.uint32))
    assert np.isnan(everything.density).all() and everything.plot() is not None


def test_a_density_with_some_bins_of_nan_is_refused() -> None:
    density = spectrum.welch(X, fs=FS).density.copy()
    for row in (0, 7):
        broken = density.copy()
        broken[row, 1] = np.nan
        with pytest.raises(ConfigError, match="NaN in all bins of a spectrum that is none"):
            unguard._core.mean_frequency(broken, fs=FS, nfft=1000)


@pytest.mark.parametrize("name", ALL)
def test_a_recording_has_rate_and_validity_of_its_own(name: str) -> None:
    estimate = ALL[name]
    channels = [Channel("left", kind="EMG"), Channel("angle", unit="deg", kind="other"), Channel("right")]
    data = np.column_stack([X[:, 0], np.arange(len(X)), X[:, 1]])
    found, truth = estimate(Recording(data, FS, channels)), estimate(X, fs=FS)
    np.testing.assert_array_equal(getattr(found, "density", found), getattr(truth, "density", truth))
    valid = np.ones(data.shape, dtype=bool)
    valid[700, 2] = valid[5, 1] = False
    held = Recording(data, FS, channels, valid=valid)
    if name in WHOLE:
        with pytest.raises(ConfigError, match='missing at sample 700 of channel "right"'):
            estimate(held)
    else:
        missing = marked((700, 1), bit=unguard.MARKS["missing"])
        np.testing.assert_array_equal(estimate(held).density, estimate(X, fs=FS, marks=missing).density)
    for more in ({"fs": FS}, {"marks": marked()}):
        with pytest.raises(ConfigError, match="none beside a Recording"):
            estimate(held, **more)


@pytest.mark.parametrize("name", ALL)
def test_marks_that_do_not_fit_are_refused_by_name(name: str) -> None:
    for marks in (marked()[1:], marked()[:, 0].copy(), marked().astype(np.int64), 3, marked(bit=0) + (1 << 20)):
        with pytest.raises(ConfigError) as refusal:
            ALL[name](X, fs=FS, marks=marks)
        assert refusal.value.parameter == "marks"
    with pytest.raises(ConfigError) as refusal:
        ALL[name](X)
    assert refusal.value.parameter == "fs"


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (
            lambda x: spectrum.spectrogram(x[:1_000_000], fs=FS, overlap=0.99999),
            "overlap is 0.99999, which makes 999001 segments of 501 bins and 1 channels: expected at most 134217728",
        ),
        (lambda x: spectrum.periodogram(x, fs=FS), "record is 20000003 samples at once: expected at most 16777216"),
        (lambda x: spectrum.multitaper(x[:1000], fs=FS, nfft=60_000_000), "nfft is 60000000: expected"),
        (lambda x: spectrum.periodogram(x[:1000], fs=FS, nfft=5_000_011), "as nfft = 5038848"),
        (lambda x: spectrum.ar_spectrum(x[:1000], fs=FS, nfft=5_000_011), "as nfft = 5038848"),
        (lambda x: spectrum.welch(x[:1000], fs=FS, segment=0.1, nfft=5_000_011), "as nfft = 5038848"),
        (lambda x: spectrum.multitaper(x[:4_000_000], fs=FS, count=64), "count is 64 tapers of 4000000 samples"),
        (
            lambda x: spectrum.periodogram(x[:6400].reshape(100, 64), fs=FS, nfft=1 << 24),
            "nfft is 16777216 samples, which makes 8388609 bins of 64 channels",
        ),
    ],
)
def test_what_does_not_fit_into_memory_is_refused_by_name(call: Callable[[Any], Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        call(np.zeros(20_000_003))
