"""Phases by the trunk angle, and that angle from inertial sensors. Truth: angles that were written down."""

from __future__ import annotations

import numpy as np
import pytest
import unguard
from people import FS, Levels, person
from unguard import ConfigError
from unguard.clinical import bend_phases, trunk_angle

IMU = [f"thorax {kind} {axis}" for kind in ("acc", "gyro") for axis in "xyz"]


def test_phases_are_found_where_they_are() -> None:
    one = person([Levels()], bends=3)
    found = bend_phases(one.degrees, fs=FS)
    closed = found.closed
    assert [r.phase for r in closed] == [phase for phase, _ in one.cues]
    for r, (_, at) in zip(closed[1:], one.cues[1:], strict=True):
        assert abs(r.onset - at) <= 0.1 * FS, r
    frame = found.to_dataframe()
    assert list(frame.columns) == ["phase", "onset_s", "offset_s", "duration_s", "reasons"]
    assert (frame["duration_s"] > 0).all()
    live = unguard.BendPhases().start(fs=FS)
    told = [r for part in np.array_split(one.degrees, 50) for r in live.process(part)] + live.finish()
    assert told == list(found.reports)
    with pytest.raises(ConfigError, match="finished"):
        live.process(one.degrees[:10])


def sensor(degrees: np.ndarray, fs: float) -> np.ndarray:
    """Gravity and turning of a sensor that points up and forward by its y and z axes."""
    lean = np.radians(degrees)
    still = np.zeros_like(lean)
    turning = np.gradient(degrees) * fs
    return np.column_stack([still, np.cos(lean), -np.sin(lean), turning, still, still])


@pytest.mark.parametrize("by", ["complementary", "Madgwick", "accelerometer"])
def test_the_angle_comes_back_from_gravity_and_turning(by: str) -> None:
    one = person([Levels()], bends=1)
    fs, degrees = 100.0, one.degrees[::10]
    imu = sensor(degrees, fs)
    up = trunk_angle(imu, fs=fs, channels=IMU, spec=unguard.TrunkAngle(by=by))
    down = trunk_angle(imu * [1, 1, 1, -1, 1, 1], fs=fs, channels=IMU, spec=unguard.TrunkAngle(by=by))
    # One of both signs of turning is that of the axes.
    off = min(np.abs(np.abs(a) - degrees).max() for a in (up, down))
    assert off < 3, by


def test_the_lumbar_angle_is_thorax_less_pelvis() -> None:
    fs = 100.0
    degrees = person([Levels()], bends=1).degrees[::10]
    both = np.column_stack([sensor(degrees, fs), sensor(0.4 * degrees, fs)])
    names = [*IMU, *(n.replace("thorax", "pelvis") for n in IMU)]
    spec = unguard.TrunkAngle(pelvis="pelvis", by="accelerometer")
    found = trunk_angle(both, fs=fs, channels=names, spec=spec)
    assert found.shape == (len(degrees), 3)
    assert np.abs(np.abs(found[:, 2]) - 0.6 * degrees).max() < 1
    live = spec.start(fs=fs, channels=names)
    assert live.angles == ["trunk", "pelvis", "lumbar"]
    cut = np.concatenate([live.process(part) for part in np.array_split(both, 7)])
    assert cut.tobytes() == found.tobytes()
    marks = np.zeros(both.shape, dtype=np.uint32)
    marks[100] = unguard.MARKS["gap"]
    live.reset()
    angles, told = live.process(both, marks=marks)
    assert np.all(told[100] == unguard.MARKS["gap"]) and np.array_equal(angles[100], angles[99])


def test_refusals() -> None:
    with pytest.raises(ConfigError, match=r"^thorax is"):
        trunk_angle(np.zeros((10, 6)), fs=100, channels=["a acc x", *IMU[1:]])
    with pytest.raises(ConfigError, match=r"^forward is y"):
        unguard.TrunkAngle(up="y", forward="y").start(fs=100, channels=IMU)
    with pytest.raises(ConfigError, match=r"^rate is 50 Hz"):
        bend_phases(np.zeros(100), fs=50)
    with pytest.raises(ConfigError, match=r"^begun is"):
        bend_phases(np.zeros(100), fs=100, spec=unguard.BendPhases(begun=20))
