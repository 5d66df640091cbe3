"""A peer's package, imported when it is used; the extra is named where it is missing."""

from __future__ import annotations

import importlib
import importlib.metadata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

EXTRA = "unguard[benchmark]"


class MissingPeer(ImportError):
    """A peer is not installed."""


def module(name: str, package: str) -> Any:
    """Return a module of a peer; raise MissingPeer, with one sentence, where it is not installed.

    Parameters
    ----------
    name: of the module. package: the distribution, as it is called on PyPI.
    """
    try:
        with quiet():
            return importlib.import_module(name)
    except ImportError as cause:
        raise MissingPeer(f"{package} is not installed ({cause}): pip install '{EXTRA}'") from cause


def version(package: str) -> str | None:
    """Return the version of an installed distribution, or None."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the warnings of a peer, of what it uses and how, from the person who runs the benchmark."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
