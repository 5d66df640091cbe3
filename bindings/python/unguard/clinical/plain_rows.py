"""Tables as plain values for JSON: six digits, and None for what is not known."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]


def plain_rows(frame: pd.DataFrame | None) -> list[dict[str, Any]]:
    """Return a row each as plain values; none where there is no table."""
    if frame is None:
        return []
    return [{k: plain(v) for k, v in row.items()} for row in frame.to_dict(orient="records")]


def plain(value: Any) -> Any:
    """Return a number of NumPy as Python's own, with six digits; None for what is no finite number."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value
