"""Of what the raw power is made. Truth: parts that were put in, each measured by its own Fourier transform."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import unguard
from numpy.typing import NDArray
from unguard.analysis import NoiseBudget, analyse
from unguard.analysis.budget import MOST_NOISE_UV
from unguard.recording import Annotation, Channel, Recording
from unguard.report.budget_figure import shares

FS = 2000.0
SECONDS = 120.0
N = round(FS * SECONDS)
TIME = np.arange(N) / FS


def _rms(x: NDArray[np.float64], low: float = 20.0, high: float = 450.0) -> float:
    power = np.abs(np.fft.rfft(x)) ** 2
    f = np.fft.rfftfreq(len(x), 1 / FS)
    return math.sqrt(2 * float(power[(f >= low) & (f <= high)].sum())) / len(x)


def _noise(seed: int, level: float) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(0, level, N)


def _parts() -> dict[str, NDArray[np.float64]]:
    """Return hum of 50 and 150 Hz, muscle for a third of the time, a heart, slow movement, and a floor."""
    quiet = unguard.Paraspinal(seed=4, duration=SECONDS, rate=FS, digitiser=None, ecg=None)
    beating = unguard.Paraspinal(seed=4, duration=SECONDS, rate=FS, digitiser=None, ecg=unguard.EcgArtefact())
    heart = unguard.simulate(beating).data[:, 0] - unguard.simulate(quiet).data[:, 0]
    muscle = unguard.Bandpass(low=20, high=450)(_noise(1, 30), fs=FS) * (TIME % 12 < 4)
    slow = unguard.Lowpass(cutoff=8.0)(_noise(2, 1), fs=FS)
    return {
        "muscle": muscle,
        "hum": 12 * np.sin(2 * np.pi * 50 * TIME) + 5 * np.sin(2 * np.pi * 150 * TIME + 1),
        "heart": 60 / float(np.max(np.abs(heart))) * heart,
        "movement": 12 * slow / float(np.std(slow)),
        "floor": _noise(3, 1.5),
    }


def _budget(x: NDArray[np.float64], step: float | None = None) -> NoiseBudget:
    channel = Channel("m", kind="EMG", step_uV=step)
    rest = [Annotation(0, SECONDS, "declared rest")]
    made = analyse(Recording(data=x[:, None], fs=FS, channels=[channel], annotations=rest)).channels[0].budget
    assert made is not None
    return made


def _sum_of_squares(budget: NoiseBudget) -> float:
    parts = (budget.muscle_uV, budget.floor_uV, budget.heart_uV, budget.hum_uV, budget.converter_uV)
    return sum(part**2 for part in parts if part is not None)


def test_parts_that_were_put_in_are_found_and_add_up() -> None:
    # Tolerances: of hum 3 %; of the heart 10 %, which beats with breath; of the floor 10 %, the quietest tenth being
    # quieter than the mean by 1.75 standard deviations of 1 / sqrt(430) of its power; of muscle 5 %; of movement
    # 6 %, for the bins of a second are that wide.
    parts = _parts()
    step = 0.5
    x = step * np.round(sum(parts.values()) / step)
    found = _budget(np.asarray(x), step)
    assert found.total_uV == pytest.approx(_rms(np.asarray(x)), rel=0.02)
    assert _sum_of_squares(found) == pytest.approx(found.total_uV**2, rel=1e-9)
    assert found.hum_uV == pytest.approx(_rms(parts["hum"]), rel=0.03)
    assert found.heart_uV == pytest.approx(_rms(parts["heart"]), rel=0.1)
    assert found.floor_uV == pytest.approx(_rms(parts["floor"]), rel=0.1)
    assert found.muscle_uV == pytest.approx(_rms(parts["muscle"]), rel=0.05)
    assert found.converter_uV == pytest.approx(step / math.sqrt(12) * math.sqrt(430 / 1000), rel=1e-9)
    assert found.movement_uV == pytest.approx(_rms(parts["movement"], 2, 15), rel=0.06)
    assert found.below_uV == pytest.approx(_rms(np.asarray(x), 2, 19.5), rel=0.05)
    assert sum(share for _, share in shares(found)) == pytest.approx(1)


@pytest.mark.parametrize("without", ["hum", "heart", "movement", "muscle"])
def test_what_was_not_put_in_is_not_found(without: str) -> None:
    # Truth: the part is not there; what is found of it is below a tenth of the whole.
    parts = _parts()
    del parts[without]
    found = _budget(np.asarray(sum(parts.values())))
    value = getattr(found, f"{without}_uV")
    if without == "heart":
        assert value is None
    else:
        assert value < 0.1 * found.total_uV
    # Exactly; where the others by themselves come to more, within 1 %.
    assert found.converter_uV is None
    exact = 1e-9 if found.muscle_uV > 0 else 0.01
    assert _sum_of_squares(found) == pytest.approx(found.total_uV**2, rel=exact)


def test_the_step_of_a_coarse_converter_is_its_noise_and_not_the_floor() -> None:
    # Truth: a quiet input, rounded: step^2 / 12, white to half the rate.
    step = 2.0
    found = _budget(step * np.round(_noise(3, 1.5) / step), step)
    assert found.converter_uV == pytest.approx(step / math.sqrt(12) * math.sqrt(430 / 1000), rel=1e-9)
    assert found.floor_uV is not None and found.floor_uV == pytest.approx(1.5 * math.sqrt(0.43), rel=0.2)


def test_a_muscle_that_never_rests_is_no_noise() -> None:
    # Truth: 20 uV throughout; skin and amplifier give no more than 5.
    x = unguard.Bandpass(low=20, high=450)(_noise(1, 30), fs=FS)
    found = _budget(x)
    assert found.floor_uV is None and found.quietest_uV > MOST_NOISE_UV
    assert found.muscle_uV == pytest.approx(_rms(x), rel=0.03)


def test_what_is_not_used_is_not_in_the_budget() -> None:
    # Truth: the same parts without the stretch that was lost.
    x = np.asarray(sum(_parts().values()))
    valid = np.ones((N, 1), dtype=bool)
    valid[50_000:90_000] = False
    spoilt = x.copy()
    spoilt[50_000:90_000] = x[49_999]
    recording = Recording(data=spoilt[:, None], fs=FS, channels=[Channel("m", kind="EMG")], valid=valid)
    found = analyse(recording).channels[0].budget
    assert found is not None
    assert found.hum_uV == pytest.approx(13 / math.sqrt(2), rel=0.03)
    assert found.total_uV == pytest.approx(_rms(np.delete(x, np.s_[50_000:90_000])), rel=0.03)


def test_without_a_spectrum_there_is_none() -> None:
    x = np.full((8000, 1), 3.0)
    made = analyse(Recording(data=x, fs=FS, channels=[Channel("m", kind="EMG")]))
    assert made.channels[0].budget is None and made.to_dict()["channels"][0]["noise_budget"] is None


def test_the_numbers_are_in_the_json() -> None:
    x = np.asarray(sum(_parts().values()))
    made = analyse(Recording(data=x[:20_000, None], fs=FS, channels=[Channel("m", kind="EMG")]))
    budget = made.channels[0].budget
    assert budget is not None
    assert made.to_dict()["channels"][0]["noise_budget"] == dataclasses.asdict(budget)
