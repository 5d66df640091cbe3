"""Onsets by the rate that EMG is sampled at. Rows for `detect`."""

from __future__ import annotations

import numpy as np
import unguard

from bench.evidence.onset_trials import BAND_TEXT, FS, SEEDS, Timing, stretches, timing, trial
from bench.evidence.table import Evidence

OTHER_RATES = (1000.0, 4000.0, 5000.0, 10000.0)
SNR_DB = 10.0
FIRST_SEED = SEEDS + 800_000
#: Few onsets are far off, and those decide the SD: of 400 trials it is known to an eighth, of so many to a twentieth.
TRIALS = 1600
#: One alone would decide everything: trials are shared out among so many.
CALIBRATIONS = 4
#: OPENs of noise an hour that it is told.
TOLD = 20.0
#: A rate may be so much later than the usual one, ms: what a mean of a fast stream and a sample of a slow one last.
LATER_MS = 2.0
#: And its onsets may spread so many times as widely.
WIDER = 1.25


def at_rate(fs: float) -> Timing:
    """Return how ours does at a rate, told rests and contractions of other seeds."""
    pairs = [stretches("trunk", FIRST_SEED + 90_000 + k, fs=fs) for k in range(CALIBRATIONS)]
    known = [unguard.calibrate_activity(rest, loud, fs=fs, band=BAND_TEXT) for rest, loud in pairs]
    specs = [unguard.ActivityDetector(calibration=c, false_alarms=TOLD) for c in known]
    trials = (trial(FIRST_SEED + i, fs, carrier="trunk", snr_dB=SNR_DB) for i in range(TRIALS))
    return timing(specs, trials, fs=fs)


def measure(e: Evidence) -> None:
    """Latency and onset error at each rate."""
    usual = at_rate(FS)
    usual_sd = float(np.std(usual.error, ddof=1))
    for fs in (FS, *OTHER_RATES):
        t = usual if fs == FS else at_rate(fs)
        median, mean, sd = t.median_latency, float(np.mean(t.error)), float(np.std(t.error, ddof=1))
        as_good = median <= usual.median_latency + LATER_MS and abs(mean) <= 3 and sd <= WIDER * usual_sd
        e.add(f"sampled at {fs:g} Hz: step at {SNR_DB:g} dB, trunk, white noise",
              f"median latency <= that at {FS:g} Hz + {LATER_MS:g} ms; |bias| <= 3 ms, SD <= {WIDER:g} x that",
              f"{median:.1f} ms; {mean:+.1f} +- {sd:.1f} ms; {t.missed} of {TRIALS} missed",
              f"{FS:g} Hz: {usual.median_latency:.1f} ms, SD {usual_sd:.1f}; truth of the generator",
              as_good and t.missed <= TRIALS // 100)  # fmt: skip
