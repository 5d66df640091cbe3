"""Real hearts in simulated trunk EMG: what a treatment leaves, against the EMG alone through the same linear filters.

Every beat of a recording is first replaced by the median of the nearest of its shape, so that the recording's own noise
is neither heart nor EMG; its timing and height stay its own. A treatment is any function of a signal and its rate.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray
from scipy import signal

Signal = NDArray[np.float64]
#: Of a signal at a rate in Hz.
Treatment = Callable[[Signal, float], Signal]

FS = 2000.0
SECONDS = 120
#: Scored from here on: what comes before is for learning.
SETTLED = 30.0
#: Of muscle and heart between 20 and 450 Hz, dB.
RATIOS = (10, 0, -10)
#: Error of 250 ms RMS in percent, by EMG level in uV, in the order of the ratios.
BARS = {2.5: (5, 8, 12), 20.0: (3, 5, 8)}
MOST_LOST = 5.0
SEEDS = (1001, 1002, 1003)
#: White, of electrode and amplifier, uV; no part of the truth.
SENSOR_NOISE = 0.5


def folder() -> Path:
    """Return where the recordings of others are."""
    return Path(os.environ.get("UNGUARD_REAL_DATA", Path(__file__).parents[3] / "shared" / "data"))


def _mitbih(path: Path) -> Signal:
    """Return the first of two channels in WFDB's format 212: two samples of 12 bits in three bytes; uV."""
    low, middle, _ = np.fromfile(path, np.uint8).reshape(-1, 3).astype(int).T
    value = low | (middle & 15) << 8
    return (np.where(value > 2047, value - 4096, value) - 1024) / 200 * 1000.0


def _plux(path: Path) -> Signal:
    """Return the ECG of an OpenSignals file by the vendor's transfer function, uV."""
    with h5py.File(path) as file:
        raw = next(iter(file.values()))["raw"]
        counts = np.asarray(raw[next(name for name in raw if name.startswith("channel"))]).ravel()
    return (counts / 2**16 - 0.5) * 3 / 1019 * 1e6


def recordings() -> dict[str, tuple[Signal, float]]:
    """Return every real ECG there is, with its rate; the first 130 s of long ones."""
    at = folder()
    return {
        "physionet 100": (_mitbih(at / "physionet_ecg/100.dat")[: 130 * 360], 360.0),
        "biosppy": (np.loadtxt(at / "biosppy/ecg.txt"), 1000.0),
        "neurokit": (np.loadtxt(at / "neurokit/ecg_1000hz.csv", skiprows=1) * 1000, 1000.0),
        "plux supine": (_plux(at / "plux/supine_1min.h5"), 1000.0),
        "plux lead II": (_plux(at / "plux/ecg_20_sec_1000_Hz.h5"), 1000.0),
    }


def _band(x: Signal, low: float, high: float) -> Signal:
    """Return x without phase shift."""
    return signal.sosfiltfilt(signal.butter(2, (low, high), "bandpass", fs=FS, output="sos"), x)


def _peaks(qrs: Signal) -> NDArray[np.int_]:
    """Return the samples of R peaks in a clean ECG."""
    size, window = np.abs(qrs), int(2 * FS)
    loud = np.median([size[i : i + window].max() for i in range(0, len(size) - window, window)])
    return signal.find_peaks(size, height=0.4 * loud, distance=int(0.3 * FS))[0]


def pure(x: Signal, fs: float, nearest: int = 9) -> tuple[Signal, NDArray[np.int_]]:
    """Return the heart alone at 2 kHz, and the samples of its R peaks. Beats of a shape that is rarer are left out."""
    ratio = Fraction(FS / fs).limit_denominator(1000)
    x = signal.resample_poly(x - np.median(x), ratio.numerator, ratio.denominator)
    for hum in (50, 100, 150):
        x = signal.filtfilt(*signal.iirnotch(hum, 35, FS), x)
    x = _band(x, 0.7, 150)
    qrs = _band(x, 8, 30)
    before, after = int(0.25 * FS), int(0.42 * FS)
    left, right, reach = int(0.05 * FS), int(0.06 * FS), 30
    peaks = _peaks(qrs)
    peaks = peaks[(peaks > before + 50) & (peaks < len(x) - after - 50)]
    usual = np.median([qrs[i - left : i + right] for i in peaks], axis=0)
    # In line with the usual beat.
    for k, i in enumerate(peaks):
        like = [np.dot(qrs[i + d - left : i + d + right], usual) for d in range(-reach, reach + 1)]
        peaks[k] += int(np.argmax(like)) - reach
    shapes = np.array([qrs[i - left : i + right] for i in peaks])
    shapes /= np.linalg.norm(shapes, axis=1, keepdims=True)
    # Each from where it stands between P and Q.
    beats = np.array([x[i - before : i + after] - np.median(x[i - int(0.1 * FS) : i - int(0.06 * FS)]) for i in peaks])
    edge = int(0.06 * FS)
    rise = 0.5 - 0.5 * np.cos(np.pi * np.arange(edge) / edge)
    heart, kept = np.zeros(len(x)), []
    for k, i in enumerate(peaks):
        same = np.flatnonzero(shapes @ shapes[k] > 0.9)
        same = same[np.argsort(np.abs(same - k), kind="stable")][:nearest]
        if len(same) < 8:
            continue
        median = np.median(beats[same], axis=0)
        complex_ = slice(before - left, before + right)
        gain = np.dot(beats[k][complex_], median[complex_]) / np.dot(median[complex_], median[complex_])
        # Over before the next begins.
        end = before + after
        if k + 1 < len(peaks):
            end = min(end, peaks[k + 1] - i)
        taper = np.ones(end)
        taper[:edge], taper[-edge:] = rise, rise[::-1]
        heart[i - before : i - before + end] += gain * taper * median[:end]
        kept.append(i)
    return heart, np.array(kept)


def looped(heart: Signal, peaks: NDArray[np.int_], seconds: float = SECONDS) -> tuple[Signal, NDArray[np.int_]]:
    """Return a heart long enough, from before its first beat to before its last, again and again."""
    begin, end = max(0, peaks[0] - int(0.3 * FS)), peaks[-1] - int(0.3 * FS)
    length, n = end - begin, int(seconds * FS)
    times = -(-n // length)
    inside = peaks[(peaks >= begin) & (peaks < end)] - begin
    all_peaks = np.concatenate([inside + i * length for i in range(times)])
    return np.tile(heart[begin:end], times)[:n], all_peaks[all_peaks < n]


def trunk_emg(n: int, rng: np.random.Generator) -> Signal:
    """Return EMG of RMS 1 with the spectrum of the trunk (Stulen & De Luca 1981)."""
    f = np.fft.rfftfreq(2 * n, 1 / FS)
    shape = f / np.sqrt((f**2 + 30**2) * (f**2 + 60**2) ** 2)
    x = np.fft.irfft(np.fft.rfft(rng.standard_normal(2 * n)) * shape)[:n]
    return x / x.std()


def band_pass(x: Signal, low: float = 20, high: float = 450) -> Signal:
    """Return x as the library's band-pass gives it: causal, fourth order at each edge."""
    edges = [signal.butter(4, low, "highpass", fs=FS, output="sos"), signal.butter(4, high, fs=FS, output="sos")]
    return signal.sosfilt(np.vstack(edges), x)


def _power(x: Signal) -> float:
    """Return the power between 20 and 450 Hz."""
    f, density = signal.periodogram(x, FS)
    return float(density[(f >= 20) & (f <= 450)].sum() * (f[1] - f[0]))


def mix(heart: Signal, emg: Signal, ratio_db: float, rng: np.random.Generator) -> Signal:
    """Return EMG, heart and sensor noise; the first two so many dB apart between 20 and 450 Hz."""
    gain = np.sqrt(_power(emg) / _power(heart) * 10 ** (-ratio_db / 10))
    return emg + gain * heart + SENSOR_NOISE * rng.standard_normal(len(emg))


@dataclass(frozen=True)
class Left:
    """What a treatment leaves, in percent."""

    error: float  #: root mean square of the relative error of 250 ms RMS readings
    lost: float  #: power of the EMG that is not in the output


def score(treated: Signal, emg: Signal) -> Left:
    """Compare with the EMG alone through the same linear filters and as late, from 30 s on."""
    a, b = treated[int(SETTLED * FS) :], emg[int(SETTLED * FS) :]
    window = int(0.25 * FS)

    def rms(x: Signal) -> Signal:
        total = np.cumsum(np.concatenate([[0.0], x * x]))
        return np.sqrt((total[window:] - total[:-window])[::20] / window)

    kept = np.dot(a, b) / np.dot(b, b)
    return Left(100 * float(np.sqrt(np.mean((rms(a) / rms(b) - 1) ** 2))), 100 * float(1 - kept**2))


@dataclass(frozen=True)
class Measured:
    """One recording at one level and ratio: the worst of all seeds, beside what high-passes leave."""

    recording: str
    level: float
    ratio: int
    treated: Left
    untreated: Left
    high_pass_30: Left
    high_pass_60: Left

    @property
    def bar(self) -> float:
        """The largest error allowed."""
        return BARS[self.level][RATIOS.index(self.ratio)]

    @property
    def enough(self) -> bool:
        """Whether the bars are met."""
        return self.treated.error <= self.bar and self.treated.lost <= MOST_LOST


def _worst(all_left: list[Left]) -> Left:
    return Left(max(x.error for x in all_left), max(x.lost for x in all_left))


def measure(treat: Treatment, delay: float = 0.06) -> Iterator[Measured]:
    """Measure a treatment that stands before the band-pass and delays by so many seconds."""
    late = round(delay * FS)
    for name, (x, fs) in recordings().items():
        heart, _ = looped(*pure(x, fs))
        for level in BARS:
            for ratio in RATIOS:
                left: list[list[Left]] = [[], [], [], []]
                for seed in SEEDS:
                    rng = np.random.default_rng(seed)
                    emg = level * trunk_emg(len(heart), rng)
                    mixed = mix(heart, emg, ratio, rng)
                    alone = band_pass(emg)
                    left[0].append(score(band_pass(treat(mixed, FS))[late:], alone[: len(alone) - late]))
                    left[1].append(score(band_pass(mixed), alone))
                    for where, low in ((2, 30), (3, 60)):
                        high = band_pass(emg, low)
                        error = score(band_pass(mixed, low), high).error
                        left[where].append(Left(error, 100 * float(1 - np.mean(high**2) / np.mean(alone**2))))
                yield Measured(name, level, ratio, *(_worst(each) for each in left))


#: Returns the samples as they were, later, and whether each is to be left out.
Gate = Callable[[Signal, float], tuple[Signal, NDArray[np.bool_]]]
#: Behind a gate, what a filter still answers to; as GatedRms has it.
TAIL = 0.005
#: Of a window of 250 ms that must be left for a reading; as GatedRms has it.
LEAST_SHARE = 0.5


@dataclass(frozen=True)
class Gated:
    """One recording behind a gate at one level and ratio: the worst of all seeds, in percent."""

    recording: str
    level: float
    ratio: int
    beats_per_minute: float
    error: float  #: of 250 ms RMS readings, against the EMG alone without a gate
    untreated: float
    left_out: float  #: of the time, by the gate
    no_value: float  #: of the time


def _gated_error(clean: Signal, out: NDArray[np.bool_], emg: Signal) -> tuple[float, float]:
    """Return the error of readings over what is left, and the time without one, percent; from 30 s on."""
    begin, window = int(SETTLED * FS), int(0.25 * FS)
    kept = ~(np.convolve(out, np.ones(int(TAIL * FS) + 1))[: len(out)] > 0)

    def sums(x: Signal) -> Signal:
        total = np.cumsum(np.concatenate([[0.0], x[begin:]]))
        return (total[window:] - total[:-window])[::20]

    count = sums(kept.astype(float))
    there = count >= LEAST_SHARE * window
    rms = np.sqrt(sums(clean * clean * kept)[there] / count[there])
    alone = np.sqrt(sums(emg * emg)[there] / window)
    return 100 * float(np.sqrt(np.mean((rms / alone - 1) ** 2))), 100 * float(1 - there.mean())


def measure_gate(gate: Gate, delay: float = 0.06) -> Iterator[Gated]:
    """Measure a gate that stands before the band-pass and delays by so many seconds."""
    late = round(delay * FS)
    for name, (x, fs) in recordings().items():
        heart, peaks = looped(*pure(x, fs))
        rate = 60 * FS / float(np.mean(np.diff(peaks)))
        for level in BARS:
            for ratio in RATIOS:
                told = []
                for seed in SEEDS:
                    rng = np.random.default_rng(seed)
                    emg = level * trunk_emg(len(heart), rng)
                    mixed = mix(heart, emg, ratio, rng)
                    y, out = gate(mixed, FS)
                    alone = band_pass(emg)[: len(emg) - late]
                    error, none = _gated_error(band_pass(y)[late:], out[late:], alone)
                    untreated = score(band_pass(mixed)[: len(alone)], alone).error
                    told.append((error, untreated, 100 * float(out[int(SETTLED * FS) :].mean()), none))
                yield Gated(name, level, ratio, rate, *(float(v) for v in np.max(told, axis=0)))


@dataclass(frozen=True)
class RPeakScore:
    """How R peaks were found in the annotated recording with bursts of muscle, outside them."""

    beats: int
    sensitivity: float  #: percent
    precision: float  #: percent


def emggo() -> tuple[Signal, float, NDArray[np.float64], NDArray[np.float64]]:
    """Return 550 s of tibialis anterior, its rate, R peaks outside bursts in seconds, and bursts (begin, end)."""
    at = folder() / "emggo"

    def table(name: str) -> Signal:
        return np.genfromtxt(at / name, delimiter=",", skip_header=1)

    return (
        np.ascontiguousarray(table("ta_250hz.csv")[:, 1]),
        250.0,
        np.atleast_1d(table("ta_rpeaks_outside_bursts.csv")),
        table("ta_bursts_annotations.csv"),
    )


def score_r_peaks(found: Signal, settled: float = 20.0, tolerance: float = 0.04) -> RPeakScore:
    """Score R peaks found in emggo(), in seconds. Nothing is annotated 0.3 s before to 0.5 s behind a burst."""
    _, _, peaks, bursts = emggo()

    def outside(t: Signal) -> Signal:
        t = t[t > settled]
        inside = (t[:, None] > bursts[None, :, 0] - 0.3) & (t[:, None] < bursts[None, :, 1] + 0.5)
        return t[~inside.any(axis=1)]

    def near(some: Signal, others: Signal) -> float:
        return 100 * float(np.mean([np.min(np.abs(others - t)) <= tolerance for t in some]))

    peaks = peaks[peaks > settled]
    return RPeakScore(len(peaks), near(peaks, found), near(outside(found), peaks))
