"""What counts as found, late, missed and false. Truth: reports made up here, counted by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from bench.evidence import onset_trials
from bench.evidence.onset_trials import FS, Alarms, Timing, alarms, timing

MS = int(FS / 1000)
ONSET = 1000 * MS


@dataclass(frozen=True)
class Reported:
    """A report, with what is counted of one."""

    report: str
    id: int
    decided: int
    onset: int = 0
    channel: int = 0


def event(id: int, decided_ms: float, onset_ms: float, last: str = "CLOSE") -> list[Reported]:
    """Return the life of an event, times from the true onset; its onset is refined from 500 ms early by its end."""
    decided, onset = ONSET + int(decided_ms * MS), ONSET + int(onset_ms * MS)
    return [Reported("OPEN", id, decided, onset - 500 * MS), Reported(last, id, decided, onset)]


Says = Callable[..., Timing]


@pytest.fixture
def timed(monkeypatch: pytest.MonkeyPatch) -> Says:
    """Time one trial a list of reports, at the true onset ONSET, of a detector that gives them."""

    def time(*reports: list[Reported]) -> Timing:
        said = iter(reports)
        monkeypatch.setattr("unguard.detect", lambda spec, x, fs: next(said))
        return timing(["a detector"], ((np.zeros(2 * ONSET), ONSET) for _ in reports))

    return time


def test_what_is_found_is_late_by_its_decision_and_off_by_its_refined_onset(timed: Says) -> None:
    found = timed(event(1, 40, 5), event(1, 60, -3))
    assert found.latency.tolist() == [40, 60]
    assert found.error.tolist() == [5, -3]
    assert (found.missed, found.median_latency) == (0, 50)


def test_what_is_cancelled_is_not_found_and_the_next_one_is(timed: Says) -> None:
    found = timed(event(1, 10, 0, "CANCEL") + event(2, 300, 7))
    assert (found.latency.tolist(), found.error.tolist(), found.missed) == ([300], [7], 0)


def test_the_first_decision_counts_whatever_closes_first(timed: Says) -> None:
    early, late = event(1, 30, 1), event(2, 50, 2)
    assert timed(late + early).latency.tolist() == [30]


def test_what_was_decided_before_the_onset_is_not_found(timed: Says) -> None:
    assert timed(event(1, -1, 2)).missed == 1
    assert timed(event(1, 0, 2)).latency.tolist() == [0]
    assert timed(event(1, -1, 2) + event(2, 80, 4)).latency.tolist() == [80]


@pytest.mark.parametrize("last", ["CANCEL", "OPEN", "UPDATE"])
def test_what_does_not_close_is_missed(timed: Says, last: str) -> None:
    assert timed(event(1, 20, 0, last)).missed == 1


def test_what_is_missed_is_late_without_end(timed: Says) -> None:
    found = timed(event(1, 20, 0), [], event(1, 40, 0), [], [])
    assert (found.missed, found.median_latency) == (3, np.inf)
    assert timed(event(1, 20, 0), [], event(1, 40, 0)).median_latency == 40
    assert timed([]).median_latency == np.inf


def test_trials_are_shared_out_and_a_rest_that_is_heard_first_moves_the_onset(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, int, float]] = []
    rests = [np.full(100 * MS, 1.0), np.full(200 * MS, 2.0)]

    def detect(spec: str, x: Any, fs: float) -> list[Reported]:
        heard.append((spec, len(x), float(x[0])))
        late = len(rests[len(heard) % 2 - 1]) // MS
        return event(1, late + 30, late + 4)

    monkeypatch.setattr("unguard.detect", detect)
    found = timing(["one", "two"], ((np.zeros(2 * ONSET), ONSET) for _ in range(3)), before=rests)
    assert heard == [("one", 2100 * MS, 1.0), ("two", 2200 * MS, 2.0), ("one", 2100 * MS, 1.0)]
    assert found.latency.tolist() == [30] * 3
    assert found.error.tolist() == [4] * 3


@dataclass
class Live:
    """A detector that reports what it was made with, by the sample at which it does; and what it was asked for."""

    script: dict[int, Reported]
    position: int = 0
    channels: int = 0

    def start(self, fs: float, channels: int) -> Live:
        assert fs == FS
        self.channels = channels
        return self

    def process(self, x: Any) -> Iterator[Reported]:
        assert x.shape == (len(x),) if self.channels == 1 else x.shape[1] == self.channels
        first, self.position = self.position, self.position + len(x)
        return iter([report for at, report in self.script.items() if first <= at < self.position])


@dataclass
class Scripted:
    """What happens to alarms, at ms."""

    script: dict[int, Reported] = field(default_factory=dict)

    def add(self, id: int, decided_ms: int, ended_ms: int | None = None, last: str = "CLOSE") -> Scripted:
        """Add an alarm; one without an end is still open when the stream ends."""
        decided = decided_ms * MS
        self.script[decided] = Reported("OPEN", id, decided)
        if ended_ms is not None:
            self.script[ended_ms * MS] = Reported(last, id, decided)
        return self

    def counted(self, channels: int = 1) -> Alarms:
        """Count, a minute in two blocks."""
        shape = (int(30 * FS),) if channels == 1 else (int(30 * FS), channels)
        return alarms(Live(self.script), [np.zeros(shape), np.zeros(shape)])


def test_what_is_taken_back_within_150_ms_is_no_alarm() -> None:
    # What is heard 20 ms at a time is known to be cancelled at the end of such a piece: after 140 ms, and after 160.
    assert Scripted().add(1, 1000, 1139, "CANCEL").counted() == Alarms(0, 1, 1 / 60)
    assert Scripted().add(1, 1000, 1140, "CANCEL").counted() == Alarms(1, 0, 1 / 60)


def test_what_closes_and_what_never_does_is_an_alarm_however_short() -> None:
    assert Scripted().add(1, 1000, 1010).counted() == Alarms(1, 0, 1 / 60)
    assert Scripted().add(1, 1000).counted() == Alarms(1, 0, 1 / 60)
    assert Scripted().counted() == Alarms(0, 0, 1 / 60)


def test_alarms_are_told_apart_by_id_across_blocks_and_hours_are_of_channels() -> None:
    script = Scripted().add(1, 1000, 31_000).add(2, 29_950, 30_050, "CANCEL").add(3, 40_000, 50_000, "CANCEL")
    assert script.counted(channels=3) == Alarms(2, 1, 3 / 60)


def test_every_alarm_is_told_of_when_it_opens_also_those_that_are_taken_back() -> None:
    opened: list[Any] = []
    script = Scripted().add(1, 100, 110, "CANCEL").add(2, 500).script
    alarms(Live(script), [np.zeros(int(FS))], opens=opened.append)
    assert [(r.report, r.id) for r in opened] == [("OPEN", 1), ("OPEN", 2)]


def test_alarms_add_up_and_their_limit_is_that_of_a_poisson_count() -> None:
    both = Alarms(0, 3, 1.5) + Alarms(2, 1, 0.5)
    assert both == Alarms(2, 4, 2.0)
    # Garwood 1936: no more than so many with a chance of 5 %: 2.996 for none, 6.296 for two.
    assert Alarms(0, 9, 2.0).upper() == pytest.approx(2.9957 / 2, rel=1e-4)
    assert both.upper() == pytest.approx(6.2958 / 2, rel=1e-4)


def test_a_stretch_to_calibrate_on_is_a_rest_and_a_contraction_of_20_db() -> None:
    still, loud = onset_trials.stretches("limb", seed=3, rest_s=4.0, contraction_s=2.0)
    assert (len(still), len(loud)) == (4 * FS, 2.5 * FS - 500)
    assert 10 * np.log10(np.mean(loud**2) / np.mean(still**2)) == pytest.approx(20, abs=1)


def test_noise_comes_by_the_minute_and_is_that_of_the_trials() -> None:
    blocks = list(onset_trials.noise("limb", 3, hours=0.05))
    assert [len(b) for b in blocks] == [60 * FS] * 3
    rest, _ = onset_trials.stretches("limb", seed=3)
    assert np.std(blocks) == pytest.approx(rest.std(), rel=0.03)
    assert not np.array_equal(blocks[0], blocks[1])
