"""Events and levels of simulated records against the generator's own truth."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import unguard
from unguard.analysis import Analysis, analyse
from unguard.recording import Annotation, Recording
from unguard.simulated_recording import to_recording


def _simulated(scenario: str, seconds: float = 60.0, seed: int = 7, fs: float = 1000.0) -> unguard.Simulation:
    return unguard.simulate(scenario, seconds=seconds, seed=seed, fs=fs)


def _matched(made: Analysis, truth: unguard.Simulation, kind: str) -> tuple[int, int]:
    """Return (true events of a kind found with that kind, true events of it)."""
    found = [e for e in made.events if e.kind == kind]
    there = [e for e in truth.truth["events"] if e["kind"] == kind]
    hits = 0
    for event in there:
        name, middle = truth.channels[event["channel"]], (event["onset"] + event["offset"]) / 2 / truth.fs
        hits += any(f.channel == name and f.onset_s <= middle <= f.offset_s for f in found)
    return hits, len(there)


def test_rest_gives_the_spasm_like_events_that_were_put_in() -> None:
    # Truth: the simulator's events, 10 to 20 dB above rest.
    made_of = _simulated("rest", seconds=120)
    made = analyse(to_recording(made_of))
    for kind in ("SPIKE", "PHASIC BURST", "TONIC"):
        hits, there = _matched(made, made_of, kind)
        assert there >= 5
        assert hits >= 0.75 * there, kind
    assert abs(len(made.events) - len(made_of.truth["events"])) <= 0.15 * len(made_of.truth["events"])
    assert {e.context for e in made.events} == {"rest"}


def test_onsets_lie_where_the_simulator_put_them() -> None:
    # Truth: sample-exact onsets; tolerance one fast window of the detector, 25 ms, for the median.
    made_of = _simulated("rest", seconds=120)
    made = analyse(to_recording(made_of))
    errors = []
    for event in made_of.truth["events"]:
        name, onset = made_of.channels[event["channel"]], event["onset"] / made_of.fs
        near = [abs(e.onset_s - onset) for e in made.events if e.channel == name]
        errors.append(min(near))
    assert np.median(errors) < 0.025


def test_a_healthy_back_is_silent_in_full_flexion_and_a_guarded_one_is_not() -> None:
    # Truth: the generator's levels: silence at rest level against 10 uV held.
    healthy = analyse(to_recording(_simulated("healthy")))
    guarded = analyse(to_recording(_simulated("guarded")))

    def flexion_over_rest(made: Analysis) -> list[float]:
        values = []
        for channel in made.channels:
            by_phase = {p.phase: p.median_uV for p in channel.phases}
            flexion, rest = by_phase["full flexion"], by_phase["rest"]
            assert flexion is not None and rest is not None
            values.append(flexion / rest)
        return values

    assert max(flexion_over_rest(healthy)) < 1.3
    assert min(flexion_over_rest(guarded)) > 3
    for calm, tense in zip(healthy.channels, guarded.channels, strict=True):
        assert calm.levels.active_share < tense.levels.active_share
    assert not any(e.is_spasm_like for e in healthy.events + guarded.events)
    assert "bending" in {e.context for e in guarded.events}


def test_nothing_is_called_spasm_like_when_nobody_declared_a_rest() -> None:
    # Truth: design section 2, without context there are no spasm-like kinds.
    undeclared = dataclasses.replace(to_recording(_simulated("rest")), annotations=[])
    made = analyse(undeclared)
    assert made.events and {e.kind for e in made.events} == {"ACTIVITY"}
    assert any("Nobody declared a rest" in text for text in made.remarks)
    assert made.to_dict()["method"]["rest"]["declared_by"] is None


def test_rest_given_by_the_caller_goes_before_annotations() -> None:
    # Truth: the documented order.
    recording = to_recording(_simulated("rest"))
    made = analyse(recording, rest=(0, 20))
    assert made.method.rests_s == ((0.0, 20.0),)
    assert made.method.rest_declared_by == "caller"
    assert {e.context for e in made.events if e.onset_s > 21} == {"none"}


def test_overlapping_rests_count_as_one() -> None:
    # Truth: a person cannot rest twice at once.
    recording = dataclasses.replace(
        to_recording(_simulated("rest")),
        annotations=[
            Annotation(30, 20, "declared rest"),
            Annotation(0, 40, "Declared Rest"),
            Annotation(55, 1, "declared rest"),
        ],
    )
    made = analyse(recording)
    assert made.method.rests_s == ((0.0, 50.0),)
    late = [e for e in made.events if e.onset_s > 50.1]
    assert late and {e.kind for e in late if e.onset_s > 56.1} <= {"ACTIVITY"}


def test_a_rest_shorter_than_two_seconds_is_none() -> None:
    # Truth: the detector's least stretch to know a level from.
    notes = [Annotation(0, 10, "declared rest"), Annotation(12, 1.9, "declared rest")]
    made = analyse(dataclasses.replace(to_recording(_simulated("rest")), annotations=notes))
    assert made.method.rests_s == ((0.0, 10.0),)


@pytest.mark.parametrize(
    ("note", "words"),
    [
        (Annotation(5, 1e9, "declared rest"), "at 5 s for 1e+09 s is used up to the end at 60 s only: it goes on"),
        (Annotation(-3, 10, "standing"), 'annotation "standing" at -3 s for 10 s is not used, as it begins before'),
        (Annotation(70, 5, "bending"), 'annotation "bending" at 70 s for 5 s is not used, as the recording ends at 60'),
        (Annotation(5, 0, "Declared rest"), 'annotation "Declared rest" at 5 s is not used, as it has no duration'),
        (Annotation(5, 1, "declared rest"), 'The "declared rest" from 5 to 6 s is not used: it takes 2 s to tell'),
        (Annotation(5, 9, "declared rest", "multifidus L"), "is not used, as it belongs to one channel"),
    ],
)
def test_what_was_declared_and_is_not_used_is_said(note: Annotation, words: str) -> None:
    # Truth: nothing is dropped or cut in silence (design, section 3).
    recording = dataclasses.replace(to_recording(_simulated("rest")), annotations=[note])
    made = analyse(recording, channels=["multifidus L"])
    assert words in " ".join(made.remarks)
    assert words not in " ".join(analyse(recording, channels=["multifidus L"], rest=(0, 20)).remarks) or (
        note.text != "declared rest"
    )


def test_annotations_set_aside_for_one_reason_are_told_once() -> None:
    # Truth: a list of hundreds is read by nobody.
    notes = [Annotation(i, 0, "bending") for i in range(1, 50)]
    made = analyse(dataclasses.replace(to_recording(_simulated("rest")), annotations=notes), channels=["multifidus L"])
    (told,) = [text for text in made.remarks if "bending" in text]
    assert told == 'The annotation "bending" at 1 s and 48 more of that text: not used, as it has no duration.'


def test_annotations_that_fit_are_used_without_a_word() -> None:
    # Truth: what a simulator wrote lies inside.
    assert not [text for text in analyse(to_recording(_simulated("guarded"))).remarks if "annotation" in text.lower()]


def test_hundreds_of_phases_are_told_to_the_detector() -> None:
    # Truth: 400 annotated phases, more than the detector keeps waiting; an event's context is the phase at its onset.
    phases = ("standing", "bending", "full flexion", "returning")
    notes = [Annotation(0, 20, "declared rest")]
    notes += [Annotation(20 + 0.1 * i, 0.1, phases[i % 4]) for i in range(400)]
    recording = dataclasses.replace(to_recording(_simulated("rest")), annotations=notes)
    made = analyse(recording)
    late = [e for e in made.events if e.onset_s > 20.2]
    assert late
    for event in late:
        # The engine looks at the filtered signal's sample; the delay was taken off afterwards.
        expected = {phases[int((event.onset_s - 20 + shift) / 0.1) % 4] for shift in (-0.002, 0.0, 0.002)}
        assert event.context in expected


@pytest.mark.parametrize("block", [1 << 10, 1 << 17])
def test_results_do_not_depend_on_the_size_of_the_blocks(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    # Truth: law 1, any cut, same bits.
    recording = to_recording(_simulated("guarded"))
    whole = analyse(recording)
    monkeypatch.setattr("unguard.analysis.channel.BLOCK", block)
    cut = analyse(recording)
    assert cut.events == whole.events
    for a, b in zip(cut.channels, whole.channels, strict=True):
        assert np.array_equal(a.envelope_uV, b.envelope_uV, equal_nan=True)
        assert a.levels.rest_uV == b.levels.rest_uV


def test_the_recording_is_not_changed() -> None:
    # Truth: a copy made before.
    recording = to_recording(_simulated("contaminated"))
    before = recording.data.copy()
    analyse(recording)
    assert np.array_equal(recording.data, before)


def test_the_trunk_angle_is_left_out_by_name() -> None:
    # Truth: the angle channel is in degrees.
    made = analyse(to_recording(_simulated("guarded")))
    assert [(c.name, c.why) for c in made.left_out] == [("trunk angle", "in deg, not a voltage")]
    assert [c.name for c in made.channels] == ["longissimus L", "longissimus R", "multifidus L", "multifidus R"]


def test_levels_are_those_of_the_filtered_signal() -> None:
    # Truth: the engine's own chain over the whole record, without our block-wise sums.
    made_of = _simulated("guarded")
    recording: Recording = to_recording(made_of)
    made = analyse(recording)
    chain = unguard.Chain(unguard.Priming(length=0.02), unguard.Bandpass(low=20, high=450))
    y = chain(np.ascontiguousarray(recording.data[:, 0]), fs=recording.fs)[20:]
    assert made.channels[0].levels.rms_uV == pytest.approx(float(np.sqrt(np.mean(y**2))), rel=1e-9)
    assert made.channels[0].levels.arv_uV == pytest.approx(float(np.mean(np.abs(y))), rel=1e-9)
