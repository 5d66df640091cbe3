"""NeuroKit2's EMG functions, to their numbers: `emg_clean`, `emg_amplitude`, `emg_activation`. Follows version 0.3.0.

**What this convention gets wrong, and what to use instead.** Its 100 Hz high-pass, run forward and backward, halves the
amplitude at 100 Hz and takes away most of the power of a back muscle: use `unguard.Bandpass(low=20, high=450)`, and
take the heart out by what it is (`unguard.remove_ecg`). Its filters see the future: live, use the same specs causally,
`unguard.LinearEnvelope(cutoff=8)`. Its default threshold, a tenth of the SD of the whole record's amplitude, knows of
no rest: where bursts are not far above it, all of the record is above the threshold, and nothing is found; "mixture"
finds activity in rest alone. Use `unguard.ActivityDetector`, which has a stated rate of false alarms. "pelt" labels
what lies between changes the wrong way round: what varies less is activity.

Source: Makowski et al. 2021, doi:10.3758/s13428-020-01516-y; Li, Zhou & Aruin 2007, doi:10.1007/s10439-007-9320-z;
Killick, Fearnhead & Eckley 2012, doi:10.1080/01621459.2012.737745.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage, signal  # type: ignore[import-untyped]

from unguard._core import Sos, zero_phase
from unguard.arguments import number
from unguard.errors import ConfigError
from unguard.extras import module, quiet
from unguard.presets.forward_backward import filtfilt
from unguard.presets.given_signal import channel, count, rate
from unguard.presets.pelt import changes_of_variance
from unguard.presets.smoothed_twice import parzen_smoothed
from unguard.presets.teager_kaiser import energy
from unguard.runs import runs_of

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

__all__ = ["emg_activation", "emg_amplitude", "emg_clean"]

Samples = NDArray[np.float64]
_SCALE = 2.0**20
#: Methods of `emg_activation` that are here. "silva" is `presets.biosppy.silva`.
METHODS = ("threshold", "mixture", "biosppy", "pelt")


@dataclass(frozen=True, repr=False)
class Activation:
    """What `emg_activation` finds.

    Attributes
    ----------
    onsets, offsets: samples, the first of a stretch and one past its last. One that lasts to the end of the record has
        an onset and no offset, and is not active; one that begins with the record is left out: so the peer has it.
    active: bool, of every sample.
    fs: Hz.
    """

    onsets: NDArray[np.int64]
    offsets: NDArray[np.int64]
    active: NDArray[np.bool_]
    fs: float

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row an onset: onset_s, offset_s (NaN where there is none); s from the first sample."""
        import pandas as pd

        ends = np.full(len(self.onsets), np.nan)
        ends[: len(self.offsets)] = self.offsets / self.fs
        return pd.DataFrame({"onset_s": self.onsets / self.fs, "offset_s": ends})

    def __repr__(self) -> str:
        return f"<{len(self.onsets)} onsets, {len(self.offsets)} offsets at {self.fs:g} Hz, as NeuroKit2 has them>"


def emg_clean(x: ArrayLike, *, fs: float) -> NDArray[np.float64]:
    """Return EMG as `nk.emg_clean` cleans it: a 100 Hz high-pass forward and backward, the mean taken off.

    Butterworth of order 4 as polynomials, `filtfilt`. The peer fills missing samples with the last one before them, and
    fails there with pandas 3; here they are refused.

    Parameters
    ----------
    x: (samples,), uV; more than 15 samples. fs: Hz, above 200.

    Source: neurokit2 0.3.0, emg/emg_clean.py.
    """
    fs = rate(fs, above=200)
    y = filtfilt(signal.butter(4, 2 * 100 / fs, btype="highpass"), channel(x), fs)
    clean: Samples = y - y.mean()
    return clean


def emg_amplitude(x: ArrayLike, *, fs: float) -> NDArray[np.float64]:
    """Return the amplitude of cleaned EMG as `nk.emg_amplitude` has it: the envelope of its Teager-Kaiser energy.

    Energy, end values copied; 10-400 Hz of order 2 (a 10 Hz high-pass where 400 Hz is not below half the rate);
    rectified; 8 Hz low-pass of order 2; both as second-order sections forward and backward. In uV^2, and below 0 where
    the low-pass undershoots. Versions that took no rate designed for 1000 Hz whatever it was: `fs=1000` gives theirs.

    Parameters
    ----------
    x: (samples,), uV, as `emg_clean` returns it. fs: Hz, above 20.

    Source: neurokit2 0.3.0, emg/emg_amplitude.py.
    """
    fs = rate(fs, above=20)
    y = channel(x)
    if len(y) < 3:
        raise ConfigError("x", f"{len(y)} samples", "at least 3, neighbours on either side")
    inside = energy(y)
    # Squared microvolts may be more than the engine takes; a power of two changes no digit.
    tested = np.concatenate([inside[:1], inside, inside[-1:]]) / _SCALE
    band = _sections(10, "highpass", fs) if fs / 2 <= 400 else _sections([10, 400], "bandpass", fs)
    rectified = np.abs(zero_phase(band, tested, fs=fs))
    return zero_phase(_sections(8, "lowpass", fs), rectified, fs=fs) * _SCALE


def emg_activation(
    x: ArrayLike, *, fs: float, method: str = "threshold", threshold: float | None = None, shortest: int | None = None
) -> Activation:
    """Return when the muscle is on, as `nk.emg_activation` has it.

    "threshold": the amplitude is above a tenth of its SD. "mixture": the posterior of the upper of two Gaussians fitted
    to the amplitude reaches 0.33 (scikit-learn, its seed 333). "biosppy": the rectified signal, smoothed twice over
    50 ms, is above 1.2 times the mean of that. "pelt": between changes of variance, where it is *smaller*: the peer's
    test is the wrong way round. Stretches shorter than 50 ms are left out, and one of activity counts only where one of
    rest that counts ends.

    Parameters
    ----------
    x: (samples,). For "threshold" and "mixture" of `emg_amplitude`, for the others of `emg_clean`. fs: Hz.
    method: one of METHODS. Time of "pelt" may grow with the square of the samples.
    threshold: in the unit of what it is compared with, a probability for "mixture"; None takes the peer's. "pelt" has
        none.
    shortest: samples; None: 50 ms, rounded down.

    Source: neurokit2 0.3.0, emg/emg_activation.py, signal/signal_binarize.py, signal/signal_changepoints.py.
    """
    fs, y = rate(fs), channel(x)
    if method not in METHODS:
        raise ConfigError("method", repr(method), "one of " + ", ".join(METHODS))
    if threshold is not None:
        number("threshold", threshold, "a finite number, or None for the peer's own")
        if method == "pelt":
            raise ConfigError("threshold", threshold, 'None with the method "pelt", which compares with none')
    shortest = int(0.05 * fs) if shortest is None else count("shortest", shortest, least=0)
    on = _BINARY[method](y, fs, threshold, shortest)
    active = [(a, b) for a, b in runs_of(on) if b - a >= shortest]
    rests_end = {b for a, b in runs_of(~on) if b - a >= shortest}
    kept = [(a, b) for a, b in active if a in rests_end]
    found = np.zeros(len(y), dtype=bool)
    for a, b in kept:
        if b < len(y):
            found[a:b] = True
    return Activation(
        onsets=np.array([a for a, _ in kept], dtype=np.int64),
        offsets=np.array([b for _, b in kept if b < len(y)], dtype=np.int64),
        active=found,
        fs=fs,
    )


def _sections(edges: float | list[float], band: str, fs: float) -> Sos:
    return Sos(rows=signal.butter(2, edges, band, output="sos", fs=fs).ravel())


def _by_threshold(y: Samples, fs: float, threshold: float | None, shortest: int) -> NDArray[np.bool_]:
    level = (1 / 10) * np.std(y) if threshold is None else threshold
    if level > np.max(y):
        raise ConfigError("threshold", f"{level:g}", f"at most the largest value of x, {np.max(y):g}")
    return np.asarray(y > level)


def _by_mixture(y: Samples, fs: float, threshold: float | None, shortest: int) -> NDArray[np.bool_]:
    if len(y) < 2:
        raise ConfigError("x", f"{len(y)} samples", "at least 2, one for each of two Gaussians")
    mixture = module("sklearn.mixture", "scikit-learn", "sklearn")
    column = y.reshape(-1, 1)
    with quiet():
        model = mixture.GaussianMixture(n_components=2, random_state=333).fit(column)
        posterior = model.predict_proba(column)[:, np.argmax(model.means_[:, 0])]
    return np.asarray(posterior >= (0.33 if threshold is None else threshold))


def _by_smoothed(y: Samples, fs: float, threshold: float | None, shortest: int) -> NDArray[np.bool_]:
    size = int(fs * 0.05)
    if not 1 <= size <= len(y):
        raise ConfigError("x", f"{len(y)} samples at {fs:g} Hz", "at least 50 ms, and of these at least one sample")
    box = ndimage.uniform_filter1d(np.abs(y), size, mode="nearest")
    # Its window is one period, not symmetric as BioSPPy's.
    smooth = parzen_smoothed(box, signal.get_window("parzen", size))
    return np.asarray(smooth > (1.2 * np.mean(np.abs(smooth)) if threshold is None else threshold))


def _by_changes(y: Samples, fs: float, threshold: float | None, shortest: int) -> NDArray[np.bool_]:
    changes = changes_of_variance(y)
    on = np.zeros(len(y), dtype=bool)
    edges = [0, *changes]
    kept = [0] + [b for a, b in pairwise(edges) if b - a > shortest]
    for begin, end in zip(kept[1::2], [*kept[2::2], len(y)], strict=False):
        on[begin:end] = True
    if on.any() and not on.all() and y[on].std() > y[~on].std():
        on = ~on
    on[0] = on[-1] = False
    return on


_BINARY: dict[str, Callable[[Samples, float, float | None, int], NDArray[np.bool_]]] = {
    "threshold": _by_threshold,
    "mixture": _by_mixture,
    "biosppy": _by_smoothed,
    "pelt": _by_changes,
}
