"""
Flexion-relaxation, healthy and guarded
=======================================

The loop of level over trunk angle, the silence, and the ratios of two simulated backs.
"""

import unguard
from unguard import clinical

healthy = clinical.analyse_bends(unguard.io.read("../../data/healthy.bdf"), noise=0.4)
guarded = clinical.analyse_bends(unguard.io.read("../../data/guarded.bdf"), noise=0.4)
for name, found in (("healthy", healthy), ("guarded", guarded)):
    for ratio in ("ERR", "FRR"):
        r = found.bends.ratio(ratio, "longissimus L")
        print(f"{name}: {ratio} {r.value:.1f} [{r.low:.1f}, {r.high:.1f}]")

# %%
# Healthy: nearly nothing at the bottom of the bend.

clinical.plot_bending_loops(healthy, "longissimus L")

# %%
# Guarded: the muscle does not let go.

clinical.plot_bending_loops(guarded, "longissimus L")

# %%
# One row a bend and muscle, with what speaks against it:

healthy.bends.to_dataframe().head(8)
