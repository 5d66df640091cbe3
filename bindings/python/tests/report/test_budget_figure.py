"""The picture of the noise budgets. Truth: the budgets it is drawn from."""

from __future__ import annotations

import numpy as np
import pytest
import unguard
from matplotlib.backends.backend_agg import FigureCanvasAgg
from unguard.analysis import Analysis, analyse
from unguard.recording import Channel, Recording
from unguard.report.budget_figure import budget_figure, drawn_budgets, shares
from unguard.report.drawing import style
from unguard.simulated_recording import to_recording


@pytest.fixture(scope="module")
def contaminated() -> Analysis:
    return analyse(to_recording(unguard.simulate("contaminated", seconds=60, seed=3, fs=1000)))


def test_every_bar_is_the_whole_and_its_parts_are_the_budget(contaminated: Analysis) -> None:
    bars, below = drawn_budgets(contaminated).axes
    for row, channel in enumerate(contaminated.channels):
        assert channel.budget is not None
        drawn = [p.get_width() for p in bars.patches if round(p.get_y() + p.get_height() / 2) == row]
        assert drawn == pytest.approx([100 * share for _, share in shares(channel.budget)]) and sum(
            drawn
        ) == pytest.approx(100)
        lengths = [p.get_width() for p in below.patches if round(p.get_y() + p.get_height() / 2) == row]
        assert lengths == pytest.approx([channel.budget.below_uV, channel.budget.movement_uV])


def test_no_text_lies_on_another(contaminated: Analysis) -> None:
    with style():
        figure = drawn_budgets(contaminated)
        FigureCanvasAgg(figure).draw()
        boxes = [t.get_window_extent() for axes in figure.axes for t in axes.texts]
        boxes += [t.get_window_extent() for axes in figure.axes for t in axes.get_yticklabels() if t.get_visible()]
    assert len(boxes) > 8
    for i, one in enumerate(boxes):
        assert not any(one.overlaps(other) for other in boxes[:i] if one.width and other.width)
        assert one.x1 <= figure.bbox.x1 and one.x0 >= figure.bbox.x0


def test_a_channel_without_a_budget_says_so() -> None:
    data = np.random.default_rng(1).normal(0, 5, (8000, 2))
    data[:, 1] = 0.0
    made = analyse(Recording(data=data, fs=1000.0, channels=[Channel("good"), Channel("off")]))
    assert made.channels[1].budget is None and "no stretch of a second can be used" in budget_figure(made)
