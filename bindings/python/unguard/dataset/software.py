"""Which software computes a result: the code of unguard itself, by its bytes, and the numerical libraries below it."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import numpy as np
import scipy  # type: ignore[import-untyped]

import unguard
from unguard import _core
from unguard.extras import version

_SOURCE = ".py"
#: So much of the hash is shown to people.
_SHOWN = 12


@dataclass(frozen=True)
class Software:
    """What decides the numbers, beside the input: all who work on one run have the same.

    Attributes
    ----------
    unguard: version. code: SHA-256 of the installed package, which changes with every commit; the version does not.
    numpy, scipy, edfio: versions, of what computes and of what reads samples.
    """

    unguard: str
    code: str
    numpy: str
    scipy: str
    edfio: str

    def __str__(self) -> str:
        of_unguard = f"unguard {self.unguard} (code {self.code[:_SHOWN]})"
        return f"{of_unguard}, NumPy {self.numpy}, SciPy {self.scipy}, edfio {self.edfio}"


def software() -> Software:
    """Return the software of this process."""
    return Software(
        unguard.__version__, _code_here(), np.__version__, scipy.__version__, version("edfio") or "not installed"
    )


def code_of(package: Path) -> str:
    """Return SHA-256 of what a package runs: its Python sources and its compiled modules, with their places in it."""
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*"), key=lambda path: path.relative_to(package).as_posix()):
        if path.is_file() and (path.suffix == _SOURCE or path.name.endswith(tuple(EXTENSION_SUFFIXES))):
            place = path.relative_to(package).as_posix().encode("utf-8", "surrogateescape")
            digest.update(hashlib.sha256(place).digest() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@functools.cache
def _code_here() -> str:
    # Once in a process: what it has loaded stays what it was, also where the package is replaced meanwhile.
    package, engine = Path(unguard.__file__).parent, Path(_core.__file__)
    code = code_of(package)
    if package in engine.parents:
        return code
    # It lies elsewhere in an installation for those who work on it.
    return hashlib.sha256(bytes.fromhex(code) + engine.read_bytes()).hexdigest()
