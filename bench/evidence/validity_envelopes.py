"""How steady, how late and how quick envelopes are: rows 4, 5, 6, 7, 21 and 22 of `validity`."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
import unguard
from scipy import special

from bench.evidence import envelope
from bench.evidence.emg_model import PRESETS
from bench.evidence.envelope import Floats, carrier
from bench.evidence.validity_claim import Claim, Found, rows_of, together

#: Fixed beforehand.
SEED = 71_000_000
FS = 2000.0
WINDOWS = (0.1, 0.125, 0.25, 0.5)
CHANNELS = 8
#: Of the Bayesian envelope: muscles, steps up and down, and seconds each effort is held and steady effort lasts.
MUSCLES, CYCLES, HELD, STEADY = 16, 25, 0.75, 20.0
#: B_s of limb EMG behind 20 to 450 Hz.
LIMB_HZ = 191.0


def steadiness() -> Found:
    """SNR over windows that do not overlap, of 8 records of 2^21 samples each."""
    band = unguard.Bandpass(order=2)
    said, within = [], True
    for number, preset in enumerate(PRESETS):
        seconds = 2**21 / FS
        found = np.zeros((CHANNELS, len(WINDOWS)))
        for c in range(CHANNELS):
            x = band(carrier(preset, seconds, 1, SEED + 100 * number + c)[:, 0], fs=FS)
            for k, window in enumerate(WINDOWS):
                frames = round(window * FS)
                y = np.asarray(unguard.Rms(window=window)(x, fs=FS))[round(FS) :: frames]
                found[c, k] = y.mean() / y.std()
        snr = found.mean(axis=0)
        theory = 2 * np.sqrt(envelope.bandwidth(preset, band) * np.array(WINDOWS))
        worst = float((snr / theory - 1)[np.argmax(np.abs(snr / theory - 1))])
        slope = float(np.polyfit(np.log(WINDOWS), np.log(snr), 1)[0])
        said.append(f"{preset} {', '.join(f'{v:.2f}' for v in snr)}: off by {100 * worst:+.1f} % at most, "
                    f"slope {slope:.3f}")  # fmt: skip
        within &= abs(worst) <= 0.05 and abs(slope - 0.5) <= 0.03
    return Found("; ".join(said), within)


def at_half_a_second() -> str:
    """What theory gives of simulated EMG, which people do not reach."""
    band = unguard.Bandpass(order=2)
    both = (f"{preset} {2 * math.sqrt(envelope.bandwidth(preset, band) * 0.5):.1f}" for preset in PRESETS)
    return "2 sqrt(B_s T) of the model, which row 4 reaches: " + ", ".join(both)


#: By name: the smoother of 0.4 s, and of the table ENBW / f_c, T_eq f_c, delay / T_eq, t90 / T_eq and overshoot.
SMOOTHERS: dict[str, tuple[Any, float | None, float | None, float, float, float]] = {
    "boxcar": (unguard.Arv(window=0.4), None, None, 0.500, 0.90, 0.0),
    "one pole": (unguard.OnePole(cutoff=0.318 / 0.4), 1.571, 0.318, 0.500, 1.15, 0.0),
    "Butterworth 2": (unguard.LinearEnvelope(cutoff=0.450 / 0.4), 1.111, 0.450, 0.500, 0.94, 0.043),
    "Bessel 2": (unguard.LinearEnvelope(kind="bessel", cutoff=0.433 / 0.4), 1.154, 0.433, 0.500, 0.94, 0.004),
    "two equal poles": (unguard.TwoPole(window=0.4), 1.220, 0.410, 0.500, 0.97, 0.0),
    "Butterworth 4": (unguard.LinearEnvelope(order=4, cutoff=0.487 / 0.4), 1.026, 0.487, 0.854, 1.30, 0.108),
}


def smoothers(fs: float = 5000.0, seconds: float = 6.0) -> Found:
    """Every smoother by its own response to an impulse; |x| of an impulse is the impulse."""
    worst, where, count = 0.0, "", 0
    impulse = np.zeros(round(seconds * fs))
    impulse[0] = 1
    for name, (spec, enbw, t_fc, delay, t90, overshoot) in SMOOTHERS.items():
        h = np.asarray(spec(impulse, fs=fs))
        step = np.cumsum(h) / h.sum()
        bandwidth = fs / 2 * float(h @ h) / float(h.sum()) ** 2
        window = 1 / (2 * bandwidth)
        late = float(h @ np.arange(len(h))) / float(h.sum()) / fs
        i = int(np.argmax(step >= 0.9))
        reached = (i + (0.9 - step[i - 1]) / (step[i] - step[i - 1])) / fs
        pairs = [(late / window, delay), (reached / window, t90), (float(step.max()), 1 + overshoot)]
        if enbw is not None and t_fc is not None:
            corner = _corner(h, fs)
            pairs += [(bandwidth / corner, enbw), (window * corner, t_fc)]
        for ours, table in pairs:
            off = abs(ours / table - 1)
            count += 1
            if off >= worst:
                worst, where = off, f"{name} {ours:.4f} of {table:.3f}"
    return Found(f"{count} numbers of 6 smoothers, worst off by {100 * worst:.2f} % ({where})", worst <= 0.01)


def _corner(h: Floats, fs: float) -> float:
    """Return the -3 dB frequency of an impulse response, Hz."""
    n = np.arange(len(h))
    low, high = 0.01, 100.0
    for _ in range(40):
        middle = math.sqrt(low * high)
        gain = abs(np.exp(-2j * math.pi * middle / fs * n) @ h) / float(h.sum())
        low, high = (middle, high) if gain > math.sqrt(0.5) else (low, middle)
    return low


def white() -> Found:
    """The rows of the evidence of envelopes that this is about."""
    return together(rows_of(envelope.white, "ARV / RMS over a whole record, white Gaussian", "SNR over 100 white"))


def muscles(preset: str, fs: float, effort: Floats, *, laplacian: bool) -> Floats:
    """Return EMG of 16 muscles of an effort, uV RMS in the band, behind 20 to 450 Hz of order 2; effort comes before.

    Laplacian: every sample is turned into that of a Laplace distribution with the same share of magnitudes.
    """
    x = carrier(preset, len(effort) / fs, MUSCLES, SEED + round(fs), fs)
    if laplacian:
        x = np.sign(x) * -np.log(special.erfc(np.abs(x) / math.sqrt(2))) / math.sqrt(2)
    band = unguard.Bandpass(low=20, high=min(450.0, 0.45 * fs), order=2)
    scale = float(np.asarray(band(x, fs=fs))[round(fs) :].std())
    return np.asarray(band(x * effort[:, None] / scale, fs=fs))


@functools.cache
def bayesian(likelihood: str, preset: str, fs: float) -> tuple[float, float, float]:
    """Return SNR of 20 s of steady effort, and median t90 up and down, ms, of steps of 8 times and back.

    The Gaussian spec is told B_s of the EMG; the Laplacian is the default.
    """
    laplacian = likelihood == "laplacian"
    spec = unguard.BayesianEnvelope() if laplacian else unguard.BayesianEnvelope(
        likelihood="gaussian", bandwidth=LIMB_HZ
    )  # fmt: skip
    quiet, held = round((2 + STEADY) * fs), round(HELD * fs)
    courses = [np.full(quiet, 50.0)] + [np.full(held, level) for level in (400.0, 50.0)] * CYCLES
    y = np.asarray(spec(muscles(preset, fs, np.concatenate(courses), laplacian=laplacian), fs=fs))
    steady = y[round(2 * fs) : quiet]
    level, way = float(steady.mean()), 7 * float(steady.mean())
    times: tuple[list[float], list[float]] = ([], [])
    for k in range(2 * CYCLES):
        part = y[quiet + k * held : quiet + (k + 1) * held]
        there = part >= level + 0.9 * way if k % 2 == 0 else part <= level + 0.1 * way
        times[k % 2].extend(np.where(there.any(axis=0), np.argmax(there, axis=0) + 1, np.inf))
    return level / float(steady.std()), *(1000 / fs * float(np.median(t)) for t in times)


def quick_and_steady() -> Found:
    """Both likelihoods on EMG of their kind."""
    snr, up, down = bayesian("gaussian", "limb", 1000.0)
    others = [bayesian("laplacian", preset, 1000.0)[0] for preset in PRESETS]
    trunk = bayesian("gaussian", "trunk", 1000.0)
    return Found(
        f"Gaussian SNR {snr:.1f}, t90 {up:.1f} ms up, {down:.1f} ms down; Laplacian SNR "
        f"{', '.join(f'{p} {v:.1f}' for p, v in zip(PRESETS, others, strict=True))}; beside it, no part of the row: "
        f"the Gaussian one on the trunk {trunk[0]:.1f}, {trunk[1]:.1f} ms, {trunk[2]:.1f} ms",
        snr >= 15 and max(up, down) <= 25 and min(others) >= 9,
    )


def any_rate() -> Found:
    """SNR at twice the rate over SNR."""
    said, within = [], True
    for likelihood, preset in (("gaussian", "limb"), ("laplacian", "limb"), ("laplacian", "trunk")):
        ratio = bayesian(likelihood, preset, 2000.0)[0] / bayesian(likelihood, preset, 1000.0)[0]
        said.append(f"{likelihood}, {preset} {100 * (ratio - 1):+.1f} %")
        within &= abs(ratio - 1) <= 0.15
    return Found("; ".join(said), within)


CLAIMS = (
    Claim(4, "SNR of RMS of 100, 125, 250 and 500 ms; slope of log SNR on log T", "2 sqrt(B_s T); 0.5 (theory; "
          "sqrt(T) in people: St-Amant 1998)", "within 5 %; slope +- 0.03", steadiness),
    Claim(5, "SNR of real RMS of 500 ms, one channel", "16.2 +- 5.4 (St-Amant 1998)", "-",
          not_scored="what people give, a ceiling for nobody's program", context=at_half_a_second),
    Claim(6, "ARV / RMS; SNR of RMS and ARV over 100 white values, Gaussian and Laplacian",
          "0.7979; 14.1, 13.2; 9.0, 10.0 (closed form)", "0.002; 2 %", white),
    Claim(7, "smoothers: ENBW, T, delay, t90, overshoot", "table of methods 2.3 (closed form)", "within 1 %",
          smoothers),
    Claim(21, "BayesianEnvelope, step x8, limb, 1 kHz: SNR, t90", "RMS of 250 ms: 15.5, 210 and 241 ms (idea: Sanger "
          "2007)", "Gaussian SNR >= 15 with t90 <= 25 ms both ways; Laplacian SNR >= 9", quick_and_steady),
    Claim(22, "BayesianEnvelope: SNR at 2 kHz over that at 1 kHz", "the same (tempering by bandwidth)", "within 15 %",
          any_rate),
)  # fmt: skip
