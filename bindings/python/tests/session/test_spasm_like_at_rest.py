"""Spasm-like activity in declared rest: of what could be heard, and of no heart. Truth: events that were simulated."""

from __future__ import annotations

import dataclasses

import numpy as np
import unguard
from backs import DAY, entry, mine
from unguard.clinical.methods_text import bend_methods
from unguard.recording import Recording
from unguard.report.session_page import session_in_short
from unguard.session import SessionAnalysis, analyse_session
from unguard.simulated_recording import to_recording

SECONDS = 120
NAME = "spasm-like activity at rest"


def resting(heart: unguard.EcgArtefact | None = None) -> Recording:
    spec = unguard.scenario("rest", seconds=SECONDS, seed=4, fs=2000.0)
    return to_recording(unguard.simulate(spec if heart is None else spec.replace(ecg=heart)))


def told(recording: Recording) -> SessionAnalysis:
    return analyse_session(recording, mine(entry(DAY)), date=DAY, noise=0.4)


def hum(recording: Recording, channel: int, first_s: int, last_s: int) -> Recording:
    """Lift an electrode for that long."""
    data = recording.data.copy()
    first, last = round(first_s * recording.fs), round(last_s * recording.fs)
    data[first:last, channel] = 500 * np.sin(2 * np.pi * 50 * np.arange(last - first) / recording.fs)
    return dataclasses.replace(recording, data=data)


def test_a_lead_that_was_off_is_no_peace() -> None:
    recording = resting()
    whole = {m.muscle: m for m in told(recording).measures if m.name == NAME}
    muscle = recording.names[0]
    assert whole[muscle].count >= 5
    lost = told(hum(recording, 0, 10, SECONDS - 10))
    assert muscle not in {m.muscle for m in lost.measures if m.name == NAME}
    assert any(r.startswith(f"{muscle}: spasm-like activity in declared rest is not told") for r in lost.remarks)
    assert any("lead_off" in r for r in lost.remarks if r.startswith(muscle))
    (line,) = (text for text in session_in_short(lost) if text.startswith("Spasm-like"))
    assert muscle not in line and recording.names[1] in line


def test_a_minute_is_one_that_could_be_heard() -> None:
    recording = resting()
    muscle = recording.names[0]
    whole, lost = (
        next(m for m in told(r).measures if m.name == NAME and m.muscle == muscle)
        for r in (recording, hum(recording, 0, 60, 100))
    )
    minutes = lost.count / lost.value * 60
    declared = whole.count / whole.value * 60
    assert 38 < declared - minutes < 45, "40 s were lost, and what it takes to warm up again"


def test_where_nothing_can_be_heard_the_page_says_so() -> None:
    recording = resting()
    for channel in range(4):
        recording = hum(recording, channel, 10, SECONDS - 10)
    assert "Nothing is told of spasm-like activity in declared rest: see the remarks." in session_in_short(
        told(recording)
    )


def test_a_fibrillating_heart_is_no_spasm() -> None:
    alone = {m.muscle: m.count for m in told(resting()).measures if m.name == NAME}
    made = told(resting(unguard.EcgArtefact(r_peak=40.0, variability=0.4, beats_per_minute=85.0)))
    beating = {m.muscle: m.count for m in made.measures if m.name == NAME}
    assert "heartbeats" in made.how[0] and beating.keys() == alone.keys()
    for muscle, count in beating.items():
        assert count <= 1.3 * alone[muscle] + 3, (muscle, count, alone[muscle])


def test_the_methods_of_a_session_say_what_became_of_the_heart() -> None:
    spec = unguard.scenario("guarded", seconds=20 + 4 * 16 * 1.12, seed=1, fs=1000.0)
    made = told(to_recording(unguard.simulate(spec.replace(ecg=unguard.EcgArtefact(r_peak=40.0)))))
    assert made.bends is not None and made.bends.beats > 50
    assert "heartbeats (" in bend_methods(made.bends) and "not looked for" not in bend_methods(made.bends)
