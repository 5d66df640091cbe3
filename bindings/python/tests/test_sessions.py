"""Sessions: truth is the parts one after the other, and faults put at known samples."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import unguard
from numpy.typing import NDArray
from unguard import ConfigError

FS = 2000
ELECTRODES = ["L1", "L2", "R1", "R2"]
CLEANING = unguard.Chain(unguard.Priming(), unguard.Bandpass())
MONTAGE = {"left": ("L1", "L2"), "right": ("R1", "R2")}


def emg(seconds: float, channels: int, uV: float = 20) -> NDArray[np.float64]:
    """White noise on different offsets."""
    x = np.random.default_rng(5).normal(0, uV / np.sqrt(2), (round(seconds * FS), channels))
    return x + 1000 * np.arange(channels)


def plan(**others: object) -> unguard.Pipeline:
    """Return a session with the usual cleaning."""
    return unguard.Pipeline(CLEANING, montage=MONTAGE, **others)


def test_the_level_is_that_of_the_filters_where_nothing_is_wrong() -> None:
    x = emg(3, 4)
    readings, events = plan()(x, fs=FS, channels=ELECTRODES)
    assert events == []
    pair = x[:, [0, 2]] - x[:, [1, 3]]
    level = unguard.Chain(unguard.Priming(), unguard.Bandpass(), unguard.Rms(window=0.25))(pair, fs=FS)
    good = [r for r in readings if r.trust == "OK"]
    assert len(good) > 400
    wait = 100  # samples of 50 ms: a level is that of so long ago
    assert [r.value_uV for r in good] == pytest.approx([level[r.at - wait, r.channel] for r in good], rel=1e-13)


def test_a_stream_gives_what_the_record_gives() -> None:
    x = emg(3, 4)
    x[2000:3000, 1] = 5
    whole = plan()(x, fs=FS, channels=ELECTRODES)
    live = plan().start(fs=FS, channels=ELECTRODES)
    assert live.channels == ["left", "right"]
    told = [live.process(x[i : i + 37]) for i in range(0, len(x), 37)]
    assert [r for readings, _ in told for r in readings] == whole[0]
    assert live.position == len(x)
    assert live.finish() == ([], [])
    with pytest.raises(ConfigError, match="the stream is finished"):
        live.process(x[:10])
    live.reset()
    assert live.process(x)[0] == whole[0]


def test_a_lifted_electrode_gives_no_value_and_says_why() -> None:
    x = emg(4, 4)
    x[4000:6000, 1] = 5
    readings, _ = plan()(x, fs=FS, channels=ELECTRODES)
    off = [r for r in readings if r.channel == 0 and 4000 + 0.15 * FS <= r.at < 6000]
    assert off
    assert all(r.value_uV is None and "flat" in r.reasons and r.trust == "INVALID" for r in off)
    other = [r for r in readings if r.channel == 1 and r.at >= 1200]
    assert all(r.trust == "OK" for r in other)
    assert repr(off[0]).startswith("<INVALID channel 0 at ")


def test_marks_of_the_input_are_obeyed() -> None:
    x = emg(2, 1)[:, 0]
    marks = np.zeros(len(x), np.uint16)
    marks[2000:2200] = unguard.MARKS["missing"]
    readings, _ = unguard.Pipeline(CLEANING)(x, fs=FS, marks=marks)
    assert all(r.value_uV is None for r in readings if 2000 <= r.at < 2200)


def test_events_come_from_the_cleaned_signal() -> None:
    x = emg(12, 1, 2)[:, 0]
    x[16000:18000] *= 30
    band = unguard.Bandpass()
    rest = unguard.calibrate_rest(band(x[:14000], fs=FS), fs=FS, band="20 to 450 Hz")
    detector = unguard.SpasmDetector(rest=rest)
    _, events = unguard.Pipeline(CLEANING, events=detector)(x, fs=FS)
    clean, marks = CLEANING(x, fs=FS, marks=True)
    assert events == unguard.detect(detector, clean, fs=FS, marks=marks)
    assert [e.report for e in events].count("OPEN") == 1


def test_a_heart_is_taken_off_the_level() -> None:
    muscle = emg(60, 1, 2)[:, 0]
    beats = np.zeros_like(muscle)
    for at in np.arange(500, len(beats) - 500, 1600):
        beats[at - 20 : at + 21] += 100 * np.exp(-0.5 * (np.arange(-20, 21) / 5) ** 2)
    taken, left = unguard.Pipeline(CLEANING, heart=unguard.EcgSubtraction()), unguard.Pipeline(CLEANING)
    values = {}
    for name, session in (("with", taken), ("without", left)):
        readings, _ = session(muscle + beats, fs=FS)
        values[name] = np.mean([r.value_uV for r in readings if r.at > 40 * FS and r.value_uV is not None])
    truth = np.mean([r.value_uV for r in left(muscle, fs=FS)[0] if r.at > 40 * FS])
    assert abs(values["with"] / truth - 1) < 0.05
    assert values["without"] / truth > 1.2


def test_what_is_known_of_the_converter_narrows_the_bounds() -> None:
    known = plan().start(fs=FS, channels=ELECTRODES, step_uV=0.2, rails_uV=(-5000, 5000)).bounds()
    unknown = plan().start(fs=FS, channels=ELECTRODES).bounds()
    assert {b["reason"] for b in known} == {
        "non_finite",
        "out_of_range",
        "clipped",
        "jump",
        "motion",
        "flat",
        "lead_off",
    }
    within = {b["reason"]: b["within_s"] for b in known}
    assert within["clipped"] == 0 and within["flat"] == 0.15 and within["lead_off"] == 0.3
    assert "rails unknown" in next(b["of"] for b in unknown if b["reason"] == "clipped")


def test_latency_is_the_sum_of_its_stages() -> None:
    latency = plan().start(fs=FS, channels=ELECTRODES).latency()
    assert latency["samples"] == pytest.approx(sum(s["samples"] for s in latency["stages"]))
    assert latency["stages"][-1]["stage"] == "GatedRms" and latency["stages"][-1]["samples"] == 249.5 + 100


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"cleaning": 5}, "cleaning is 5: expected a filter such as Bandpass"),
        ({"montage": ["L1"]}, "montage is .*: expected names of derived channels"),
        ({"montage": {"left": ("L1", "L2", "R1")}}, "montage is 'left': .*: expected names of derived channels"),
        ({"montage": {"left": 7}}, "montage is 'left': 7: expected names of derived channels"),
        ({"check": unguard.Rms()}, "check is .*: expected a SignalCheck, or None"),
        ({"level": "RMS"}, "level is 'RMS': expected a GatedRms, or None"),
        ({"heart": unguard.Rms()}, "heart is .*: expected an EcgSubtraction, or None"),
        ({"events": True}, "events is True: expected a SpasmDetector, or None"),
        ({"common_average": 3}, "common_average is 3: expected True or False"),
    ],
)
def test_a_wrong_plan_is_refused_by_name(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        unguard.Pipeline(**{"cleaning": unguard.Bandpass(), **wrong})


def test_a_wrong_start_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match='plus is "L1": expected one of "a", "b"'):
        plan().start(fs=FS, channels=["a", "b"])
    with pytest.raises(ConfigError, match=r"cleaning is .*: expected a chain that begins with Priming"):
        unguard.Pipeline(unguard.Bandpass()).start(fs=FS)
    with pytest.raises(ConfigError, match="rails_uV is 3: expected the lowest and the highest value"):
        plan().start(fs=FS, channels=ELECTRODES, rails_uV=3)
    with pytest.raises(ConfigError, match="high_rail is -1 uV: expected a finite number above low_rail"):
        plan().start(fs=FS, channels=ELECTRODES, rails_uV=(1, -1))
    with pytest.raises(ConfigError, match="step_uV is 'x': expected microvolts"):
        plan().start(fs=FS, channels=ELECTRODES, step_uV="x")
    with pytest.raises(ConfigError, match="block is 2 channels wide: expected 4 channels"):
        plan().start(fs=FS, channels=ELECTRODES).process(np.zeros((3, 2)))


def test_specs_are_values() -> None:
    assert unguard.SignalCheck() == unguard.SignalCheck(flat_within=0.15)
    assert unguard.GatedRms(window=0.1) != unguard.GatedRms()
    assert copy.copy(unguard.Levels(interval=0.1)) == unguard.Levels(interval=0.1)
    assert eval(repr(unguard.Residual(hum_share=0.5)), vars(unguard)) == unguard.Residual(hum_share=0.5)
