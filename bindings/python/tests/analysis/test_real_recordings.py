"""Real contractions are found where they were annotated. Truth: the annotation files beside the recordings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from unguard import io
from unguard.analysis import analyse


def test_the_nine_contractions_of_emg_bursts_are_found_within_150_ms(
    real_data: Path, record_property: Callable[[str, object], None]
) -> None:
    # Truth: emg_bursts_annotations.csv, made offline and checked by eye; nothing is tuned, all defaults.
    bursts = np.loadtxt(real_data / "plux/emg_bursts_annotations.csv", delimiter=",", skiprows=1)
    made = analyse(io.read(real_data / "plux/emg_bursts.h5"))
    assert [e.kind for e in made.events] == ["ACTIVITY"] * 9
    onsets = np.array([e.onset_s for e in made.events])
    errors_ms = 1000 * (onsets - bursts[:, 0])
    record_property("events", len(onsets))
    record_property("onset_errors_ms", " ".join(f"{e:.0f}" for e in errors_ms))
    assert np.max(np.abs(errors_ms)) < 150
    assert all(e.offset_s > end - 0.150 for e, end in zip(made.events, bursts[:, 1], strict=True))


def test_hum_at_rest_is_named_and_taken_out_when_asked(real_data: Path) -> None:
    # Truth: README, 50 Hz stands 20 to 32 dB above its neighbours in this trial.
    recording = io.read(real_data / "plux/game_0_1.txt")
    plain, notched = analyse(recording), analyse(recording, mains=50)
    assert any("--mains 50" in text for text in plain.remarks)
    assert not any("--mains" in text for text in notched.remarks)
    for before, after in zip(plain.channels, notched.channels, strict=True):
        assert (before.levels.hum_share_at_rest or 0) > 0.4
        assert (after.levels.rms_uV or 0) < 0.85 * (before.levels.rms_uV or 0)


def test_the_same_muscle_on_two_devices_gives_the_same_contractions(real_data: Path) -> None:
    # Truth: README, one muscle recorded by two hubs at once with 16 and 8 bit; the 8-bit one may split a contraction.
    file = real_data / "plux/emg_1000_hz_8_16_bits.h5"
    fine, coarse = (analyse(io.read(file, device=d)) for d in ("00:07:80:D8:A7:F9", "00:07:80:D8:A8:82"))
    assert 0 <= len(coarse.events) - len(fine.events) <= 1
    assert all(c.levels.flat_share == 0 for c in [*fine.channels, *coarse.channels])
