"""Sessions: truth is the parts one after the other, and faults put at known samples."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

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
    marks = np.zeros(len(x), np.uint32)
    marks[2000:2200] = unguard.MARKS["missing"]
    readings, _ = unguard.Pipeline(CLEANING)(x, fs=FS, marks=marks)
    assert all(r.value_uV is None for r in readings if 2000 <= r.at < 2200)


def spasms(rest: NDArray[np.float64]) -> unguard.SpasmDetector:
    return unguard.SpasmDetector(rest=unguard.calibrate_rest(rest, fs=FS, band="20 to 450 Hz"))


def in_context(rest: NDArray[np.float64]) -> unguard.EventDetector:
    known = unguard.calibrate_activity(rest, fs=FS, band="20 to 450 Hz")
    return unguard.EventDetector().calibrated(known)


DETECTORS = [spasms, in_context]


@pytest.mark.parametrize("made", DETECTORS)
def test_events_come_from_the_cleaned_signal(made: Callable[[NDArray[np.float64]], Any]) -> None:
    x = emg(12, 1, 2)[:, 0]
    x[16000:18000] *= 30
    detector = made(unguard.Bandpass()(x[1000:14000], fs=FS))
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
    gated = unguard.Pipeline(CLEANING, heart=unguard.HeartGate())
    values, given, why = {}, {}, set()
    for name, session in (("with", taken), ("without", left), ("gated", gated)):
        late = [r for r in session(muscle + beats, fs=FS)[0] if r.at > 40 * FS]
        values[name] = np.mean([r.value_uV for r in late if r.value_uV is not None])
        given[name] = np.mean([r.value_uV is not None for r in late])
        if name == "without":
            why = {reason for r in late if r.value_uV is None for reason in r.reasons}
    truth = np.mean([r.value_uV for r in left(muscle, fs=FS)[0] if r.at > 40 * FS])
    assert abs(values["with"] / truth - 1) < 0.05
    assert abs(values["gated"] / truth - 1) < 0.05
    assert gated.start(fs=FS).latency()["samples"] == left.start(fs=FS).latency()["samples"] + 120
    # Where it stays in, what is mostly heart has no value, and says so.
    assert given["with"] > 0.95 and given["gated"] > 0.95 and given["without"] < 0.9
    assert "heart" in why


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
        "noise",
        "low_snr",
        "heart",
    }
    within = {b["reason"]: b["within_s"] for b in known}
    assert within["clipped"] == 0 and within["flat"] == 0.15 and within["lead_off"] == 0.3
    assert "rails unknown" in next(b["of"] for b in unknown if b["reason"] == "clipped")


def test_readings_are_a_row_and_an_array() -> None:
    x = emg(3, 4)
    x[2000:3000, 1] = 5
    readings, _ = plan()(x, fs=FS, channels=ELECTRODES)
    one_by_one = list(readings)
    assert len(readings) == len(one_by_one) and readings == one_by_one and one_by_one == readings
    assert readings != one_by_one[:-1] and readings != "readings" and readings[:0] == []
    assert readings[0] == one_by_one[0] and readings[-1] == one_by_one[-1]
    assert readings[1:9:3] == one_by_one[1:9:3] and readings[::-1] == one_by_one[::-1]
    with pytest.raises(IndexError, match="out of range"):
        readings[len(readings)]
    with pytest.raises(TypeError, match="must be integers or slices"):
        readings["first"]
    made = readings.to_array()
    assert set(made.dtype.names) == {"channel", "at", "value_uV", "trust", "reasons"} and made.shape == (len(readings),)
    names = {code: name for name, code in unguard.TRUST.items()}
    for row, reading in zip(made, one_by_one, strict=True):
        assert (row["channel"], row["at"], names[row["trust"]]) == (reading.channel, reading.at, reading.trust)
        assert {name for name, bit in unguard.MARKS.items() if row["reasons"] & bit} == set(reading.reasons)
        assert np.isnan(row["value_uV"]) if reading.value_uV is None else row["value_uV"] == reading.value_uV
    assert len(set(made["trust"])) > 1


def test_a_session_says_how_far_each_channel_is_trusted_and_since_when() -> None:
    x = emg(3, 4)
    live = plan(readings=unguard.Levels(interval=0.02)).start(fs=FS, channels=ELECTRODES)
    assert live.period == 0.02 * FS
    assert live.trust == ["WARMUP"] * 2 and live.trust_since == [0, 0]
    live.process(x)
    assert live.trust == ["OK"] * 2
    began = live.trust_since[0]
    readings = plan(readings=unguard.Levels(interval=1 / FS))(x, fs=FS, channels=ELECTRODES)[0].to_array()
    first = readings[(readings["channel"] == 0) & ~np.isnan(readings["value_uV"])]["at"][0]
    assert began == first
    lost = x[:1000].copy()
    lost[:, 1] = 5
    live.process(lost)
    assert live.trust == ["INVALID", "OK"] and len(x) < live.trust_since[0] < live.position
    live.reset()
    assert live.trust == ["WARMUP"] * 2 and live.position == 0


def test_a_session_that_begins_later_says_the_same_later() -> None:
    x = emg(3, 4)
    live = plan().start(fs=FS, channels=ELECTRODES)
    here = live.process(x)[0].to_array()
    live.begin_at(1_000_000)
    assert live.position == 1_000_000 and live.trust_since == [1_000_000] * 2
    there = live.process(x)[0].to_array()
    assert np.array_equal(there["at"], here["at"] + 1_000_000)
    assert np.array_equal(there["value_uV"], here["value_uV"], equal_nan=True)
    live.finish()
    live.begin_at(0)
    assert np.array_equal(live.process(x)[0].to_array()["at"], here["at"])
    for wrong in (-1, 2**60 + 1, 0.5, "now", True):
        with pytest.raises(ConfigError, match=r"at is .*: expected a whole number from 0 to 2\^60"):
            live.begin_at(wrong)


def test_no_level_below_the_noise_of_the_converter_is_believed() -> None:
    x = CLEANING(emg(4, 1, 3), fs=FS)
    session = unguard.Pipeline(CLEANING)
    quiet, loud = (session(x, fs=FS, noise_uV=noise)[0].to_array() for noise in (0.5, 6))
    assert np.isfinite(quiet["value_uV"][-20:]).all()
    assert np.isnan(loud["value_uV"]).all()
    assert (loud["reasons"][-20:] & unguard.MARKS["flat"]).all()


@pytest.mark.parametrize("made", DETECTORS)
def test_what_is_declared_gives_events_their_context(made: Callable[[NDArray[np.float64]], Any]) -> None:
    x = emg(12, 1, 2)[:, 0]
    x[16000:18000] *= 30
    detector = made(unguard.Bandpass()(x[1000:14000], fs=FS))
    live = unguard.Pipeline(CLEANING, events=detector).start(fs=FS)
    live.process(x[:1000])
    live.declare("rest begins", at=1000)
    with pytest.raises(ConfigError, match="at is 999: expected a sample still to come"):
        live.declare("rest ends", at=999)
    with pytest.raises(ConfigError, match="marker is 'noon': expected one of"):
        live.declare("noon", at=5000)
    with pytest.raises(ConfigError, match="value is 'much': expected a finite number"):
        live.declare("pain", at=5000, value="much")
    events = live.process(x[1000:])[1] + live.finish()[1]
    assert [(e.context, e.kind) for e in events if e.report == "CLOSE"] == [("rest", "PHASIC BURST")]
    with pytest.raises(ConfigError, match="the stream is finished"):
        live.declare("rest ends", at=30_000)
    with pytest.raises(ConfigError, match="events is None: expected a detector in the Pipeline"):
        unguard.Pipeline(CLEANING).start(fs=FS).declare("rest begins", at=0)


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
        ({"heart": unguard.Rms()}, "heart is .*: expected an EcgSubtraction, a HeartGate, or None"),
        ({"events": True}, "events is True: expected a SpasmDetector, an EventDetector, or None"),
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
    with pytest.raises(ConfigError, match="noise_uV is 'little': expected microvolts, or None"):
        plan().start(fs=FS, channels=ELECTRODES, noise_uV="little")
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


def busy() -> tuple[unguard.Pipeline, NDArray[np.float64]]:
    """Return a session with all its stages, and a stream that keeps them busy."""
    x = emg(12, 4, 2)
    x[16000:18000, 0] *= 30
    x[:, 2] += 40 * np.sin(2 * np.pi * 50 * np.arange(len(x)) / FS)
    session = plan(
        mains=unguard.LineCanceller(frequency=50),
        heart=unguard.EcgSubtraction(),
        events=unguard.SpasmDetector(learn=2),
    )
    return session, x


def test_a_session_goes_on_from_its_copy_and_from_its_saved_state() -> None:
    session, x = busy()
    whole = session.start(fs=FS, channels=ELECTRODES)
    expected = whole.process(x)
    assert len(expected[1]) == 2
    live = session.start(fs=FS, channels=ELECTRODES)
    live.declare("bending", at=20_001)
    before = live.process(x[:17_003])
    state = live.save()
    other = session.start(fs=FS, channels=ELECTRODES)
    other.process(x[:5000])
    other.load(state)
    for one in (copy.copy(live), copy.deepcopy(live), other, live):
        after = one.process(x[17_003:])
        assert [*before[0], *after[0]] == expected[0]
        assert [*before[1], *after[1]] == expected[1]
        assert one.position == len(x)
        with pytest.raises(ConfigError, match="at is 20001: expected a sample still to come"):
            one.declare("standing", at=20_001)
    with pytest.raises(ConfigError, match=r"state is .* bytes: expected the state of the same session"):
        plan().start(fs=FS, channels=ELECTRODES).load(state)
    with pytest.raises(ConfigError, match="state is 'state': expected the bytes save"):
        live.load("state")


def test_a_session_changes_its_plan_on_the_way() -> None:
    x = emg(4, 4)
    live = plan().start(fs=FS, channels=ELECTRODES)
    live.process(x[:6000])
    since = live.trust_since
    live.change(plan(readings=unguard.Levels(interval=0.05)))
    assert live.period == 100 and live.position == 6000
    assert live.trust == ["OK"] * 2 and live.trust_since == since
    readings, _ = live.process(x[6000:8000])
    whole = plan()(x[:8000], fs=FS, channels=ELECTRODES)[0]
    at = [r for r in whole if r.at >= 6000 and (r.at + 1) % 100 == 0]
    assert readings == at
    live.change(plan())
    assert live.period == 20
    with pytest.raises(ConfigError, match="plan is a Pipeline with another montage"):
        live.change(unguard.Pipeline(CLEANING))
    with pytest.raises(ConfigError, match="plan is None: expected a Pipeline"):
        live.change(None)


def test_a_session_vouches_for_no_reading_of_a_device_that_stalls_or_runs_at_another_rate() -> None:
    x = CLEANING(emg(8, 4), fs=FS)  # white noise would be called that
    for share, reason in ((1.0, "stale"), (1.02, "wrong_rate")):
        live = plan(watch=unguard.StreamWatch()).start(fs=FS, channels=ELECTRODES)
        clock = 1e5
        assert [r.trust for r in live.standing(now=clock)] == ["WARMUP"] * 2
        for i in range(0, len(x), 100):
            live.process(x[i : i + 100])
            clock = 1e5 + (i + 100) / FS / share
            live.arrived(i + 100, at=clock)
            if i == 8000:
                assert all(r.value_uV is not None and not r.reasons for r in live.standing(now=clock + 0.05))
        standing = live.standing(now=clock + (0.2 if reason == "stale" else 0))
        assert [r.value_uV for r in standing] == [None] * 2
        assert all(reason in r.reasons for r in standing)
        assert live.trust == ["OK"] * 2
    with pytest.raises(ConfigError, match="watch is None: expected a StreamWatch in the Pipeline"):
        plan().start(fs=FS, channels=ELECTRODES).arrived(1, at=0)
    with pytest.raises(ConfigError, match="watch is 'watch': expected a StreamWatch, or None"):
        plan(watch="watch")
