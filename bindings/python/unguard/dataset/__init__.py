"""Whole datasets: every recording of a BIDS dataset analysed, resumably, on one machine or many; tables of all.

>>> from unguard import dataset
>>> made = dataset.run("study", "study/derivatives/unguard", workers=4)
>>> made.group()[["sub", "task", "channel", "segment", "rms_uV"]]
"""

from unguard.dataset.columns import SCHEMA_VERSION
from unguard.dataset.run import DatasetRun, run

__all__ = ["SCHEMA_VERSION", "DatasetRun", "run"]
