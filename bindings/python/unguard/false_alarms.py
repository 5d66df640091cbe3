"""How often a detector alarms on noise alone, and the threshold for a wanted number of false alarms an hour.

>>> noise = unguard.calibrate_noise(rest, fs=2000, band="20-450 Hz")
>>> unguard.count_false_alarms(unguard.HodgesBui(spreads=3), noise, hours=1)
>>> found = unguard.for_false_alarms(unguard.HodgesBui(), noise, per_hour=1)
>>> live = found.spec.start(fs=2000)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from unguard._core import _count_false_alarms, _for_false_alarms

if TYPE_CHECKING:
    from unguard._core import NoiseModel, OnsetDetector

S = TypeVar("S", bound="OnsetDetector")


@dataclass(frozen=True)
class AlarmCount:
    """Alarms of one channel on noise alone.

    Attributes
    ----------
    alarms: that were given. cancelled: beside these, alarms taken back within 150 ms.
    hours: of noise.
    per_hour: alarms an hour. lowest_per_hour, highest_per_hour: its exact 95 % interval (Garwood 1936).
    """

    alarms: int
    cancelled: int
    hours: float
    per_hour: float
    lowest_per_hour: float
    highest_per_hour: float


@dataclass(frozen=True)
class ForFalseAlarms(Generic[S]):
    """A detector with the threshold that was looked for.

    Attributes
    ----------
    spec: the detector with it. threshold: the number itself.
    per_hour: false alarms an hour that were wanted.
    counted: on the noise that a threshold near it was tried on last.
    """

    spec: S
    threshold: float
    per_hour: float
    counted: AlarmCount


def count_false_alarms(
    spec: OnsetDetector, noise: NoiseModel, *, hours: float, channel: int = 0, seed: int = 1
) -> AlarmCount:
    """Count how often one channel of an onset detector alarms on noise alone.

    The noise is made from the model. What the spec knows of rest is left aside: it is told the model, or learns a
    minute of the noise; an ActivityDetector keeps how often it was calibrated to alarm. An hour at 2 kHz is 7.2 million
    samples; the GIL is released meanwhile.

    Parameters
    ----------
    spec: an onset detector, such as HodgesBui. noise: of `calibrate_noise`.
    hours: above 0, at most 10,000. channel: of the noise model, from 0. seed: the same one repeats the count.

    Raises
    ------
    ConfigError: naming the argument.

    Source: Garwood 1936, doi:10.1093/biomet/28.3-4.437.
    """
    return AlarmCount(**_count_false_alarms(spec, noise, hours=hours, channel=channel, seed=seed))


def for_false_alarms(
    spec: S, noise: NoiseModel, *, per_hour: float, channel: int = 0, seed: int = 1
) -> ForFalseAlarms[S]:
    """Find the threshold at which one channel's noise alone gives so many alarms an hour.

    Tried at ever higher thresholds, on as much noise as gives 40 alarms each: for 1 an hour some 40 hours, half a
    minute or more; the GIL is released meanwhile.

    Parameters
    ----------
    spec: an onset detector with a threshold, such as HodgesBui; its other fields stay. noise: of `calibrate_noise`.
    per_hour: 0.01 to 10,000. channel: of the noise model, from 0. seed: the same one repeats the search.

    Raises
    ------
    ConfigError: naming the argument; also for a detector without such a threshold. That of an ActivityDetector is its
        `false_alarms` an hour itself.
    """
    found, threshold, wanted, counted = _for_false_alarms(spec, noise, per_hour=per_hour, channel=channel, seed=seed)
    return ForFalseAlarms(found, threshold, wanted, AlarmCount(**counted))
