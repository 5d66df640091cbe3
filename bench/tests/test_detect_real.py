"""What the rows of real recordings say of peers. Truth: a few of them by hand."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from unguard import benchmark

from bench.evidence import detect_real
from bench.evidence.table import Evidence


def run(name: str, ran: bool, searched: bool) -> Any:
    """A method on a data set."""
    documented = SimpleNamespace(failed=not ran)
    return SimpleNamespace(
        family=SimpleNamespace(name=name), documented=documented, best=object() if searched else None
    )


@pytest.fixture
def found() -> Any:
    """Ours, a peer that runs everywhere, one that runs on one data set, one that never does, one not installed."""
    by = {
        "one": [run("unguard", True, False), run("a", True, True), run("b", True, False), run("c", False, True)],
        "two": [run("unguard", True, False), run("a", True, True), run("b", False, True), run("c", False, False)],
    }
    every = [s for runs in by.values() for s in runs]
    return SimpleNamespace(searched=every, of=by.__getitem__, missing={"d": "not installed"})


def test_peers_that_are_compared_and_those_that_do_not_run_are_counted(found: Any) -> None:
    assert detect_real.peers_compared(found, "one") == "2 of 4 peers compared; 2 do not run"
    assert detect_real.peers_compared(found, "two") == "1 of 4 peers compared; 3 do not run"
    assert detect_real.peers_compared(found, "one", searched=True) == "2 of 4 peers compared; 2 do not run"
    every = "2 of 4 peers compared, 1 of them not on every data set: all missed there; 2 do not run"
    assert detect_real.peers_compared(found) == every


def test_every_row_that_compares_says_with_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    truth = tuple(benchmark.ScoredEvent(a, a + 300) for a in range(2000, 12_000, 1000))
    trial = benchmark.Trial("made", np.zeros(13_000), 1000.0, (0, 1900), truth, tuning=(0, 6000))

    def finds(count: int) -> Callable[..., benchmark.Detector]:
        return lambda count=count: benchmark.Detector("made", lambda x, fs, rest: truth[:count] if count else 1 / 0)

    def family(name: str, count: int, **more: Any) -> benchmark.Family:
        return benchmark.Family(name, finds(count), {}, "here", **more)

    ours = (family(detect_real.OURS, 10), family(detect_real.PLAIN, 9))
    peers = (family("worthy", 5, grid={"count": (6, 7)}), family("dies", 0))
    monkeypatch.setattr(benchmark, "OURS", ours)
    monkeypatch.setattr(benchmark, "PEERS", peers)
    monkeypatch.setattr(benchmark, "annotated", lambda folder: [benchmark.Dataset("emggo", (trial,), "here")])
    monkeypatch.setenv("UNGUARD_REAL_DATA", "nowhere")
    e = Evidence("made")
    detect_real.measure(e)
    assert [r.enough for r in e.rows] == [None, True, None, True, True, None]
    told = [r for r in e.rows if "does not run" not in r.measured]
    assert len(told) == 5 and all("1 of 2 peers compared; 1 do not run" in r.reference for r in told)
