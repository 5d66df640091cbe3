"""The conventions of other packages, to their numbers: one module a peer, for a lab that switches and wants to compare.

Each says which version of the peer it follows, what that convention gets wrong, and what to use instead
(docs/presets.md). They are for whole records and for comparison, and none of them is used by anything else in unguard.

x is (samples,), where it says so also (samples, channels), in microvolts; fs in Hz. Samples that are no finite numbers
are refused, whatever the peer does with them: it fills them, spreads them, or fails. Raise ConfigError, naming the
argument.

>>> from unguard import presets
>>> clean = presets.neurokit2.emg_clean(x, fs=2000)
>>> presets.biosppy.find_onsets(clean, fs=2000).to_dataframe()
"""

from unguard.presets import biosignalsnotebooks, biosppy, bmc, brainflow, emgflow, libemg, neurokit2, pyemgpipeline

__all__ = ["biosignalsnotebooks", "biosppy", "bmc", "brainflow", "emgflow", "libemg", "neurokit2", "pyemgpipeline"]
