"""Rest as BioSPPy takes it: samples of it, where it is in the record, or its statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from unguard.arguments import number, whole
from unguard.errors import ConfigError
from unguard.presets.given_signal import channel

Rest = NDArray[np.float64] | Sequence[float] | Mapping[str, float]


def rest_of(rest: Rest, x: NDArray[np.float64], wanted: Sequence[str]) -> dict[str, float]:
    """Return the statistics that are wanted, of "mean", "std_dev" and "var", the last two above 0.

    Of samples without their mean, which are not rectified: the mean is what rounding leaves of 0.
    """
    if isinstance(rest, Mapping):
        missing = [name for name in wanted if name not in rest]
        if missing:
            raise ConfigError("rest", f"a mapping without {missing[0]!r}", "one with " + " and ".join(wanted))
        found = {name: number(f"rest[{name!r}]", rest[name], "a finite number") for name in wanted}
    else:
        still = channel(rest, "rest")
        if len(still) == 2:
            begin, end = (whole("rest", v, "(from, to) in whole samples") for v in still)
            if not 0 <= begin < end <= len(x) or end - begin < 2:
                raise ConfigError(
                    "rest", f"({begin}, {end})", f"(from, to) of at least 2 samples within the record of {len(x)}"
                )
            still = x[begin:end]
        elif len(still) < 2:
            raise ConfigError("rest", "1 sample", "more than 2 samples, or (from, to), or a mapping")
        centred = still - np.mean(still)
        every = {"mean": np.mean(centred), "std_dev": centred.std(ddof=1), "var": centred.var(ddof=1)}
        found = {name: float(every[name]) for name in wanted}
    for name in wanted:
        if name != "mean" and not found[name] > 0:
            raise ConfigError("rest", f"of {name} {found[name]:g}", "one that varies: it is divided by its spread")
    return found
