"""What the caller states about a file that the file does not state itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from unguard.arguments import names as names_of
from unguard.arguments import number
from unguard.errors import ConfigError

_SENSORS = ("EMG", "ECG")
_READERS = ("biosigio", "mne")
#: No converter of body signals comes near, and the engine takes no more.
FASTEST_HZ = 1e6


@dataclass(frozen=True)
class Options:
    """The caller's statements; see :func:`unguard.io.read` for their meaning. Construct by :func:`checked_options`."""

    fs: float | None = None
    unit: str | Mapping[str, str] | None = None
    channels: tuple[str, ...] | None = None
    gain: float | Mapping[str, float] | None = None
    offset: float = 0.0
    decimal: str | None = None
    sensor: str | Mapping[str, str] | None = None
    device: str | None = None
    max_gap_s: float = 1.0
    reader: str | None = None

    def unit_of(self, name: str) -> str | None:
        """Return the unit the caller states for a channel."""
        return self.unit.get(name) if isinstance(self.unit, Mapping) else self.unit

    def gain_of(self, name: str) -> float | None:
        """Return the microvolts per number in the file the caller states for a channel."""
        return self.gain.get(name) if isinstance(self.gain, Mapping) else self.gain

    def sensor_of(self, name: str) -> str | None:
        """Return the sensor the caller states for a channel."""
        return self.sensor.get(name) if isinstance(self.sensor, Mapping) else self.sensor


def checked_options(
    *,
    fs: float | None,
    unit: str | Mapping[str, str] | None,
    channels: Iterable[str] | None,
    gain: float | Mapping[str, float] | None,
    offset: float,
    decimal: str | None,
    sensor: str | Mapping[str, str] | None,
    device: str | None,
    max_gap_s: float,
    reader: str | None = None,
) -> Options:
    """Check every statement by itself and return them; raise ConfigError naming the first that cannot be."""
    if fs is not None:
        expected = f"a positive number of hertz, at most {FASTEST_HZ:.0f}"
        fs = _positive("fs", fs, expected)
        if fs > FASTEST_HZ:
            raise ConfigError("fs", f"{fs:g}", expected)
    names: tuple[str, ...] | None = None
    if channels is not None:
        names = tuple(names_of("channels", channels, "channel names as text"))
        if not names:
            raise ConfigError("channels", "empty", "one or more channel names, or None for all")
        for name in names:
            if names.count(name) > 1:
                raise ConfigError("channels", f"{name!r} twice", "each channel once")
    for each in unit.values() if isinstance(unit, Mapping) else [unit]:
        if each is not None and (not isinstance(each, str) or not each.strip()):
            raise ConfigError("unit", repr(each), 'a unit such as "uV", "mV" or "V"')
    for factor in gain.values() if isinstance(gain, Mapping) else [gain]:
        if factor is not None and (number("gain", factor, "microvolts per number in the file") == 0.0):
            raise ConfigError("gain", factor, "a number other than zero, in microvolts per number in the file")
    if unit is not None and gain is not None and not (isinstance(unit, Mapping) and isinstance(gain, Mapping)):
        raise ConfigError("gain", f"{gain} beside unit {unit!r}", "either gain= (microvolts per number) or unit=")
    if decimal is not None and not (isinstance(decimal, str) and decimal in (".", ",")):
        raise ConfigError("decimal", repr(decimal), '"." or ","')
    for word in sensor.values() if isinstance(sensor, Mapping) else [sensor]:
        if word is not None and not (isinstance(word, str) and word in _SENSORS):
            raise ConfigError("sensor", repr(word), f"one of {', '.join(_SENSORS)}")
    if device is not None and not isinstance(device, str):
        raise ConfigError("device", repr(device), "the name of a device in the file")
    if reader is not None and not (isinstance(reader, str) and reader in _READERS):
        raise ConfigError("reader", repr(reader), f"{', '.join(map(repr, _READERS))}, or None for unguard's own")
    offset = number("offset", offset, "the number in the file that stands for 0 uV")
    if offset and gain is None:
        raise ConfigError("offset", f"{offset} without gain", "offset= beside gain=, or neither")
    return Options(
        fs=fs,
        unit=unit,
        channels=names,
        gain=gain,
        offset=offset,
        decimal=decimal,
        sensor=sensor,
        device=device,
        max_gap_s=_positive("max_gap_s", max_gap_s, "a positive number of seconds"),
        reader=reader,
    )


def _positive(parameter: str, value: object, expected: str) -> float:
    found = number(parameter, value, expected)
    if found <= 0:
        raise ConfigError(parameter, found, expected)
    return found
