"""What a person has after `import unguard` alone. Truth: the first lines of the README."""

from __future__ import annotations

import subprocess
import sys


def test_importing_the_package_brings_the_reader() -> None:
    # In a process of its own: other tests import the reader by its own name.
    code = "import unguard; unguard.io.read, unguard.Chain, unguard.Recording"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stderr) == (0, "")
