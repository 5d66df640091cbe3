"""People who bend, drawn as the literature has them: their records, and the ratios that were drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import unguard
from numpy.typing import NDArray
from unguard.recording import Annotation, Recording
from unguard.simulated_recording import to_recording

FS = 2000.0
#: Seeds of all that is reported; rules were chosen on others.
SEEDS = 60_000_000
BENDS = 4
BAND = (30.0, 450.0)
#: RMS of the ECG over its R peak, at the default rate and QRS (simulate/ecg_artefact.hpp).
ECG_RMS = 0.132
#: Of an inertial sensor, white.
ANGLE_NOISE_DEG = 0.3
#: FRR and ERR of people with back pain, mean and SD (PMC5466774, table 2).
PUBLISHED = {"FRR": (4.7, 3.7), "ERR": (9.2, 9.5)}


@dataclass(frozen=True)
class Drawn:
    """What one person's muscles do in each phase, microvolts RMS of the whole band."""

    standing: float
    flexing: float
    flexed: float
    extending: float

    def ratio(self, which: str) -> float:
        """Return a ratio of the levels that were drawn."""
        return {
            "ERR": self.extending / self.flexed,
            "FRR": self.flexing / self.flexed,
            "RR": self.flexed / self.flexing,
            "SFR": self.standing / self.flexed,
            "FER": self.flexing / self.extending,
        }[which]


def log_normal(rng: np.random.Generator, mean: float, sd: float) -> float:
    """Return a draw of a distribution above 0 with that mean and SD."""
    variance = math.log(1 + (sd / mean) ** 2)
    return float(rng.lognormal(math.log(mean) - variance / 2, math.sqrt(variance)))


def as_published(rng: np.random.Generator) -> Drawn:
    """Return a person of the published distribution; full flexion 3 to 12 uV."""
    flexed = float(np.exp(rng.uniform(math.log(3), math.log(12))))
    frr, err = (log_normal(rng, *PUBLISHED[which]) for which in ("FRR", "ERR"))
    return Drawn(float(rng.uniform(0.5, 1.5)) * flexed, frr * flexed, flexed, err * flexed)


def record(
    who: Drawn, seed: int, *, noise: float, ecg_dB: float | None = None, resting: float = 0.0, bends: int = BENDS
) -> Any:
    """Return the simulation of a person whose muscles do what was drawn.

    noise: of electrode and amplifier, microvolts RMS of the whole band. ecg_dB: how far the EMG of bending is above
    the ECG; None: no heart.
    """
    spec = unguard.scenario("guarded", seconds=5 + bends * 16 * 1.3 + 1, seed=seed, fs=FS)
    levels = {
        "standing_level": _above(who.standing, resting), "bending_level": _above(who.flexing, resting),
        "hold_level": _above(who.flexed, resting), "returning_level": _above(who.extending, resting),
    }  # fmt: skip
    # Nobody bends by the metronome alone, and muscles do not start at once.
    bending = spec.bending.replace(rest=5.0, spikes=0, full_flexion=90.0, ramp=0.3, unevenness=0.3, **levels)
    heart = None
    if ecg_dB is not None:
        heart = unguard.EcgArtefact(r_peak=who.flexing * 10 ** (-ecg_dB / 20) / ECG_RMS)
    return unguard.simulate(spec.replace(bending=bending, resting=resting, sensor_noise=noise, ecg=heart))


def _above(level: float, resting: float) -> float:
    """Return what has to be added to the resting EMG in power."""
    return math.sqrt(max(0.01, level**2 - resting**2))


def in_band(noise: float) -> float:
    """Return the RMS of white noise of the whole band in the band that is analysed."""
    bandpass = unguard.Bandpass(low=BAND[0], high=BAND[1], order=4)
    return noise * math.sqrt(unguard.noise_bandwidth(bandpass, fs=FS) / (FS / 2))


def recording(simulation: Any, *, angle: bool = True, cues: bool = False) -> Recording:
    """Return a simulation as it was recorded: with or without the angle and what somebody marked."""
    whole = to_recording(simulation)
    names = whole.names if angle else whole.names[:-1]
    one = whole.select(names)
    data = one.data[first_sample(simulation) :].copy()
    if angle:
        data[:, -1] += ANGLE_NOISE_DEG * np.random.default_rng(simulation.spec.seed).standard_normal(len(data))
    notes: list[Annotation] = list(one.annotations) if cues else []
    return Recording(data, one.fs, one.channels, notes)


def first_sample(simulation: Any) -> int:
    """Return where the protocol begins, in standing: the declared rest before it is not recorded."""
    return int(simulation.truth["phases"][0]["end"])


def log_errors(found: Any, who: Drawn, which: str) -> tuple[NDArray[np.float64], int, int, int]:
    """Return |log(read / drawn)| of each muscle; how many intervals hold, say "at least", are none."""
    off, held, least, none = [], 0, 0, 0
    truth = who.ratio(which)
    for muscle in found.muscles:
        r = found.bends.ratio(which, muscle)
        if r is None:
            none += 1
            continue
        off.append(abs(math.log(r.value / truth)))
        held += r.low <= truth <= r.high
        least += r.at_least
    return np.array(off), held, least, none
