"""
Detectors on known truth
========================

Every detector is a spec; a score needs the truth, and false alarms stand beside every hit.
"""

import pandas as pd
import unguard
from unguard import benchmark

trials = [
    unguard.simulate_onset(unguard.OnsetTrial(snr_dB=8, baseline=6, active=0.6, tail=2, seed=seed))
    for seed in range(12)
]
band = unguard.Chain(unguard.Priming(), unguard.Bandpass(low=20, high=450))
specs = (
    unguard.HodgesBui(),
    unguard.TkeoOnset(),
    unguard.Lidierth(),
    unguard.Bonato(),
    unguard.Aglr(),
    unguard.MerloWavelet(),
    unguard.GaussianMixtureOnset(),
)

# %%
# Each hears the record live, learns the rest from the first two seconds, and is scored against the burst:

rows = []
for spec in specs:
    scores = []
    for trial in trials:
        reports = unguard.detect(spec, band(trial.data, fs=trial.fs), fs=trial.fs)
        found = [(r.onset, r.offset) for r in reports if r.report == "CLOSE"]
        scores.append(benchmark.score(found, [(trial.onset, trial.offset)], fs=trial.fs, samples=len(trial.data)))
    pooled = benchmark.pooled(scores)
    rows.append(
        {
            "detector": type(spec).__name__,
            "F1": pooled.f1,
            "onset bias, ms": pooled.onset.bias,
            "onset SD, ms": pooled.onset.sd,
            "false alarms": pooled.alarms.count,
        }
    )
pd.DataFrame(rows).set_index("detector").round(2)

# %%
# Twelve trials tell little: the intervals of ``unguard benchmark`` stand on more, and on recordings. One of them, as
# two detectors see it:

trial = trials[3]
x = band(trial.data, fs=trial.fs)
unguard.plot_events(unguard.Events(unguard.detect(unguard.Aglr(), x, fs=trial.fs), fs=trial.fs), x, begin=5, end=7.5)

# %%

unguard.plot_events(
    unguard.Events(unguard.detect(unguard.TkeoOnset(), x, fs=trial.fs), fs=trial.fs), x, begin=5, end=7.5
)
