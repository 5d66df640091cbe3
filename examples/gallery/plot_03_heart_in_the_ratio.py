"""
The heart in the ratio
======================

Flexion-relaxation divides by a level near silence. A heart of some microvolts, and the amplifier's noise, decide it.
"""

import unguard
from unguard import clinical
from unguard.simulated_recording import to_recording

spec = unguard.scenario("healthy", seconds=90, seed=3, fs=1000)
spec = spec.replace(ecg=unguard.EcgArtefact(r_peak=60))  # microvolts at the R peak
recording = to_recording(unguard.simulate(spec))

# %%
# Three analyses of one recording: nothing taken off, the heart taken out, and the noise of electrode and amplifier
# taken off in power, too.

analyses = {
    "as it came": clinical.analyse_bends(recording, heart=False),
    "heart out": clinical.analyse_bends(recording),
    "heart and noise out": clinical.analyse_bends(recording, noise=0.5),
}
for name, found in analyses.items():
    ratio = found.bends.ratio("ERR", "longissimus L")
    print(
        f"{name:20} ERR {ratio.value:6.1f} [{ratio.low:.1f}, {ratio.high:.1f}]"
        + (", at least" if ratio.at_least else "")
    )

# %%
# The loops: what lies under them at full flexion is not muscle.

clinical.plot_bending_loops(analyses["as it came"], "longissimus L")

# %%

clinical.plot_bending_loops(analyses["heart and noise out"], "longissimus L")
