"""A knock is no muscle, and muscles that go on together are no knock. Rows for `scripts/evidence detect`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import unguard

from bench.evidence.onset_trials import BAND_TEXT, FS, SEEDS, Array, heard, noise
from bench.evidence.table import Evidence

#: Name and muscle: three unrelated ones, of one of them both sides.
CHANNELS = [
    ("longissimus L", "longissimus"),
    ("longissimus R", "longissimus"),
    ("trapezius", "trapezius"),
    ("semitendinosus", "semitendinosus"),
]
RECORDS, EACH = 5, 40
#: Every case in turn, so far apart; each record begins with rest that is calibrated on.
APART_S, REST_S = 2.0, 20.0
CASES = ("a knock in all channels", "one muscle", "left and right of one muscle", "three muscles one after the other")
#: In-band SNR of each channel, and the length of muscular events.
SNR_DB, LASTS_S = (10.0, 20.0), (0.1, 0.6)
#: How near to each other left and right go on, and how far apart muscles that do so one after the other, s.
TOGETHER_S, ONE_AFTER_THE_OTHER_S = 0.005, (0.02, 0.08)
#: Of the knock: a resonance that dies away.
KNOCK_S, RINGS_HZ = 0.02, (40.0, 150.0)
#: Shares of the cases, and of what is found at all; ours, for the field has none.
LEAST_KNOCKS, MOST_MUSCLES, LEAST_FOUND = 0.95, 0.01, 0.95


@dataclass(frozen=True)
class Happening:
    """What was put in: its case, and by channel from when to when, s."""

    case: str
    stretches: dict[int, tuple[float, float]]


def minutes(number: int, channel: int, seconds: float, colour: str) -> Array:
    """Return noise of a channel in the band, RMS 1."""
    seed = SEEDS + 200_000 + 100 * number + 10 * channel + (colour == "trunk")
    blocks = list(noise("trunk", seed, np.ceil(seconds / 60) / 60, noise_colour=colour))
    x = np.concatenate(blocks)[: round(seconds * FS)]
    return x / np.std(x)


def knock(frequency: float) -> Array:
    """Return a resonance that dies away, in the band, RMS 1 while it is loud."""
    t = np.arange(round(20 * KNOCK_S * FS)) / FS
    ring = heard(np.exp(-t / KNOCK_S) * np.sin(2 * np.pi * frequency * t))
    return ring / np.sqrt(np.mean(ring[: round(KNOCK_S * FS)] ** 2))


def onsets_of(case: str, random: np.random.Generator) -> dict[int, float]:
    """Return which channels go on in a case of muscles, and how much later, s."""
    if case == CASES[1]:
        return {int(random.integers(len(CHANNELS))): 0.0}
    if case == CASES[2]:
        return {0: 0.0, 1: float(random.uniform(-TOGETHER_S, TOGETHER_S))}
    late = np.cumsum(random.uniform(*ONE_AFTER_THE_OTHER_S, 3))
    return {int(c): float(s) for c, s in zip(random.permutation([0, 2, 3]), late, strict=True)}


def record(number: int) -> tuple[Array, list[Happening]]:
    """Return a record, and what happens in it."""
    random = np.random.default_rng(SEEDS + number)
    seconds = REST_S + APART_S * (EACH * len(CASES) + 1)
    rest = np.column_stack([minutes(number, c, seconds, "white") for c in range(len(CHANNELS))])
    muscle = np.column_stack([minutes(number, c, seconds, "trunk") for c in range(len(CHANNELS))])
    gain = np.zeros_like(rest)
    happenings = []
    for k in range(EACH * len(CASES)):
        case = CASES[k % len(CASES)]
        at = REST_S + APART_S * (k + 0.5) + random.uniform(0, 0.2)
        level = 10 ** (random.uniform(*SNR_DB, len(CHANNELS)) / 20)
        if case == CASES[0]:
            ring = knock(random.uniform(*RINGS_HZ))
            first = round(at * FS)
            rest[first : first + len(ring)] += ring[:, None] * level * random.choice([-1, 1], len(CHANNELS))
            stretches = {c: (at, at + KNOCK_S) for c in range(len(CHANNELS))}
        else:
            stretches = {}
            for c, late in onsets_of(case, random).items():
                on, off = at + late, at + late + random.uniform(*LASTS_S)
                gain[round(on * FS) : round(off * FS), c] = level[c]
                stretches[c] = (on, off)
        happenings.append(Happening(case, stretches))
    return rest + gain * muscle, happenings


def called(x: Array, happenings: list[Happening]) -> Iterator[tuple[str, set[str]]]:
    """Yield the case of everything that happened, and all kinds that what overlaps it was called at its end."""
    rest = x[round(FS) : round(REST_S * FS)]
    known = unguard.calibrate_activity(rest, fs=FS, band=BAND_TEXT)
    spec = unguard.EventDetector(all_rest=True).calibrated(known)
    closed = [r for r in unguard.detect(spec, x, fs=FS, channels=CHANNELS) if r.report == "CLOSE"]
    for h in happenings:
        yield (
            h.case,
            {
                r.kind
                for r in closed
                if r.channel in h.stretches
                and r.onset < h.stretches[r.channel][1] * FS
                and r.offset > h.stretches[r.channel][0] * FS
            },
        )


def measure(e: Evidence) -> None:
    """Which share of each case is called ARTEFACT."""
    artefacts, found = dict.fromkeys(CASES, 0), dict.fromkeys(CASES, 0)
    for number in range(RECORDS):
        for case, kinds in called(*record(number)):
            # A knock has to be nothing else; of muscles no channel is to be one.
            artefacts[case] += kinds == {"ARTEFACT"} if case == CASES[0] else "ARTEFACT" in kinds
            found[case] += bool(kinds)
    for case in CASES:
        of, share = RECORDS * EACH, artefacts[case] / (RECORDS * EACH)
        enough = share >= LEAST_KNOCKS if case == CASES[0] else share <= MOST_MUSCLES
        enough &= found[case] >= LEAST_FOUND * of
        bar = f">= {100 * LEAST_KNOCKS:g} %" if case == CASES[0] else f"<= {100 * MOST_MUSCLES:g} %"
        e.add(f"unrelated muscles at once: {case}, called ARTEFACT", f"{bar}; {100 * LEAST_FOUND:g} % found",
              f"{artefacts[case]} of {of}, {found[case]} found at all",
              f"{SNR_DB[0]:g} to {SNR_DB[1]:g} dB in the band", enough)  # fmt: skip
