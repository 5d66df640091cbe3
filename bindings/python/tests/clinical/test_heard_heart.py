"""Which beats are a heart's. Truth: simulated hearts, regular and fibrillating; bursts of real recordings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import unguard
from unguard.clinical import analyse_bends
from unguard.clinical.cleaning import without_heart
from unguard.clinical.heard_heart import heard_heart
from unguard.report.bend_page import bend_in_short
from unguard.simulated_recording import to_recording


def test_a_fibrillating_heart_is_taken_out_of_a_silent_back() -> None:
    spec = unguard.scenario("guarded", seconds=20 + 3 * 16 * 1.12, seed=7, fs=2000.0)
    bending = spec.bending.replace(spikes=0, hold_level=2.0, bending_level=30.0, returning_level=40.0)
    spec = spec.replace(bending=bending, resting=0.0)
    alone = analyse_bends(to_recording(unguard.simulate(spec)), noise=0.4)
    heart = unguard.EcgArtefact(r_peak=60.0, variability=0.4, beats_per_minute=80.0)
    found = analyse_bends(to_recording(unguard.simulate(spec.replace(ecg=heart))), noise=0.4)
    assert found.beats > 50
    for muscle in found.muscles:
        one, other = found.bends.ratio("ERR", muscle), alone.bends.ratio("ERR", muscle)
        assert one and other and one.value == pytest.approx(other.value, rel=0.1)


def test_bursts_of_real_muscles_are_none_and_no_muscle_is_taken_out(real_data: Path) -> None:
    for name in ("plux/emg_bursts.h5", "pyomeca/trunk_shoulder_emg.csv"):
        of = unguard.io.read(real_data / name)
        of = of.select([c.name for c in of.channels if c.unit == "uV"])
        kept = without_heart(of, of.names)
        assert kept.beats == 0 and kept.recording.data.tobytes() == of.data.tobytes(), name


def test_what_may_be_beats_is_left_in_and_said(real_data: Path) -> None:
    bursts = unguard.io.read(real_data / "plux/emg_bursts.h5")
    kept = without_heart(bursts, bursts.names)
    assert kept.left_in >= 10 and "were left in" in kept.said
    found = analyse_bends(bursts)
    assert any("were left in" in r for r in found.remarks)
    assert found.count and "nobody can tell whether the person bent" in bend_in_short(found)[0]


def test_likeness_is_that_of_a_beat_and_all_others() -> None:
    fs, beats = 1000.0, np.arange(20) * 800.0 + 500
    x = np.zeros((17000, 1))
    shape = np.sin(2 * np.pi * 12 * np.arange(-50, 50) / fs)
    for i, at in enumerate(beats.astype(int)):
        x[at - 50 : at + 50, 0] = shape * (1 if i % 2 else 3)
    heard = heard_heart(x, beats, fs)
    assert heard.is_heart and heard.alike == 20 and heard.likeness == pytest.approx(np.ones(20))
    x[: int(beats[8])] = 0
    drowned = x + 0.1 * np.random.default_rng(3).standard_normal(x.shape)
    assert heard_heart(drowned, beats, fs).is_heart, "eleven are alike, and nine are not heard"
    noise = np.random.default_rng(3).standard_normal((17000, 1))
    heard = heard_heart(noise, beats, fs)
    assert heard.alike == 0 and not heard.is_heart and not heard.may_be, "what comes regularly and is not alike is none"
    assert not heard_heart(x, beats[:5], fs).is_heart
