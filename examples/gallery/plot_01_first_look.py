"""
A first look at a recording
===========================

From a file to levels: what was recorded, the envelope of one muscle, and how strong it is at which trunk angle.
"""

import unguard

recording = unguard.io.read("../../data/guarded.bdf")  # microvolts; the rate comes from the file
recording

# %%
# Every channel, with what was annotated:

recording.plot(["longissimus L", "multifidus R", "trunk angle"], begin=18, end=40)

# %%
# The envelope of one muscle, causally. It is drawn earlier by its own delay, which the chain states.

emg = recording.select(["longissimus L"])
chain = unguard.Chain(unguard.Priming(), unguard.Bandpass(low=20, high=450), unguard.Rms(window=0.125))
level, marks = chain.start(fs=emg.fs, channels=emg.names).process(emg.data, marks=True)
delay = chain.start(fs=emg.fs).latency()["seconds"]
part = slice(18_000, 40_000)
unguard.plot_envelope(level[part, 0], fs=emg.fs, x=emg.data[part, 0], marks=marks[part, 0], delay=delay)

# %%
# Flexion-relaxation in one call, and its ratio with an interval:

bends = unguard.clinical.analyse_bends(recording, noise=0.4)
ratio = bends.bends.ratio("ERR", "longissimus L")
print(f"ERR {ratio.value:.2f} [{ratio.low:.2f}, {ratio.high:.2f}] of {ratio.bends} bends")
