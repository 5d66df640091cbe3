"""Trials of the generator, whose truth is known: onsets over SNR, shape, model, muscle, noise, heart and rate.

The signals are `unguard.simulate_onset` of an `unguard.OnsetTrial`; here is only the grid. And spasm-like events in
declared rest, of `unguard.simulate`, whose truth has kinds.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

import unguard
from unguard.benchmark.datasets.dataset import Dataset
from unguard.benchmark.event import ScoredEvent
from unguard.benchmark.trial import Trial
from unguard.samples import samples_in

#: Rest before the onset, long enough to calibrate on what lies `_MARGIN_S` from either end of it; and rest behind.
_BEFORE_S, _BEHIND_S = 3.0, 1.0
_MARGIN_S = 0.1


@dataclass(frozen=True)
class Grid:
    """Which trials are made: every combination, so many times.

    Attributes
    ----------
    snr_dB: in the band. shapes, kinds, carriers, noises: as shape, kind, carrier and noise_colour of OnsetTrial.
    emg_over_ecg_dB: muscle over heart, decibels; None is without a heart. fs: hertz, 500 to 10000.
    repeats: trials of each; the first half of them, rounded down, are for tuning.
    """

    snr_dB: tuple[float, ...] = (-3.0, 0.0, 3.0, 5.0, 8.0, 10.0, 15.0, 20.0, 30.0, 40.0)
    shapes: tuple[str, ...] = ("step", "ramp", "trapezoid", "truncated_gaussian")
    kinds: tuple[str, ...] = ("gaussian", "laplacian", "motor_units")
    carriers: tuple[str, ...] = ("trunk",)
    noises: tuple[str, ...] = ("white",)
    emg_over_ecg_dB: tuple[float | None, ...] = (None,)
    fs: tuple[float, ...] = (2000.0,)
    repeats: int = 2


#: What `unguard benchmark --generator` runs, by the name of the data set: what matters is crossed, each around the same
#: middle; all combinations of all would take hours. 1 kHz where the rate is not asked for: half the time of 2 kHz.
GRIDS: dict[str, Grid] = {
    "generator": Grid(snr_dB=(-3.0, 0.0, 5.0, 10.0, 15.0, 25.0, 40.0), kinds=("gaussian",), fs=(1000.0,)),
    "generator: carriers": Grid(snr_dB=(5.0, 10.0, 20.0), shapes=("step",), carriers=("trunk", "limb"), fs=(1000.0,)),
    "generator: ECG": Grid(
        snr_dB=(5.0, 10.0, 20.0),
        shapes=("step",),
        kinds=("gaussian",),
        emg_over_ecg_dB=(10.0, 0.0, -5.0),
        fs=(1000.0,),
    ),
    "generator: rates": Grid(
        snr_dB=(5.0, 20.0), shapes=("step",), kinds=("gaussian",), fs=(500.0, 1000.0, 2000.0, 4000.0)
    ),
}
#: Seeds of one grid begin so far behind those of the grid before it: no two share a trial's noise.
_SEEDS_A_GRID = 100_000


#: The data set whose events have kinds, its records, and their channels as trials: the first half are for tuning.
SPASM_LIKE = "generator: spasm-like"
_RECORDS, _SPASM_FS = 2, 1000.0
_LENGTH_S, _QUIET_S, _MEAN_GAP_S = 15.0, 4.0, 1.0


def all_generated(*, seed: int = 1) -> list[Dataset]:
    """Return the trials of every grid of `GRIDS`, a data set each, and those of `spasm_like`.

    The same seed gives the same trials.
    """
    first = [1_000_000 * seed + k * _SEEDS_A_GRID for k in range(len(GRIDS))]
    made = [_made(g, at, n, seed) for at, (n, g) in zip(first, GRIDS.items(), strict=True)]
    return [*made, spasm_like(seed=seed)]


def spasm_like(*, seed: int = 1) -> Dataset:
    """Return spikes, phasic bursts and tonic stretches of 10 to 20 dB in declared rest; kinds are those of the truth.

    Two records at 1 kHz of four channels of 15 s, a trial each; of them the first 4 s are quiet, to calibrate on. The
    same seed gives the same trials.
    """
    trials: list[Trial] = []
    fs = _SPASM_FS
    margin, quiet, all_of_it = samples_in(_MARGIN_S, fs), samples_in(_QUIET_S, fs), (0, samples_in(_LENGTH_S, fs))
    # As many of a kind as a quarter of a minute holds: peers take seconds for each second of it.
    events = unguard.RestEvents(quiet=_QUIET_S, mean_gap=_MEAN_GAP_S, tonics=1.0, longest_tonic=4.0)
    for number in range(_RECORDS):
        one = 1_000_000 * seed + len(GRIDS) * _SEEDS_A_GRID + number
        made = unguard.simulate(unguard.Paraspinal(seed=one, rate=fs, duration=_LENGTH_S, rest_events=events))
        for channel, name in enumerate(made.channels):
            mine = [e for e in made.truth["events"] if e["channel"] == channel]
            trials.append(
                Trial(
                    f"{name}, {fs:g} Hz, seed {one}",
                    np.ascontiguousarray(made.data[:, channel]),
                    fs,
                    (margin, quiet - margin),
                    tuple(ScoredEvent(e["onset"], e["offset"], e["kind"]) for e in mine),
                    tuning=all_of_it if number < _RECORDS // 2 else (0, 0),
                    declared=(all_of_it,),
                )
            )
    source = f"unguard.simulate of unguard {unguard.__version__}, seed {seed}"
    remark = "simulated: nothing but rest and events, of 10 dB and more, flatters every method"
    return Dataset(SPASM_LIKE, tuple(trials), source, (remark,))


def generated(grid: Grid | None = None, *, seed: int = 1) -> Dataset:
    """Return the trials of a grid; the same seed gives the same trials.

    Raises
    ------
    ConfigError: a value of the grid is not allowed.
    """
    return _made(grid or Grid(), 1_000_000 * seed, "generator", seed)


def _made(grid: Grid, first: int, name: str, seed: int) -> Dataset:
    trials: list[Trial] = []
    axes = (grid.fs, grid.carriers, grid.noises, grid.emg_over_ecg_dB, grid.kinds, grid.shapes, grid.snr_dB)
    for fs, carrier, noise, ecg, kind, shape, snr in itertools.product(*axes):
        for repeat in range(grid.repeats):
            spec = unguard.OnsetTrial(
                seed=first + len(trials),
                rate=fs,
                carrier=carrier,
                kind=kind,
                shape=shape,
                snr_dB=snr,
                noise_colour=noise,
                emg_over_ecg_dB=ecg,
                baseline=_BEFORE_S,
                tail=_BEHIND_S,
            )
            trials.append(_trial(spec, tuning=repeat < grid.repeats // 2))
    source = f"unguard.simulate_onset of unguard {unguard.__version__}, seed {seed}"
    remark = "simulated: one event a trial, and steps, flatter every method"
    return Dataset(name, tuple(trials), source, (remark,))


def _trial(spec: unguard.OnsetTrial, *, tuning: bool) -> Trial:
    made = unguard.simulate_onset(spec)
    heart = "" if spec.emg_over_ecg_dB is None else f", heart {spec.emg_over_ecg_dB:g} dB below"
    name = (
        f"{spec.shape}, {spec.kind}, {spec.carrier} in {spec.noise_colour} noise, {spec.snr_dB:g} dB{heart}, "
        f"{spec.rate:g} Hz, seed {spec.seed}"
    )
    x = np.ascontiguousarray(made.data)
    margin = samples_in(_MARGIN_S, made.fs)
    truth = (ScoredEvent(made.onset, made.offset),)
    whole = (0, len(x) if tuning else 0)
    return Trial(name, x, made.fs, (margin, made.onset - margin), truth, tuning=whole, snr_dB=spec.snr_dB)
