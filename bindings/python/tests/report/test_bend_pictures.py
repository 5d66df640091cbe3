"""Pictures of many bends stay small. Truth: what a page can show."""

from __future__ import annotations

import numpy as np
import pytest
import unguard
from matplotlib.figure import Figure
from unguard.clinical import BendAnalysis, analyse_bends
from unguard.clinical.bending_loop_figure import bending_loops
from unguard.report.bend_figures import _ratios, _shade, course_figure
from unguard.report.drawing import COLUMNS, as_shown
from unguard.simulated_recording import to_recording


@pytest.fixture(scope="module")
def made() -> BendAnalysis:
    recording = to_recording(unguard.simulate("guarded", seconds=74, seed=4, fs=1000))
    return analyse_bends(recording, noise=0.4, heart=False)


def test_a_long_curve_is_drawn_as_far_as_a_page_shows_it() -> None:
    time = np.arange(30_000.0)
    values = np.random.default_rng(1).standard_normal(30_000)
    values[12_345], values[23_456] = 100, np.nan
    x, y = as_shown(time, values)
    assert len(x) == len(y) <= 2 * COLUMNS and np.nanmax(y) == 100 and np.nanmin(y) == np.nanmin(values)
    short = as_shown(time[:500], values[:500])
    assert short[0].tolist() == time[:500].tolist() and short[1].tolist() == values[:500].tolist()


def test_a_panel_has_as_many_shapes_for_thirty_bends_as_for_three(made: BendAnalysis) -> None:
    axes = Figure().subplots()
    _shade(axes, made, 0)
    assert len(axes.patches) + len(axes.artists) == 3
    axes = Figure().subplots()
    bending_loops(axes, made, 0)
    assert len(axes.lines) == 4, "down, full flexion, up, and spikes on bending"
    axes = Figure().subplots()
    _ratios(axes, made, made.muscles[0])
    assert len(axes.containers) == 4, "each and all, of ERR and FRR"
    assert course_figure(made).startswith("<svg")
