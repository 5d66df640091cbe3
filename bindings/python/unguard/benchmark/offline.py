"""Published methods that need the whole record, as the benchmark runs them: in its band, without delay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

import unguard
from unguard.benchmark.detector import BAND, Detector, Family, labels
from unguard.errors import ConfigError

_SPECS = (unguard.Abbink, unguard.IntegratedProfile, unguard.BayesianChangePoint)


def from_offline_spec(spec: Any, *, name: str | None = None, settings: Mapping[str, Any] | None = None) -> Detector:
    """Return a detector that runs a spec of `unguard.active_stretches` over the record, band-passed without delay.

    It is not causal: what it says of a sample may depend on any other one. Abbink is told the rest.

    Parameters
    ----------
    spec: Abbink, IntegratedProfile, which finds one event a record at most, or BayesianChangePoint.
    name: for tables; None takes the spec's. settings: for tables.

    Raises
    ------
    ConfigError: naming the argument.
    """
    if not isinstance(spec, _SPECS):
        raise ConfigError("spec", repr(spec), "an Abbink, an IntegratedProfile, or a BayesianChangePoint")
    called, told_settings = labels(spec, name, settings)

    def detect(x: NDArray[np.float64], fs: float, rest: tuple[int, int]) -> Iterable[unguard.ActiveStretch]:
        told = x[slice(*rest)] if isinstance(spec, unguard.Abbink) else None
        return unguard.active_stretches(spec, x, fs=fs, rest=told)

    return Detector(called, detect, told_settings, causal=False, wants=BAND)


def _made(kind: type, **fields: Any) -> Detector:
    return from_offline_spec(kind(**fields), name=f"unguard {kind.__name__}", settings=fields)


OFFLINE: tuple[Family, ...] = (
    Family(
        "unguard Abbink",
        partial(_made, unguard.Abbink),
        {},
        "the defaults of unguard.Abbink: Abbink et al. 1998 with windows, h and share of our own",
        {"spreads": (3.0, 6.0, 12.0), "window": (0.05, 0.1, 0.2)},
    ),
    Family(
        "unguard IntegratedProfile",
        partial(_made, unguard.IntegratedProfile),
        {},
        "the defaults of unguard.IntegratedProfile: Liu & Liu 2016; one burst a record",
        {"threshold": (2.0, 4.0, 8.0)},
    ),
    Family(
        "unguard BayesianChangePoint",
        partial(_made, unguard.BayesianChangePoint),
        {},
        "the defaults of unguard.BayesianChangePoint: Tenan et al. 2017, the posterior exact",
        {"bin": (0.01, 0.02, 0.05), "rise_dB": (3.0, 6.0, 10.0)},
    ),
)
