"""Truth: what a rate in words can mean. One meaning is a rate; several are none, and the caller may say which."""

from __future__ import annotations

from pathlib import Path

import pytest
from unguard import io
from unguard.errors import FormatError
from unguard.io.rate_statement import stated_rate


@pytest.mark.parametrize(
    ("line", "hertz"),
    [
        ("Sampling rate: 2 kHz", 2000),
        ("Sample Rate = 250 Hz", 250),
        ("Sample Rate = 250.0 Hz", 250),
        ("Sampling Rate (Hz):= 1000.00", 1000),
        ("Sampling frequency [kHz]: 2", 2000),
        ("sampling rate Hz: 1000", 1000),
        ("fs=1000", 1000),
        ("fs = 2148.1481 Hz", 2148.1481),
        ("sr: 1e3", 1000),
        ("Sampling rate: 0.002 MHz", 2000),
        ("Sampling rate: 2.2 kHz", 2200),
        ("Sampling rate: 2000 samples/s", 2000),
        ("Sampling rate: 2000 samples per second", 2000),
        ("sampling rate: 2 kS/s", 2000),
        ("sampling rate: 2000 sps", 2000),
        ("sampling rate: 1000 Hz, 16 bit", 1000),
        ("fs=1000, channels=4", 1000),
        ("fs: 1000 Hz per channel", 1000),
        ("fs: 1000 Hz (nominal)", 1000),
        ("sampling rate: 1000 Hz.", 1000),
        ("Sampling rate: 2000,,,", 2000),
    ],
)
def test_what_means_one_thing_is_a_rate(line: str, hertz: float) -> None:
    said = stated_rate(["made by hand", line], ".")
    assert said.hertz == hertz and said.unclear == "" and said.remarks == []


@pytest.mark.parametrize(
    "value",
    [
        "2,000 Hz",
        "2.000 Hz",
        "2'000 Hz",
        "2\u2019000 Hz",
        "2 000 Hz",
        "2\u202f000 Hz",
        "2_000 Hz",
        "1.000,5 Hz",
        "2148,1481 Hz",
        "2000 samples/min",
        "2000 mhz",
        "2 mHz",
        "2000 rpm",
        "1e9 Hz",
        "0 Hz",
        "2000 16",
    ],
)
def test_what_may_mean_several_things_is_none(value: str) -> None:
    said = stated_rate([f"sampling rate: {value}"], ".")
    assert said.hertz is None and said.unclear == value


def test_the_decimal_sign_is_that_of_the_table() -> None:
    assert stated_rate(["fs: 2148,1481 Hz"], ",").hertz == 2148.1481
    assert stated_rate(["fs: 2148.1481 Hz"], ",").hertz is None
    assert stated_rate(["fs: 2,000 Hz"], ",").hertz is None, "two or two thousand"
    assert stated_rate(["fs: 1,5 kHz"], ",").hertz == 1500


def test_a_unit_stated_twice_must_be_the_same() -> None:
    assert stated_rate(["sampling rate (kHz): 2 kHz"], ".").hertz == 2000
    assert stated_rate(["sampling rate (kHz): 2000 Hz"], ".").hertz is None


def test_a_clear_statement_goes_before_an_unclear_one() -> None:
    assert stated_rate(["sampling rate: 2,000 Hz", "fs = 2000"], ".").hertz == 2000
    assert stated_rate(["sampling rate: unknown", "nothing"], ".").missing == "not stated in the file"


@pytest.mark.parametrize("value", ["2,000 Hz", "2'000 Hz", "2 000 Hz", "1.000,5 Hz", "2000 samples/min"])
def test_an_unclear_rate_is_the_callers_to_state(tmp_path: Path, value: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"# sampling rate: {value}\nleft,right\n" + "1.5,2\n3,4\n5,6\n", encoding="utf-8")
    with pytest.raises(FormatError) as refusal:
        io.read(path, unit="uV")
    assert f"the sampling rate is stated as {value!r}, which is not clear: expected fs= in hertz" in str(refusal.value)
    recording = io.read(path, unit="uV", fs=2000)
    assert recording.fs == 2000 and f"the rate stated as {value!r} is not used" in " ".join(recording.remarks)
