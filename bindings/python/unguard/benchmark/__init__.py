"""Detectors against each other and against the truth: a scorer for anyone's detector, peers, data sets, and a report.

>>> from unguard import benchmark
>>> benchmark.score([(95, 210)], [(100, 200)], fs=1000, samples=1000).f1
1.0
>>> data = benchmark.dataset("plux_bursts", "recordings/plux")      # what was fetched before; nothing is downloaded
>>> mine = benchmark.Detector("mine", lambda x, fs, rest: [(100, 200)])
>>> benchmark.run(mine, data).whole.to_dataframe()
"""

from unguard.benchmark.agreement import icc
from unguard.benchmark.alarms import AlarmRate, poisson_interval
from unguard.benchmark.band import band_passed
from unguard.benchmark.comparison import Comparison, compare
from unguard.benchmark.counts import Counts
from unguard.benchmark.datasets import DATASETS, Dataset, MissingFiles, annotated, dataset
from unguard.benchmark.detector import Detector, Family
from unguard.benchmark.event import ScoredEvent
from unguard.benchmark.generator import GRIDS, Grid, all_generated, generated, spasm_like
from unguard.benchmark.live_reports import live_reports
from unguard.benchmark.matching import Tolerance, match
from unguard.benchmark.offline import OFFLINE, from_offline_spec
from unguard.benchmark.ours import OURS
from unguard.benchmark.outcome import Outcome, run
from unguard.benchmark.peers import NOT_RUN, PEERS
from unguard.benchmark.published import PUBLISHED
from unguard.benchmark.roc import Roc, RocPoint, roc
from unguard.benchmark.score import EdgeError, Score, TrueEvent, pooled
from unguard.benchmark.scoring import score
from unguard.benchmark.search import Searched, search
from unguard.benchmark.spec_adapter import from_spec, scored
from unguard.benchmark.trial import Trial

__all__ = [
    "DATASETS",
    "GRIDS",
    "NOT_RUN",
    "OFFLINE",
    "OURS",
    "PEERS",
    "PUBLISHED",
    "AlarmRate",
    "Comparison",
    "Counts",
    "Dataset",
    "Detector",
    "EdgeError",
    "Family",
    "Grid",
    "MissingFiles",
    "Outcome",
    "Roc",
    "RocPoint",
    "Score",
    "ScoredEvent",
    "Searched",
    "Tolerance",
    "Trial",
    "TrueEvent",
    "all_generated",
    "annotated",
    "band_passed",
    "compare",
    "dataset",
    "from_offline_spec",
    "from_spec",
    "generated",
    "icc",
    "live_reports",
    "match",
    "poisson_interval",
    "pooled",
    "roc",
    "run",
    "score",
    "scored",
    "search",
    "spasm_like",
]
