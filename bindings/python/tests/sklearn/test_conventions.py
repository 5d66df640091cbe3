"""Transformers before scikit-learn's own checks. Truth: `check_estimator`, and the functions the transformers run."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
import unguard
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks
from unguard import features
from unguard.errors import ConfigError
from unguard.sklearn import ChainTransformer, EnvelopeTransformer, WindowFeatures

_IN_TIME = "rows are consecutive samples in time, and a filter remembers: "
#: Of what runs over signals. Everything else is expected to hold.
_OVER_SIGNALS = {
    "check_methods_subset_invariance": _IN_TIME + "a part of the rows begins from rest",
    "check_methods_sample_order_invariance": _IN_TIME + "another order is another signal",
}


def _filters() -> list[Any]:
    return [unguard.Bandpass(low=20, high=450), unguard.Rms(window=0.125)]


def _checked(estimator: Any, expected: dict[str, str]) -> None:
    told = estimator_checks.check_estimator(estimator, expected_failed_checks=expected, on_fail=None, on_skip=None)
    by_status: dict[str, set[str]] = {}
    for one in told:
        by_status.setdefault(one["status"], set()).add(one["check_name"])
    assert by_status.get("failed", set()) == set()
    assert by_status.get("xfail", set()) == set(expected)
    # Whether arrays of other libraries are taken: scikit-learn runs it in an environment of its own only.
    assert by_status.get("skipped", set()) == {"check_array_api_input"}
    assert len(by_status["passed"]) > 35


@pytest.mark.parametrize(
    "estimator",
    [
        ChainTransformer(_filters(), fs=1000),
        ChainTransformer(unguard.Highpass(cutoff=20), fs=1000),
        EnvelopeTransformer(fs=2000),
    ],
    ids=repr,
)
def test_what_runs_over_signals_keeps_the_conventions_that_time_allows(estimator: Any) -> None:
    _checked(estimator, _OVER_SIGNALS)


@pytest.mark.parametrize("estimator", [WindowFeatures(), WindowFeatures(["SSI", "VAR", "DASDV"])], ids=repr)
def test_features_of_windows_keep_every_convention(estimator: Any) -> None:
    _checked(estimator, {})


@pytest.mark.parametrize(
    "estimator",
    [
        WindowFeatures(["MAV", "AR", "SampEn", "complexity"]),
        WindowFeatures(["ZC", "SSC"], channels=2, zc_threshold=1.0, ssc_threshold=0.5),
    ],
    ids=repr,
)
def test_features_of_more_samples_keep_them_on_wider_tables(estimator: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # The checks make tables of 1 to 10 columns, and these features need 8 samples: each table is given 8 times as wide.
    as_made = estimator_checks._enforce_estimator_tags_X
    monkeypatch.setattr(
        estimator_checks, "_enforce_estimator_tags_X", lambda e, X, **more: np.hstack([as_made(e, X, **more)] * 8)
    )
    _checked(estimator, {})


def _windows(count: int = 6, samples: int = 100, channels: int = 3) -> NDArray[np.float64]:
    return np.random.default_rng(2).normal(0, 20, (count, samples, channels))


def test_a_chain_in_a_pipeline_is_the_chain() -> None:
    x = _windows(1, 4000, 2)[0]
    chain = unguard.Chain(*_filters())
    for given in (_filters(), tuple(_filters()), chain):
        assert np.array_equal(ChainTransformer(given, fs=1000).fit_transform(x), chain(x, fs=1000))
    assert np.array_equal(
        make_pipeline(*(ChainTransformer(f, fs=1000) for f in _filters())).fit_transform(x),
        _filters()[1](_filters()[0](x, fs=1000), fs=1000),
    )
    assert np.array_equal(EnvelopeTransformer(fs=1000).fit_transform(x), chain(x, fs=1000))


def test_features_are_those_of_every_window() -> None:
    X = _windows()
    made = WindowFeatures(["MAV", "WL", "AR"], channels=["a", "b", "c"]).fit(X)
    found = made.transform(X)
    for i, window in enumerate(X):
        told = features.features(window, ["MAV", "WL", "AR"], fs=1000, window=0.1, step=0.1)
        assert np.array_equal(found[i], told.values[0].reshape(-1))
    assert made.get_feature_names_out().tolist()[:7] == ["MAV a", "WL a", "AR1 a", "AR2 a", "AR3 a", "AR4 a", "MAV b"]
    flat = WindowFeatures(["MAV", "WL", "AR"], channels=3).fit_transform(X.reshape(len(X), -1))
    assert np.array_equal(flat, found)


def test_pandas_clone_and_pickle() -> None:
    X = _windows()
    made = WindowFeatures(["MAV"], channels=["a", "b", "c"]).set_output(transform="pandas")
    table = made.fit_transform(X)
    assert isinstance(table, pd.DataFrame) and list(table.columns) == ["MAV a", "MAV b", "MAV c"]
    assert np.array_equal(pickle.loads(pickle.dumps(made)).transform(X), table)
    copy = clone(made)
    assert copy.get_params() == made.get_params()
    with pytest.raises(NotFittedError):
        copy.transform(X)
    frame = pd.DataFrame(X[0], columns=["left", "right", "middle"])
    envelope = EnvelopeTransformer(fs=1000).set_output(transform="pandas").fit(frame)
    assert list(envelope.transform(frame).columns) == ["left", "right", "middle"]
    chain = ChainTransformer(unguard.Chain(*_filters()), fs=1000)
    assert clone(chain).chain == chain.chain


@pytest.mark.parametrize(
    ("estimator", "words"),
    [
        (ChainTransformer(_filters()), "fs is None: expected a sampling rate above 0 Hz; it has no default"),
        (ChainTransformer(fs=1000), "chain is None: expected a filter"),
        (ChainTransformer(_filters(), fs=-1), "fs is -1"),
        (EnvelopeTransformer(), "fs is None"),
        (
            EnvelopeTransformer(fs=500),
            "band is 20 to 450 Hz: expected two edges from low to high, above 0 and below",
        ),
        (WindowFeatures(["nobody"]), "nobody"),
        (WindowFeatures(["ZC"]), "zc_threshold is not given"),
        (WindowFeatures(channels=7), "X is of 100 columns: expected as many for each of 7 channels"),
        (WindowFeatures(channels=100), "X is windows of 1 samples, n_features=100: expected at least 2 samples"),
        (WindowFeatures(channels=0), "channels is 0"),
        (WindowFeatures(channels=["a", "a"]), "channels is ['a', 'a']: expected names of channels, each once"),
    ],
    ids=repr,
)
def test_what_cannot_be_is_refused_by_name(estimator: Any, words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        estimator.fit(_windows(5, 100, 1)[:, :, 0])
    assert words in str(refused.value)


def test_other_channels_than_in_fit_are_refused() -> None:
    made = WindowFeatures().fit(_windows(5, 100, 3))
    with pytest.raises(ConfigError, match="X is of 1 channels: expected 3 channels"):
        made.transform(_windows(5, 300, 1))
    with pytest.raises(ConfigError, match="channels is 2: expected 3, as X has"):
        WindowFeatures(channels=2).fit(_windows())
