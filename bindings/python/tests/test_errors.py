"""Truth: the sentence design.md section 3 prescribes."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from unguard.errors import ConfigError, FormatError


def test_a_config_error_names_parameter_found_and_expected() -> None:
    error = ConfigError("fs", -1.0, "a positive number of hertz")
    assert str(error) == "fs is -1.0: expected a positive number of hertz"
    assert (error.parameter, error.found, error.expected) == ("fs", -1.0, "a positive number of hertz")
    assert isinstance(error, ValueError)


def test_a_format_error_names_file_place_field_found_and_expected() -> None:
    error = FormatError(Path("a.edf"), "number of signals", 0, "1 or more", where="byte 252")
    assert str(error) == "a.edf, byte 252: number of signals is 0: expected 1 or more"
    assert (error.file, error.where, error.field, error.found) == ("a.edf", "byte 252", "number of signals", 0)
    assert isinstance(error, ValueError)


@pytest.mark.parametrize("error", [ConfigError("fs", 0, "more"), FormatError("f", "a", "b", "c", where="line 3")])
def test_errors_survive_pickling(error: ValueError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error) and str(copy) == str(error) and vars(copy) == vars(error)


def test_a_very_long_value_is_shortened() -> None:
    assert len(str(ConfigError("names", "x" * 10_000, "less"))) < 500


def test_a_value_of_several_lines_is_told_on_one() -> None:
    assert str(ConfigError("x", "[[1]\n [2]]", "less")) == "x is [[1] [2]]: expected less"
