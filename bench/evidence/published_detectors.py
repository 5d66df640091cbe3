"""The published detectors, each at the same number of false alarms an hour."""

from __future__ import annotations

from typing import Any

import unguard

SPECS = (
    unguard.HodgesBui(),
    unguard.TkeoOnset(),
    unguard.Lidierth(),
    unguard.MerloWavelet(),
    unguard.Bonato(),
    unguard.Aglr(),
    unguard.GaussianMixtureOnset(),
)


def at_false_alarms(model: Any, per_hour: float) -> dict[str, Any]:
    """Return their specs by name, with thresholds for so many an hour of a calibrated noise; or why there is none."""
    made: dict[str, Any] = {}
    for spec in SPECS:
        name = type(spec).__name__
        try:
            made[name] = unguard.for_false_alarms(spec, model, per_hour=per_hour).spec
        except unguard.ConfigError as refused:
            made[name] = str(refused)
    return made
