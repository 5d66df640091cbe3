"""Packages that only some need: each is imported when it is used, and a missing one names the extra that brings it."""

from __future__ import annotations

import importlib
import importlib.metadata
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

#: The condition of a requirement as the metadata of unguard have it: ``python_version >= "3.11"``.
_PYTHON = re.compile(r"""python_version\s*>=\s*["'](\d+)\.(\d+)["']""")


class MissingExtra(ImportError):
    """A package that this call needs is not installed.

    Attributes
    ----------
    package: the distribution, as it is called on PyPI.
    extra: what brings it: ``pip install 'unguard[EXTRA]'``.
    python: "3.11" where the extra brings it from that Python on and the running one is older; else "".
    """

    def __init__(self, package: str, extra: str, cause: str = "", python: str = "") -> None:
        self.package = package
        self.extra = extra
        self.python = python
        self._why = cause
        remedy = f"pip install 'unguard[{extra}]'"
        if python:  # the reason; that there is no such module would only say again that it is not there
            running = ".".join(map(str, sys.version_info[:2]))
            told = f": it needs Python {python} or newer (this is {running}), where {remedy} brings it"
        else:
            told = f" ({cause}): {remedy}" if cause else f": {remedy}"
        super().__init__(f"{package} is not installed{told}")

    def __reduce__(self) -> tuple[object, ...]:
        kept = {"__cause__": self.__cause__, "__suppress_context__": self.__suppress_context__}
        return _with_sentence, (type(self), self.package, self.extra, self._why, self.python, str(self)), kept


def _with_sentence(
    kind: type[MissingExtra], package: str, extra: str, cause: str, python: str, sentence: str
) -> MissingExtra:
    """Return an error as it was raised, maybe by another Python."""
    made = kind(package, extra, cause, python)
    made.msg = sentence
    made.args = (sentence,)
    return made


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
        raise MissingExtra(package, extra, str(cause), _python_of(package, extra)) from cause


def _python_of(package: str, extra: str) -> str:
    """Return the Python from which on an extra brings a package, where the running one is older; else nothing."""
    if version(package) is not None:  # there, on whatever way, and broken: that is another matter
        return ""
    try:
        requirements = importlib.metadata.requires("unguard") or []
    except importlib.metadata.PackageNotFoundError:  # used from its sources
        return ""
    for requirement in requirements:
        wanted, _, condition = requirement.partition(";")
        named = re.match(r"[A-Za-z0-9._-]+", wanted.strip())
        of_extra = re.search(rf"""extra\s*==\s*["']{re.escape(extra)}["']""", condition)
        if named is None or _plain(named[0]) != _plain(package) or of_extra is None:
            continue
        python = _PYTHON.search(condition)
        if python is not None and sys.version_info[:2] < (int(python[1]), int(python[2])):
            return f"{python[1]}.{python[2]}"
    return ""


def _plain(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


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
