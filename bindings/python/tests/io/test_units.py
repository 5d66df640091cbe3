"""Truth: SI prefixes, and spellings seen in real files."""

from __future__ import annotations

import pytest
from unguard.io.units import kind_of, microvolts_per, seconds_per, split_unit


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("uV", 1),
        ("µV", 1),
        ("μV", 1),
        ("ÂµV", 1),
        ("Î¼V", 1),
        ("UV", 1),
        (" mV ", 1e3),
        ("V", 1e6),
        ("nV", 1e-3),
        ("Volts", 1e6),
    ],
)
def test_voltages_are_known(unit: str, factor: float) -> None:
    assert microvolts_per(unit) == factor


@pytest.mark.parametrize("unit", ["", "g", "deg", "MV", "ÂV", "ÎV", "uV\xa0", "mmHg", "ADC", "uA", "V/s"])
def test_other_units_are_no_voltage(unit: str) -> None:
    assert microvolts_per(unit) is None


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("trap_sup_uV", ("trap_sup", "uV")),
        ("EMG (mV)", ("EMG", "mV")),
        ("EMG [V]", ("EMG", "V")),
        ("Time (s)", ("Time", "s")),
        ("time_ms", ("time", "ms")),
        ("Trap_sup", ("Trap_sup", None)),
        ("V1", ("V1", None)),
        ("Biceps (left)", ("Biceps (left)", None)),
        ("knee_deg", ("knee", "deg")),
    ],
)
def test_only_known_units_are_taken_off_a_label(label: str, expected: tuple[str, str | None]) -> None:
    assert split_unit(label) == expected


def test_kind_is_what_the_label_says() -> None:
    assert [kind_of(name, True) for name in ("EMG 1", "ecg", "EEG Fpz", "TA")] == ["EMG", "ECG", "EEG", "voltage"]
    assert kind_of("EMG angle", False) == "other"


def test_units_of_time() -> None:
    assert seconds_per("ms") == 1e-3 and seconds_per("s") == 1 and seconds_per("mV") is None
