"""Every argument that cannot be is refused in one sentence that names it, and never by a list of C++ signatures.

Truth: the documented ranges, and Python's own words for calls that do not fit.
"""

from __future__ import annotations

import copy
import decimal
import fractions
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import unguard
from unguard import ConfigError, io
from unguard.analysis import analyse
from unguard.recording import Channel, Recording

FS = 2000
X = np.random.default_rng(1).normal(0, 5, (8000, 2))
CHAIN = unguard.Chain(unguard.Bandpass(), unguard.Rms())
DETECTOR = unguard.SpasmDetector(learn=2.0)
RECORDING = Recording(data=X[:, :1], fs=2000.0, channels=[Channel("a")])
NAN, INF = float("nan"), float("inf")


def _chain(channels: int = 2) -> unguard.LiveChain:
    return CHAIN.start(fs=FS, channels=channels)


def _detector() -> unguard.LiveDetector:
    return DETECTOR.start(fs=FS, channels=2)


def _finished() -> unguard.LiveDetector:
    live = _detector()
    live.process(X)
    live.finish()
    return live


def _rest() -> dict[str, Any]:
    return unguard.calibrate_rest(X, fs=FS, band="20-450 Hz").to_dict()


_MASKED = np.ma.masked_array(X, X > 10)
#: No sampling rate, and what is found in its place.
_RATES: list[tuple[Any, str]] = [
    ("2000", "'2000'"),
    (None, "None"),
    (NAN, "nan Hz"),
    (INF, "inf Hz"),
    (0, "0 Hz"),
    (-2000.0, "-2000 Hz"),
    (2e6, "2000000 Hz"),
    (True, "True"),
    (np.True_, "np.True_"),
    (2000j, "2000j"),
    (np.complex64(2000), "np.complex64"),
    ((2000,), "(2000,)"),
    (2**2000, str(2**2000)[:40]),
    (b"2000", "b'2000'"),
    (np.timedelta64(2000, "s"), "np.timedelta64"),
]
#: Everything that takes a rate.
_WITH_RATE: dict[str, Callable[[Any], Any]] = {
    "Chain()": lambda fs: CHAIN(X, fs=fs),
    "Chain.start": lambda fs: CHAIN.start(fs=fs),
    "Bandpass()": lambda fs: unguard.Bandpass()(X, fs=fs),
    "Bandpass.start": lambda fs: unguard.Bandpass().start(fs=fs),
    "SpasmDetector.start": lambda fs: DETECTOR.start(fs=fs),
    "detect": lambda fs: unguard.detect(DETECTOR, X, fs=fs),
    "calibrate_rest": lambda fs: unguard.calibrate_rest(X, fs=fs, band=""),
    "calibrate_quietest": lambda fs: unguard.calibrate_quietest(X, fs=fs, band=""),
    "calibrate_reference": lambda fs: unguard.calibrate_reference(X, fs=fs, holds=[(0, 6000)], band=""),
    "HeartGate()": lambda fs: unguard.HeartGate()(X, fs=fs),
    "sections": lambda fs: unguard.sections(CHAIN, fs=fs),
    "response": lambda fs: unguard.response(unguard.Bandpass(), [50], fs=fs),
    "group_delay": lambda fs: unguard.group_delay(unguard.Bandpass(), [50], fs=fs),
    "settle_time": lambda fs: unguard.settle_time(unguard.Bandpass(), fs=fs),
    "noise_bandwidth": lambda fs: unguard.noise_bandwidth(unguard.Bandpass(), fs=fs),
    "plot_response": lambda fs: unguard.plot_response(unguard.Bandpass(), fs=fs),
    "zero_phase": lambda fs: unguard.zero_phase(unguard.Bandpass(), X, fs=fs),
    "designed_poles": lambda fs: unguard.designed_poles(unguard.Bandpass(), fs=fs),
    "designed_zeros": lambda fs: unguard.designed_zeros(unguard.Bandpass(), fs=fs),
    "butterworth_order": lambda fs: unguard.butterworth_order(
        passband=20, stopband=100, ripple=1, attenuation=40, fs=fs
    ),
}


@pytest.mark.parametrize(("fs", "found"), _RATES, ids=lambda v: str(v)[:20])
@pytest.mark.parametrize("taker", _WITH_RATE)
def test_a_rate_that_cannot_be(taker: str, fs: Any, found: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        _WITH_RATE[taker](fs)
    assert refusal.value.parameter == "fs"
    assert str(refusal.value).startswith(f"fs is {found}")
    assert ": expected a sampling rate above 0 Hz, at most 1000000 Hz" in str(refusal.value)


#: No samples of two channels, and what is said.
_SAMPLES: dict[str, tuple[Any, str]] = {
    "masked": (_MASKED, "a masked array of shape (8000, 2) and dtype float64: expected an array without a mask"),
    "masked, nothing masked": (np.ma.array(X), "a masked array"),
    "masked integers": (np.ma.array(X.astype(int), mask=X > 10), "a masked array"),
    "list of masked": (list(_MASKED), "a masked array of shape (2,)"),
    "masked in a list": ([[1.0, np.ma.masked]], "a masked array of shape ()"),
    "None in a list": ([[1, None]], "[[1, None]]: expected real numbers"),
    "object array": (X.astype(object), "an array of dtype object: expected real numbers"),
    "complex array": (X.astype(complex), "an array of dtype complex128: expected real numbers"),
    "complex list": ([[1j, 0]], "[[1j, 0]]: expected real numbers"),
    "text array": (X.astype(str), "an array of dtype <U"),
    "bytes array": (X.astype("S"), "an array of dtype |S"),
    "text list": ([["1", "2"]], "[['1', '2']]: expected real numbers"),
    "bool array": (X > 0, "an array of dtype bool: expected real numbers"),
    "bool list": ([[True, False]], "[[True, False]]: expected real numbers"),
    "times": (X.astype("timedelta64[s]"), "an array of dtype timedelta64[s]"),
    "ragged list": ([[1, 2], [3]], "[[1, 2], [3]]: expected an array of samples"),
    "text": ("abc", "'abc': expected real numbers"),
    "bytes": (b"abc", "b'abc': expected real numbers"),
    "None": (None, "None: expected real numbers"),
    "a number": (1.0, "0-dimensional: expected an array of shape"),
    "three dimensions": (np.zeros((2, 2, 2)), "3-dimensional: expected an array of shape"),
    "no channel": (np.zeros((5, 0)), "of shape (5, 0): expected (samples, channels)"),
    "too wide": (np.zeros((2, 5000)), "of shape (2, 5000): expected (samples, channels)"),
}
_WITH_SAMPLES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "Chain()": ("x", lambda x: CHAIN(x, fs=FS)),
    "Rms()": ("x", lambda x: unguard.Rms()(x, fs=FS)),
    "zero_phase": ("x", lambda x: unguard.zero_phase(unguard.Bandpass(), x, fs=FS)),
    "detect": ("x", lambda x: unguard.detect(DETECTOR, x, fs=FS)),
    "calibrate_rest": ("x", lambda x: unguard.calibrate_rest(x, fs=FS, band="")),
    "calibrate_quietest": ("x", lambda x: unguard.calibrate_quietest(x, fs=FS, band="")),
    "calibrate_reference": ("x", lambda x: unguard.calibrate_reference(x, fs=FS, holds=[(0, 6000)], band="")),
    "HeartGate()": ("x", lambda x: unguard.HeartGate()(x, fs=FS)),
    "LiveChain.process": ("block", lambda x: _chain().process(x)),
    "LiveDetector.process": ("block", lambda x: _detector().process(x)),
}


@pytest.mark.parametrize("what", _SAMPLES)
@pytest.mark.parametrize("taker", _WITH_SAMPLES)
def test_samples_that_cannot_be(taker: str, what: str) -> None:
    (x, words), (name, take) = _SAMPLES[what], _WITH_SAMPLES[taker]
    with pytest.raises(ConfigError) as refusal:
        take(x)
    assert refusal.value.parameter == name
    assert str(refusal.value).startswith(f"{name} is {words}") and "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "x",
    [
        X.astype(np.float32),
        X.astype(np.float16),
        X.astype(np.longdouble),
        X.astype(int),
        X.astype(np.uint8),
        X.astype(">f8"),
        np.asfortranarray(X),
        X[::2],
        X.tolist(),
        [tuple(row) for row in X.tolist()],
        [np.float32(1.5), 2, 3.0],
        np.zeros((0, 2)),
        [],
    ],
    ids=lambda x: str(getattr(x, "dtype", "list")),
)
def test_samples_of_other_types_are_converted(x: Any) -> None:
    # Truth: NumPy's own conversion to float64.
    plain = np.ascontiguousarray(x, dtype=np.float64)
    assert (CHAIN(x, fs=FS) == CHAIN(plain, fs=FS)).all() and CHAIN(x, fs=FS).shape == plain.shape


_REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    # The number of channels and their names
    "channels=2**40": (lambda: CHAIN.start(fs=FS, channels=2**40), f"channels is {2**40}: expected a number of"),
    "channels=2**70": (lambda: CHAIN.start(fs=FS, channels=2**70), f"channels is {2**70}: expected a number of"),
    "channels=0": (lambda: CHAIN.start(fs=FS, channels=0), "channels is 0: expected a number of channels from 1 to"),
    "channels=-1": (lambda: DETECTOR.start(fs=FS, channels=-1), "channels is -1: expected a number of channels"),
    "channels=True": (lambda: CHAIN.start(fs=FS, channels=True), "channels is True: expected a number of channels"),
    "channels=np.True_": (lambda: CHAIN.start(fs=FS, channels=np.True_), "channels is np.True_"),
    "channels=2.0": (lambda: CHAIN.start(fs=FS, channels=2.0), "channels is 2.0: expected a number of channels"),
    "channels='left'": (lambda: CHAIN.start(fs=FS, channels="left"), "channels is 'left': expected a number of"),
    "channels=None": (lambda: CHAIN.start(fs=FS, channels=None), "channels is None: expected a number of channels"),
    "channels=b'ab'": (lambda: CHAIN.start(fs=FS, channels=b"ab"), "channels is b'ab': expected a number of"),
    "channels={}": (lambda: CHAIN.start(fs=FS, channels={"a": 1}), "channels is {'a': 1}: expected a number of"),
    "channels=[1]": (lambda: CHAIN.start(fs=FS, channels=[1]), "channels is 1: expected names of channels, as text"),
    "channels=[]": (lambda: CHAIN.start(fs=FS, channels=[]), "channels is 0 channels: expected 1 to 1024 channels"),
    "channels twice": (lambda: CHAIN.start(fs=FS, channels=["a", "a"]), 'channels is "a" twice: expected every name'),
    "channels beside x": (
        lambda: unguard.detect(DETECTOR, X, fs=FS, channels=3),
        "channels is for 3 columns: expected 2, as x has columns",
    ),
    # Fields of specs
    "order=True": (lambda: unguard.Bandpass(order=True), "order is True: expected a whole number from 1 to 12 (Band"),
    "order=4.0": (lambda: unguard.Bandpass(order=4.0), "order is 4.0: expected a whole number from 1 to 12 (Band"),
    "order='4'": (lambda: unguard.Bandpass(order="4"), "order is '4': expected a whole number from 1 to 12 (Band"),
    "order=2**40": (lambda: unguard.Bandpass(order=2**40), f"order is {2**40}: expected a whole number from 1 to 12"),
    "order=2**70": (lambda: unguard.Bandpass(order=2**70), f"order is {2**70}: expected a whole number from 1 to 12"),
    "order=None": (lambda: unguard.Bandpass(order=None), "order is None: expected a whole number from 1 to 12"),
    "low='20'": (lambda: unguard.Bandpass(low="20"), "low is '20': expected a finite number above 0 Hz (Bandpass.low)"),
    "low=None": (lambda: unguard.Bandpass(low=None), "low is None: expected a finite number above 0 Hz (Bandpass.low)"),
    "low=True": (lambda: unguard.Bandpass(low=True), "low is True: expected a finite number above 0 Hz (Bandpass.low)"),
    "low=nan": (lambda: unguard.Bandpass(low=NAN), "low is nan Hz: expected a finite number above 0 Hz"),
    "low=[20]": (lambda: unguard.Bandpass(low=[20]), "low is [20]: expected a finite number above 0 Hz (Bandpass.low)"),
    "low=array": (lambda: unguard.Bandpass(low=np.array([20.0])), "low is an array of shape (1,) and dtype float64"),
    "low=masked": (lambda: unguard.Bandpass(low=np.ma.masked), "low is a masked array of shape ()"),
    "low=20j": (lambda: unguard.Bandpass(low=np.complex128(20)), "low is np.complex128(20+0j): expected a finite"),
    "q='30'": (lambda: unguard.Notch(q="30"), "q is '30': expected a finite number above 0, or None (Notch.q)"),
    "detection=1": (lambda: unguard.TwoPole(detection=1), 'detection is 1: expected one of "rectified"'),
    "detection=b''": (lambda: unguard.TwoPole(detection=b"power"), "detection is b'power': expected one of"),
    "detection": (lambda: unguard.TwoPole(detection="loud"), "detection is 'loud': expected one of"),
    "all_rest='no'": (lambda: unguard.SpasmDetector(all_rest="no"), "all_rest is 'no': expected True or False (Spasm"),
    "all_rest=1": (lambda: unguard.SpasmDetector(all_rest=1), "all_rest is 1: expected True or False (SpasmDetector"),
    "rest={}": (lambda: unguard.SpasmDetector(rest={}), "rest is {}: expected a RestCalibration, or None (Spasm"),
    "rows='abc'": (lambda: unguard.Sos(rows="123456"), "rows is '123456': expected numbers in a row"),
    "rows=bytes": (lambda: unguard.Sos(rows=b"123456"), "rows is b'123456': expected numbers in a row"),
    "rows=dict": (lambda: unguard.Sos(rows={1: 2}), "rows is {1: 2}: expected numbers in a row"),
    "rows=5": (lambda: unguard.Sos(rows=5), "rows is 5: expected numbers in a row"),
    "rows of 3": (
        lambda: unguard.Sos(rows=[[1, 0, 0], [1, 0, 0]]),
        "rows is [[1, 0, 0], [1, 0, 0]]: expected numbers in a",
    ),
    "rows uneven": (
        lambda: unguard.Sos(rows=[[1, 0, 0, 1, 0, 0], 1]),
        "rows is [[1, 0, 0, 1, 0, 0], 1]: expected numbers",
    ),
    "b 2 x 2": (lambda: unguard.TransferFunction(b=np.ones((2, 2)), a=[1]), "b is an array of shape (2, 2)"),
    "rows=None": (lambda: unguard.Sos(rows=None), "rows is None: expected numbers in a row"),
    "rows=complex": (lambda: unguard.Sos(rows=np.ones(6, complex)), "rows is an array of shape (6,) and dtype complex"),
    "rows=masked": (lambda: unguard.Sos(rows=np.ma.ones(6)), "rows is a masked array of shape (6,)"),
    "seed=2**64": (lambda: unguard.Paraspinal(seed=2**64), f"seed is {2**64}: expected a whole number from 0 to 9e"),
    "seed=-1": (lambda: unguard.Paraspinal(seed=-1), "seed is -1: expected 0 to 9e"),
    "seed=1.5": (lambda: unguard.Paraspinal(seed=1.5), "seed is 1.5: expected a whole number from 0 to 9e"),
    "resting='abc'": (lambda: unguard.Paraspinal(resting="123"), "resting is '123': expected a number from 0 to 1000"),
    "resting=[None]": (lambda: unguard.Paraspinal(resting=[None] * 4), "resting is [None, None, None, None]: expected"),
    "ecg=True": (lambda: unguard.Paraspinal(ecg=True), "ecg is True: expected a EcgArtefact, or None (Paraspinal.ecg)"),
    "stage": (lambda: unguard.Chain("Bandpass"), "stages is 'Bandpass': expected filters such as Bandpass()"),
    "stages": (lambda: unguard.Chain([unguard.Rms()]), "stages is [Rms(window=0.125)]: expected filters such as"),
    # Simulation
    "simulate seed=2**64": (lambda: unguard.simulate("rest", seed=2**64), f"seed is {2**64}: expected a whole number"),
    "simulate seed=-1": (lambda: unguard.simulate("rest", seed=-1), "seed is -1: expected 0 to 9e"),
    "simulate seed=None": (lambda: unguard.simulate("rest", seed=None), "seed is None: expected a whole number from"),
    "simulate seed=True": (lambda: unguard.simulate("rest", seed=True), "seed is True: expected a whole number from"),
    "simulate seconds='60'": (lambda: unguard.simulate("rest", seconds="60"), "seconds is '60': expected a length"),
    "simulate seconds=nan": (lambda: unguard.simulate("rest", seconds=NAN), "duration is nan s: expected"),
    "simulate fs='2000'": (lambda: unguard.simulate("rest", fs="2000"), "fs is '2000': expected a sampling rate in Hz"),
    "simulate fs=None": (lambda: unguard.simulate("rest", fs=None), "fs is None: expected a sampling rate in Hz"),
    "simulate fs=nan": (lambda: unguard.simulate("rest", fs=NAN), "rate is nan Hz: expected"),
    "simulate 5": (lambda: unguard.simulate(5), "spec is 5: expected the name of a scenario, or a Paraspinal"),
    "simulate None": (lambda: unguard.simulate(None), "spec is None: expected the name of a scenario, or a Paraspinal"),
    "scenario 5": (lambda: unguard.scenario(5, seconds=60, seed=1), "name is 5: expected the name of a scenario"),
    "scenario": (lambda: unguard.scenario("asleep", seconds=60, seed=1), 'name is "asleep": expected one of "rest"'),
    # Live chains
    "block of another width": (lambda: _chain(3).process(X), "block is 2 channels wide: expected 3 channels, as the"),
    "block without width": (lambda: _chain(3).process(X[:, 0]), "block is one-dimensional: expected 3 channels"),
    "load('abc')": (lambda: _chain().load("abc"), "state is 'abc': expected the bytes save() gave"),
    "load(None)": (lambda: _chain().load(None), "state is None: expected the bytes save() gave"),
    "load(truncated)": (lambda: _chain().load(_chain().save()[:-9]), "bytes: expected the state of the same chain"),
    "load(b'')": (lambda: _chain().load(b""), "state is 0 bytes: expected the state of the same chain"),
    "load(other)": (lambda: _chain().load(_chain(3).save()), "bytes: expected the state of the same chain"),
    "change": (lambda: _chain().change("Bandpass"), "spec is 'Bandpass': expected a filter such as Bandpass()"),
    "latency at nan": (lambda: _chain().latency(at=NAN), "at is nan Hz: expected a frequency from 0 Hz to half"),
    "latency at -1": (lambda: _chain().latency(at=-1), "at is -1 Hz: expected a frequency from 0 Hz to half"),
    "latency at '100'": (lambda: _chain().latency(at="100"), "at is '100': expected a frequency from 0 Hz to half"),
    # Live detectors
    "process after finish": (lambda: _finished().process(X), "the stream is finished: expected reset(), or another"),
    "declare after finish": (lambda: _finished().declare("pain", at=2**40), "the stream is finished: expected reset()"),
    "declare at=2**70": (lambda: _detector().declare("pain", at=2**70), f"at is {2**70}: expected a whole number"),
    "declare at=-1": (lambda: _detector().declare("pain", at=-1), "at is -1: expected a sample still to come"),
    "declare at=1.0": (lambda: _detector().declare("pain", at=1.0), "at is 1.0: expected a whole number"),
    "declare at=None": (lambda: _detector().declare("pain", at=None), "at is None: expected a whole number"),
    "declare at=True": (lambda: _detector().declare("pain", at=True), "at is True: expected a whole number"),
    "declare 5": (lambda: _detector().declare(5, at=1), 'marker is 5: expected one of "rest begins"'),
    "declare 'rest'": (lambda: _detector().declare("rest", at=1), "marker is 'rest': expected one of \"rest begins\""),
    "declare value='5'": (lambda: _detector().declare("pain", at=1, value="5"), "value is '5': expected a finite"),
    "declare value=nan": (lambda: _detector().declare("pain", at=1, value=NAN), "value is nan: expected a finite"),
    "markers=5": (lambda: unguard.detect(DETECTOR, X, fs=FS, markers=5), "markers is 5: expected pairs (kind, sample)"),
    "markers=[5]": (lambda: unguard.detect(DETECTOR, X, fs=FS, markers=[5]), "markers is 5 among others: expected"),
    "markers='ab'": (lambda: unguard.detect(DETECTOR, X, fs=FS, markers="ab"), "markers is 'ab': expected pairs"),
    "markers at=2**70": (
        lambda: unguard.detect(DETECTOR, X, fs=FS, markers=[("pain", 2**70)]),
        f"at is {2**70}: expected a whole number",
    ),
    "detect without a detector": (lambda: unguard.detect("spasm", X, fs=FS), "spec is 'spasm': expected a SpasmDetec"),
    "calibrate spec": (
        lambda: unguard.calibrate_rest(X, fs=FS, band="", spec=DETECTOR),
        "spec is SpasmDetector(",
    ),
    "calibrate band": (lambda: unguard.calibrate_rest(X, fs=FS, band=None), "band is None: expected what x has been"),
    "calibration": (lambda: unguard.RestCalibration.from_dict("abc"), "calibration is 'abc': expected what RestCalib"),
    "calibration {}": (lambda: unguard.RestCalibration.from_dict({}), "calibration is a dict without a key or with a"),
    "calibration text": (
        lambda: unguard.RestCalibration.from_dict(_rest() | {"slow_s": "0.1"}),
        "calibration is a dict without a key or with a value of another type: expected what RestCalibration.to_dict()",
    ),
    "calibration list": (
        lambda: unguard.RestCalibration.from_dict(_rest() | {"level": []}),
        "calibration is a dict without a key",
    ),
    # Frequencies
    "response nan": (lambda: unguard.response(unguard.Rms(), [NAN], fs=FS), "stages is "),
    "response f=nan": (lambda: _response([50, NAN]), "frequencies is nan Hz at 1: expected frequencies from 0 Hz to"),
    "response f=inf": (lambda: _response([INF]), "frequencies is inf Hz at 0: expected frequencies from 0 Hz to half"),
    "response f<0": (lambda: _response([-50.0]), "frequencies is -50 Hz at 0: expected frequencies from 0 Hz to half"),
    "response f>fs/2": (lambda: _response([1001]), "frequencies is 1001 Hz at 0: expected frequencies from 0 Hz to"),
    "response f=[]": (lambda: _response([]), "frequencies is empty: expected one frequency in Hz or more"),
    "response f='50'": (lambda: _response("50"), "frequencies is '50': expected real numbers"),
    "response f=None": (lambda: _response(None), "frequencies is None: expected real numbers"),
    "response f=True": (lambda: _response(True), "frequencies is True: expected real numbers"),
    "response f=masked": (lambda: _response(np.ma.ones(3)), "frequencies is a masked array of shape (3,)"),
    "response f=2-D": (lambda: _response(np.ones((2, 2))), "frequencies is two-dimensional: expected one frequency"),
    "response f=complex": (lambda: _response([1j]), "frequencies is [1j]: expected real numbers"),
    "response spec": (lambda: unguard.response("Rms", 5, fs=FS), "spec is 'Rms': expected a filter such as Bandpass()"),
    "noise_bandwidth spec": (lambda: unguard.noise_bandwidth(5, fs=FS), "spec is 5: expected a filter such as"),
    "noise_bandwidth Rms": (lambda: unguard.noise_bandwidth(unguard.Rms(), fs=FS), "stages is "),
    "plot_response spec": (lambda: unguard.plot_response(5, fs=FS), "spec is 5: expected a filter such as"),
    "plot_response Rms": (lambda: unguard.plot_response(unguard.Rms(), fs=FS), "stages is "),
    "plot_response axes": (
        lambda: unguard.plot_response(unguard.Bandpass(), fs=FS, axes=[1, 2]),
        "axes is 2 of them: expected three Axes",
    ),
    # What claims to be what it is not
    "Chain(None)": (lambda: unguard.Chain(None), "stages is None: expected filters such as Bandpass() or Rms()"),
    "response spec=None": (lambda: unguard.response(None, 5, fs=FS), "spec is None: expected a filter such as"),
    "group_delay spec=None": (lambda: unguard.group_delay(None, 5, fs=FS), "spec is None: expected a filter such as"),
    "change(None)": (lambda: _chain().change(None), "spec is None: expected a filter such as Bandpass(), or a Chain"),
    "start channels=0-d": (
        lambda: CHAIN.start(fs=FS, channels=np.array(2.0)),
        "channels is an array of shape () and dtype float64: expected a number of channels from 1 to 1024, or a list",
    ),
    "start channels=2-D": (
        lambda: CHAIN.start(fs=FS, channels=np.array([["a"]])),
        "channels is an array of shape (1, 1)",
    ),
    "calibrate channels=0-d": (
        lambda: unguard.calibrate_rest(X, fs=FS, band="", channels=np.array("a")),
        "channels is an array of shape ()",
    ),
    "analyse channels=0-d": (
        lambda: analyse(RECORDING, channels=np.array("a")),
        "channels is array('a', dtype='<U1'): expected one or more of a",
    ),
    "read channels=0-d": (
        lambda: io.read(__file__, channels=np.array(2.0)),
        "channels is array(2.): expected channel names as text",
    ),
    "group_delay f=nan": (
        lambda: unguard.group_delay(unguard.Bandpass(), [NAN], fs=FS),
        "frequencies is nan Hz at 0: expected frequencies from 0 Hz to half",
    ),
    "designed_poles": (
        lambda: unguard.designed_poles(unguard.Rms(), fs=FS),
        "spec is Rms(window=0.125): expected a filter designed by poles and zeros, such as Bandpass() or Notch()",
    ),
    "designed_zeros": (
        lambda: unguard.designed_zeros(unguard.Sos(rows=[1, 0, 0, 1, 0, 0]), fs=FS),
        "expected a filter designed by poles and zeros, such as Bandpass() or Notch()",
    ),
    "order passband": (lambda: _order(passband="20"), "passband is '20': expected numbers in a row, each a finite"),
    "order passband=nan": (lambda: _order(passband=NAN), "passband is [nan Hz]: expected every value to be a finite"),
    "order passband above": (lambda: _order(passband=1000), "passband is 1000 Hz: expected below half the sampling"),
    "order stopband": (lambda: _order(stopband=(5, 700)), "stopband is [5 Hz, 700 Hz]: expected as many edges as"),
    "order ripple": (lambda: _order(ripple=0), "ripple is 0 dB: expected 0.001 to 12 dB (Tolerances.ripple)"),
    "order ripple=None": (lambda: _order(ripple=None), "ripple is None: expected a number from 0.001 to 12 dB"),
    "order attenuation": (lambda: _order(attenuation=300), "attenuation is 300 dB: expected 3 to 200 dB"),
    "order 29": (lambda: _order(stopband=24), "order is 29: expected 1 to 12: a wider transition or less attenuation"),
    "settle_time step": (lambda: _settle(step=0), "step is 0 uV: expected a finite number above 0 uV"),
    "settle_time step=nan": (lambda: _settle(step=NAN), "step is nan uV: expected a finite number above 0 uV"),
    "settle_time step=inf": (lambda: _settle(step=INF), "step is inf uV: expected a finite number above 0 uV"),
    "settle_time step='1'": (lambda: _settle(step="1"), "step is '1': expected a finite number above 0 uV"),
    "settle_time within": (lambda: _settle(within=-1), "within is -1 uV: expected a finite number above 0 uV"),
    "settle_time ratio": (lambda: _settle(step=1e300, within=1e-300), "within is 1e-300 uV: expected no such small"),
}


def _order(**changed: Any) -> Any:
    return unguard.butterworth_order(
        **{"passband": 20, "stopband": 100, "ripple": 1, "attenuation": 40, "fs": FS, **changed}
    )


def _response(frequencies: Any) -> Any:
    return unguard.response(unguard.Bandpass(), frequencies, fs=FS)


def _settle(**options: Any) -> float:
    return unguard.settle_time(unguard.Bandpass(), fs=FS, **options)


@pytest.mark.parametrize("what", _REFUSED)
def test_refused_by_name(what: str) -> None:
    call, words = _REFUSED[what]
    with pytest.raises(ConfigError) as refusal:
        call()
    assert words in str(refusal.value) and ": expected " in str(refusal.value)
    assert "\n" not in str(refusal.value) and len(str(refusal.value)) < 600


#: Calls that do not fit, in Python's own words.
_CALLS: dict[str, tuple[Callable[[], Any], str]] = {
    "no fs": (lambda: CHAIN.start(), "Chain.start() missing 1 required keyword-only argument: 'fs'"),
    "fs by place": (lambda: CHAIN.start(2000), "Chain.start() takes 1 positional argument but 2 were given"),
    "no x": (lambda: CHAIN(fs=FS), "Chain.__call__() missing 1 required positional argument: 'x'"),
    "no fs for a spec": (lambda: unguard.Rms()(X), "Rms.__call__() missing 1 required keyword-only argument: 'fs'"),
    "no block": (lambda: _chain().process(), "LiveChain.process() missing 1 required positional argument: 'block'"),
    "marks by place": (lambda: _chain().process(X, True), "LiveChain.process() takes 2 positional arguments but 3"),
    "another name": (lambda: _chain().process(X, mark=True), "LiveChain.process() got an unexpected keyword argument"),
    "no state": (lambda: _chain().load(), "LiveChain.load() missing 1 required positional argument: 'state'"),
    "no at": (lambda: _detector().declare("pain"), "LiveDetector.declare() missing 1 required keyword-only argument"),
    "finish(1)": (lambda: _detector().finish(1), "LiveDetector.finish() takes 1 positional argument but 2 were"),
    "no band": (lambda: unguard.calibrate_rest(X, fs=FS), "calibrate_rest() missing 1 required keyword-only argument"),
    "no frequencies": (lambda: unguard.response(CHAIN, fs=FS), "response() missing 1 required positional argument"),
    "no seed": (lambda: unguard.scenario("rest", seconds=60), "scenario() missing 1 required keyword-only argument"),
    "no calibration": (lambda: unguard.RestCalibration.from_dict(), "RestCalibration.from_dict() missing 1"),
    "another self": (lambda: unguard.Chain.start(5, fs=FS), "Chain.start() is called on an object of another class"),
    "fields by place": (lambda: unguard.Bandpass(20, 450), "Bandpass() takes its parameters by name only: low, high,"),
    "no such field": (lambda: unguard.Bandpass(lo=20), "Bandpass() has no parameter 'lo'; it has: low, high, order"),
    "no field at all": (lambda: unguard.Rectify(a=1), "Rectify() has no parameter 'a'; it has: none"),
    "a chain by name": (lambda: unguard.Chain(a=unguard.Rms()), "Chain() takes filters one after the other"),
}


@pytest.mark.parametrize("what", _CALLS)
def test_a_call_that_does_not_fit(what: str) -> None:
    call, words = _CALLS[what]
    with pytest.raises(TypeError) as refusal:
        call()
    assert words in str(refusal.value) and "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "number", [2000, 2000.0, np.int16(2000), np.float32(2000), np.array(2000), fractions.Fraction(2000)]
)
def test_numbers_of_every_kind_are_a_rate(number: Any) -> None:
    assert CHAIN.start(fs=number).fs == 2000.0


@pytest.mark.parametrize(
    "channels", [4, np.int64(4), np.uint8(4), np.array(4), list("abcd"), tuple("abcd"), np.array(list("abcd"))]
)
def test_channels_of_every_kind(channels: Any) -> None:
    assert len(CHAIN.start(fs=FS, channels=channels).channels) == 4
    assert unguard.Bandpass(order=np.int64(4)) == unguard.Bandpass(order=4)


def test_a_decimal_is_no_number_of_the_engine() -> None:
    with pytest.raises(ConfigError, match=r"low is Decimal\('20'\): expected a finite number above 0 Hz"):
        unguard.Bandpass(low=decimal.Decimal(20))


def test_frequencies_are_taken_in_the_order_they_lie() -> None:
    # Truth: one frequency after the other.
    f = np.linspace(0, FS / 2, 41)
    alone = np.array([_response(one)[0] for one in f[::4]])
    assert (_response(f[::4]) == alone).all() and (_response(list(f[::4])) == alone).all()
    assert (_response(f[::-4]) == alone[::-1]).all()


def test_a_finished_detector_can_begin_anew() -> None:
    live = _finished()
    assert live.finish() == []
    live.reset()
    assert live.process(X) == _detector().process(X)


def test_state_goes_from_one_chain_to_another() -> None:
    live, other = _chain(), _chain()
    live.process(X[:100])
    other.load(live.save())
    assert (live.process(X[100:]) == other.process(X[100:])).all()


def test_documentation_tells_the_types() -> None:
    assert "fs: float, channels: int | collections.abc.Sequence[str | tuple[str, str]] = 1" in (
        CHAIN.start.__doc__ or ""
    )
    for documented in (unguard.Chain.start, unguard.LiveChain.process, unguard.detect, unguard.response):
        assert "Overloaded" not in (documented.__doc__ or "") and "*args" not in (documented.__doc__ or "")


@pytest.mark.parametrize("shape", [(3, 6), (2, 6), (6, 6), (3, 5), (2, 2, 6)])
def test_numbers_in_a_row_are_no_table(shape: tuple[int, ...]) -> None:
    # Only Sos has rows of six: a table of three filters is no filter of eighteen taps.
    table = np.full(shape, 0.01)
    for make in (
        lambda: unguard.Fir(taps=table),
        lambda: unguard.Fir(taps=table.tolist()),
        lambda: unguard.TransferFunction(b=table, a=[1.0]),
        lambda: unguard.Whitening(coefficients=table),
        lambda: unguard.ResampleBy(up=1, down=2, taps=table),
    ):
        with pytest.raises(ConfigError, match="expected numbers in a row"):
            make()
    for one_way in (np.full((1, 6), 0.01), np.full((6, 1), 0.01)):
        assert unguard.Fir(taps=one_way) == unguard.Fir(taps=np.full(6, 0.01))


@pytest.mark.parametrize("spec", [unguard.Sos, unguard.Bandpass, unguard.SpasmDetector])
def test_what_was_never_made_is_refused(spec: type) -> None:
    unmade = spec.__new__(spec)
    for use in (lambda: repr(unmade), lambda: hash(unmade), lambda: unmade == spec.__new__(spec)):
        with pytest.raises(TypeError, match=f"this {spec.__name__} was never made"):
            use()
    if spec is not unguard.SpasmDetector:
        with pytest.raises(TypeError, match="was never made"):
            unguard.Chain(unmade)


def test_no_state_is_saved_or_copied_while_another_thread_runs() -> None:
    # A state taken half-way through a block would go on with wrong output.
    live = unguard.Chain(*[unguard.Bandpass()] * 8).start(fs=FS, channels=2)
    x = np.zeros((2_000_000, 2))
    begun = threading.Event()

    def run() -> None:
        begun.set()
        live.process(x)

    thread = threading.Thread(target=run)
    thread.start()
    begun.wait()
    refused = 0
    while thread.is_alive():
        for use in (live.save, lambda: copy.copy(live)):
            try:
                use()
            except RuntimeError as error:
                assert "another thread" in str(error)
                refused += 1
    thread.join()
    assert refused > 0
    assert len(live.save()) > 0
