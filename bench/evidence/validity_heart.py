"""The heart in the EMG and what takes it off, simulated and real: rows 18, 19 and 20 of `validity`."""

from __future__ import annotations

from typing import Any

import numpy as np
import unguard
from unguard.spectrum import welch

from bench.evidence import real_ecg
from bench.evidence.real_ecg import FS, Signal
from bench.evidence.validity_claim import Claim, Found

#: Fixed beforehand, of all muscles here.
SEED = 73_000_000
SETTLED = round(real_ecg.SETTLED * FS)
RECORDS, SECONDS = 4, 240
#: Samples that EcgSubtraction is late.
LATE = round(unguard.EcgSubtraction().look_ahead * FS)


def sharp_heart(seed: int) -> tuple[Signal, Signal]:
    """Return EMG of a trunk and a heart whose QRS has a sigma of 7 ms, of one power in the whole band."""
    nothing = unguard.RestEvents(spikes=0, bursts=0, tonics=0)
    made = unguard.simulate(
        unguard.Paraspinal(seed=seed, rate=FS, duration=SECONDS, rest_events=nothing, resting=[10.0] * 4,
                           sensor_noise=0.01, ecg=unguard.EcgArtefact(qrs_sigma=0.007))
    )  # fmt: skip
    emg = made.clean[:, 0]
    heart = made.data[:, 0] - emg
    heart = heart - heart.mean()
    return emg, heart * emg.std() / heart.std()


def louder_by(treated: Any, alone: Any) -> float:
    """Return by how much the mean of 250 ms RMS is larger than that of the EMG alone, %, from 30 s on."""
    means = [np.asarray(unguard.Rms(window=0.25)(v, fs=FS))[SETTLED:].mean() for v in (treated, alone)]
    return 100 * float(means[0] / means[1] - 1)


def bias() -> Found:
    """Untreated, behind high-passes, and behind the causal subtraction of a mean beat and the band-pass."""
    found: dict[str, list[float]] = {}
    band = unguard.Bandpass()
    for i in range(RECORDS):
        emg, heart = sharp_heart(SEED + i)
        mixed = emg + heart
        found.setdefault("untreated", []).append(louder_by(mixed, emg))
        for corner in (20, 30, 60):
            high = unguard.Highpass(cutoff=float(corner), order=4)
            found.setdefault(f"HP{corner}", []).append(louder_by(high(mixed, fs=FS), high(emg, fs=FS)))
        off = np.asarray(band(unguard.EcgSubtraction()(mixed, fs=FS), fs=FS))[LATE:]
        found.setdefault("causal TS", []).append(louder_by(off, np.asarray(band(emg, fs=FS))[:-LATE]))
    mean = {name: float(np.mean(v)) for name, v in found.items()}
    return Found(
        ", ".join(f"{name} {v:+.1f} %" for name, v in mean.items()),
        abs(mean["untreated"] - 33) <= 3.3 and mean["HP30"] <= 8 and mean["HP60"] <= 3 and mean["causal TS"] <= 3,
    )


def mixtures(ratios: tuple[int, ...]) -> Any:
    """Yield the name of each real heart, a ratio, its EMG of a trunk and both mixed."""
    for number, (name, (x, fs)) in enumerate(real_ecg.recordings().items()):
        heart, _ = real_ecg.looped(*real_ecg.pure(x, fs))
        for ratio in ratios:
            rng = np.random.default_rng(SEED + 100 + number)
            emg = 20 * real_ecg.trunk_emg(len(heart), rng)
            yield name, ratio, emg, real_ecg.mix(heart, emg, ratio, rng)


def high_passes_and_subtraction() -> Found:
    """Errors of 250 ms RMS, each against the EMG alone behind the same filter."""
    said: dict[int, list[str]] = {}
    within = True
    for _, ratio, emg, mixed in mixtures((0, -10)):
        hp20, hp30 = (
            real_ecg.score(real_ecg.band_pass(mixed, low), real_ecg.band_pass(emg, low)).error for low in (20, 30)
        )
        off = real_ecg.band_pass(np.asarray(unguard.EcgSubtraction()(mixed, fs=FS)))[LATE:]
        ts = real_ecg.score(off, real_ecg.band_pass(emg)[:-LATE]).error
        said.setdefault(ratio, []).append(f"{hp20:.0f} > {hp30:.0f}, TS {ts:.0f}")
        within &= hp20 > hp30 and ts <= hp30
    return Found("; ".join(f"{ratio:+d} dB: {' | '.join(of)} %" for ratio, of in said.items()), within)


def _mean_frequency(x: Signal) -> float:
    return float(welch(x, fs=FS).mnf(20, 450))


def offline() -> Found:
    """remove_ecg() as it is, on the raw mixture; both sides behind 20 to 450 Hz; the truth is without sensor noise."""
    worst_error = worst_shift = 0.0
    said: dict[int, list[str]] = {}
    for _, ratio, emg, mixed in mixtures((20, 10, 0)):
        treated, alone = (real_ecg.band_pass(v) for v in (np.asarray(unguard.remove_ecg(mixed, fs=FS)), emg))
        error = 100 * float(np.mean((treated - alone) ** 2) / np.mean(alone**2))
        shift = _mean_frequency(treated) - _mean_frequency(alone)
        said.setdefault(ratio, []).append(f"{error:.1f} %, {shift:+.2f} Hz")
        worst_error, worst_shift = max(worst_error, error), max(worst_shift, abs(shift))
    return Found(
        "; ".join(f"{ratio} dB: {' | '.join(of)}" for ratio, of in said.items()), worst_error < 15 and worst_shift < 1
    )


CLAIMS = (
    Claim(18, "heart in 250 ms RMS, sharp QRS, trunk, 0 dB: bias of the mean", "+33 % untreated; HP30 +6, HP60 0, "
          "causal TS 0 % (simulation of the survey)", "untreated within a tenth; HP30 <= 8 %; HP60 and causal TS <= "
          "3 %", bias),
    Claim(19, "real hearts in EMG of a trunk: error of the envelope behind HP20, HP30, causal TS", "BW30 and template "
          "subtraction best of 23 (Drake & Callaghan 2006)", "HP20 > HP30, TS <= HP30; each of 5 hearts, 0 and -10 dB",
          high_passes_and_subtraction),
    Claim(20, "real hearts taken off whole records: relative mean square error, shift of MNF", "< 15 %, < 1 Hz at 0 to "
          "20 dB (Peri 2021)", "the same, each of 5 hearts", offline),
)  # fmt: skip
