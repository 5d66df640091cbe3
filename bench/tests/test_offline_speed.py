"""The cost of the offline methods. Truth: which there are, and that what finds nothing is not timed."""

import numpy as np
import pytest

from bench.evidence import offline_speed


@pytest.mark.parametrize("name", ["Abbink", "IntegratedProfile", "BayesianChangePoint"])
def test_every_offline_method_takes_time_and_less_than_the_record(name: str) -> None:
    assert 0 < offline_speed.offline(name, seconds=8, runs=1) < 60


def test_what_finds_nothing_is_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offline_speed, "record", lambda seconds: np.full(round(seconds * offline_speed.FS), 1.0))
    with pytest.raises(RuntimeError, match="IntegratedProfile found nothing"):
        offline_speed.offline("IntegratedProfile", seconds=8, runs=1)
