"""Bending loops. Truth: the simulated back that was drawn, and what its analysis found."""

from __future__ import annotations

import numpy as np
import pytest
import unguard
from unguard import ConfigError, clinical
from unguard.clinical.bend_analysis import BendAnalysis
from unguard.simulated_recording import to_recording


@pytest.fixture(scope="module")
def found() -> BendAnalysis:
    return clinical.analyse_bends(to_recording(unguard.simulate("guarded", seconds=60, seed=3)), noise=0.4)


def test_every_bend_is_a_loop_down_held_and_up(found: BendAnalysis) -> None:
    muscle = found.muscles[1]
    axes = clinical.plot_bending_loops(found, muscle)
    assert (
        axes.get_xlabel() == "trunk angle [°]"
        and axes.get_ylabel() == "RMS [µV]"
        and axes.get_title(loc="left") == muscle
    )
    assert [t.get_text() for t in axes.get_legend().get_texts()] == ["down", "full flexion", "up"]
    ways = axes.get_lines()[:3]
    assert len({line.get_linestyle() for line in ways}) == len({line.get_color() for line in ways}) == 3
    down, held, up = (np.asarray(line.get_ydata(), dtype=float) for line in ways)
    # As many pieces as bends, and as strong as they are.
    for piece in (down, held, up):
        finite = np.isfinite(piece)
        assert np.count_nonzero(np.diff(finite.astype(int)) == 1) + int(finite[0]) == found.count
    assert np.nanmax(up) > np.nanmedian(held)
    spikes = [r for r in found.spikes.rises if r.muscle == muscle and r.kind == "SPIKE ON BENDING"]
    assert len(axes.get_lines()[3].get_xdata()) == len(spikes)
    axes.figure.canvas.draw()


def test_refusals_name_the_argument(found: BendAnalysis) -> None:
    with pytest.raises(ConfigError, match=r"^muscle is None: expected one of "):
        clinical.plot_bending_loops(found)
    with pytest.raises(ConfigError, match=r"^muscle is 'heart': expected one of "):
        clinical.plot_bending_loops(found, "heart")
    with pytest.raises(ConfigError, match=r"^found is "):
        clinical.plot_bending_loops("bends")  # type: ignore[arg-type]
