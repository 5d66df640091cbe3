"""Truth: the standard library; a package that is hidden is one that is not installed."""

from __future__ import annotations

import pickle
import sys
import warnings

import pytest
from unguard import MissingExtra
from unguard.extras import module, version


def test_a_missing_package_is_one_sentence_that_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyxdf", None)
    with pytest.raises(
        MissingExtra, match=r"^pyxdf is not installed \(.*\): pip install 'unguard\[formats\]'$"
    ) as found:
        module("pyxdf", "pyxdf", "formats")
    assert found.value.package == "pyxdf" and found.value.extra == "formats"
    assert isinstance(found.value, ImportError)
    again = pickle.loads(pickle.dumps(found.value))
    assert (again.package, again.extra) == ("pyxdf", "formats")


def test_a_package_that_is_there_comes_without_its_warnings() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert module("json", "json", "formats").loads("1") == 1
    assert not told


def test_the_version_of_what_is_not_installed_is_none() -> None:
    assert version("no-such-distribution") is None
    assert version("numpy")
