"""What OpenSignals text and HDF5 files share: converter counts, and the maker's transfer functions from counts to
microvolts.

biosignalsplux: EMG [mV] = (ADC / 2^n - 0.5) * 3 V / 1000 * 1000; ECG [mV] = (ADC / 2^n - 0.5) * 3 V / 1019 * 1000 (n
bits).
"""

from __future__ import annotations

from unguard.errors import ConfigError
from unguard.io.options import Options
from unguard.io.source import Gap, Track

_SUPPLY_V = 3.0
_SENSOR_GAIN = {"EMG": 1000.0, "ECG": 1019.0}
#: Names under which the biosignalsplux hub appears; the transfer functions are its own.
_DEVICES = ("biosignalsplux", "channeller")
_NOT_STATED = ("", "RAW", "NONE", "CUSTOM", "OTHER", "UNKNOWN")

#: Gain in microvolts per count, and the count that stands for 0 uV.
Scale = tuple[float, float]


def transfer(sensor: str, bits: int) -> Scale:
    """Return (microvolts per count, count at 0 uV) of a biosignalsplux sensor on an n-bit converter."""
    full = 2.0**bits
    return _SUPPLY_V / _SENSOR_GAIN[sensor] * 1e6 / full, full / 2.0


def count_track(
    *,
    name: str,
    label: str,
    sensor: str,
    device: str,
    bits: int | None,
    converted: bool,
    samples: int,
    fs: float,
    gaps: tuple[Gap, ...],
    options: Options,
) -> tuple[Track, Scale]:
    """Return the track of one channel and the scale its counts are loaded with ((1, 0) leaves them as they are).

    `converted` says that the file holds converted values, whose unit it does not state. Raises ConfigError when the
    caller's sensor contradicts the file.
    """
    stated = sensor.strip().upper()
    given = options.sensor_of(name)
    unknown = stated in _NOT_STATED
    if given is not None and not unknown and stated in _SENSOR_GAIN and given != stated:
        raise ConfigError("sensor", repr(given), f"{stated} as the file states for {name}, or nothing")
    used = given if unknown and given is not None else stated
    found = "converted" if converted else f"ADC {bits if bits is not None else '?'} bit"
    caller_scales = options.gain_of(name) is not None
    if used in _SENSOR_GAIN and not caller_scales and not converted and bits is not None and device in _DEVICES:
        track = Track(name, label, samples, fs, unit="uV", kind=used, unit_found=found, gaps=gaps)
        return track, transfer(used, bits)
    if used in _SENSOR_GAIN or unknown:
        missing = 'gain= (microvolts per count; offset= for the count at 0 uV), unit= or sensor= ("EMG" or "ECG")'
        kind = used if used in _SENSOR_GAIN else "voltage"
        track = Track(
            name, label, samples, fs, kind=kind, unit_found=found, raw_counts=True, unit_missing=missing, gaps=gaps
        )
        return track, (1.0, 0.0)
    # Accelerometer, respiration and the like: not a voltage of muscle, so their counts stay counts.
    return Track(name, label, samples, fs, unit="counts", kind="other", unit_found=found, gaps=gaps), (1.0, 0.0)
