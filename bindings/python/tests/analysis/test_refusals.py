"""Every parameter that cannot be is refused by name. Truth: the documented ranges."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
import unguard
from unguard.analysis import analyse, default_band
from unguard.errors import ConfigError, FormatError
from unguard.recording import Channel, Recording


def _recording(fs: float = 1000.0, seconds: float = 10.0, **channel: Any) -> Recording:
    samples = max(1, round(fs * seconds))
    data = np.random.default_rng(1).normal(0, 3, (samples, 1))
    return Recording(data=data, fs=fs, channels=[Channel("back", **({"kind": "EMG"} | channel))])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"band": (450, 20)}, "low is 450 Hz"),
        ({"band": (20, 500)}, "high is 500 Hz"),
        ({"band": (20, 700)}, "high is 700 Hz"),
        ({"band": (0, 450)}, "low is 0 Hz"),
        ({"band": (float("nan"), 450)}, "low is nan"),
        ({"band": (20,)}, "band is"),
        ({"mains": 47}, "mains is 47: expected 50 or 60 Hz"),
        ({"mains": True}, "mains is True"),
        (
            {"rest": (8, 20)},
            "rest is 8 to 20 s: expected a start before an end, in seconds, inside the recording of 10 s",
        ),
        ({"rest": (5, 3)}, "rest is 5 to 3 s"),
        ({"rest": (-1, 3)}, "rest is -1 to 3 s"),
        ({"rest": (1, 2)}, "rest is 1 s long: expected a rest of at least 2 s"),
        ({"rest": (float("nan"), 3)}, "rest is nan to 3 s"),
        ({"rest": (1, 2, 3)}, "rest is"),
        ({"band": ("20", 450)}, "band is '20': expected a lower and an upper edge in hertz"),
        ({"band": (None, 450)}, "band is None: expected a lower and an upper edge in hertz"),
        ({"band": (True, 450)}, "band is True: expected a lower and an upper edge in hertz"),
        ({"band": "ab"}, "band is 'ab': expected a lower and an upper edge in hertz"),
        ({"band": 20}, "band is 20: expected a lower and an upper edge in hertz"),
        ({"mains": "50"}, "mains is '50': expected 50 or 60 Hz"),
        ({"mains": float("nan")}, "mains is nan: expected 50 or 60 Hz"),
        ({"mains": 50j}, "mains is 50j: expected 50 or 60 Hz"),
        ({"rest": ("1", 5)}, "rest is '1': expected a start and an end in seconds"),
        ({"rest": (1, None)}, "rest is None: expected a start and an end in seconds"),
        ({"rest": 5}, "rest is 5: expected a start and an end in seconds"),
        ({"channels": 5}, "channels is 5: expected one or more of back"),
        ({"channels": [5]}, "channels is 5: expected one or more of back"),
        ({"channels": True}, "channels is True: expected one or more of back"),
        ({"channels": []}, "channels is empty: expected one or more of back"),
        ({"channels": ["front"]}, "channels is 'front': expected one of back"),
        ({"channels": ["back", "back"]}, "'back' twice"),
    ],
)
def test_refused_by_name(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        analyse(_recording(), **options)
    assert words in str(refusal.value)


@pytest.mark.parametrize("recording", [None, "guarded.bdf", np.zeros((5000, 1))])
def test_what_is_no_recording_is_refused(recording: Any) -> None:
    with pytest.raises(ConfigError, match=r"recording is .*: expected a Recording, as unguard\.io\.read gives"):
        analyse(recording)
    with pytest.raises(ConfigError, match=r"recording is .*: expected a Recording"):
        unguard.io.write_bdf("never.bdf", recording)


def test_numbers_of_numpy_are_numbers() -> None:
    options: dict[str, Any] = {"mains": np.int64(50), "band": np.array([30, 300]), "rest": (np.float32(1), np.int16(6))}
    made = analyse(_recording(), **options)
    assert '"frequency_hz": 50.0' in made.to_json() and made.method.rests_s == ((1.0, 6.0),)


@pytest.mark.parametrize(
    ("fs", "seconds", "words"), [(128, 10, "the sampling rate is 128 Hz: expected at least 200 Hz")]
)
def test_too_slow_a_record_is_refused_by_name(fs: float, seconds: float, words: str) -> None:
    with pytest.raises(FormatError, match=re.escape(words)):
        analyse(_recording(fs=fs, seconds=seconds))


@pytest.mark.parametrize("samples", [1, 2, 249])
def test_too_short_a_record_is_refused_by_name(samples: int) -> None:
    with pytest.raises(FormatError, match=rf"the length is .*\({samples} samples\): expected at least 0.25 s"):
        analyse(_recording(seconds=samples / 1000))


def test_a_record_without_emg_is_refused_with_the_reason_of_every_channel() -> None:
    with pytest.raises(FormatError, match=r"without EMG .back: marked as ECG by the file."):
        analyse(_recording(kind="ECG"))


def test_a_channel_in_degrees_cannot_be_asked_for() -> None:
    with pytest.raises(ConfigError, match="'back', which is in deg: expected channels in microvolts"):
        analyse(_recording(unit="deg", kind="other"), channels=["back"])


@pytest.mark.parametrize(
    ("fs", "high"), [(200, 90), (250, 112.5), (1000, 450), (1001, 450), (2000, 450), (10_000, 450)]
)
def test_the_default_band_follows_its_rule(fs: float, high: float) -> None:
    assert default_band(fs) == (20.0, pytest.approx(high))
    made = analyse(_recording(fs=fs))
    assert (made.method.band.low, made.method.band.high) == (20.0, pytest.approx(high))
    assert "0.45" in made.method.band_rule


def test_notches_stand_at_the_harmonics_inside_the_band() -> None:
    made = analyse(_recording(), mains=60, band=(30, 400))
    assert [n.frequency for n in made.method.notches] == [60, 120, 180, 240, 300, 360]
    assert made.method.band_rule == "chosen by the caller"


def test_a_band_may_be_a_spec() -> None:
    band = unguard.Bandpass(low=30, high=300, order=2)
    assert analyse(_recording(), band=band).method.band == band
