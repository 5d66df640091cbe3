"""Packages that only some need: each is imported when it is used, and a missing one names the extra that brings it."""

from __future__ import annotations

import importlib
import importlib.metadata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class MissingExtra(ImportError):
    """A package that this call needs is not installed.

    Attributes
    ----------
    package: the distribution, as it is called on PyPI.
    extra: what brings it: ``pip install 'unguard[EXTRA]'``.
    """

    def __init__(self, package: str, extra: str, cause: str = "") -> None:
        self.package = package
        self.extra = extra
        why = f" ({cause})" if cause else ""
        super().__init__(f"{package} is not installed{why}: pip install 'unguard[{extra}]'")

    def __reduce__(self) -> tuple[type[MissingExtra], tuple[str, str]]:
        return type(self), (self.package, self.extra)


def module(name: str, package: str, extra: str) -> Any:
    """Return a module of an optional package; raise MissingExtra, with one sentence, where it is not installed.

    Parameters
    ----------
    name: of the module. package: the distribution, as it is called on PyPI. extra: of unguard, that brings it.
    """
    try:
        with quiet():
            return importlib.import_module(name)
    except ImportError as cause:
        raise MissingExtra(package, extra, str(cause)) from cause


def version(package: str) -> str | None:
    """Return the version of an installed distribution, or None."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the warnings of another package, of what it uses and how, from the person who runs unguard."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
