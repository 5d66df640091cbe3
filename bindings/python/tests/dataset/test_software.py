"""What software a result is of. Truth: packages of a few files, changed one at a time."""

from __future__ import annotations

from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from types import SimpleNamespace

import pytest
import unguard
from unguard.dataset.software import _code_here, code_of, software


def test_the_code_is_its_sources_and_compiled_modules_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "detect").mkdir()
    source, compiled = tmp_path / "detect/rest.py", tmp_path / f"_core{EXTENSION_SUFFIXES[0]}"
    source.write_bytes(b"level = 3")
    compiled.write_bytes(b"\x7fELF 1")
    found = [code_of(tmp_path)]
    for beside in ("detect/__pycache__/rest.cpython-311.pyc", "detect/.rest.py.swp", "py.typed"):
        (tmp_path / beside).parent.mkdir(exist_ok=True)
        (tmp_path / beside).write_bytes(b"else")
        assert code_of(tmp_path) == found[0], beside
    compiled.write_bytes(b"\x7fELF 2")
    found.append(code_of(tmp_path))
    source.write_bytes(b"level = 4")
    found.append(code_of(tmp_path))
    source.rename(tmp_path / "rest.py")
    found.append(code_of(tmp_path))
    assert len(set(found)) == 4


def test_an_engine_beside_the_package_is_part_of_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = software().code  # which is worked out once
    engine = tmp_path / "_core.so"
    monkeypatch.setattr("unguard.dataset.software._core", SimpleNamespace(__file__=str(engine)))
    found = set()
    for content in (b"one", b"another"):
        engine.write_bytes(content)
        found.add(_code_here.__wrapped__())
    assert len(found) == 2 and here not in found


def test_the_engine_is_part_of_the_code_of_this_process() -> None:
    package = Path(unguard.__file__).parent
    assert any(path.name.endswith(tuple(EXTENSION_SUFFIXES)) for path in package.glob("_core*"))
    assert software().code == code_of(package) and f"code {software().code[:12]}" in str(software())
