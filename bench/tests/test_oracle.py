"""The oracle knows both spectra. Truth: the closed form of what a sample says on average, half of the mean over
frequency of S1/S0 - 1 - ln(S1/S0) while the muscle is on, and minus the same of S0/S1 at rest; sums and excursions by
hand.
"""

import numpy as np
import pytest
import unguard
from numpy.typing import NDArray
from scipy import signal

from bench.evidence import oracle
from bench.evidence.emg_model import PRESETS, density
from bench.evidence.onset_trials import FS, heard

SAMPLES = 1 << 18
#: Of the closed form. The oracle's order leaves 0.9 % at most, one of 60 at least 2 %.
CLOSE = 0.015
TRIALS = [(preset, snr) for preset in ("limb", "trunk") for snr in (5, 10)]


def spectra(preset: str, snr_dB: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the densities of rest and of activity, noise of density 1 before the band."""
    f = np.fft.rfftfreq(SAMPLES, 1 / FS)
    passed = np.abs(signal.sosfreqz(oracle.band(FS), worN=f, fs=FS)[1]) ** 2
    emg = passed * density(f, *PRESETS[preset])
    return passed, passed + 10 ** (snr_dB / 10) * passed.mean() / emg.mean() * emg


def with_density(power: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Return a signal whose periodogram is this density at every frequency: averages over it have no sampling error."""
    phase = np.exp(2j * np.pi * np.random.default_rng(seed).random(len(power)))
    return np.asarray(np.fft.irfft(np.sqrt(power * SAMPLES) * phase, SAMPLES))


def closed_form(preset: str, snr_dB: float) -> tuple[float, float]:
    """Return what a sample says on average, nats: under activity and at rest. Where neither passes, both are alike."""
    passed, active = (power[1:-1] for power in spectra(preset, snr_dB))
    ratio = active / passed
    return 0.5 * float(np.mean(ratio - 1 - np.log(ratio))), -0.5 * float(np.mean(1 / ratio - 1 + np.log(ratio)))


def off(preset: str, snr_dB: float) -> list[float]:
    """Return how far the oracle is from the closed form, under activity and at rest, as a share of it."""
    knows = oracle.Oracle(preset, snr_dB, FS)
    rest, active = (with_density(power, seed) for seed, power in enumerate(spectra(preset, snr_dB)))
    said = [knows.says(x, knows.band_power)[oracle.ORDER :].mean() for x in (active, rest)]
    return [abs(s / c - 1) for s, c in zip(said, closed_form(preset, snr_dB), strict=True)]


@pytest.mark.parametrize(("preset", "snr"), TRIALS)
def test_a_sample_says_what_the_closed_form_says(preset: str, snr: float) -> None:
    assert max(off(preset, snr)) < CLOSE


@pytest.mark.parametrize(("preset", "snr"), TRIALS)
def test_a_prediction_too_short_for_the_edges_of_the_band_would_be_noticed(
    preset: str, snr: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oracle, "ORDER", 60)
    assert min(off(preset, snr)) > CLOSE


# n = 120 s of each, whose chance is about 1 %.
@pytest.mark.parametrize(("preset", "snr"), TRIALS)
def test_the_trials_have_the_spectra_that_the_oracle_knows(preset: str, snr: float) -> None:
    trial = unguard.OnsetTrial(seed=5, rate=FS, carrier=preset, snr_dB=snr, baseline=120, active=120)
    made = unguard.simulate_onset(trial)
    said = oracle.Oracle(preset, snr, FS).says(heard(made.data), float(trial.noise) ** 2)
    active, rest = closed_form(preset, snr)
    assert said[made.onset + 500 : made.offset].mean() == pytest.approx(active, rel=0.04)
    assert said[2 * oracle.ORDER : made.onset].mean() == pytest.approx(rest, rel=0.04)


def test_what_has_no_past_says_nothing() -> None:
    said = oracle.Oracle("limb", 10, FS).says(np.ones(1000), 1.0)
    assert not said[: oracle.ORDER].any()
    assert said[oracle.ORDER :].all()


def test_a_prediction_of_white_noise_is_nothing_and_leaves_all() -> None:
    found = oracle.prediction(np.full(1025, 3.0))
    assert found.taps == pytest.approx(np.r_[1.0, np.zeros(oracle.ORDER)], abs=1e-12)
    assert found.variance == pytest.approx(3)


def test_evidence_adds_up_and_what_has_spoken_against_is_forgotten() -> None:
    assert oracle.cusum(np.array([-1.0, 2.0, 3.0, -4.0, -5.0, 1.5])).tolist() == [-1, 2, 5, 1, -4, 1.5]
    assert oracle.cusum(np.array([1.0, -3.0, -2.0, 2.0])).tolist() == [1, -2, -2, 2]


def test_excursions_close_together_are_one_and_each_counts_by_its_peak() -> None:
    evidence = np.zeros(40)
    evidence[[5, 6, 7]] = 4, 9, 5
    evidence[[11, 30]] = 6, 3.5  # four samples behind, and far away
    assert oracle.peaks(evidence, apart=4) == [9, 3.5]
    assert oracle.peaks(evidence, apart=3) == [9, 6, 3.5]
    assert oracle.peaks(evidence, apart=4, low=3.5) == [9]
    assert oracle.peaks(np.full(9, 3.0), apart=4) == []
