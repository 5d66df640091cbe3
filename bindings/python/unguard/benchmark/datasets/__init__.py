"""Public data sets: what a person has fetched is checked, loaded, and given its truth."""

from unguard.benchmark.datasets.catalogue import DATASETS, annotated, dataset
from unguard.benchmark.datasets.dataset import Dataset
from unguard.benchmark.datasets.layout import MissingFiles

__all__ = ["DATASETS", "Dataset", "MissingFiles", "annotated", "dataset"]
