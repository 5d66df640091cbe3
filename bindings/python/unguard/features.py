"""The classical features of EMG over sliding windows, with the bits of the C++ engine.

Every function takes x, (samples,) or (samples, channels) in microvolts; window and step in seconds, from the start of
one window to that of the next; and gives (windows,) or (windows, channels), and a last dimension where a feature is
several numbers. Only whole windows count. Where a feature has no value (the shape of a constant) it is NaN, and so it
is where a sample of the window is no number, lies beyond full scale, or is marked as not to be believed or with a
heartbeat: the rule of `SlidingSpectrum`. `marks` are reason bits, uint32 of x's shape, as a chain returns them. x may
be a Recording, which has rate and validity of its own; of its channels those that may be EMG are taken. Offline. Raise
ConfigError, naming the argument.

>>> from unguard import features
>>> features.wl(x, fs=2000, window=0.25, step=0.125)
>>> features.features(x, ["MAV", "WL", "ZC"], fs=2000, window=0.25, step=0.125, zc_threshold=5.0).to_dataframe()

Sources: Hudgins, Parker & Scott 1993, doi:10.1109/10.204774; Phinyomark, Phukpattaranont & Limsakul 2012,
doi:10.1016/j.eswa.2012.01.102; Zardoshti-Kermani et al. 1995, doi:10.1109/86.481972; Arjunan & Kumar 2010,
doi:10.1186/1743-0003-7-53; Burg 1975, Maximum Entropy Spectral Analysis; Atal 1974, doi:10.1121/1.1914702; Hjorth 1970,
doi:10.1016/0013-4694(70)90143-4; Richman & Moorman 2000, doi:10.1152/ajpheart.2000.278.6.H2039; Chen et al. 2007,
doi:10.1109/TNSRE.2007.897025.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unguard._core import FeatureWindows, _window_features
from unguard.errors import ConfigError
from unguard.given import given
from unguard.recording import Recording

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]
    import xarray

#: All of them, as `features()` takes their names.
NAMES = (
    "MAV",
    "IEMG",
    "SSI",
    "VAR",
    "WL",
    "ZC",
    "SSC",
    "WAMP",
    "DASDV",
    "LOG",
    "MFL",
    "AR",
    "CC",
    "activity",
    "mobility",
    "complexity",
    "SampEn",
    "FuzzyEn",
    "kurtosis",
    "skewness",
)


@dataclass(frozen=True)
class Features:
    """Features of every window.

    Attributes
    ----------
    values: (windows, channels, columns).
    columns: a name each: the feature's, with a number behind it for AR and CC.
    start: of each window, s. window: its length, s.
    channels: their names.
    spec: how they were made.
    """

    values: NDArray[np.float64]
    columns: list[str]
    start: NDArray[np.float64]
    window: float
    channels: list[str]
    spec: FeatureWindows

    def __getitem__(self, column: str) -> NDArray[np.float64]:
        """Return one column, (windows, channels)."""
        if column not in self.columns:
            raise ConfigError("column", repr(column), "one of " + " ".join(self.columns))
        return self.values[:, :, self.columns.index(column)]

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a window and channel: start (s), channel, and a column a feature."""
        import pandas as pd

        windows, channels, columns = self.values.shape
        table = pd.DataFrame(self.values.reshape(windows * channels, columns), columns=self.columns)
        table.insert(0, "channel", np.tile(np.array(self.channels, dtype=object), windows))
        table.insert(0, "start", np.repeat(self.start, channels))
        return table

    def to_xarray(self) -> xarray.DataArray:
        """Return the values with dimensions time (s, the start of a window), channel and feature."""
        from unguard.labelled_arrays import labelled

        coords = {
            "time": ("time", self.start, {"units": "s"}),
            "channel": self.channels,
            "feature": self.columns,
        }
        return labelled(self.values.copy(), tuple(coords), coords, {"window_s": self.window}, "features")

    def __repr__(self) -> str:
        windows, channels, _ = self.values.shape
        return f"<{', '.join(self.columns)} of {windows} windows of {self.window:g} s, {channels} channels>"


def features(
    x: ArrayLike | Recording,
    names: Sequence[str],
    *,
    fs: float | None = None,
    window: float,
    step: float,
    channels: Sequence[str] | None = None,
    zc_threshold: float | None = None,
    ssc_threshold: float | None = None,
    wamp_threshold: float | None = None,
    order: int = 4,
    pattern: int = 2,
    tolerance: float = 0.2,
    marks: NDArray[np.uint32] | None = None,
) -> Features:
    """Return several features of every window.

    Parameters
    ----------
    x: (samples,) or (samples, channels), uV; or a Recording. fs: Hz, of an array. window, step: s.
    names: of `NAMES`.
    channels: their names, None counts them; of a Recording those to take.
    marks: reason bits of an array, uint32 of its shape, or None.
    zc_threshold, ssc_threshold, wamp_threshold: uV; each must be given for its feature, for a usual one belongs to one
        amplifier. 0 counts every one, noise included.
    order: of AR and CC. pattern: samples in the stretches that entropies compare. tolerance: standard deviations.
    """
    spec = FeatureWindows(
        window=window,
        step=step,
        zc_threshold=zc_threshold,
        ssc_threshold=ssc_threshold,
        wamp_threshold=wamp_threshold,
        order=order,
        pattern=pattern,
        tolerance=tolerance,
    )
    of = given(x, fs, channels, marks)
    told = _window_features(spec, names, of.data, fs=of.fs, marks=of.marks)
    values: NDArray[np.float64] = told["values"]
    named = [f"channel {i + 1}" for i in range(values.shape[1])] if of.names is None else of.names
    if len(named) != values.shape[1]:
        raise ConfigError("channels", f"{len(named)} names", f"one for each of {values.shape[1]} columns")
    return Features(
        values=values,
        columns=told["columns"],
        start=np.asarray(told["starts"], dtype=np.float64) / of.fs,
        window=told["window"] / of.fs,
        channels=named,
        spec=spec,
    )


def mav(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: float,
    step: float,
    marks: NDArray[np.uint32] | None = None,
) -> NDArray[np.float64]:
    """Return the mean absolute value.

    sum |x| / N. In uV. Source: Phinyomark et al. 2012.
    """
    return _one("MAV", x, fs, marks, window=window, step=step)


def iemg(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: float,
    step: float,
    marks: NDArray[np.uint32] | None = None,
) -> NDArray[np.float64]:
    """Return the integrated EMG.

    sum |x|; it grows with the number of samples. In uV. Source: Phinyomark et al. 2012.
    """
    return _one("IEMG", x, fs, marks, window=window, step=step)


def ssi(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: float,
    step: float,
    marks: NDArray[np.uint32] | None = None,
) -> NDArray[np.float64]:
    """Return the simple square integral.

    sum x^2; it grows with the number of samples. In uV^2. Source: Phinyomark et al. 2012.
    """
    return _one("SSI", x, fs, marks, window=window, step=step)


def var(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: float,
    step: float,
    marks: NDArray[np.uint32] | None = None,
) -> NDArray[np.float64]:
    """Return the variance.

    sum (x - mean)^2 / (N - 1). In uV^2. Source: Phinyomark et al. 2012.
    """
    return _one("VAR", x, fs, marks, window=window, step=step)


def wl(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: float,
    step: float,
    marks: NDArray[np.uint32] | None = None,
) -> NDArray[np.float64]:
    """Return the waveform length.

    sum |x[n+1] - x[n]|; it depends on fs. In uV. Source: Hudgins et al. 1993.
    """
    return _one("WL", x, fs, marks, window=window, step=step)


def zc(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: float,
    step: float,
    threshold: float,
    marks: NDArray[np.uint32] | None = None,
) -> NDArray[np.float64]:
    """Return the zero crossings.

    changes of sign across a step of at least the threshold; an exact 0 goes with the sign before it. A count.
    Source: Hudgins et al. 1993.

    threshold: uV, without a default, for a usual one belongs to one amplifier; 0 counts every one.
    """
    return _one("ZC", x, fs, marks, window=window, step=step, zc_threshold=threshold)


def ssc(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: float,
    step: float,
    threshold: float,
    marks: NDArray[np.uint32] | None = None,
) -> NDArray[np.float64]:
    """Return the slope sign changes.

    peaks and troughs of one sample, at least the threshold away from one neighbour. A count. Source: Hudgins et
    al. 1993.

    threshold: uV, without a default, for a usual one belongs to one amplifier; 0 counts every one.
    """
    return _one("SSC", x, fs, marks, window=window, step=step, ssc_threshold=threshold)


def wamp(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: float,
    step: float,
    threshold: float,
    marks: NDArray[np.uint32] | None = None,
) -> NDArray[np.float64]:
    """Return the Willison amplitude.

    neighbours at least the threshold apart; it depends on fs. A count. Source: Phinyomark et al. 2012.

    threshold: uV, without a default, for a usual one belongs to one amplifier; 0 counts every one.
    """
    return _one("WAMP", x, fs, marks, window=window, step=step, wamp_threshold=threshold)


def dasdv(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: float,
    step: float,
    marks: NDArray[np.uint32] | None = None,
) -> NDArray[np.float64]:
    """Return the difference absolute standard deviation value.

    sqrt(sum (x[n+1] - x[n])^2 / (N - 1)); it depends on fs. In uV. Source: Phinyomark et al. 2012.
    """
    return _one("DASDV", x, fs, marks, window=window, step=step)


def log_detector(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: float,
    step: float,
    marks: NDArray[np.uint32] | None = None,
) -> NDArray[np.float64]:
    """Return the log detector.

    exp(sum ln |x| / N); 0 where a sample is 0. In uV. Source: Zardoshti-Kermani et al. 1995.
    """
    return _one("LOG", x, fs, marks, window=window, step=step)


def mfl(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: float,
    step: float,
    marks: NDArray[np.uint32] | None = None,
) -> NDArray[np.float64]:
    """Return the maximum fractal length.

    log10 sqrt(sum (x[n+1] - x[n])^2); it depends on fs. In log10 of uV. Source: Arjunan & Kumar 2010.
    """
    return _one("MFL", x, fs, marks, window=window, step=step)


def ar(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: float,
    step: float,
    order: int = 4,
    marks: NDArray[np.uint32] | None = None,
) -> NDArray[np.float64]:
    """Return the autoregressive coefficients by Burg's method.

    a1, a2, ... of x[n] = -a1 x[n-1] - a2 x[n-2] - ... + e[n]. No unit. Source: Burg 1975.

    order: how many, 1 to 64: the last dimension of what is returned.
    """
    return _several("AR", x, fs, marks, window=window, step=step, order=order)


def cc(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: float,
    step: float,
    order: int = 4,
    marks: NDArray[np.uint32] | None = None,
) -> NDArray[np.float64]:
    """Return the cepstral coefficients of that model.

    c1 = -a1; c_p = -a_p - sum over l < p of (1 - l / p) a_l c_(p-l). No unit. Source: Atal 1974.

    order: how many, 1 to 64: the last dimension of what is returned.
    """
    return _several("CC", x, fs, marks, window=window, step=step, order=order)


def activity(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: float,
    step: float,
    marks: NDArray[np.uint32] | None = None,
) -> NDArray[np.float64]:
    """Return the Hjorth's activity.

    m0, the variance that divides by N. In uV^2. Source: Hjorth 1970.
    """
    return _one("activity", x, fs, marks, window=window, step=step)


def mobility(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: float,
    step: float,
    marks: NDArray[np.uint32] | None = None,
) -> NDArray[np.float64]:
    """Return the Hjorth's mobility.

    sqrt(var x' / var x), x' the step from sample to sample. In radians a sample: times fs, rad/s. Source: Hjorth
    1970.
    """
    return _one("mobility", x, fs, marks, window=window, step=step)


def complexity(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: float,
    step: float,
    marks: NDArray[np.uint32] | None = None,
) -> NDArray[np.float64]:
    """Return the Hjorth's complexity.

    mobility of x' / mobility of x: 1 for a sine. No unit. Source: Hjorth 1970.
    """
    return _one("complexity", x, fs, marks, window=window, step=step)


def sample_entropy(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: float,
    step: float,
    pattern: int = 2,
    tolerance: float = 0.2,
    marks: NDArray[np.uint32] | None = None,
) -> NDArray[np.float64]:
    """Return the sample entropy.

    -ln(A / B): B pairs of stretches of `pattern` samples differ by r at most, A of these one sample later, too; r
    = tolerance standard deviations. No unit. Source: Richman & Moorman 2000.

    pattern: m, 1 to 16. tolerance: standard deviations (of the window, dividing by N). Cost: N^2 a window.
    """
    return _one("SampEn", x, fs, marks, window=window, step=step, pattern=pattern, tolerance=tolerance)


def fuzzy_entropy(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: float,
    step: float,
    pattern: int = 2,
    tolerance: float = 0.2,
    marks: NDArray[np.uint32] | None = None,
) -> NDArray[np.float64]:
    """Return the fuzzy entropy.

    ln(phi_m / phi_(m+1)): mean likeness exp(-(d / r)^2) of stretches without their mean; d their largest
    difference, r = tolerance standard deviations. No unit. Source: Chen et al. 2007, who have d^2 / r: for a series
    divided by its standard deviation, r there is the tolerance here squared (0.2 there is 0.447 here).

    pattern: m, 2 to 16. tolerance: standard deviations (of the window, dividing by N). Cost: N^2 a window.
    """
    return _one("FuzzyEn", x, fs, marks, window=window, step=step, pattern=pattern, tolerance=tolerance)


def kurtosis(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: float,
    step: float,
    marks: NDArray[np.uint32] | None = None,
) -> NDArray[np.float64]:
    """Return the kurtosis.

    m4 / m2^2 of the central moments: 3 for a Gaussian. No unit. Source: Phinyomark et al. 2012.
    """
    return _one("kurtosis", x, fs, marks, window=window, step=step)


def skewness(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: float,
    step: float,
    marks: NDArray[np.uint32] | None = None,
) -> NDArray[np.float64]:
    """Return the skewness.

    m3 / m2^1.5 of the central moments: 0 for what is symmetric. No unit. Source: Phinyomark et al. 2012.
    """
    return _one("skewness", x, fs, marks, window=window, step=step)


def _one(name: str, x: Any, fs: float | None, marks: NDArray[np.uint32] | None, **spec: Any) -> NDArray[np.float64]:
    return _several(name, x, fs, marks, **spec)[..., 0]


def _several(name: str, x: Any, fs: float | None, marks: NDArray[np.uint32] | None, **spec: Any) -> NDArray[np.float64]:
    of = given(x, fs, None, marks)
    values: NDArray[np.float64] = _window_features(FeatureWindows(**spec), [name], of.data, fs=of.fs, marks=of.marks)[
        "values"
    ]
    return values[:, 0] if np.ndim(of.data) == 1 else values
