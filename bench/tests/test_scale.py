"""What `scale` does to a run is survived. Truth: some seconds of the same, which do not depend on how much there is.

What it makes of costs is that of costs made up here.
"""

import pytest

from bench.evidence import scale, scale_threads
from bench.evidence.table import Evidence


def test_a_small_study_survives_what_is_done_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for constant, value in {"SECONDS": 2.0, "RECORDINGS": 12}.items():
        monkeypatch.setattr(scale, constant, value)
    e = Evidence("scale")
    scale.SECTIONS["survives"](e)
    assert len(e.rows) == 5 and e.failed() == []


def test_cost_in_line_is_off_by_nothing() -> None:
    costs = {n: 4.0 + 0.7 * n for n in scale.SIZES}
    assert scale.line(costs) == pytest.approx((4.0, 0.7))
    for off in (scale.off_the_line, scale.off_the_others):
        assert off(costs) == pytest.approx(dict.fromkeys(costs, 0.0), abs=1e-9)


@pytest.mark.parametrize("spoilt", scale.SIZES)
@pytest.mark.parametrize("share", [-0.11, 0.11])
def test_every_size_can_be_off_the_line_through_the_others(spoilt: int, share: float) -> None:
    costs = {n: 4.0 + 0.7 * n for n in scale.SIZES}
    costs[spoilt] *= 1 + share
    assert scale.off_the_others(costs)[spoilt] == pytest.approx(share)


@pytest.mark.parametrize("spoilt", scale.SIZES)
def test_every_size_can_be_off_the_line_through_all(spoilt: int) -> None:
    costs = {n: 4.0 + 0.7 * n for n in scale.SIZES}
    costs[spoilt] *= 1.5
    assert max(map(abs, scale.off_the_line(costs).values())) > 0.1


def test_a_cost_that_grows_faster_than_the_recordings_is_off() -> None:
    costs = {n: 4.0 + 0.5 * n + n * n / 500 for n in scale.SIZES}
    assert all(max(map(abs, off(costs).values())) > 0.1 for off in (scale.off_the_line, scale.off_the_others))


def test_ratios_are_of_what_was_measured_side_by_side() -> None:
    # The machine is half as fast in the second of three alternations, for all three ways.
    rates = {"one": [6.0, 3.0, 6.0], "threads": [12.0, 6.0, 9.0], "processes": [9.0, 4.5, 12.0]}
    found = scale_threads.found_of(rates)
    assert (found.one, found.two_threads, found.two_processes) == (6.0, 9.0, 9.0)
    assert found.threads == scale_threads.Spread(2.0, 1.5, 2.0) and str(found.processes) == "1.50x (1.50 to 2.00)"
    assert found.of_ceiling == scale_threads.Spread(4 / 3, 0.75, 4 / 3)


def test_every_way_gets_something_done() -> None:
    rates = scale_threads.measure(alternations=1, lasting_s=0.05)
    assert set(rates) == {"one", "threads", "processes"} and all(len(r) == 1 and r[0] > 0 for r in rates.values())
