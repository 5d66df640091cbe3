"""pyemgpipeline's chain, to its numbers: offset, band-pass, rectifier, envelope, ends, normalisation. Version 1.0.0.

**What this convention gets wrong, and what to use instead.** Every filter sees the future, so that a level begins to
rise before the muscle does: live, and wherever a time of onset matters, use the causal chain
`unguard.Chain(unguard.Bandpass(low=20, high=450), unguard.LinearEnvelope(cutoff=6))`, whose latency is told. Its orders
are those of both passes together, and so are its edges: at 6 Hz the envelope stands at half, not at -3 dB. It cuts 30
frames of either end, whatever the rate: less than the envelope's filter rings. `unguard.zero_phase(...)` is the twin
that says so, and `unguard.calibrate_reference` is a reference that a spike does not set, as the largest value of all
trials does.

Source: Wu et al. 2022, doi:10.21105/joss.04156.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import signal  # type: ignore[import-untyped]

from unguard.arguments import number, whole
from unguard.errors import ConfigError
from unguard.presets.forward_backward import filtfilt
from unguard.presets.given_signal import count, positive, rate, record

__all__ = ["bandpass", "linear_envelope", "process"]


def bandpass(x: ArrayLike, *, fs: float, low: float = 10, high: float = 450, order: int = 4) -> NDArray[np.float64]:
    """Return what `BandpassFilter` returns: Butterworth as polynomials, forward and backward.

    Parameters
    ----------
    x: (samples,) or (samples, channels), uV; more than 3 * (order + 1) samples. fs: Hz, above twice `high`.
    low, high: edges, Hz. order: of both passes together, an even number.

    Source: pyemgpipeline 1.0.0, processors/bandpass_filter.py.
    """
    low = positive("low", low, "an edge above 0 Hz")
    high = number("high", high, "an edge above low, Hz")
    if high <= low:
        raise ConfigError("high", f"{high:g} Hz", f"above low, {low:g} Hz")
    fs = rate(fs, above=2 * high)
    return filtfilt(signal.butter(_one_way(order), [low, high], "bandpass", fs=fs), record(x), fs)


def linear_envelope(x: ArrayLike, *, fs: float, cutoff: float = 6, order: int = 4) -> NDArray[np.float64]:
    """Return what `LinearEnvelope` returns: a Butterworth low-pass as polynomials, forward and backward.

    Parameters
    ----------
    x: (samples,) or (samples, channels), rectified, uV; more than 3 * (order / 2 + 1) samples.
    fs: Hz, above twice `cutoff`. cutoff: edge, Hz. order: of both passes together, an even number.

    Source: pyemgpipeline 1.0.0, processors/linear_envelope.py.
    """
    cutoff = positive("cutoff", cutoff, "an edge above 0 Hz")
    fs = rate(fs, above=2 * cutoff)
    return filtfilt(signal.butter(_one_way(order), cutoff, "lowpass", fs=fs), record(x), fs)


def process(
    x: ArrayLike,
    *,
    fs: float,
    low: float = 10,
    high: float = 450,
    cutoff: float = 6,
    order: int = 4,
    end_frames: int = 30,
    divisor: ArrayLike | None = None,
) -> NDArray[np.float64]:
    """Return what the whole chain makes of a trial: mean off, band-pass, |x|, envelope, ends cut off, divided.

    Parameters
    ----------
    x: (samples,) or (samples, channels), uV. fs: Hz.
    low, high, cutoff, order: of `bandpass` and `linear_envelope`; the order is that of each.
    end_frames: cut off at either end: what is returned is shorter by twice as many.
    divisor: uV, above 0, one or one a channel: what is returned is then a share of it. None: it stays in microvolts.

    Source: pyemgpipeline 1.0.0, wrappers/data_processing_manager.py.
    """
    y = record(x)
    ends = count("end_frames", end_frames, least=0, of="frames")
    if len(y) <= 2 * ends:
        raise ConfigError("x", f"{len(y)} samples", f"more than {2 * ends}, which are cut off")
    share = None if divisor is None else _divisor(divisor, y)
    band = bandpass(y - np.mean(y, axis=0), fs=fs, low=low, high=high, order=order)
    level = linear_envelope(np.abs(band), fs=fs, cutoff=cutoff, order=order)[ends : len(y) - ends]
    return level if share is None else level / share


def _one_way(order: int) -> int:
    both = whole("order", order, "an even number of at least 2, of both passes together")
    if both < 2 or both % 2:
        raise ConfigError("order", both, "an even number of at least 2, of both passes together")
    return both // 2


def _divisor(divisor: ArrayLike, y: NDArray[np.float64]) -> NDArray[np.float64]:
    found = record(np.atleast_1d(np.asarray(divisor)), "divisor")
    channels = 1 if y.ndim == 1 else y.shape[1]
    if found.shape != (channels,) or (found <= 0).any():
        raise ConfigError("divisor", divisor, f"a number above 0 for each of {channels} channels")
    return found
