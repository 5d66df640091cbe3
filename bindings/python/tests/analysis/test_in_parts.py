"""An analysis that reads some channels at a time. Truth: the analysis of the whole, whose bits it has to give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import unguard
from unguard.analysis import analyse
from unguard.analysis.in_parts import analyse_in_parts
from unguard.recording import Recording
from unguard.simulated_recording import to_recording

DATA = Path(__file__).parents[4] / "data"


def _by_parts(recording: Recording, count: int, **options: Any) -> unguard.analysis.Analysis:
    names = recording.names

    def read(part: Sequence[str]) -> Recording:
        assert len(part) <= count
        return recording.select(part)

    return analyse_in_parts(read, [names[i : i + count] for i in range(0, len(names), count)], **options)


def _plain(made: unguard.analysis.Analysis) -> dict[str, Any]:
    return {key: value for key, value in made.to_dict().items() if key != "made_at"}


@pytest.mark.parametrize("count", [1, 3, 5])
@pytest.mark.parametrize("name", ["contaminated", "guarded"])
def test_parts_give_the_bits_of_the_whole(name: str, count: int) -> None:
    # The heart of "contaminated" is heard on all channels together.
    recording = unguard.io.read(DATA / f"{name}.bdf")
    whole, parts = analyse(recording), _by_parts(recording, count)
    assert _plain(parts) == _plain(whole)
    for one, other in zip(parts.channels, whole.channels, strict=True):
        assert np.array_equal(one.envelope_uV, other.envelope_uV, equal_nan=True)


def test_channels_come_in_the_order_they_are_asked_for() -> None:
    recording = unguard.io.read(DATA / "guarded.bdf")
    wanted = [recording.names[2], recording.names[0]]
    made = _by_parts(recording, 1, channels=wanted, mains=50)
    assert _plain(made) == _plain(analyse(recording, channels=wanted, mains=50))


def test_refusals_are_those_of_the_whole() -> None:
    recording = unguard.io.read(DATA / "guarded.bdf")
    with pytest.raises(unguard.ConfigError, match="channels is 'nobody'"):
        _by_parts(recording, 2, channels=["nobody"])
    with pytest.raises(unguard.ConfigError, match="parts is"):
        analyse_in_parts(recording.select, [])


def test_levels_of_a_span_are_those_of_what_lies_in_it() -> None:
    # Truth: a level that doubles at 10 s, white noise of a known RMS in the band.
    fs, n = 2000.0, 40_000
    x = np.random.default_rng(5).normal(0, 10, (n, 1)) * np.where(np.arange(n) < n // 2, 1.0, 2.0)[:, None]
    recording = Recording(x, fs, [unguard.recording.Channel("a")])
    made = _by_parts(recording, 1, spans=lambda about: [(0.0, 9.5), (10.5, 20.0), (3.0, 3.5), (19.999, 20.0)])
    low, high, short, least = made.channels[0].spans
    in_band = 10 * math.sqrt((450 - 20) / (fs / 2))
    assert low.rms_uV == pytest.approx(in_band, rel=0.03) and high.rms_uV == pytest.approx(2 * in_band, rel=0.03)
    assert low.arv_uV == pytest.approx(in_band * math.sqrt(2 / math.pi), rel=0.03)
    assert low.median_envelope_uV == pytest.approx(in_band, rel=0.05)
    assert low.median_hz == pytest.approx(235, abs=15) and low.believable_share == 1.0
    assert high.believed_s == pytest.approx(9.5 - made.method.delay_samples / fs)  # what is late never came out
    assert short.median_hz is None and short.active_share is None and short.rms_uV is not None
    assert least.rms_uV is None and least.believed_s == 0.0


def test_a_span_that_is_the_whole_has_the_levels_of_the_whole() -> None:
    recording = to_recording(unguard.simulate("guarded", seconds=40, seed=4, fs=1000))
    made = _by_parts(recording, 5, spans=lambda about: [(0.0, about.samples / about.fs)])
    for channel in made.channels:
        (span,) = channel.spans
        assert span.rms_uV == pytest.approx(channel.levels.rms_uV, rel=1e-3)
        assert span.believable_share == channel.belief.share
        assert channel.spectrum is not None
        assert span.median_hz == pytest.approx(channel.spectrum.median_hz, rel=1e-5)
        assert span.active_share == pytest.approx(channel.levels.active_share, abs=1e-3)
