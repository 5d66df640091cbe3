"""Trials of onset detectors on simulated EMG, and what a live detector said of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import unguard
from numpy.typing import NDArray
from unguard.benchmark import AlarmRate

Array = NDArray[np.float64]
FS = 2000.0
#: That the trials count SNR in, and that everything here is heard through.
BAND = unguard.Bandpass(low=20, high=450, order=2)
BAND_TEXT = "20-450 Hz, order 2, causal"
TRIALS = 400
#: What is cancelled by then is no false alarm, s.
SOON_S = 0.15
#: Of all trials of this evidence; nothing was chosen by what they say.
SEEDS = 41_000_000


def heard(x: Array, fs: float = FS) -> Array:
    """Return a record behind the band-pass."""
    return np.asarray(unguard.Chain(BAND)(x, fs=fs))


def trial(seed: int, fs: float = FS, **fields: Any) -> tuple[Array, int]:
    """Return a trial in the band, and its onset; where that lies depends on the seed."""
    made = unguard.simulate_onset(unguard.OnsetTrial(seed=seed, rate=fs, baseline=0.7 + 0.0005 * (seed % 37), **fields))
    return heard(made.data, fs), made.onset


def stretches(
    preset: str, seed: int, rest_s: float = 20.0, contraction_s: float = 5.0, fs: float = FS, **fields: Any
) -> tuple[Any, Any]:
    """Return a rest and a contraction of 20 dB in the band, to calibrate on."""
    made = unguard.simulate_onset(
        unguard.OnsetTrial(
            seed=seed, rate=fs, carrier=preset, snr_dB=20, baseline=rest_s + 1, active=contraction_s + 0.5, **fields
        )
    )
    x = heard(made.data, fs)
    return x[int(fs) : made.onset], x[made.onset + int(fs / 4) : made.offset]


def noise(preset: str, seed: int, hours: float, **fields: Any) -> Iterator[Array]:
    """Return so many hours of a trial's noise in the band, a minute at a time."""
    spec = unguard.OnsetTrial(seed=seed, rate=FS, carrier=preset, **fields)
    source = unguard.onset_noise(spec, seconds=3600 * hours + 61)
    band = unguard.Chain(BAND).start(fs=FS)
    minute = int(60 * FS)
    band.process(source.generate(minute))
    for _ in range(round(60 * hours)):
        yield np.asarray(band.process(source.generate(minute)))


@dataclass(frozen=True)
class Timing:
    """Decision latency and onset error of every trial that was found, ms; and how many were not."""

    latency: Array
    error: Array
    missed: int

    @property
    def median_latency(self) -> float:
        """The median decision latency of all trials; a missed one is late without end."""
        return float(np.median(np.r_[self.latency, np.full(self.missed, np.inf)]))


def timing(
    specs: Sequence[Any],
    trials: Iterator[tuple[Array, int]],
    before: Sequence[Array] | None = None,
    fs: float = FS,
) -> Timing:
    """Return how a detector does: an event counts by its first OPEN that is not cancelled and not before the onset.

    specs: one a calibration; trial i is heard by number i modulo how many there are.
    before: the rest, of each, that a detector hears first that learns from nothing else.
    """
    latency, error, missed = [], [], 0
    for i, (data, at) in enumerate(trials):
        rest = before[i % len(specs)] if before is not None else np.empty(0)
        x, onset = np.concatenate([rest, data]), at + len(rest)
        lives: dict[int, list[Any]] = {}
        for report in unguard.detect(specs[i % len(specs)], x, fs=fs):
            lives.setdefault(report.id, []).append(report)
        good = [v for v in lives.values() if v[-1].report == "CLOSE" and v[0].decided >= onset]
        if not good:
            missed += 1
            continue
        first = min(good, key=lambda v: v[0].decided)
        latency.append((first[0].decided - onset) / fs * 1000)
        error.append((first[-1].onset - onset) / fs * 1000)
    return Timing(np.array(latency), np.array(error), missed)


def hours_heard(hours: float, channels: int) -> str:
    """Return in words how many channel hours, of which rates are, and how long the recording was."""
    return f"{hours:.1f} channel hours ({hours / channels:.1f} h of {channels} channels)"


@dataclass(frozen=True)
class Alarms:
    """Alarms of a detector on noise: OPENs not cancelled within 150 ms, those that were, and hours of channels."""

    alarms: int
    cancelled: int
    hours: float

    def per_hour(self) -> float:
        """Return how many an hour of a channel."""
        return self.alarms / self.hours

    def upper(self) -> float:
        """Return the upper 95 % limit an hour of a channel."""
        return AlarmRate(self.alarms, self.hours).upper

    def counted(self) -> str:
        """Return how many there were, in words."""
        return f"{self.alarms} (<= {self.upper():.2f} / channel hour); {self.taken_back()}"

    def rate(self) -> str:
        """Return how often they come, in words."""
        return f"{self.per_hour():.2g} / channel hour (<= {self.upper():.2g}); {self.taken_back()}"

    def taken_back(self) -> str:
        """Return how often one was cancelled within 150 ms, in words."""
        return f"{self.cancelled / self.hours / 60:.2g} / channel min cancelled"

    def __add__(self, other: Alarms) -> Alarms:
        """Return both together."""
        return Alarms(self.alarms + other.alarms, self.cancelled + other.cancelled, self.hours + other.hours)


def as_it_comes(live: Any, x: Array) -> Iterator[list[Any]]:
    """Yield what a live detector reports, 20 ms at a time: what is cancelled is known to have been by live.position."""
    piece = int(0.02 * FS)
    for first in range(0, len(x), piece):
        yield live.process(x[first : first + piece])


def alarms(spec: Any, blocks: Iterable[Array], opens: Callable[[Any], object] = lambda report: None) -> Alarms:
    """Return how often a detector alarms on what comes: a stream of blocks, (samples,) or (samples, channels).

    Hours are of channels.
    opens: told of every OPEN.
    """
    live: Any = None
    opened: dict[int, int] = {}
    counted = cancelled = 0
    samples = 0
    for block in blocks:
        channels = 1 if block.ndim == 1 else block.shape[1]
        if live is None:
            live = spec.start(fs=FS, channels=channels)
        samples += len(block) * channels
        for reports in as_it_comes(live, block):
            for report in reports:
                if report.report == "OPEN":
                    opened[report.id] = report.decided
                    opens(report)
                elif report.report in ("CLOSE", "CANCEL"):
                    since = opened.pop(report.id)
                    soon = report.report == "CANCEL" and live.position - since <= SOON_S * FS
                    cancelled += soon
                    counted += not soon
    return Alarms(counted + len(opened), cancelled, samples / FS / 3600)
