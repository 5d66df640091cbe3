"""The heart out of whole records. Truth: NumPy's singular value decomposition and convolutions; the EMG alone."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import unguard
from numpy.typing import NDArray
from unguard import ConfigError

FS = 1000
Signal = NDArray[np.float64]
METHODS = [unguard.PcaSubtraction(), unguard.WaveletSubtraction(), unguard.EkfSmoother()]


def heart(seconds: float = 60, uV: float = 120) -> tuple[Signal, Signal, NDArray[np.int_]]:
    """Return EMG of 10 uV with a QRS complex of varying height about once in 0.85 s, the EMG, and the samples of R."""
    random = np.random.default_rng(4)
    emg = random.normal(0, 10, round(seconds * FS))
    beats = np.cumsum(random.uniform(0.8, 0.9, int(2 * seconds)) * FS).astype(int)
    beats = beats[beats < len(emg) - 300]
    t = np.arange(-60, 61) / FS
    x = emg.copy()
    for beat in beats:
        height = uV * random.normal(1, 0.15)
        qrs = np.exp(-0.5 * (t / 0.0065) ** 2) - 0.3 * np.exp(-0.5 * ((t - 0.025) / 0.0065) ** 2)
        x[beat - 60 : beat + 61] += height * qrs
    return x, emg, beats


def _levelled(rows: Signal, edge: int) -> Signal:
    left, right = rows[:, :edge].mean(1), rows[:, -edge:].mean(1)
    slope = (right - left) / (rows.shape[1] - edge)
    return rows - left[:, None] - slope[:, None] * (np.arange(rows.shape[1]) - (edge - 1) / 2)


def _louder(rows: Signal) -> Signal:
    rough = np.sum((rows[:, :-4] - 2 * rows[:, 2:-2] + rows[:, 4:]) ** 2, axis=1)
    return np.maximum(1, rough / np.median(rough))


def _mean(rows: Signal, louder: Signal) -> Signal:
    off = np.sum((rows - rows.mean(0)) ** 2, axis=1)
    return np.average(rows, axis=0, weights=np.minimum(1, 2 * np.median(off) / off) / louder)


def by_numpy(x: Signal, beats: NDArray[np.int_], spec: unguard.PcaSubtraction) -> tuple[Signal, int]:
    """Return what PcaSubtraction should give, and how many components it keeps."""
    before, after, gap, edge = (round(s * FS) for s in (spec.before, spec.after, 0.06, 0.01))
    length = before + after + 1
    rows = _levelled(np.array([x[r - before : r + after + 1] for r in beats]), edge)
    clear = [r - gap - length for p, r in pairwise(beats) if r - gap - length >= p + 0.1 * FS]
    quiet = _levelled(np.array([x[i : i + length] for i in clear]), edge)
    louder, quiet_louder = _louder(rows), _louder(quiet)
    mean = _mean(rows, louder)
    _, s, v = np.linalg.svd((rows - mean) / np.sqrt(louder)[:, None], full_matrices=False)
    m = (quiet - _mean(quiet, quiet_louder)) / np.sqrt(quiet_louder)[:, None]
    scale = np.sqrt((len(rows) - 1) / (len(quiet) - 1))
    stands = (
        s[: spec.most_components] > spec.margin * scale * np.linalg.svd(m, compute_uv=False)[: spec.most_components]
    )
    k = int(np.argmin(np.append(stands, False)))
    muscle = np.sum((m @ v[:k].T) ** 2, axis=0) / (len(m) - 1)
    of_heart = np.maximum(0, s[:k] ** 2 / (len(rows) - 1) - muscle)
    along = (rows - mean) @ v[:k].T
    noise = louder[:, None] * muscle
    usual = of_heart + noise
    along *= 1 - noise / np.where(along**2 > 9 * usual, along**2, usual)
    taper = np.minimum(1, (np.minimum(np.arange(length), np.arange(length)[::-1]) + 0.5) / edge)
    made = (mean + along @ v[:k]) * (0.5 - 0.5 * np.cos(np.pi * taper))
    y = x.copy()
    for r, beat in zip(beats, made, strict=True):
        y[r - before : r + after + 1] -= beat
    return y, k


def test_principal_components_are_numpys() -> None:
    x, _, beats = heart()
    spec = unguard.PcaSubtraction()
    expected, components = by_numpy(x, beats, spec)
    assert components >= 1
    assert unguard.remove_ecg(x, fs=FS, method=spec, r_peaks=beats) == pytest.approx(expected, abs=1e-8)


def test_wavelets_are_numpys() -> None:
    x, _, beats = heart(30)
    levels, root = 4, np.sqrt(3)
    low = np.array([1 + root, 3 + root, 3 - root, 1 - root]) / 8
    high = np.array([low[3], -low[2], low[1], -low[0]])
    pad = 3 * (2**levels - 1) + 1
    rest, kept = np.pad(x, pad, mode="symmetric"), []
    for j in range(levels):
        w = sum(high[k] * np.roll(rest, -k * 2**j) for k in range(4))
        rest = sum(low[k] * np.roll(rest, -k * 2**j) for k in range(4))
        half = 3 * (2 ** (j + 1) - 1) // 2
        at = w[pad - half : pad - half + len(x)].copy()
        near = np.abs(np.arange(len(x))[:, None] - beats).min(1) <= 50 + half
        keep = np.zeros(len(x), bool)
        for r in beats:
            window = slice(max(0, r - 500), r + 501)
            sigma = np.median(np.abs(at[window][~near[window]])) / 0.6745
            here = slice(max(0, r - 50 - half), r + 51 + half)
            keep[here] |= np.abs(at[here]) > 4.5 * sigma
        heart_s = np.zeros_like(w)
        heart_s[pad - half : pad - half + len(x)] = np.where(keep, at, 0)
        kept.append(heart_s)
    back = np.zeros_like(rest)
    for j in reversed(range(levels)):
        back = sum(low[k] * np.roll(back, k * 2**j) + high[k] * np.roll(kept[j], k * 2**j) for k in range(4))
    y = unguard.remove_ecg(x, fs=FS, method=unguard.WaveletSubtraction(levels=levels), r_peaks=beats)
    assert y == pytest.approx(x - back[pad:-pad], abs=1e-9)


@pytest.mark.parametrize("method", METHODS, ids=lambda m: type(m).__name__)
def test_the_heart_is_found_and_taken_out(method: object) -> None:
    x, emg, beats = heart()
    found = unguard.r_peaks(x, fs=FS)
    assert [int(np.abs(found - b).min()) <= 5 for b in beats] == [True] * len(beats)
    y = unguard.remove_ecg(x, fs=FS, method=method)
    assert y.shape == x.shape and np.std(y - emg) < 0.5 * np.std(x - emg)
    assert np.array_equal(y, unguard.remove_ecg(x, fs=FS, method=method, r_peaks=found))
    assert np.array_equal(y, unguard.remove_ecg(x[:, None], fs=FS, method=method, r_peaks=unguard.RPeaks())[:, 0])


@pytest.mark.parametrize("method", METHODS, ids=lambda m: type(m).__name__)
def test_without_a_heart_nothing_changes(method: object) -> None:
    emg = np.random.default_rng(7).normal(0, 10, (40 * FS, 2))
    assert unguard.remove_ecg(emg, fs=FS, method=method).tobytes() == emg.tobytes()
    assert unguard.remove_ecg(emg, fs=FS, method=method, r_peaks=[]).tobytes() == emg.tobytes()


@pytest.mark.parametrize("method", METHODS, ids=lambda m: type(m).__name__)
def test_marked_samples_stay_and_teach_nothing(method: object) -> None:
    x, _, beats = heart(40)
    marks = np.zeros(len(x), np.uint32)
    marks[20_000:20_300] = unguard.MARKS["gap"]
    x[20_100] = np.nan
    y = unguard.remove_ecg(x, fs=FS, method=method, r_peaks=beats, marks=marks)
    assert np.array_equal(y[20_000:20_300], x[20_000:20_300], equal_nan=True)
    x[20_000:20_300] = 4000
    again = unguard.remove_ecg(x, fs=FS, method=method, r_peaks=beats, marks=marks)
    assert np.array_equal(np.delete(y, np.s_[20_000:20_300]), np.delete(again, np.s_[20_000:20_300]))


def test_beats_come_from_a_lead_that_is_named() -> None:
    x, _, beats = heart(40)
    both = np.column_stack([np.random.default_rng(8).normal(0, 10, len(x)), x])
    lead = unguard.RPeaks(lead="ecg")
    found = unguard.r_peaks(both, fs=FS, spec=lead, channels=["muscle", "ecg"])
    assert len(found) == pytest.approx(len(beats), abs=1)
    y = unguard.remove_ecg(both, fs=FS, r_peaks=lead, channels=["muscle", "ecg"])
    assert y.shape == both.shape


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"method": "pca"}, "method is 'pca': expected a PcaSubtraction, WaveletSubtraction or EkfSmoother, or None"),
        ({"method": unguard.EcgSubtraction()}, "method is EcgSubtraction"),
        ({"r_peaks": "all"}, "r_peaks is 'all': expected samples of the record in order, an RPeaks, or None"),
        ({"r_peaks": [5, 4]}, "r_peaks is 4: expected samples of the record, 0 to 59999, each after the one before"),
        ({"r_peaks": [5, 60_000]}, "r_peaks is 60000: expected samples of the record"),
        ({"r_peaks": [5, float("nan")]}, "r_peaks is nan: expected samples of the record"),
        ({"r_peaks": [5, 500]}, "r_peaks is 2 of them: expected none, or at least 10 to learn from"),
        ({"fs": 200}, "rate is 200 Hz: expected at least 250 Hz"),
        ({"marks": np.zeros(5, np.uint32)}, "marks is an array of shape"),
    ],
)
def test_what_cannot_be_is_refused_by_name(wrong: dict[str, object], message: str) -> None:
    x, _, _ = heart()
    with pytest.raises(ConfigError) as refusal:
        unguard.remove_ecg(x, **{"fs": FS, **wrong})
    assert str(refusal.value).startswith(message)


def test_what_is_no_number_is_refused() -> None:
    x, _, beats = heart()
    x[7] = np.nan
    with pytest.raises(ConfigError, match="data is not finite or beyond full scale: expected finite values, or marks"):
        unguard.remove_ecg(x, fs=FS, r_peaks=beats)
    with pytest.raises(ConfigError, match="spec is 5: expected an RPeaks, or None"):
        unguard.r_peaks(x, fs=FS, spec=5)
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'fs'"):
        unguard.remove_ecg(x)
