"""How closely results agree with their reference: every comparison is remembered for the evidence."""

import numpy as np

#: By the name of the reference: the largest difference, as a part of the scale it was judged by.
WORST: dict[str, float] = {}


def agree(name, result, expected, scale, within=1e-12):
    """Demand the reference's shape, and values within that part of the scale, which must be finite."""
    result, expected = np.asarray(result), np.asarray(expected)
    assert result.shape == expected.shape
    worst = float(np.max(np.abs(result - expected), initial=0) / scale)
    WORST[name] = max(WORST.get(name, 0.0), worst)
    assert worst <= within, f"{name}: off by {worst:.2g}, at most {within:.2g}"
