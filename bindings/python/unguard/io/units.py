"""Units as files write them: what is a voltage and how many microvolts it is."""

from __future__ import annotations

import re

#: Microvolts per unit, by the spelling left after normalising.
_MICROVOLTS_PER = {
    "uv": 1.0,
    "microv": 1.0,
    "microvolt": 1.0,
    "microvolts": 1.0,
    "nv": 1e-3,
    "nanovolt": 1e-3,
    "nanovolts": 1e-3,
    "mv": 1e3,
    "millivolt": 1e3,
    "millivolts": 1e3,
    "v": 1e6,
    "volt": 1e6,
    "volts": 1e6,
}

#: Units that may stand at the end of a column's name. Only these are taken off: "V1" and "Trap_sup" are names.
_OTHER_UNITS = (
    "s|sec|seconds|ms|us|ns|min|Hz|kHz|g|G|deg|Deg|DEG|[Dd]egrees?|rad|deg/s|rad/s|°/s|°|m/s2|m/s\\^2|m/s²|N|Nm|kN|kg|kgf|lbf|mm|cm|uS|%|"
    "ADC|counts|bpm|degC|°C|º"
)
_VOLTAGES = "[uµμ]V|mV|nV|V|uv|mv|[Mm]icrovolts?|[Mm]illivolts?|[Vv]olts?"
_IN_BRACKETS = re.compile(rf"^(?P<name>.*?)[\s_]*[\[(]\s*(?P<unit>{_VOLTAGES}|{_OTHER_UNITS})\s*[\])]\s*$")
_AFTER_UNDERSCORE = re.compile(rf"^(?P<name>.+)_(?P<unit>{_VOLTAGES}|{_OTHER_UNITS})$")

_SECONDS_PER = {"s": 1.0, "sec": 1.0, "seconds": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9, "min": 60.0}


def microvolts_per(unit: str) -> float | None:
    """Return how many microvolts one `unit` is, or None if it is not a voltage.

    "MV" is no voltage here: whether mega or milli is meant cannot be told from the spelling.
    """
    spelling = unit.strip(" \t\r\n")
    if spelling.startswith("MV"):
        return None
    # The micro sign and the Greek mu, first where their UTF-8 was once taken for Latin-1.
    for micro in ("Âµ", "Î¼", "µ", "μ"):
        spelling = spelling.replace(micro, "u")
    return _MICROVOLTS_PER.get(spelling.lower()) if spelling.isascii() else None


def seconds_per(unit: str) -> float | None:
    """Return how many seconds one `unit` of time is, or None if it is not a unit of time."""
    return _SECONDS_PER.get(unit.strip())


#: Degrees of an angle, as programs spell them; the sign also where its UTF-8 was once taken for Latin-1.
_DEGREES = ("deg", "degree", "degrees", "°", "º", "Â°", "Âº")


def plain_unit(unit: str) -> str:
    """Return the one spelling of a unit that is no voltage: "deg" for every spelling of degrees; others as they are."""
    spelling = unit.strip()
    return "deg" if spelling.lower() in _DEGREES or spelling in _DEGREES else unit


def split_unit(label: str) -> tuple[str, str | None]:
    """Split a column's label: "EMG (mV)" and "EMG_mV" give ("EMG", "mV"); "TA" gives ("TA", None)."""
    for pattern in (_IN_BRACKETS, _AFTER_UNDERSCORE):
        match = pattern.match(label.strip())
        if match:
            return match["name"].strip(" _") or label.strip(), match["unit"]
    return label.strip(), None


def kind_of(label: str, unit_is_voltage: bool) -> str:
    """Return the kind a label states: "EMG", "ECG", "EEG", "EOG"; else "voltage", or "other" if the unit is none."""
    if not unit_is_voltage:
        return "other"
    upper = label.upper()
    for word, kind in (("EMG", "EMG"), ("ECG", "ECG"), ("EKG", "ECG"), ("EEG", "EEG"), ("EOG", "EOG")):
        if word in upper:
            return kind
    return "voltage"
