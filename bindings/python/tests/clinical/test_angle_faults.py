"""Trunk angles that fail: clipped, from elsewhere, missing, of another unit or joint. Truth: simulated bends."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import unguard
from numpy.typing import NDArray
from unguard import ConfigError
from unguard.clinical import BendAnalysis, analyse_bends, bends, levels_by_angle, trunk_angle
from unguard.clinical.angle_remarks import says_trunk
from unguard.recording import Recording
from unguard.report.bend_page import bend_html, bend_in_short
from unguard.simulated_recording import to_recording

NOISE = 0.4
ERR = math.hypot(41, 1.5) / math.hypot(10, 1.5)


@pytest.fixture(scope="module")
def guarded() -> Recording:
    """Three bends at 1 kHz behind 20 s of rest, standing at 2 and hanging at 60 degrees."""
    spec = unguard.scenario("guarded", seconds=20 + 3 * 16 * 1.12, seed=2, fs=1000.0)
    return to_recording(unguard.simulate(spec.replace(bending=spec.bending.replace(spikes=0))))


def by(recording: Recording, degrees: NDArray[np.float64], **channel: Any) -> BendAnalysis:
    """The bends by another angle."""
    data = recording.data.copy()
    data[:, -1] = degrees
    channels = [*recording.channels[:-1], dataclasses.replace(recording.channels[-1], **channel)]
    return analyse_bends(dataclasses.replace(recording, data=data, channels=channels), noise=NOISE, heart=False)


def said(made: BendAnalysis, text: str) -> bool:
    return any(text in remark for remark in made.remarks)


def nothing_is_told(made: BendAnalysis) -> bool:
    return all(
        made.bends.ratio("ERR", m) is None and made.bends.silent_share(m) is None and made.bends.clear(m) == 0
        for m in made.muscles
    )


def test_whole_angles_stay_clear(guarded: Recording) -> None:
    degrees = guarded.data[:, -1]
    rng = np.random.default_rng(1)
    for step, noise in ((0, 0), (0.1, 0), (1, 0), (5, 0), (0.1, 0.1), (0, 0.3)):
        read = degrees + noise * rng.standard_normal(len(degrees))
        made = by(guarded, step * np.round(read / step) if step else read)
        assert [made.bends.clear(m) for m in made.muscles] == [3] * 4, (step, noise)
        assert not said(made, "trunk") and "by the angle 'trunk angle', " in bend_in_short(made)[0]


def test_an_angle_at_the_end_of_its_range_is_no_hold(guarded: Recording) -> None:
    degrees = guarded.data[:, -1]
    for end in (30.0, 40.0, 50.0, 56.0):
        made = by(guarded, np.minimum(degrees, end))
        assert made.count == 3 and nothing_is_told(made), end
        assert said(made, "stops dead in 3 of 3 bends")
        assert "degrees deep" not in bend_in_short(made)[0] and "nan" not in bend_html(made)


def test_an_angle_from_elsewhere_is_said(guarded: Recording) -> None:
    degrees = guarded.data[:, -1]
    for read, text in (
        (90 - degrees, "begins and ends bent"), (degrees + 90, '"stands" at 92'), (-degrees - 20, '"stands" at -')
    ):  # fmt: skip
        made = by(guarded, read)
        assert made.count > 0 and nothing_is_told(made)
        assert said(made, text) and said(made, "does its angle count the other way")
    x = np.column_stack([guarded.data[:, 0], 90 - degrees])
    found = levels_by_angle(x, fs=guarded.fs, channels=["a", "trunk"], angle="trunk")
    assert found.bends and all("not upright" in b.doubts for b in found.bends)


def test_bends_that_a_gap_cuts_off_are_counted(guarded: Recording) -> None:
    holds = [round(a.onset_s * guarded.fs) for a in guarded.annotations if a.text == "full flexion"]
    assert len(holds) == 3
    for gaps, left in ((holds[1:2], 2), (holds, 0)):
        valid = np.ones(guarded.data.shape, dtype=bool)
        for at in gaps:
            valid[at + 500 : at + 1250, -1] = False
        made = analyse_bends(dataclasses.replace(guarded, valid=valid), noise=NOISE, heart=False)
        assert made.count == left and made.bends.lost == len(gaps) == made.to_dict()["bends_lost_to_angle_gaps"]
        assert said(made, f"{len(gaps)} bend") and said(made, "lost to gaps in the trunk angle of more than 0.5 s")
        assert said(made, "The trunk angle is missing for")
    assert "3 could not be followed" in bend_in_short(made)[0] and not said(made, "No bend was found")


def test_a_gap_is_the_same_live(guarded: Recording) -> None:
    hold = round(next(a.onset_s for a in guarded.annotations if a.text == "full flexion") * guarded.fs)
    x = np.ascontiguousarray(guarded.data[:, [0, -1]])
    marks = np.zeros(x.shape, dtype=np.uint32)
    marks[hold + 500 : hold + 1250, 1] = unguard.MARKS["missing"]
    found = bends(x, fs=guarded.fs, channels=["a", "trunk"], angle="trunk", marks=marks)
    live = found.spec.start(fs=guarded.fs, channels=["a", "trunk"])
    assert len(live.process(x, marks=marks)) == len(found.bends) == 2 and live.lost == found.lost == 1


def test_degrees_are_read_however_they_are_spelled(guarded: Recording, tmp_path: Path) -> None:
    for unit in ("deg", "°", "degrees", "degree", "Deg", "Degrees"):
        file = tmp_path / "bends.csv"
        rows = [f"{i / 1000:.3f},{a:.3f},{b:.2f}" for i, (a, b) in enumerate(guarded.data[:1000, [0, 4]])]
        file.write_text(f"time [s],longissimus L [uV],trunk angle [{unit}]\n" + "\n".join(rows), encoding="utf-8")
        read = unguard.io.read(file)
        assert [(c.name, c.unit) for c in read.channels] == [("longissimus L", "uV"), ("trunk angle", "deg")], unit
        assert by(guarded, guarded.data[:, -1], unit=unit).bends.phases_by == "angle"


def test_radians_called_degrees_and_a_dead_sensor_are_said(guarded: Recording) -> None:
    for degrees in (np.deg2rad(guarded.data[:, -1]), np.full(guarded.samples, 3.0)):
        made = by(guarded, degrees)
        assert made.count == 0 and said(made, "in the whole recording: is it in radians")
    made = by(guarded, 1000 * guarded.data[:, -1])
    assert made.count == 0 and said(made, "lies beyond 720 degrees for")


def test_an_angle_of_another_joint_is_named(guarded: Recording) -> None:
    made = by(guarded, guarded.data[:, -1], name="right knee")
    assert said(made, "'right knee' is taken for the trunk angle") and "'right knee'" in bend_in_short(made)[0]
    data = dataclasses.replace(
        guarded, channels=[*guarded.channels[:-1], dataclasses.replace(guarded.channels[-1], name="right knee")]
    )
    named = analyse_bends(data, angle="right knee", noise=NOISE, heart=False)
    assert not said(named, "is taken for the trunk angle")
    for name in ("trunk angle", "Thorax", "lumbar", "spine", "back incl.", "flexion", "inclination"):
        assert says_trunk(name)
    for name in ("knee flexion", "elbow", "skin temperature", "hip flexion", "goniometer 1"):
        assert not says_trunk(name)


def test_a_side_that_is_missing_is_said(guarded: Recording) -> None:
    made = analyse_bends(guarded.select(["longissimus L", "multifidus R", "trunk angle"]), noise=NOISE, heart=False)
    assert not made.sides and said(made, "of longissimus L, multifidus R: the other side is not there")
    names = ["LES", "longissimusL", "multifidus lt", "multifidus rt"]
    channels = [dataclasses.replace(c, name=n) for c, n in zip(guarded.channels, names, strict=False)]
    made = analyse_bends(dataclasses.replace(guarded, channels=[*channels, guarded.channels[-1]], annotations=[]),
                         noise=NOISE, heart=False)  # fmt: skip
    assert said(made, "of LES, longissimusL: the names do not say the side") and {s.muscle for s in made.sides} == {
        "multifidus"
    }


def test_declared_rest_is_not_how_somebody_stands(guarded: Recording) -> None:
    data = guarded.data.copy()
    data[: 19 * 1000, :4] *= 0.3
    made = analyse_bends(dataclasses.replace(guarded, data=data), noise=NOISE, heart=False)
    for muscle in made.muscles:
        first, *later = [b.standing.level_uV for b in made.bends.of(muscle)]
        assert first == pytest.approx(np.mean(later), rel=0.15)


def test_sensors_in_other_units_are_refused() -> None:
    fs, t = 100.0, np.arange(0, 60, 0.01)
    u = np.clip(np.abs((t % 15) - 7.5) / 3 - 0.5, 0, 1)
    lean = np.deg2rad(80) * (1 - u**3 * (10 + u * (6 * u - 15)))
    turning = np.gradient(lean, 1 / fs)
    names = [f"thorax {what} {axis}" for what in ("acc", "gyro") for axis in "xyz"]

    def read(g: float, degrees: float) -> NDArray[np.float64]:
        imu = np.column_stack([0 * t, g * np.cos(lean), -g * np.sin(lean), degrees * turning, 0 * t, 0 * t])
        return trunk_angle(imu, fs=fs, channels=names)

    np.testing.assert_allclose(read(1, 180 / np.pi), np.rad2deg(lean), atol=1)
    with pytest.raises(ConfigError, match=r"imu is a median acceleration of 9\.8.* at \"thorax\".*in g"):
        read(9.81, 180 / np.pi)
    with pytest.raises(ConfigError, match=r"imu is turning of \"thorax\" .*turning in deg/s"):
        read(1, 1)
