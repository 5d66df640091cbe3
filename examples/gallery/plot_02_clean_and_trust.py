"""
A lead that comes off
=====================

A session with a heart, hum, tugs and a lost contact, and a pipeline that shows a level only while it can be believed.
"""

import numpy as np
import unguard

back = unguard.simulate("contaminated", seconds=60, seed=1)  # the truth is known to the sample
plan = unguard.Pipeline(
    unguard.Chain(unguard.Priming(), unguard.Bandpass(low=30, high=450)),
    mains=unguard.LineCanceller(frequency=50),
    heart=unguard.EcgSubtraction(),
)
readings, _ = plan(back.data, fs=back.fs)

# %%
# What the electrode delivers, and what a screen may show of it. Where there is no line there is no value: not a stale
# one, and not 0.

first = [r for r in readings if r.channel == 0]
values = np.array([np.nan if r.value_uV is None else r.value_uV for r in first])
seen = slice(round(45 * back.fs), round(52 * back.fs))
axes = unguard.plot_envelope(values[4500:5200], fs=100)
off = next(d for d in back.truth["disturbances"] if d["channel"] == 0 and "lead_off" in d["reasons"])
axes.axvspan(off["begin"] / back.fs - 45, off["end"] / back.fs - 45, color="#D55E00", alpha=0.15)
axes

# %%
# A value while the lead was off would be a lie, and silence while all is well would be useless. Both are counted:

at = np.array([r.at for r in first])
while_off = (at >= off["begin"] + 0.15 * back.fs) & (at < off["end"])
before = (at > 10 * back.fs) & (at < off["begin"] - 0.5 * back.fs)
print(f"with a value: {np.isfinite(values[while_off]).sum()} of {while_off.sum()} readings from 0.15 s behind the loss")
print(f"with a value: {100 * np.isfinite(values[before]).mean():.0f} % of those from 10 s on before it")
print("told reasons:", sorted({why for r, o in zip(first, while_off, strict=True) if o for why in r.reasons}))
