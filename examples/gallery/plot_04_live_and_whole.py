"""
Live in blocks, and the whole record: the same bits
===================================================

What ran live can be computed again from the recording, and comes out the same, however the stream was cut.
"""

import numpy as np
import scipy.signal
import unguard

back = unguard.simulate("guarded", seconds=60, seed=1)
chain = unguard.Chain(
    unguard.Priming(),
    unguard.LineCanceller(frequency=50),
    unguard.EcgSubtraction(),
    unguard.Bandpass(low=30, high=450),
    unguard.Rms(window=0.125),
)
whole = chain(back.data, fs=back.fs)

# %%
# The same in blocks of random lengths, as a device with a mind of its own delivers them:

rng = np.random.default_rng(1)
live = chain.start(fs=back.fs, channels=back.channels)
cuts = np.cumsum(rng.integers(1, 400, 2000))
blocks = [live.process(block) for block in np.split(back.data, cuts[cuts < len(back.data)])]
print(f"{len(blocks)} blocks, equal to the last bit: {np.array_equal(np.concatenate(blocks), whole)}")

# %%
# Each stage states what it delays, and the sum is what feedback is late by, before the device and the screen:

latency = live.latency()
for stage in latency["stages"]:
    print(f"{stage['stage']:15} {1000 * stage['seconds']:5.1f} ms, {stage['kind']}")
print(f"in sum {1000 * latency['seconds']:.0f} ms")

# %%
# Filtering every block anew, as some toolkits do, is not the same: each block rings.

sections = unguard.sections(unguard.Bandpass(low=30, high=450), fs=back.fs)
block = 100
x = back.data[20_000:40_000, 0] + 200  # an electrode's offset
anew = np.concatenate([scipy.signal.sosfilt(sections, part) for part in np.split(x, len(x) // block)])
carried = unguard.Chain(unguard.Priming(), unguard.Bandpass(low=30, high=450))(x, fs=back.fs)
axes = unguard.plot_envelope(np.abs(anew[2000:4000]), fs=back.fs)
axes.plot(np.arange(2000) / back.fs, np.abs(carried[2000:4000]), color="#D55E00", linewidth=0.8)
axes
