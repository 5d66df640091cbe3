"""What a session is told live: spasm-like events, delay, shaping. Rows 34, 37 and 38 of `validity`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import unguard
from numpy.typing import NDArray
from unguard.benchmark import ScoredEvent, icc, match

from bench.evidence import latency
from bench.evidence.detect_rest import LAST, REST_S, SETTLED_S, Disturbed, in_context, r_peak_at_0_db, told_of
from bench.evidence.detect_rest import RESTING as LEVELS
from bench.evidence.onset_trials import FS
from bench.evidence.validity_claim import Claim, Found

#: Fixed beforehand.
SEED = 75_000_000
RECORDS, SECONDS = 4, 160.0


def rests() -> list[Disturbed]:
    """Return quiet rest, and rest beside a heart as strong as it."""
    heart = {"ecg": unguard.EcgArtefact(r_peak=list(r_peak_at_0_db() * LEVELS))}
    return [Disturbed("quiet rest", {}), Disturbed("ECG at 0 dB", heart, heart=True)]


def _level(emg: NDArray[np.float64], channel: int, first: int, last: int) -> float:
    return float(np.sqrt(np.mean(emg[first:last, channel] ** 2)))


def agreement(kind: Disturbed) -> tuple[float, float, int, int]:
    """Return ICC of durations and of RMS, how many events were found, and how many there were.

    RMS is that of the EMG alone behind the same filters, over found edges and over true ones.
    """
    durations, levels = [], []
    there = 0
    for i in range(RECORDS):
        made = unguard.simulate(
            unguard.Paraspinal(seed=SEED + i, rate=FS, duration=SECONDS,
                               rest_events=unguard.RestEvents(quiet=SETTLED_S + REST_S), **kind.parts)
        )  # fmt: skip
        x, emg = (np.asarray(unguard.Bandpass()(v, fs=FS)) for v in (made.data, made.clean))
        spec = in_context(told_of(kind, x, made.truth))
        closed = [
            r for r in unguard.detect(spec, x[LAST:], fs=FS)
            if r.report == "CLOSE" and r.kind not in ("ARTEFACT", "PHASIC EPISODE")
        ]  # fmt: skip
        for c in range(x.shape[1]):
            ours = sorted(
                (ScoredEvent(r.onset + LAST, r.offset + LAST, r.kind) for r in closed if r.channel == c),
                key=lambda r: r.onset,
            )
            true = [ScoredEvent(t["onset"], t["offset"], t["kind"]) for t in made.truth["events"] if t["channel"] == c]
            there += len(true)
            for a, b in match(ours, true, fs=FS):
                both = (ours[a], true[b])
                durations.append([(e.offset - e.onset) / FS for e in both])
                levels.append([_level(emg, c, e.onset, e.offset) for e in both])
    return icc(durations), icc(levels), len(durations), there


def events() -> Found:
    """EventDetector as it is, in declared rest, told that rest."""
    said, within = [], True
    for kind in rests():
        of_durations, of_levels, found, there = agreement(kind)
        said.append(f"{kind.name}: durations {of_durations:.3f}, RMS {of_levels:.4f}, {found} of {there} events found")
        within &= of_durations >= 0.85 and of_levels >= 0.99
    return Found("; ".join(said), within)


#: Of the tone that delay is measured with, Hz: no harmonic of mains. Frames of a block: 10 ms.
TONE, BLOCK = 117.0, 20


def feedback() -> Any:
    """Return the chain of live feedback."""
    return unguard.Chain(unguard.LineCanceller(frequency=50), unguard.Bandpass(), unguard.ENVELOPES["feedback"])


def measured_delay() -> float:
    """Return how late the power of a tone follows its step, s: the area between both, over sixteen phases."""
    n = round(4 * FS)
    t = np.arange(n)[:, None] / FS
    effort = np.where(np.arange(n) < n // 2, 10.0, 20.0)[:, None]
    x = effort * np.sin(2 * math.pi * (TONE * t + np.arange(16)[None, :] / 16))
    power = (np.asarray(feedback()(x, fs=FS)) ** 2).mean(axis=1)
    before, behind = power[n // 2 - round(FS / 4) : n // 2].mean(), power[-round(FS / 4) :].mean()
    return float(np.sum((behind - power[n // 2 :]) / (behind - before))) / FS


def loop() -> Found:
    """Delays as the chain states them, as measured, and how much longer than usual a frame may take."""
    stated = feedback().start(fs=FS, channels=16).latency(at=TONE)
    measured = measured_delay()
    times = latency.python()
    jitter = (times.at("p99.9") - times.at("p50")) / 1e6
    whole = stated["seconds"] + BLOCK / FS
    stages = ", ".join(f"{s['stage']} {1000 * s['seconds']:.1f}" for s in stated["stages"])
    return Found(
        f"{stages} ms, a block of {1000 * BLOCK / FS:.0f} ms: {1000 * whole:.1f} ms, measured without the block "
        f"{1000 * measured:.1f}; what a frame takes, p99.9 over p50: {jitter:.3f} ms; leaves "
        f"{100 - 1000 * whole:.0f} ms for device and sound",
        whole <= 0.1 and abs(measured - stated["seconds"]) <= 0.002 and jitter <= 5,
    )


CLAIMS = (
    Claim(34, "spasm-like events in declared rest against the generator's truth: agreement", "ICC of durations 0.852, "
          "RMS 0.997, with raters (Mummidisetty 2012)", "ICC(2,1) >= 0.85, >= 0.99", events),
    Claim(37, "delay of the feedback chain, its stages and a block of 10 ms", "best loop 100 to 125 ms (Farrell & Weir "
          "2007)", "sum <= 100 ms, stated within 2 ms of measured, jitter <= 5 ms", loop),
    Claim(38, "success rate of shaping", "0.70 +- 0.05 within 10 sets (survey)", "-",
          not_scored="waits for feedback/, which is not built yet"),
)  # fmt: skip
