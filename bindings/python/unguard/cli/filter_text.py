"""A filter as it is typed: `Bandpass(low=20, high=450)`, read without running anything."""

from __future__ import annotations

import ast
from typing import Any

import unguard
from unguard.errors import ConfigError


def filter_names() -> list[str]:
    """Return the names of all filters of the package."""
    names = []
    for name in unguard.__all__:
        kind = getattr(unguard, name)
        if isinstance(kind, type) and kind is not unguard.Chain and _is_filter(kind):
            names.append(name)
    return sorted(names)


def _is_filter(kind: type) -> bool:
    if not (callable(getattr(kind, "start", None)) and "__call__" in vars(kind)):
        return False
    try:
        unguard.Chain(kind())
    except (TypeError, ValueError):
        return False
    return True


def filter_of(text: str) -> Any:
    """
    Return the filter that a text names, `Name` or `Name(field=number, ...)`.

    Raises ConfigError with the text where it is no such thing, and that of the filter where a field cannot be.
    """
    expected = "a filter such as Bandpass or 'Bandpass(low=20, high=450)'; there are " + ", ".join(filter_names())
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        raise ConfigError("filter", repr(text), expected) from None
    call = tree if isinstance(tree, ast.Call) else ast.Call(func=tree, args=[], keywords=[])
    if not isinstance(call.func, ast.Name) or call.func.id not in filter_names() or call.args:
        raise ConfigError("filter", repr(text), expected)
    values = {}
    for keyword in call.keywords:
        if keyword.arg is None:
            raise ConfigError("filter", repr(text), expected)
        if keyword.arg in values:
            raise ConfigError(keyword.arg, f"given twice in {text!r}", "every field once")
        try:
            values[keyword.arg] = ast.literal_eval(keyword.value)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            raise ConfigError(keyword.arg, ast.unparse(keyword.value), "a number, a list of them or a word") from None
    kind = getattr(unguard, call.func.id)
    try:
        return kind(**values)
    except TypeError as error:
        raise ConfigError("filter", repr(text), f"fields of {call.func.id}: {str(error).splitlines()[0]}") from None
