"""How often something may happen that was counted."""

from __future__ import annotations

import scipy.stats


def an_hour_at_most(count: int, hours: float) -> float:
    """Return the upper 95 % limit of how often it happens an hour, of a Poisson process (one-sided, exact)."""
    return float(scipy.stats.chi2.ppf(0.95, 2 * (count + 1))) / 2 / hours
