"""The sliding spectrum, live. Truth: the offline multitaper spectrum of the same window, ==."""

from __future__ import annotations

import numpy as np
import pytest
import unguard
from unguard import ConfigError, spectrum

FS = 2000.0
X = np.random.default_rng(3).normal(0, 30, (6000, 2))


def readings(spec: unguard.SlidingSpectrum, block: int, marks: np.ndarray | None = None) -> list:
    live = spec.start(fs=FS, channels=2)
    found = []
    for i in range(0, len(X), block):
        found += live.process(X[i : i + block], marks=None if marks is None else marks[i : i + block])
    live.finish()
    return found


@pytest.mark.parametrize("block", [1, 37, 6000])
def test_is_the_offline_spectrum_in_any_cut(block: int) -> None:
    found = readings(unguard.SlidingSpectrum(interval=0.25, tapers=5), block)
    assert len(found) == 24
    for r in found:
        if r.at < 999:
            assert r.trust == "WARMUP" and r.reasons == ["settling"]
            assert r.mdf_hz is r.mnf_hz is r.rms_uV is r.finsm5 is r.at_floor is None
            continue
        whole = spectrum.multitaper(X[r.at - 999 : r.at + 1, r.channel], fs=FS, count=5)
        assert r.trust == "OK" and r.reasons == []
        assert r.mdf_hz == whole.mdf(20, 450)
        assert r.mnf_hz == whole.mnf(20, 450)
        assert r.rms_uV == np.sqrt(whole.band_power(20, 450))
        assert r.finsm5 == whole.finsm()
        assert r.at_floor == 0


def test_subtracts_the_noise_it_is_given() -> None:
    noise = spectrum.multitaper(0.5 * X[:1000, 0], fs=FS)
    found = readings(unguard.SlidingSpectrum(interval=0.25, noise=noise.density), 100)[-1]
    left = spectrum.multitaper(X[-1000:, 1], fs=FS).subtract_noise(noise)
    assert found.mdf_hz == left.mdf(20, 450) and found.at_floor == left.at_floor(20, 450)
    with pytest.raises(ConfigError, match="501 numbers"):
        unguard.SlidingSpectrum(noise=[1.0]).start(fs=FS)


@pytest.mark.parametrize("fs", [1111.11, 1925.93, 2000.0])
def test_windows_of_any_length_are_transformed_at_the_next_fast_one(fs: float) -> None:
    live = unguard.SlidingSpectrum(interval=0.25).start(fs=fs)
    reading = [r for r in live.process(X[:2400, 0]) if r.mdf_hz is not None][-1]
    window = round(fs / 2)
    of = X[reading.at - window + 1 : reading.at + 1, 0]
    whole = spectrum.multitaper(of, fs=fs, count=3, nfft=spectrum.fast_length(window))
    assert reading.mdf_hz == whole.mdf(20, 450) and reading.rms_uV == np.sqrt(whole.band_power(20, 450))


def test_says_nothing_of_a_rest_it_knows() -> None:
    loud = float(np.sqrt(spectrum.multitaper(X[:, 0], fs=FS).band_power(20, 450)))
    for rest, trust in ((loud, "INVALID"), (loud / 2, "DEGRADED"), (loud / 10, "OK")):
        live = unguard.SlidingSpectrum(interval=0.25, rest=rest).start(fs=FS)
        said = live.process(X[:, 0])[4:]
        assert {r.trust for r in said} == {trust}
        assert all((r.mdf_hz is None) == (trust == "INVALID") for r in said)


def test_withholds_what_is_marked() -> None:
    marks = np.zeros(X.shape, np.uint32)
    marks[3000, 0] = unguard.MARKS["clipped"]
    for r in readings(unguard.SlidingSpectrum(interval=0.25), 100, marks):
        spoilt = r.channel == 0 and 3000 <= r.at < 4000
        if r.at >= 999:
            assert (r.mdf_hz is None) == spoilt
            assert r.reasons == (["clipped"] if spoilt else [])


def test_goes_on_from_a_saved_state() -> None:
    live, other = (unguard.SlidingSpectrum(interval=0.25).start(fs=FS, channels=["l", "r"]) for _ in range(2))
    live.process(X[:3333])
    other.load(live.save())
    assert other.process(X[3333:]) == live.process(X[3333:])
    assert (other.position, other.channels, other.latency()) == (6000, ["l", "r"], 499.5)
    with pytest.raises(ConfigError, match="state"):
        unguard.SlidingSpectrum(tapers=2).start(fs=FS, channels=2).load(live.save())
    live.finish()
    with pytest.raises(ConfigError, match="finished"):
        live.process(X)
    live.reset()
    assert live.position == 0
    with pytest.raises(ConfigError, match="2 channels"):
        live.process(X[:, 0])
