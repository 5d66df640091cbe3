"""Every live detector's cost is measured. Truth: which detectors there are."""

import re
from pathlib import Path

import unguard

PROGRAM = Path(__file__).parents[1] / "detector_latency.cpp"


def test_every_live_detector_is_timed() -> None:
    timed = re.findall(r'name == "(\w+)"', PROGRAM.read_text())
    specs = (getattr(unguard, name) for name in unguard.__all__)
    # Detectors alone say what marks do to events, or what they call an event in declared rest.
    live = {s.__name__ for s in specs if {"on_marks", "all_rest"} & {f["name"] for f in getattr(s, "_fields", ())}}
    assert {"ActivityDetector", "BendingDetector", "EventDetector", "SpasmDetector", "HodgesBui"} <= live
    assert sorted(timed) == sorted(live)
