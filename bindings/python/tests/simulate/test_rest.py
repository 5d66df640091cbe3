"""Single units and drift in declared rest reach a record and its truth. Truth: the record without them."""

import numpy as np
import unguard
from unguard.simulated_recording import truth


def _rest(**parts: object) -> unguard.Simulation:
    return unguard.simulate(unguard.Paraspinal(seed=2, duration=60, rate=1000, digitiser=None, **parts))


def test_trains_are_where_the_record_differs() -> None:
    plain = _rest()
    units = _rest(resting_units=unguard.RestingUnits(height=[12, 0, 0, 0], longest=5, mean_pause=2, after=5))
    differ = np.flatnonzero(units.clean[:, 0] != plain.clean[:, 0])
    inside = np.concatenate([np.arange(t["begin"], t["end"]) for t in units.truth["trains"]])
    assert plain.truth["trains"] == [] and len(units.truth["trains"]) > 3
    assert np.isin(differ, inside).all()
    assert np.array_equal(units.data[:, 1:], plain.data[:, 1:])


def test_the_written_truth_names_trains_and_later_parts_where_there_are_any() -> None:
    plain, units = truth(_rest()), truth(_rest(resting_units=unguard.RestingUnits(mean_pause=2, after=5)))
    assert "trains" not in plain and "resting_units" not in plain["spec"]
    assert units["spec"]["resting_units"]["mean_pause_s"] == 2
    assert {"channel", "begin_sample", "end_sample", "rate_Hz", "firings"} == set(units["trains"][0])


def test_drift_changes_rest_and_not_the_events() -> None:
    plain, drifting = _rest(), _rest(level_drift=unguard.LevelDrift(form="walk", depth_dB=6, period=10))
    assert drifting.truth == plain.truth and not np.array_equal(drifting.data, plain.data)
