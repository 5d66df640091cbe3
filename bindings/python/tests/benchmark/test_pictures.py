"""The pictures of a comparison. Truth: what a person needs to read them."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator

import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from unguard.benchmark import (
    GRIDS,
    OURS,
    PEERS,
    PUBLISHED,
    Comparison,
    Dataset,
    Family,
    Grid,
    compare,
    generated,
)
from unguard.benchmark.generator import SPASM_LIKE
from unguard.benchmark.report.delay_figure import delay_figure, drawn_points
from unguard.benchmark.report.error_figure import error_figure
from unguard.benchmark.report.f1_figure import f1_figure
from unguard.benchmark.report.looks import looks
from unguard.report.drawing import style

Draw = Callable[[Comparison], Figure]
FIGURES = [f1_figure, delay_figure, error_figure]


@pytest.fixture(scope="module")
def made(bursts: Dataset, families: list[Family]) -> Comparison:
    """As many data sets and methods as the command runs at most, by their names; ours are searched."""
    names = ("plux_bursts", "emggo", "uci_gestures", *GRIDS, SPASM_LIKE)
    sets = [dataclasses.replace(bursts, name=name) for name in names]
    alike = dataclasses.replace(families[0], grid={})
    others = [
        dataclasses.replace(alike, name=f.name, package=f.package, published=f.published) for f in (*PUBLISHED, *PEERS)
    ]
    return compare(sets, [*(dataclasses.replace(families[0], name=f.name) for f in OURS), *others])


def written(axes: Axes) -> Iterator[Text]:
    """Title, labels, ticks that are drawn, and what is written beside bars."""
    yield from (t for t in axes.get_children() if isinstance(t, Text))
    for axis in (axes.xaxis, axes.yaxis):
        yield axis.label
        low, high = sorted(axis.get_view_interval())
        yield from (t.label1 for t in axis.get_major_ticks() if low <= t.get_loc() <= high and t.label1.get_visible())


@pytest.mark.parametrize("draw", FIGURES)
def test_nothing_written_lies_on_something_else(draw: Draw, made: Comparison) -> None:
    with style():
        figure = draw(made)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        texts = [t for axes in figure.axes for t in written(axes) if t.get_text()]
        boxes = [(t.get_text(), t.get_window_extent(canvas.get_renderer())) for t in texts]
    assert [t for t, _ in boxes if t.startswith("generator: rates")] and len(figure.axes) == 8
    assert not [(a, b) for (a, one), (b, other) in itertools.combinations(boxes, 2) if one.overlaps(other)]
    width, height = canvas.get_width_height()
    assert all(b.x0 >= 0 and b.x1 <= width and b.y0 >= 0 and b.y1 <= height for _, b in boxes)


@pytest.mark.parametrize("draw", FIGURES)
def test_every_method_has_a_look_of_its_own(draw: Draw, made: Comparison) -> None:
    found = looks(made)
    assert len({(look.colour, look.marker) for look in found.values()}) == len(made.families) == 26
    assert len({found[f.name].colour for f in OURS}) == len(OURS), "ours have a colour each"
    others = {found[f.name].colour for f in (*PUBLISHED, *PEERS)}
    assert len(others) == 4 and not others & {found[f.name].colour for f in OURS}
    assert [n for n, look in found.items() if look.ours] == [f.name for f in OURS]
    if draw is not f1_figure:
        with style():
            (legend,) = draw(made).legends
        assert [t.get_text() for t in legend.get_texts()] == made.families


def test_delays_and_false_alarms_are_those_of_the_same_trials(families: list[Family]) -> None:
    # Truth: a grid that is nothing but the documented setting cannot lie elsewhere; of two trials one is for tuning.
    grid = Grid(snr_dB=(10.0,), shapes=("step",), kinds=("gaussian",), fs=(1000.0,))
    data = generated(grid, seed=6)
    one = dataclasses.replace(families[0], grid={"spreads": (3.0,)})
    (found,) = compare([data], [one]).searched
    assert len(found.documented.whole.events) == 2 and len(found.tried[0].whole.events) == 1
    points, alone = drawn_points(found, data)
    assert alone is not None and points.points == (alone, alone)
    assert alone.delay_ms == found.tried[0].tuning.delay != found.documented.whole.delay
    with style():
        (legend,) = delay_figure(compare([data], [one])).legends
    assert "tuning part" in legend.get_title().get_text()
    # Where nothing is for tuning, all is drawn.
    untuned = dataclasses.replace(data, trials=tuple(dataclasses.replace(t, tuning=(0, 0)) for t in data.trials))
    (found,) = compare([untuned], [one], grid=False).searched
    points, alone = drawn_points(found, untuned)
    assert alone is not None and alone.delay_ms == found.documented.whole.delay


def test_a_panel_that_would_be_empty_says_why(bursts: Dataset, families: list[Family]) -> None:
    (trial,) = bursts.trials
    two = dataclasses.replace(trial, truth=trial.truth[:2] if trial.truth else None, tuning=(0, 0))
    made = compare([dataclasses.replace(bursts, trials=(two,))], families[:1], grid=False)
    with style():
        (axes,) = error_figure(made).axes
    assert [t.get_text() for t in axes.texts] == ["fewer than 3 events in any 5 dB"]
