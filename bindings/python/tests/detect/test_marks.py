"""Marks that are handed in must fit their samples. Truth: the shapes."""

import numpy as np
import pytest
import unguard


@pytest.mark.parametrize(
    "marks",
    [
        np.zeros((2, 4000), np.uint32),
        np.zeros(8000, np.uint32),
        np.zeros((4000, 2)),
        np.full((4000, 2), 70000, np.int64),
        "abc",
        [[0, 0]] * 4000,
    ],
)
def test_marks_of_another_shape_or_type_are_refused(marks):
    x = np.random.default_rng(1).normal(0, 2, (4000, 2))
    spec = unguard.SpasmDetector(learn=2.0)
    with pytest.raises(unguard.ConfigError, match=r"marks is .*: expected an array of uint32 of the shape of x"):
        unguard.detect(spec, x, fs=1000, marks=marks)


def test_marks_of_the_shape_of_the_samples_are_taken():
    x = np.random.default_rng(1).normal(0, 2, (8000, 2))
    spec = unguard.SpasmDetector(learn=2.0)
    assert unguard.detect(spec, x, fs=1000, marks=np.zeros((8000, 2), np.uint32)) == unguard.detect(spec, x, fs=1000)


@pytest.mark.parametrize("bit", range(10))
def test_what_cut_an_event_short_is_among_its_reasons(bit):
    x = np.random.default_rng(2).normal(0, 2, 8000)
    x[4000:7000] *= 20
    marks = np.zeros(8000, np.uint32)
    marks[5500:] = 1 << bit
    events = unguard.detect(unguard.SpasmDetector(learn=3.0), x, fs=1000, marks=marks)
    closed = [e for e in events if e.report == "CLOSE"]
    assert [(abs(e.onset - 4000) < 30, e.offset) for e in closed] == [(True, 5500)]
    names = ["settling", "gap", "non_finite", "out_of_range", "clipped", "lead_off", "jump", "motion", "hum", "heart"]
    assert closed[0].reasons == [names[bit]]
