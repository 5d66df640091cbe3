"""The pictures: what is said is drawn, once, where it belongs; any caller's settings stay."""

from __future__ import annotations

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from unguard.clinical import drivers, plot_drivers, plot_progress, plot_rates, progress, rate, rates_by_hour
from unguard.clinical.event_rates import Rates
from unguard.errors import ConfigError


def test_progress_is_drawn() -> None:
    """Starts, ends, flares, goal, band of noise and smoothed level; on a logarithmic axis where `log`."""
    rng = np.random.default_rng(1)
    y = np.exp(1 + 0.2 * rng.standard_normal(12))
    p = progress(range(12), y, ends=y * 1.5, better="higher", log=True, sem=0.3, goal=9.0, flares=[4])
    axes = p.plot()
    lines = {line.get_label(): line for line in axes.get_lines()}
    np.testing.assert_allclose(lines["start of a session"].get_ydata(), np.delete(y, 4))
    np.testing.assert_allclose(lines["flare, left out"].get_ydata(), y[4:5])
    np.testing.assert_allclose(lines["goal"].get_ydata(), 9.0)
    assert axes.get_yscale() == "log"
    assert axes.get_title(loc="left") == str(p.decision)
    axes.figure.canvas.draw()
    inside = Figure().subplots()
    assert plot_progress(progress([0], [1.0], better="lower"), axes=inside) is inside


def test_drivers_are_drawn() -> None:
    """One row a context, the largest on top, with its interval and observations; an empty table is drawn too."""
    rng = np.random.default_rng(2)
    action = np.repeat(np.array(["bend", "sit", "walk"], dtype=object), 30)
    table = pd.DataFrame({"y": rng.standard_normal(90) + 1.5 * (action == "bend"), "action": action})
    found = drivers(table, outcome="y", contexts=["action"])
    axes = found.plot()
    assert [t.get_text() for t in axes.get_yticklabels()] == [f"action: {d.context}" for d in found.found]
    assert axes.get_yticklabels()[0].get_fontweight() == "bold"
    assert axes.get_ylim()[0] > axes.get_ylim()[1]
    spans = [tuple(line.get_xdata()) for line in axes.get_lines() if len(line.get_xdata()) == 2][1:]
    assert spans == [(d.effect.low, d.effect.high) for d in found.found]
    axes.figure.canvas.draw()
    plot_drivers(drivers(table.iloc[:3], outcome="y", contexts=["action"])).figure.canvas.draw()


def test_rates_are_drawn() -> None:
    """Hours that were recorded have a point, the others none."""
    begin = pd.Timestamp("2025-05-05 09:00")
    axes = rates_by_hour([begin], [(begin, begin + pd.Timedelta(hours=3))]).plot()
    points = [tuple(line.get_xdata()) for line in axes.get_lines() if line.get_marker() == "o"]
    assert points == [(9,), (10,), (11,)]
    axes.figure.canvas.draw()
    assert plot_rates(Rates((rate("", 1, 2.0),), "action")).get_xticklabels()[0].get_text() == "nothing said\n2 h"


def test_settings_stay() -> None:
    """The caller's style is as it was."""
    before = dict(matplotlib.rcParams)
    progress(range(6), range(6), better="higher").plot()
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("plot", [plot_progress, plot_drivers, plot_rates])
def test_something_else(plot: object) -> None:
    """What is none of them is refused by name."""
    with pytest.raises(ConfigError, match="found is"):
        plot("nothing")  # type: ignore[operator]
