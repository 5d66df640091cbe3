"""Features of windows, as scikit-learn has them: one row a window, one column a feature of a channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unguard._core import FeatureWindows, _window_features
from unguard.arguments import names as names_of
from unguard.arguments import whole
from unguard.errors import ConfigError
from unguard.sklearn.library import BaseEstimator, TransformerMixin, check_is_fitted, validate_data

#: Features of a window do not depend on how long a sample lasts: any rate will do.
_ANY_RATE = 1000.0


class WindowFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """The classical features of EMG of every window and channel (`unguard.features`), by the C++ engine.

    X is (windows, samples, channels), as `unguard.sklearn.windows` cuts it; or (windows, samples x channels), the same
    flattened, sample after sample, for whatever takes two dimensions only. LibEMG's windows, (windows, channels,
    samples), are ``X.transpose(0, 2, 1)``. Microvolts. Rows do not depend on one another; nothing is learned.

    A feature that is undefined is NaN (the shape of a constant): see docs/features.md.

    Parameters
    ----------
    names: of `unguard.features.NAMES`.
    channels: names of channels, or how many; None: as many as X of three dimensions has, one in X of two.
    zc_threshold, ssc_threshold, wamp_threshold: uV; each must be given for its feature.
    order: of AR and CC. pattern: samples in the stretches that entropies compare. tolerance: standard deviations.
    """

    def __init__(
        self,
        names: Sequence[str] = ("MAV", "WL"),
        *,
        channels: int | Sequence[str] | None = None,
        zc_threshold: float | None = None,
        ssc_threshold: float | None = None,
        wamp_threshold: float | None = None,
        order: int = 4,
        pattern: int = 2,
        tolerance: float = 0.2,
    ) -> None:
        self.names = names
        self.channels = channels
        self.zc_threshold = zc_threshold
        self.ssc_threshold = ssc_threshold
        self.wamp_threshold = wamp_threshold
        self.order = order
        self.pattern = pattern
        self.tolerance = tolerance

    def fit(self, X: ArrayLike, y: Any = None) -> WindowFeatures:
        """Check X and the parameters, and learn how many channels there are. Returns the transformer."""
        flat, channels = self._flat(X, reset=True)
        # On the first window: what the engine refuses is to be known before a pipeline runs.
        self.channels_ = channels
        self.columns_ = self._features(flat[:1])[1]
        return self

    def transform(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return (windows, channels x features): all features of the first channel, then of the next."""
        check_is_fitted(self)
        flat, channels = self._flat(X, reset=False)
        if channels != self.channels_:
            raise ConfigError("X", f"of {len(channels)} channels", f"{len(self.channels_)} channels, as in fit()")
        return self._features(flat)[0]

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return a name for every column: that of the feature and of the channel, such as "MAV longissimus L"."""
        check_is_fitted(self)
        if input_features is not None and len(input_features) != self.n_features_in_:
            raise ValueError(
                f"input_features should have length equal to number of features ({self.n_features_in_}), "
                f"got {len(input_features)}"
            )
        return np.array([f"{column} {name}" for name in self.channels_ for column in self.columns_], dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags

    def _flat(self, X: Any, *, reset: bool) -> tuple[NDArray[np.float64], list[str]]:
        """Return (windows, samples x channels) and the names of the channels."""
        shape = X.shape if hasattr(X, "shape") else np.asarray(X).shape
        flat = X
        if len(shape) == 3:
            flat = np.asarray(X).reshape(shape[0], -1) if 0 not in shape else np.empty((shape[0], 0))
        flat = validate_data(self, flat, dtype=np.float64, reset=reset)
        named = self._named(shape[2] if len(shape) == 3 else None)
        if flat.shape[1] % len(named):
            raise ConfigError("X", f"of {flat.shape[1]} columns", f"as many for each of {len(named)} channels")
        return flat, named

    def _named(self, found: int | None) -> list[str]:
        if self.channels is None:
            count = 1 if found is None else found
        elif isinstance(self.channels, (int, np.integer)):
            count = whole("channels", self.channels, "1 or more, names of channels, or None")
            if count < 1:
                raise ConfigError("channels", count, "1 or more, names of channels, or None")
        else:
            named = names_of("channels", self.channels, "names of channels, how many there are, or None")
            if not named or len(set(named)) != len(named):
                raise ConfigError("channels", repr(named), "names of channels, each once")
            if found not in (None, len(named)):
                raise ConfigError("channels", f"{len(named)} names", f"one for each of {found} channels of X")
            return named
        if found not in (None, count):
            raise ConfigError("channels", count, f"{found}, as X has")
        return [f"channel {i + 1}" for i in range(count)]

    def _features(self, flat: NDArray[np.float64]) -> tuple[NDArray[np.float64], list[str]]:
        windows, columns = flat.shape
        samples = columns // len(self.channels_)
        spec = FeatureWindows(
            window=samples / _ANY_RATE,
            step=samples / _ANY_RATE,
            zc_threshold=self.zc_threshold,
            ssc_threshold=self.ssc_threshold,
            wamp_threshold=self.wamp_threshold,
            order=self.order,
            pattern=self.pattern,
            tolerance=self.tolerance,
        )
        # Windows one behind the other are a record whose windows do not overlap.
        record = np.ascontiguousarray(flat).reshape(windows * samples, len(self.channels_))
        try:
            told = _window_features(
                spec, names_of("names", self.names, "names of features"), record, fs=_ANY_RATE, marks=None
            )
        except ConfigError as refused:
            if refused.parameter != "window":
                raise
            # In samples, for no rate was given: those of X are as many as it has columns for a channel.
            found = f"windows of {samples} samples, n_features={columns}"
            raise ConfigError("X", found, str(refused.expected)) from None
        values: NDArray[np.float64] = told["values"]
        return values.reshape(windows, -1), list(told["columns"])
