"""The level of each session, smoothed by a local linear trend, with its band."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from unguard.clinical.sessions import Array

#: Sessions below which there is nothing to smooth.
FEWEST = 5


def local_linear_trend(values: Array, kept: NDArray[np.bool_], sem: float | None) -> tuple[Array, Array, Array] | str:
    """Return the smoothed level of every session and its 95 % band, low and high; or why there is none.

    A level that moves by a slope that itself wanders, seen in noise; the state given all sessions. Sessions count as
    evenly spaced; those not kept are bridged, and NaN in what is returned. Where a SEM is given, that is the noise;
    otherwise its size is found with the others', by likelihood. Caveat: the band takes the sizes that were found as
    known, and is too narrow for few sessions; it is for the eye, and no verdict stands on it. Source: Harvey 1989,
    Forecasting, Structural Time Series Models and the Kalman Filter, ch. 2; by statsmodels.
    """
    count = int(kept.sum())
    if count < FEWEST:
        return f"{count} sessions: at least {FEWEST} are needed"
    middle, size = float(np.mean(values[kept])), float(np.std(values[kept]))
    if not size > 1e-12 * max(1.0, abs(middle)):
        return "all values are alike"
    from statsmodels.tsa.statespace.structural import UnobservedComponents  # type: ignore[import-untyped]

    scaled = np.where(kept, (values - middle) / size, np.nan)
    with warnings.catch_warnings():
        # Few values: the likelihood is flat, and its search says so.
        warnings.simplefilter("ignore")
        model = UnobservedComponents(scaled, "local linear trend")
        if sem is None:
            fitted = model.fit(disp=False, maxiter=200)
        else:
            with model.fix_params({"sigma2.irregular": (sem / size) ** 2}):
                fitted = model.fit(disp=False, maxiter=200)
    level = np.asarray(fitted.smoothed_state)[0] * size + middle
    variance = np.asarray(fitted.smoothed_state_cov)[0, 0]
    half = 1.959964 * size * np.sqrt(np.maximum(variance, 0))
    level = np.where(kept, level, np.nan)
    return level, level - half, level + half
