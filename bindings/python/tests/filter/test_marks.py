"""Marks of the input travel with the samples and spread, as in C++. Truth: the rules of core/quarantine.hpp."""

import numpy as np
import pytest
import unguard
from scipy import signal

FS = 2000
CHAIN = unguard.Chain(unguard.Bandpass(), unguard.Rms(window=0.125))


def _signal(channels=2, frames=4000):
    return np.random.default_rng(3).normal(0, 20, (frames, channels))


def _marked(name, frame, channel=0, **shape):
    marks = np.zeros(_signal(**shape).shape, np.uint32)
    marks[frame, channel] = unguard.MARKS[name]
    return marks


def test_a_mark_spreads_for_as_long_as_what_it_names_may_exceed_1_uV():
    # Truth: a step of the assumed 1 mV, filtered by SciPy, is below 1 uV for good when no mark stands any more.
    _, marks = unguard.Bandpass()(_signal(), fs=FS, marks=_marked("jump", 1000))
    standing = np.flatnonzero(marks[:, 0])
    step = np.where(np.arange(4000) < 1000, 0.0, 1000.0)
    rings = np.flatnonzero(np.abs(signal.sosfilt(unguard.sections(unguard.Bandpass(), fs=FS), step)) > 1)
    assert standing[0] == 1000 and (np.diff(standing) == 1).all()
    assert rings[-1] <= standing[-1] < 1000 + 1.25 * (rings[-1] - 1000)
    assert set(marks[standing, 0]) == {unguard.MARKS["jump"]} and not marks[:, 1].any()


def test_samples_do_not_change_by_a_mark_and_a_mark_stays_in_its_channel():
    x = _signal()
    level, marks = CHAIN(x, fs=FS, marks=_marked("lead_off", 700, channel=1))
    assert (level == CHAIN(x, fs=FS)).all()
    assert not marks[:, 0].any() and marks[700, 1] == unguard.MARKS["lead_off"]


def test_no_mark_set_is_as_none_given():
    x = _signal()
    plain = CHAIN(x, fs=FS, marks=True)
    given = CHAIN(x, fs=FS, marks=np.zeros(x.shape, np.uint32))
    assert (plain[0] == given[0]).all() and (plain[1] == given[1]).all()


def test_marks_of_the_input_join_those_the_chain_finds():
    x = _signal()
    x[500, 0] = np.nan
    _, marks = CHAIN(x, fs=FS, marks=_marked("motion", 500))
    assert marks[500, 0] == unguard.MARKS["motion"] | unguard.MARKS["non_finite"]


def test_the_same_bits_however_the_stream_is_cut():
    x, given = _signal(), _marked("gap", 1500) | _marked("clipped", 1530, channel=1)
    whole = CHAIN(x, fs=FS, marks=given)
    generator = np.random.default_rng(11)
    for _ in range(50):
        live = CHAIN.start(fs=FS, channels=2)
        cuts = np.sort(generator.integers(0, len(x) + 1, 20))
        parts = [live.process(a, marks=m) for a, m in zip(np.split(x, cuts), np.split(given, cuts), strict=True)]
        assert (np.concatenate([p[0] for p in parts]) == whole[0]).all()
        assert (np.concatenate([p[1] for p in parts]) == whole[1]).all()


def test_a_mark_spreads_into_blocks_that_bring_none():
    live = CHAIN.start(fs=FS)
    live.process(_signal(1, 100)[:, 0], marks=np.full(100, unguard.MARKS["heart"], np.uint32))
    _, marks = live.process(_signal(1, 100)[:, 0], marks=True)
    assert (marks == unguard.MARKS["heart"]).all()


def test_what_one_chain_marks_the_next_one_takes():
    # Truth: the same stages in one chain. Counted stage by stage a mark may last longer, never shorter.
    x = _signal()
    x[900, 0] = np.inf
    filtered, marks = unguard.Chain(unguard.Bandpass())(x, fs=FS, marks=True)
    level, marks = unguard.Rms(window=0.125)(filtered, fs=FS, marks=marks)
    whole_level, whole_marks = CHAIN(x, fs=FS, marks=True)
    assert (level == whole_level).all() and ((marks & whole_marks) == whole_marks).all()


@pytest.mark.parametrize("shape", [(4000, 2), (4000,)])
def test_marks_lie_as_the_samples_do(shape):
    marks = np.zeros((4000, 4), np.uint32, order="F")[:, ::2] if len(shape) == 2 else np.zeros(8000, np.uint32)[::2]
    _, found = CHAIN(np.zeros(shape), fs=FS, marks=marks)
    assert found.shape == shape and found.dtype == np.uint32 and not found.any()


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        (np.zeros((2, 4000), np.uint32), r"an array of shape \(2, 4000\)"),
        (np.zeros(4000, np.uint32), r"an array of shape \(4000,\)"),
        (np.zeros((4000, 2)), "an array of float64"),
        (np.zeros((4000, 2), bool), "an array of bool"),
        (np.ma.zeros((4000, 2), dtype=np.uint32), "a masked array"),
        ([[0, 0]] * 4000, r"\[\[0, 0\], "),
        (None, "None"),
        (1, "1"),
        ("all", "'all'"),
    ],
)
def test_marks_of_another_shape_or_type_are_refused(marks, words):
    expected = rf"marks is {words}.*: expected an array of uint32 of the shape of x, or True or False"
    with pytest.raises(unguard.ConfigError, match=expected):
        CHAIN(_signal(), fs=FS, marks=marks)
    with pytest.raises(unguard.ConfigError, match=expected.replace("of x", "of block")):
        CHAIN.start(fs=FS, channels=2).process(_signal(), marks=marks)


def test_bits_without_a_name_are_refused():
    marks = np.full((4000, 2), 1 << 31, np.uint32)
    for take in (CHAIN, unguard.SpasmDetector(learn=2.0)):
        with pytest.raises(unguard.ConfigError, match=r"marks is .* 2147483648: expected bits of unguard\.MARKS"):
            take.start(fs=FS, channels=2).process(_signal(), marks=marks)


def test_a_refused_block_leaves_the_stream_as_it_was():
    x = _signal()
    live = CHAIN.start(fs=FS, channels=2)
    with pytest.raises(unguard.ConfigError):
        live.process(x, marks=np.zeros(3, np.uint32))
    assert live.position == 0 and (live.process(x) == CHAIN(x, fs=FS)).all()
