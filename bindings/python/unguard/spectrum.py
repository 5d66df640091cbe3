"""Power spectra of EMG, and what one number says of them: MNF, MDF, Dimitrov's index, band power and more.

All densities are one-sided, uV^2/Hz for samples in microvolts, at equally spaced frequencies from 0 Hz to half the
rate.

>>> from unguard import spectrum
>>> found = spectrum.multitaper(x, fs=2000)          # (samples,) or (samples, channels)
>>> found.mdf(20, 450), found.mnf(20, 450)           # Hz; an array of one number a channel for two dimensions
>>> found.subtract_noise(spectrum.multitaper(rest, fs=2000)).mdf(20, 450)

x may be a Recording, which has rate and validity of its own; of its channels those that may be EMG are taken. Else
`marks` are reason bits, uint32 of x's shape, as a chain returns them. A sample that is marked as not to be believed or
with a heartbeat, is no number or lies beyond full scale spoils a spectrum, here and live: welch() leaves out the
segments it lies in, spectrogram() has NaN for them, and all others refuse the record and name it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unguard import _core
from unguard.arguments import object_of
from unguard.errors import ConfigError
from unguard.given import given
from unguard.recording import Recording

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped]
    import xarray
    from matplotlib.axes import Axes

__all__ = [
    "PowerSpectrogram",
    "PowerSpectrum",
    "ar_spectrum",
    "fast_length",
    "multitaper",
    "periodogram",
    "spectrogram",
    "welch",
    "zero_crossing_rate",
]

#: One number for a single spectrum; else an array of one number each.
Numbers = float | NDArray[np.float64]

fast_length = _core.fast_length

#: Densities below this share of the largest are not drawn.
_SHOWN = 1e-7


class _Measures:
    """What can be measured on densities whose first axis is frequency. Source: Stulen & De Luca 1981.

    A bin has its power spread evenly from half a step below its frequency to half a step above; the edges of a band cut
    bins, and what is left of one counts at its own frequency, or at the band's edge where that lies outside. `low` and
    `high` are in Hz; None is half the sampling rate. Where there is no power a number is NaN. Raises ConfigError,
    naming the argument.
    """

    density: NDArray[np.float64]
    fs: float
    nfft: int

    def _measured(self, name: str, low: float, high: float | None, **more: Any) -> Numbers:
        rows = self.density if self.density.ndim == 1 else self.density.reshape(len(self.density), -1)
        found = getattr(_core, name)(rows, fs=self.fs, nfft=self.nfft, low=low, high=high, **more)
        return float(found) if rows.ndim == 1 else np.asarray(found).reshape(self.density.shape[1:])

    def mnf(self, low: float = 0.0, high: float | None = None) -> Numbers:
        """Return the mean frequency of the power, Hz."""
        return self._measured("mean_frequency", low, high)

    def mdf(self, low: float = 0.0, high: float | None = None) -> Numbers:
        """Return the median frequency, Hz: half of the power lies below; within a bin by its share."""
        return self._measured("median_frequency", low, high)

    def peak(self, low: float = 0.0, high: float | None = None) -> Numbers:
        """Return the frequency of the bin with the largest density, Hz; of equals the lowest."""
        return self._measured("peak_frequency", low, high)

    def bandwidth(self, low: float = 0.0, high: float | None = None) -> Numbers:
        """Return how far the power lies from MNF, Hz: the root of its mean square distance."""
        return self._measured("spectral_bandwidth", low, high)

    def statistical_bandwidth(self, low: float = 0.0, high: float | None = None) -> Numbers:
        """Return B_s = (integral of P)^2 / integral of P^2, Hz; the scatter of an estimate makes it smaller."""
        return self._measured("statistical_bandwidth", low, high)

    def moment(self, order: int, low: float = 0.0, high: float | None = None) -> Numbers:
        """Return the integral of f^order P, uV^2 Hz^order, order -4 to 8; below 0 only from a `low` above 0 Hz."""
        return self._measured("spectral_moment", low, high, order=order)

    def finsm(self, k: int = 5, low: float = 8.0, high: float | None = 500.0) -> Numbers:
        """Return Dimitrov's index FInsm_k, Hz^-(k + 1), k 2 to 5: the moment of order -1 over that of order k.

        An index over another band is another number: below a rate of 1 kHz it is refused unless `high` is given.
        Source: Dimitrov 2006, doi:10.1249/01.mss.0000233794.31659.6d.
        """
        return self._measured("fatigue_index", low, high, k=k)

    def band_power(self, low: float = 0.0, high: float | None = None) -> Numbers:
        """Return the power, uV^2; 0 where there is none.

        Of a rectangular periodogram without detrending the whole is the mean square exactly; with detrending that of
        what is left; under another window it is the mean square as the window weighs it.
        """
        return self._measured("band_power", low, high)

    def at_floor(self, low: float = 0.0, high: float | None = None) -> Numbers:
        """Return the share of the band where there is no power, 0 to 1: what subtract_noise() held up at 0."""
        return self._measured("at_floor", low, high)

    @property
    def frequency_hz(self) -> NDArray[np.float64]:
        """The frequency of each bin, Hz, (bins,)."""
        return np.arange(len(self.density), dtype=np.float64) * (self.fs / self.nfft)


@dataclass(frozen=True, eq=False)
class PowerSpectrum(_Measures):
    """
    The power spectrum of a record.

    Attributes
    ----------
    density: uV^2/Hz, one-sided, (bins,) or (bins, channels).
    fs: sampling rate, Hz.
    nfft: samples of the transform; bins lie fs / nfft apart.
    segments: transforms that were averaged, each with all its tapers; of several channels one number each, (channels,).
    made: the estimator, in words.
    unit: of the density.
    """

    density: NDArray[np.float64]
    fs: float
    nfft: int
    segments: int | NDArray[np.int64]
    made: str
    unit: str = "uV^2/Hz"

    def snr_db(self, noise: PowerSpectrum, low: float = 0.0, high: float | None = None) -> Numbers:
        """Return how far the power of the band without that of the noise is above it, dB; -inf where it is not.

        Below -3 dB what subtract_noise() leaves is no spectrum of the muscle's, and `SlidingSpectrum` gives none;
        below 10 dB MNF is not to be relied on (Sensors 2022, 22:6360), and it says `low_snr`.
        """
        self._refuse_other(noise)
        all_power, of_noise = np.asarray(self.band_power(low, high)), np.asarray(noise.band_power(low, high))
        with np.errstate(divide="ignore", invalid="ignore"):
            found = 10 * np.log10(np.maximum(all_power - of_noise, 0) / of_noise)
        return float(found) if found.ndim == 0 else found

    def subtract_noise(self, noise: PowerSpectrum) -> PowerSpectrum:
        """Return what is left without the noise, never below 0; at_floor() tells how much of a band ends there.

        Parameters
        ----------
        noise: of the same rate and transform, and of one channel or as many. Source: Boll 1979,
            doi:10.1109/TASSP.1979.1163209. Ask snr_db() first: of noise alone something is left by chance, too.
        """
        self._refuse_other(noise)
        taken = noise.density if noise.density.ndim == self.density.ndim else noise.density[:, None]
        left = np.where(self.density > taken, self.density - taken, 0.0)
        return replace(self, density=left, made=f"{self.made} without {noise.made}")

    def _refuse_other(self, noise: PowerSpectrum) -> None:
        object_of("noise", noise, PowerSpectrum, "a PowerSpectrum")
        if (noise.fs, noise.nfft) != (self.fs, self.nfft):
            expected = f"one of {self.nfft} samples at {self.fs:g} Hz"
            raise ConfigError("noise", f"a spectrum of {noise.nfft} samples at {noise.fs:g} Hz", expected)
        taken = noise.density if noise.density.ndim == self.density.ndim else noise.density[:, None]
        if taken.ndim != self.density.ndim or taken.shape[1:] not in (self.density.shape[1:], (1,)):
            raise ConfigError("noise", f"of shape {noise.density.shape}", f"one channel, or shape {self.density.shape}")

    def to_dataframe(self) -> pandas.DataFrame:
        """Return a long table: frequency_hz, channel (its index), density_uV2_per_Hz."""
        import pandas

        columns = self.density.reshape(len(self.density), -1)
        channels = columns.shape[1]
        return pandas.DataFrame(
            {
                "frequency_hz": np.tile(self.frequency_hz, channels),
                "channel": np.repeat(np.arange(channels), len(columns)),
                "density_uV2_per_Hz": columns.T.ravel(),
            }
        )

    def to_xarray(self) -> xarray.DataArray:
        """Return the density with dimensions frequency (Hz) and, of several channels, channel (its index)."""
        from unguard.labelled_arrays import labelled

        coords: dict[str, Any] = {"frequency": ("frequency", self.frequency_hz, {"units": "Hz"})}
        if self.density.ndim == 2:
            coords["channel"] = np.arange(self.density.shape[1])
        attrs = {"units": self.unit, "fs": self.fs, "made": self.made}
        return labelled(self.density.copy(), tuple(coords), coords, attrs, "density")

    def plot(self, axes: Any = None) -> Axes:
        """Draw the density over frequency, one line a channel, into the given Axes or a new figure's; return them."""
        from matplotlib.figure import Figure

        drawn: Axes = Figure(layout="constrained").subplots() if axes is None else axes
        columns = self.density.reshape(len(self.density), -1)
        largest = float(columns.max(initial=0.0))
        shown = np.where(columns > largest * _SHOWN, columns, np.nan)
        drawn.plot(self.frequency_hz, shown, lw=1.1)
        if largest > 0:
            drawn.set_yscale("log")
        drawn.set_xlabel("frequency [Hz]")
        drawn.set_ylabel("power density [µV²/Hz]")
        drawn.grid(True)
        return drawn

    def __repr__(self) -> str:
        """Say what it is in a line."""
        shape = "x".join(str(n) for n in self.density.shape)
        return f"<PowerSpectrum {shape} {self.unit}, {self.fs / self.nfft:g} Hz apart, by {self.made}>"


@dataclass(frozen=True, eq=False)
class PowerSpectrogram(_Measures):
    """
    Power spectra of overlapping segments of a record.

    Attributes
    ----------
    density: uV^2/Hz, one-sided, (bins, segments) or (bins, segments, channels); NaN for a segment with a sample that
        must not count.
    time_s: the middle of each segment from the beginning of the record, seconds, (segments,).
    fs: sampling rate, Hz.
    nfft: samples of the transform; bins lie fs / nfft apart.
    made: the estimator, in words.
    unit: of the density.
    """

    density: NDArray[np.float64]
    time_s: NDArray[np.float64]
    fs: float
    nfft: int
    made: str
    unit: str = "uV^2/Hz"

    def to_dataframe(self) -> pandas.DataFrame:
        """Return a long table: time_s, frequency_hz, channel (its index), density_uV2_per_Hz."""
        import pandas

        cube = self.density.reshape(len(self.density), len(self.time_s), -1)
        f, t, c = np.meshgrid(self.frequency_hz, self.time_s, np.arange(cube.shape[2]), indexing="ij")
        return pandas.DataFrame(
            {
                "time_s": t.ravel(),
                "frequency_hz": f.ravel(),
                "channel": c.ravel(),
                "density_uV2_per_Hz": cube.ravel(),
            }
        )

    def to_xarray(self) -> xarray.DataArray:
        """Return the density with dimensions frequency (Hz), time (s, the middle of a segment) and, of several
        channels, channel (its index).
        """
        from unguard.labelled_arrays import labelled

        coords: dict[str, Any] = {
            "frequency": ("frequency", self.frequency_hz, {"units": "Hz"}),
            "time": ("time", self.time_s, {"units": "s"}),
        }
        if self.density.ndim == 3:
            coords["channel"] = np.arange(self.density.shape[2])
        attrs = {"units": self.unit, "fs": self.fs, "made": self.made}
        return labelled(self.density.copy(), tuple(coords), coords, attrs, "density")

    def plot(self, axes: Any = None, channel: int = 0) -> Axes:
        """Draw one channel's density in decibels over time and frequency; return the Axes."""
        from matplotlib.figure import Figure

        drawn: Axes = Figure(layout="constrained").subplots() if axes is None else axes
        cube = self.density.reshape(len(self.density), len(self.time_s), -1)
        if not 0 <= channel < cube.shape[2]:
            raise ConfigError("channel", channel, f"a channel's index, 0 to {cube.shape[2] - 1}")
        density = cube[:, :, channel]
        largest = float(np.fmax.reduce(density, axis=None, initial=0.0))
        least = largest * _SHOWN if largest > 0 else 1.0
        image = drawn.pcolormesh(
            self.time_s, self.frequency_hz, 10 * np.log10(np.maximum(density, least)), shading="nearest"
        )
        drawn.figure.colorbar(image, ax=drawn, label="power density [dB re 1 µV²/Hz]")
        drawn.set_xlabel("time [s]")
        drawn.set_ylabel("frequency [Hz]")
        return drawn

    def __repr__(self) -> str:
        """Say what it is in a line."""
        shape = "x".join(str(n) for n in self.density.shape)
        return f"<PowerSpectrogram {shape} {self.unit}, {self.fs / self.nfft:g} Hz apart, by {self.made}>"


def periodogram(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    window: str = "rectangular",
    beta: float | None = None,
    detrend: str = "constant",
    nfft: int | None = None,
    marks: NDArray[np.uint32] | None = None,
) -> PowerSpectrum:
    """Return the power spectrum of a whole record by one transform, as scipy.signal.periodogram has it.

    Parameters
    ----------
    x: microvolts, (samples,) or (samples, channels); or a Recording. fs: hertz, of an array.
    window: "rectangular", "hamming", "hann", "blackman", "blackman-harris", "flat top" or "kaiser" with its `beta`.
    detrend: what is taken off before: "none", "constant" or "linear".
    nfft: length of the transform, filled up with zeros; None: that of the record.
    marks: reason bits of an array, uint32 of its shape, or None.

    Source: Schuster 1898. Raises ConfigError, naming the argument.
    """
    spec = _core.Periodogram(window=window, beta=beta, detrend=detrend, nfft=nfft)
    return _spectrum(spec, x, fs, marks)


def welch(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    segment: float = 0.5,
    overlap: float = 0.5,
    window: str = "hann",
    beta: float | None = None,
    detrend: str = "constant",
    nfft: int | None = None,
    marks: NDArray[np.uint32] | None = None,
) -> PowerSpectrum:
    """Return the power spectrum as the mean over overlapping segments, as scipy.signal.welch has it.

    Parameters
    ----------
    x: microvolts, (samples,) or (samples, channels); or a Recording. fs: hertz, of an array.
    segment: seconds. overlap: share of a segment that the next one has too, 0 to below 1.
    window, beta, detrend, nfft: as of periodogram(), for each segment.
    marks: as of periodogram(); segments with a sample that must not count are left out of their channel's mean.

    Source: Welch 1967, doi:10.1109/TAU.1967.1161901. Raises ConfigError, naming the argument.
    """
    spec = _core.Welch(segment=segment, overlap=overlap, window=window, beta=beta, detrend=detrend, nfft=nfft)
    return _spectrum(spec, x, fs, marks)


def multitaper(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    tapers: str = "sine",
    count: int = 3,
    half_bandwidth: float | None = None,
    detrend: str = "constant",
    nfft: int | None = None,
    marks: NDArray[np.uint32] | None = None,
) -> PowerSpectrum:
    """Return the power spectrum of a whole record as the mean over orthogonal tapers: the one to take MDF and MNF from.

    Parameters
    ----------
    x: microvolts, (samples,) or (samples, channels); or a Recording. fs: hertz, of an array.
    tapers: "sine", or "dpss" with its `half_bandwidth` N W. count: how many.
    detrend, nfft, marks: as of periodogram().

    Source: Thomson 1982, doi:10.1109/PROC.1982.12433; Riedel & Sidorenko 1995, doi:10.1109/78.365298. Raises
    ConfigError, naming the argument.
    """
    spec = _core.Multitaper(tapers=tapers, count=count, half_bandwidth=half_bandwidth, detrend=detrend, nfft=nfft)
    return _spectrum(spec, x, fs, marks)


def ar_spectrum(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    order: int = 12,
    detrend: str = "constant",
    nfft: int = 2000,
    marks: NDArray[np.uint32] | None = None,
) -> PowerSpectrum:
    """Return the power spectrum of an autoregressive model of a whole record, fitted by Burg's method.

    Parameters
    ----------
    x: microvolts, (samples,) or (samples, channels); or a Recording. fs: hertz, of an array.
    order: how many samples back the model looks. detrend, marks: as of periodogram().
    nfft: the density is given at multiples of fs / nfft.

    Source: Burg 1975, Maximum Entropy Spectral Analysis, Stanford. Raises ConfigError, naming the argument.
    """
    return _spectrum(_core.ArSpectrum(order=order, detrend=detrend, nfft=nfft), x, fs, marks)


def spectrogram(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    segment: float = 0.5,
    overlap: float = 0.5,
    window: str = "hann",
    beta: float | None = None,
    detrend: str = "constant",
    nfft: int | None = None,
    marks: NDArray[np.uint32] | None = None,
) -> PowerSpectrogram:
    """Return the power spectra of overlapping segments, as scipy.signal.spectrogram has them; arguments as of welch().

    A segment with a sample that must not count is a column of NaN.

    Source: Allen & Rabiner 1977, doi:10.1109/PROC.1977.10770. Raises ConfigError, naming the argument.
    """
    spec = _core.Spectrogram(segment=segment, overlap=overlap, window=window, beta=beta, detrend=detrend, nfft=nfft)
    told = given(x, fs, None, marks)
    density, time_s, transform = _core.power_spectrogram(
        spec, told.data, fs=told.fs, channels=told.names, marks=told.marks
    )
    return PowerSpectrogram(density, time_s, float(told.fs), transform, repr(spec))


def zero_crossing_rate(
    x: ArrayLike | Recording,
    *,
    fs: float | None = None,
    threshold: float = 0.0,
    marks: NDArray[np.uint32] | None = None,
) -> Numbers:
    """Return changes of sign a second; where the two samples differ by less than `threshold` (uV), none.

    x, fs, marks: as of periodogram(). Source: Hudgins, Parker & Scott 1993, doi:10.1109/10.204774. Raises ConfigError,
    naming the argument.
    """
    told = given(x, fs, None, marks)
    found: Numbers = _core.zero_crossing_rate(
        told.data, fs=told.fs, threshold=threshold, channels=told.names, marks=told.marks
    )
    return found


def _spectrum(spec: Any, x: Any, fs: float | None, marks: NDArray[np.uint32] | None) -> PowerSpectrum:
    told = given(x, fs, None, marks)
    density, nfft, segments = _core.power_spectrum(spec, told.data, fs=told.fs, channels=told.names, marks=told.marks)
    return PowerSpectrum(density, float(told.fs), nfft, segments, repr(spec))
