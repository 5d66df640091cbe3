"""Electrodes that are lifted, tugged or full of hum, and hearts that fibrillate: what is said of them. Rows for
`clinical`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import unguard
from numpy.typing import NDArray
from unguard.clinical import analyse_bends
from unguard.recording import Recording

from bench.evidence.people_who_bend import (
    BAND,
    ECG_RMS,
    FS,
    SEEDS,
    Drawn,
    first_sample,
    in_band,
    log_normal,
    record,
    recording,
)
from bench.evidence.table import Evidence

PEOPLE = 20
NOISE = 0.5
#: What a lead gives that has no contact, microvolts.
LIFTED: dict[str, Callable[[NDArray[np.float64], np.random.Generator], NDArray[np.float64]]] = {
    "0.1 uV of dither": lambda t, rng: 0.1 * rng.standard_normal(len(t)),
    "the rail, dithered": lambda t, rng: 3000 + 0.3 * rng.standard_normal(len(t)),
    "500 uV of hum": lambda t, rng: 500 * np.sin(2 * np.pi * 50 * t) + 0.5 * rng.standard_normal(len(t)),
    "20 uV of hum": lambda t, rng: 20 * np.sin(2 * np.pi * 50 * t) + 0.5 * rng.standard_normal(len(t)),
    "3 uV of hum": lambda t, rng: 3 * np.sin(2 * np.pi * 50 * t) + 0.5 * rng.standard_normal(len(t)),
}


def people(seed: int) -> list[Drawn]:
    """Return people who let go by a factor of 3 to 20, full flexion 3 to 12 uV."""
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(PEOPLE):
        flexed, err = float(rng.uniform(3, 12)), float(rng.uniform(3, 20))
        drawn.append(Drawn(flexed, flexed * max(2.0, log_normal(rng, 4.7, 3.7)), flexed, err * flexed))
    return drawn


def measure(e: Evidence) -> None:
    """All rows."""
    lifted(e)
    tugged(e)
    fibrillating(e)


def lifted(e: Evidence) -> None:
    """One lead of four without contact in every full flexion: nothing may be told of it, and all of the others."""
    told = silent = others = 0
    for i, who in enumerate(people(SEEDS + 80_000)):
        one = record(who, SEEDS + 80_001 + i, noise=NOISE)
        for k, made in enumerate(LIFTED.values()):
            of = recording(one)
            data, rng = of.data.copy(), np.random.default_rng(SEEDS + k)
            for first, last in _holds(one):
                first, last = first - round(FS / 2), last + round(FS / 2)
                data[first:last, 0] = made(np.arange(last - first) / FS, rng)
            found = analyse_bends(dataclasses.replace(of, data=data), noise=in_band(NOISE), band=BAND)
            told += found.bends.ratio("ERR", found.muscles[0]) is not None
            silent += found.bends.silent_share(found.muscles[0]) is not None
            others += sum(found.bends.clear(m) >= 3 for m in found.muscles[1:])
    all_of = PEOPLE * len(LIFTED)
    e.add(f"a lead lifted in every full flexion ({', '.join(LIFTED)})", "no ratio, no silence; the others as ever",
          f"ratio told of {told}, silence of {silent} of {all_of}; others clear: {others} of {3 * all_of}",
          "faults that were put in", told == silent == 0 and others == 3 * all_of)  # fmt: skip


def tugged(e: Evidence) -> None:
    """A tug at the cable in every full flexion of a back that lets go."""
    off = []
    for i, who in enumerate(people(SEEDS + 81_000)):
        one = record(who, SEEDS + 81_001 + i, noise=NOISE)
        of = recording(one)
        data, t = of.data.copy(), np.arange(round(0.3 * FS)) / FS
        for first, last in _holds(one):
            at = (first + last) // 2
            data[at : at + len(t), 0] += 1500 * np.exp(-t / 0.06) * np.sin(2 * np.pi * 12 * t)
        r = analyse_bends(dataclasses.replace(of, data=data), noise=in_band(NOISE), band=BAND).bends.ratio(
            "ERR", "longissimus L"
        )
        off.append(math.inf if r is None else abs(math.log(r.value / who.ratio("ERR"))))
    middle, most = (100 * (math.exp(float(q)) - 1) for q in (np.median(off), np.max(off)))
    e.add("ERR, a tug of 1.5 mV in every full flexion", "median |error| <= 5 %",
          f"{middle:.1f} %, largest {most:.0f} %", "levels that were drawn", middle <= 5)  # fmt: skip


def fibrillating(e: Evidence) -> None:
    """A heart that beats irregularly, as strong as bending, without an ECG lead."""
    off, left = [], 0
    for i, who in enumerate(people(SEEDS + 82_000)):
        one = record(who, SEEDS + 82_001 + i, noise=NOISE)
        heart = unguard.EcgArtefact(r_peak=who.flexing / ECG_RMS, variability=0.4)
        beating: Recording = recording(unguard.simulate(one.spec.replace(ecg=heart)))
        found = analyse_bends(beating, noise=in_band(NOISE), band=BAND)
        left += found.beats == 0
        for m in found.muscles:
            r = found.bends.ratio("ERR", m)
            off.append(math.inf if r is None else abs(math.log(r.value / who.ratio("ERR"))))
    middle = 100 * (math.exp(float(np.median(off))) - 1)
    e.add("ERR, a fibrillating heart as strong as bending (0 dB), no ECG lead", "median |error| <= 10 %",
          f"{middle:.1f} %; heart left in: {left} of {PEOPLE} people", "levels that were drawn",
          middle <= 10)  # fmt: skip


def _holds(one: unguard.Simulation) -> list[tuple[int, int]]:
    first = first_sample(one)
    return [(p["begin"] - first, p["end"] - first) for p in one.truth["phases"] if p["phase"] == "full flexion"]
