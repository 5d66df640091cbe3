"""What is said by default has to keep its word, too. Truth: reports made by hand, with right or wrong confidence."""

from __future__ import annotations

from typing import Any

import pytest
import unguard

from bench.evidence import detect_confidence
from bench.evidence.detect_confidence import Kinds, Mix, Said
from bench.evidence.table import Evidence, Row

BY_DEFAULT = ("ActivityDetector as it is by default", "EventDetector as it is by default, in declared rest")


def measured(monkeypatch: pytest.MonkeyPatch, said: dict[str, Said]) -> tuple[list[Row], list[Any]]:
    """Return the rows of a section in which every detector says this, and which detectors there were."""
    asked = []

    def run(mix: Mix, detector: Any = detect_confidence.activity_detector) -> Kinds:
        asked.append((mix, detector))
        return said

    monkeypatch.setattr(detect_confidence, "run", run)
    monkeypatch.setattr(detect_confidence, "among_units", lambda: said)
    monkeypatch.setattr(detect_confidence, "draw", lambda told, path: None)
    e = Evidence("detect")
    detect_confidence.measure(e)
    return [r for r in e.rows if any(name in r.quantity for name in BY_DEFAULT)], asked


def right() -> Said:
    return Said([0.95] * 400, [True] * 380 + [False] * 20)


def test_what_is_said_by_default_is_held_to_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, asked = measured(monkeypatch, {kind: right() for kind in ("OPEN", "UPDATE", "CLOSE")})
    assert [r.enough for r in rows] == [True, True] and all("0.05" in r.bar for r in rows)
    (ours, of_ours), (events, of_events) = asked[-2:]
    default, activity = unguard.ActivityDetector(), unguard.EventDetector().activity
    assert (ours.false_alarms, ours.told) == (default.false_alarms, default.expected)
    assert (events.false_alarms, events.told) == (activity.false_alarms, activity.expected)
    assert (of_ours, of_events) == (detect_confidence.activity_detector, detect_confidence.event_detector)


@pytest.mark.parametrize("kind", ["OPEN", "UPDATE", "CLOSE"])
def test_and_fails_where_one_report_is_too_sure(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    said = {k: right() for k in ("OPEN", "UPDATE", "CLOSE")} | {kind: Said([0.95] * 400, [True] * 340 + [False] * 60)}
    rows, _ = measured(monkeypatch, said)
    assert [r.enough for r in rows] == [False, False]


def test_an_event_detector_is_heard_and_judged() -> None:
    # Truth: the generator's; half an hour, which is too little for a bar.
    activity = unguard.EventDetector().activity
    mix = Mix(95, "limb", activity.false_alarms, activity.expected, 0.2, calibrations=1)
    kinds = detect_confidence.run(mix, detect_confidence.event_detector)
    assert all(len(said.chance) >= 8 for said in kinds.values())
    assert sum(kinds["CLOSE"].true) >= 8
