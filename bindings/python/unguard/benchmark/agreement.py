"""How well two measurements of the same events agree: the intraclass correlation of absolute agreement."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unguard.errors import ConfigError


def icc(ratings: Any) -> float:
    """Return ICC(2,1): two-way random effects, absolute agreement, of a single rating.

    NaN for fewer than 2 subjects, or where nothing varies. At most 1; below 0 where raters differ more than subjects.
    Source: Shrout & Fleiss 1979, Psychol Bull 86:420, doi:10.1037/0033-2909.86.2.420.

    Parameters
    ----------
    ratings: shape (subjects, raters), at least 2 raters, finite; of events: one row each, found and true.

    Raises
    ------
    ConfigError: another shape, or values that are not finite.
    """
    x = np.asarray(ratings, dtype=np.float64)
    if x.ndim != 2 or x.shape[1] < 2:
        raise ConfigError("ratings", f"of shape {x.shape}", "shape (subjects, raters) with 2 raters or more")
    if not np.isfinite(x).all():
        raise ConfigError("ratings", "not finite in places", "finite values")
    n, k = x.shape
    if n < 2:
        return math.nan
    mean = x.mean()
    of_rows, of_columns = x.mean(axis=1) - mean, x.mean(axis=0) - mean
    between = k * float(of_rows @ of_rows) / (n - 1)
    judges = n * float(of_columns @ of_columns) / (k - 1)
    left = x - mean - of_rows[:, None] - of_columns
    error = float(np.sum(left**2)) / ((n - 1) * (k - 1))
    below = between + (k - 1) * error + k * (judges - error) / n
    return (between - error) / below if below > 0 else math.nan
