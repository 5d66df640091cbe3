"""Beside LibEMG's features (PyPI, extra `peers`). Truth: that peer where definitions agree; where they do not, a test
says how it deviates."""

from __future__ import annotations

import importlib.util
import math
import sys
import warnings
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from unguard import features as f


def load_extractor() -> ModuleType:
    """LibEMG's file of features alone: its package asks for screens, sockets and neural networks, too."""
    package = importlib.util.find_spec("libemg")
    if package is None or package.origin is None:
        pytest.skip("LibEMG is not installed: scripts/setup --test", allow_module_level=True)
    spec = importlib.util.spec_from_file_location(
        "libemg_features", Path(package.origin).with_name("feature_extractor.py")
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    if importlib.util.find_spec("librosa") is None:  # for two of the features, which are not tried without it
        stand_in = ModuleType("librosa")
        stand_in.lpc = None  # type: ignore[attr-defined]
        sys.modules["librosa"] = stand_in
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            spec.loader.exec_module(module)
    finally:
        if sys.modules.get("librosa") is not None and sys.modules["librosa"].__spec__ is None:
            del sys.modules["librosa"]
    return module


extractor = load_extractor()
needs_librosa = pytest.mark.skipif(
    extractor.lpc is None, reason="librosa, which LibEMG takes this from, is not installed"
)

FS, WINDOW, STEP = 1000.0, 0.2, 0.1
SLIDE = {"fs": FS, "window": WINDOW, "step": STEP}


@pytest.fixture(scope="module")
def x() -> np.ndarray:
    white = np.random.default_rng(3).standard_normal((802, 2))
    return 20 * (white[2:] + 1.2 * white[1:-1] + 0.5 * white[:-2])


@pytest.fixture(scope="module")
def theirs(x: np.ndarray):
    windows = np.lib.stride_tricks.sliding_window_view(x, 200, axis=0)[::100].copy()
    peer = extractor.FeatureExtractor()

    def of(name: str, **more: object) -> np.ndarray:
        return getattr(peer, f"get{name}feat")(windows, **more)

    return of


AGREE = {
    "MAV": (f.mav, {}, {}),
    "IAV": (f.iemg, {}, {}),
    "ISD": (f.ssi, {}, {}),
    "WL": (f.wl, {}, {}),
    "ZC": (f.zc, {"threshold": 0.0}, {}),
    "SSC": (f.ssc, {"threshold": 0.0}, {}),
    "WAMP": (f.wamp, {"threshold": 10.0}, {"WAMP_threshold": 10.0}),
    "DASDV": (f.dasdv, {}, {}),
    "KURT": (f.kurtosis, {}, {}),
    "SKEW": (f.skewness, {}, {}),
}


@pytest.mark.parametrize("name", AGREE)
def test_what_is_defined_alike_is_alike(name: str, x: np.ndarray, theirs) -> None:
    function, ours, more = AGREE[name]
    np.testing.assert_allclose(function(x, **SLIDE, **ours), theirs(name, **more), rtol=1e-9)


@needs_librosa
def test_ar_is_alike(x: np.ndarray, theirs) -> None:
    # Librosa takes single steps of Burg's recursion in another order, and adds a tiny number to every denominator.
    ours = f.ar(x, **SLIDE, order=4)
    np.testing.assert_allclose(ours.reshape(len(ours), -1), theirs("AR", AR_order=4), rtol=1e-6)


def test_var_divides_by_n_there_and_by_n_minus_1_here(x: np.ndarray, theirs) -> None:
    np.testing.assert_allclose(f.var(x, **SLIDE) * 199 / 200, theirs("VAR"), rtol=1e-9)


def test_mfl_is_the_logarithm_of_the_waveform_length_there_and_of_squares_here(x: np.ndarray, theirs) -> None:
    np.testing.assert_allclose(np.log10(f.wl(x, **SLIDE)), theirs("MFL"), rtol=1e-9)
    assert (f.mfl(x, **SLIDE) < theirs("MFL") - 0.5).all()


def test_log_adds_1_uv_there(x: np.ndarray, theirs) -> None:
    assert (theirs("LD") > f.log_detector(x, **SLIDE)).all()
    np.testing.assert_allclose(theirs("LD"), f.log_detector(np.abs(x) + 1, **SLIDE), rtol=1e-9)


def test_hjorth_keeps_the_mean_there_and_its_complexity_mixes_windows(x: np.ndarray, theirs) -> None:
    mean = f.features(x, ["activity"], **SLIDE)["activity"]
    windows = np.lib.stride_tricks.sliding_window_view(x, 200, axis=0)[::100]
    np.testing.assert_allclose(mean + windows.mean(-1) ** 2, theirs("ACT"), rtol=1e-9)
    np.testing.assert_allclose(f.mobility(x, **SLIDE), theirs("MOB"), rtol=0.05)
    # The sum of second differences runs over all windows and channels: no feature of one window.
    assert (theirs("COMP") > 2 * f.complexity(x, **SLIDE) * f.mobility(x, **SLIDE)).all()


@needs_librosa
def test_cc_takes_a_p_for_a_l_there(x: np.ndarray, theirs) -> None:
    ours = f.cc(x, **SLIDE, order=4)
    other = theirs("CC", CC_order=4).reshape(ours.shape)
    np.testing.assert_allclose(other[..., 0], ours[..., 0], rtol=1e-6)
    assert np.abs(other[..., 1:] - ours[..., 1:]).max() > 0.1


def test_sample_entropy_counts_one_stretch_more_there(x: np.ndarray, theirs) -> None:
    np.testing.assert_allclose(
        f.sample_entropy(x, **SLIDE, tolerance=0.3), theirs("SAMPEN", SAMPEN_tolerance=0.3), rtol=0.05
    )


def test_fuzzy_entropy_depends_on_the_unit_there(x: np.ndarray) -> None:
    peer = extractor.FeatureExtractor()
    windows = np.lib.stride_tricks.sliding_window_view(x, 200, axis=0)[:1].copy()
    in_uv, in_mv = peer.getFUZZYENfeat(windows), peer.getFUZZYENfeat(windows / 1000)
    assert (np.abs(in_uv - in_mv) > 0.1).any()
    ours = [f.fuzzy_entropy(v, **SLIDE)[0] for v in (x, x / 1024)]
    np.testing.assert_allclose(ours[0], ours[1], rtol=1e-12)
    assert all(math.isfinite(v) for v in ours[0])
