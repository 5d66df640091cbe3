"""BrainFlow's filters, to its numbers: low-pass, high-pass, band-pass, band-stop. Follows version 5.23.0.

Butterworth, Chebyshev of the first kind and Bessel, of orders 1 to 8, by the engine. The peer adds 1e-8 to its states,
against subnormal numbers: what it returns differs by as much.

**What this convention gets wrong, and what to use instead.** Each call builds its filter anew, with an empty state, so
that a stream filtered call by call rings at the start of every block. Start the spec once and give it block by block:
`live = unguard.Bandpass(low=20, high=450).start(fs=fs)`, `live.process(block)`. Its "zero phase" does not extend the
record, and begins the way back in the state in which the way there ended: both ends are wrong. Use
`unguard.zero_phase(unguard.Bandpass(low=20, high=450), x, fs=fs)`, or `unguard.ZeroPhaseBlocks`.

Source: BrainFlow 5.23.0, data_handler.cpp, DSPFilters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unguard import _core
from unguard.arguments import flag, number
from unguard.errors import ConfigError
from unguard.presets.given_signal import count, positive, rate, record

__all__ = ["bandpass", "bandstop", "highpass", "lowpass"]

#: By what the peer calls them, their names here and what makes them its own.
KINDS = {"butterworth": "", "chebyshev1": "Chebyshev1", "bessel": "Bessel"}


def lowpass(
    x: ArrayLike,
    *,
    fs: float,
    cutoff: float,
    order: int = 4,
    kind: str = "butterworth",
    ripple: float | None = None,
    zero_phase: bool = False,
) -> NDArray[np.float64]:
    """Return one call's `DataFilter.perform_lowpass`: the filter begins empty.

    Parameters
    ----------
    x: (samples,) or (samples, channels), uV; the block of one call. fs: Hz, above twice `cutoff`.
    cutoff: Hz. order: 1 to 8. kind: one of KINDS. ripple: dB, of "chebyshev1" alone. zero_phase: as the peer has it.

    Source: BrainFlow 5.23.0.
    """
    return _of_one_edge("Lowpass", x, fs, cutoff, order, kind, ripple, zero_phase)


def highpass(
    x: ArrayLike,
    *,
    fs: float,
    cutoff: float,
    order: int = 4,
    kind: str = "butterworth",
    ripple: float | None = None,
    zero_phase: bool = False,
) -> NDArray[np.float64]:
    """Return one call's `DataFilter.perform_highpass`: the filter begins empty.

    Parameters
    ----------
    x, fs, cutoff, order, kind, ripple, zero_phase: as of `lowpass`.

    Source: BrainFlow 5.23.0.
    """
    return _of_one_edge("Highpass", x, fs, cutoff, order, kind, ripple, zero_phase)


def bandpass(
    x: ArrayLike,
    *,
    fs: float,
    low: float,
    high: float,
    order: int = 4,
    kind: str = "butterworth",
    ripple: float | None = None,
    zero_phase: bool = False,
) -> NDArray[np.float64]:
    """Return one call's `DataFilter.perform_bandpass`: the filter begins empty.

    Parameters
    ----------
    x, order, kind, ripple, zero_phase: as of `lowpass`. fs: Hz, above twice `high`. low, high: edges, Hz.

    Source: BrainFlow 5.23.0.
    """
    return _of_two_edges("Bandpass", x, fs, low, high, order, kind, ripple, zero_phase)


def bandstop(
    x: ArrayLike,
    *,
    fs: float,
    low: float,
    high: float,
    order: int = 4,
    kind: str = "butterworth",
    ripple: float | None = None,
    zero_phase: bool = False,
) -> NDArray[np.float64]:
    """Return one call's `DataFilter.perform_bandstop`: the filter begins empty.

    Parameters
    ----------
    x, order, kind, ripple, zero_phase: as of `lowpass`. fs: Hz, above twice `high`. low, high: edges, Hz.

    Source: BrainFlow 5.23.0.
    """
    return _of_two_edges("Bandstop", x, fs, low, high, order, kind, ripple, zero_phase)


def _of_one_edge(
    band: str, x: ArrayLike, fs: float, cutoff: float, order: int, kind: str, ripple: float | None, both_ways: bool
) -> NDArray[np.float64]:
    cutoff = positive("cutoff", cutoff, "an edge above 0 Hz")
    return _called(band, x, rate(fs, above=2 * cutoff), {"cutoff": cutoff}, order, kind, ripple, both_ways)


def _of_two_edges(
    band: str,
    x: ArrayLike,
    fs: float,
    low: float,
    high: float,
    order: int,
    kind: str,
    ripple: float | None,
    both_ways: bool,
) -> NDArray[np.float64]:
    low = positive("low", low, "an edge above 0 Hz")
    high = number("high", high, "an edge above low, Hz")
    if high <= low:
        raise ConfigError("high", f"{high:g} Hz", f"above low, {low:g} Hz")
    edges = {"low": low, "high": high}
    return _called(band, x, rate(fs, above=2 * high), edges, order, kind, ripple, both_ways)


def _called(
    band: str,
    x: ArrayLike,
    fs: float,
    edges: dict[str, float],
    order: int,
    kind: str,
    ripple: float | None,
    both_ways: bool,
) -> NDArray[np.float64]:
    y = record(x)
    if kind not in KINDS:
        raise ConfigError("kind", repr(kind), "one of " + ", ".join(KINDS))
    if (ripple is not None) != (kind == "chebyshev1"):
        raise ConfigError("ripple", ripple, 'dB above 0 with "chebyshev1", None with the others')
    own: dict[str, object] = {"norm": "delay"} if kind == "bessel" else {}
    if ripple is not None:
        own["ripple"] = positive("ripple", ripple, "dB above 0")
    made = getattr(_core, KINDS[kind] + band)(**edges, order=count("order", order, most=8, of="poles"), **own)
    live = made.start(fs=fs, channels=1 if y.ndim == 1 else y.shape[1])
    found: NDArray[np.float64] = live.process(y)
    if flag("zero_phase", both_ways):
        # The same filter again, from the state in which it is now.
        found = np.ascontiguousarray(live.process(np.ascontiguousarray(found[::-1]))[::-1])
    return found
