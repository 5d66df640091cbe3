"""What is no signal is not believed, and never looks like a relaxed muscle. Truth: where the fault was put in."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import unguard
from numpy.typing import NDArray
from unguard.analysis import analyse
from unguard.recording import Annotation, Channel, Recording

FS = 1000.0


def _noise(seconds: float = 30.0, level: float = 2.0, seed: int = 3) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(0, level, round(seconds * FS))


def _recording(*columns: NDArray[np.float64], valid: NDArray[np.bool_] | None = None) -> Recording:
    channels = [Channel(f"muscle {i}", kind="EMG") for i in range(1, len(columns) + 1)]
    return Recording(data=np.column_stack(columns), fs=FS, channels=channels, valid=valid)


def _with_burst(x: NDArray[np.float64], at: float, seconds: float, level: float) -> NDArray[np.float64]:
    first, last = round(at * FS), round((at + seconds) * FS)
    x = x.copy()
    x[first:last] += np.random.default_rng(9).normal(0, level, last - first)
    return x


def test_a_channel_without_contact_has_no_level_and_is_named() -> None:
    made = analyse(_recording(_noise(), np.full(30_000, 1234.5)))
    good, off = made.channels
    assert good.levels.rest_uV is not None and off.levels.rest_uV is None
    assert (off.levels.rms_uV, off.levels.arv_uV, off.levels.peak_envelope_uV) == (None, None, None)
    assert off.levels.believable_share == 0 and off.levels.flat_share == 1
    assert np.all(np.isnan(off.envelope_uV)) and off.spectrum is None and not off.events
    assert any("not relaxation" in text for text in off.remarks)


def test_contact_lost_for_a_while_does_not_lower_the_level_of_rest() -> None:
    x = _noise()
    clean = analyse(_recording(x)).channels[0]
    x[8000:16000] = x[8000]
    made = analyse(_recording(x)).channels[0]
    assert made.levels.flat_share == pytest.approx(8 / 30, abs=0.001)
    assert made.levels.clipped_share == 0
    assert made.levels.rest_uV == pytest.approx(clean.levels.rest_uV, rel=0.1)
    assert np.isnan(made.envelope_uV[(made.envelope_time_s > 8.2) & (made.envelope_time_s < 16)]).all()
    assert not made.events


def test_a_signal_that_touches_the_rail_is_clipped_and_not_flat() -> None:
    x = np.clip(_with_burst(_noise(), 10, 2, 400), -500, 500)
    made = analyse(_recording(x)).channels[0]
    # At 500 uV and 400 uV RMS a fifth of the samples is at the rail, but only runs of three and more are told.
    assert made.levels.clipped_share > 0 and made.levels.flat_share == 0
    assert any("at its limit" in text for text in made.remarks)


def test_missing_samples_are_not_used() -> None:
    x = _noise()
    valid = np.ones((30_000, 1), dtype=bool)
    valid[5000:6000] = False
    x[5000:6000] = x[4999]
    made = analyse(_recording(x, valid=valid)).channels[0]
    assert made.levels.missing_share == pytest.approx(1 / 30, abs=1e-6)
    assert made.levels.flat_share == 0
    assert not made.events
    inside = (made.envelope_time_s > 5.1) & (made.envelope_time_s < 6.0)
    assert np.isnan(made.envelope_uV[inside]).all()


def test_a_record_that_begins_without_contact_does_not_ring_when_contact_comes() -> None:
    # An electrode offset of 30 mV would be an event if the filters began at zero.
    x = 30_000 + _noise()
    x[:4000] = 0.0
    made = analyse(_recording(x)).channels[0]
    assert not made.events
    assert (made.levels.peak_envelope_uV or 0) < 10
    assert np.isnan(made.envelope_uV[made.envelope_time_s < 3.9]).all()


def test_an_electrode_offset_is_no_event() -> None:
    made = analyse(_recording(300_000 + _noise()))
    assert not made.events
    assert (made.channels[0].levels.peak_envelope_uV or 0) < 10


def test_hum_of_an_open_input_is_an_artefact_and_no_spasm_like_activity() -> None:
    time = np.arange(30_000) / FS
    x = _noise()
    hum = 400 * np.sin(2 * np.pi * 50 * time) + 80 * np.sin(2 * np.pi * 150 * time)
    x[12_000:15_000] = hum[12_000:15_000]
    recording = dataclasses.replace(_recording(x), annotations=[Annotation(0, 30, "declared rest")])
    made = analyse(recording)
    assert [e.kind for e in made.events] == ["ARTEFACT"]
    assert "hum" in made.events[0].reasons
    assert made.channels[0].levels.active_share == 0
    assert (made.channels[0].levels.peak_envelope_uV or 0) < 10
    assert made.channels[0].levels.believable_share < 0.91


def test_a_strong_contraction_is_no_artefact() -> None:
    recording = dataclasses.replace(
        _recording(_with_burst(_noise(), 12, 3, 100)), annotations=[Annotation(0, 30, "declared rest")]
    )
    assert [e.kind for e in analyse(recording).events] == ["TONIC"]


def test_an_event_that_the_record_cuts_off_says_so() -> None:
    made = analyse(_recording(_with_burst(_noise(), 28, 2, 60)))
    assert made.events[-1].reasons == ["record ends"]
    assert any("ends during an event" in text for text in made.channels[0].remarks)


def test_a_record_too_short_to_know_the_rest_has_levels_and_says_why_it_has_no_events() -> None:
    made = analyse(_recording(_noise(1.0)))
    only = made.channels[0]
    assert only.levels.rms_uV == pytest.approx(2.0, rel=0.25)
    assert only.rest is None and not made.events
    assert "2 s are needed" in only.no_events_because


def test_a_signal_that_repeats_itself_has_no_spread_and_no_events() -> None:
    made = analyse(_recording(np.arange(5000) % 5 * 1000.0))  # five samples: both windows hold whole periods
    assert made.channels[0].rest is None and not made.events
    assert "no rest could be found" in made.channels[0].no_events_because


def test_nan_in_the_recording_is_refused_by_name() -> None:
    x = _noise()
    x[77] = np.nan
    with pytest.raises(unguard.ConfigError, match="nan at sample 77 of muscle 1"):
        _recording(x)


@pytest.mark.parametrize("open_input", ["dither", "noise"])
def test_an_electrode_that_lifts_is_no_rest(open_input: str) -> None:
    # Truth: 40 s of 3 uV, then 20 s of one step of dither or 0.3 uV; an activity of 10 s lies in the first part.
    x = _with_burst(_noise(60, 3), 20, 10, 30)
    random = np.random.default_rng(1)
    x[40_000:] = 0.1 * random.integers(-1, 2, 20_000) if open_input == "dither" else random.normal(0, 0.3, 20_000)
    made = analyse(_recording(x)).channels[0]
    assert made.levels.rest_uV == pytest.approx(2.76, rel=0.1)
    assert made.levels.weak_share == pytest.approx(1 / 3, abs=0.01)
    assert made.levels.believable_share == pytest.approx(2 / 3, abs=0.01)
    # A quarter of what is believed and not a sixth of all.
    assert made.levels.active_share == pytest.approx(0.25, abs=0.02)
    assert made.trace_bad[-100:].all() and np.isnan(made.envelope_uV[made.envelope_time_s > 40.1]).all()
    assert any("weaker than any electrode on skin" in text for text in made.remarks)


def test_an_open_input_throughout_has_no_level() -> None:
    # Truth: steady dither of 0.1 uV is no muscle in another unit.
    made = analyse(_recording(500 + 0.1 * np.random.default_rng(1).integers(-1, 2, 30_000))).channels[0]
    assert made.levels.weak_share == 1 and made.levels.rest_uV is None and made.levels.active_share is None


@pytest.mark.parametrize(
    ("fs", "level", "band"), [(1000.0, 0.25, "20 and 450"), (10_000.0, 0.9, "20 and 450"), (400.0, 0.15, "20 and 180")]
)
def test_weak_noise_on_a_big_offset_is_told_of_the_band(fs: float, level: float, band: str) -> None:
    # Truth: a reader sees 30 mV, and up to 1 uV of noise on it; in the band it is below the floor.
    x = 30_000 + np.random.default_rng(5).normal(0, level, (round(30 * fs), 1))
    made = analyse(Recording(data=x, fs=fs, channels=[Channel("a", kind="EMG")]))
    only = made.channels[0]
    assert only.levels.weak_share == 1 and only.levels.flat_share == 0
    (told,) = [text for text in only.remarks if "weaker" in text]
    floor = f"{made.method.least_uV:.2g} uV"
    assert told.startswith(f"Between {band} Hz, the band used here, the signal stays below {floor} for 30 s (100 %), ")
    assert "An offset or a drift outside the band says nothing about it." in told


def test_noise_of_skin_on_a_big_offset_is_not_weak() -> None:
    # Truth: 1 uV of noise at 2 kHz is 0.66 uV between 20 and 450 Hz.
    x = 30_000 + np.random.default_rng(5).normal(0, 1, (60_000, 1))
    only = analyse(Recording(data=x, fs=2000.0, channels=[Channel("a", kind="EMG")])).channels[0]
    assert only.levels.rms_uV == pytest.approx(0.66, rel=0.05)
    assert only.levels.weak_share == 0 and not any("skin" in text for text in only.remarks)


def test_a_wrong_unit_is_a_remark() -> None:
    # Truth: millivolts called microvolts rise and fall as muscle does, a thousand times too weak.
    made = analyse(_recording(_with_burst(_noise(), 10, 5, 60) / 1000)).channels[0]
    assert made.levels.weak_share == 0 and made.rest is not None
    # A live session would believe none of it: so little comes from no electrode.
    assert made.belief.share == 0 and list(made.belief.reasons) == ["flat"]
    assert not any("no events" in text.lower() for text in made.remarks)
    assert any("the unit may be another one" in text and "Between 20 and 450 Hz" in text for text in made.remarks)


def test_a_unit_too_small_is_a_remark_too() -> None:
    # Truth: microvolts called millivolts are a thousand times too strong; the strongest muscle is not.
    x = _with_burst(_noise(), 10, 5, 60)
    (wrong, right) = (analyse(_recording(k * x)).channels[0].remarks for k in (1000, 10))
    assert any("more than any muscle gives through skin: the unit may be another one" in text for text in wrong)
    assert not any("unit" in text for text in right)


def test_the_noise_of_an_amplifier_on_skin_is_believed() -> None:
    # Truth: 0.5 uV of sensor noise; sampled at 2 kHz a third of it lies outside the band.
    for fs in (1000.0, 2000.0):
        x = np.random.default_rng(2).normal(0, 0.5, (round(60 * fs), 1))
        made = analyse(Recording(data=x, fs=fs, channels=[Channel("a", kind="EMG")])).channels[0]
        assert made.levels.weak_share < 0.03, fs


def test_coarse_steps_of_a_converter_are_not_called_weak() -> None:
    # Truth: a resting muscle of 0.6 uV in steps of 3 uV shows next to nothing.
    x = 3 * np.round(_noise(30, 0.8) / 3)
    assert analyse(_recording(x)).channels[0].levels.weak_share == 0


def test_less_than_a_second_to_believe_gives_no_share_of_activity() -> None:
    # Truth: 0.9 s of signal and nothing else.
    x = _noise(30)
    x[900:] = x[900]
    assert analyse(_recording(x)).channels[0].levels.active_share is None
