"""The picture of events. Truth: the reports that were drawn, and what was declared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import unguard
from matplotlib.collections import LineCollection, PolyCollection
from unguard import ConfigError

FS = 2000
NAMES = ["multifidus L", "multifidus R"]
MARKERS = [("rest begins", 0), ("rest ends", 14_000), ("bending", 15_000), ("stimulus", 16_000)]


@pytest.fixture(scope="module")
def record() -> np.ndarray:
    """Rest of 2 uV with a burst in rest, a click that is taken back, and a burst in bending."""
    rng = np.random.default_rng(2)
    x = 2 * rng.standard_normal((24_000, 2))
    for begin, end in ((8000, 8800), (11_000, 11_020), (16_000, 20_000)):
        x[begin:end, 1] += 60 * rng.standard_normal(end - begin)
    return x


@pytest.fixture(scope="module")
def found(record: np.ndarray) -> unguard.Events:
    reports = unguard.detect(unguard.SpasmDetector(learn=2), record, fs=FS, channels=NAMES, markers=MARKERS)
    return unguard.Events(reports, fs=FS, channels=NAMES)


def said(axes: Any) -> list[str]:
    return [t.get_text() for t in axes.texts]


def test_every_event_is_drawn_as_it_was_reported(record: np.ndarray, found: unguard.Events) -> None:
    axes = unguard.plot_events(found, record[:, 1], channel="multifidus R", markers=MARKERS)
    lives = {e.id: e for e in found.reports if e.channel == 1}
    assert sorted(e.report for e in lives.values()) == ["CANCEL", "CLOSE", "CLOSE"]
    # A pair of lines an event, at its onset and its offset; a sign where it was decided.
    edges = [c.get_segments() for c in axes.collections if isinstance(c, LineCollection) and len(c.get_segments()) == 2]
    drawn = sorted((float(a[0][0]), float(b[0][0])) for a, b in edges)
    assert np.allclose(drawn, sorted((e.onset / FS, e.offset / FS) for e in lives.values()))
    signs = sorted(float(line.get_xdata()[0]) for line in axes.get_lines() if line.get_marker() == "v")
    assert signs == sorted(e.decided / FS for e in lives.values())
    assert {"PHASIC BURST", "ACTIVITY", "CANCEL", "declared rest", "bending", "stimulus"} <= set(said(axes))
    hatched = [c for c in axes.collections if isinstance(c, PolyCollection) and c.get_hatch()]
    assert len(hatched) == 1
    assert axes.get_ylabel() == "multifidus R [µV]"
    legend = [t.get_text() for t in axes.get_legend().get_texts()]
    assert legend == ["OPEN: decided", "onset", "offset", "CANCEL: taken back"]


def test_only_what_lies_in_the_window_is_drawn(record: np.ndarray, found: unguard.Events) -> None:
    axes = unguard.plot_events(found, record[:, 1], channel="multifidus R", markers=MARKERS, begin=7.6, end=9.0)
    assert axes.get_xlim() == (7.6, 9.0) and said(axes)[0] == "ACTIVITY" and "declared rest" not in said(axes)
    assert len(axes.get_legend().get_texts()) == 3
    trace = axes.get_lines()[0]
    assert trace.get_xdata()[0] == 7.6 and np.array_equal(trace.get_ydata(), record[15_200:18_001, 1])
    none = unguard.plot_events(found, record[:, 0], channel="multifidus L")
    assert said(none) == []
    assert unguard.plot_events(found, record[:, 0], channel="multifidus L", axes=none) is none


def test_an_event_that_is_still_open_reaches_the_end(record: np.ndarray) -> None:
    live = unguard.SpasmDetector(learn=2).start(fs=FS)
    events = unguard.Events(live.process(record[:18_000, 1]), fs=FS)
    assert events.reports[-1].report in ("OPEN", "UPDATE")
    axes = unguard.plot_events(events, record[:18_000, 1])
    last = [c.get_segments() for c in axes.collections if isinstance(c, LineCollection)][-1]
    assert float(last[1][0][0]) == 9.0


def test_refused_by_name(record: np.ndarray, found: unguard.Events) -> None:
    one = record[:, 1]
    refused: list[tuple[tuple[Any, ...], dict[str, Any], str]] = [
        ((5, one), {}, "events is 5: expected Events of a recording"),
        (
            (found, record),
            {"channel": NAMES[0]},
            r"x is float64 of shape \(24000, 2\): expected samples of one channel",
        ),
        ((found, []), {"channel": NAMES[0]}, r"x is float64 of shape \(0,\): expected samples of one channel"),
        ((found, one), {}, "channel is None: expected one of multifidus L, multifidus R"),
        ((found, one), {"channel": "psoas"}, "channel is 'psoas': expected one of multifidus L"),
        ((found, one), {"channel": NAMES[0], "begin": 3, "end": 2}, "end is 2 s: expected after begin, 3 s, and withi"),
        ((found, one), {"channel": NAMES[0], "end": 13}, "end is 13 s: expected after begin, 0 s, and within the rec"),
        ((found, one), {"channel": NAMES[0], "begin": "1"}, "begin is '1': expected seconds within the record"),
        ((found, one), {"channel": NAMES[0], "markers": "rest"}, "markers is 'rest': expected markers as"),
        ((found, one), {"channel": NAMES[0], "markers": [3]}, "markers is 3: expected markers as"),
    ]
    for args, more, words in refused:
        with pytest.raises(ConfigError, match=words):
            unguard.plot_events(*args, **more)
