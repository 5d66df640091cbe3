"""Truth: the standard library; a package that is hidden is one that is not installed; the metadata of unguard say which
Python an extra needs.
"""

from __future__ import annotations

import importlib.metadata
import pickle
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from unguard import MissingExtra, extras
from unguard.extras import module, version


def test_a_missing_package_is_one_sentence_that_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyxdf", None)
    with pytest.raises(
        MissingExtra, match=r"^pyxdf is not installed \(.*\): pip install 'unguard\[formats\]'$"
    ) as found:
        module("pyxdf", "pyxdf", "formats")
    assert found.value.package == "pyxdf" and found.value.extra == "formats"
    assert isinstance(found.value, ImportError)


@contextmanager
def _without_mne_bids(python: tuple[int, int]) -> Iterator[None]:
    """Let this be another Python, on which MNE-BIDS is not installed."""

    def version_of(package: str) -> str:
        raise importlib.metadata.PackageNotFoundError(package)

    with pytest.MonkeyPatch.context() as here:
        here.setattr(extras, "sys", SimpleNamespace(version_info=(*python, 4, "final", 0)))
        here.setattr(importlib.metadata, "version", version_of)
        here.setitem(sys.modules, "mne_bids", None)
        yield


@pytest.mark.parametrize("python", [(3, 10), (3, 11)])
def test_it_is_pickled_whole(python: tuple[int, int]) -> None:
    with _without_mne_bids(python), pytest.raises(MissingExtra) as found:
        module("mne_bids", "mne-bids", "bids")
    error = found.value
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is MissingExtra and str(again) == str(error) and again.args == error.args
    assert (again.package, again.extra, again.python, again.msg) == ("mne-bids", "bids", error.python, error.msg)
    assert type(again.__cause__) is type(error.__cause__) is ModuleNotFoundError
    assert str(again.__cause__) == str(error.__cause__)
    assert str(pickle.loads(pickle.dumps(again))) == str(error)


@pytest.mark.parametrize(("package", "extra"), [("mne-bids", "bids"), ("biosigIO", "biosigio")])
def test_a_package_that_its_extra_does_not_bring_to_an_older_python_says_so_once(package: str, extra: str) -> None:
    with _without_mne_bids((3, 10)), pytest.raises(MissingExtra) as found:
        module("mne_bids", package, extra)
    assert str(found.value) == (
        f"{package} is not installed: it needs Python 3.11 or newer (this is 3.10), "
        f"where pip install 'unguard[{extra}]' brings it"
    )
    assert found.value.python == "3.11"


@pytest.mark.parametrize(("python", "extra"), [((3, 11), "bids"), ((3, 10), "formats")])
def test_where_the_extra_brings_it_the_python_is_not_spoken_of(python: tuple[int, int], extra: str) -> None:
    with _without_mne_bids(python), pytest.raises(MissingExtra) as found:
        module("mne_bids", "mne-bids", extra)
    assert str(found.value).endswith(f"): pip install 'unguard[{extra}]'") and found.value.python == ""


def test_a_package_that_is_there_comes_without_its_warnings() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert module("json", "json", "formats").loads("1") == 1
    assert not told


def test_the_version_of_what_is_not_installed_is_none() -> None:
    assert version("no-such-distribution") is None
    assert version("numpy")
