"""Live detectors that others published and unguard implements, as the benchmark runs them: at their defaults."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

import unguard
from unguard.benchmark.band import bandpass
from unguard.benchmark.detector import Detector, Family
from unguard.benchmark.spec_adapter import from_spec

#: None of them refuses a rest by itself: what is restless in it, a heart too, is for them to bear. Of NoiseCalibrator.
_ANY_REST: dict[str, Any] = {"shortest": 0.2, "most_change": 1000.0, "most_peaked": 1000.0}
#: Longest rest that one learns, seconds: what their specs allow.
_LONGEST_S = 600.0


def published(spec: Any, **fields: Any) -> Detector:
    """Return a published detector that knows the stretch that is known to be rest.

    It is told mean and SD of its statistic there, or the noise that whitens, of its own order; one that can be told
    neither hears the rest before the record and learns all of it.

    Parameters
    ----------
    spec: the detector with its defaults, such as HodgesBui(). fields: of it, such as spreads.
    """
    made = spec.replace(**fields)
    known = {f["name"] for f in made._fields}
    learns = not known & {"baseline", "noise"}

    def knowing(still: NDArray[np.float64], fs: float) -> Any:
        if learns:
            return made.replace(learn=min(len(still) / fs, _LONGEST_S))
        if "baseline" in known:
            return made.replace(baseline=unguard.calibrate_baseline(made, still, fs=fs))
        band, calibrator = bandpass(fs), unguard.NoiseCalibrator(order=made.order, **_ANY_REST)
        text = f"{band.low:g}-{band.high:g} Hz, causal"
        return made.replace(noise=unguard.calibrate_noise(still, fs=fs, band=text, spec=calibrator))

    name = type(spec).__name__
    shown = {key: getattr(made, key) for key in ("spreads", "threshold", "log_odds", "leave_for") if key in known}
    return from_spec(knowing, name=name, settings=shown, hears_rest=learns)


def _family(paper: str, spec: Any, **grid: tuple[Any, ...]) -> Family:
    name = type(spec).__name__
    fields = {f["name"] for f in spec._fields}
    if "baseline" in fields:
        told = "told mean and SD of its statistic at rest"
    elif "noise" in fields:
        told = f"told the noise at rest, a model of order {spec.order}"
    else:
        told = "hears the rest before the record"
    make: Callable[..., Detector] = partial(published, spec)
    return Family(f"{paper} ({name})", make, {}, f"the defaults of unguard.{name}; {told}", grid, published=True)


#: Thresholds about the documented one, and gaps that do not end an event: a tenth of a second parts no bursts.
PUBLISHED: tuple[Family, ...] = (
    _family("Hodges & Bui 1996", unguard.HodgesBui(), spreads=(3.0, 6.0, 12.0), leave_for=(0.05, 0.25)),
    _family("Li et al. 2007", unguard.TkeoOnset(), spreads=(3.0, 8.0, 15.0), leave_for=(0.05, 0.25)),
    _family("Lidierth 1986", unguard.Lidierth(), spreads=(3.0, 6.0, 12.0), leave_for=(0.03, 0.25)),
    _family("Merlo et al. 2003", unguard.MerloWavelet(), spreads=(5.0, 10.0), leave_for=(0.125, 0.25)),
    _family("Bonato et al. 1998", unguard.Bonato(), threshold=(9.19, 30.0, 100.0), leave_for=(0.03, 0.25)),
    _family("Staude & Wolf 1999", unguard.Aglr(), threshold=(15.0, 50.0, 150.0), leave_for=(0.05, 0.25)),
    _family("Liu et al. 2015", unguard.GaussianMixtureOnset(), log_odds=(6.0, 12.0, 24.0), leave_for=(0.05, 0.25)),
    _family("Zhang & Zhou 2012", unguard.SampleEntropyOnset(), spreads=(5.0, 10.0, 20.0), leave_for=(0.05, 0.25)),
)
