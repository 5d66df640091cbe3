"""Virtual cohorts through the whole pipeline: groups are told apart as by what was drawn. Rows for `clinical`."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from unguard.clinical import analyse_bends

from bench.evidence.people_who_bend import BAND, SEEDS, Drawn, in_band, record, recording
from bench.evidence.table import Evidence

#: FER of people with and without back pain, mean and SD (130 + 130 people; clinical.md, methods 5.3).
FER = ((0.90, 0.26), (0.47, 0.14))
#: Standardised difference of FRR (Geisser et al. 2005, doi:10.1016/j.jpain.2005.06.008), on the logarithm.
FRR_D = 1.71
EACH = 130
REPEATS = 3


def auc(low: NDArray[np.float64], high: NDArray[np.float64]) -> float:
    """Return the chance that one of `high` is above one of `low`."""
    return float(np.mean((high[:, None] > low[None, :]) + 0.5 * (high[:, None] == low[None, :])))


def _read(who: Drawn, seed: int, which: str) -> float:
    noise = 0.5
    one = record(who, seed, noise=noise, ecg_dB=10.0)
    found = analyse_bends(recording(one), muscles=["longissimus L"], noise=in_band(noise), band=BAND)
    r = found.bends.ratio(which, "longissimus L")
    return math.nan if r is None else r.value


def _fer(rng: np.random.Generator, mean: float, sd: float) -> float:
    while True:
        drawn = float(rng.normal(mean, sd))
        if drawn > 0.05:
            return drawn


def measure(e: Evidence) -> None:
    """A row a ratio and repeat."""
    for repeat in range(REPEATS):
        rng = np.random.default_rng(SEEDS + 100_000 + repeat)
        truth, read = [], []
        for group, (mean, sd) in enumerate(FER):
            drawn = [_fer(rng, mean, sd) for _ in range(EACH)]
            people = [Drawn(3.0, 30.0 * fer, 5.0, 30.0) for fer in drawn]
            first = SEEDS + 110_000 + 10_000 * repeat + 1_000 * group
            truth.append(np.array(drawn))
            read.append(np.array([_read(who, first + i, "FER") for i, who in enumerate(people)]))
        _row(e, "FER", repeat, auc(truth[1], truth[0]), auc(read[1], read[0]), read)
    for repeat in range(REPEATS):
        rng = np.random.default_rng(SEEDS + 200_000 + repeat)
        truth, read = [], []
        for group, middle in enumerate((math.log(3.0), math.log(3.0) + FRR_D * 0.6)):
            drawn = np.exp(rng.normal(middle, 0.6, EACH))
            people = [Drawn(3.0, 30.0, 30.0 / float(frr), 50.0) for frr in drawn]
            first = SEEDS + 210_000 + 10_000 * repeat + 1_000 * group
            truth.append(drawn)
            read.append(np.array([_read(who, first + i, "FRR") for i, who in enumerate(people)]))
        _row(e, "FRR", repeat, auc(truth[0], truth[1]), auc(read[0], read[1]), read)


def _row(e: Evidence, which: str, repeat: int, truth: float, read: float, values: list[NDArray[np.float64]]) -> None:
    missing = int(sum(np.count_nonzero(np.isnan(v)) for v in values))
    e.add(f"cohorts by {which}, {EACH} + {EACH} people, draw {repeat + 1}",
          "|AUC of the pipeline - AUC of what was drawn| <= 0.01",
          f"{read:.4f} against {truth:.4f}; {missing} people without a ratio",
          "AUC of the numbers drawn; who has no ratio counts as wrong", abs(read - truth) <= 0.01)  # fmt: skip
