"""
Events, with stated false alarms
================================

When a muscle goes on: asked not for a number of standard deviations, but for false alarms an hour.
"""

import unguard

recording = unguard.io.read("../../data/guarded.bdf")
fs, emg = recording.fs, recording.select(recording.names[:4])
band = unguard.Chain(unguard.Priming(), unguard.Bandpass(low=20, high=450))
x = band(emg.data, fs=fs)

# %%
# The first 20 s were declared rest. What its noise is like, and how often it alone brings how much evidence:

rest = x[round(1 * fs) : round(20 * fs), :1]
known = unguard.calibrate_activity(rest, fs=fs, band="20-450 Hz, order 4, causal")
known

# %%
# One false alarm an hour:

detector = unguard.ActivityDetector(calibration=known, false_alarms=1)
reports = unguard.detect(detector, x[:, 0], fs=fs, channels=["longissimus L"])
events = unguard.Events(reports, fs=fs, channels=["longissimus L"])
events.to_dataframe()[["onset_s", "offset_s", "decided_s", "peak_uV", "confidence"]].round(3)

# %%

markers = [("rest begins", 0), ("rest ends", round(20 * fs))]
markers += [
    (a.text, round(a.onset_s * fs))
    for a in recording.annotations
    if a.text in ("standing", "bending", "full flexion", "returning")
]
unguard.plot_events(events, x[:, 0], channel="longissimus L", markers=markers, begin=15, end=45)
