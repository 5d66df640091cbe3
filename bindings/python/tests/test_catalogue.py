"""unguard.list(). Truth: the package itself: what it exports, what its docstrings say, the folders of its headers."""

from __future__ import annotations

import ast
import inspect
import re
from importlib import resources
from typing import Any

import pytest
import unguard
from unguard import ConfigError
from unguard.catalogue import KINDS, STATIONS


def made(name: str) -> Any:
    thing: Any = unguard
    for part in name.split("."):
        thing = getattr(thing, part)
    return thing


def test_every_spec_and_function_of_the_package_is_listed() -> None:
    names = set(unguard.list().names)
    assert len(names) == len(unguard.list())
    live = {n for n in unguard.__all__ if n.startswith("Live") or n in ("StaircaseRun", "TensionHoldJudge")}
    for name in unguard.__all__:
        thing = getattr(unguard, name)
        # Results are not made by hand: they have no constructor, or say what was found.
        if hasattr(thing, "_fields") or inspect.isroutine(thing):
            assert name in names, name
    assert not live & names
    for name in names:
        assert callable(made(name)), name


def test_every_entry_says_what_it_is_where_it_stands_and_where_it_is_from() -> None:
    for entry in unguard.list():
        assert entry.kind in KINDS and entry.station in STATIONS, entry
        assert 10 <= len(entry.meaning) <= 300 and not entry.meaning.endswith("."), entry
        if hasattr(made(entry.name), "_fields"):
            assert entry.source, entry
            assert entry.parameters == tuple(f["name"] for f in made(entry.name)._fields)
    rms = next(e for e in unguard.list() if e.name == "Rms")
    assert (rms.kind, rms.station, rms.parameters) == ("filter", "envelope", ("window",))
    assert rms.meaning == "moving root mean square, causal"
    assert rms.source == "Hogan & Mann 1980, doi:10.1109/TBME.1980.326652"


def test_every_entry_has_the_parameters_of_its_constructor_or_function() -> None:
    stubs = ast.parse((resources.files("unguard") / "_core.pyi").read_text("utf-8"))
    stated = {
        item.name: next((f for f in item.body if isinstance(f, ast.FunctionDef) and f.name == "__init__"), None)
        for item in stubs.body
        if isinstance(item, ast.ClassDef)
    }
    by_name = {e.name: e.parameters for e in unguard.list()}
    for name, parameters in by_name.items():
        constructor = stated.get(name)
        if constructor is not None:
            of = constructor.args
            star = [of.vararg] if of.vararg is not None else []
            names = [one.arg for one in [*of.args, *star, *of.kwonlyargs]]
            assert ("self", *parameters) == tuple(names), name
    assert by_name["Chain"] == ("stages",) and by_name["Gated"] == ("envelope", "least_share", "tail")
    assert by_name["Pipeline"][:3] == ("cleaning", "montage", "common_average") and len(by_name["Pipeline"]) == 13
    assert by_name["ZeroPhaseBlocks"] == ("spec", "fs", "channels", "padding", "pad_length")
    # What takes nothing, and nothing else.
    nothing = {name for name, parameters in by_name.items() if not parameters}
    assert nothing == {"Tkeo", "Rectify", "AmplitudeDistribution", "trunk_band", "plan.example_text"}


def test_a_source_is_a_source_and_not_what_the_docstring_says_next() -> None:
    for entry in unguard.list():
        assert not re.search(r"Raises|Offline|Live:|Not causal|The same", entry.source), entry
    by_name = {e.name: e.source for e in unguard.list()}
    assert by_name["spectrum.welch"] == "Welch 1967, doi:10.1109/TAU.1967.1161901"
    assert by_name["clinical.load"] == "Jonsson 1982, J. Hum. Ergol. 11:73"
    assert by_name["spectrum.ar_spectrum"] == "Burg 1975, Maximum Entropy Spectral Analysis, Stanford"
    assert by_name["features.mav"] == "Phinyomark et al. 2012"
    assert by_name["clinical.verdict"].endswith("Dunn 1961, doi:10.1080/01621459.1961.10482090 (looks)")


def test_kinds_are_what_can_be_done_with_them() -> None:
    for entry in unguard.list():
        startable = entry.kind in ("filter", "resampler", "analyser", "detector", "combiner", "pipeline")
        if startable and entry.name not in ("Priming",):
            assert hasattr(made(entry.name), "start"), entry
        if entry.kind in ("settings", "calibrator"):
            assert not hasattr(made(entry.name), "start"), entry
    assert "HodgesBui" in unguard.list("detector").names and "Resample" in unguard.list("resampler").names
    assert "RestCalibrator" in unguard.list("calibrator").names


def test_it_is_searched_by_kind_station_and_words() -> None:
    assert {e.station for e in unguard.list(station="denoise")} == {"denoise"}
    assert "spectrum.welch" in unguard.list(search="welch").names
    assert "Bonato" in unguard.list("detector", search="BONATO 1998").names
    assert len(unguard.list(search="no such thing")) == 0
    assert repr(unguard.list(search="no such thing")) == "nothing of that kind"
    with pytest.raises(ConfigError, match=r"^kind is 'filters': expected one of filter, resampler, "):
        unguard.list("filters")
    with pytest.raises(ConfigError, match=r"^station is 'ecg': expected one of core, filter, denoise, "):
        unguard.list(station="ecg")


def test_it_goes_the_way_of_a_sample_and_prints_a_line_each() -> None:
    all_of_it = unguard.list()
    order = [STATIONS.index(e.station) for e in all_of_it]
    assert order == sorted(order)
    assert len(repr(all_of_it).splitlines()) == len(all_of_it)
    table = all_of_it.to_dataframe()
    assert list(table) == ["name", "kind", "station", "meaning", "source", "parameters"] and len(table) == len(
        all_of_it
    )
    assert all_of_it[:3].names == all_of_it.names[:3]


def test_importing_everything_leaves_the_list_of_python_alone() -> None:
    scope: dict[str, Any] = {}
    exec("from unguard import *", scope)
    assert "list" not in scope and "Rms" in scope
