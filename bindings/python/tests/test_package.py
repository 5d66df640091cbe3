"""What `import unguard` gives. Truth: the README's lines, run as they stand."""

import subprocess
import sys
from pathlib import Path

import unguard
from unguard import _core

ROOT = Path(__file__).parents[3]


def test_importing_loads_no_format_or_plotting_library():
    code = "import sys, unguard; print(sorted({'pandas', 'h5py', 'edfio', 'matplotlib', 'scipy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
    code = "import unguard; print(unguard.io.read.__name__, unguard.analysis.analyse.__name__)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "read analyse"


def test_every_class_of_the_engine_is_given():
    classes = {name for name, value in vars(_core).items() if isinstance(value, type) and not name.startswith("_")}
    assert len(classes) > 50
    assert classes <= set(unguard.__all__)
