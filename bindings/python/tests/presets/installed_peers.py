"""The peers as they are installed; where one is not, its tests are skipped by name, or fail where nothing may be."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import pytest


def peer(name: str, package: str) -> Any:
    """Return a peer's module."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    except ImportError as cause:
        absent(package, cause)


def file_of(package: str, file: str, stand_ins: dict[str, tuple[str, ...]]) -> ModuleType:
    """Return one file of a peer as a module, without what its package asks for: screens, sockets, neural networks.

    stand_ins: modules that the file imports for other than what is tested, and what it takes from them.
    """
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        absent(package, None)
    name = f"{package}_of_tests"
    holder = ModuleType(name)
    holder.__path__ = [str(Path(found.origin).parent)]
    held = {name: holder}
    for module, members in stand_ins.items():
        held[module if not module.startswith(".") else name + module] = made = ModuleType(module)
        for member in members:
            setattr(made, member, _does_nothing)
    before = {key: sys.modules.get(key) for key in held}
    sys.modules.update(held)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(f"{name}.{file}")
    finally:
        for key, module_before in before.items():
            if module_before is None:
                del sys.modules[key]
            else:
                sys.modules[key] = module_before


def absent(package: str, cause: ImportError | None) -> NoReturn:
    """Skip the test, saying what is missing; with UNGUARD_REAL_DATA_REQUIRED=1 it fails instead."""
    reason = f"the peer {package} is not installed (scripts/setup --test): {cause or 'there is no such package'}"
    if os.environ.get("UNGUARD_REAL_DATA_REQUIRED") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def _does_nothing(*_: object, **__: object) -> None:
    """What stands in is called when a file is read, and never by what is tested."""
