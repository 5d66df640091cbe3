"""Relative timing of two muscles against the lags that were put in. Rows for `scripts/evidence detect`."""

from __future__ import annotations

import numpy as np
import unguard
from scipy import stats

from bench.evidence.onset_trials import BAND_TEXT, FS, SEEDS, Array, heard, stretches
from bench.evidence.table import Evidence

#: Recordings of twelve repetitions of two muscles; the lag, its SD, s, and where a partner is looked for.
RECORDINGS, REPETITIONS = 200, 12
LAG, SPREAD, WINDOW = 0.04, 0.015, (-0.2, 0.3)
#: Share of repetitions in which a muscle's onset may be missing, or be outside the window.
MOST_ALONE = 0.05
NAMES = ["deltoid", "multifidus"]


def recording(number: int, snr_dB: float) -> tuple[Array, Array]:
    """Return a recording in the band, and the true lag of every repetition, ms."""
    lags = LAG + SPREAD * np.random.default_rng(SEEDS + number).standard_normal(REPETITIONS)
    pieces, true = [], []
    for k, lag in enumerate(lags):
        seed = SEEDS + 2 * (REPETITIONS * number + k)
        made = [
            unguard.simulate_onset(
                unguard.OnsetTrial(seed=seed + c, rate=FS, baseline=1.0 + late, active=0.6, tail=0.8, snr_dB=snr_dB)
            )
            for c, late in ((0, 0.0), (1, float(lag)))
        ]
        samples = min(len(m.data) for m in made)
        pieces.append(np.column_stack([m.data[:samples] for m in made]))
        true.append((made[1].onset - made[0].onset) / FS * 1000)
    return heard(np.vstack(pieces)), np.array(true)


def measure(e: Evidence) -> None:
    """How far the median of twelve latencies is off, and how often its interval holds the lag."""
    still, loud = stretches("trunk", SEEDS + 90_001)
    both = unguard.calibrate_activity(
        np.column_stack([still, still]), np.column_stack([loud, loud]), fs=FS, band=BAND_TEXT
    )
    spec = unguard.ActivityDetector(calibration=both)
    for snr in (10.0, 15.0):
        error: list[float] = []
        off: list[float] = []
        holds = alone = infinite = 0
        for i in range(RECORDINGS):
            x, true = recording(i, snr)
            events = unguard.Events(unguard.detect(spec, x, fs=FS, channels=NAMES), fs=FS, channels=NAMES)
            told = unguard.onset_latency(events, "multifidus", "deltoid", window=WINDOW)
            alone += REPETITIONS - len(told)
            infinite += not np.isfinite(told.low_ms)
            holds += told.low_ms <= 1000 * LAG <= told.high_ms
            off.append(told.median_ms - float(np.median(true)))
            if len(told) == REPETITIONS:
                error += list(told.latency_ms - true)
        # What a perfect interval of 95 % passes with a probability of 0.999.
        least = stats.binom.ppf(0.001, RECORDINGS, 0.95)
        what = f"relative timing of {REPETITIONS} repetitions at {snr:g} dB, lag {1000 * LAG:g} ms"
        found = holds >= least and not infinite and alone <= MOST_ALONE * RECORDINGS * REPETITIONS
        e.add(f"{what}: intervals that hold it",
              f">= {least:g} of {RECORDINGS}; none infinite; <= {100 * MOST_ALONE:g} % without a partner",
              f"{holds}; {infinite} infinite; {alone} of {RECORDINGS * REPETITIONS} repetitions without a partner",
              f"truth of the generator, SD {1000 * SPREAD:g} ms", found)  # fmt: skip
        mean, sd = float(np.mean(off)), float(np.std(off, ddof=1))
        e.add(f"relative timing at {snr:g} dB: median against the true median", "|bias| <= 1 ms, SD <= 5 ms",
              f"{mean:+.2f} +- {sd:.2f} ms; one latency {np.mean(error):+.2f} +- {np.std(error):.2f} ms",
              "two channels of one SNR", abs(mean) <= 1 and sd <= 5)  # fmt: skip
