"""Of what the raw power of a channel is made: hum, heart, movement, converter, floor, and what remains for muscle."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unguard.analysis.beats import Beats, heart_of
from unguard.analysis.method import Method, default_band
from unguard.analysis.spectrum import Spectrum, hum_power
from unguard.recording import Channel

#: Movement of electrodes and cables lies here; slower is the drift of an electrode's offset.
MOVEMENT_HZ = (2.0, 15.0)
#: Skin and amplifier give less, RMS of 20 to 450 Hz: what is above is a muscle that never rests.
MOST_NOISE_UV = 5.0


@dataclass(frozen=True)
class NoiseBudget:
    """The raw signal of one channel by what made it, microvolts RMS; the squares of the parts add up to the total's.

    Exactly, unless what is not muscle comes to more by itself: then nothing remains. Over the stretches that are used
    for the spectrum, before any filter. None: not known, and so in what remains.

    Attributes
    ----------
    low_hz, high_hz: the band, 20 Hz to min(450 Hz, 0.45 fs).
    total_uV: all of the band.
    hum_uV: what stands out at the mains frequency and its harmonics.
    heart_uV: the mean beat, as often as it comes; None where :class:`unguard.RPeaks` heard no heart.
    converter_uV: the rounding to the converter's steps, step^2 / 12 over half the rate; None where no step is known.
    floor_uV: the quietest tenth of the time without hum, heart and rounding: skin, amplifier, and the tone of a muscle
        that never stops; None where it is above `MOST_NOISE_UV`, so that it would be muscle.
    muscle_uV: what remains.
    quietest_uV: what `floor_uV` is, or would be.
    below_uV: all of 2 to 20 Hz. movement_uV: that of 2 to 15 Hz without the heart.
    """

    low_hz: float
    high_hz: float
    total_uV: float
    hum_uV: float
    heart_uV: float | None
    converter_uV: float | None
    floor_uV: float | None
    muscle_uV: float
    quietest_uV: float
    below_uV: float
    movement_uV: float


def noise_budget(
    x: NDArray[np.float64],
    bad: NDArray[np.bool_],
    spectrum: Spectrum | None,
    beats: Beats | None,
    channel: Channel,
    method: Method,
) -> NoiseBudget | None:
    """Return the budget of one channel, or None without a spectrum.

    Parameters
    ----------
    x: unfiltered, microvolts, shape (samples,). bad: True where a sample is not used, shape (samples,).
    spectrum: of the same. beats: of the record's heart; None where none was found.
    """
    if spectrum is None:
        return None
    low, high = default_band(method.fs)
    f = spectrum.frequency_hz
    width = float(f[1])

    def power(density: NDArray[np.float64], first: float, last: float) -> float:
        return float(density[(f >= first) & (f <= last)].sum()) * width

    hum = hum_power(f, spectrum.raw, spectrum.hum_hz, low, high) * width
    heart = None if beats is None else heart_of(x, bad, beats, spectrum.hum_hz if hum > 0 else None, method)
    rounding = 0.0 if channel.step_uV is None else channel.step_uV**2 / 12 * (high - low) / (method.fs / 2)
    # Between the beats of the part that was listened to, or where all of the record is quieter still.
    quietest = [spectrum.quietest, *([] if heart is None or heart.quietest is None else [heart.quietest])]
    noise = [power(q, low, high) - hum_power(f, q, spectrum.hum_hz, low, high) * width - rounding for q in quietest]
    quiet = max(0.0, min(noise))
    floor = quiet if quiet <= MOST_NOISE_UV**2 else None
    of_heart = 0.0 if heart is None else heart.power(low, high)
    slow_heart = 0.0 if heart is None else heart.power(*MOVEMENT_HZ)
    total = power(spectrum.raw, low, high)
    under = low - width / 2
    return NoiseBudget(
        low_hz=low,
        high_hz=high,
        total_uV=math.sqrt(total),
        hum_uV=math.sqrt(hum),
        heart_uV=None if heart is None else math.sqrt(of_heart),
        converter_uV=None if channel.step_uV is None else math.sqrt(rounding),
        floor_uV=None if floor is None else math.sqrt(floor),
        muscle_uV=math.sqrt(max(0.0, total - hum - of_heart - rounding - (floor or 0.0))),
        quietest_uV=math.sqrt(quiet),
        below_uV=math.sqrt(power(spectrum.raw, MOVEMENT_HZ[0], under)),
        movement_uV=math.sqrt(max(0.0, power(spectrum.raw, *MOVEMENT_HZ) - slow_heart)),
    )
