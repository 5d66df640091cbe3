"""
Spectra, and what they are good for
===================================

One record, three estimators, and how much the median frequency scatters by each.
"""

import numpy as np
import unguard
from unguard import spectrum

trial = unguard.simulate_onset(unguard.OnsetTrial(snr_dB=20, baseline=1, active=60, seed=1))
emg = unguard.Chain(unguard.Bandpass(low=20, high=450))(trial.data, fs=trial.fs)[trial.onset : trial.offset]

# %%
# The whole record: Welch is steady.

spectrum.welch(emg, fs=trial.fs).plot()

# %%
# Half seconds, as for fatigue: which window throws away how much?

windows = emg[: len(emg) // 1000 * 1000].reshape(-1, 1000).T
estimators = {
    "Hann periodogram": lambda x: spectrum.periodogram(x, fs=trial.fs, window="hann"),
    "three sine tapers": lambda x: spectrum.multitaper(x, fs=trial.fs),
    "AR of order 12": lambda x: spectrum.ar_spectrum(x, fs=trial.fs, order=12),
}
for name, estimate in estimators.items():
    mdf = estimate(windows).mdf(20, 450)
    print(f"{name:18} MDF {np.mean(mdf):.1f} +- {np.std(mdf):.1f} Hz")
print(f"whole record       MDF {spectrum.welch(emg, fs=trial.fs).mdf(20, 450):.1f} Hz")

# %%
# How the spectrum changes over a burst:

spectrum.spectrogram(trial.data[: 4 * 2000], fs=trial.fs, segment=0.25, overlap=0.75).plot()
