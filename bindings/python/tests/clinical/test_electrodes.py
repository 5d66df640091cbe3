"""Electrodes that were off, tugged or full of hum are no muscle. Truth: faults that were put into simulated backs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
import unguard
from numpy.typing import NDArray
from unguard.clinical import analyse_bends, clean
from unguard.clinical.electrodes import electrode_marks, shares_by_reason
from unguard.recording import Recording
from unguard.simulated_recording import to_recording

FS = 2000.0
MUSCLES = ("longissimus L", "longissimus R")
Signal = Callable[[NDArray[np.float64], np.random.Generator], NDArray[np.float64]]


def back(hold: float, *, heart: float | None = None) -> Recording:
    """Three bends; full flexion of so many microvolts."""
    spec = unguard.scenario("guarded", seconds=20 + 3 * 16 * 1.12, seed=5, fs=FS)
    spec = spec.replace(bending=spec.bending.replace(spikes=0, hold_level=hold, returning_level=40.0))
    if heart:
        spec = spec.replace(ecg=unguard.EcgArtefact(r_peak=heart))
    return to_recording(unguard.simulate(spec))


def in_holds(recording: Recording, signal: Signal, first_s: float, last_s: float) -> Recording:
    """Return it with longissimus L replaced from so long after a hold begins to so long after it ends."""
    data, rng = recording.data.copy(), np.random.default_rng(1)
    for a in (a for a in recording.annotations if a.text == "full flexion"):
        first, last = round((a.onset_s + first_s) * FS), round((a.onset_s + a.duration_s + last_s) * FS)
        data[first:last, 0] = signal(np.arange(last - first) / FS, rng)
    return dataclasses.replace(recording, data=data)


LIFTED: dict[str, Signal] = {
    "dither": lambda t, rng: 0.1 * rng.standard_normal(len(t)),
    "rail": lambda t, rng: 3000 + 0.3 * rng.standard_normal(len(t)),
    "loud hum": lambda t, rng: 500 * np.sin(2 * np.pi * 50 * t) + 0.5 * rng.standard_normal(len(t)),
    "hum": lambda t, rng: 20 * np.sin(2 * np.pi * 50 * t) + 0.5 * rng.standard_normal(len(t)),
    "quiet hum": lambda t, rng: 3 * np.sin(2 * np.pi * 50 * t) + 0.5 * rng.standard_normal(len(t)),
}


@pytest.mark.parametrize("heart", [None, 60.0])
@pytest.mark.parametrize("kind", LIFTED)
def test_a_lifted_electrode_is_neither_silent_nor_loud(kind: str, heart: float | None) -> None:
    found = analyse_bends(in_holds(back(10.0, heart=heart), LIFTED[kind], -0.5, 0.5), muscles=MUSCLES, noise=0.4)
    assert found.bends.ratio("ERR", MUSCLES[0]) is None and found.bends.silent_share(MUSCLES[0]) is None
    assert found.bends.clear(MUSCLES[0]) == 0 and found.bends.clear(MUSCLES[1]) == 3
    assert any(r.startswith(f"{MUSCLES[0]}: not believed in 3 of 3") for r in found.remarks)
    assert any(r.startswith(f"{MUSCLES[0]}: ") and "of its electrodes" in r for r in found.remarks)


def test_a_tug_at_the_cable_does_not_fill_the_silence() -> None:
    whole = back(2.0)
    data = whole.data.copy()
    for a in (a for a in whole.annotations if a.text == "full flexion"):
        first = round((a.onset_s + 1.5) * FS)
        t = np.arange(600) / FS
        data[first : first + 600, 0] += 1500 * np.exp(-t / 0.06) * np.sin(2 * np.pi * 12 * t)
    tugged = analyse_bends(dataclasses.replace(whole, data=data), muscles=MUSCLES, noise=0.4)
    clear = analyse_bends(whole, muscles=MUSCLES, noise=0.4)
    one, other = (f.bends.ratio("ERR", MUSCLES[0]) for f in (tugged, clear))
    assert one and other and one.value == pytest.approx(other.value, rel=0.1)
    assert tugged.bends.clear(MUSCLES[0]) == 3


def test_a_back_with_contact_loses_nothing() -> None:
    for hold in (2.0, 10.0):
        of = back(hold, heart=60.0).select(MUSCLES)
        made = clean(of, MUSCLES)
        assert all(sum(by.values()) < 0.02 for by in made.lost_share.values()), made.lost_share


def test_a_muscle_that_is_all_but_silent_is_told_from_a_lead_that_is_off_where_the_noise_is_known() -> None:
    spec = unguard.scenario("guarded", seconds=20 + 3 * 16 * 1.12, seed=5, fs=FS)
    bending = spec.bending.replace(spikes=0, standing_level=3.0, hold_level=0.5, returning_level=40.0)
    quiet = to_recording(unguard.simulate(spec.replace(bending=bending, resting=0.0, sensor_noise=0.3)))
    told = analyse_bends(quiet, muscles=MUSCLES, noise=0.27)
    assert told.bends.clear(MUSCLES[0]) == 3 and all(b.silent for b in told.bends.bends)
    made, flat = clean(quiet, MUSCLES, noise=[0.27]), np.uint32(unguard.MARKS["flat"])
    for i, muscle in enumerate(MUSCLES):
        left_out = float(np.mean(made.marks[:, i] & flat != 0))
        assert made.lost_share[muscle]["flat"] == left_out < 0.35, "the declared rest, and not what is used"
    off = analyse_bends(in_holds(quiet, lambda t, rng: 0.3 * rng.standard_normal(len(t)), -0.5, 0.5), muscles=MUSCLES,
                        noise=0.27)  # fmt: skip
    assert off.bends.silent_share(MUSCLES[0]) is None and off.bends.clear(MUSCLES[1]) == 3


def test_marks_say_why_and_no_heart_is_one_of_them() -> None:
    of = in_holds(back(10.0, heart=60.0), LIFTED["loud hum"], 0.0, 0.0).select(MUSCLES)
    cleaning = unguard.Chain(unguard.Priming(length=0.02), unguard.Bandpass(low=30, high=450, order=4))
    marks = electrode_marks(of, of, cleaning)
    shares = shares_by_reason(marks, MUSCLES)
    assert next(iter(shares[MUSCLES[0]])) == "lead_off" and "lead_off" not in shares[MUSCLES[1]]
    assert not np.any(marks & np.uint32(unguard.MARKS["heart"]))
    held = next(a for a in of.annotations if a.text == "full flexion")
    inside = slice(round((held.onset_s + 0.4) * FS), round((held.onset_s + held.duration_s) * FS))
    assert np.all(marks[inside, 0] & np.uint32(unguard.MARKS["lead_off"]))


def test_a_noise_that_is_more_than_there_is_says_so() -> None:
    right = analyse_bends(back(10.0), muscles=MUSCLES, noise=0.4)
    assert not any("noise that was told" in r for r in right.remarks)
    wrong = analyse_bends(back(10.0), muscles=MUSCLES, noise=4.0)
    assert sum("noise that was told, 4 uV, is more than" in r for r in wrong.remarks) == 2
    assert all("below noise" in b.doubts for b in wrong.bends.bends)
    assert wrong.bends.ratio("ERR", MUSCLES[0]) is None and wrong.bends.silent_share(MUSCLES[0]) is None
