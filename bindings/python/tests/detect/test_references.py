"""References and rests: numbers, tables, plain values, and refusals by name. Truth: closed forms."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import unguard

FS = 2000
BAND = "20-450 Hz order 4"
HOLDS = [(2000, 8000), (10000, 16000), (18000, 24000)]
NAMES = ["longissimus L", "longissimus R"]


def session(levels: tuple[float, ...] = (20, 21, 22)) -> np.ndarray:
    """Two channels of noise of 2 uV with three holds, the second channel three times as strong in them."""
    rng = np.random.default_rng(7)
    x = 2 * rng.standard_normal((26000, 2))
    for (begin, end), level in zip(HOLDS, levels, strict=True):
        x[begin:end] += level * rng.standard_normal((end - begin, 2)) * (1, 3)
    return x


def rest() -> unguard.RestCalibration:
    return unguard.calibrate_rest(2 * np.random.default_rng(8).standard_normal((40000, 2)), fs=FS, band=BAND)


def reference(**more: Any) -> unguard.ReferenceCalibration:
    return unguard.calibrate_reference(session(), fs=FS, holds=HOLDS, band=BAND, **more)


def test_a_reference_is_the_mean_of_its_holds_without_rest() -> None:
    found = reference(rest=rest(), channels=NAMES).to_dict()
    level = [c["value"] for c in found["level"]["per_channel"]]
    assert np.allclose(level, [21, 63], rtol=0.02)
    assert all(c["low"] < c["value"] < c["high"] for c in found["level"]["per_channel"])
    assert (found["effort"], found["holds"], found["level"]["samples"]) == ("submaximal", 3, 12000)
    assert found["level"]["source"] == "declared holds"
    assert np.allclose(found["variation"], 1 / 21, rtol=0.5)
    assert reference().to_dict()["rest"] is None


def test_percent_takes_the_rest_off_both_in_power() -> None:
    made = reference(rest=rest())
    plain = made.to_dict()
    level = np.array([c["value"] for c in plain["level"]["per_channel"]])
    n = np.array([c["value"] for c in plain["rest"]["per_channel"]])
    a = np.array([[5.0, 5.0], [1.0, 30.0], [np.nan, 0.0]])
    expected = 100 * np.sqrt(np.maximum(a**2 - n**2, 0)) / level
    assert np.allclose(made.percent(a), expected, rtol=1e-12, equal_nan=True)
    assert made.unit == "%RVE"
    assert reference(spec=unguard.ReferenceCalibrator(effort="maximal")).unit == "%MVC"
    with pytest.raises(unguard.ConfigError, match="level is one-dimensional: expected 2 channels, as the reference"):
        made.percent(np.ones(5))


def test_tables_have_a_row_for_each_quantity_and_channel() -> None:
    table = reference(rest=rest()).to_dataframe()
    columns = "channel quantity value low high unit samples duration_s source how effort holds variation"
    assert list(table.columns) == columns.split()
    assert list(table["channel"]) == [0, 1, 0, 1]
    assert list(table["quantity"]) == ["submaximal reference"] * 2 + ["rest taken off"] * 2
    assert list(table["variation"].isna()) == [False, False, True, True]
    table = rest().to_dataframe()
    assert list(table.columns) == columns.split()[:10] and len(table) == 8
    assert (table["low"] < table["value"]).all() and (table["value"] < table["high"]).all()


def test_a_reference_comes_back_from_plain_values() -> None:
    for made in (reference(), reference(rest=rest())):
        again = unguard.ReferenceCalibration.from_dict(made.to_dict())
        assert again == made and repr(again) == repr(made)
    assert repr(made).startswith("submaximal reference from declared holds, 6 s (20-450 Hz order 4; RMS of the middle")
    changed = copy.deepcopy(made.to_dict())
    changed["rest"]["per_channel"].pop()
    with pytest.raises(unguard.ConfigError, match=r"expected what ReferenceCalibration.to_dict"):
        unguard.ReferenceCalibration.from_dict(changed)


def marked() -> np.ndarray:
    marks = np.zeros((26000, 2), np.uint32)
    marks[13000, 1] = unguard.MARKS["clipped"]
    return marks


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"holds": []}, "holds is 0 holds: expected 1 to 1000 holds"),
        ({"holds": [(0, 100)]}, "hold 1 is 0.05 s in all channels: expected held for at least 3 s"),
        ({"holds": [(0, 26001)]}, "hold 1 is 0 to 26001: expected samples of the block, 0 to 26000"),
        ({"holds": 5}, "holds is 5: expected pairs (begin, end) of samples of x"),
        ({"holds": "ab"}, "holds is 'ab': expected pairs"),
        ({"holds": [(1, 2, 3)]}, "holds is (1, 2, 3) among others: expected pairs"),
        ({"holds": [(0.5, 9000)]}, "holds is (0.5, 9000) among others: expected pairs"),
        ({"marks": marked()}, 'hold 2 is clipped at 1 sample of its middle in channel "longissimus R"'),
        ({"x": session((20, 21, 60))}, "hold 3 is 59.9 uV in channel"),
        ({"rest": 5}, "rest is 5: expected a RestCalibration, or None"),
        ({"band": None}, "band is None: expected what x has been through"),
        ({"spec": unguard.RestCalibrator()}, "spec is RestCalibrator("),
    ],
)
def test_what_is_no_reference_is_refused_by_name(more: dict[str, Any], words: str) -> None:
    arguments: dict[str, Any] = {"x": session(), "fs": FS, "holds": HOLDS, "band": BAND, "channels": NAMES}
    with pytest.raises(unguard.ConfigError) as refusal:
        unguard.calibrate_reference(**(arguments | more))
    assert str(refusal.value).startswith(words)


def with_a_heart(x: np.ndarray) -> np.ndarray:
    """Add 80 ms of 200 uV every half a second, its sign turning with every sample."""
    x = x.copy()
    for first in range(200, len(x) - 160, 1000):
        x[first : first + 160] += 200 * (-1.0) ** np.arange(160)[:, None]
    return x


def test_a_heart_and_a_trend_are_neither_rest_nor_effort() -> None:
    noise = 2 * np.random.default_rng(8).standard_normal((40000, 2))
    rising = noise * np.linspace(1, 5, 40000)[:, None]
    for x, words in ((with_a_heart(noise), "take the heart off first"), (rising, "in its first third")):
        with pytest.raises(unguard.ConfigError, match=rf"stretch is .*{words}"):
            unguard.calibrate_rest(x, fs=FS, band=BAND)
        with pytest.raises(unguard.ConfigError, match=rf"hold 1 is .*{words}"):
            spec = unguard.ReferenceCalibrator(middle=19, shortest=19)
            unguard.calibrate_reference(x, fs=FS, holds=[(0, 40000)], band=BAND, spec=spec)


def test_a_hold_that_is_not_above_rest_is_refused() -> None:
    with pytest.raises(
        unguard.ConfigError, match=r"hold 2 is 2\.\d+ uV in channel .*: expected at least 2 times the rest"
    ):
        unguard.calibrate_reference(session((20, 1, 20)), fs=FS, holds=HOLDS, band=BAND, rest=rest())
