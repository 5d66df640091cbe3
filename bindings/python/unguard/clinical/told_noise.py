"""Whether the noise that was told is more than what was recorded: then it is wrong, and makes silence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from unguard.clinical.cleaning import Cleaned

#: Of the quietest second, that noise may be and still be in it: chance makes the quietest of many up to 7 % quieter.
_MOST = 1.1
_WINDOW_S, _STEP_S = 1.0, 0.25


def quietest_second(made: Cleaned, muscle: str) -> float | None:
    """Return the least RMS of one second of which at least half can be believed, microvolts; None where none can."""
    i = made.muscles.index(muscle)
    good = made.marks[:, i] == 0
    sums = np.concatenate([[0.0], np.cumsum(np.where(good, made.emg[:, i] ** 2, 0.0))])
    counts = np.concatenate([[0], np.cumsum(good)])
    width = round(_WINDOW_S * made.fs)
    start = np.arange(0, len(good) - width + 1, max(1, round(_STEP_S * made.fs)))
    used = counts[start + width] - counts[start]
    enough = 2 * used >= width
    if not enough.any():
        return None
    power = (sums[start + width] - sums[start])[enough] / used[enough]
    return float(np.sqrt(power.min()))


def noise_remarks(muscle: str, made: Cleaned, noise: Sequence[float]) -> list[str]:
    """Return what speaks against the noise that was told, microvolts RMS, one or one a muscle."""
    if not noise:
        return []
    told = noise[0] if len(noise) == 1 else noise[made.muscles.index(muscle)]
    quietest = quietest_second(made, muscle)
    if quietest is None or told <= _MOST * quietest:
        return []
    return [
        f"{muscle}: the noise that was told, {told:.3g} uV, is more than all there is in its quietest second, "
        f"{quietest:.2g} uV: what is told of quiet phases, silence and ratios to them, is too good."
    ]
