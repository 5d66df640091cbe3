"""Methods of whole records. Truth: each written anew in NumPy from its paper, known bursts, a real recording.

The bits of C++ are compared in test_one_engine.py.
"""

from __future__ import annotations

import copy
import pickle
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import unguard
from scipy.special import gammaln, logsumexp
from unguard import ConfigError, benchmark
from unguard.benchmark.time_limit import TookTooLong, time_limit

FS = 2000
SPECS = (unguard.Abbink(), unguard.IntegratedProfile(), unguard.BayesianChangePoint())
ON, OFF = 4000, 5600


def record(seed: int, samples: int = 8000, times: float = 5.0) -> np.ndarray:
    """Rest of 2 uV and one burst."""
    x = np.random.default_rng(seed).normal(0, 2, samples)
    x[ON:OFF] *= times
    return x


def found_by(spec: Any, x: np.ndarray, rest: np.ndarray | None = None, fs: float = FS) -> list[tuple[int, int]]:
    return [(s.onset, s.offset) for s in unguard.active_stretches(spec, x, fs=fs, rest=rest)]


def two_sided_counts(spec: Any, x: np.ndarray, rest: np.ndarray) -> list[tuple[int, int]]:
    """Abbink 1998: counts of samples below the threshold before, and above it behind, each sample."""
    width, window = 2 * round(spec.smoothing / 2 * FS) + 1, round(spec.window * FS)

    def smooth(y: np.ndarray) -> np.ndarray:
        box = np.ones(width)
        return np.convolve(np.abs(y), box, "same") / np.convolve(np.ones(len(y)), box, "same")

    quiet = smooth(rest)
    above = smooth(x) > quiet.mean() + spec.spreads * quiet.std(ddof=1)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(above, window), 2 * window)
    onset = (~around[:, :window]).sum(axis=1) + around[:, window:].sum(axis=1)
    made, at, active = [], 0, False
    while True:
        score = 2 * window - onset if active else onset
        enough = score >= spec.share * 2 * window
        begin = at + np.argmax(enough[at:]) if enough[at:].any() else len(enough)
        behind = ~enough[begin:]
        if not behind.any():  # what is not over at the record's end
            if active:
                made[-1][1] = int(begin + np.argmax(score[begin:])) if begin < len(enough) else len(x)
            return [(a, b) for a, b in made]
        end = begin + np.argmax(behind)
        best = int(begin + np.argmax(score[begin:end]))
        if active:
            made[-1][1] = best
        else:
            made.append([best, len(x)])
        at, active = end + 1, not active


def profile_against_a_line(spec: Any, x: np.ndarray) -> list[tuple[int, int]]:
    """Liu & Liu 2016: where the cumulated rectified EMG lies lowest against a straight line, and highest then."""
    size = np.abs(x)
    walk = np.r_[0, np.cumsum(size - size.mean())]
    onset = int(np.argmin(walk[:-1]))
    offset = onset + int(np.argmax(walk[onset:]))
    kuiper = (walk[offset] - walk[onset]) / (size.std(ddof=1) * np.sqrt(len(x)))
    return [(onset, offset)] if onset and kuiper > spec.threshold else []


def posterior_changes(spec: Any, x: np.ndarray) -> list[tuple[int, int]]:
    """Tenan 2017: the evidence of records that change at an edge for certain, over that of all; here without a
    backward recursion."""
    size = round(spec.bin * FS)
    n = len(x) // size
    squares = (x[: n * size].reshape(n, size) ** 2).sum(axis=1)
    scale = np.exp(np.log(squares / size).mean())
    total = np.r_[0, np.cumsum(squares)]
    first, end = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij")
    bins = np.maximum(end - first, 1)
    shape = 1 + size * bins / 2
    likelihood = gammaln(shape) + np.log(scale) - shape * np.log(scale + np.abs(total[end] - total[first]) / 2)
    likelihood += (bins - 1) * np.log1p(-spec.prior)

    def evidence(a: int, b: int) -> float:
        """Of bins [a, b), over all partitions of them."""
        until = np.zeros(b - a + 1)
        for j in range(1, b - a + 1):
            ways = until[:j] + likelihood[a : a + j, a + j]
            ways[1:] += np.log(spec.prior)
            until[j] = logsumexp(ways)
        return float(until[-1])

    whole = evidence(0, n)
    p = np.zeros(n + 1)
    for k in range(1, n):
        p[k] = np.exp(evidence(0, k) + evidence(k, n) + np.log(spec.prior) - whole)
    likely = [
        k for k in range(1, n) if p[k] >= p[k - 1] and p[k] > p[k + 1] and p[k - 1 : k + 2].sum() >= spec.posterior
    ]
    edges = [0, *likely, n]
    power = [squares[a:b].mean() for a, b in pairwise(edges)]
    made: list[tuple[int, int]] = []
    for (a, b), level in zip(pairwise(edges), power, strict=True):
        if level > min(power) * 10 ** (spec.rise_dB / 10):
            begin, last = a * size, len(x) if b == n else b * size
            made = [*made[:-1], (made[-1][0], last)] if made and made[-1][1] == begin else [*made, (begin, last)]
    return made


@pytest.mark.parametrize("seed", range(20))
def test_abbink_counts_as_in_its_paper(seed: int) -> None:
    for spec in (unguard.Abbink(), unguard.Abbink(spreads=1.5, window=0.05, share=0.75, smoothing=0.01)):
        x = record(seed, times=1.5 + seed / 10)
        x[6800:] *= 4 if seed % 2 else 1  # still on at the end
        assert found_by(spec, x, x[:3000]) == two_sided_counts(spec, x, x[:3000])


@pytest.mark.parametrize("seed", range(20))
def test_the_integrated_profile_is_as_in_its_paper(seed: int) -> None:
    x = record(seed, times=1 + seed / 10)
    for spec in (unguard.IntegratedProfile(), unguard.IntegratedProfile(threshold=1)):
        assert found_by(spec, x) == profile_against_a_line(spec, x)
    assert found_by(unguard.IntegratedProfile(threshold=1e6), x) == []


@pytest.mark.parametrize("seed", range(3))
def test_changes_have_the_posterior_of_all_partitions(seed: int) -> None:
    x = record(seed, samples=7050, times=1.6 + seed)[1000:]
    x[5200:] *= 3 if seed == 2 else 1  # still on at the end, which is no whole bin
    spec = unguard.BayesianChangePoint(bin=0.05, prior=1e-3, rise_dB=2)
    expected = posterior_changes(spec, x)
    assert found_by(spec, x) == expected and len(expected) == (2 if seed == 2 else 1)
    assert found_by(unguard.BayesianChangePoint(), np.zeros(2000)) == []


def test_every_method_finds_a_burst_in_every_channel() -> None:
    # The bursts' own samples, at 22 dB: within 20 ms; a channel alone and among others is the same.
    x = np.c_[record(1, times=12), record(2, times=12), record(3, times=12)]
    for spec in SPECS:
        rest = x[:3000] if isinstance(spec, unguard.Abbink) else None
        found = unguard.active_stretches(spec, x, fs=FS, rest=rest, channels=["a", "b", "c"])
        assert [s.channel for s in found] == [0, 1, 2] and len(found) == 3
        for s in found:
            assert abs(s.onset - ON) <= 40 and abs(s.offset - OFF) <= 40
            alone = found_by(spec, x[:, s.channel], None if rest is None else rest[:, s.channel])
            assert alone == [(s.onset, s.offset)]
        table = found.to_dataframe()
        assert list(table) == ["channel", "onset_s", "offset_s", "duration_s"] and list(table["channel"]) == [
            "a",
            "b",
            "c",
        ]
        assert np.allclose(table["onset_s"], 2, atol=0.02) and np.allclose(table["duration_s"], 0.8, atol=0.04)
        assert type(spec).__name__ in repr(found) and found.spec == spec
        bare = unguard.active_stretches(spec, x, fs=FS, rest=rest)
        assert bare.stretches == found.stretches and list(bare.to_dataframe()["channel"])[2] == "channel 3"


@pytest.mark.skipif(sys.platform == "win32", reason="no timer of this kind")
def test_signals_are_heard_between_channels() -> None:
    # Truth: the processor time of one channel; a timer that goes off in the first of thirty stops all but two or so.
    spec, x = unguard.BayesianChangePoint(), record(1, samples=15_000)
    begun = time.process_time()
    found(spec, x, fs=FS)
    one = time.process_time() - begun
    begun = time.process_time()
    with pytest.raises(TookTooLong), time_limit(one / 2, one / 2):
        found(spec, np.tile(x[:, None], 30), fs=FS)
    assert time.process_time() - begun < 10 * one


def test_a_rest_that_is_cut_out_of_a_record_may_bring_its_marks() -> None:
    # Truth: marks without a bit change nothing; one of the rest alone is of the rest alone, and one of x of x.
    x, rest = record(1), slice(0, 3000)
    marks = np.zeros(x.shape, np.uint32)
    bare = unguard.active_stretches(SPECS[0], x, fs=FS, rest=x[rest])
    told = unguard.active_stretches(SPECS[0], x, fs=FS, rest=x[rest], marks=marks, rest_marks=marks[rest])
    assert told.stretches == bare.stretches and len(told) == 1
    marks[2000] = unguard.MARKS["missing"]
    with pytest.raises(ConfigError, match=r"at sample 500 .*\(rest.marks\)"):
        unguard.active_stretches(SPECS[0], x[3000:], fs=FS, rest=x[1500:3000], rest_marks=marks[1500:3000])
    behind = unguard.active_stretches(SPECS[0], x[3000:], fs=FS, rest=x[rest][:1500], marks=marks[3000:])
    assert len(behind) == 1


def test_what_was_found_is_a_value() -> None:
    # Truth: equality and pickle; specs too.
    found = unguard.active_stretches(SPECS[1], record(1), fs=FS)
    assert pickle.loads(pickle.dumps(found)) == found == copy.deepcopy(found)
    for spec in SPECS:
        assert pickle.loads(pickle.dumps(spec)) == spec and "Source: " in str(type(spec).__doc__)
        assert str(type(spec).__doc__).startswith("offline: ")


#: From 0.40 to 0.91, 1.39 to 1.90 and 2.39 to 2.99 s, to be seen by eye within 0.1 s; a twitch at 2.2 s may be found.
CONTRACTIONS = ((400, 910), (1390, 1900), (2390, 2990))


def test_three_real_contractions_are_found(real_data: Path) -> None:
    # Truth: three contractions that anybody sees in bmc/emg_headerless.csv, 3.4 s at 1 kHz; a unit is a millivolt.
    x = 1000 * np.loadtxt(real_data / "bmc" / "emg_headerless.csv", delimiter=",", usecols=1)
    for spec in (unguard.Abbink(spreads=6), unguard.BayesianChangePoint()):
        rest = x[:350] if isinstance(spec, unguard.Abbink) else None
        found = [f for f in found_by(spec, x, rest, fs=1000) if not 2180 <= f[0] <= f[1] <= 2280]
        for onset, offset in CONTRACTIONS:
            pieces = [f for f in found if f[0] < offset and f[1] > onset]
            assert abs(pieces[0][0] - onset) <= 100 and abs(pieces[-1][1] - offset) <= 100, (spec, found)
            found = [f for f in found if f not in pieces]
        assert not found, spec
    ((onset, offset),) = found_by(unguard.IntegratedProfile(), x[:1300], fs=1000)
    assert abs(onset - 400) <= 100 and abs(offset - 910) <= 100


@pytest.mark.parametrize("family", benchmark.OFFLINE, ids=lambda f: f.name)
def test_the_benchmark_runs_it_as_not_causal(family: benchmark.Family) -> None:
    # Truth: one burst that was put in, and what the function itself finds in the benchmark's band.
    x = record(7, times=10)
    trial = benchmark.Trial("burst", x, float(FS), (200, 3800), (benchmark.ScoredEvent(ON, OFF),))
    detector = family.at_documented()
    made = benchmark.run(detector, benchmark.Dataset("made", (trial,), "here"))
    assert not made.error and made.whole.counts.hits == 1 and made.found == 1, made
    assert not detector.causal and abs(made.whole.onset.bias) <= 20
    (found,) = detector(benchmark.band_passed(x, FS), FS, trial.rest)
    assert found.decided is None and found.cancelled is None


_X = record(1)
_TWO = np.c_[_X, _X]
_NAN = _X.copy()
_NAN[3] = np.nan
_MARKS = np.zeros(_X.shape, np.uint32)
_MARKS[5] = unguard.MARKS["missing"]
_A, _I, _B = SPECS


def found(*given: Any, **named: Any) -> Any:
    """What cannot be given for a type checker can be given here."""
    return unguard.active_stretches(*given, **named)


_REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "smoothing": (
        lambda: unguard.Abbink(smoothing=0),
        r"smoothing is 0 s: expected 0.001 to 10 s \(Abbink.smoothing\)",
    ),
    "spreads": (lambda: unguard.Abbink(spreads=float("nan")), r"spreads is nan: expected .* \(Abbink.spreads\)"),
    "window": (lambda: unguard.Abbink(window=11), r"window is 11 s: expected 0.001 to 10 s \(Abbink.window\)"),
    "share": (lambda: unguard.Abbink(share=0.4), r"share is 0.4: expected 0.5 to 1 \(Abbink.share\)"),
    "threshold": (lambda: unguard.IntegratedProfile(threshold="4"), r"threshold is '4': expected a number from 0 to"),
    "bin": (lambda: unguard.BayesianChangePoint(bin=0), r"bin is 0 s: expected .* \(BayesianChangePoint.bin\)"),
    "prior": (
        lambda: unguard.BayesianChangePoint(prior=0.6),
        r"prior is 0.6: expected .* \(BayesianChangePoint.prior\)",
    ),
    "posterior": (
        lambda: unguard.BayesianChangePoint(posterior=1),
        r"posterior is 1: expected .*ChangePoint.posterior\)",
    ),
    "rise_dB": (
        lambda: unguard.BayesianChangePoint(rise_dB=0),
        r"rise_dB is 0: expected .* \(BayesianChangePoint.rise_dB",
    ),
    "spec": (
        lambda: found(unguard.HodgesBui(), _X, fs=FS),
        "spec is HodgesBui.*: expected an Abbink, IntegratedProfile or BayesianChangePoint",
    ),
    "fs": (lambda: found(_I, _X, fs=0), "fs is 0"),
    "fs text": (lambda: found(_I, _X, fs="2000"), "fs is '2000'"),
    "x": (lambda: found(_I, "no", fs=FS), "x is 'no'"),
    "x empty": (lambda: found(_I, _X[:0], fs=FS), r"samples is 0 samples: .* \(x.samples\)"),
    "x short": (lambda: found(_I, _X[:1], fs=FS), r"x is 1 samples: expected at least 2 \(Integ"),
    "x nan": (
        lambda: found(_I, np.c_[_X, _NAN], fs=FS, channels=["a", "b"]),
        r'data is nan at sample 3 of channel "b": expected .* \(x.data\)',
    ),
    "marks": (
        lambda: found(_I, _X, fs=FS, marks=_MARKS),
        r'marks is missing at sample 5 of channel "channel 1": expected a stretch without such marks.* \(x.marks\)',
    ),
    "marks shape": (lambda: found(_I, _X, fs=FS, marks=_MARKS[1:]), "marks is an array of shape"),
    "rest_marks": (
        lambda: found(_A, _X, fs=FS, rest=_X[:3000], rest_marks=_MARKS[:3000]),
        r'marks is missing at sample 5 of channel "channel 1": expected a stretch without such.* \(rest.marks\)',
    ),
    "rest_marks shape": (
        lambda: found(_A, _X, fs=FS, rest=_X[:3000], rest_marks=_MARKS),
        "rest_marks is an array of shape .* of the shape of rest",
    ),
    "marks of no rest": (
        lambda: found(_I, _X, fs=FS, rest_marks=_MARKS),
        "rest_marks is .*: expected None without a rest",
    ),
    "channels": (lambda: found(_I, _TWO, fs=FS, channels=["a"]), "channels is for 1 columns"),
    "channels number": (lambda: found(_I, _X, fs=FS, channels=1), "channels is 1: expected names"),
    "no rest": (
        lambda: found(_A, _TWO, fs=FS),
        "rest is None: expected samples of rest for Abbink .* as many channels as x, 2",
    ),
    "rest channels": (lambda: found(_A, _TWO, fs=FS, rest=_X), "rest is 1 channels: expected samples"),
    "rest short": (lambda: found(_A, _X, fs=FS, rest=_X[:19]), "rest is 19 samples: expected at least 20"),
    "rest nan": (lambda: found(_A, _X, fs=FS, rest=_NAN), r"data is nan at sample 3 .* \(rest.data\)"),
    "rest unused": (
        lambda: found(_B, _X, fs=FS, rest=_X),
        "rest is .*: expected None: of these methods Abbink alone is told of a rest",
    ),
    "window at rate": (
        lambda: found(unguard.Abbink(window=1e-3), _X, fs=100, rest=_X),
        r"window is 0.001 s: expected at least one sample at 100 Hz \(Abbink.window\)",
    ),
    "too many bins": (
        lambda: found(unguard.BayesianChangePoint(bin=5e-4), np.tile(_X, 3), fs=FS),
        r"bin is 24000 of them: expected at most 20000 in a record \(BayesianChangePoint.bin\)",
    ),
}


@pytest.mark.parametrize("name", _REFUSED)
def test_what_cannot_be_is_refused_by_name(name: str) -> None:
    call, words = _REFUSED[name]
    with pytest.raises(ConfigError, match=words):
        call()


def test_what_must_be_given_is_asked_for() -> None:
    with pytest.raises(TypeError, match="fs"):
        found(_I, _X)
