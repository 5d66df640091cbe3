"""Chains of filters, and envelopes, as transformers of signals: one row is one sample in time, one column a channel."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unguard._core import Bandpass, Chain, Rms
from unguard.arguments import number, pair
from unguard.errors import ConfigError
from unguard.sklearn.library import (
    BaseEstimator,
    OneToOneFeatureMixin,
    TransformerMixin,
    check_is_fitted,
    validate_data,
)

_RATE = "a sampling rate above 0 Hz; it has no default"


class _OverSignals(OneToOneFeatureMixin, TransformerMixin, BaseEstimator, ABC):  # type: ignore[misc]
    """What runs over the rows of X in their order, as over a stream.

    Rows are consecutive samples, so that two conventions of scikit-learn cannot hold, and ``check_estimator`` is to
    expect it (check_methods_subset_invariance, check_methods_sample_order_invariance): a part of the rows, or other
    rows first, gives other values, for a filter remembers. Folds must be whole stretches of time; and whoever
    classifies windows filters the record first and cuts it then, for a filter that begins anew in every window is
    another filter (`unguard.sklearn.windows`).
    """

    def fit(self, X: ArrayLike, y: Any = None) -> Any:
        """Check X, (samples, channels), and the parameters; nothing is learned. Returns the transformer."""
        self._chain()
        validate_data(self, X, dtype=np.float64)
        return self

    def transform(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return X, (samples, channels) in microvolts, through the chain, causally and from rest: the same shape."""
        check_is_fitted(self)
        x = validate_data(self, X, dtype=np.float64, reset=False)
        return self._chain()(np.ascontiguousarray(x), fs=self._rate())

    def _rate(self) -> float:
        rate = number("fs", self.fs, _RATE)
        if rate <= 0:
            raise ConfigError("fs", f"{rate:g}", _RATE)
        return rate

    @abstractmethod
    def _chain(self) -> Chain:
        """Return the chain that the parameters mean; raise ConfigError, naming the one that cannot be."""


class ChainTransformer(_OverSignals):
    """A chain of filters as a transformer, with the bits of ``Chain(...)(x, fs=...)``.

    Parameters
    ----------
    chain: a filter, a sequence of filters, or a Chain.
    fs: sampling rate, Hz; must be given.
    """

    def __init__(self, chain: Any = None, *, fs: float | None = None) -> None:
        self.chain = chain
        self.fs = fs

    def __sklearn_clone__(self) -> ChainTransformer:
        # Filters and chains are values that nobody changes: a clone may have the same, and a Chain cannot be copied.
        return type(self)(self.chain, fs=self.fs)

    def _chain(self) -> Chain:
        self._rate()
        if isinstance(self.chain, Chain):
            return self.chain
        if self.chain is None:
            raise ConfigError("chain", "None", "a filter, a sequence of filters, or a Chain")
        return Chain(*self.chain) if isinstance(self.chain, (list, tuple)) else Chain(self.chain)


class EnvelopeTransformer(_OverSignals):
    """The level of every channel: band-pass, then a moving root mean square, causally.

    Parameters
    ----------
    fs: sampling rate, Hz; must be given.
    band: edges of the band-pass (Butterworth, order 4), Hz.
    window: of the root mean square, s. It tells of the level half of it before.
    """

    def __init__(
        self, *, fs: float | None = None, band: Sequence[float] = (20.0, 450.0), window: float = 0.125
    ) -> None:
        self.fs = fs
        self.band = band
        self.window = window

    def _chain(self) -> Chain:
        low, high = pair("band", self.band, "two edges in hertz, below half the sampling rate")
        rate = self._rate()
        if not 0 < low < high < rate / 2:
            expected = f"two edges from low to high, above 0 and below half the sampling rate, {rate / 2:g} Hz"
            raise ConfigError("band", f"{low:g} to {high:g} Hz", expected)
        return Chain(Bandpass(low=low, high=high), Rms(window=self.window))
