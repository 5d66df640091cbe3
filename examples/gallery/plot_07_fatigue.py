"""
Fatigue: a slope with its interval
==================================

A muscle that tires moves its spectrum down and its amplitude up. Neither slope is told without how sure it is.
"""

import warnings

import numpy as np
import unguard
from matplotlib.figure import Figure
from unguard import fatigue

# %%
# Forty-five seconds of simulated EMG whose spectrum falls by 0.6 % a second: time is stretched as conduction slows.

fs, rng = 2000, np.random.default_rng(1)
source = unguard.simulate_onset(unguard.OnsetTrial(snr_dB=40, baseline=0.5, active=46, seed=2))
fresh = source.data[source.onset : source.offset]
t = np.arange(45 * fs) / fs
slowed = np.interp(t - 0.003 * t**2, np.arange(len(fresh)) / fs, fresh) * (1 + 0.008 * t)
emg = unguard.Chain(unguard.Priming(), unguard.Bandpass(low=20, high=450))(
    slowed + 0.5 * rng.standard_normal(len(t)), fs=fs
)

# %%
# One value a window of half a second, then both slopes together:

course = fatigue.course(emg, fs=fs)
told = fatigue.jasa(course.seconds, course.spectrum, course.amplitude)
print(told)

# %%

slope = told.spectrum.slope
axes = Figure(figsize=(8, 3), layout="constrained").subplots()
axes.plot(course.seconds, course.spectrum, ".", color="#0072B2")
middle = np.nanmean(course.spectrum)
for b, line in ((slope.value, "-"), (slope.low, ":"), (slope.high, ":")):
    axes.plot(course.seconds, middle + b * (course.seconds - course.seconds.mean()), line, color="#D55E00")
axes.set_xlabel("s")
axes.set_ylabel("MDF, Hz")
axes

# %%
# A high-pass of 30 Hz in front would have taken off what fatigue moves, and is said by name:

with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    fatigue.check_highpass(unguard.Bandpass(low=30, high=450), fs=fs)
print(said[0].message)
