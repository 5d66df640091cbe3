"""Onsets by the rate that EMG is sampled at. Rows for `detect`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import unguard

from bench.evidence.onset_trials import BAND, BAND_TEXT, SEEDS, Array
from bench.evidence.table import Evidence

RATES = (1000.0, 2000.0, 4000.0, 5000.0, 10000.0)
TRIALS = 200
SNR_DB = 10.0
#: OPENs of noise an hour that it is told.
TOLD = 20.0
#: A rate may be so much later than 2000 Hz, ms: what a mean of a fast stream and a sample of a slow one last.
LATER_MS = 2.0
#: And its onsets may spread so many times as widely.
WIDER = 1.25


def trials(fs: float, **fields: float) -> Iterator[tuple[Array, int]]:
    """Return the trials of a rate in the band, and their onsets."""
    for seed in range(SEEDS + 800_000, SEEDS + 800_000 + TRIALS):
        made = unguard.simulate_onset(unguard.OnsetTrial(seed=seed, rate=fs, carrier="trunk", snr_dB=SNR_DB, **fields))
        yield np.asarray(unguard.Chain(BAND)(made.data, fs=fs)), made.onset


def calibrated(fs: float) -> unguard.ActivityDetector:
    """Return ours, told 20 s of rest and 5 s of a contraction of another seed."""
    spec = unguard.OnsetTrial(seed=SEEDS + 890_000, rate=fs, carrier="trunk", snr_dB=20, baseline=21, active=5.5)
    made = unguard.simulate_onset(spec)
    x = np.asarray(unguard.Chain(BAND)(made.data, fs=fs))
    rest, contraction = x[int(fs) : made.onset], x[made.onset + int(fs / 4) : made.offset]
    known = unguard.calibrate_activity(rest, contraction, fs=fs, band=BAND_TEXT)
    return unguard.ActivityDetector(calibration=known, false_alarms=TOLD)


def measure(e: Evidence) -> None:
    """Latency, onset error and cancelled OPENs at each rate."""
    usual = usual_sd = np.inf
    for fs in (2000.0, *(r for r in RATES if r != 2000.0)):
        spec = calibrated(fs)
        latency, error, cancelled = [], [], 0
        for x, onset in trials(fs):
            lives: dict[int, list[unguard.Event]] = {}
            for report in unguard.detect(spec, x, fs=fs):
                lives.setdefault(report.id, []).append(report)
            cancelled += sum(v[-1].report == "CANCEL" for v in lives.values())
            good = [v for v in lives.values() if v[-1].report == "CLOSE" and v[0].decided >= onset]
            if good:
                first = min(good, key=lambda v: v[0].decided)
                latency.append((first[0].decided - onset) / fs * 1000)
                error.append((first[-1].onset - onset) / fs * 1000)
        missed = TRIALS - len(latency)
        median = float(np.median([*latency, *(missed * [np.inf])]))
        mean, sd = float(np.mean(error)), float(np.std(error, ddof=1))
        if fs == 2000:
            usual, usual_sd = median, sd
        as_good = median <= usual + LATER_MS and abs(mean) <= 3 and sd <= WIDER * usual_sd
        e.add(f"sampled at {fs:g} Hz: step at {SNR_DB:g} dB, trunk, white noise",
              f"median latency <= that at 2000 Hz + {LATER_MS:g} ms; |bias| <= 3 ms, SD <= {WIDER:g} x that",
              f"{median:.1f} ms; {mean:+.1f} +- {sd:.1f} ms; {missed} of {TRIALS} missed, {cancelled} cancelled",
              f"2000 Hz: {usual:.1f} ms, SD {usual_sd:.1f}; truth of the generator",
              as_good and missed <= TRIALS // 100)  # fmt: skip
