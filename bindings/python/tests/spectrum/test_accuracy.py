"""How well MDF and MNF of half a second are found on EMG of a known spectrum.

Truth: the model of Stulen & De Luca 1981 (doi:10.1109/TBME.1981.324738) behind the filter used, integrated.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.signal
import unguard
from numpy.typing import NDArray
from unguard import spectrum

FS, SAMPLES, WINDOWS = 2000.0, 1000, 5000
LOW, HIGH = 20.0, 450.0
#: The corners of the two presets, Hz.
PRESETS = {"trunk": (30.0, 60.0), "limb": (60.0, 120.0)}
FILTER = unguard.Bandpass(low=LOW, high=HIGH)
#: Power of the white noise of 20 dB, of that of the EMG.
NOISE = 0.01

Floats = NDArray[np.float64]


def model(f: Floats, low: float, high: float) -> Floats:
    return high**4 * f**2 / ((f**2 + low**2) * (f**2 + high**2) ** 2)


def windows_of(density: Any, seed: int) -> Floats:
    """Return band-passed Gaussian noise of that density and power 1, (samples, windows), none overlapping."""
    settling = 8000
    total = SAMPLES * WINDOWS + settling
    f = np.fft.rfftfreq(total, 1 / FS)
    shape = np.sqrt(density(f))
    shape[0] = 0
    white = np.fft.rfft(np.random.default_rng(seed).standard_normal(total))
    x = np.fft.irfft(white * shape, total) * (np.sqrt(total / 2) / np.linalg.norm(shape))
    band = np.asarray(FILTER(x, fs=FS))[settling:]
    return np.ascontiguousarray(band.reshape(WINDOWS, SAMPLES).T)


def in_parts(x: Floats, measure: Any) -> Floats:
    """Return measure(some windows) of all, one row of numbers after the other."""
    return np.concatenate([measure(x[:, i : i + 250]) for i in range(0, WINDOWS, 250)], axis=-1)


def nominal(low: float, high: float, slower: float = 1.0) -> tuple[float, float]:
    """Return MDF and MNF of the model behind the filter, conduction at that share of its speed."""
    f = np.arange(LOW + 0.005, HIGH, 0.01)
    p = model(f / slower, low, high) * np.abs(unguard.response(FILTER, f, fs=FS)) ** 2
    running = np.cumsum(p)
    return float(np.interp(running[-1] / 2, running, f + 0.005)), float((f @ p) / p.sum())


def least_deviation(low: float, high: float) -> tuple[float, float]:
    """Return the Cramer-Rao bound on the standard deviation of MDF and MNF, Hz, in 20 dB of white noise.

    Whittle 1953: of T seconds, the information on two parameters is T times the integral over frequency of the product
    of the derivatives of ln S by each. Unknown are the level and c, the share of its speed that conduction has, in
    S = level P(f / c) + noise; the filter weighs signal and noise alike and falls out. What lies within the band is
    used. MDF and MNF follow c as the model behind the filter has them.
    """
    f = np.arange(LOW + 0.005, HIGH, 0.01)
    p = model(f, low, high)
    everywhere = np.arange(0.005, FS / 2, 0.01)
    noise = NOISE * model(everywhere, low, high).sum() * 0.01 / (FS / 2)
    heard = p / (p + noise)
    slope = np.gradient(np.log(p), np.log(f))
    by_speed, by_level = -slope * heard, heard
    information = np.array([[by_speed @ by_speed, by_speed @ by_level], [by_speed @ by_level, by_level @ by_level]])
    speed = np.sqrt(np.linalg.inv(information * 0.01 * SAMPLES / FS)[0, 0])
    up, down = nominal(low, high, 1.001), nominal(low, high, 0.999)
    return speed * abs(up[0] - down[0]) / 0.002, speed * abs(up[1] - down[1]) / 0.002


def by_scipy(x: Floats) -> Floats:
    """Return MDF and MNF of SciPy's rectangular periodogram, by NumPy, from the bins of the band."""
    f, p = scipy.signal.periodogram(x, FS, axis=0)
    within = (f >= LOW) & (f <= HIGH)
    f, p = f[within], p[within]
    running = np.cumsum(p, axis=0)
    median = [np.interp(r[-1] / 2, r, f + 1) for r in running.T]
    return np.array([median, (f @ p) / p.sum(axis=0)])


@pytest.mark.parametrize("noisy", [False, True], ids=["clean", "20 dB, noise subtracted"])
@pytest.mark.parametrize("preset", PRESETS)
def test_mdf_and_mnf_are_unbiased_and_steady(preset: str, noisy: bool, record_property: Any) -> None:
    # n = 5,000 windows. The standard error of a mean is 0.15 % at most, of a ratio of deviations 0.005.
    corners = PRESETS[preset]
    x = windows_of(lambda f: model(f, *corners), seed=2024)
    floor = None
    if noisy:
        x += np.sqrt(NOISE) * windows_of(np.ones_like, seed=2025)
        # As in a recording: the noise is known from a stretch of rest, here of 60 s.
        rest = spectrum.multitaper(np.sqrt(NOISE) * windows_of(np.ones_like, seed=2026)[:, :120], fs=FS)
        floor = spectrum.PowerSpectrum(rest.density.mean(axis=1), FS, SAMPLES, 120, "rest")

    def ours(part: Floats) -> Floats:
        found = spectrum.multitaper(part, fs=FS)
        found = found if floor is None else found.subtract_noise(floor)
        return np.array([found.mdf(LOW, HIGH), found.mnf(LOW, HIGH)])

    found, reference = in_parts(x, ours), in_parts(x, by_scipy)
    truth, bound = nominal(*corners), least_deviation(*corners)
    for i, name in enumerate(("MDF", "MNF")):
        bias = found[i].mean() / truth[i] - 1
        ratio = found[i].std() / reference[i].std()
        record_property(
            f"{preset} {name} {'noisy' if noisy else 'clean'}",
            f"{truth[i]:.2f} {100 * bias:.2f} {ratio:.3f} {found[i].std():.2f} {bound[i]:.2f}",
        )
        assert abs(bias) <= 0.02
        assert ratio <= 1.1
        assert found[i].std() >= 0.9 * bound[i]  # nothing is steadier than the bound
