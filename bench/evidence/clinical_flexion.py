"""Ratios, phases and silence of people who bend, against what was drawn. Rows for `clinical`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import unguard
from unguard.clinical import analyse_bends, bend_ratio

from bench.evidence.people_who_bend import (
    BAND,
    FS,
    SEEDS,
    Drawn,
    as_published,
    first_sample,
    in_band,
    log_errors,
    record,
    recording,
)
from bench.evidence.table import Evidence

PEOPLE = 200
RATIOS = ("ERR", "FRR", "RR", "FER")
#: Of the EMG of bending over the noise.
SNR_DB = 20.0


def people(seed: int, count: int = PEOPLE) -> list[Drawn]:
    """Return people as published."""
    rng = np.random.default_rng(seed)
    return [as_published(rng) for _ in range(count)]


def _percent(log: float) -> float:
    return 100 * (math.exp(log) - 1)


def _read(first: int, *, angle: bool, ecg_dB: float | None = None, told: float = 1.0) -> list[Any]:
    """Return the analyses of all people; told: so many times the true noise is taken off."""
    made = []
    for i, who in enumerate(people(SEEDS + first)):
        noise = who.flexing * 10 ** (-SNR_DB / 20)
        one = record(who, SEEDS + first + 1 + i, noise=noise, ecg_dB=ecg_dB)
        found = analyse_bends(recording(one, angle=angle), noise=told * in_band(noise), band=BAND)
        made.append((found, who, one))
    return made


def _ratios(e: Evidence, what: str, made: list[Any], bar: float | None, coverage: float | None = None) -> None:
    """Add a row a ratio; a muscle of which nothing is told counts as wrong."""
    muscles = 4 * len(made)
    for which in RATIOS:
        each = [log_errors(found, who, which) for found, who, _ in made]
        off = np.concatenate([t[0] for t in each])
        held, least, none = (sum(t[k] for t in each) for k in (1, 2, 3))
        median = _percent(float(np.median(np.concatenate([off, np.full(muscles - len(off), np.inf)]))))
        holds = held / max(1, len(off))
        asked = [] if bar is None else [f"median |error| <= {bar:g} %"]
        asked += [] if coverage is None else [f"intervals hold in >= {100 * coverage:g} %"]
        enough = None if bar is None else median <= bar and (coverage is None or holds >= coverage)
        e.add(f"{which}, {what}, {len(made)} people of 4 bends", "; ".join(asked) or "-",
              f"{median:.1f} %; 95 % below {_percent(float(np.quantile(off, 0.95))):.0f} %; intervals hold in "
              f"{100 * holds:.0f} %; at least: {least}, nothing told: {none} of {muscles}",
              "levels that were drawn", enough)  # fmt: skip


def _phases(e: Evidence, made: list[Any]) -> None:
    """Edges of phases by angle."""
    off, missing = [], 0
    for found, _, one in made:
        first = first_sample(one)
        phases = [p for p in one.truth["phases"] if p["phase"] in ("bending", "full flexion", "returning")]
        mine = found.bends.of(found.muscles[0])
        returns = [p["end"] for p in phases if p["phase"] == "returning"]
        # Who has not stood again for a second when the record ends need not have finished a bend.
        over = sum(end + FS <= len(one.data) for end in returns)
        missing += max(0, over - len(mine)) + max(0, len(mine) - len(returns))
        true = [p["begin"] - first for p in phases[: 3 * len(mine)]]
        ends = [end - first for end in returns[: len(mine)]]
        edges = np.sort([s for b in mine for s in (b.bending, b.full, b.returning, b.end)])
        truth = np.sort([*true, *ends])
        if len(edges) == len(truth):
            off += list(np.abs(edges - truth) / FS * 1000)
    largest = float(np.max(off))
    e.add("edges of phases by angle", "all within 100 ms",
          f"median {np.median(off):.0f} ms, 99 % within {np.quantile(off, 0.99):.0f}, largest {largest:.0f} of "
          f"{len(off)}; bends missed or too many: {missing}",
          "truth of the generator", largest <= 100 and not missing)  # fmt: skip


def healthy(e: Evidence) -> None:
    """Angles at which healthy backs fall silent and begin again."""
    off, found_in, there = [], 0, 0
    for i in range(PEOPLE // 2):
        spec = unguard.scenario("healthy", seconds=78, seed=SEEDS + 30_000 + i, fs=FS)
        one = unguard.simulate(spec.replace(bending=spec.bending.replace(rest=5.0)))
        found = analyse_bends(recording(one), noise=in_band(0.5), band=BAND)
        for b in found.bends.bends:
            first = first_sample(one)
            true = [
                t for t in one.truth["silences"]
                if t["channel"] == b.channel and b.bending < t["onset"] - first < b.end
            ]  # fmt: skip
            there += len(true)
            if not true or b.silence_deg is None:
                continue
            found_in += 1
            off += [b.silence_deg[0] - true[0]["onset_angle_deg"], b.silence_deg[1] - true[0]["offset_angle_deg"]]
    size = np.abs(off)
    e.add("silence angles of healthy backs", "median within 3 deg; silence found in >= 95 %",
          f"median {np.median(size):.2f} deg, 95 % within {np.quantile(size, 0.95):.2f}; mean {np.mean(off):+.2f}; "
          f"found in {found_in} of {there}",
          "truth of the generator", float(np.median(size)) <= 3 and found_in >= 0.95 * there)  # fmt: skip


def noise(e: Evidence, count: int = 20) -> None:
    """FRR 15 with 3 uV of ECG and 1 uV of noise, in the band, corrected and not, of so many people."""
    who = Drawn(2.0, 30.0, 2.0, 60.0)
    scale = in_band(1.0)
    read: dict[bool, list[float]] = {True: [], False: []}
    for i in range(count):
        spec_noise = 1.0 / scale
        one = record(who, SEEDS + 40_000 + i, noise=spec_noise, ecg_dB=20 * math.log10(who.flexing / 3.0))
        for corrected in (True, False):
            found = analyse_bends(
                recording(one), noise=1.0 if corrected else None, band=BAND, heart=corrected
            )  # fmt: skip
            read[corrected] += [r.value for m in found.muscles if (r := found.bends.ratio("FRR", m))]
    corrected, plain = (float(np.exp(np.mean(np.log(read[k])))) for k in (True, False))
    e.add("FRR 15 with 3 uV of ECG and 1 uV of noise", "corrected: 14 to 16.5",
          f"corrected {corrected:.1f}; uncorrected {plain:.1f}",
          "15; uncorrected 30 / sqrt(2^2 + 3^2 + 1^2) = 8.0, less what 30 Hz takes of the ECG",
          14 <= corrected <= 16.5)  # fmt: skip


def without_trough(e: Evidence) -> None:
    """Backs that never let go, and clear ones, without an angle."""
    rng = np.random.default_rng(SEEDS + 50_000)
    wrong = flagged_wrong = clear = flagged_clear = 0
    for i in range(PEOPLE // 2):
        flexed = float(rng.uniform(10, 30))
        flat = Drawn(0.2 * flexed, flexed * float(rng.uniform(0.9, 1.2)), flexed, flexed * float(rng.uniform(0.9, 1.3)))
        frr, err = float(rng.uniform(3, 8)), float(rng.uniform(4, 15))
        lets_go = Drawn(1.2 * flexed / 5, frr * flexed / 5, flexed / 5, err * flexed / 5)
        for who, is_clear in ((flat, False), (lets_go, True)):
            noise = who.flexing / 30
            one = record(who, SEEDS + 51_000 + 2 * i + is_clear, noise=noise)
            found = analyse_bends(recording(one, angle=False), noise=in_band(noise), band=BAND)
            for muscle in found.muscles:
                # What would be read; and whether anything is told.
                r = bend_ratio(found.bends.of(muscle), "ERR")
                said = found.bends.ratio("ERR", muscle) is None
                off = math.inf if r is None else abs(math.log(r.value / who.ratio("ERR")))
                if off > math.log(1.5):
                    wrong += 1
                    flagged_wrong += said
                if is_clear:
                    clear += 1
                    flagged_clear += said
    e.add("without an angle: measures wrong by more than 50 %", "all said to be uncertain",
          f"{flagged_wrong} of {wrong}", "levels that were drawn; half of the backs never let go",
          flagged_wrong == wrong)  # fmt: skip
    e.add("without an angle: clear cases", "uncertain in < 5 %",
          f"{flagged_clear} of {clear}", "backs that let go", flagged_clear < 0.05 * clear)  # fmt: skip


def by_angle(e: Evidence) -> None:
    """Ratios and edges of phases; and what a noise that is told wrongly does."""
    made = _read(0, angle=True)
    _ratios(e, "by angle, 20 dB", made, 5, 0.9)
    _phases(e, made)
    for told in (0.8, 1.2):
        wrongly = _read(0, angle=True, told=told)
        _ratios(e, f"by angle, 20 dB, noise told as {told:g} of what it is", wrongly, None)


def with_heart(e: Evidence) -> None:
    """Ratios beside a heart."""
    made = _read(10_000, angle=True, ecg_dB=0.0)
    _ratios(e, "by angle, 20 dB and a heart as strong as bending (0 dB)", made, 10, 0.9)


def by_activity(e: Evidence) -> None:
    """Ratios without an angle; of backs that show no phases nothing is told, which counts as wrong."""
    made = _read(20_000, angle=False)
    _ratios(e, "by what the muscles do, 20 dB", made, 10)
    off = [
        abs(math.log(r.value / who.ratio("ERR")))
        for found, who, _ in made for m in found.muscles if (r := found.bends.ratio("ERR", m))
    ]  # fmt: skip
    wrong = sum(o > math.log(1.5) for o in off)
    e.add("ERR that is told by what the muscles do, people as published", "none wrong by more than 50 %",
          f"{wrong} of {len(off)}", "levels that were drawn", wrong == 0)  # fmt: skip
