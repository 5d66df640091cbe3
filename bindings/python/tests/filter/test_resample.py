"""Resampling against scipy.signal.resample_poly, on SciPy's own taps and on its own window, whole and live."""

import copy
from math import gcd

import numpy as np
import pytest
import unguard
from agreement import agree
from scipy import signal

FS = 2000.0
RATIOS = [(1, 2), (2, 1), (3, 2), (2, 3), (1, 10), (10, 1), (160, 147), (147, 160), (125, 256), (5, 5), (6, 4)]


def _close(result, expected, scale):
    agree("resample_poly", result, expected, scale)


def _scipy(x, up, down, window=("kaiser", 5.0)):
    return signal.resample_poly(np.asarray(x, float), up, down, axis=0, window=window, padtype="constant")


@pytest.mark.parametrize(("up", "down"), RATIOS)
@pytest.mark.parametrize("channels", [0, 1, 3, 8])
def test_whole_records_are_scipys(up, down, channels):
    # Truth: scipy.signal.resample_poly with its default window; no channels is a one-dimensional array.
    x = np.random.default_rng(up * down).normal(1000, 50, (1500, channels) if channels else 1500)
    y = unguard.ResampleBy(up=up, down=down, beta=5)(x, fs=FS)
    _close(y, _scipy(x, up, down), np.max(np.abs(x)))


def test_random_ratios_lengths_and_taps_are_scipys():
    # Truth: scipy.signal.resample_poly, its window and given taps of odd and even number, also unsymmetric.
    generator = np.random.default_rng(20)
    for trial in range(300):
        up, down = (int(v) for v in generator.integers(1, 60, 2))
        x = generator.normal(0, 100, (int(generator.integers(1, 700)), 2))
        scale = np.max(np.abs(x))
        if trial % 3 == 0:
            # Unlike SciPy's, a window that is longer than the record is no matter.
            taps = generator.normal(0, 1, int(generator.integers(1, 400)))
            taps /= np.sum(np.abs(taps))
            y = unguard.ResampleBy(up=up, down=down, taps=taps)(x, fs=FS)
            _close(y, _scipy(x, up, down, taps), up * scale)
        else:
            _close(unguard.ResampleBy(up=up, down=down, beta=5)(x, fs=FS), _scipy(x, up, down), scale)


@pytest.mark.parametrize(("to", "up", "down"), [(1000, 1, 2), (3000, 3, 2), (2048, 128, 125), (2000, 1, 1)])
def test_target_rates_and_factors_are_the_same_as_their_ratio(to, up, down):
    x = np.random.default_rng(1).normal(0, 100, 1000)
    expected = unguard.ResampleBy(up=up, down=down)(x, fs=FS)
    assert (unguard.Resample(to=to)(x, fs=FS) == expected).all()
    if up == 1:
        assert (unguard.Decimate(factor=down)(x, fs=FS) == expected).all()


@pytest.mark.parametrize("samples", [0, 1, 2, 3, 31, 32, 33])
@pytest.mark.parametrize(("up", "down"), RATIOS)
def test_empty_and_short_records(samples, up, down):
    # Truth: scipy.signal.resample_poly; of nothing, which it refuses, nothing.
    x = np.random.default_rng(samples).normal(0, 1, (samples, 2))
    y = unguard.ResampleBy(up=up, down=down, beta=5)(x, fs=FS)
    u, d = up // gcd(up, down), down // gcd(up, down)
    assert y.shape == (-(-samples * u // d), 2)
    if samples:
        _close(y, _scipy(x, up, down), 10)
    assert unguard.ResampleBy(up=up, down=down)(x[:, 0], fs=FS).shape == (len(y),)


@pytest.mark.parametrize("dtype", [np.float32, np.float16, np.int16, np.int32, np.uint8])
def test_other_number_types_and_orders_are_read_as_float64(dtype):
    # Truth: resample_poly of the same numbers as float64.
    x = (np.random.default_rng(5).random((800, 2)) * 200).astype(dtype)
    spec = unguard.ResampleBy(up=3, down=2, beta=5)
    y = spec(x, fs=FS)
    assert y.dtype == np.float64
    _close(y, _scipy(x, 3, 2), 200)
    assert (spec(np.asfortranarray(x), fs=FS) == y).all()
    assert (spec(x[::-1], fs=FS) == spec(x[::-1].copy(), fs=FS)).all()
    assert (spec(x.tolist(), fs=FS) == y).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: unguard.Decimate()(np.zeros((2, 2, 2)), fs=FS), "x is 3-dimensional: expected an array of shape"),
        (lambda: unguard.Decimate()(np.float64(1), fs=FS), "expected an array of shape"),
        (lambda: unguard.Decimate()(np.zeros((3, 0)), fs=FS), r"x is of shape \(3, 0\)"),
        (lambda: unguard.Decimate()(np.array(["a"]), fs=FS), "expected real numbers"),
        (lambda: unguard.Decimate()(np.zeros(4, complex), fs=FS), "expected real numbers"),
        (lambda: unguard.Decimate()(np.zeros(4), fs=0), "fs is 0 Hz"),
        (lambda: unguard.Decimate(factor=0), "factor is 0: expected 1 to 1000"),
        (lambda: unguard.Decimate(factor=2.5), "factor is 2.5: expected a whole number"),
        (lambda: unguard.ResampleBy(up=1001), "up is 1001: expected 1 to 1000"),
        (lambda: unguard.Resample(to=float("nan")), "to is nan Hz"),
        (lambda: unguard.Resample(to=1414.2136)(np.zeros(4), fs=FS), r"whole numbers up to 1000 .*\(Resample.to\)"),
        (lambda: unguard.Decimate(taps=[float("nan")]), "taps is "),
        (lambda: unguard.Decimate().start(fs=FS, channels=2).process(np.zeros(4)), "block is one-dimensional"),
        (lambda: unguard.Decimate().start(fs=FS).finish(marks=3), "marks is 3: expected True or False"),
        (lambda: unguard.Decimate().start(fs=FS).latency(at=1001), "at is 1001 Hz"),
        (lambda: unguard.Decimate().start(fs=FS).load(b"12"), "state is 2 bytes: expected the state of the same"),
        (lambda: unguard.Decimate().start(fs=FS).load(None), "state is None"),
        (lambda: unguard.Chain(unguard.Bandpass(), unguard.Decimate()), "stages is Decimate.*: expected filters"),
    ],
)
def test_refusals_name_the_argument(call, message):
    with pytest.raises(unguard.ConfigError, match=message):
        call()


def test_live_is_the_whole_record_in_any_cut_and_is_saved_in_mid_stream():
    # Truth: the call on the whole record.
    generator = np.random.default_rng(3)
    x = generator.normal(0, 100, (2000, 2))
    x[700:800, 1] = np.nan
    for up, down in RATIOS:
        spec = unguard.ResampleBy(up=up, down=down)
        expected, expected_marks = spec(x, fs=FS, marks=True)
        assert expected_marks.any() and not expected_marks[:, 0].any()
        for _ in range(5):
            live = spec.start(fs=FS, channels=["left", "right"])
            parts = []
            for piece in np.split(x, np.sort(generator.integers(0, len(x) + 1, 20))):
                other = spec.start(fs=FS, channels=2)
                other.load(live.save())
                live = copy.copy(other)
                parts.append(live.process(piece, marks=True))
            parts.append(live.finish(marks=True))
            y, marks = (np.concatenate(part) for part in zip(*parts, strict=True))
            assert y.tobytes() == expected.tobytes() and (marks == expected_marks).all()
        assert live.replaced == 100 and live.position == 2000
        with pytest.raises(unguard.ConfigError, match=r"the stream is finished: expected reset\(\)"):
            live.process(x)
        live.reset()
        assert live.position == 0 and (live.process(x) == expected[: len(expected) - len(live.finish())]).all()


def test_the_tail_is_shaped_as_the_blocks_were():
    # Truth: the call on the whole record.
    spec, x = unguard.Decimate(), np.random.default_rng(4).normal(0, 100, (500, 1))
    for record in (x, x[:, 0]):
        live = spec.start(fs=FS)
        y = live.process(record, marks=True)
        y, marks = (np.concatenate(parts) for parts in zip(y, copy.copy(live).finish(marks=True), strict=True))
        assert y.tobytes() == spec(record, fs=FS).tobytes()
        assert y.shape == marks.shape == spec(record, fs=FS).shape
        live.reset()
        assert live.finish().ndim == 1  # before any block
    assert spec.start(fs=FS, channels=2).finish().shape[1] == 2


def test_goes_before_and_behind_a_chain_with_its_marks():
    # Truth: the same processors over the whole record.
    x = np.random.default_rng(9).normal(0, 50, 3000)
    x[1500] = np.inf
    first, down, last = unguard.Chain(unguard.Bandpass(), unguard.Notch()), unguard.Resample(to=1000), unguard.Rms()
    y, marks = first(x, fs=FS, marks=True)
    y, marks = down(y, fs=FS, marks=marks)
    expected, expected_marks = last(y, fs=1000, marks=marks)
    live = first.start(fs=FS), down.start(fs=FS), last.start(fs=1000)
    parts = []
    for piece in np.split(x, range(7, 3000, 7)):
        y, marks = live[0].process(piece, marks=True)
        y, marks = live[1].process(y, marks=marks)
        parts.append(live[2].process(y, marks=marks))
    y, marks = live[1].finish(marks=True)
    parts.append(live[2].process(y, marks=marks))
    y, marks = (np.concatenate(part) for part in zip(*parts, strict=True))
    assert y.tobytes() == expected.tobytes() and (marks == expected_marks).all() and marks.any() and not marks.all()


def test_says_its_rates_ratio_delay_and_taps():
    live = unguard.Resample(to=1000).start(fs=2222.222)
    assert live.fs == 2222.222 and live.fs_out == pytest.approx(1000, rel=5e-7) and live.ratio == (9, 20)
    assert live.latency()["seconds"] == pytest.approx(0.010, rel=1e-6)
    assert live.latency()["stages"][0]["stage"] == "Resample"
    # Truth: scipy.signal.firwin.
    live = unguard.ResampleBy(up=3, down=2, beta=5).start(fs=FS, channels=2)
    np.testing.assert_allclose(live.taps, 3 * signal.firwin(61, 1 / 3, window=("kaiser", 5.0)), rtol=0, atol=1e-15)
    assert live.channels == ["channel 1", "channel 2"] and "ResampleBy" in repr(live)


def test_aliases_are_60_dB_down_where_scipys_default_leaves_more():
    # Truth: the discrete Fourier transform of the taps.
    for up, down in ((1, 2), (1, 10), (160, 147)):
        taps = unguard.ResampleBy(up=up, down=down).start(fs=FS).taps
        frequency, gain = signal.freqz(taps / up, worN=1 << 16, fs=2 * max(up, down))
        assert np.max(np.abs(gain[frequency >= 1.2])) <= 1e-3
        assert np.max(np.abs(np.abs(gain[frequency <= 0.8]) - 1)) <= 1e-3


@pytest.mark.parametrize(("up", "down"), [(1, 2), (1, 4), (2, 1), (3, 2), (160, 147)])
def test_a_real_recording_down_and_up(real_data, up, down):
    # Truth: scipy.signal.resample_poly of the same samples.
    x = np.loadtxt(real_data / "biosppy" / "emg.txt", comments="#")  # codes of the converter
    assert len(x) > 10_000 and np.ptp(x) > 10
    y = unguard.ResampleBy(up=up, down=down, beta=5)(x, fs=1000)
    _close(y, _scipy(x, up, down), np.max(np.abs(x)))
