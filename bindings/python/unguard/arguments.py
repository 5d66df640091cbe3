"""Arguments of the functions written in Python: a value of its kind, or a refusal that names it.

The same rules as in the compiled module: no text, bool, complex number, array or time passes for a number.
"""

from __future__ import annotations

import math
import numbers
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from unguard.errors import ConfigError


def number(parameter: str, value: Any, expected: str) -> float:
    """Return a finite real number; raise ConfigError for anything else.

    Parameters
    ----------
    parameter: its name. expected: what is allowed, in words, with the unit.
    """
    found = real(parameter, value, expected)
    if not math.isfinite(found):
        raise ConfigError(parameter, found, expected)
    return found


def pair(parameter: str, value: Any, expected: str) -> tuple[float, float]:
    """Return two real numbers, which the caller checks for their range; raise ConfigError for anything else."""
    of_many = isinstance(value, np.ndarray) and value.ndim != 1
    if of_many or not isinstance(value, (tuple, list, np.ndarray)) or len(value) != 2:
        raise ConfigError(parameter, repr(value), expected)
    first, second = (real(parameter, one, expected) for one in value)
    return first, second


def real(parameter: str, value: Any, expected: str) -> float:
    """Return a real number, which need not be finite; raise ConfigError for anything else."""
    kind = value.dtype.kind if isinstance(value, (np.generic, np.ndarray)) and value.ndim == 0 else ""
    real = kind in ("f", "i", "u") if kind else isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not real or isinstance(value, np.ma.MaskedArray):
        raise ConfigError(parameter, repr(value), expected)
    try:
        return float(value)
    except OverflowError:
        raise ConfigError(parameter, repr(value), expected) from None


def whole(parameter: str, value: Any, expected: str) -> int:
    """Return a whole number, also where it came as 3.0; raise ConfigError for anything else."""
    if not number(parameter, value, expected).is_integer():
        raise ConfigError(parameter, value, expected)
    return int(value)


def flag(parameter: str, value: Any) -> bool:
    """Return a truth value; raise ConfigError for anything else, for 0 and "no" would pass for what nobody meant."""
    if not isinstance(value, (bool, np.bool_)):
        raise ConfigError(parameter, repr(value), "True or False")
    return bool(value)


def several(parameter: str, value: Any, expected: str) -> list[Any]:
    """Return what can be gone through as a list; raise ConfigError for anything else, also for text and mappings."""
    scalar = isinstance(value, np.ndarray) and value.ndim == 0  # claims to be iterable, and is none
    if scalar or not isinstance(value, Iterable) or isinstance(value, (str, bytes, bytearray, Mapping)):
        raise ConfigError(parameter, repr(value), expected)
    return list(value)


def names(parameter: str, value: Iterable[str] | str, expected: str) -> list[str]:
    """Return one name or several as a list; raise ConfigError for what is no text."""
    scalar = isinstance(value, np.ndarray) and value.ndim != 1  # claims to be iterable, and is none
    if isinstance(value, (bytes, bytearray, dict)) or scalar or not isinstance(value, Iterable):
        raise ConfigError(parameter, repr(value), expected)
    found = [value] if isinstance(value, str) else list(value)
    for name in found:
        if not isinstance(name, str):
            raise ConfigError(parameter, repr(name), expected)
    return found


def text(parameter: str, value: Any, expected: str) -> str:
    """Return a text; raise ConfigError for anything else, also for half of a character, which no file can hold."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            pass
        else:
            return value
    raise ConfigError(parameter, ascii(value), expected)


def path_of(parameter: str, value: str | os.PathLike[str]) -> Path:
    """Return the name of a file as a path; raise ConfigError for what cannot be one."""
    try:
        path = Path(value)
    except TypeError:
        raise ConfigError(parameter, repr(value), "the name of a file") from None
    if "\0" in str(path):
        raise ConfigError(parameter, repr(value), "a name without NUL characters")
    return path


def object_of(parameter: str, value: Any, kind: type, expected: str) -> None:
    """Raise ConfigError unless the value is of this class."""
    if not isinstance(value, kind):
        raise ConfigError(parameter, repr(value), expected)
