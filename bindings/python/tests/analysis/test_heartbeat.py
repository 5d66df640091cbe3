"""Short events as regular as a heart are told apart. Truth: the times the events were made at."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import unguard
from numpy.typing import NDArray
from unguard import io
from unguard.analysis import DetectedEvent, analyse
from unguard.analysis.heartbeat import heartbeat, with_heart
from unguard.recording import Annotation, Channel, Recording
from unguard.report import words
from unguard.report.page import _row
from unguard.simulated_recording import to_recording


def _events(onsets: NDArray[np.float64], lasts: float = 0.1) -> list[DetectedEvent]:
    return [DetectedEvent(i, "SPIKE", "m", t, t + lasts, t + 0.2, 9.0, 1.0, 1.0) for i, t in enumerate(onsets)]


@pytest.mark.parametrize(("per_minute", "missed"), [(45, 0), (70, 0), (70, 4), (170, 0)])
def test_a_heart_is_told(per_minute: float, missed: int) -> None:
    # Truth: intervals that differ by 5 %, every `missed`th beat missed.
    random = np.random.default_rng(3)
    onsets = np.cumsum(60 / per_minute * random.normal(1, 0.05, 60))
    if missed:
        onsets = np.delete(onsets, np.arange(0, 60, missed))
    found = heartbeat(_events(onsets))
    assert found is not None and found.per_minute == pytest.approx(per_minute, rel=0.05)


def test_what_is_no_heart_is_not() -> None:
    # Truth: random times, long events, too few, too slow.
    random = np.random.default_rng(3)
    assert heartbeat(_events(np.cumsum(random.exponential(0.8, 200)))) is None
    regular = np.arange(60) * 0.8
    assert heartbeat(_events(regular, lasts=0.5)) is None
    assert heartbeat(_events(regular[:9])) is None
    assert heartbeat(_events(regular * 3)) is None


def test_heartbeat_in_rest_is_not_headlined_as_spasm_like() -> None:
    # Truth: a QRS-like wave 70 times a minute over noise, in declared rest.
    fs, n = 1000.0, 60_000
    random = np.random.default_rng(1)
    x, t = random.normal(0, 2, n), 0.4
    while t < 59.5:
        i = int(t * fs)
        x[i : i + 60] += 60 * np.hanning(60) * np.sin(np.arange(60) * 2 * np.pi * 0.04)
        t += 60 / 70 + random.normal(0, 0.03)
    rest = [Annotation(0, 60, "declared rest")]
    made = analyse(Recording(data=x[:, None], fs=fs, channels=[Channel("m", kind="EMG")], annotations=rest))
    assert any("as regular as a heartbeat" in text for text in made.channels[0].remarks)
    short = " ".join(words.in_short(made))
    assert f"{len(made.events)} in m are as regular as a heartbeat" in short
    assert "No spasm-like activity of confidence 0.95 or more was counted" in short
    # What the remark says of them stands in their rows too, however sure they are: in the table and on the page.
    beats = [e for e in made.events if e.duration_s < 0.4]
    assert len(beats) > 60 and all(e.reasons == ["heart"] for e in beats if e.offset_s < 59)
    assert (made.events_dataframe()["reasons"] == "heart").sum() >= len(beats) - 1
    assert "as regular as a heartbeat" in _row(beats[0], made).note


def test_only_events_of_such_a_row_are_called_heart() -> None:
    # Truth: regular short events, a long one and hum among them; random ones alone.
    row = _events(np.arange(30) * 0.8)
    long = dataclasses.replace(row[3], offset_s=row[3].onset_s + 0.5)
    hum = dataclasses.replace(row[7], kind="ARTEFACT", reasons=["hum"])
    events = [long if e is row[3] else hum if e is row[7] else e for e in row]
    told = with_heart(events, heartbeat(events))
    assert [i for i, e in enumerate(told) if "heart" not in e.reasons] == [3, 7] and told[7] == hum
    random = _events(np.cumsum(np.random.default_rng(3).exponential(0.8, 200)))
    assert with_heart(random, heartbeat(random)) == random


def test_what_is_called_heart_in_a_real_recording_lies_at_r_peaks(real_data: Path) -> None:
    # Truth: R peaks that were checked by eye, outside bursts. A band-passed beat of 250 Hz lasts a tenth of a second.
    made = analyse(io.read(real_data / "emggo/ta_250hz.csv", unit="uV"))
    peaks = np.loadtxt(real_data / "emggo/ta_rpeaks_outside_bursts.csv", skiprows=1)
    bursts = np.loadtxt(real_data / "emggo/ta_bursts_annotations.csv", skiprows=1, delimiter=",")
    hearts = [e for e in made.events if "heart" in e.reasons]
    at_peaks = sum(bool(np.any(np.abs(peaks - e.onset_s) < 0.15)) for e in hearts)
    assert len(hearts) > 450 and at_peaks >= 0.99 * len(hearts)
    long = [e for e in made.events if np.any((bursts[:, 0] < e.offset_s) & (bursts[:, 1] > e.onset_s))]
    assert len(long) >= 50 and not [e for e in long if "heart" in e.reasons]


def test_the_headline_counts_sure_events_only() -> None:
    # Truth: the confidences that were set.
    made = analyse(to_recording(unguard.simulate("rest", seconds=60, seed=3, fs=1000)))
    unsure = [dataclasses.replace(e, confidence=0.4 if i < 3 else 1.0) for i, e in enumerate(made.events)]
    short = " ".join(words.in_short(dataclasses.replace(made, events=unsure)))
    assert "(confidence 0.95 or more)" in short and "; 3 more are less sure" in short
    none = [dataclasses.replace(e, confidence=0.4) for e in made.events]
    short = " ".join(words.in_short(dataclasses.replace(made, events=none)))
    assert "No spasm-like activity of confidence 0.95 or more" in short and f"; {len(none)} are less sure" in short
