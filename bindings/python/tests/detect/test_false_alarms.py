"""False alarms on noise alone, in Python. Truth: the interval of a Poisson count by SciPy; counts on other noise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import unguard
from scipy import stats
from unguard import ConfigError

FS = 1000


@pytest.fixture(scope="module")
def noise() -> unguard.NoiseModel:
    rest = np.random.default_rng(1).normal(0, (2, 5), (20_000, 2))
    return unguard.calibrate_noise(rest, fs=FS, band="none", spec=unguard.NoiseCalibrator(order=2))


def test_a_count_has_the_interval_of_a_poisson_count(noise: unguard.NoiseModel) -> None:
    # Truth: Garwood's interval by the chi-square distribution.
    counted = unguard.count_false_alarms(unguard.HodgesBui(spreads=1.5), noise, hours=0.1, channel=1)
    n = counted.alarms
    assert n > 10 and counted.per_hour == n / 0.1 and counted.hours == 0.1 and counted.cancelled >= 0
    low, high = stats.chi2.ppf(0.025, 2 * n) / 2, stats.chi2.ppf(0.975, 2 * n + 2) / 2
    assert np.allclose((counted.lowest_per_hour, counted.highest_per_hour), (10 * low, 10 * high), rtol=1e-6)
    again = unguard.count_false_alarms(unguard.HodgesBui(spreads=1.5), noise, hours=0.1, channel=1)
    assert again == counted
    assert unguard.count_false_alarms(unguard.HodgesBui(spreads=1.5), noise, hours=0.1, channel=1, seed=3) != counted
    with pytest.raises(AttributeError):
        counted.alarms = 0  # type: ignore[misc]


def test_the_threshold_gives_the_alarms_it_was_looked_for(noise: unguard.NoiseModel) -> None:
    # Truth: a count on other noise; the threshold was found from counts of 40, so that 3.1 standard errors of both
    # and what the search leaves (a quarter in the logarithm) are a factor of 2.
    asked = unguard.HodgesBui(window=0.05)
    found = unguard.for_false_alarms(asked, noise, per_hour=200)
    assert found.spec == unguard.HodgesBui(window=0.05, spreads=found.threshold) and found.per_hour == 200
    assert isinstance(found.counted, unguard.AlarmCount) and found.counted.alarms > 0
    counted = unguard.count_false_alarms(found.spec, noise, hours=1, seed=99)
    assert 100 < counted.per_hour < 400


def test_quickest_detection_keeps_its_promise(noise: unguard.NoiseModel) -> None:
    # Truth: the number itself, of an exact model; the count is of 10,000 an hour for 0.05 hours, so 500 at most.
    spec = unguard.ActivityDetector(false_alarms=10_000)
    exact = unguard.count_false_alarms(spec, noise, hours=0.05)
    assert exact.lowest_per_hour <= 10_000
    model = noise.to_dict()
    plain: dict[str, Any] = {
        "noise": model,
        "level": model["level"],
        "mean_of": 1,
        "lags": 0,
        "correlation": [],
        "decay": [1.0, 1.0],
    }
    plain |= {"beat_loudness": [], "beat_evidence": [], "settled_dB": [], "end_dB": [], "end_dB_a_second": []}
    counted_for = {"sizes": [], "most_a_sample": 6.0, "tracking": 0.025, "memory": 4.0, "cap": 2.0, "look": 0.025}
    plain["counted_for"] = counted_for
    shy = unguard.ActivityCalibration.from_dict({**plain, "log_alarms": [0.0, 3.0]})
    known = unguard.ActivityDetector(false_alarms=10_000, calibration=shy)
    assert unguard.count_false_alarms(known, noise, hours=0.05) == exact
    other = unguard.count_false_alarms(known, noise, hours=0.05, channel=1)
    assert other.alarms + other.cancelled < exact.alarms + exact.cancelled


def test_refused_by_name(noise: unguard.NoiseModel) -> None:
    spec = unguard.HodgesBui()
    refused: list[tuple[Any, Any, dict[str, Any], str]] = [
        (
            unguard.for_false_alarms,
            unguard.ActivityDetector(),
            {"per_hour": 1},
            "spec is .*: ActivityDetector has none",
        ),
        (
            unguard.for_false_alarms,
            unguard.SpasmDetector(),
            {"per_hour": 1},
            "spec is .*expected a detector with a thre",
        ),
        (unguard.for_false_alarms, spec, {"per_hour": 0}, "per_hour is 0: expected 0.01 to 10000"),
        (unguard.for_false_alarms, spec, {"per_hour": "1"}, "per_hour is '1': expected a number from 0.01 to 10000"),
        (unguard.count_false_alarms, unguard.RPeaks(), {"hours": 1}, "spec is RPeaks.*expected an onset detector"),
        (unguard.count_false_alarms, 5, {"hours": 1}, "spec is 5: expected a SpasmDetector, an Activity"),
        (unguard.count_false_alarms, spec, {"hours": 0}, "hours is 0: expected above 0, at most 10000"),
        (unguard.count_false_alarms, spec, {"hours": 1, "channel": 2}, "channel is 2: expected a channel of the noise"),
        (unguard.count_false_alarms, spec, {"hours": 1, "seed": 0.5}, "seed is 0.5: expected a whole number"),
    ]
    for function, detector, more, words in refused:
        with pytest.raises(ConfigError, match=words):
            function(detector, noise, **more)
    with pytest.raises(ConfigError, match="noise is None: expected a NoiseModel, as calibrate_noise"):
        unguard.count_false_alarms(spec, None, hours=1)  # type: ignore[arg-type]
