"""What BioSPPy calls onsets: edges of activity, beginnings and ends in one list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]


@dataclass(frozen=True, repr=False)
class Edges:
    """Edges of activity.

    Attributes
    ----------
    samples: ascending. Which of them begin something is not told; two that fall on one sample are one, and then every
        other is no rule either.
    processed: what was compared with the threshold.
    fs: Hz.
    """

    samples: NDArray[np.int64]
    processed: NDArray[np.float64]
    fs: float

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row an edge: sample, time_s from the first sample."""
        import pandas as pd

        return pd.DataFrame({"sample": self.samples, "time_s": self.samples / self.fs})

    def __len__(self) -> int:
        return len(self.samples)

    def __repr__(self) -> str:
        return f"<{len(self)} edges at {self.fs:g} Hz, as BioSPPy has them>"


def crossings(above: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the last sample before each stretch of True and the first one behind it, each once."""
    rising = np.flatnonzero(~above[:-1] & above[1:])
    falling = np.flatnonzero(above[:-1] & ~above[1:]) + 1
    return np.union1d(rising, falling).astype(np.int64)
