"""Heartbeats in EMG. Truth: the times the beats were made at, the C++ engine's own cuts, and annotations by eye."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
import unguard
from numpy.typing import NDArray
from unguard import ConfigError

FS = 1000


def heart(seconds: float = 40, channels: int = 1) -> tuple[NDArray[np.float64], NDArray[np.int_]]:
    """Return noise of 10 uV with a QRS complex of 60 uV about once in 0.85 s, and the samples of R."""
    random = np.random.default_rng(4)
    x = random.normal(0, 10, (round(seconds * FS), channels))
    beats = np.cumsum(random.uniform(0.8, 0.9, int(2 * seconds)) * FS).astype(int)
    beats = beats[beats < len(x) - 300]
    t = np.arange(-60, 61) / FS
    qrs = 60 * (np.exp(-0.5 * (t / 0.0065) ** 2) - 0.3 * np.exp(-0.5 * ((t - 0.025) / 0.0065) ** 2))
    for beat in beats:
        x[beat - 60 : beat + 61] += qrs[:, None]
    return x, beats


def closed(events: list[unguard.Event]) -> NDArray[np.int_]:
    """Return the R peaks of the beats that are final."""
    return np.array([e.onset for e in events if e.report == "CLOSE"])


def test_a_record_tells_its_beats() -> None:
    x, beats = heart()
    events = unguard.detect(unguard.RPeaks(), x[:, 0], fs=FS)
    assert {e.kind for e in events} == {"ECG"}
    found = closed(events)
    late = beats[beats > 20 * FS]
    assert [int(np.abs(found - b).min()) <= 5 for b in late] == [True] * len(late)
    assert np.count_nonzero(found > 20 * FS) == len(late)
    assert all(e.confidence > 0.9 for e in events if e.onset > 20 * FS)


def test_a_stream_gives_what_the_record_gives() -> None:
    x, _ = heart(channels=2)
    whole = unguard.detect(unguard.RPeaks(), x, fs=FS)
    live = unguard.RPeaks().start(fs=FS, channels=["left", "right"])
    told = [e for i in range(0, len(x), 173) for e in live.process(x[i : i + 173])]
    assert [*told, *live.finish()] == whole
    assert (live.fs, live.channels, live.position) == (FS, ["left", "right"], len(x))
    with pytest.raises(ConfigError, match="the stream is finished"):
        live.process(x[:10])
    live.reset()
    assert live.position == 0 and not live.believable


def test_a_saved_state_goes_on() -> None:
    x, _ = heart(30)
    spec = unguard.RPeaks()
    live = spec.start(fs=FS)
    begun = live.process(x[:15_000])
    other = spec.start(fs=FS)
    other.load(live.save())
    twin = copy.copy(live)
    rest = live.process(x[15_000:])
    assert other.process(x[15_000:]) == rest == twin.process(x[15_000:])
    assert [*begun, *rest, *live.finish()] == unguard.detect(spec, x, fs=FS)
    with pytest.raises(ConfigError, match="the state of the same detector"):
        spec.start(fs=2000).load(live.save())


def test_what_is_known_of_the_heart() -> None:
    x, beats = heart()
    live = unguard.RPeaks().start(fs=FS)
    assert not live.believable and live.latency() == pytest.approx(0.04 * FS, abs=0.015 * FS)
    live.process(x)
    assert live.believable and live.prominence > 4.2 and live.best_channel == 0
    assert live.interval == pytest.approx(np.mean(np.diff(beats)) / FS, rel=0.1)
    assert repr(live) == '<live RPeaks{lead = "", prominence = 4.2} at 1000 Hz, 1 channels>'


def test_no_heart_is_believed_in_noise() -> None:
    x = np.random.default_rng(5).normal(0, 10, 60 * FS)
    assert {e.confidence for e in unguard.detect(unguard.RPeaks(), x, fs=FS)} <= {0.0}


def test_a_lead_is_listened_to_alone() -> None:
    x, beats = heart(channels=2)
    x[:, 0] = np.random.default_rng(6).normal(0, 10, len(x))
    events = unguard.detect(unguard.RPeaks(lead="ecg"), x, fs=FS, channels=["muscle", "ecg"])
    assert {e.channel for e in events} == {1}
    assert np.count_nonzero(closed(events) > 20 * FS) == np.count_nonzero(beats > 20 * FS)


def test_nothing_is_heard_where_marks_say_so() -> None:
    x, _ = heart()
    marks = np.zeros(len(x), np.uint32)
    marks[30 * FS :] = unguard.MARKS["lead_off"]
    events = unguard.detect(unguard.RPeaks(), x[:, 0], fs=FS, marks=marks)
    assert max(e.onset for e in events) < 30 * FS


def test_what_cannot_be_is_refused_by_name() -> None:
    x, _ = heart(5)
    with pytest.raises(ConfigError, match="rate is 200 Hz: expected at least 250 Hz"):
        unguard.RPeaks().start(fs=200)
    with pytest.raises(ConfigError, match=r"lead is .*ecg.*: expected the name of a channel, or none"):
        unguard.RPeaks(lead="ecg").start(fs=FS)
    with pytest.raises(ConfigError, match=r"prominence is 2: expected 3\.5 to 100 \(RPeaks\.prominence\)"):
        unguard.RPeaks(prominence=2)
    with pytest.raises(ConfigError, match=r"markers is .*: expected none, for RPeaks knows no context"):
        unguard.detect(unguard.RPeaks(), x, fs=FS, markers=[("rest begins", 0)])
    with pytest.raises(ConfigError, match="block is 2 channels wide: expected 1 channels"):
        unguard.RPeaks().start(fs=FS).process(np.zeros((5, 2)))


def test_a_real_heart_in_real_muscle_is_found(real_data: Path) -> None:
    # Truth: R peaks between bursts, annotated on the same channel offline and checked by eye, to 40 ms.
    x = np.loadtxt(real_data / "emggo" / "ta_250hz.csv", delimiter=",", skiprows=1, usecols=1)
    peaks = np.loadtxt(real_data / "emggo" / "ta_rpeaks_outside_bursts.csv", skiprows=1)
    found = closed(unguard.detect(unguard.RPeaks(), x, fs=250)) / 250
    late = peaks[peaks > 20]
    assert len(late) >= 500
    assert np.mean([np.abs(found - t).min() <= 0.04 for t in late]) >= 0.98
