"""The comparison with kept instruction counts can fail. Truth: counts made up here."""

import json

import pytest

from bench.evidence import instruction_baseline as baseline

COMPILER = "g++ 12.2.0"
KEPT = {COMPILER: {"chain, 8 channels": 20.0, "chain, 16 channels": 21.0}}


def compared(now: float) -> baseline.Comparison:
    """Compare with the second count as it was."""
    return baseline.compare(COMPILER, {"chain, 8 channels": now, "chain, 16 channels": 21.0}, KEPT)


@pytest.mark.parametrize("now", [19.81, 20.0, 20.19])
def test_up_to_one_percent_is_no_change(now: float) -> None:
    assert compared(now) == baseline.Comparison(["all 2 counts within 1 % of the baseline of g++ 12.2.0"], [])


def test_growth_over_one_percent_fails_and_names_the_count() -> None:
    found = compared(20.3)
    assert found.grown == ["chain, 8 channels"]
    assert found.lines == ["chain, 8 channels: 20.00 before, 20.30 now, +1.5 %: grew"]


def test_a_fall_over_one_percent_asks_for_a_new_baseline_and_does_not_fail() -> None:
    found = compared(15.0)
    assert found.grown == []
    assert found.lines == [f"chain, 8 channels: 20.00 before, 15.00 now, -25.0 %: fell; keep that by {baseline.RENEW}"]


def test_another_compiler_is_not_compared_and_says_so() -> None:
    found = baseline.compare("g++ 13.1.0", {"chain, 8 channels": 99.0}, KEPT)
    assert found.grown == []
    assert not found.compared
    assert "no baseline for g++ 13.1.0 (there are: g++ 12.2.0)" in found.lines[0]
    assert baseline.RENEW in found.lines[0]


def test_a_count_that_was_never_kept_fails() -> None:
    counts = {"chain, 8 channels": 20.0, "chain, 16 channels": 21.0, "chain, 32 channels": 20.0}
    found = baseline.compare(COMPILER, counts, KEPT)
    assert found.grown == ["chain, 32 channels"]


def test_writing_keeps_the_other_compilers(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baseline, "FILE", tmp_path / "baseline.json")
    baseline.write("g++ 13.1.0", {"a": 1.23456})
    baseline.write(COMPILER, {"a": 2.0})
    assert json.loads((tmp_path / "baseline.json").read_text()) == {
        "g++ 12.2.0": {"a": 2.0},
        "g++ 13.1.0": {"a": 1.235},
    }


def test_the_committed_baseline_is_of_counts_above_nothing() -> None:
    kept = baseline.read()
    assert kept
    assert all(value > 1 for counts in kept.values() for value in counts.values())


def test_a_kept_count_that_is_no_longer_made_fails() -> None:
    found = baseline.compare(COMPILER, {"chain, 8 channels": 20.0}, KEPT)
    assert found.grown == ["chain, 16 channels"] and "not counted now" in found.lines[0]
